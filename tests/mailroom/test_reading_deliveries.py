"""From the stored bytes to what a judge sees: the reading job and what the route makes of it."""

from collections.abc import Sequence

import pytest
import sqlalchemy as sa
from flask import Flask

from blog.challenges.actions.verdicts import judge_entry
from blog.challenges.models.entries import Entry
from blog.challenges.values import Judgement
from blog.core.db import session, unit_of_work
from blog.core.jobs.queue import enqueue
from blog.mailroom.accepting import Incoming
from blog.mailroom.doors.intake import MAX_MESSAGE_BYTES, Accepted, Refused, TryLater, accept
from blog.mailroom.jobs import read_delivery
from blog.mailroom.models import Delivery, OutboxMessage, ReadMessage
from blog.mailroom.routes import Destination, Route, resolve
from blog.mailroom.values import Arrival, Door, Envelope
from tests.factories.accounts import make_person
from tests.factories.challenges import make_challenge
from tests.support.at_once import at_once
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


def test_mail_whose_bytes_are_gone_keeps_what_was_read_in_it(app: Flask) -> None:
    hand_in(app, b"From: b@example.org\r\n\r\nThe answer\r\n")
    run_due_jobs()
    number = session.scalars(sa.select(Delivery.id)).one()
    session.rollback()
    with unit_of_work():
        # As `KEEP_RAW_MAIL_DAYS` does.
        session.execute(sa.text("UPDATE delivery SET raw = :nothing"), {"nothing": b""})
        enqueue("mailroom.read", {"delivery_id": number})
    run_due_jobs()
    assert session.scalars(sa.select(ReadMessage.text)).one().strip() == "The answer"


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

    def take_places(self, target_id: int, how_many: int) -> int:
        return 1

    def accept(self, arrivals: Sequence[Arrival]) -> list[str]:
        raise OSError("a disk that is full, at /var/lib/secret")

    def process(self, delivery: Delivery, message: ReadMessage) -> None:
        raise AssertionError


_: type[Route] = _BrokenRoute


AGAIN = b"From: Zoe <zoe@example.org>\r\nMessage-ID: <1@example.org>\r\n\r\nForty-two.\r\n"


def entries() -> list[tuple[int, bool | None, str | None, int | None]]:
    """Each entry: its number, whether it takes part or why not, and the number of the one that it repeats."""
    rows = session.scalars(sa.select(Entry).order_by(Entry.number)).all()
    numbers = {entry.delivery_id: entry.number for entry in rows}
    return [
        (
            entry.number,
            entry.eligible,
            entry.why_not,
            numbers.get(entry.delivery.message.duplicate_of_id or 0),
        )
        for entry in rows
        if entry.delivery.message is not None
    ]


def test_a_mail_that_is_sent_again_keeps_its_number_and_takes_part_once(app: Flask) -> None:
    """As by a server that has not heard our answer: it adds a line of its own on the way."""
    hand_in(app, AGAIN, "zoe@example.org")
    hand_in(app, b"Received: from somewhere by elsewhere\r\n" + AGAIN, "zoe@example.org")
    run_due_jobs()

    assert entries() == [(1, True, None, None), (2, False, "duplicate", 1)]
    assert len(session.scalars(sa.select(OutboxMessage)).all()) == 1


def test_a_mail_that_a_person_has_to_read_takes_part_once_too(app: Flask) -> None:
    doubtful = AGAIN.replace(b"Forty-two.", "Forty\u200btwo.".encode())
    hand_in(app, doubtful, "zoe@example.org")
    hand_in(app, doubtful, "zoe@example.org")
    run_due_jobs()

    assert entries() == [(1, True, None, None), (2, False, "duplicate", 1)]


