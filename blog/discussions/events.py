"""What happens in threads."""

from dataclasses import dataclass
from datetime import datetime

from blog.core.actor import Actor
from blog.core.events import Event
from blog.discussions.models import Comment, Thread
from blog.discussions.values import Mode


@dataclass(frozen=True, slots=True)
class CommentPosted(Event):
    """A comment was published."""

    comment: Comment
    by: Actor


@dataclass(frozen=True, slots=True)
class CommentEdited(Event):
    """An author changed a comment."""

    comment: Comment
    by: Actor


@dataclass(frozen=True, slots=True)
class CommentDeleted(Event):
    """An author took a comment back."""

    comment: Comment
    by: Actor


@dataclass(frozen=True, slots=True)
class CommentRemoved(Event):
    """A moderator took a comment away."""

    comment: Comment
    by: Actor
    reason: str


@dataclass(frozen=True, slots=True)
class ThreadModeChanged(Event):
    """A thread was closed or opened again."""

    thread: Thread
    mode: Mode
    by: Actor
    reason: str
    until: datetime | None
