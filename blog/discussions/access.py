"""The only door to threads and comments for somebody: 404 to who may not know of them, 403 to who may not act."""

from blog.core.actor import Actor
from blog.core.errors import NotFound
from blog.core.permissions import allowed, require
from blog.discussions.actions import check_edit
from blog.discussions.models import Comment, Thread
from blog.discussions.queries import comment_by_id, thread_by_id, thread_of_article


def thread_for(actor: Actor, thread_id: int) -> Thread:
    """A thread, if `actor` may read it. Raises `NotFound`, also for threads of drafts."""
    thread = thread_by_id(thread_id)
    if thread is None or not allowed(actor, "thread:read", thread):
        raise NotFound()
    return thread


def thread_under(actor: Actor, article_id: int) -> Thread | None:
    """The thread of an article, if there is one and `actor` may read it."""
    thread = thread_of_article(article_id)
    return thread if thread is not None and allowed(actor, "thread:read", thread) else None


def comment_for(actor: Actor, comment_id: int) -> Comment:
    """A comment that a page shows, if only as a tombstone, in a thread that `actor` may read.

    Raises `NotFound`, also for one that has vanished.
    """
    comment = _comment_in_sight(actor, comment_id)
    if not comment.is_published and comment.living_below == 0:
        raise NotFound()
    return comment


def own_comment_for(actor: Actor, comment_id: int) -> Comment:
    """As `comment_for`, but its author finds it also when it has vanished: who takes it back twice is not lost."""
    comment = _comment_in_sight(actor, comment_id)
    return comment if comment.author_id == actor.person_id else comment_for(actor, comment_id)


def comment_to_edit(actor: Actor, comment_id: int) -> Comment:
    """A comment whose words `actor` may change now. Raises what says why not (see `edit_comment`)."""
    comment = comment_for(actor, comment_id)
    check_edit(actor, comment)
    return comment


def comment_to_delete(actor: Actor, comment_id: int) -> Comment:
    """A comment that `actor` may take back. Raises `NotFound`, or `Forbidden` for somebody else's."""
    comment = comment_for(actor, comment_id)
    require(actor, "comment:delete", comment)
    return comment


def _comment_in_sight(actor: Actor, comment_id: int) -> Comment:
    comment = comment_by_id(comment_id)
    if comment is None or not allowed(actor, "thread:read", comment.thread):
        raise NotFound()
    return comment
