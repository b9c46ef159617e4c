"""Somebody leaves for good: their comments lose their author or go, and nobody is called by their name any more.

In each debate they become a former reader with a number, so that the thread still reads and nobody can follow them from
one debate to the next. The order makes it possible to begin again at any point: first they get their new name, which
nobody sees while the comments are still theirs; then texts are put right; only then the comments let go of them.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, groupby
from typing import TypeVar

import sqlalchemy as sa
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import InstrumentedAttribute

from blog.accounts.holdings import CommentsFate, Leaving
from blog.accounts.models.people import Person
from blog.accounts.traces import Traces
from blog.accounts.words import former_reader
from blog.core.actor import Actor
from blog.core.db import UtcDateTime, session, unit_of_work
from blog.core.events import publish
from blog.core.markdown.rendering import RENDERER_VERSION, render_comment
from blog.core.portions import PORTION, in_light_portions, numbers_in_portions
from blog.discussions.counters import count_out, locked_thread
from blog.discussions.events import CommentDeleted
from blog.discussions.models import Comment, CommentRevision, Thread
from blog.discussions.values import CommentStatus

# As much text as is searched and rendered anew in about a second, also where somebody has made it as slow as they can.
LETTERS = 50_000
Statement = TypeVar("Statement", sa.Update, sa.Delete)


def erase_from_discussions(leaving: Leaving) -> None:
    """Let all debates forget somebody. Opens units of work; doing it again, from any point, goes on with it."""
    if not leaving.names:
        return
    threads = came_to(leaving)
    for thread_id, since in threads.items():
        with unit_of_work():
            pseudonym_in(thread_id, leaving)
        for portion in _written_since(thread_id, since):
            with unit_of_work():
                _put_right(thread_id, portion, leaving, since)
    for thread_id, portion in _referring(leaving):
        with unit_of_work():
            _put_right_elsewhere(thread_id, portion, leaving)
    for thread_id in threads:
        _let_go(thread_id, leaving)


def came_to(leaving: Leaving) -> dict[int, datetime]:
    """The debates in which somebody spoke, and when they first did. Ends the reading."""
    query = (
        sa.select(Comment.thread_id, sa.func.min(Comment.created_at, type_=UtcDateTime()).label("since"))
        .where(Comment.author_id == leaving.id)
        .group_by(Comment.thread_id)
    )
    came = {row.thread_id: row.since for row in session.execute(query)}
    session.rollback()
    return came


def pseudonym_in(thread_id: int, leaving: Leaving) -> str:
    """What somebody is called in a debate from now on; the same for all they wrote there. Within a unit of work."""
    # The lock first: whoever gives them a name at the same moment comes before or after.
    thread = locked_thread(thread_id)
    known = session.scalar(
        sa.select(Comment.author_name)
        .where(
            Comment.thread_id == thread_id,
            Comment.author_id == leaving.id,
            Comment.author_name.is_not(None),
        )
        .limit(1)
    )
    if known is None:
        thread.former_total += 1
        with force_locale(thread.language):
            known = _("Former reader %(number)s", number=thread.former_total)
    session.execute(
        sa.update(Comment)
        .where(
            Comment.thread_id == thread_id,
            Comment.author_id == leaving.id,
            Comment.author_name.is_(None),
        )
        .values(author_name=known)
        .execution_options(synchronize_session=False)
    )
    return known


def put_reason_right(reason: str, right: str, *, thread_id: int, comment_id: int | None) -> None:
    """Let a debate, or the place of a comment in it, give the reason `right` for `reason`.

    Within a unit of work that has locked the debate (`pseudonym_in`, `locked_thread`).
    """
    if comment_id is not None:
        session.execute(
            _without_orm(
                sa.update(Comment)
                .where(Comment.id == comment_id, Comment.removed_reason == reason)
                .values(removed_reason=right)
            )
        )
    session.execute(
        _without_orm(
            sa.update(Thread)
            .where(Thread.id == thread_id, Thread.mode_reason == reason)
            .values(mode_reason=right)
        )
    )


def forget_remover(comment_ids: Sequence[int], name: str, called: str) -> None:
    """Let the places of comments that a moderator took away say `called` where they said `name`."""
    session.execute(
        sa.update(Comment)
        .where(Comment.id.in_(comment_ids), Comment.removed_by_name == name)
        .values(removed_by_name=called)
        .execution_options(synchronize_session=False)
    )
    for thread_id in session.scalars(
        sa.select(Comment.thread_id).where(Comment.id.in_(comment_ids)).distinct()
    ):
        locked_thread(thread_id)


def _light(comment_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Comments in portions that are as much text as a unit of work may put right. Ends the reading."""
    bodies = sa.select(Comment.id, sa.func.length(Comment.body)).where(Comment.id.in_(comment_ids))
    earlier = sa.select(CommentRevision.comment_id, sa.func.length(CommentRevision.body)).where(
        CommentRevision.comment_id.in_(comment_ids)
    )
    letters = Counter[int]()
    for number, length in session.execute(bodies.union_all(earlier)):
        letters[number] += length
    session.rollback()
    return in_light_portions(comment_ids, letters, LETTERS)


