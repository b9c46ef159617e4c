"""What came in, exactly as it came, and what goes out."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from blog.core import clock
from blog.core.db import KEPT_IDS, AppendOnly, Base, UtcDateTime
from blog.mailroom.values import OutboxState

# What has still something to be forgotten. Word for word the same in partial indexes and in what is asked of them: only
# then databases use them, and looking for what is old costs no more, however much was forgotten before.
HAS_NETWORK = sa.text("(peer <> '' OR helo <> '')")
# How long sending is tried: mail servers owe each other four to five days (RFC 5321, 4.5.4.1).
PATIENCE = timedelta(days=5)
_MAX_ERROR_LENGTH = 200
_IS_KEPT = sa.text("forgotten_at IS NULL")
_IS_DUPLICATE = sa.text("duplicate_of_id IS NOT NULL")
HAS_WORDS = sa.text("(state NOT IN ('waiting', 'forgotten'))")
# The same for what is looked for on the outbox page: few letters among all of them.
HAS_FAILED = sa.text("(state = 'failed')")


class Delivery(AppendOnly, Base):
    """One raw message for one of our addresses, accepted by a door. Never changed, never dropped.

    When its time is over, or its sender leaves for good, it is forgotten (`blog.mailroom.forgetting`): the row stays,
    with its digest, and says that from `forgotten_at` on there is nothing more.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        sa.Index("ix_delivery_kept", "received_at", sqlite_where=_IS_KEPT, postgresql_where=_IS_KEPT),
        sa.Index(
            "ix_delivery_network", "received_at", sqlite_where=HAS_NETWORK, postgresql_where=HAS_NETWORK
        ),
        # What the sums of the mailroom's page ask for: they never read the rows, which are as large as the mail.
        sa.Index("ix_delivery_summed", "door", "received_at", "route", "forgotten_at"),
        KEPT_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    door: Mapped[str] = mapped_column(sa.String(10))
    route: Mapped[str] = mapped_column(sa.String(40))
    recipient: Mapped[str] = mapped_column(sa.String(320))
    envelope_sender: Mapped[str | None] = mapped_column(sa.String(320))
    peer: Mapped[str] = mapped_column(sa.String(64))
    helo: Mapped[str] = mapped_column(sa.String(255))
    tls: Mapped[bool] = mapped_column()
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    size: Mapped[int] = mapped_column()
    raw: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    # When it came to whoever handed it on to us (a provider, a mailbox), by their clock: shown, and decides nothing.
    stamped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    forgotten_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    message: Mapped["ReadMessage | None"] = relationship(
        back_populates="delivery", foreign_keys="ReadMessage.delivery_id"
    )
    sender_check: Mapped["SenderCheckRecord | None"] = relationship(back_populates="delivery")


