"""Who gets a prize, and how it comes to them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from blog.accounts.models.people import Person
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.values import AwardStep
from blog.core.db import AppendOnly, Base, UtcDateTime

# One prize, one living award, however many announce at once.
_IS_LIVING = sa.text("is_living")


class Award(Base):
    """The prize of one rank on its way to the sender of one entry. What comes to nothing stays, and is not living."""

    __tablename__ = "award"
    __table_args__ = (
        sa.UniqueConstraint("entry_id"),
        sa.Index(
            "uq_award_living",
            "challenge_id",
            "rank",
            unique=True,
            sqlite_where=_IS_LIVING,
            postgresql_where=_IS_LIVING,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    challenge_id: Mapped[int] = mapped_column(sa.ForeignKey("challenge.id"), index=True)
    rank: Mapped[int] = mapped_column(default=1)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entry.id"))
    step: Mapped[str] = mapped_column(sa.String(15), default=AwardStep.NOTIFIED)
    is_living: Mapped[bool] = mapped_column(default=True)
    announced_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    # When its winner was written to.
    announced_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Until when they can say that they want it; None: as long as they like (challenges of before there was an end).
    claim_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    initials: Mapped[str] = mapped_column(sa.String(20))
    # What the winner agreed to, typed with the code from the mail; None shows the initials.
    display_name: Mapped[str | None] = mapped_column(sa.String(80))
    agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    code_digest: Mapped[str] = mapped_column(sa.String(64))
    code_failures: Mapped[int] = mapped_column(default=0)
    # Where it is to be sent, as its winner typed it on our page: gone when it has been sent and the books are closed.
    address: Mapped[str] = mapped_column(sa.Text, default="")
    tracking: Mapped[str] = mapped_column(sa.String(300), default="")

    challenge: Mapped[Challenge] = relationship()
    entry: Mapped[Entry] = relationship()
    steps: Mapped[list["AwardStepTaken"]] = relationship(back_populates="award", order_by="AwardStepTaken.id")


class AwardStepTaken(AppendOnly, Base):
    """One step of an award: who took it when, and why, where that has a reason."""

    __tablename__ = "award_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(sa.ForeignKey("award.id"), index=True)
    step: Mapped[str] = mapped_column(sa.String(15))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    # None: the winner did, or time did.
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    reason_salt: Mapped[bytes | None] = mapped_column(sa.LargeBinary)

    award: Mapped[Award] = relationship(back_populates="steps")
    by: Mapped[Person | None] = relationship()
