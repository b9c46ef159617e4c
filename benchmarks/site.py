"""A site to measure: a database of its own, with an article, its thread, and a challenge that is open."""

import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade

from blog.articles.models import Article
from blog.core.db import session, unit_of_work
from blog.discussions.actions import import_comment
from blog.discussions.models import Comment, Thread
from blog.factory import create_app
from tests.factories.articles import make_article
from tests.factories.challenges import make_challenge
from tests.factories.discussions import make_thread

COMMENTS = 10_000
ANSWER_ADDRESS = "bench@answers.example.org"
_PARAGRAPH = "A seller who listens for longer than he talks learns what the other one really came for. "
_START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Site:
    """Where the measured pages are, and the environment in which processes serve them."""

    environment: dict[str, str]
    article_path: str
    thread_path: str


@contextmanager
def measured_site() -> Generator[Site]:
    """A site with one article, a thread of 10,000 comments under it and one without any, and a challenge."""
    with tempfile.TemporaryDirectory(prefix="rejoinder-bench-") as folder:
        environment = {
            "INSTANCE": folder,
            "DATABASE_URL": os.environ.get("BENCH_DATABASE_URL", f"sqlite:///{Path(folder) / 'bench.db'}"),
            "SITE_URL": "http://localhost",
            "ANSWER_DOMAIN": "answers.example.org",
        }
        app = create_app(environment)
        with app.app_context():
            upgrade()
            article, thread = _fill()
            paths = f"/articles/{article.slug}", f"/debates/{thread.id}-{thread.slug}"
        yield Site(environment, *paths)


def _fill() -> tuple[Article, Thread]:
    article = make_article(title="The article under measure", html=f"<p>{_PARAGRAPH * 4}</p>\n" * 12)
    thread = make_thread(article=article)
    make_challenge(slug="bench", article=article)
    for first in range(0, COMMENTS, 500):
        with unit_of_work():
            _add_comments(thread, range(first, first + 500))
    return article, thread


def _add_comments(thread: Thread, numbers: range) -> None:
    """Each fourth comment is a root; the others answer the one before, three deep."""
    last: Comment | None = None
    for number in numbers:
        last = import_comment(
            thread,
            external_id=str(number),
            parent=None if number % 4 == 0 else last,
            author_name=f"Reader {number % 97}",
            body=_PARAGRAPH * (1 + number % 4),
            created_at=_START + timedelta(minutes=number),
        )


def app_of(site: Site) -> Flask:
    """The application on that site, in this process."""
    session.remove()
    return create_app(site.environment)
