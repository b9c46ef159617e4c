"""Every read of articles, with what it loads."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import defer

from blog.articles.models import Article, ArticleRevision
from blog.articles.values import SLUG, ArticleStatus
from blog.core.db import session
from blog.core.pagination import Page, decode_cursor, encode_cursor

PAGE_SIZE = 20
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_INSTANT = (datetime(9999, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)
_LAST_ID = 2**31 - 1
# Lists show the lead and never the text: a page of them must not read megabytes.
_FOR_LISTS = (defer(Article.body, raiseload=True), defer(Article.html, raiseload=True))


def article_by_slug(slug: str) -> Article | None:
    """The article at an address, whatever its state."""
    if not SLUG.fullmatch(slug):
        # Asked by whoever types an address: PostgreSQL must never see a NUL.
        return None
    return session.scalar(sa.select(Article).where(Article.slug == slug))


def article_by_id(article_id: int) -> Article | None:
    """The article with a number, whatever its state."""
    return session.get(Article, article_id)


def published_articles(
    cursor: str | None = None, *, author_id: int | None = None, limit: int = PAGE_SIZE
) -> Page[Article]:
    """What everybody may read, the newest first, without its text.

    Only articles of `author_id` when it is given. Raises `InvalidInput` on a bad cursor.
    """
    query = (
        sa.select(Article)
        .where(Article.status == ArticleStatus.PUBLISHED)
        .order_by(Article.published_at.desc(), Article.id.desc())
        .options(*_FOR_LISTS)
    )
    if author_id is not None:
        query = query.where(Article.author_id == author_id)
    if cursor:
        query = query.where(sa.tuple_(Article.published_at, Article.id) < _place(cursor))
    return _page(query, limit, by_update=False)


def desk_articles(
    *, author_id: int | None = None, cursor: str | None = None, limit: int = PAGE_SIZE
) -> Page[Article]:
    """Articles in every state, the last changed first, without their text.

    Only those of `author_id` when it is given. Raises `InvalidInput` on a bad cursor.
    """
    query = sa.select(Article).order_by(Article.updated_at.desc(), Article.id.desc()).options(*_FOR_LISTS)
    if author_id is not None:
        query = query.where(Article.author_id == author_id)
    if cursor:
        query = query.where(sa.tuple_(Article.updated_at, Article.id) < _place(cursor))
    return _page(query, limit, by_update=True)


def drafts(*, author_id: int | None = None, limit: int = PAGE_SIZE) -> Sequence[Article]:
    """The drafts that were changed last, without their text; only those of `author_id` when it is given."""
    query = (
        sa.select(Article)
        .where(Article.status == ArticleStatus.DRAFT)
        .order_by(Article.updated_at.desc(), Article.id.desc())
        .options(*_FOR_LISTS)
        .limit(limit)
    )
    if author_id is not None:
        query = query.where(Article.author_id == author_id)
    return session.scalars(query).all()


def all_articles() -> Sequence[Article]:
    """Every article without its text, by address: for the command line."""
    return session.scalars(sa.select(Article).order_by(Article.slug).options(*_FOR_LISTS)).all()


def revisions_of(article: Article) -> Sequence[ArticleRevision]:
    """What the article said at each version, the last first."""
    query = (
        sa.select(ArticleRevision)
        .where(ArticleRevision.article_id == article.id)
        .order_by(ArticleRevision.version.desc())
        .options(defer(ArticleRevision.body, raiseload=True))
    )
    return session.scalars(query).all()


def revision_of(article: Article, version: int) -> ArticleRevision | None:
    """What the article said at one version."""
    return session.scalar(
        sa.select(ArticleRevision).where(
            ArticleRevision.article_id == article.id, ArticleRevision.version == version
        )
    )


def free_slug(slug: str) -> str:
    """The first of `slug`, `slug-2`, `slug-3` … that no article has."""
    taken = set(
        session.scalars(
            sa.select(Article.slug).where(sa.or_(Article.slug == slug, Article.slug.like(f"{slug}-%")))
        )
    )
    number = 2
    proposal = slug
    while proposal in taken:
        proposal = f"{slug}-{number}"
        number += 1
    return proposal


def _page(query: sa.Select[Article], limit: int, *, by_update: bool) -> Page[Article]:
    """One page, read with one row more than it shows, which tells whether there is a next one."""
    rows = session.scalars(query.limit(limit + 1)).all()
    items = rows[:limit]
    if len(rows) <= limit:
        return Page(items, None)
    last = items[-1]
    at = last.updated_at if by_update else last.published_at or _EPOCH
    return Page(items, encode_cursor(_microseconds(at), last.id))


def _place(cursor: str) -> tuple[datetime, int]:
    """Where a page begins. Made-up numbers are cut to what the database knows: they give an empty page."""
    microseconds, article_id = decode_cursor(cursor, int, int)
    return _EPOCH + timedelta(microseconds=min(max(int(microseconds), 0), _LAST_INSTANT)), min(
        max(int(article_id), 0), _LAST_ID
    )


def _microseconds(instant: datetime) -> int:
    return (instant - _EPOCH) // timedelta(microseconds=1)


def begun_by(article_id: int) -> int | None:
    """Who saved the first version of an article; None for nobody with an account, or for whom has left."""
    first = sa.select(ArticleRevision.saved_by_id).where(ArticleRevision.article_id == article_id)
    return session.scalar(first.order_by(ArticleRevision.version).limit(1))
