"""Small values of discussions: modes, statuses, limits, and the paths that put comments in reading order."""

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum

MAX_BODY_LENGTH = 10_000
MAX_KEY_LENGTH = 64
# What a comment is called that waits for the code of whoever wrote it.
WAITING_COMMENT = "comment"
EDIT_WINDOW = timedelta(minutes=15)
# The deepest level of a tree; an answer to a comment on it stands beside that comment.
MAX_DEPTH = 39
PAGE_SIZE = 100
SEGMENT_WIDTH = 6
# Base 32 with digits in byte order (RFC 4648 section 7, in lower case): paths sort as their numbers do.
_DIGITS = "0123456789abcdefghijklmnopqrstuv"


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


def path_below(parent_path: str, number: int) -> str:
    """The path of child `number` (from 1) below `parent_path`; an empty parent path gives a root's.

    Every segment is six digits wide: ordering by path is reading order, and a prefix is a branch. Raises
    `ValueError` for a number outside 1 … 32⁶-1 (a thousand million siblings): a wrong order is never stored.
    """
    if not 1 <= number < 32**SEGMENT_WIDTH:
        raise ValueError(f"no path segment for number {number}")
    digits: list[str] = []
    for _place in range(SEGMENT_WIDTH):
        number, digit = divmod(number, 32)
        digits.append(_DIGITS[digit])
    return parent_path + "".join(reversed(digits))


def paths_above(path: str) -> Sequence[str]:
    """The paths of all comments above the one at `path`, from the root down; none for a root."""
    return [path[:end] for end in range(SEGMENT_WIDTH, len(path), SEGMENT_WIDTH)]
