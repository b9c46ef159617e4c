"""Small values of discussions."""

from enum import StrEnum


class Mode(StrEnum):
    """How a thread is open."""

    OPEN = "open"
    CLOSED = "closed"


class CommentStatus(StrEnum):
    """Whether a comment is shown, or why not."""

    PUBLISHED = "published"
    DELETED = "deleted"
    REMOVED = "removed"


class Stance(StrEnum):
    """A comment's position."""

    FOR = "for"
    AGAINST = "against"
    NUANCE = "nuance"
