"""Work of the mailroom: reading what came in, sending what goes out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
import structlog
from flask import current_app

from blog.core import clock
from blog.core.config import current_settings
from blog.core.db import leave_nothing_behind, session, unit_of_work
from blog.core.jobs.queue import Payload, job
from blog.mailroom.actions import store_reading
from blog.mailroom.authentication.check import check_sender
from blog.mailroom.authentication.handover import OwnServers, handover
from blog.mailroom.authentication.resolver import Resolver
from blog.mailroom.authentication.results import SenderCheck
from blog.mailroom.models import Delivery, OutboxMessage, ReadMessage
from blog.mailroom.parser.sandbox import read_in_child
from blog.mailroom.senders import note_sender
from blog.mailroom.transport import LeftAlone, RefusedForGood, reason_of, send
from blog.mailroom.values import OutboxState

# What is written beside a letter that was not sent in its time.
NO_LONGER_GOOD = "no longer good"
# More than there are in the days of `OutboxMessage.tried_until`, which is what ends them.
_TRIES = 200
log = structlog.get_logger(__name__)


@job("mailroom.read")
def read_delivery(payload: Payload) -> None:
    """Read one delivery in the parser's own process, and let its route react."""
    delivery = _kept(payload)
    if delivery is None:
        return
    parsed = read_in_child(delivery.raw, envelope_sender=delivery.envelope_sender)
    check = _sender_of(delivery, parsed.from_address) if parsed.kind == "person" else None
    with unit_of_work():
        has_left = store_reading(delivery.id, parsed, check)
    if has_left:
        leave_nothing_behind()


@job("mailroom.check_sender")
def check_sender_again(payload: Payload) -> None:
    """Find out once more who sent a delivery: the DNS did not answer before."""
    delivery = _kept(payload)
    read = session.get(ReadMessage, payload["delivery_id"])
    from_address = read.from_address if read else ""
    session.rollback()
    check = _sender_of(delivery, from_address) if delivery else None
    if delivery is None or check is None:
        return
    with unit_of_work():
        row = session.get_one(Delivery, delivery.id, with_for_update=True)
        if row.forgotten_at is None:
            note_sender(row, check)


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is needed of a delivery without the database: reading and asking take their time."""

    id: int
    raw: bytes
    envelope_sender: str | None
    helo: str
    peer: str
    received_at: datetime
    door: str
    size: int


def _kept(payload: Payload) -> _Kept | None:
    """A delivery, and no transaction any more; None for one of which nothing is kept that could be read."""
    columns = (
        Delivery.id,
        Delivery.raw,
        Delivery.envelope_sender,
        Delivery.helo,
        Delivery.peer,
        Delivery.received_at,
        Delivery.door,
        Delivery.size,
    )
    row = session.execute(
        sa.select(*columns).where(Delivery.id == payload["delivery_id"], Delivery.forgotten_at.is_(None))
    ).one_or_none()
    session.rollback()
    # Its bytes may be kept for a shorter time than what was read in them. Some people mail nothing at all.
    is_kept = row is not None and len(row.raw) == row.size
    return _Kept(*row) if row and is_kept else None


def _sender_of(delivery: _Kept, from_address: str) -> SenderCheck | None:
    """Who sent it, as the DNS says; None where the site does not find that out."""
    settings = current_settings()
    if not settings.check_senders:
        return None
    new_resolver: Callable[[], Resolver] = current_app.extensions["mail_resolver"]
    own = OwnServers(settings.own_mail_servers, settings.authserv_id, settings.imap_authserv_id)
    peer, authserv_id = handover(delivery.door, delivery.peer, own)
    return check_sender(
        delivery.raw,
        from_address=from_address,
        envelope_sender=delivery.envelope_sender,
        helo=delivery.helo,
        peer=peer,
        resolver=new_resolver(),
        at=delivery.received_at,
        own_authserv_id=authserv_id,
    )


@job("mailroom.send", tries=_TRIES)
def send_message(payload: Payload) -> None:
    """Send one message of ours, or keep it for the outbox page when no relay is configured.

    At least once: a worker that is killed between the relay's reply and our commit sends it again, with the
    same Message-ID, which mailboxes show once.
    """
    message = session.get(OutboxMessage, payload["outbox_id"])
    if message is None or message.state != OutboxState.WAITING:
        return
    session.expunge(message)
    session.rollback()
    state, error = OutboxState.CAUGHT, None
    if message.good_until is not None and clock.now() >= message.good_until:
        state, error = OutboxState.FAILED, message.last_error or NO_LONGER_GOOD
    elif current_app.extensions["settings"].relay is not None:
        state, error = _send(message)
    with unit_of_work():
        _note(message.id, state, error)


def _send(message: OutboxMessage) -> tuple[OutboxState, str | None]:
    """Try once. Raises what went wrong where it is to be tried again."""
    try:
        send(message)
    except RefusedForGood as refusal:
        log.warning("a message was refused for good", outbox_id=message.id, code=refusal.code)
        return OutboxState.FAILED, f"refused with {refusal.code}"
    except LeftAlone:
        # That was no attempt, and no letter fails without one.
        raise
    except OSError as error:
        reason = reason_of(error)
        if clock.now() >= message.tried_until:
            log.exception("a message could not be sent for days", outbox_id=message.id)
            return OutboxState.FAILED, reason
        with unit_of_work():
            _note(message.id, OutboxState.WAITING, reason)
        raise
    return OutboxState.SENT, None


def _note(message_id: int, state: OutboxState, error: str | None) -> None:
    # Whoever forgets it holds its row, and what they have done is there when we go on.
    row = session.get(OutboxMessage, message_id, with_for_update=True, populate_existing=True)
    if row is not None:
        row.note_attempt(state, error)