def _written_since(thread_id: int, since: datetime) -> Iterator[Sequence[int]]:
    """The comments of a debate in which somebody can be meant: those from their first one there on, in portions."""
    portions = numbers_in_portions(
        Comment.id,
        sa.and_(
            Comment.thread_id == thread_id,
            # A comment from before that was changed since can mean them, too.
            sa.or_(Comment.created_at >= since, Comment.edited_at >= since),
        ),
        size=PORTION,
    )
    for portion in portions:
        yield from _light(portion)


def _referring(leaving: Leaving) -> Iterator[tuple[int, Sequence[int]]]:
    """Comments in all debates that name a handle or an address of theirs, or once did, by debate, in portions."""
    words = Traces(leaving).references
    said = numbers_in_portions(Comment.id, _says(Comment.body, words), size=PORTION)
    # Revisions have an order of their own: each is looked at once, also where few of many are found.
    once_said = numbers_in_portions(CommentRevision.id, _says(CommentRevision.body, words), size=PORTION)
    revised = (
        session.scalars(
            sa.select(CommentRevision.comment_id).where(CommentRevision.id.in_(portion)).distinct()
        ).all()
        for portion in once_said
    )
    for comment_ids in chain(said, revised):
        rows = session.execute(
            sa.select(Comment.thread_id, Comment.id)
            .where(Comment.id.in_(comment_ids))
            .order_by(Comment.thread_id, Comment.id)
        ).all()
        session.rollback()
        for thread_id, group in groupby(rows, key=lambda row: row.thread_id):
            for portion in _light([row.id for row in group]):
                yield thread_id, portion


def _says(column: InstrumentedAttribute[str], words: Iterable[str]) -> sa.ColumnElement[bool]:
    return sa.or_(*(sa.func.lower(column).contains(each, autoescape=True) for each in words))


def _put_right(thread_id: int, comment_ids: Sequence[int], leaving: Leaving, since: datetime) -> None:
    """In a debate in which they spoke: what they are called there stands in the place of their names."""
    called = pseudonym_in(thread_id, leaving)
    traces = Traces(leaving)
    theirs = sa.select(Comment.id).where(Comment.thread_id == thread_id, Comment.author_id == leaving.id)
    answers = sa.select(Comment.id).where(Comment.id.in_(comment_ids), Comment.answers_id.in_(theirs))
    own = set(session.scalars(theirs.where(Comment.id.in_(comment_ids))))
    answering = set(session.scalars(answers)) - own
    writers = _words_of_writers(answering)

    def put_right(number: int, text: str, written: datetime) -> str:
        if number in own:
            return traces.without(text, called, is_to_them=True)
        return traces.without(
            text,
            called,
            is_to_them=number in answering,
            since=since,
            written=written,
            spared=writers.get(number, frozenset()),
        )

    _rewrite(comment_ids, put_right)


