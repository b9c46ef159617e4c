"""How long we keep what we have mailed, and from where mail came."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from blog.core.config import Settings
from blog.core.retention import Retention, rows_that_go
from blog.mailroom.forgetting import (
    forget_deliveries,
    forget_networks,
    forget_old_letters,
    forget_raw_mail,
    old_letters,
    old_networks,
    old_raw_mail,
)
from blog.mailroom.loopback import are_old_letters, old_trips
from blog.mailroom.models import DoorReceipt, OutboxMessage
from blog.mailroom.values import Door

# Longer than any limit counts letters to one address (a day).
_COUNTED = timedelta(days=2)
# Before any mail came in: nothing is older.
_FOR_EVER = timedelta(days=365 * 100)


def _letters(settings: Settings) -> timedelta:
    return max(timedelta(days=settings.keep_letters_days), _COUNTED)


def _raw_mail(settings: Settings) -> timedelta:
    days = settings.keep_raw_mail_days
    return timedelta(days=days) if days else _FOR_EVER


def _networks(settings: Settings) -> timedelta:
    return timedelta(days=settings.keep_networks_days)


def _handed_in_lately(_settings: Settings) -> timedelta:
    """Longer than any provider tries again."""
    return timedelta(days=30)


def _receipts_of_programs(before: datetime) -> sa.ColumnElement[bool]:
    """Not those of a mailbox: its messages are all there again when it is made anew."""
    return sa.and_(DoorReceipt.at < before, DoorReceipt.door != Door.IMAP)


def _trips(_settings: Settings) -> timedelta:
    """Nobody waits that long for a mail to ourselves."""
    return timedelta(hours=1)


RETENTIONS = (
    rows_that_go("receipts of doors", _handed_in_lately, DoorReceipt, _receipts_of_programs),
    Retention("mail to ourselves", _trips, old_trips, lambda _before, ids: forget_deliveries(ids)),
    rows_that_go("letters to ourselves", _trips, OutboxMessage, are_old_letters),
    Retention("letters", _letters, old_letters, lambda _before, ids: forget_old_letters(ids)),
    Retention("raw mail", _raw_mail, old_raw_mail, forget_raw_mail),
    Retention("networks of mail", _networks, old_networks, lambda _before, ids: forget_networks(ids)),
)
