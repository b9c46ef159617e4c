"""People who want their account erased: what was asked, and how far it has come."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from blog.core.db import Base, UtcDateTime


class Erasure(Base):
    """Somebody's account is to be erased, or has been. One that was taken back has no row any more.

    It says who only by a number that nobody has after it, so it may stay: `id` is what the erasure is called in
    the log outside of the database (`blog.accounts.erasure_log`), by which it is done again after a restore. Nobody
    (None) stands for an address without an account. `keep_digest` belongs to the link in the mail that takes it back.
    """

    __tablename__ = "erasure"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    # No foreign key: the person goes, this stays.
    person_id: Mapped[int | None] = mapped_column(unique=True)
    comments: Mapped[str] = mapped_column(sa.String(10))
    asked_by_id: Mapped[int | None] = mapped_column()
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    keep_digest: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
