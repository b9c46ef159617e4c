"""Taking leave of who is connected, what is counted of those who were refused, and what is written of them."""

import signal

import pytest
import sqlalchemy as sa
from flask import Flask

from blog.challenges.models.challenges import Challenge
from blog.core.db import session
from blog.mailroom.doors.intake import MAX_MESSAGE_BYTES
from blog.mailroom.models import Delivery, DoorRefusal
from tests.factories.challenges import make_challenge
from tests.support.mail_door import Wire, running_mail_door

DOMAIN = "answers.example.org"
ADDRESS = f"a-question@{DOMAIN}"
RAW = b"From: Ann <ann@example.org>\r\nSubject: Answer\r\n\r\nForty-two.\r\n"


@pytest.fixture(autouse=True)
def challenge(app: Flask) -> Challenge:
    return make_challenge(slug="a-question")


def test_a_hangup_leaves_a_door_without_a_certificate_open(app: Flask) -> None:
    with running_mail_door(app) as (port, process), Wire(port) as wire:
        wire.begin_data(ADDRESS)
        process.send_signal(signal.SIGHUP)
        wire.send(RAW + b".\r\n")
        assert wire.hear().startswith("250 ")
        assert wire.say("NOOP") == "250 OK\r\n"
        assert process.poll() is None


def test_who_is_connected_hears_that_the_door_closes(app: Flask) -> None:
    with running_mail_door(app) as (port, process), Wire(port) as idle, Wire(port) as in_data:
        in_data.begin_data(ADDRESS)
        in_data.send(b"Subject: half")
        # So that it has read what was sent: with octets unread, its last words would be lost on the way.
        idle.say("NOOP")
        process.send_signal(signal.SIGTERM)
        said = [idle.hear_all(), in_data.hear_all()]
        code = process.wait(timeout=30)

    assert said == [["421 4.3.2 This door closes for now, please try again\r\n"]] * 2
    assert code == 0
    assert session.scalars(sa.select(Delivery.id)).all() == []


def test_what_is_refused_is_counted_and_nothing_of_it_is_written_down(app: Flask) -> None:
    with running_mail_door(app, extra={"SMTP_MAX_CONNECTIONS": "2"}) as (port, process):
        with Wire(port) as wire:
            wire.say("EHLO \x1b[31mred")
            for line in (
                f"MAIL FROM:<secret@example.org> SIZE={MAX_MESSAGE_BYTES + 1}",
                "MAIL FROM:<secret@example.org> SIZE=²",
                "MAIL FROM:<secret\x1b@example.org>",
                "SECRET\x1b[2J",
            ):
                assert wire.say(line)[0] == "5"
            for text in (b"x" * (1 << 20) + b"\r\n", b"x\r\n" * (MAX_MESSAGE_BYTES // 3 + 1)):
                wire.begin_data(ADDRESS)
                wire.send(text + b".\r\n")
                assert wire.hear()[0] == "5"
            with Wire(port), Wire(port) as turned_away:
                assert turned_away.greeting.startswith("421 ")
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
        written = process.complaints.read_text(encoding="utf-8")

    counted = sa.select(DoorRefusal.door, DoorRefusal.why, DoorRefusal.total)
    session.rollback()
    assert {tuple(row) for row in session.execute(counted)} == {
        ("smtp", "too-large", 2),
        ("smtp", "broken", 3),
        ("smtp", "too-many", 1),
    }
    for hidden in ("Traceback", "ecret", "ECRET", "\x1b", "127.0.0.1:", "('127.0.0.1'"):
        assert hidden not in written
