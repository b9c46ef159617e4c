"""From the stored bytes to what a judge sees: the reading job and what the route makes of it."""

import pytest
import sqlalchemy as sa
from flask import Flask

from blog.challenges.models import Entry
from blog.core.db import session, unit_of_work
from blog.core.jobs.queue import enqueue
from blog.mailroom.actions import Incoming
from blog.mailroom.doors.intake import MAX_MESSAGE_BYTES, Accepted, Refused, TryLater, accept
from blog.mailroom.models import Delivery, OutboxMessage, ReadMessage
from blog.mailroom.routes import Destination, Route, resolve
from blog.mailroom.values import Door, Envelope
from tests.factories.challenges import make_challenge
from tests.support.jobs import run_due_jobs

ADDRESS = "a-question@answers.example.org"
BOMB = b"From: a@example.org\r\nTo: " + b"x@example.org, " * 20_000 + b"\r\n\r\nHello\r\n"
NESTED = b"".join(
    b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (depth, depth) for depth in range(3000)
)


def hand_in(app: Flask, raw: bytes, sender: str = "entrant@example.org") -> str:
    """Hand a message in at the pipe door. Returns what the door says."""
    destination = resolve(ADDRESS, "answers.example.org")
    session.rollback()
    assert destination is not None
    outcome = accept(
        app, Incoming(Envelope(Door.PIPE, sender, (ADDRESS,), "local", "", tls=False), (destination,), raw)
    )
    assert isinstance(outcome, Accepted)
    return outcome.told[0]


@pytest.fixture(autouse=True)
def _challenge(app: Flask) -> None:
    make_challenge(slug="a-question")


def test_it_keeps_what_was_read_beside_what_came(app: Flask) -> None:
    raw = (
        "From: =?utf-8?q?Zo=C3=AB?= <zoe@Example.org>\r\nSubject: Antwoord\r\nMessage-ID: <1@example.org>\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\nCafé.\r\n\r\n"
        "Op di 24 nov. 2026 schreef Jan <j@example.org>:\r\n"
        "> Wat is het antwoord?\r\n"
    ).encode()
    hand_in(app, raw)

    assert run_due_jobs() >= 1

    message = session.scalars(sa.select(ReadMessage)).one()
    assert (message.from_name, message.from_address) == ("Zoë", "zoe@example.org")
    assert (message.subject, message.message_id, message.kind) == ("Antwoord", "<1@example.org>", "person")
    assert message.text.strip() == "Café."
    assert "Wat is het antwoord?" in message.elided
    assert session.scalars(sa.select(Delivery.raw)).one() == raw


def test_it_reads_the_same_message_again_without_a_second_receipt(app: Flask) -> None:
    hand_in(app, b"From: a@example.org\r\n\r\nText\r\n")
    run_due_jobs()
    delivery_id = session.scalars(sa.select(Delivery.id)).one()
    session.rollback()
    with unit_of_work():
        enqueue("mailroom.read", {"delivery_id": delivery_id})
    run_due_jobs()

    assert session.scalar(sa.select(sa.func.count(ReadMessage.delivery_id))) == 1
    assert session.scalar(sa.select(sa.func.count(OutboxMessage.id))) == 1


@pytest.mark.parametrize(
    "raw", [BOMB, NESTED, b"", b"\x00\xff" * 500, b"From: " + b"(" * 5000 + b"\r\n\r\nx"]
)
def test_a_hostile_message_becomes_an_entry_and_the_queue_goes_on(app: Flask, raw: bytes) -> None:
    hand_in(app, raw)
    hand_in(app, b"From: b@example.org\r\n\r\nThe next answer\r\n")

    run_due_jobs()

    entries = session.scalars(sa.select(Entry).order_by(Entry.number)).all()
    texts = session.scalars(sa.select(ReadMessage.text).order_by(ReadMessage.delivery_id)).all()
    assert [entry.number for entry in entries] == [1, 2]
    assert [entry.eligible is None for entry in entries] == [False, False]
    assert texts[1].strip() == "The next answer"


def test_it_refuses_what_is_too_large_at_every_door(app: Flask) -> None:
    destination = resolve(ADDRESS, "answers.example.org")
    session.rollback()
    assert destination is not None
    envelope = Envelope(Door.PIPE, "", (ADDRESS,), "local", "", tls=False)

    outcome = accept(app, Incoming(envelope, (destination,), b"x" * (MAX_MESSAGE_BYTES + 1)))

    assert isinstance(outcome, Refused)
    assert session.scalars(sa.select(Delivery.id)).all() == []


def test_one_message_that_cannot_be_stored_does_not_take_others_with_it(app: Flask) -> None:
    destination = resolve(ADDRESS, "answers.example.org")
    session.rollback()
    assert destination is not None
    broken = Destination(_BrokenRoute(), destination.target_id, ADDRESS)
    envelope = Envelope(Door.PIPE, "", (ADDRESS,), "local", "", tls=False)

    failed = accept(app, Incoming(envelope, (destination, broken), b"Subject: x\r\n\r\n"))
    stored = accept(app, Incoming(envelope, (destination,), b"Subject: x\r\n\r\n"))

    assert isinstance(failed, TryLater)
    assert isinstance(stored, Accepted)
    assert session.scalars(sa.select(Entry.number)).all() == [1]


class _BrokenRoute:
    """A route whose rows cannot be written."""

    name = "broken"

    def resolve(self, local_part: str) -> int | None:
        return None

    def take_place(self, target_id: int) -> int:
        return 1

    def accept(self, target_id: int, place: int, delivery: Delivery) -> str:
        raise OSError("a disk that is full, at /var/lib/secret")

    def process(self, delivery: Delivery, message: ReadMessage) -> None:
        raise AssertionError


_: type[Route] = _BrokenRoute
