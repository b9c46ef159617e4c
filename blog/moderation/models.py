"""Decisions: what a moderator did, to what, and why. A reversal is a new decision."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from blog.core.db import AppendOnly, Base, UtcDateTime


class Decision(AppendOnly, Base):
    """One record of one act of moderation."""

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    act: Mapped[str] = mapped_column(sa.String(30))
    reason: Mapped[str] = mapped_column(sa.Text)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    thread_id: Mapped[int] = mapped_column(sa.ForeignKey("thread.id"), index=True)
    comment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("comment.id"), index=True)
    comment_revision: Mapped[int | None] = mapped_column()
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    decided_by_name: Mapped[str] = mapped_column(sa.String(80))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
