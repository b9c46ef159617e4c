"""Challenges, their entries in order of arrival, and verdicts as events that are only added."""

from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from blog.accounts.models.people import Person
from blog.articles.models import Article
from blog.challenges.values import CONFIRM_WITHIN, ChallengeStatus
from blog.core.db import KEPT_IDS, AppendOnly, Base, UtcDateTime
from blog.mailroom.models import Delivery, OutboxMessage
from blog.mailroom.queries import is_tried
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


class Challenge(Base):
    """A question, a prize, and a time in which answers can be mailed. Its slug is its mail address.

    `entry_total` numbers the next entry: it grows in the transaction that stores the message, under the lock
    of this row, so numbers have no gaps and follow the order of the commits.
    """

    __tablename__ = "challenge"
    __table_args__ = KEPT_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(60), unique=True)
    article_id: Mapped[int | None] = mapped_column(sa.ForeignKey("article.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(300))
    question_html: Mapped[str] = mapped_column(sa.Text)
    prize: Mapped[str] = mapped_column(sa.String(300))
    judging: Mapped[str] = mapped_column(sa.String(20), default="editor")
    language: Mapped[str] = mapped_column(sa.String(5))
    status: Mapped[str] = mapped_column(sa.String(20), default=ChallengeStatus.DRAFT)
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    entry_total: Mapped[int] = mapped_column(default=0)
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    article: Mapped[Article | None] = relationship()


class Entry(Base):
    """One delivery to a challenge's address; numbered in order of arrival, whatever it turns out to be."""

    __tablename__ = "entry"
    __table_args__ = (sa.UniqueConstraint("challenge_id", "number"), KEPT_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    challenge_id: Mapped[int] = mapped_column(sa.ForeignKey("challenge.id"))
    number: Mapped[int] = mapped_column()
    delivery_id: Mapped[int] = mapped_column(sa.ForeignKey("delivery.id"), unique=True)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    token_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    # Set once by the job that reads the message; None means that it has not been read yet.
    eligible: Mapped[bool | None] = mapped_column()
    why_not: Mapped[str | None] = mapped_column(sa.String(20))

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
    is_letter_stuck: Mapped[bool] = column_property(
        sa.exists()
        .where(
            OutboxMessage.id == letter_id,
            OutboxMessage.state == OutboxState.WAITING,
            ~is_tried(cast("sa.ColumnElement[int]", OutboxMessage.id)),
        )
        .correlate_except(OutboxMessage)
    )

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
        is_refused = self.letter is None or self.letter.state == OutboxState.FAILED
        return self.first_since is not None and is_refused

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
    """What a judge said of an entry. The last one counts; earlier ones stay."""

    __tablename__ = "verdict"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entry.id"), index=True)
    judgement: Mapped[str] = mapped_column(sa.String(20))
    reason: Mapped[str] = mapped_column(sa.Text)
    judge_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    judged_at: Mapped[datetime] = mapped_column(UtcDateTime)

    entry: Mapped[Entry] = relationship(back_populates="verdicts")
    judge: Mapped[Person | None] = relationship()


class Award(Base):
    """The prize of one challenge and who gets it. One challenge, one award, however many announce at once."""

    __tablename__ = "award"

    id: Mapped[int] = mapped_column(primary_key=True)
    challenge_id: Mapped[int] = mapped_column(sa.ForeignKey("challenge.id"), unique=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entry.id"), unique=True)
    announced_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    announced_at: Mapped[datetime] = mapped_column(UtcDateTime)
    initials: Mapped[str] = mapped_column(sa.String(20))
    # What the winner agreed to, typed with the code from the mail; None shows the initials.
    display_name: Mapped[str | None] = mapped_column(sa.String(80))
    agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    code_digest: Mapped[str] = mapped_column(sa.String(64))
    code_failures: Mapped[int] = mapped_column(default=0)

    challenge: Mapped[Challenge] = relationship()
    entry: Mapped[Entry] = relationship()
