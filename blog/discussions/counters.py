"""The bookkeeping of threads, for `actions` only: places in the tree, and counters that equal a recount.

Every change of a thread locks its row first, so changes of one thread come one after the other. Counters are
changed by the database (`n = n + 1`), never written from what was read before the lock.
"""

from datetime import datetime

import sqlalchemy as sa

from blog.core.db import session
from blog.discussions.models import Comment, Thread
from blog.discussions.values import MAX_DEPTH, CommentStatus, path_below, paths_above


def locked_thread(thread_id: int) -> Thread:
    """The thread as it is now, locked until the unit of work ends, with a new version.

    Raising the version locks the row on PostgreSQL; on SQLite the unit of work is the only writer already.
    """
    session.execute(
        sa.update(Thread)
        .where(Thread.id == thread_id)
        .values(version=Thread.version + 1)
        .execution_options(synchronize_session=False)
    )
    return session.scalars(
        sa.select(Thread).where(Thread.id == thread_id).execution_options(populate_existing=True)
    ).one()


def fresh_comment(comment_id: int) -> Comment:
    """The comment as it is now; to be called when its thread is locked."""
    return session.scalars(
        sa.select(Comment).where(Comment.id == comment_id).execution_options(populate_existing=True)
    ).one()


def place(comment: Comment, answers: Comment | None) -> None:
    """Give a new comment of a locked thread its place: below what it answers, or as a root.

    At the deepest level an answer stands beside the comment that it answers; `answers_id` tells whom it means.
    """
    parent = answers
    if answers is not None and answers.depth >= MAX_DEPTH:
        parent = session.get_one(Comment, answers.parent_id)
    if parent is None:
        comment.depth = 0
        comment.path = path_below("", _next_root(comment.thread_id))
    else:
        comment.depth = parent.depth + 1
        comment.path = path_below(parent.path, _next_child(parent.id))
        comment.parent_id = parent.id
        comment.root_id = parent.root_id or parent.id
    if answers is not None:
        comment.answers_id = answers.id
        session.execute(
            sa.update(Comment).where(Comment.id == answers.id).values(answer_total=Comment.answer_total + 1)
        )


def count_in(comment: Comment) -> None:
    """Count a comment that was published just now: in its thread, its parent and everything above it."""
    session.execute(
        sa.update(Thread)
        .where(Thread.id == comment.thread_id)
        .values(
            comment_count=Thread.comment_count + 1,
            last_comment_at=_newest_with(comment.created_at),
            active_at=_newest_with(comment.created_at),
        )
    )
    _count_above(comment, 1)


def count_out(comment: Comment) -> None:
    """Take a comment out of all counts; its status says already that it is no longer published."""
    session.flush()
    newest = (
        sa.select(sa.func.max(Comment.created_at))
        .where(Comment.thread_id == comment.thread_id, Comment.status == CommentStatus.PUBLISHED)
        .scalar_subquery()
    )
    session.execute(
        sa.update(Thread)
        .where(Thread.id == comment.thread_id)
        .values(
            comment_count=Thread.comment_count - 1,
            last_comment_at=newest,
            active_at=sa.func.coalesce(newest, Thread.created_at),
        )
    )
    _count_above(comment, -1)


def _next_root(thread_id: int) -> int:
    return session.execute(
        sa.update(Thread)
        .where(Thread.id == thread_id)
        .values(root_total=Thread.root_total + 1)
        .returning(Thread.root_total)
    ).scalar_one()


def _next_child(parent_id: int) -> int:
    return session.execute(
        sa.update(Comment)
        .where(Comment.id == parent_id)
        .values(child_total=Comment.child_total + 1)
        .returning(Comment.child_total)
    ).scalar_one()


def _count_above(comment: Comment, change: int) -> None:
    if comment.parent_id is None:
        return
    session.execute(
        sa.update(Comment)
        .where(Comment.id == comment.parent_id)
        .values(child_count=Comment.child_count + change)
    )
    session.execute(
        sa.update(Comment)
        .where(Comment.thread_id == comment.thread_id, Comment.path.in_(paths_above(comment.path)))
        .values(living_below=Comment.living_below + change)
    )


def _newest_with(instant: datetime) -> sa.ColumnElement[datetime | None]:
    column = Thread.last_comment_at
    return sa.case((column > instant, column), else_=instant)
