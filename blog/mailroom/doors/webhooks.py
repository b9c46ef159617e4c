"""What webhooks of all providers share: a message that a provider took in for us, handed in as it came.

Who sent it to the provider, from which network and how, we do not see; so the envelope says nothing of it, and nothing
is concluded from it (SPF needs the peer). The number is given at our commit, as at every door.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from blog.core.config import current_settings
from blog.core.db import session
from blog.mailroom.accepting import Incoming
from blog.mailroom.doors.intake import (
    MAX_MESSAGE_BYTES,
    NO_SUCH_ADDRESS,
    Accepted,
    Outcome,
    Refused,
    TryLater,
    accept,
    are_too_many,
    refusal_of,
)
from blog.mailroom.refusals import count_refusal
from blog.mailroom.routes import Destination, resolve
from blog.mailroom.values import Door, Envelope, RefusalReason

# A message in the encoding that makes most of it (%0A for a byte, or all its parts beside the whole), and the fields.
MAX_BODY_BYTES = 3 * MAX_MESSAGE_BYTES + 500_000
_MAX_NAME = 100
log = structlog.get_logger(__name__)


class NotUnderstood(Exception):
    """A request that does not hold what the provider's documentation promises; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class Handed:
    """One message as a provider hands it in. `name` is what they call it; `sender` is None where they do not say."""

    door: Door
    name: str
    recipients: tuple[str, ...]
    sender: str | None
    raw: bytes
    stamped_at: datetime | None

    @property
    def digest(self) -> str:
        """The SHA-256 of the bytes, in hexadecimal."""
        return hashlib.sha256(self.raw).hexdigest()


def take_in(app: Flask, handed: Handed, *, tls: bool) -> Outcome:
    """Store a message for those of its recipients that are ours: once, however often it is handed in.

    `tls` says whether it came to us over TLS. A refusal means that it can never be accepted as it is. What is not taken
    is counted.
    """
    outcome, destinations = _take_in(app, handed, tls=tls)
    if not isinstance(outcome, Accepted):
        count_refusal(handed.door, refusal_of(outcome), destinations)
    return outcome


def _take_in(app: Flask, handed: Handed, *, tls: bool) -> tuple[Outcome, tuple[Destination, ...]]:
    recipients = _ours(handed.recipients)
    if refusal := are_too_many(recipients):
        return refusal, ()
    try:
        destinations = _destinations(recipients)
    except SQLAlchemyError as error:
        # Nobody knows now whether the address exists.
        log.warning("an address could not be looked up", door=handed.door, exc_info=error)
        return TryLater(), ()
    finally:
        # The door writes in a transaction of its own; ours only looked addresses up.
        session.rollback()
    if not destinations:
        return Refused(NO_SUCH_ADDRESS, RefusalReason.NO_SUCH_ADDRESS), ()
    envelope = Envelope(handed.door, handed.sender, handed.recipients, peer="", helo="", tls=tls)
    message = Incoming(envelope, destinations, handed.raw, _key(handed), handed.stamped_at)
    return accept(app, message), destinations


def _ours(recipients: tuple[str, ...]) -> list[str]:
    """The recipients in our domain, each once.

    No database takes everything that stands in a request, and no address of ours holds such a thing.
    """
    ending = f"@{current_settings().answer_domain.lower()}"
    return [
        one for one in dict.fromkeys(recipients) if one.isprintable() and one.strip().lower().endswith(ending)
    ]


def _destinations(recipients: list[str]) -> tuple[Destination, ...]:
    domain = current_settings().answer_domain
    found = (resolve(recipient, domain) for recipient in recipients)
    return tuple({(one.route.name, one.target_id): one for one in found if one is not None}.values())


def _key(handed: Handed) -> str:
    """What the same message has each time, and another one never: also where a provider used a name twice."""
    whole = "\0".join((handed.name, *handed.recipients, handed.digest)).encode("utf-8", "surrogatepass")
    name = "".join(each for each in handed.name[:_MAX_NAME] if each.isascii() and each.isprintable())
    return f"{name} {hashlib.sha256(whole).hexdigest()}".strip()
