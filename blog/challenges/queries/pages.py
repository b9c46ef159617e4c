"""What reads of challenges share: pages, and what they load of an article."""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy.orm import defer, joinedload, selectinload

from blog.articles.models import Article
from blog.challenges.models.challenges import Challenge
from blog.core.pagination import Page, decode_cursor, encode_cursor

T = TypeVar("T")
PAGE_SIZE = 50
LAST_ID = 2**31 - 1
# Pages name the article and never show its text.
WITH_ARTICLE = joinedload(Challenge.article).options(
    defer(Article.body, raiseload=True), defer(Article.html, raiseload=True)
)

# Whoever shows several challenges reads their prizes together.
WITH_PRIZES = selectinload(Challenge.prizes)


def place(cursor: str) -> int:
    """Where a page begins; a made-up number is cut to what the database knows."""
    (key,) = decode_cursor(cursor, int)
    return min(max(int(key), 0), LAST_ID)


def page_of(rows: Sequence[T], last_key: int | None) -> Page[T]:
    """A page of rows of which one more than fits was read; `last_key` is that of its last row if there are more."""
    return Page(rows[:PAGE_SIZE], None if last_key is None else encode_cursor(last_key))
