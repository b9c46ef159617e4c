"""What admins read of the mail that came in: how much by which door, what it became, and one message."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from blog.core.db import session
from blog.core.errors import NotFound
from blog.core.jobs.models import Work
from blog.core.pagination import Page, decode_cursor, encode_cursor
from blog.mailroom.models import Delivery, DoorRefusal, ReadMessage, SenderCheckRecord
from blog.mailroom.parser.message import PARSER_VERSION
from blog.mailroom.values import LOOPBACK_ROUTE, Became

PAGE_SIZE = 50
MOST_DUPLICATES = 20
_LAST_ID = 2**31 - 1
_WITHOUT_A_PERSON = ("automatic", "list")
# Which routes make something of their mail that has a name of its own.
_BY_ROUTE = {
    "answers": Became.ENTRY,
    "replies": Became.REPLY,
    "confirmations": Became.CONFIRMATION,
    LOOPBACK_ROUTE: Became.OWN_TEST,
}


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """Which deliveries to show: by door, by what they became, and in a period (days of the reader's zone)."""

    door: str | None = None
    became: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ListedDelivery:
    """A delivery as a line of the list; `from_address` is empty where nothing was read, or nothing is kept."""

    id: int
    received_at: datetime
    door: str
    route: str
    recipient: str
    envelope_sender: str | None
    size: int
    forgotten_at: datetime | None
    from_address: str | None
    from_name: str | None
    duplicate_of_id: int | None
    sender_class: str | None
    became: str


@dataclass(frozen=True, slots=True)
class Totals:
    """How much was accepted, and what it became: the parts add up to it."""

    accepted: int
    parts: Mapping[Became, int]


@dataclass(frozen=True, slots=True)
class RefusedTotal:
    """How many messages a door has refused, and why."""

    door: str
    why: str
    total: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where what a delivery has become can be looked at, and what it is called there.

    `confirmed` says how and when its sender has shown that it is theirs; empty where they have not.
    """

    name: str
    address: str
    confirmed: str = ""


FindPlaces = Callable[[Sequence[int]], Mapping[int, Place]]
_places: dict[str, FindPlaces] = {}


def offer_places(route: str, find: FindPlaces) -> None:
    """Let a feature say where the deliveries of its route can be looked at; `find` gets their ids, all at once."""
    _places[route] = find


def places_of(deliveries: Sequence[ListedDelivery | Delivery]) -> dict[int, Place]:
    """Where these deliveries can be looked at as what they have become, by their ids."""
    found: dict[int, Place] = {}
    for route, find in _places.items():
        ids = [each.id for each in deliveries if each.route == route]
        if ids:
            found |= find(ids)
    return found


def became() -> sa.ColumnElement[str]:
    """What has become of a delivery (a `Became`), of `Delivery` joined with what was read in it.

    What a program sent is never a person's, and what no program could read waits for a person, whatever its route; but
    not what we have sent ourselves to see whether it comes. A message that was forgotten before anybody read it is what
    its route made of it.
    """
    by_route = sa.case(
        *((Delivery.route == route, sa.literal(what.value)) for route, what in _BY_ROUTE.items()),
        else_=sa.literal(Became.OTHER.value),
    )
    is_waiting = sa.and_(ReadMessage.delivery_id.is_(None), Delivery.forgotten_at.is_(None))
    return sa.case(
        (is_waiting, sa.literal(Became.WAITING.value)),
        (Delivery.route == LOOPBACK_ROUTE, sa.literal(Became.OWN_TEST.value)),
        (ReadMessage.readable.is_(False), sa.literal(Became.UNPARSED.value)),
        (ReadMessage.kind == "bounce", sa.literal(Became.BOUNCE.value)),
        (ReadMessage.kind.in_(_WITHOUT_A_PERSON), sa.literal(Became.AUTOMATIC.value)),
        else_=by_route,
    )


def deliveries_page(cursor: str | None, which: DeliveryFilter) -> Page[ListedDelivery]:
    """Deliveries, the last first. Raises `InvalidInput` for a damaged cursor.

    By their numbers, which are given in the order of acceptance; so a page costs the same however many there are.
    """
    query = _listed().where(*_chosen(which)).order_by(Delivery.id.desc())
    if which.became is not None:
        query = query.where(became() == which.became)
    if cursor is not None:
        (before,) = decode_cursor(cursor, int)
        query = query.where(Delivery.id < min(max(int(before), 0), _LAST_ID))
    rows = [ListedDelivery(*row) for row in session.execute(query.limit(PAGE_SIZE + 1))]
    items = rows[:PAGE_SIZE]
    return Page(items, encode_cursor(items[-1].id) if len(rows) > PAGE_SIZE else None)


def totals(which: DeliveryFilter) -> Totals:
    """How much was accepted by a door in a period and what it became, counted from the rows in one query."""
    counts = [sa.func.count().filter(became() == part.value) for part in Became]
    query = sa.select(sa.func.count(), *counts).select_from(Delivery)
    query = query.outerjoin(ReadMessage, ReadMessage.delivery_id == Delivery.id).where(*_chosen(which))
    accepted, *parts = session.execute(query).one()
    return Totals(accepted, dict(zip(Became, parts, strict=True)))


def refused_totals(door: str | None, since: date | None, until: date | None) -> Sequence[RefusedTotal]:
    """What the doors refused, the most first; days are those of UTC, the first and the last included."""
    total = sa.func.sum(DoorRefusal.total)
    query = sa.select(DoorRefusal.door, DoorRefusal.why, total).group_by(DoorRefusal.door, DoorRefusal.why)
    if door is not None:
        query = query.where(DoorRefusal.door == door)
    if since is not None:
        query = query.where(DoorRefusal.day >= since)
    if until is not None:
        query = query.where(DoorRefusal.day <= until)
    rows = session.execute(query.order_by(total.desc(), DoorRefusal.door, DoorRefusal.why))
    return [RefusedTotal(*row) for row in rows]


def totals_by_day(midnights: Sequence[datetime]) -> dict[str, list[int]]:
    """How much came in by each door that was used, between each midnight and the next one (the last has no end)."""
    last_first = list(enumerate(midnights))[::-1]
    day = sa.case(*((Delivery.received_at >= midnight, number) for number, midnight in last_first))
    query = (
        sa.select(Delivery.door, day.label("day"), sa.func.count())
        .where(Delivery.received_at >= midnights[0])
        .group_by(Delivery.door, sa.text("day"))
    )
    by_door: dict[str, list[int]] = {}
    for door, number, total in session.execute(query):
        by_door.setdefault(door, [0] * len(midnights))[number] = total
    return dict(sorted(by_door.items()))


def delivery_by_id(delivery_id: int) -> Delivery:
    """One delivery with what was read in it and what is known of its sender, without its bytes. Raises `NotFound`."""
    query = sa.select(Delivery).where(Delivery.id == delivery_id)
    query = query.options(joinedload(Delivery.message), joinedload(Delivery.sender_check))
    delivery = session.scalar(query)
    if delivery is None:
        raise NotFound()
    return delivery


def listed_delivery(delivery_id: int) -> ListedDelivery:
    """One delivery as a line of the list. Raises `NotFound`."""
    row = session.execute(_listed().where(Delivery.id == delivery_id)).one_or_none()
    if row is None:
        raise NotFound()
    return ListedDelivery(*row)


def has_raw(delivery_id: int) -> bool:
    """Whether the exact bytes of a delivery are still kept. Does not read them."""
    length = session.scalar(sa.select(sa.func.length(Delivery.raw)).where(Delivery.id == delivery_id))
    return bool(length)


def raw_of(delivery_id: int, most: int | None = None) -> bytes:
    """The exact bytes of a delivery, or the first `most` of them. Raises `NotFound` where none are kept."""
    raw: sa.ColumnElement[bytes] = sa.type_coerce(Delivery.raw, sa.LargeBinary())
    if most is not None:
        raw = sa.func.substr(Delivery.raw, 1, most, type_=sa.LargeBinary())
    found = session.scalar(sa.select(raw).where(Delivery.id == delivery_id))
    if not found:
        raise NotFound()
    return found


def later_duplicates(delivery_id: int) -> Sequence[int]:
    """The first deliveries that say the same as this one, and came later."""
    query = sa.select(ReadMessage.delivery_id).where(ReadMessage.duplicate_of_id == delivery_id)
    return session.scalars(query.order_by(ReadMessage.delivery_id).limit(MOST_DUPLICATES)).all()


def key_of_reading(delivery_id: int) -> str:
    """Under which key a delivery waits to be read again: once, however often somebody asks for it."""
    return f"read:{delivery_id}"


def is_to_be_read(delivery_id: int) -> bool:
    """Whether somebody has asked to have a delivery read again, and that has not been done yet."""
    query = sa.select(Work.id).where(Work.key == key_of_reading(delivery_id), Work.failed_at.is_(None))
    return session.scalar(query) is not None


def read_by_older() -> sa.Select[int]:
    """The deliveries that an older reader has read, that can be read again, and do not wait for it already."""
    key = sa.literal("read:") + sa.cast(Delivery.id, sa.String)
    waits = sa.exists().where(Work.key == key, Work.failed_at.is_(None))
    return (
        sa.select(Delivery.id)
        .join(ReadMessage, ReadMessage.delivery_id == Delivery.id)
        .where(ReadMessage.parser_version < PARSER_VERSION, sa.func.length(Delivery.raw) > 0, ~waits)
    )


def older_total() -> int:
    """How many deliveries an older reader has read that can be read again."""
    return session.scalar(sa.select(sa.func.count()).select_from(read_by_older().subquery())) or 0


def _listed() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            Delivery.id,
            Delivery.received_at,
            Delivery.door,
            Delivery.route,
            Delivery.recipient,
            Delivery.envelope_sender,
            Delivery.size,
            Delivery.forgotten_at,
            ReadMessage.from_address,
            ReadMessage.from_name,
            ReadMessage.duplicate_of_id,
            SenderCheckRecord.sender_class,
            became(),
        )
        .outerjoin(ReadMessage, ReadMessage.delivery_id == Delivery.id)
        .outerjoin(SenderCheckRecord, SenderCheckRecord.delivery_id == Delivery.id)
    )


def _chosen(which: DeliveryFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if which.door is not None:
        conditions.append(Delivery.door == which.door)
    if which.since is not None:
        conditions.append(Delivery.received_at >= which.since)
    if which.until is not None:
        conditions.append(Delivery.received_at < which.until)
    return conditions
