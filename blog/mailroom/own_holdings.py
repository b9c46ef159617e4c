"""What the mailroom holds of a person: what they mailed us, and what we mailed them.

A message is somebody's when it came from their address: the one that they sign in with, or one that they had before,
while it was theirs.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import InstrumentedAttribute

from blog.accounts.holdings import Erased, Holding, Leaving, NotPersonal, Somebody, within
from blog.accounts.models.erasures import Erasure
from blog.accounts.models.invitations import Invitation
from blog.accounts.values import by_whom, cause_of_erasure, cause_of_invitation, causes_about
from blog.core import clock
from blog.core.db import session, unit_of_work
from blog.core.portions import in_portions
from blog.mailroom.forgetting import (
    forget_deliveries,
    forget_letters,
    forget_networks,
    forget_senders,
    must_be_kept,
)
from blog.mailroom.models import (
    HAS_NETWORK,
    Delivery,
    DoorReceipt,
    DoorRefusal,
    OutboxMessage,
    ReadMessage,
    SenderCheckRecord,
)
from blog.mailroom.values import OutboxState

Column = InstrumentedAttribute[Any]
# What came in since an eraser looked: it runs in one go, and is begun again when its worker was killed.
_LATELY = timedelta(days=1)
# What is to be forgotten, and how.
_Step = tuple[sa.Select[int], Callable[[Sequence[int]], int]]


def _is_theirs(column: Column, at: Column, person: Somebody) -> sa.ColumnElement[bool]:
    """Rows with somebody's address, which came or went `at` a time when it was theirs. An empty one is nobody's."""
    written = sa.func.lower(column)
    return sa.or_(
        sa.and_(written.in_(_written(person.email_key, person.email)), within(at, person.since)),
        *(
            sa.and_(written.in_(_written(each.email_key, each.email)), within(at, each.since, each.until))
            for each in person.former
        ),
    )


def _written(email_key: str, email: str) -> set[str]:
    return {email_key, email.lower()} - {""} if email_key else set()


def _sent(person: Somebody) -> sa.ColumnElement[bool]:
    """By its envelope. What a message says of itself (`From:`) anybody can write, and what they wrote is theirs."""
    return _is_theirs(Delivery.envelope_sender, Delivery.received_at, person)


def sent_by(person: Somebody) -> sa.Select[int]:
    """The ids of the deliveries that came from this person's address."""
    return sa.select(Delivery.id).where(_sent(person))


def _read(person: Somebody) -> sa.ColumnElement[bool]:
    return ReadMessage.delivery_id.in_(sent_by(person))


def _says_so(person: Somebody) -> sa.ColumnElement[bool]:
    """Deliveries whose message says that it is from somebody's address."""
    is_from_them = _is_theirs(ReadMessage.from_address, Delivery.received_at, person)
    return sa.exists().where(ReadMessage.delivery_id == Delivery.id, is_from_them).correlate(Delivery)


def in_the_name_of(person: Somebody) -> sa.ColumnElement[bool]:
    """Deliveries that are somebody's: by the envelope, or where that names nobody by what the message says of itself.

    More than what is shown to them: anybody may have written it there, but nobody else is known to have.
    """
    return sa.or_(_sent(person), sa.and_(~_has_sender(), _says_so(person)))


def _has_sender() -> sa.ColumnElement[bool]:
    return sa.func.coalesce(Delivery.envelope_sender, "") != ""


def _written_to(person: Somebody) -> sa.ColumnElement[bool]:
    """Letters to them; those about their account also where the address is somebody else's by now."""
    about_them = (OutboxMessage.cause.startswith(each, autoescape=True) for each in causes_about(person.id))
    theirs = sa.or_(_is_theirs(OutboxMessage.recipient, OutboxMessage.created_at, person), *about_them)
    return sa.and_(OutboxMessage.state != OutboxState.FORGOTTEN, theirs)


