"""What the mailroom's pages read."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from blog.core.db import session
from blog.core.errors import NotFound
from blog.core.jobs.models import Work
from blog.core.pagination import Page, decode_cursor, encode_cursor
from blog.mailroom.models import HAS_FAILED, OutboxMessage
from blog.mailroom.values import OutboxState

PAGE_SIZE = 50
# With the number of the message: the key of the work that sends it.
_SENDING = "send:"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_INSTANT = (datetime(9999, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)
_LAST_ID = 2**31 - 1


def outbox_page(cursor: str | None, *, only_failed: bool = False) -> Page[OutboxMessage]:
    """Messages of ours, the newest first; with `only_failed` those that did not get out.

    Raises `InvalidInput` for a damaged cursor.
    """
    query = sa.select(OutboxMessage).order_by(OutboxMessage.created_at.desc(), OutboxMessage.id.desc())
    if only_failed:
        query = query.where(HAS_FAILED)
    if cursor is not None:
        query = query.where(sa.tuple_(OutboxMessage.created_at, OutboxMessage.id) < _place_in(cursor))
    rows: Sequence[OutboxMessage] = session.scalars(query.limit(PAGE_SIZE + 1)).all()
    items = rows[:PAGE_SIZE]
    more = len(rows) > PAGE_SIZE
    return Page(items, _cursor(items[-1]) if more else None)


def failed_total() -> int:
    """How many messages of ours did not get out."""
    return session.scalar(sa.select(sa.func.count(OutboxMessage.id)).where(HAS_FAILED)) or 0


def outbox_message(message_id: int) -> OutboxMessage:
    """One message of ours. Raises `NotFound`."""
    message = session.get(OutboxMessage, message_id)
    if message is None:
        raise NotFound()
    return message


def key_of_sending(outbox_id: int) -> str:
    """Under which key a message of ours waits to be sent: once, however often somebody asks for it."""
    return f"{_SENDING}{outbox_id}"


def is_stuck(outbox_id: Mapped[Any]) -> sa.ColumnElement[bool]:
    """Whether the message that a column names has not left and is not tried any more, as `is_to_be_sent` has it."""
    key = sa.literal(_SENDING) + sa.cast(OutboxMessage.id, sa.String(20))
    is_tried = sa.exists().where(Work.key == key, Work.failed_at.is_(None))
    return (
        sa.exists()
        .where(OutboxMessage.id == outbox_id, OutboxMessage.state == OutboxState.WAITING, ~is_tried)
        .correlate_except(OutboxMessage)
    )


def is_to_be_sent(outbox_id: int) -> bool:
    """Whether the workers are going to try and send a message. Work that was set aside is not tried any more."""
    query = sa.select(Work.id).where(Work.key == key_of_sending(outbox_id), Work.failed_at.is_(None))
    return session.scalar(query) is not None


def _place_in(cursor: str) -> tuple[datetime, int]:
    """Where a page begins. Made-up numbers are cut to what the database knows."""
    microseconds, last_id = decode_cursor(cursor, int, int)
    instant = _EPOCH + timedelta(microseconds=min(max(int(microseconds), 0), _LAST_INSTANT))
    return instant, min(max(int(last_id), 0), _LAST_ID)


def _cursor(message: OutboxMessage) -> str:
    return encode_cursor((message.created_at - _EPOCH) // timedelta(microseconds=1), message.id)
