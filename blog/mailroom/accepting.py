"""Storing what doors hand in: the rows behind every `250`.

It runs between the end of a message and our answer, for every message, so it writes plain rows, and those of all who
wait at the same moment with one statement for each table.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count, islice
from typing import TypedDict, cast

import sqlalchemy as sa

from blog.core import clock
from blog.core.db import session, take_turns
from blog.core.jobs.queue import enqueue_all
from blog.mailroom.actions import one_line
from blog.mailroom.models import Delivery, DoorReceipt
from blog.mailroom.routes import Destination, Route
from blog.mailroom.values import Arrival, Door, Envelope

_deliveries = cast("sa.Table", Delivery.__table__)
_STORE = sa.insert(_deliveries).returning(_deliveries.c.id, sort_by_parameter_order=True)


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message at a door, with the destinations that the door has looked up for its recipients."""

    envelope: Envelope
    destinations: tuple[Destination, ...]
    raw: bytes
    # What the other side calls it, for doors that may hand in the same thing twice.
    receipt_key: str | None = None
    stamped_at: datetime | None = None


class _Row(TypedDict):
    """The columns of a delivery that are known when it comes in."""

    received_at: datetime
    door: str
    route: str
    recipient: str
    envelope_sender: str | None
    peer: str
    helo: str
    tls: bool
    sha256: str
    size: int
    raw: bytes
    stamped_at: datetime | None


# The name of a route, and which of its targets.
_Key = tuple[str, int]


def accept_messages(messages: Sequence[Incoming]) -> list[list[str]]:
    """Store messages in the order in which they arrived, one delivery for each destination.

    Returns, for each message, what the sender is told for each of its destinations: of one that is known by its
    `receipt_key` the same as the first time. Nothing is parsed here.
    The caller answers `250` only after the unit of work around this call has committed.
    """
    if not any(message.receipt_key for message in messages):
        return _accept_new(messages)
    return [_accept_once(message) for message in messages]


def _accept_once(message: Incoming) -> list[str]:
    if not message.receipt_key:
        return _accept_new([message])[0]
    door, key = message.envelope.door, message.receipt_key
    # Whoever hands it in a second time meanwhile waits, and is then told the same.
    take_turns(f"mailroom.receipt.{door}.{key}")
    known = session.scalar(
        sa.select(DoorReceipt.told).where(DoorReceipt.door == door, DoorReceipt.key == key)
    )
    if known is not None:
        return known
    told = _accept_new([message])[0]
    session.add(DoorReceipt(door=door, key=key, told=told, at=clock.now()))
    session.flush()
    return told


def _accept_new(messages: Sequence[Incoming]) -> list[list[str]]:
    parts = [(message, destination) for message in messages for destination in message.destinations]
    # The locks first, the clock second: so instants follow the numbers.
    places = _take_places([destination for _message, destination in parts])
    rows = [_row(message, destination) for message, destination in parts]
    ids = session.scalars(_STORE, rows) if rows else ()
    told = _told(
        [
            (
                destination.route,
                _arrival(row, delivery_id, destination.target_id, next(places[_key(destination)])),
            )
            for (_message, destination), row, delivery_id in zip(parts, rows, ids, strict=True)
        ]
    )
    return [list(islice(told, len(message.destinations))) for message in messages]


def _key(destination: Destination) -> _Key:
    return destination.route.name, destination.target_id


def _take_places(destinations: Sequence[Destination]) -> dict[_Key, Iterator[int]]:
    """The numbers that the targets of a batch give, counted up from the first. Always locked in the same order."""
    routes = {destination.route.name: destination.route for destination in destinations}
    wanted = Counter(_key(destination) for destination in destinations)
    return {
        (name, target_id): count(routes[name].take_places(target_id, how_many))
        for (name, target_id), how_many in sorted(wanted.items())
    }


def _row(message: Incoming, destination: Destination) -> _Row:
    envelope = message.envelope
    return {
        "received_at": clock.now(),
        "door": envelope.door,
        "route": destination.route.name,
        "recipient": one_line(destination.recipient, 320),
        "envelope_sender": None if envelope.sender is None else one_line(envelope.sender, 320),
        "peer": one_line(envelope.peer, 64),
        "helo": one_line(envelope.helo, 255),
        "tls": envelope.tls,
        "sha256": hashlib.sha256(message.raw).hexdigest(),
        "size": len(message.raw),
        "raw": message.raw,
        "stamped_at": message.stamped_at,
    }


def _arrival(row: _Row, delivery_id: int, target_id: int, place: int) -> Arrival:
    return Arrival(
        target_id=target_id,
        place=place,
        delivery_id=delivery_id,
        recipient=row["recipient"],
        received_at=row["received_at"],
        sha256=row["sha256"],
        door=Door(row["door"]),
        envelope_sender=row["envelope_sender"],
        stamped_at=row["stamped_at"],
    )


def _told(arrivals: Sequence[tuple[Route, Arrival]]) -> Iterator[str]:
    """Let the routes write what belongs to the deliveries; yields what is told of each."""
    enqueue_all("mailroom.read", [{"delivery_id": arrival.delivery_id} for _route, arrival in arrivals])
    routes = {route.name: route for route, _arrival in arrivals}
    answers = {
        name: iter(route.accept([arrival for other, arrival in arrivals if other.name == name]))
        for name, route in routes.items()
    }
    return (next(answers[route.name]) for route, _arrival in arrivals)
