"""Messages that wait at the same moment are stored together, and each is told what it would be told alone."""

from datetime import datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.core.db import session, unit_of_work
from blog.core.errors import NotFound
from blog.core.jobs.models import Work
from blog.mailroom.accepting import Incoming, accept_messages
from blog.mailroom.models import Delivery
from blog.mailroom.routes import Destination, resolve
from blog.mailroom.values import Door, Envelope
from tests.factories.challenges import make_challenge

DOMAIN = "answers.example.org"


@pytest.fixture(autouse=True)
def addresses(app: Flask) -> None:
    """Two challenges that take answers."""
    make_challenge(slug="first")
    make_challenge(slug="second")


def to(name: str) -> Destination:
    destination = resolve(f"{name}@{DOMAIN}", DOMAIN)
    session.rollback()
    assert destination is not None
    return destination


def message(text: str, *destinations: Destination) -> Incoming:
    envelope = Envelope(Door.SMTP, "zoe@example.org", (), "192.0.2.1", "mail.example.org", tls=True)
    return Incoming(envelope, destinations, f"Subject: {text}\r\n\r\n{text}\r\n".encode())


def stored(messages: list[Incoming]) -> list[list[str]]:
    """What is told of each, without the digests."""
    with unit_of_work():
        told = accept_messages(messages)
    return [[line.partition(" sha256=")[0] for line in lines] for lines in told]


def test_a_batch_numbers_each_challenge_in_order_of_arrival() -> None:
    first, second, person = to("first"), to("second"), to("postmaster")
    batch = [
        message("a", second),
        message("b", first, second),
        message("c", person),
        message("d"),
        message("e", second, person, first),
    ]
    assert stored(batch) == [
        ["entry 1 of second"],
        ["entry 1 of first", "entry 2 of second"],
        ["for postmaster, a person reads it"],
        [],
        ["entry 3 of second", "for postmaster, a person reads it", "entry 2 of first"],
    ]
    assert stored([message("f", first)]) == [["entry 3 of first"]]


def test_the_rows_of_a_batch_belong_together() -> None:
    stored([message(letter, to("first"), to("second")) for letter in "abc"])
    rows = session.execute(
        sa.select(
            Challenge.slug,
            Entry.number,
            Delivery.recipient,
            Delivery.raw,
            Entry.received_at,
            Delivery.received_at,
        )
        .join(Entry, Entry.challenge_id == Challenge.id)
        .join(Delivery, Delivery.id == Entry.delivery_id)
        .order_by(Delivery.id)
    ).all()
    expected = [(slug, number) for number in (1, 2, 3) for slug in ("first", "second")]
    assert [(slug, number) for slug, number, *_rest in rows] == expected
    for slug, number, recipient, raw, of_entry, of_delivery in rows:
        assert recipient == f"{slug}@{DOMAIN}"
        assert raw.startswith(b"Subject: " + b"_abc"[number : number + 1])
        assert of_entry == of_delivery


def test_instants_follow_the_numbers() -> None:
    stored([message(str(number), to("first")) for number in range(20)])
    instants: list[datetime] = list(session.scalars(sa.select(Entry.received_at).order_by(Entry.number)))
    assert len(instants) == 20
    assert instants == sorted(instants)


def test_each_delivery_waits_once_to_be_read() -> None:
    stored([message("a", to("first"), to("second")), message("b", to("postmaster"))])
    payloads = session.scalars(sa.select(Work.payload).where(Work.kind == "mailroom.read").order_by(Work.id))
    ids = session.scalars(sa.select(Delivery.id).order_by(Delivery.id)).all()
    assert [payload["delivery_id"] for payload in payloads] == list(ids)


def test_nothing_is_stored_of_a_batch_in_which_a_challenge_is_gone() -> None:
    gone = Destination(to("first").route, 4711, f"gone@{DOMAIN}")
    with pytest.raises(NotFound):
        stored([message("a", to("first")), message("b", gone)])
    session.rollback()
    assert session.scalar(sa.select(sa.func.count()).select_from(Delivery)) == 0
    assert stored([message("c", to("first"))]) == [["entry 1 of first"]]


def test_nobody_is_nothing() -> None:
    assert stored([]) == []
    assert stored([message("a")]) == [[]]
