"""Makes the demo: two articles with their debates and challenges, answers that wait to be judged, and people.

Everything goes through the same actions as the real thing, so the demo cannot show what the product cannot do.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import yaml
from flask_babel import lazy_gettext as _

from blog.accounts.actions.people import create_person
from blog.accounts.models.people import Person
from blog.articles.models import Article
from blog.articles.queries import article_by_slug
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.core import clock
from blog.core.config import Settings, current_application, current_settings
from blog.core.db import session, unit_of_work
from blog.core.errors import Conflict
from blog.discussions.actions import import_comment, thread_for_article
from blog.discussions.models import Comment, Thread
from blog.home.demo.letters import LETTERS
from blog.home.demo.people import PEOPLE, make_password
from blog.mailroom.accepting import Incoming
from blog.mailroom.doors.intake import Accepted, accept
from blog.mailroom.jobs import read_delivery
from blog.mailroom.models import Delivery, OutboxMessage
from blog.mailroom.routes import resolve
from blog.mailroom.values import Door, Envelope, OutboxState
from blog.moderation.actions import close_thread, remove_comment
from blog.transfer.actions import import_articles
from blog.transfer.front_matter import read_article_file

CONTENT = Path(__file__).parent / "content"
ARTICLES = ("korting", "proposals")
JUDGED_CHALLENGE = "te-duur"
CLOSED_ARTICLE = "stop-sending-proposals"
CLOSING_REASON = "The last answers were about each other and no longer about the article. Take a day."
REMOVED_WORDS = "Between the lines. Where people like you put it."
REMOVAL_REASON = "Aimed at a person, not at what she said (house rule 2)."
_FIRST_COMMENT_AGO = timedelta(days=6)
_BETWEEN_COMMENTS = timedelta(hours=3, minutes=17)
_CHALLENGES_OPEN_FOR = timedelta(days=21)
# How long ago each letter came in: two within the hour, one in the night, one while the others were at work.
_LETTERS_AGO = (
    timedelta(days=5, hours=21, minutes=12, seconds=9),
    timedelta(days=5, hours=20, minutes=57, seconds=41),
    timedelta(days=5, hours=13, minutes=3, seconds=26),
    timedelta(days=4, hours=2, minutes=38, seconds=2),
    timedelta(days=2, hours=16, minutes=49, seconds=55),
    timedelta(hours=9, minutes=20, seconds=17),
)


@dataclass(frozen=True, slots=True)
class _Note:
    """One comment of the content files, and what answers it."""

    by: str | None
    text: str
    answers: tuple["_Note", ...]


def build_demo() -> str:
    """Make the demo. Returns the password of its people. Raises `Conflict` when it is there already."""
    if demo_is_there():
        raise Conflict(_("The demo is there already. Remove it first: flask demo --remove"))
    settings = current_settings()
    password = make_password(settings.instance)
    with unit_of_work():
        people = _add_people(password)
        articles = _add_articles(settings, people)
        for name, article in zip(ARTICLES, articles, strict=True):
            _add_thread(article, _notes_in(name))
        _moderate(people)
    _mail_answers(settings)
    return password


def demo_is_there() -> bool:
    """Whether anything of the demo is in the database."""
    marked = (Person, Article, Challenge)
    return any(session.scalar(sa.select(sa.exists().where(model.is_demo))) for model in marked)


def site_is_empty() -> bool:
    """Whether nobody has written or joined anything yet."""
    return not any(session.scalar(sa.select(sa.exists(sa.select(model.id)))) for model in (Person, Article))


def _add_people(password: str) -> dict[str, Person]:
    return {
        each.role.value: create_person(
            each.email, each.name, [each.role], password, language=each.language, is_demo=True
        )
        for each in reversed(PEOPLE)
    }


def _add_articles(settings: Settings, people: Mapping[str, Person]) -> list[Article]:
    zone = ZoneInfo(settings.time_zone)
    files = [
        read_article_file(path.name, path.read_bytes(), language=settings.site_language, zone=zone)
        for path in (CONTENT / f"{name}.md" for name in ARTICLES)
    ]
    imported = import_articles(files, by=people["editor"].actor, publish=True)
    for number, each in enumerate(imported):
        each.article.is_demo = True
        each.article.published_at = clock.now() - _FIRST_COMMENT_AGO - timedelta(days=number)
        if each.challenge is not None:
            each.challenge.is_demo = True
            each.challenge.opens_at = each.article.published_at
            each.challenge.closes_at = clock.now() + _CHALLENGES_OPEN_FOR
    session.flush()
    return [each.article for each in imported]


def _notes_in(name: str) -> tuple[_Note, ...]:
    def note(value: dict[str, object]) -> _Note:
        answers = cast("list[dict[str, object]]", value.get("answers", []))
        by = value.get("by")
        return _Note(
            str(by) if by else None, str(value["text"]).strip(), tuple(note(each) for each in answers)
        )

    content = yaml.safe_load((CONTENT / f"{name}.yaml").read_text(encoding="utf-8"))
    return tuple(note(each) for each in cast("list[dict[str, object]]", content))


def _add_thread(article: Article, notes: tuple[_Note, ...]) -> None:
    """Write the comments as people would have: first remarks first, then the answers to them."""
    thread = thread_for_article(article)
    at = clock.now() - _FIRST_COMMENT_AGO
    waiting: deque[tuple[_Note, Comment | None]] = deque((note, None) for note in notes)
    for number in count():
        if not waiting:
            return
        note, parent = waiting.popleft()
        comment = _add_comment(thread, number, note, parent, at + _BETWEEN_COMMENTS * number)
        waiting.extend((answer, comment) for answer in note.answers)


def _add_comment(thread: Thread, number: int, note: _Note, parent: Comment | None, at: datetime) -> Comment:
    return import_comment(
        thread,
        external_id=f"demo-{number}",
        parent=parent,
        author_name=note.by,
        body=note.text,
        created_at=min(at, clock.now()),
    )


def _moderate(people: Mapping[str, Person]) -> None:
    """One comment was removed and one thread is closed, both with a reason."""
    moderator = people["moderator"].actor
    article = article_by_slug(CLOSED_ARTICLE)
    if article is None:
        return
    thread = thread_for_article(article)
    comment = session.scalars(
        sa.select(Comment).where(Comment.thread_id == thread.id, Comment.body == REMOVED_WORDS)
    ).one()
    remove_comment(moderator, comment, reason=REMOVAL_REASON)
    close_thread(moderator, thread, reason=CLOSING_REASON, until=clock.now() + timedelta(days=1))


def _mail_answers(settings: Settings) -> None:
    """Hand the answers in at the pipe door, read them, and keep the receipts from really being sent."""
    app = current_application()
    for sender, raw in LETTERS:
        address = f"{JUDGED_CHALLENGE}@{settings.answer_domain}"
        destination = resolve(address, settings.answer_domain)
        session.rollback()
        if destination is None:
            return
        envelope = Envelope(Door.PIPE, sender, (address,), peer="local", helo="", tls=False)
        outcome = accept(app, Incoming(envelope, (destination,), raw))
        if not isinstance(outcome, Accepted):
            return
    with unit_of_work():
        _spread_arrivals()
    for delivery_id in _demo_deliveries():
        read_delivery({"delivery_id": delivery_id})
    with unit_of_work():
        # Nobody asked these people: their receipts are shown in the outbox and never leave the machine.
        session.execute(
            sa.update(OutboxMessage)
            .where(OutboxMessage.recipient.in_([sender for sender, _raw in LETTERS]))
            .values(state=OutboxState.CAUGHT)
        )


def _spread_arrivals() -> None:
    """Let the letters have come in over some days, in their order; before they are read, for receipts tell the moment.

    Deliveries are append-only: only the demo, which nobody wins anything in, writes past that.
    """
    entries = session.execute(
        sa.select(Entry.id, Entry.delivery_id)
        .join(Challenge)
        .where(Challenge.slug == JUDGED_CHALLENGE)
        .order_by(Entry.number)
    ).all()
    now = clock.now()
    for (entry_id, delivery_id), ago in zip(entries, _LETTERS_AGO, strict=True):
        moment = {"received_at": now - ago}
        session.execute(sa.update(Entry).where(Entry.id == entry_id).values(moment))
        session.execute(sa.update(Delivery).where(Delivery.id == delivery_id).values(moment))


def _demo_deliveries() -> list[int]:
    senders = [sender for sender, _raw in LETTERS]
    found = list(session.scalars(sa.select(Delivery.id).where(Delivery.envelope_sender.in_(senders))))
    session.rollback()
    return found
