"""What is left of mail that nobody needs any more, or whose person has left: that there was some, and its digest.

Plain statements: to everything else in the program these rows are append-only.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from blog.core import clock
from blog.core.db import session
from blog.mailroom.models import Delivery, OutboxMessage, ReadMessage
from blog.mailroom.values import OutboxState

# So many rows at once: whoever else wants to write waits for no longer than that takes.
PORTION = 200


def nothing_delivered() -> Mapping[str, object]:
    """What a forgotten delivery holds: its digest, its size and its time stay, by which a receipt can be checked."""
    return {"raw": b"", "envelope_sender": None, "peer": "", "helo": "", "forgotten_at": clock.now()}


def nothing_read() -> Mapping[str, object]:
    """What is left of what was read in it; what kind of message it was stays."""
    return {
        "from_address": "",
        "from_name": "",
        "subject": "",
        "message_id": None,
        "in_reply_to": None,
        "date_claimed": None,
        "text": "",
        "elided": "",
        "defects": [],
        "attachments": [],
    }


def nothing_written() -> Mapping[str, object]:
    """What a forgotten letter of ours holds: what it was for, and when it was sent."""
    return {
        "recipient": "",
        "subject": "",
        "text": "",
        "in_reply_to": None,
        "last_error": None,
        "state": OutboxState.FORGOTTEN,
    }


def forget_deliveries(ids: Sequence[int]) -> None:
    """Forget these deliveries, and what was read in them. Doing it again changes nothing."""
    # The delivery first: who is reading it holds its row, and what they have read is there when we go on.
    session.execute(
        sa.update(Delivery)
        .where(Delivery.id.in_(ids), Delivery.forgotten_at.is_(None))
        .values(nothing_delivered())
        .execution_options(synchronize_session=False)
    )
    session.execute(
        sa.update(ReadMessage)
        .where(ReadMessage.delivery_id.in_(ids))
        .values(nothing_read())
        .execution_options(synchronize_session=False)
    )


def forget_letters(before: datetime) -> int:
    """Forget a portion of the letters that were written before an instant. Returns how many there were."""
    old = session.scalars(
        sa.select(OutboxMessage.id)
        .where(
            OutboxMessage.created_at < before,
            # What waits is still to be sent, however long that takes.
            OutboxMessage.state.not_in([OutboxState.WAITING, OutboxState.FORGOTTEN]),
        )
        .order_by(OutboxMessage.created_at)
        .limit(PORTION)
    ).all()
    session.execute(sa.update(OutboxMessage).where(OutboxMessage.id.in_(old)).values(nothing_written()))
    return len(old)
