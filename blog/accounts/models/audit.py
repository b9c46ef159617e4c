"""The audit log: what was done to accounts and by staff. Its rows are never changed and never removed."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from blog.core.db import KEPT_IDS, AppendOnly, Base, UtcDateTime


class AuditRecord(AppendOnly, Base):
    """One act: who did it, what it was, what it was done to, and when. Triggers refuse changes, too.

    People stand here by id only, and not as a foreign key: when a person is erased their row may go, and what they
    did stays without saying who they were. `details` holds no secret, no name, no address and no network.
    """

    __tablename__ = "audit_record"
    __table_args__ = (
        sa.Index("ix_audit_record_actor", "actor_id", "id"),
        sa.Index("ix_audit_record_subject", "subject_kind", "subject_id", "id"),
        sa.Index("ix_audit_record_act", "act", "id"),
        KEPT_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    # Through which door: an `AuditDoor`.
    door: Mapped[str] = mapped_column(sa.String(20))
    actor_id: Mapped[int | None] = mapped_column()
    act: Mapped[str] = mapped_column(sa.String(40))
    # What it was done to: a kind such as "person", its number, and where one can look at it.
    subject_kind: Mapped[str | None] = mapped_column(sa.String(20))
    subject_id: Mapped[int | None] = mapped_column()
    place: Mapped[str | None] = mapped_column(sa.String(300))
    details: Mapped[dict[str, Any]] = mapped_column(sa.JSON)

    source: Mapped["AuditSource | None"] = relationship(lazy="joined", viewonly=True)


class AuditSource(Base):
    """From which network an act came: a leaf that may be cut off when it is old, or its person is erased."""

    __tablename__ = "audit_source"

    record_id: Mapped[int] = mapped_column(sa.ForeignKey("audit_record.id"), primary_key=True)
    network: Mapped[str] = mapped_column(sa.String(64))
