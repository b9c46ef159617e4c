"""Small values of articles."""

from enum import StrEnum


class ArticleStatus(StrEnum):
    """Where an article stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
