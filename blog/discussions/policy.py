"""Who may do what in threads.

The rules take whatever has the attributes that they ask for: a `Comment`, or the `CommentView` of a page.
"""

from datetime import datetime
from typing import Protocol

from blog.core import clock
from blog.core.actor import Actor
from blog.core.permissions import Rule, any_role
from blog.discussions.models import Thread
from blog.discussions.values import EDIT_WINDOW


class SomeComment(Protocol):
    """What the rules ask of a comment."""

    @property
    def author_id(self) -> int | None:
        """Who wrote it; None for a guest."""
        ...

    @property
    def created_at(self) -> datetime:
        """When it was posted."""
        ...

    @property
    def is_published(self) -> bool:
        """Whether its text is shown."""
        ...

    @property
    def is_answered(self) -> bool:
        """Whether anybody has ever answered it."""
        ...

    @property
    def is_in_closed_thread(self) -> bool:
        """Whether nobody may write around it now."""
        ...


def is_listed(_actor: Actor, thread: Thread) -> bool:
    """Whether everybody may read the thread: its article is published, or it has none."""
    return thread.is_listed


def takes_comments(_actor: Actor, thread: Thread) -> bool:
    """Whether the thread is open to readers and to writing."""
    return thread.is_listed and not thread.is_closed


def takes_answers(_actor: Actor, comment: SomeComment) -> bool:
    """Whether the comment can still be answered."""
    return comment.is_published and not comment.is_in_closed_thread


def may_write(actor: Actor, thread: Thread) -> bool:
    """Whether this is a member, in a thread that is open to readers and to writing."""
    return actor.is_authenticated and takes_comments(actor, thread)


def may_answer(actor: Actor, comment: SomeComment) -> bool:
    """Whether this is a member who can still answer the comment."""
    return actor.is_authenticated and takes_answers(actor, comment)


def is_author(actor: Actor, comment: SomeComment) -> bool:
    """Whether this person wrote the comment, which still stands."""
    return comment.author_id is not None and comment.author_id == actor.person_id and comment.is_published


def is_author_in_time(actor: Actor, comment: SomeComment) -> bool:
    """Whether its author may still change the words: soon enough, and before anybody has answered them."""
    return (
        is_author(actor, comment)
        and is_in_edit_window(comment.created_at)
        and not comment.is_answered
        and not comment.is_in_closed_thread
    )


def is_in_edit_window(posted_at: datetime) -> bool:
    """Whether the time for changing what was posted then has not passed; its last instant still counts."""
    return clock.now() <= posted_at + EDIT_WINDOW


POLICY: dict[str, tuple[Rule, ...]] = {
    "thread:read": (is_listed, any_role("editor", "moderator")),
    # Anybody may begin: it is posted once we know who they are.
    "comment:begin": (takes_comments,),
    "comment:begin_answer": (takes_answers,),
    "comment:post": (may_write,),
    "comment:answer": (may_answer,),
    "comment:edit": (is_author_in_time,),
    "comment:delete": (is_author,),
}