class DoorReceipt(Base):
    """What was answered to a door that may hand in the same thing twice, such as a provider that heard no answer.

    `key` is what the other side calls it; `told` what was said for each destination the first time.
    """

    __tablename__ = "door_receipt"
    __table_args__ = (sa.UniqueConstraint("door", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    door: Mapped[str] = mapped_column(sa.String(10))
    key: Mapped[str] = mapped_column(sa.String(300))
    told: Mapped[list[str]] = mapped_column(sa.JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class DoorRefusal(Base):
    """How many messages a door has refused on one day (UTC), by why: nothing of them is kept."""

    __tablename__ = "door_refusal"

    day: Mapped[date] = mapped_column(primary_key=True)
    door: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    why: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    total: Mapped[int] = mapped_column(default=0)


class ReadMessage(Base):
    """What a delivery says, as read by the parser of `parser_version`; made anew when it is read again."""

    __tablename__ = "read_message"
    __table_args__ = (
        # As above.
        sa.Index("ix_read_message_summed", "delivery_id", "readable", "kind"),
        sa.Index(
            "ix_read_message_duplicate_of_id",
            "duplicate_of_id",
            sqlite_where=_IS_DUPLICATE,
            postgresql_where=_IS_DUPLICATE,
        ),
    )

    delivery_id: Mapped[int] = mapped_column(sa.ForeignKey("delivery.id"), primary_key=True)
    parser_version: Mapped[int] = mapped_column(index=True)
    read_at: Mapped[datetime] = mapped_column(UtcDateTime)
    readable: Mapped[bool] = mapped_column()
    kind: Mapped[str] = mapped_column(sa.String(20))
    automatic_reason: Mapped[str | None] = mapped_column(sa.String(80))
    from_address: Mapped[str] = mapped_column(sa.String(320))
    from_name: Mapped[str] = mapped_column(sa.String(200))
    subject: Mapped[str] = mapped_column(sa.String(998))
    message_id: Mapped[str | None] = mapped_column(sa.String(998))
    in_reply_to: Mapped[str | None] = mapped_column(sa.String(998))
    date_claimed: Mapped[datetime | None] = mapped_column(UtcDateTime)
    text: Mapped[str] = mapped_column(sa.Text)
    elided: Mapped[str] = mapped_column(sa.Text)
    defects: Mapped[list[str]] = mapped_column(sa.JSON)
    attachments: Mapped[list[dict[str, object]]] = mapped_column(sa.JSON)
    # A mail that was sent twice has the same one: of where it went, who sent it, its Message-ID and what it says.
    fingerprint: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    duplicate_of_id: Mapped[int | None] = mapped_column(sa.ForeignKey("delivery.id"))

    delivery: Mapped[Delivery] = relationship(back_populates="message", foreign_keys=[delivery_id])


class SenderCheckRecord(Base):
    """What we could find out about who sent a delivery, as seen by the checker of `checker_version`.

    Made anew while something could not be found out; `results` is what `SenderCheck.to_json` gives.
    """

    __tablename__ = "sender_check"

    delivery_id: Mapped[int] = mapped_column(sa.ForeignKey("delivery.id"), primary_key=True)
    checker_version: Mapped[int] = mapped_column()
    checked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=1)
    sender_class: Mapped[str] = mapped_column(sa.String(10))
    from_domain: Mapped[str] = mapped_column(sa.String(255))
    results: Mapped[dict[str, object]] = mapped_column(sa.JSON)

    delivery: Mapped[Delivery] = relationship(back_populates="sender_check")


class OutboxMessage(Base):
    """A message of ours, written in the transaction that caused it. `cause` is unique: one cause, one mail."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        sa.Index("ix_outbox_message_created", "created_at", "id"),
        # How often an address was answered lately is asked for every message that is read.
        sa.Index("ix_outbox_message_recipient", "recipient", "created_at"),
        sa.Index("ix_outbox_message_words", "created_at", sqlite_where=HAS_WORDS, postgresql_where=HAS_WORDS),
        sa.Index(
            "ix_outbox_message_failed",
            "created_at",
            "id",
            sqlite_where=HAS_FAILED,
            postgresql_where=HAS_FAILED,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cause: Mapped[str] = mapped_column(sa.String(200), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recipient: Mapped[str] = mapped_column(sa.String(320))
    language: Mapped[str] = mapped_column(sa.String(5))
    subject: Mapped[str] = mapped_column(sa.String(300))
    text: Mapped[str] = mapped_column(sa.Text)
    message_id: Mapped[str] = mapped_column(sa.String(255), unique=True)
    in_reply_to: Mapped[str | None] = mapped_column(sa.String(998))
    # Where an answer to it goes, if that is not where it comes from.
    reply_to: Mapped[str | None] = mapped_column(sa.String(320))
    is_automatic: Mapped[bool] = mapped_column()
    # It holds what lets its reader in: nobody else may see its text.
    is_secret: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(sa.String(10))
    attempts: Mapped[int] = mapped_column(default=0)
    # Of a forgotten one: since when it could be read, also where no relay is configured.
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(sa.String(_MAX_ERROR_LENGTH))
    # When what it says is no longer good (a code), or no longer so: from then on it is not sent. None: it is always
    # good to know.
    good_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # When somebody had it sent again: our patience begins anew.
    asked_again_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def reached_nobody(self) -> bool:
        """Whether nobody can have read it, or will: it was refused, or forgotten before it could be read."""
        return self.state == OutboxState.FAILED or (
            self.state == OutboxState.FORGOTTEN and self.sent_at is None
        )

    @property
    def tried_until(self) -> datetime:
        """Until when it is tried again and again. The last attempt comes after that."""
        return (self.asked_again_at or self.created_at) + PATIENCE

    def note_attempt(self, state: OutboxState, error: str | None) -> None:
        """Write down how an attempt to send it ended, unless it was forgotten meanwhile: it stays so."""
        if self.state != OutboxState.WAITING:
            return
        now = clock.now()
        self.attempts += 1
        self.state = state
        self.last_error = error[:_MAX_ERROR_LENGTH] if error else None
        self.sent_at = now if state is OutboxState.SENT else None
        if self.is_secret and state in {OutboxState.SENT, OutboxState.FAILED}:
            # Whoever reads the database, or a backup of it, shall not read what lets somebody else in.
            self.text = ""
