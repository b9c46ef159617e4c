"""What the counters of a thread must say, counted anew from its rows."""

from collections.abc import Mapping

import sqlalchemy as sa

from blog.core.db import session
from blog.discussions.models import Comment, Thread
from blog.discussions.values import CommentStatus

Counters = Mapping[str, object]


def stored_counters(thread_id: int) -> tuple[Counters, Mapping[int, Counters]]:
    """The counters of a thread and of its comments, as they stand in the database."""
    session.expire_all()
    thread = session.get_one(Thread, thread_id)
    comments = _comments(thread_id)
    return _of_thread(thread), {comment.id: _of_comment(comment) for comment in comments}


def recounted(thread_id: int) -> tuple[Counters, Mapping[int, Counters]]:
    """The same, counted from parents and statuses alone."""
    session.expire_all()
    thread = session.get_one(Thread, thread_id)
    comments = _comments(thread_id)
    living = [comment for comment in comments if comment.status == CommentStatus.PUBLISHED]
    newest = max((comment.created_at for comment in living), default=None)
    by_id = {comment.id: comment for comment in comments}
    below = dict.fromkeys(by_id, 0)
    for comment in living:
        parent_id = comment.parent_id
        while parent_id is not None:
            below[parent_id] += 1
            parent_id = by_id[parent_id].parent_id
    of_thread: Counters = {
        "comment_count": len(living),
        "root_total": sum(comment.parent_id is None for comment in comments),
        "last_comment_at": newest,
        "active_at": newest or thread.created_at,
    }
    of_comments = {
        comment.id: {
            "child_total": sum(other.parent_id == comment.id for other in comments),
            "answer_total": sum(other.answers_id == comment.id for other in comments),
            "child_count": sum(other.parent_id == comment.id for other in living),
            "living_below": below[comment.id],
        }
        for comment in comments
    }
    return of_thread, of_comments


def _comments(thread_id: int) -> list[Comment]:
    return list(session.scalars(sa.select(Comment).where(Comment.thread_id == thread_id)))


def _of_thread(thread: Thread) -> Counters:
    return {
        "comment_count": thread.comment_count,
        "root_total": thread.root_total,
        "last_comment_at": thread.last_comment_at,
        "active_at": thread.active_at,
    }


def _of_comment(comment: Comment) -> Counters:
    return {
        "child_total": comment.child_total,
        "answer_total": comment.answer_total,
        "child_count": comment.child_count,
        "living_below": comment.living_below,
    }
