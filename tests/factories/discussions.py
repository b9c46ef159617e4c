"""Threads and comments for tests, made by the acts that make them in the product."""

import secrets
from itertools import count

from blog.accounts.models.people import Person
from blog.articles.models import Article
from blog.core import clock
from blog.core.db import session, unit_of_work
from blog.discussions.actions import post_comment
from blog.discussions.models import Comment, Thread
from tests.factories.accounts import make_person
from tests.factories.articles import make_article

_numbers = count(1)


def make_thread(
    *,
    article: Article | None = None,
    title: str | None = None,
    slug: str | None = None,
    language: str = "en",
    proposition: str | None = None,
    listed: bool = True,
) -> Thread:
    """An open thread, under an article of its own unless one is given."""
    stands_under = article or make_article(published=listed, language=language, proposition=proposition)
    number = next(_numbers)
    now = clock.now()
    thread = Thread(
        article_id=stands_under.id,
        title=title or f"Thread {number}",
        slug=slug or f"thread-{number}",
        language=language,
        proposition=proposition,
        is_listed=listed,
        created_at=now,
        active_at=now,
    )
    with unit_of_work():
        session.add(thread)
    return thread


def make_comment(
    *,
    thread: Thread | None = None,
    answers: Comment | None = None,
    author: Person | None = None,
    body: str = "A comment.",
) -> Comment:
    """A published comment by somebody new, unless told otherwise."""
    stands_in = thread or (answers.thread if answers else make_thread())
    who = author or make_person()
    with unit_of_work():
        return post_comment(
            who.actor, stands_in, body=body, answers=answers, submission_key=secrets.token_hex(8)
        )
