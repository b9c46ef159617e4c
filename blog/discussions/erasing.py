"""Somebody leaves for good: their comments lose their author or go, and nobody is called by their name any more.

In each debate they become a former reader with a number, so that the thread still reads and nobody can follow them from
one debate to the next. The order makes it possible to begin again at any point: first they get their new name, which
nobody sees while the comments are still theirs; then texts are put right; only then the comments let go of them.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import sqlalchemy as sa
from flask_babel import force_locale
from flask_babel import gettext as _

from blog.accounts.holdings import CommentsFate, Leaving
from blog.accounts.models.people import Person
from blog.accounts.traces import Traces
from blog.core.actor import Actor
from blog.core.db import session, unit_of_work
from blog.core.events import publish
from blog.core.markdown.rendering import RENDERER_VERSION, render_comment
from blog.discussions.counters import count_out, locked_thread
from blog.discussions.events import CommentDeleted
from blog.discussions.models import Comment, CommentRevision
from blog.discussions.values import CommentStatus

# So many comments at once: whoever else wants to write waits for no longer than that takes.
PORTION = 200
Statement = TypeVar("Statement", sa.Update, sa.Delete)


def erase_from_discussions(leaving: Leaving) -> None:
    """Let all debates forget somebody. Opens units of work; doing it again, from any point, goes on with it."""
    if not leaving.names:
        return
    threads = session.scalars(
        sa.select(Comment.thread_id).where(Comment.author_id == leaving.id).distinct()
    ).all()
    session.rollback()
    for thread_id in threads:
        with unit_of_work():
            pseudonym_in(thread_id, leaving)
        for portion in _written_since(thread_id, leaving):
            with unit_of_work():
                _put_right(thread_id, portion, leaving)
    for thread_id, portion in _referring(leaving):
        with unit_of_work():
            _put_right_elsewhere(thread_id, portion, leaving)
    for thread_id in threads:
        _let_go(thread_id, leaving)


def pseudonym_in(thread_id: int, leaving: Leaving) -> str:
    """What somebody is called in a debate from now on; the same for all they wrote there. Within a unit of work."""
    known = session.scalar(
        sa.select(Comment.author_name)
        .where(
            Comment.thread_id == thread_id,
            Comment.author_id == leaving.id,
            Comment.author_name.is_not(None),
        )
        .limit(1)
    )
    thread = locked_thread(thread_id)
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


def _written_since(thread_id: int, leaving: Leaving) -> Iterator[Sequence[int]]:
    """The comments of a debate in which somebody can be meant: those from their first one there on, in portions."""
    first = session.scalar(
        sa.select(sa.func.min(Comment.created_at)).where(
            Comment.thread_id == thread_id, Comment.author_id == leaving.id
        )
    )
    yield from _portions(
        sa.and_(
            Comment.thread_id == thread_id,
            # A comment from before that was changed since can mean them, too.
            sa.or_(Comment.created_at >= first, Comment.edited_at >= first),
        )
    )


def _referring(leaving: Leaving) -> Iterator[tuple[int, Sequence[int]]]:
    """Comments in all other debates that name a handle or an address of theirs, by debate, in portions."""
    words = [
        sa.func.lower(Comment.body).contains(words, autoescape=True) for words in Traces(leaving).references
    ]
    found: dict[int, list[int]] = {}
    for portion in _portions(sa.or_(*words)):
        for comment_id, thread_id in session.execute(
            sa.select(Comment.id, Comment.thread_id).where(Comment.id.in_(portion))
        ):
            found.setdefault(thread_id, []).append(comment_id)
    session.rollback()
    yield from found.items()


def _portions(which: sa.ColumnElement[bool]) -> Iterator[Sequence[int]]:
    last = 0
    while True:
        ids = session.scalars(
            sa.select(Comment.id).where(which, Comment.id > last).order_by(Comment.id).limit(PORTION)
        ).all()
        # The reading ends here: what is done with them is a unit of work of its own.
        session.rollback()
        if not ids:
            return
        yield ids
        last = ids[-1]


def _put_right(thread_id: int, comment_ids: Sequence[int], leaving: Leaving) -> None:
    """In a debate in which they spoke: what they are called there stands in the place of their names."""
    called = pseudonym_in(thread_id, leaving)
    traces = Traces(leaving)
    theirs = sa.select(Comment.id).where(Comment.thread_id == thread_id, Comment.author_id == leaving.id)
    answering = set(
        session.scalars(
            sa.select(Comment.id).where(Comment.id.in_(comment_ids), Comment.answers_id.in_(theirs))
        )
    )
    answering -= _namesakes(comment_ids, leaving)
    own = set(session.scalars(theirs.where(Comment.id.in_(comment_ids))))
    _rewrite(
        comment_ids,
        lambda number, text: traces.without(text, called, is_to_them=number in own or number in answering),
    )


def _put_right_elsewhere(thread_id: int, comment_ids: Sequence[int], leaving: Leaving) -> None:
    """In a debate in which they never spoke, a name can be anybody's: only what can mean nobody else is put right."""
    thread = locked_thread(thread_id)
    with force_locale(thread.language):
        called = _("a former reader")
    traces = Traces(leaving)
    _rewrite(comment_ids, lambda _number, text: traces.without_references(text, called))


def _rewrite(comment_ids: Sequence[int], put_right: Callable[[int, str], str]) -> None:
    """Put these comments and what they said before right: `put_right` gets the number of a comment and a text of it."""
    comments = sa.select(Comment).where(Comment.id.in_(comment_ids))
    for comment in session.scalars(comments.execution_options(populate_existing=True)):
        body = put_right(comment.id, comment.body)
        if body != comment.body:
            comment.body, comment.html = body, render_comment(body)
            comment.renderer_version = RENDERER_VERSION
    session.flush()
    revisions = sa.select(CommentRevision.id, CommentRevision.comment_id, CommentRevision.body)
    for number, comment_id, body in session.execute(
        revisions.where(CommentRevision.comment_id.in_(comment_ids))
    ):
        right = put_right(comment_id, body)
        if right != body:
            session.execute(
                _without_orm(
                    sa.update(CommentRevision).where(CommentRevision.id == number).values(body=right)
                )
            )


def _namesakes(comment_ids: Sequence[int], leaving: Leaving) -> set[int]:
    """Comments by people with the same first name: they sign with it, and mean themselves."""
    firsts = {name.split()[0].lower() for name in leaving.names}
    names = session.execute(
        sa.select(Comment.id, sa.func.coalesce(Person.name, Comment.author_name, ""))
        .outerjoin(Person, Person.id == Comment.author_id)
        .where(Comment.id.in_(comment_ids), sa.func.coalesce(Comment.author_id, 0) != leaving.id)
    )
    return {comment_id for comment_id, name in names if set(re.split(r"\W+", name.lower())) & firsts}


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
            publish(CommentDeleted(comment, Actor(leaving.id, leaving.names[0], frozenset())))
    return len(portion) == PORTION


def _without_orm(statement: Statement) -> Statement:
    """Rows that are append-only, and rows that nobody has in hand: the database alone changes them."""
    return statement.execution_options(synchronize_session=False)
