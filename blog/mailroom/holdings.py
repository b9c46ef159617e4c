"""What the mailroom holds of a person: what they mailed us, and what we mailed them.

A message is somebody's when it came from their address: the one that they sign in with.
"""

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import InstrumentedAttribute

from blog.accounts.holdings import Holding
from blog.accounts.models.people import Person
from blog.mailroom.models import Delivery, OutboxMessage, ReadMessage


def _is_theirs(column: InstrumentedAttribute[Any], person: Person) -> sa.ColumnElement[bool]:
    return sa.func.lower(column).in_({person.email_key, person.email.lower()})


def _sent(person: Person) -> sa.ColumnElement[bool]:
    """By its envelope. What a message says of itself (`From:`) anybody can write, and what they wrote is theirs."""
    return _is_theirs(Delivery.envelope_sender, person)


def sent_by(person: Person) -> sa.Select[int]:
    """The ids of the deliveries that came from this person's address."""
    return sa.select(Delivery.id).where(_sent(person))


def _read(person: Person) -> sa.ColumnElement[bool]:
    return ReadMessage.delivery_id.in_(sent_by(person))


HOLDINGS = (
    Holding(
        Delivery, _("Messages that came from your address, as they arrived"), _sent, files={"raw": ".eml"}
    ),
    Holding(ReadMessage, _("What we read in those messages"), _read),
    Holding(
        OutboxMessage,
        _("What we have mailed you; without codes, which nobody keeps"),
        lambda person: sa.and_(
            _is_theirs(OutboxMessage.recipient, person), OutboxMessage.is_secret.is_(False)
        ),
    ),
)
