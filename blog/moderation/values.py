"""Small values of moderation."""

from enum import StrEnum

MAX_REASON_LENGTH = 1_000


class Act(StrEnum):
    """What a decision does."""

    REMOVE_COMMENT = "remove_comment"
    CLOSE_THREAD = "close_thread"
    REOPEN_THREAD = "reopen_thread"
