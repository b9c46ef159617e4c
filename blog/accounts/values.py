"""Small values of accounts."""

from enum import StrEnum


class Role(StrEnum):
    """What somebody does here. An admin may do everything."""

    READER = "reader"
    AUTHOR = "author"
    EDITOR = "editor"
    MODERATOR = "moderator"
    ADMIN = "admin"
