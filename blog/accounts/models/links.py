"""Accounts at a provider by which people come in."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from blog.core.db import KEPT_IDS, Base, UtcDateTime


class ProviderLink(Base):
    """Whoever is `subject` to the provider `issuer` is this person here. Nothing else says so: addresses change hands.

    `label` is what the provider called them when they were linked, so that they know it again: somebody may have
    typed it there. Of tokens nothing is kept.
    """

    __tablename__ = "provider_link"
    __table_args__ = (
        sa.UniqueConstraint("issuer", "subject"),
        # One account at a provider for a person: who wants another one ends the first.
        sa.UniqueConstraint("person_id", "issuer"),
        KEPT_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    issuer: Mapped[str] = mapped_column(sa.String(255))
    subject: Mapped[str] = mapped_column(sa.String(255))
    label: Mapped[str | None] = mapped_column(sa.String(300))
    linked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
