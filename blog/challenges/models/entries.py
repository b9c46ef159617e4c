"""Entries in order of arrival, what their senders were asked, and verdicts as events that are only added."""

from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from blog.accounts.models.people import Person
from blog.challenges.models.challenges import Challenge
from blog.challenges.values import CONFIRM_WITHIN
from blog.core.db import KEPT_IDS, AppendOnly, Base, UtcDateTime
from blog.mailroom.models import Delivery, OutboxMessage
from blog.mailroom.queries import is_stuck
from blog.mailroom.values import OutboxState

# Why a letter was written that asks whether an entry is somebody's; the id of the entry follows.
LETTER_CAUSE = "confirm:"
# The route of the addresses at which entries are confirmed.
CONFIRMATIONS = "confirmations"
# A text and no parameter: only so SQLite sees that it may use the index below.
IS_CONFIRMATION = sa.text(f"(route = '{CONFIRMATIONS}')")
# Of all mail little is for those addresses, and before an entry is passed over all of it is asked for.
_CONFIRMATION_MAIL = sa.Index(
    "ix_delivery_confirmations",
    cast("sa.Table", Delivery.__table__).c.id,
    sqlite_where=IS_CONFIRMATION,
    postgresql_where=IS_CONFIRMATION,
)

_HAS_KEY = sa.text("answer_key IS NOT NULL")


class Entry(Base):
    """One delivery to a challenge's address; numbered in order of arrival, whatever it turns out to be."""

    __tablename__ = "entry"
    __table_args__ = (
        sa.UniqueConstraint("challenge_id", "number"),
        # Answers that are written alike, and how many somebody has sent, are asked for at every one of them.
        sa.Index(
            "ix_entry_alike", "challenge_id", "answer_key", sqlite_where=_HAS_KEY, postgresql_where=_HAS_KEY
        ),
        sa.Index("ix_entry_sender", "challenge_id", "sender"),
        KEPT_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    challenge_id: Mapped[int] = mapped_column(sa.ForeignKey("challenge.id"))
    number: Mapped[int] = mapped_column()
    delivery_id: Mapped[int] = mapped_column(sa.ForeignKey("delivery.id"), unique=True)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    token_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    # Set once by the job that reads the message; None means that it has not been read yet.
    eligible: Mapped[bool | None] = mapped_column()
    why_not: Mapped[str | None] = mapped_column(sa.String(20))
    # What its verdicts come to under the terms in force (`outcome.ruling_of`); None while it takes more of them.
    ruling: Mapped[str | None] = mapped_column(sa.String(20))
    # The same text for the same address within a challenge, and nothing that leads to it; None where none is named.
    sender: Mapped[str | None] = mapped_column(sa.String(16))
    # Answers that are written alike have the same one: they can be judged together.
    answer_key: Mapped[str | None] = mapped_column(sa.String(64))
    # How its sender, whose answer was correct, wants to be called on the roll of honour; None: by the number alone.
    honour_name: Mapped[str | None] = mapped_column(sa.String(80))
    # When an editor took away the name that was shown with it: since then it shows none.
    name_refused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Since when its sender does not want to be mailed how the challenge ends; None: they are.
    result_unwanted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    challenge: Mapped[Challenge] = relationship()
    delivery: Mapped[Delivery] = relationship()
    verdicts: Mapped[list["Verdict"]] = relationship(back_populates="entry", order_by="Verdict.id")
    confirmation: Mapped["EntryConfirmation | None"] = relationship(back_populates="entry")


class EntryConfirmation(Base):
    """Of an answer that anybody could have sent in a name that is not theirs: that its owner is asked, and confirms it.

    Since `first_since` nothing but this stands between the entry and the prize, and `letter` asks for it; None while
    something else does. The time to confirm it is not stored but follows from both: it cannot run before the letter
    has left, whatever becomes of whoever would have to note that.
    """

    __tablename__ = "entry_confirmation"

    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entry.id"), primary_key=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    code_digest: Mapped[str] = mapped_column(sa.String(64))
    code_failures: Mapped[int] = mapped_column(default=0)
    first_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # One letter asks for all entries of a challenge that name the same address.
    letter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("outbox_message.id", ondelete="SET NULL"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # By a reply to the receipt, the code from it, or by signing in with the address.
    confirmed_by: Mapped[str | None] = mapped_column(sa.String(10))
    # When whoever reads the mail of that address said that it is not theirs.
    disowned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    entry: Mapped[Entry] = relationship(back_populates="confirmation")
    letter: Mapped[OutboxMessage | None] = relationship()
    # Whether the letter has not left and nobody tries to send it any more: only who is at the desk can help it then.
    is_letter_stuck: Mapped[bool] = column_property(is_stuck(letter_id))

    @property
    def letter_entry_id(self) -> int | None:
        """The entry whose word the letter asks for: this one, or one that waits with it and names the same address."""
        cause = self.letter.cause if self.letter else ""
        number = cause.removeprefix(LETTER_CAUSE).partition(":")[0]
        return int(number) if cause.startswith(LETTER_CAUSE) and number.isdecimal() else None

    @property
    def is_of_itself(self) -> bool:
        """Whether the letter asks for the word on this entry, so that its answer confirms this one."""
        return self.letter_entry_id == self.entry_id

    @property
    def is_unreachable(self) -> bool:
        """Whether the time for it came and nobody could be asked: there is no address, or it takes no mail."""
        return self.first_since is not None and (self.letter is None or self.letter.reached_nobody)

    @property
    def due_at(self) -> datetime | None:
        """Until when it can be confirmed: a week after the letter has left. None while that has not begun.

        Without a relay the letter is shown on the outbox page instead, from the moment at which it was written.
        """
        letter = self.letter
        if self.first_since is None or letter is None or self.is_unreachable:
            return None
        if letter.state == OutboxState.WAITING:
            return None
        return max(letter.sent_at or letter.created_at, self.first_since) + CONFIRM_WITHIN

    def is_over(self, at: datetime) -> bool:
        """Whether it has kept others waiting for long enough at an instant: at once where nobody can be asked."""
        return self.is_unreachable or (self.due_at is not None and self.due_at <= at)


class Verdict(AppendOnly, Base):
    """What a judge, or a rule that decides, said of an entry under which terms. Earlier ones stay."""

    __tablename__ = "verdict"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entry.id"), index=True)
    judgement: Mapped[str] = mapped_column(sa.String(20))
    reason: Mapped[str] = mapped_column(sa.Text)
    judge_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    judged_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Who it is within the challenge and its ledger: `j1`, `j2` …, or `rule`; `u1`, `u2` … where it stands in none.
    judge_label: Mapped[str] = mapped_column(sa.String(10), default="j1")
    terms_version: Mapped[int] = mapped_column(default=0)
    # The codes of what a judge has ticked.
    rubric: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    # Opens the commitment to the reason in the ledger; gone with names that stood in it.
    reason_salt: Mapped[bytes | None] = mapped_column(sa.LargeBinary)

    entry: Mapped[Entry] = relationship(back_populates="verdicts")
    judge: Mapped[Person | None] = relationship()
