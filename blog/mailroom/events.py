"""What happens to mail that came in, for whoever listens."""

from dataclasses import dataclass
from datetime import datetime

from blog.core.actor import Actor
from blog.core.events import Event
from blog.mailroom.values import Door, RefusalReason


@dataclass(frozen=True, slots=True)
class SenderProven(Event):
    """The domain that a delivery names vouches for it, and had not before: at its first reading, or a later look."""

    delivery_id: int


@dataclass(frozen=True, slots=True)
class MailRefused(Event):
    """A door did not take so many messages for what `target_id` is to a route, in a span of time."""

    route: str
    target_id: int
    door: Door
    why: RefusalReason
    total: int
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class RawMailShown(Event):
    """Somebody looks at the exact bytes of a delivery."""

    delivery_id: int
    by: Actor


@dataclass(frozen=True, slots=True)
class RawMailTaken(Event):
    """Somebody takes the exact bytes of a delivery away as a file."""

    delivery_id: int
    by: Actor


@dataclass(frozen=True, slots=True)
class MailReadAgain(Event):
    """A delivery is going to be read once more."""

    delivery_id: int
    by: Actor


@dataclass(frozen=True, slots=True)
class OlderMailReadAgain(Event):
    """So many deliveries that an older reader has read are going to be read once more."""

    total: int
    by: Actor


@dataclass(frozen=True, slots=True)
class LetterSentAgain(Event):
    """A letter of ours that could not be sent is going to be tried once more."""

    outbox_id: int
    by: Actor
