"""What follows DATA: taken in pieces, whatever it is made of, and answered for everybody it was for."""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from blog.challenges.models.challenges import Challenge
from blog.core.db import session
from blog.mailroom.doors.intake import MAX_MESSAGE_BYTES
from blog.mailroom.models import Delivery
from tests.factories.challenges import make_challenge
from tests.support.mail_door import Wire, open_mail_door, running_mail_door
from tests.support.processes import Program

DOMAIN = "answers.example.org"
ADDRESS = f"a-question@{DOMAIN}"
RAW = b"From: Ann <ann@example.org>\r\nSubject: Answer\r\n\r\nForty-two.\r\n"
MEGABYTE = 1 << 20
# A message that is kept, put together, and bound to a statement: several times its five megabytes, and no more.
ROOM = 48 * MEGABYTE


@pytest.fixture(autouse=True)
def challenge(app: Flask) -> Challenge:
    return make_challenge(slug="a-question")


@pytest.fixture
def running_door(app: Flask) -> Iterator[tuple[int, Program]]:
    with running_mail_door(app) as (port, process):
        yield port, process


def _most_memory_of(process: Program) -> int:
    """The most memory that a process has had so far, in octets (proc_pid_status(5))."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    assert found is not None
    return int(found[1]) * 1024


def test_a_line_without_an_end_takes_no_memory_and_is_hung_up_on(running_door: tuple[int, Program]) -> None:
    port, process = running_door
    with Wire(port) as wire:
        wire.begin_data(ADDRESS)
        before = _most_memory_of(process)
        # It hangs up while we still send: what it says then may be lost on the way.
        with suppress(ConnectionError):
            for _megabyte in range(200):
                wire.send(b"z" * MEGABYTE)
            raise AssertionError("it listens to everything")

    assert _most_memory_of(process) - before < ROOM
    with Wire(port) as wire:
        wire.begin_data(ADDRESS)
        wire.send(RAW + b".\r\n")
        assert wire.hear().startswith("250 ")


def test_five_megabytes_of_empty_lines_take_no_more_than_others(running_door: tuple[int, Program]) -> None:
    port, process = running_door
    raw = b"\r\n" * (MAX_MESSAGE_BYTES // 2)
    with Wire(port) as wire:
        wire.begin_data(ADDRESS)
        before = _most_memory_of(process)
        wire.send(raw + b".\r\n")
        reply = wire.hear()

    assert reply.startswith("250 ")
    assert _most_memory_of(process) - before < ROOM
    assert session.scalars(sa.select(Delivery.raw)).all() == [raw]


def _with_dots(octets: int) -> bytes:
    """A text of exactly so many octets, in lines that begin with a dot."""
    line = b"." + b"x" * 997 + b"\r\n"
    rest = octets % len(line)
    return line * (octets // len(line)) + (b"." * (rest - 2) + b"\r\n" if rest else b"")


@pytest.mark.parametrize(("more", "code"), [(0, "250 "), (1, "552 5.3.4 ")], ids=["as much", "one more"])
def test_a_dot_that_is_doubled_on_the_way_is_no_part_of_the_size(door: int, more: int, code: str) -> None:
    raw = _with_dots(MAX_MESSAGE_BYTES + more)
    with Wire(door) as wire:
        wire.begin_data(ADDRESS)
        wire.send(b"." + raw.replace(b"\r\n.", b"\r\n..") + b".\r\n")
        reply = wire.hear()

    assert len(raw) == MAX_MESSAGE_BYTES + more
    assert reply.startswith(code)
    assert session.scalars(sa.select(Delivery.raw)).all() == [raw] * (not more)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ((b"x" * 998 + b"\r\n") * (MAX_MESSAGE_BYTES // 1000 + 1), "552 5.3.4 "),
        (b"Subject: x\r\n\r\n" + b"y" * MEGABYTE + b"\r\n", "500 5.5.2 "),
    ],
    ids=["too large", "too long a line"],
)
def test_what_cannot_be_taken_is_answered_at_its_end_and_the_connection_goes_on(
    door: int, text: bytes, code: str
) -> None:
    with Wire(door) as wire:
        wire.begin_data(ADDRESS)
        wire.send(text + b".\r\nNOOP\r\n")
        refused, after = wire.hear(), wire.hear()
        wire.begin_data(ADDRESS)
        wire.send(RAW + b".\r\n")
        taken = wire.hear()

    assert refused.startswith(code)
    assert after == "250 OK\r\n"
    assert taken.startswith("250 ")
    assert session.scalars(sa.select(Delivery.raw)).all() == [RAW]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ((b"x" * 998 + b"\r\n") * (MAX_MESSAGE_BYTES // 1000 + 1), "552"),
        (b"y" * MEGABYTE + b"\r\n", "500"),
    ],
    ids=["too large", "too long a line"],
)
def test_lmtp_refuses_a_message_once_for_each_recipient(
    app: Flask, tmp_path: Path, text: bytes, code: str
) -> None:
    path = tmp_path / "lmtp"
    with open_mail_door(app, "--lmtp", str(path)), Wire(str(path)) as wire:
        wire.say("LHLO mta.example.org")
        wire.say("MAIL FROM:<a@example.org>")
        for name in ("a-question", "unknown", "answers+a-question"):
            wire.say(f"RCPT TO:<{name}@{DOMAIN}>")
        wire.say("DATA")
        wire.send(text + b".\r\nQUIT\r\n")
        replies = wire.hear_all()

    assert [reply[:3] for reply in replies] == [code, code, "221"]
