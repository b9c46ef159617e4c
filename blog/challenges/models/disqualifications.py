"""Entries that an editor has said cannot take part."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from blog.accounts.models.people import Person
from blog.challenges.models.entries import Entry
from blog.core.db import Base, UtcDateTime

# One entry, one disqualification that holds, however many press at once.
_HOLDS = sa.text("lifted_at IS NULL")


class Disqualification(Base):
    """Who has said when, and why, that an entry cannot take part; and since when that holds no more.

    The sender reads why, and not who. The salts open the commitments to the reasons in the ledger.
    """

    __tablename__ = "disqualification"
    __table_args__ = (
        sa.Index(
            "uq_disqualification_holding",
            "entry_id",
            unique=True,
            sqlite_where=_HOLDS,
            postgresql_where=_HOLDS,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entry.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    reason_code: Mapped[str] = mapped_column(sa.String(20))
    reason: Mapped[str] = mapped_column(sa.Text)
    reason_salt: Mapped[bytes] = mapped_column(sa.LargeBinary)
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lifted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    lifted_why: Mapped[str] = mapped_column(sa.Text, default="")
    lifted_salt: Mapped[bytes | None] = mapped_column(sa.LargeBinary)

    entry: Mapped[Entry] = relationship()
    by: Mapped[Person | None] = relationship(foreign_keys=[by_id])
    lifted_by: Mapped[Person | None] = relationship(foreign_keys=[lifted_by_id])
