"""What the mailroom holds of a person: what they mailed us, and what we mailed them.

A message is somebody's when it came from their address: the one that they sign in with.
"""

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import InstrumentedAttribute

from blog.accounts.holdings import Emptied, Erased, Holding, Leaving, Somebody
from blog.core.db import session, unit_of_work
from blog.mailroom.forgetting import PORTION, forget_deliveries, nothing_written
from blog.mailroom.models import Delivery, OutboxMessage, ReadMessage
from blog.mailroom.values import OutboxState


def _is_theirs(column: InstrumentedAttribute[Any], person: Somebody) -> sa.ColumnElement[bool]:
    return sa.func.lower(column).in_({person.email_key, person.email.lower()})


def _sent(person: Somebody) -> sa.ColumnElement[bool]:
    """By its envelope. What a message says of itself (`From:`) anybody can write, and what they wrote is theirs."""
    return _is_theirs(Delivery.envelope_sender, person)


def sent_by(person: Somebody) -> sa.Select[int]:
    """The ids of the deliveries that came from this person's address."""
    return sa.select(Delivery.id).where(_sent(person))


def _read(person: Somebody) -> sa.ColumnElement[bool]:
    return ReadMessage.delivery_id.in_(sent_by(person))


def in_the_name_of(person: Somebody) -> sa.ColumnElement[bool]:
    """Deliveries that hold somebody's address: in the envelope, or as what the message says of itself.

    More than what is shown to them: where a forger wrote it, it is their address all the same, and goes with them.
    """
    says_so = sa.select(ReadMessage.delivery_id).where(_is_theirs(ReadMessage.from_address, person))
    return sa.or_(_sent(person), Delivery.id.in_(says_so))


def _written_to(person: Somebody) -> sa.ColumnElement[bool]:
    """Letters to them, and codes that were sent to an address that they wanted: what waits there may be another's."""
    is_old_code = sa.and_(
        sa.func.lower(OutboxMessage.recipient).in_(person.wanted),
        OutboxMessage.is_secret,
        OutboxMessage.state != OutboxState.WAITING,
    )
    return sa.or_(_is_theirs(OutboxMessage.recipient, person), is_old_code)


def _forget_mail(leaving: Leaving) -> None:
    theirs = sa.select(Delivery.id).where(in_the_name_of(leaving), Delivery.forgotten_at.is_(None))
    while True:
        with unit_of_work():
            ids = session.scalars(theirs.limit(PORTION)).all()
            forget_deliveries(ids)
        if not ids:
            return


HOLDINGS = (
    Holding(
        Delivery,
        _("Messages that came from your address, as they arrived"),
        _sent,
        Erased(_forget_mail),
        files={"raw": ".eml"},
        address="envelope_sender",
    ),
    Holding(
        ReadMessage, _("What we read in those messages"), _read, Erased(_forget_mail), address="from_address"
    ),
    Holding(
        OutboxMessage,
        _("What we have mailed you; without codes, which nobody keeps"),
        lambda person: sa.and_(
            _is_theirs(OutboxMessage.recipient, person), OutboxMessage.is_secret.is_(False)
        ),
        Emptied(nothing_written, _written_to),
        address="recipient",
    ),
)