def _put_right_elsewhere(thread_id: int, comment_ids: Sequence[int], leaving: Leaving) -> None:
    """Where they did not speak, or not yet, a name can be anybody's: only what can mean nobody else is put right."""
    called = former_reader(locked_thread(thread_id).language)
    traces = Traces(leaving)
    _rewrite(comment_ids, lambda _number, text, _written: traces.without_references(text, called))


def _rewrite(comment_ids: Sequence[int], put_right: Callable[[int, str, datetime], str]) -> None:
    """Put these comments and what they said before right.

    `put_right` gets the number of a comment, a text of it, and when that was written.
    """
    comments = sa.select(Comment).where(Comment.id.in_(comment_ids))
    for comment in session.scalars(comments.execution_options(populate_existing=True)):
        written = max(comment.created_at, comment.edited_at or comment.created_at)
        body = put_right(comment.id, comment.body, written)
        if body != comment.body:
            comment.body, comment.html = body, render_comment(body)
            comment.renderer_version = RENDERER_VERSION
    session.flush()
    revisions = sa.select(
        CommentRevision.id, CommentRevision.comment_id, CommentRevision.body, CommentRevision.written_at
    )
    for number, comment_id, body, written in session.execute(
        revisions.where(CommentRevision.comment_id.in_(comment_ids))
    ):
        right = put_right(comment_id, body, written)
        if right != body:
            session.execute(
                _without_orm(
                    sa.update(CommentRevision).where(CommentRevision.id == number).values(body=right)
                )
            )


def _words_of_writers(comment_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """What those who wrote these comments are called: whoever signs with a name that they share means themself."""
    names = session.execute(
        sa.select(Comment.id, sa.func.coalesce(Person.name, Comment.author_name, ""))
        .outerjoin(Person, Person.id == Comment.author_id)
        .where(Comment.id.in_(comment_ids))
    )
    return {number: frozenset(re.findall(r"\w+", name.casefold())) for number, name in names}


def _let_go(thread_id: int, leaving: Leaving) -> None:
    """The last step in a debate: from here on nothing says any more which comments were theirs."""
    if leaving.comments is CommentsFate.GO:
        while _take_back(thread_id, leaving):
            pass
    with unit_of_work():
        locked_thread(thread_id)
        theirs = sa.select(Comment.id).where(Comment.thread_id == thread_id, Comment.author_id == leaving.id)
        shown = theirs.where(Comment.status == CommentStatus.PUBLISHED)
        is_shown_now = sa.exists().where(
            Comment.id == CommentRevision.comment_id,
            Comment.revision == CommentRevision.revision,
            Comment.status == CommentStatus.PUBLISHED,
        )
        # What they said before they changed it, and what is gone, they did not want to be read.
        session.execute(
            _without_orm(
                sa.delete(CommentRevision).where(CommentRevision.comment_id.in_(theirs), ~is_shown_now)
            )
        )
        nobodys = {"author_id": None, "submission_key": None}
        gone = nobodys | {"author_name": None, "body": "", "html": ""}
        session.execute(
            _without_orm(
                sa.update(Comment).where(Comment.id.in_(theirs), Comment.id.not_in(shown)).values(gone)
            )
        )
        session.execute(_without_orm(sa.update(Comment).where(Comment.id.in_(theirs)).values(nobodys)))


def _take_back(thread_id: int, leaving: Leaving) -> bool:
    """Take a portion of their comments back, as they could have done. Returns whether there may be more."""
    with unit_of_work():
        locked_thread(thread_id)
        portion = session.scalars(
            sa.select(Comment)
            .where(
                Comment.thread_id == thread_id,
                Comment.author_id == leaving.id,
                Comment.status == CommentStatus.PUBLISHED,
            )
            .order_by(Comment.id)
            .limit(PORTION)
            .execution_options(populate_existing=True)
        ).all()
        for comment in portion:
            comment.status = CommentStatus.DELETED
            count_out(comment)
            publish(CommentDeleted(comment, Actor(leaving.id, leaving.names[0].name, frozenset())))
    return len(portion) == PORTION


def _without_orm(statement: Statement) -> Statement:
    """Rows that are append-only, and rows that nobody has in hand: the database alone changes them."""
    return statement.execution_options(synchronize_session=False)
