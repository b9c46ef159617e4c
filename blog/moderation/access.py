"""The only door to what moderators look at: 404 to who may not know of it, 403 to who may not act on it."""

from blog.core.actor import Actor
from blog.core.permissions import require
from blog.discussions import access as discussions
from blog.discussions.models import Comment, Thread


def thread_for(actor: Actor, thread_id: int) -> Thread:
    """A thread with its decisions. Raises `NotFound`, or `Forbidden` for who does not moderate."""
    thread = discussions.thread_for(actor, thread_id)
    require(actor, "moderation:read", thread)
    return thread


def comment_for(actor: Actor, comment_id: int) -> Comment:
    """A comment that `actor` may take away. Raises `NotFound`, also for one that has vanished, or `Forbidden`."""
    comment = discussions.comment_for(actor, comment_id)
    require(actor, "comment:remove", comment)
    return comment
