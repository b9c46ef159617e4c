"""Work of the mailroom: reading what came in, sending what goes out."""

import sqlalchemy as sa
import structlog
from flask import current_app

from blog.core.db import leave_nothing_behind, session, unit_of_work
from blog.core.jobs.queue import Payload, job
from blog.mailroom.actions import store_reading
from blog.mailroom.models import Delivery, OutboxMessage
from blog.mailroom.parser.sandbox import read_in_child
from blog.mailroom.transport import RefusedForGood, send
from blog.mailroom.values import OutboxState

log = structlog.get_logger(__name__)


@job("mailroom.read")
def read_delivery(payload: Payload) -> None:
    """Read one delivery in the parser's own process, and let its route react."""
    delivery_id = payload["delivery_id"]
    raw, sender, forgotten_at = session.execute(
        sa.select(Delivery.raw, Delivery.envelope_sender, Delivery.forgotten_at).where(
            Delivery.id == delivery_id
        )
    ).one()
    if forgotten_at is not None:
        return
    # Parsing takes its time and needs no database: the read transaction ends first.
    session.rollback()
    parsed = read_in_child(raw, envelope_sender=sender)
    with unit_of_work():
        has_left = store_reading(int(str(delivery_id)), parsed)
    if has_left:
        leave_nothing_behind()


@job("mailroom.send")
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
    if current_app.extensions["settings"].relay is not None:
        state, error = _send(message)
    with unit_of_work():
        _note(message.id, state, error)


def _send(message: OutboxMessage) -> tuple[OutboxState, str | None]:
    try:
        send(message)
    except RefusedForGood as refusal:
        log.warning("a message was refused for good", outbox_id=message.id, code=refusal.code)
        return OutboxState.FAILED, f"refused with {refusal.code}"
    except OSError as error:
        with unit_of_work():
            _note(message.id, OutboxState.WAITING, type(error).__name__)
        raise
    return OutboxState.SENT, None


def _note(message_id: int, state: OutboxState, error: str | None) -> None:
    # Whoever forgets it holds its row, and what they have done is there when we go on.
    row = session.get_one(OutboxMessage, message_id, with_for_update=True, populate_existing=True)
    row.note_attempt(state, error)
