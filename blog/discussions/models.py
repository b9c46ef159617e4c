"""Threads and comments, in a shape in which any page of any thread costs the same.

`Comment.path` is the chain of sibling numbers from the root down, each of fixed width: ordering by it is
reading order, a prefix of it is a branch, and a keyset page over it needs no recursion. It never changes,
except when a branch is moved. Siblings are ranked by (`rank`, `id`), never by whole paths.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from blog.core.clock import now as clock_now
from blog.core.db import KEPT_IDS, AppendOnly, Base, UtcDateTime
from blog.discussions.values import CommentStatus, Mode

# Byte order on both databases: PostgreSQL would otherwise sort paths by the rules of a language.
PATH = sa.String(400).with_variant(sa.String(400, collation="C"), "postgresql")


class Thread(Base):
    """One discussion: under an article, or on its own. Its counters equal a recount, always.

    `comment_count` and `last_comment_at` tell of published comments, `root_total` of every root that ever was
    (it numbers the next one). `active_at` is `last_comment_at`, or `created_at` while nobody has spoken.
    """

    __tablename__ = "thread"
    __table_args__ = (
        sa.Index("ix_thread_activity", "is_listed", "active_at", "id"),
        sa.Index("ix_thread_mode", "is_listed", "mode", "active_at", "id"),
        KEPT_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int | None] = mapped_column(sa.ForeignKey("article.id"), unique=True)
    title: Mapped[str] = mapped_column(sa.String(300))
    slug: Mapped[str] = mapped_column(sa.String(120))
    language: Mapped[str] = mapped_column(sa.String(5))
    proposition: Mapped[str | None] = mapped_column(sa.String(500))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_comment_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    active_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock_now)
    is_listed: Mapped[bool] = mapped_column(default=True)
    # Raised by every change of what its pages show, in the change's own transaction.
    version: Mapped[int] = mapped_column(default=1)
    comment_count: Mapped[int] = mapped_column(default=0)
    root_total: Mapped[int] = mapped_column(default=0)
    # How many people who took part here have left for good: it numbers the next former reader.
    former_total: Mapped[int] = mapped_column(default=0)
    mode: Mapped[str] = mapped_column(sa.String(20), default=Mode.OPEN)
    mode_reason: Mapped[str | None] = mapped_column(sa.Text)
    mode_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    mode_by_name: Mapped[str | None] = mapped_column(sa.String(80))
    mode_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mode_until: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def mode_at(self, instant: datetime) -> Mode:
        """The mode in force at `instant`: one with an end is over when the end has come."""
        if self.mode_until is not None and self.mode_until <= instant:
            return Mode.OPEN
        return Mode(self.mode)

    @property
    def is_closed(self) -> bool:
        """Whether nobody may write in it at this moment."""
        return self.mode_at(clock_now()) is Mode.CLOSED


# What a page of a thread shows. Spelled out, not bound: only then do both databases match the partial index.
IS_SHOWN = "status = 'published' OR living_below > 0"


class Comment(Base):
    """One contribution. `parent_id` is its place in the tree, `answers_id` whom it answers.

    The two differ only below the deepest level that is drawn: there an answer stands beside the comment that
    it answers. `child_total` counts every child that ever was (it numbers the next one), `answer_total` every
    answer, `child_count` the published children, `living_below` all published comments below. `root_id` is
    None for a root, whose `depth` is 0.
    """

    __tablename__ = "comment"
    __table_args__ = (
        sa.UniqueConstraint("thread_id", "path"),
        sa.UniqueConstraint("thread_id", "external_id"),
        sa.UniqueConstraint("thread_id", "submission_key"),
        sa.Index("ix_comment_siblings", "thread_id", "parent_id", "rank", "id"),
        sa.Index("ix_comment_author", "author_id", "created_at"),
        sa.Index("ix_comment_newest", "thread_id", "status", "created_at"),
        # A page costs what it shows, also where thousands of comments have vanished.
        sa.Index(
            "ix_comment_shown",
            "thread_id",
            "path",
            sqlite_where=sa.text(IS_SHOWN),
            postgresql_where=sa.text(IS_SHOWN),
        ),
        KEPT_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(sa.ForeignKey("thread.id"))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("comment.id"))
    answers_id: Mapped[int | None] = mapped_column(sa.ForeignKey("comment.id"), index=True)
    root_id: Mapped[int | None] = mapped_column(sa.ForeignKey("comment.id"), index=True)
    depth: Mapped[int] = mapped_column()
    path: Mapped[str] = mapped_column(PATH)
    rank: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    stance: Mapped[str | None] = mapped_column(sa.String(10))
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    author_name: Mapped[str | None] = mapped_column(sa.String(80))
    body: Mapped[str] = mapped_column(sa.Text)
    html: Mapped[str] = mapped_column(sa.Text)
    renderer_version: Mapped[int] = mapped_column()
    status: Mapped[str] = mapped_column(sa.String(20), default=CommentStatus.PUBLISHED)
    removed_reason: Mapped[str | None] = mapped_column(sa.Text)
    removed_by_name: Mapped[str | None] = mapped_column(sa.String(80))
    child_total: Mapped[int] = mapped_column(default=0)
    answer_total: Mapped[int] = mapped_column(default=0)
    child_count: Mapped[int] = mapped_column(default=0)
    living_below: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    external_id: Mapped[str | None] = mapped_column(sa.String(100))
    submission_key: Mapped[str | None] = mapped_column(sa.String(64))

    thread: Mapped[Thread] = relationship()

    @property
    def is_published(self) -> bool:
        """Whether its text is shown."""
        return self.status == CommentStatus.PUBLISHED

    @property
    def is_answered(self) -> bool:
        """Whether anybody has ever answered it; its words are settled from then on."""
        return self.answer_total > 0

    @property
    def is_in_closed_thread(self) -> bool:
        """Whether nobody may write around it at this moment."""
        return self.thread.is_closed


class CommentRevision(AppendOnly, Base):
    """What a comment said at one revision. Decisions of moderators point to these."""

    __tablename__ = "comment_revision"
    __table_args__ = (sa.UniqueConstraint("comment_id", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("comment.id"))
    revision: Mapped[int] = mapped_column()
    body: Mapped[str] = mapped_column(sa.Text)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
