"""Small values of moderation."""

from enum import StrEnum


class Act(StrEnum):
    """What a decision does."""

    REMOVE_COMMENT = "remove_comment"
    CLOSE_THREAD = "close_thread"
    REOPEN_THREAD = "reopen_thread"
