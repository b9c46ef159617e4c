"""Articles and their revisions."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from blog.articles.values import ArticleStatus
from blog.core.db import KEPT_IDS, AppendOnly, Base, UtcDateTime


class Article(Base):
    """What an editor publishes. Markdown is what is kept; `html` is rendered once, at writing.

    `version` grows with every save: a form that was opened on an older one is refused, not overwritten.
    """

    __tablename__ = "article"
    __table_args__ = (sa.Index("ix_article_listing", "status", "published_at", "id"), KEPT_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(120), unique=True)
    title: Mapped[str] = mapped_column(sa.String(300))
    lead: Mapped[str] = mapped_column(sa.Text)
    body: Mapped[str] = mapped_column(sa.Text)
    html: Mapped[str] = mapped_column(sa.Text)
    renderer_version: Mapped[int] = mapped_column()
    language: Mapped[str] = mapped_column(sa.String(5))
    proposition: Mapped[str | None] = mapped_column(sa.String(500))
    tags: Mapped[list[str]] = mapped_column(sa.JSON)
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    byline: Mapped[str] = mapped_column(sa.String(200))
    status: Mapped[str] = mapped_column(sa.String(20), default=ArticleStatus.DRAFT)
    version: Mapped[int] = mapped_column(default=1)
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def is_published(self) -> bool:
        """Whether everybody may read it."""
        return self.status == ArticleStatus.PUBLISHED


class ArticleRevision(AppendOnly, Base):
    """What an article said at one version, and who saved it. Nothing that was written is ever lost."""

    __tablename__ = "article_revision"
    __table_args__ = (sa.UniqueConstraint("article_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(sa.ForeignKey("article.id"))
    version: Mapped[int] = mapped_column()
    title: Mapped[str] = mapped_column(sa.String(300))
    lead: Mapped[str] = mapped_column(sa.Text)
    body: Mapped[str] = mapped_column(sa.Text)
    saved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
