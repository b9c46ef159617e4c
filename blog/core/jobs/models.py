"""The table of work to do."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from blog.core.db import Base, UtcDateTime


class Work(Base):
    """Something that must still happen because of a change that was committed with it.

    A worker leases a row, carries it out and deletes it. A lease that has run out (the worker was killed) is
    handed out again; `attempts` counts the hand-outs. `failed_at` marks a row that was tried too often.
    """

    __tablename__ = "work"
    __table_args__ = (sa.Index("ix_work_due", "failed_at", "run_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(100))
    payload: Mapped[dict[str, object]] = mapped_column(sa.JSON)
    key: Mapped[str | None] = mapped_column(sa.String(200), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    run_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str | None] = mapped_column(sa.String(64))
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(sa.Text)
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
