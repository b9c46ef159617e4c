"""Who gets a prize, and how it comes to them."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from blog.accounts.models.people import Person
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.values import AwardStep
from blog.core.db import AppendOnly, Base, UtcDateTime
from blog.mailroom.models import OutboxMessage
from blog.mailroom.queries import is_stuck
from blog.mailroom.values import OutboxState

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
    # When it became theirs in the ledger; the letter that says so leaves after that.
    announced_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # How long they can say that they want it, as the terms said then; None: as long as they like (challenges of before
    # there was an end).
    claim_days: Mapped[int | None] = mapped_column()
    # The last letter with a code; None where nobody could be written to.
    letter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("outbox_message.id", ondelete="SET NULL"))
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Those of the name on their mail; empty once they have left.
    initials: Mapped[str] = mapped_column(sa.String(20))
    # What the winner agreed to, typed with the code from the mail: a name, or their initials. Without either the result
    # shows the number of their entry alone.
    display_name: Mapped[str | None] = mapped_column(sa.String(80))
    shows_initials: Mapped[bool] = mapped_column(default=False)
    agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    code_digest: Mapped[str] = mapped_column(sa.String(64))
    code_failures: Mapped[int] = mapped_column(default=0)
    # Where it is to be sent, as its winner typed it on our page: gone when it has been sent and the books are closed.
    address: Mapped[str] = mapped_column(sa.Text, default="")
    tracking: Mapped[str] = mapped_column(sa.String(300), default="")

    challenge: Mapped[Challenge] = relationship()
    entry: Mapped[Entry] = relationship()
    letter: Mapped[OutboxMessage | None] = relationship()
    # Whether that letter has not left and nobody tries to send it any more: only who is at the desk can help it then.
    is_letter_stuck: Mapped[bool] = column_property(is_stuck(letter_id))
    steps: Mapped[list["AwardStepTaken"]] = relationship(back_populates="award", order_by="AwardStepTaken.id")

    @property
    def shown_name(self) -> str:
        """What the result calls its winner; nothing where the number of the entry is all that it shows."""
        return self.display_name or (self.initials if self.shows_initials else "")

    @property
    def has_left(self) -> bool:
        """Whether its winner has left for good: then nobody knows who it is, nor where to write to."""
        return not self.initials

    @property
    def claim_until(self) -> datetime | None:
        """Until when it can be claimed: the days that the terms give, from when the letter with the code has left.

        None while that has not begun, and where there is no end. Without a relay the letter is shown on the outbox page
        instead, from the moment at which it was written.
        """
        letter = self.letter
        if self.claim_days is None or letter is None or self.is_unreachable:
            return None
        if letter.state == OutboxState.WAITING:
            return None
        return max(letter.sent_at or letter.created_at, self.announced_at) + timedelta(days=self.claim_days)

    @property
    def is_letter_on_its_way(self) -> bool:
        """Whether the last letter with a code is still going to leave."""
        letter = self.letter
        return letter is not None and letter.state == OutboxState.WAITING and not self.is_letter_stuck

    @property
    def is_unreachable(self) -> bool:
        """Whether nobody could be written to: there is no address, or it takes no mail."""
        return self.letter is None or self.letter.reached_nobody


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
