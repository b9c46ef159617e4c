"""A mail to ourselves and our own answer to it, which show that everything between the doors and the relay goes.

The addresses are made for one trip and cannot be made up, so nobody fills the mailroom or has us write through them.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from blog.core import clock
from blog.core.config import current_settings
from blog.core.db import session
from blog.mailroom.actions import send_mail
from blog.mailroom.forgetting import forget_deliveries
from blog.mailroom.models import Delivery, OutboxMessage, ReadMessage
from blog.mailroom.routes import local_part_of
from blog.mailroom.values import LOOPBACK_ROUTE, Arrival

_OUT, _BACK = "loopback.", "loopback-back."
_CAUSE = "loopback:"
_BYTES = 10
# Longer than anybody waits for one.
_LATELY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """One mail to `out` and the answer to it, which goes to `back`. `cause` is that of the answer in the outbox."""

    nonce: str

    @property
    def out(self) -> str:
        """Where the mail goes."""
        return _address(_OUT, self.nonce)

    @property
    def back(self) -> str:
        """Where the answer to it goes."""
        return _address(_BACK, self.nonce)

    @property
    def cause(self) -> str:
        """What the answer is sent for."""
        return _CAUSE + self.nonce

    def delivered_to(self, *addresses: str) -> sa.Select[int]:
        """What has come for these addresses."""
        return sa.select(Delivery.id).where(
            Delivery.received_at >= clock.now() - _LATELY,
            Delivery.route == LOOPBACK_ROUTE,
            Delivery.recipient.in_(addresses),
        )


class LoopbackRoute:
    """Takes such mail in. What comes to `out` is answered to `back`; what comes there is not answered again."""

    name = LOOPBACK_ROUTE

    def resolve(self, local_part: str) -> int | None:
        """Any one of them: they have no target."""
        return 0 if any(_nonce_in(local_part, way) for way in (_OUT, _BACK)) else None

    def take_places(self, target_id: int, how_many: int) -> int:  # noqa: ARG002 - as every route does
        """These have no order."""
        return 0

    def accept(self, arrivals: Sequence[Arrival]) -> list[str]:
        """They are here."""
        return [arrival.told("loopback") for arrival in arrivals]

    def process(self, delivery: Delivery, message: ReadMessage) -> None:  # noqa: ARG002 - as every route does
        """Answer the first one; whoever sent it looks what becomes of that."""
        nonce = _nonce_in(local_part_of(delivery.recipient), _OUT)
        if nonce is not None:
            trip = RoundTrip(nonce)
            send_mail(
                cause=trip.cause,
                recipient=trip.back,
                language="en",
                subject="loopback",
                text="A letter of this site to itself, which shows that mail goes. Nobody has to do anything.\n",
                good_until=clock.now() + _LATELY,
            )


def new_trip() -> RoundTrip:
    """A trip that nobody has made before."""
    return RoundTrip(_text(secrets.token_bytes(_BYTES)))


def forget_trip(trip: RoundTrip) -> None:
    """Forget both mails, and take the letter out of the outbox."""
    forget_deliveries(session.scalars(trip.delivered_to(trip.out, trip.back)).all())
    session.execute(sa.delete(OutboxMessage).where(OutboxMessage.cause == trip.cause))


def are_old_letters(before: datetime) -> sa.ColumnElement[bool]:
    """The letters of trips whose end nobody saw."""
    return sa.and_(OutboxMessage.created_at < before, OutboxMessage.cause.startswith(_CAUSE))


def old_trips(before: datetime) -> sa.Select[int]:
    """What came in before an instant on such trips, and is still kept: too late, or nobody waited any longer."""
    return sa.select(Delivery.id).where(
        Delivery.received_at < before, Delivery.forgotten_at.is_(None), Delivery.route == LOOPBACK_ROUTE
    )


def _nonce_in(local_part: str, way: str) -> str | None:
    nonce, _dot, mac = local_part.removeprefix(way).partition(".")
    is_ours = local_part.startswith(way) and hmac.compare_digest(_mac(way, nonce).encode(), mac.encode())
    return nonce if is_ours else None


def _address(way: str, nonce: str) -> str:
    return f"{way}{nonce}.{_mac(way, nonce)}@{current_settings().answer_domain}"


def _mac(way: str, nonce: str) -> str:
    subject = f"rejoinder {way} {nonce}"
    return _text(
        hmac.digest(current_settings().secret_key.encode(), subject.encode(), hashlib.sha256)[:_BYTES]
    )


def _text(data: bytes) -> str:
    return base64.b32encode(data).decode().lower()