@pytest.mark.parametrize(
    ("raw", "sender"),
    [
        (AGAIN.replace(b"Forty-two.", b"Forty-three."), "zoe@example.org"),
        (AGAIN.replace(b"<1@", b"<2@"), "zoe@example.org"),
        (AGAIN, "another@example.org"),
    ],
    ids=["other words", "another Message-ID", "another sender"],
)
def test_what_differs_is_another_answer(app: Flask, raw: bytes, sender: str) -> None:
    hand_in(app, AGAIN, "zoe@example.org")
    hand_in(app, raw, sender)
    run_due_jobs()
    assert entries() == [(1, True, None, None), (2, True, None, None)]


def test_nobody_is_kept_out_by_a_copy_that_cannot_take_part_itself(app: Flask) -> None:
    """Somebody knows their words and Message-ID, and sends them first as if a program had."""
    hand_in(app, b"Auto-Submitted: auto-replied\r\n" + AGAIN, "zoe@example.org")
    hand_in(app, AGAIN.replace(b"zoe@", b"evil@"), "zoe@example.org")
    hand_in(app, AGAIN, "zoe@example.org")
    run_due_jobs()
    assert [(number, eligible) for number, eligible, _why, _again in entries()] == [
        (1, False),
        (2, True),
        (3, True),
    ]
    receipts = sa.select(OutboxMessage.recipient).where(OutboxMessage.recipient == "zoe@example.org")
    assert len(session.scalars(receipts).all()) == 1


def test_the_first_to_come_is_the_first_in_whatever_order_they_are_read(app: Flask) -> None:
    for _time in range(3):
        hand_in(app, AGAIN, "zoe@example.org")
    for delivery_id in (3, 1, 2):
        number = session.scalars(sa.select(Delivery.id).order_by(Delivery.id)).all()[delivery_id - 1]
        read_delivery({"delivery_id": number})
    assert entries() == [(1, True, None, None), (2, False, "duplicate", 1), (3, False, "duplicate", 1)]


def test_copies_that_are_read_at_the_same_moment_take_part_once(app: Flask) -> None:
    for _time in range(2):
        hand_in(app, AGAIN, "zoe@example.org")
    ids = session.scalars(sa.select(Delivery.id).order_by(Delivery.id)).all()
    at_once(app, 2, lambda number: read_delivery({"delivery_id": ids[number]}))
    session.rollback()
    assert entries() == [(1, True, None, None), (2, False, "duplicate", 1)]


def test_a_copy_that_has_a_verdict_keeps_it_when_the_first_one_is_read(app: Flask) -> None:
    for _time in range(2):
        hand_in(app, AGAIN, "zoe@example.org")
    first, copy = session.scalars(sa.select(Delivery.id).order_by(Delivery.id)).all()
    read_delivery({"delivery_id": copy})
    editor = make_person(role="editor").actor
    with unit_of_work():
        second = session.scalars(sa.select(Entry).where(Entry.number == 2)).one()
        judge_entry(editor, second, Judgement.CORRECT)
    read_delivery({"delivery_id": first})
    assert entries() == [(1, True, None, None), (2, True, None, 1)]


WITHOUT_ID = AGAIN.replace(b"Message-ID: <1@example.org>\r\n", b"")


def test_without_a_message_id_its_date_tells(app: Flask) -> None:
    for minute in (1, 1, 2):
        date = b"Date: Thu, 26 Nov 2026 10:0%d:00 +0100\r\n" % minute
        hand_in(app, date + WITHOUT_ID, "zoe@example.org")
    run_due_jobs()
    assert [(number, again) for number, _eligible, _why, again in entries()] == [(1, None), (2, 1), (3, None)]


@pytest.mark.parametrize(
    "raw", [BOMB, WITHOUT_ID], ids=["what nobody could read", "what has no mark of its own"]
)
def test_some_mails_repeat_nothing(app: Flask, raw: bytes) -> None:
    for _time in range(2):
        hand_in(app, raw)
    run_due_jobs()
    assert entries() == [(1, True, None, None), (2, True, None, None)]
