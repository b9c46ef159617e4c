"""Small values of the mailroom."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

# The route of mail to ourselves.
LOOPBACK_ROUTE = "loopback"


class Door(StrEnum):
    """A way in for mail."""

    SMTP = "smtp"
    LMTP = "lmtp"
    PIPE = "pipe"
    MAILGUN = "mailgun"
    POSTMARK = "postmark"
    IMAP = "imap"
    FORM = "form"


class RefusalReason(StrEnum):
    """Why a door did not take a message, a recipient of one, or a connection: for good, or until it comes again."""

    NO_SUCH_ADDRESS = "no-such-address"
    TOO_LARGE = "too-large"
    TOO_MANY = "too-many"
    TOO_SLOW = "too-slow"
    NO_ROOM = "no-room"
    NOT_PROVEN = "not-proven"
    BROKEN = "broken"
    NOT_GIVEN = "not-given"
    OUR_FAULT = "our-fault"


class Became(StrEnum):
    """What has become of a delivery: exactly one of these, also after it was forgotten."""

    ENTRY = "entry"
    REPLY = "reply"
    CONFIRMATION = "confirmation"
    BOUNCE = "bounce"
    AUTOMATIC = "automatic"
    UNPARSED = "unparsed"
    OTHER = "other"
    OWN_TEST = "own-test"
    WAITING = "waiting"


class OutboxState(StrEnum):
    """How far a message of ours has come. `caught` is kept here because no relay is configured.

    `forgotten` has lost its words and its recipient: it stands for what it was sent for, so that it is not sent again.
    """

    WAITING = "waiting"
    SENT = "sent"
    CAUGHT = "caught"
    FAILED = "failed"
    FORGOTTEN = "forgotten"


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the other side said around the message.

    `sender` is "" for the null sender, and None where a door was not told: that is not the same, for a message
    from the null sender is never a person's.
    """

    door: Door
    sender: str | None
    recipients: tuple[str, ...]
    peer: str
    helo: str
    tls: bool


@dataclass(frozen=True, slots=True)
class Arrival:
    """A delivery that was stored just now, for a target of a route, with the place that it took there."""

    target_id: int
    place: int
    delivery_id: int
    recipient: str
    received_at: datetime
    sha256: str
    door: Door
    envelope_sender: str | None
    stamped_at: datetime | None

    def told(self, words: str) -> str:
        """What its sender's server is told behind `250`: what it became, and the fingerprint of what we stored."""
        return f"{words} sha256={self.sha256}"