def _old_codes(person: Somebody) -> sa.ColumnElement[bool]:
    """Codes that were sent to an address before they had it, if they ever did: what waits there may be another's."""
    return sa.and_(
        sa.func.lower(OutboxMessage.recipient).in_({*person.wanted, person.email_key} - {""}),
        OutboxMessage.is_secret,
        OutboxMessage.state != OutboxState.WAITING,
    )


def _naming(leaving: Leaving) -> list[str]:
    """What the letters were sent for in which they invite somebody by name, or are asked whether they want to go."""
    invitations = session.execute(
        sa.select(Invitation.id, Invitation.mails).where(Invitation.invited_by_id == leaving.id)
    )
    erasures = session.scalars(sa.select(Erasure.id).where(Erasure.person_id == leaving.id))
    return [
        *(cause_of_invitation(number, mail + 1) for number, mails in invitations for mail in range(mails)),
        *map(cause_of_erasure, erasures),
    ]


def _of_roles_by(leaving: Leaving) -> sa.ColumnElement[bool]:
    """Letters that name them as who gave somebody a role, or took it."""
    return sa.and_(OutboxMessage.cause.startswith("role:"), OutboxMessage.cause.contains(by_whom(leaving.id)))


def _steps_for_mail(leaving: Leaving) -> list[_Step]:
    """Their messages go. Of one that has to be kept the network goes; one of somebody else loses only their address."""
    theirs, not_yet = in_the_name_of(leaving), Delivery.forgotten_at.is_(None)
    found = sa.select(Delivery.id).where(not_yet, theirs)
    of_others = sa.select(Delivery.id).where(not_yet, _has_sender(), ~_sent(leaving), _says_so(leaving))
    return [
        (found.where(~must_be_kept()), forget_deliveries),
        (found.where(must_be_kept(), HAS_NETWORK), forget_networks),
        (of_others, forget_senders),
    ]


def _steps_for_letters(leaving: Leaving) -> list[_Step]:
    naming = sa.or_(OutboxMessage.cause.in_(_naming(leaving)), _of_roles_by(leaving))
    which = sa.or_(_written_to(leaving), _old_codes(leaving), naming)
    not_yet = OutboxMessage.state != OutboxState.FORGOTTEN
    return [(sa.select(OutboxMessage.id).where(not_yet, which), forget_letters)]


def _forget_mail(leaving: Leaving) -> None:
    for found, forget in [*_steps_for_mail(leaving), *_steps_for_letters(leaving)]:
        ids = session.scalars(found).all()
        session.rollback()
        for portion in in_portions(ids):
            with unit_of_work():
                forget(portion)


def _forget_latest_mail(leaving: Leaving) -> None:
    """What has come in since. Looks at what is new only: everybody else waits for it."""
    since = clock.now() - _LATELY
    for found, forget in _steps_for_mail(leaving):
        forget(session.scalars(found.where(Delivery.received_at >= since)).all())
    for found, forget in _steps_for_letters(leaving):
        forget(session.scalars(found.where(OutboxMessage.created_at >= since)).all())


HOLDINGS = (
    Holding(
        Delivery,
        _("Messages that came from your address, as they arrived"),
        _sent,
        Erased(_forget_mail, _forget_latest_mail),
        files={"raw": ".eml"},
        address="envelope_sender",
    ),
    Holding(
        ReadMessage,
        _("What we read in those messages"),
        _read,
        Erased(_forget_mail, _forget_latest_mail),
        address="from_address",
    ),
    Holding(
        SenderCheckRecord,
        _("What we found out about who sent those messages"),
        lambda person: SenderCheckRecord.delivery_id.in_(sent_by(person)),
        Erased(_forget_mail, _forget_latest_mail),
    ),
    NotPersonal(DoorReceipt, "what a provider calls a message, and what it was answered"),
    NotPersonal(DoorRefusal, "how many messages were refused on a day"),
    Holding(
        OutboxMessage,
        _("What we have mailed you; without codes, which nobody keeps"),
        lambda person: sa.and_(_written_to(person), OutboxMessage.is_secret.is_(False)),
        Erased(_forget_mail, _forget_latest_mail),
        address="recipient",
    ),
)
