"""Answers that are typed on the page."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.core.db import session, unit_of_work
from blog.core.errors import InvalidInput, NotFound
from blog.mailroom.doors.form import MAX_TEXT_CHARACTERS, Typed, hand_in
from blog.mailroom.models import Delivery, ReadMessage
from tests.factories.challenges import make_challenge
from tests.support.jobs import run_due_jobs
from tests.support.rows_of_ledgers import leaf_of

TO = "a-question@answers.example.org"
ANSWER = Typed("Ann de Vries", "ann@example.org", "Forty-two.", "key-of-a-form-1")


@pytest.fixture(autouse=True)
def challenge(app: Flask) -> Challenge:
    return make_challenge(slug="a-question")


def typed(
    text: str = "Forty-two.",
    *,
    name: str = "Ann de Vries",
    address: str = "ann@example.org",
    key: str = "key-of-a-form-1",
    to: str = TO,
) -> str:
    """Hand in what somebody typed, as a view does."""
    with unit_of_work():
        return hand_in(Typed(name, address, text, key), recipient=to, peer="192.0.2.7", tls=True)


def raw() -> bytes:
    return session.scalars(sa.select(Delivery.raw).order_by(Delivery.id.desc())).first() or b""


@time_machine.travel(datetime(2026, 3, 1, 12, 30, tzinfo=UTC), tick=False)
def test_it_stores_a_message_and_says_the_number(app: Flask) -> None:
    said = typed("Forty-two.\r\n\r\nWhat else?\r\n")

    delivery = session.scalars(sa.select(Delivery)).one()
    assert said == f"entry 1 of a-question sha256={delivery.sha256} leaf={leaf_of(delivery.id)}"
    assert (delivery.door, delivery.recipient, delivery.envelope_sender) == ("form", TO, "ann@example.org")
    assert (delivery.peer, delivery.tls) == ("192.0.2.7", True)
    head, _, body = delivery.raw.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    message_id = lines.pop(3)
    assert lines == [
        "From: Ann de Vries <ann@example.org>",
        f"To: <{TO}>",
        "Date: Sun, 01 Mar 2026 12:30:00 +0000",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
    ]
    assert message_id.startswith("Message-ID: <")
    assert message_id.endswith("@answers.example.org>")
    assert body == b"Forty-two.\r\n\r\nWhat else?\r\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Zoë Öztürk", "Het antwoord is “été”, 42 €.\n\n  Ingesprongen = ja\t\n."),
        ("=?utf-8?q?A=0D=0ABcc:_x@example.org?=", "From me to you\n" + "long " * 300 + "line"),
        ("李" * 60, "四十二。" * 200),
        ('"Ann", (x) <bob@example.org>', "a\u2028b \U0001f600"),
        ("", "42"),
        ("A" * 190, "42"),
    ],
    ids=["accents", "encoded word", "chinese", "specials", "nameless", "long"],
)
def test_what_was_typed_is_what_is_read(app: Flask, name: str, text: str) -> None:
    typed(text, name=name)
    stored = raw()

    run_due_jobs()

    read = session.scalars(sa.select(ReadMessage)).one()
    assert (read.from_address, read.from_name) == ("ann@example.org", name)
    assert read.text.replace("\r\n", "\n").strip("\n") == text
    assert read.elided == ""
    assert stored.isascii()
    assert [line for line in stored.split(b"\r\n") if b"\n" in line or b"\r" in line] == []


def test_a_name_brings_no_header_with_it(app: Flask) -> None:
    typed(name="A\r\nBcc: x@example.org\r\n\r\nThe body")

    head = raw().partition(b"\r\n\r\n")[0].decode()
    assert [line.partition(":")[0] for line in head.split("\r\n") if not line.startswith(" ")] == [
        "From",
        "To",
        "Date",
        "Message-ID",
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
    ]


def test_mails_and_answers_on_the_page_are_numbered_together(app: Flask) -> None:
    said = [typed(f"Number {number}.", key=f"key-{number}") for number in (1, 2, 3)]

    assert [line.split(" sha256")[0] for line in said] == [
        f"entry {number} of a-question" for number in (1, 2, 3)
    ]


def test_the_same_sent_twice_is_one_entry_and_other_words_are_another(app: Flask) -> None:
    first, again = typed(), typed()
    other = typed("Forty-three.")

    assert first == again
    assert other.startswith("entry 2 of a-question ")
    assert session.scalars(sa.select(Entry.number).order_by(Entry.number)).all() == [1, 2]


def test_nothing_is_stored_when_the_unit_of_work_fails(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), unit_of_work():
        hand_in(ANSWER, recipient=TO, peer="192.0.2.7", tls=True)
        _ = 1 / 0

    assert session.scalars(sa.select(Delivery.id)).all() == []
    assert typed().startswith("entry 1 of a-question ")


@pytest.mark.parametrize(
    ("text", "address", "field"),
    [
        (" \r\n ", "ann@example.org", "text"),
        ("x" * (MAX_TEXT_CHARACTERS + 1), "ann@example.org", "text"),
        ("42", "ann", "email"),
        ("42", "ann@example.org\r\nBcc: bob@example.org", "email"),
        ("42", "ann@example.org>, <bob@example.org", "email"),
    ],
)
def test_it_says_what_cannot_be_used(app: Flask, text: str, address: str, field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        typed(text, address=address)

    assert list(refusal.value.fields) == [field]
    assert session.scalars(sa.select(Delivery.id)).all() == []


def test_it_takes_the_longest_text(app: Flask) -> None:
    assert typed("€" * MAX_TEXT_CHARACTERS).startswith("entry 1 ")


def test_it_knows_no_other_address(app: Flask) -> None:
    with pytest.raises(NotFound):
        typed(to="nobody@answers.example.org")
