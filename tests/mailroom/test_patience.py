"""How long the door waits: for a slow sender, and for a database that does not answer."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import cast

import pytest
from aiosmtpd.smtp import SMTP, Session
from aiosmtpd.smtp import Envelope as Transaction
from flask import Flask
from sqlalchemy.exc import OperationalError

from blog.mailroom.accepting import Incoming
from blog.mailroom.doors import connections, intake
from blog.mailroom.doors.connection import GuardedSmtp, options_of
from blog.mailroom.doors.connections import Connections, Origin, Pace, Places, origin_of
from blog.mailroom.doors.intake import Intake, Trouble, TryLater
from blog.mailroom.doors.smtp import DoorHandler
from blog.mailroom.values import Door, Envelope, RefusalReason


class _Handler:
    """Takes everything."""

    def __init__(self) -> None:
        self.connections = Connections(Places(in_all=10, per_network=10))
        self.refusals: list[RefusalReason] = []

    def refused(self, why: RefusalReason, transaction: object = None) -> None:
        self.refusals.append(why)

    async def handle_DATA(  # noqa: N802 - the name is aiosmtpd's
        self, _server: SMTP, _session: Session, _transaction: Transaction
    ) -> str:
        return "250 2.0.0 stored"


async def _send_slowly(lines: int, line: bytes, commands: tuple[bytes, ...]) -> tuple[bytes, _Handler]:
    """Send ten lines a second after `commands`, and a dot.

    Returns the first reply to any of them, or what the door said before it hung up.
    """
    loop = asyncio.get_running_loop()
    handler = _Handler()
    server = await loop.create_server(
        lambda: GuardedSmtp(cast("DoorHandler", handler), **options_of("localhost", loop)), "127.0.0.1", 0
    )
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        await reader.readline()
        for command in commands:
            writer.write(command + b"\r\n")
            await reader.readline()
        try:
            reply = asyncio.ensure_future(reader.readline())
            for _line in range(lines):
                if reply.done():
                    break
                writer.write(line)
                await asyncio.wait([reply], timeout=0.1)
            writer.write(b".\r\n")
            return await reply, handler
        finally:
            writer.close()


_BEGIN_DATA = (b"HELO x", b"MAIL FROM:<a@example.org>", b"RCPT TO:<b@example.org>", b"DATA")


def _reply_to_slow_sender(
    *, lines: int, line: bytes = b"a line\r\n", commands: tuple[bytes, ...] = _BEGIN_DATA
) -> bytes:
    """What `_send_slowly` gets. In a thread of its own: browser tests leave a loop running in this one."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        reply, handler = thread.submit(lambda: asyncio.run(_send_slowly(lines, line, commands))).result()
    # A message that was waited for long enough is counted; who only held the line had none.
    is_slow = reply.startswith(b"421") and commands == _BEGIN_DATA
    assert handler.refusals == [RefusalReason.TOO_SLOW] * is_slow
    return reply


def test_a_slow_sender_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "IDLE_SECONDS", 0.5)

    assert _reply_to_slow_sender(lines=12).startswith(b"250 ")


@pytest.mark.parametrize(("name", "seconds"), [("FREE_SECONDS", 0.3), ("LONGEST_MESSAGE_SECONDS", 0.3)])
def test_a_sender_that_never_comes_to_an_end_is_not(
    monkeypatch: pytest.MonkeyPatch, name: str, seconds: float
) -> None:
    monkeypatch.setattr(connections, name, seconds)

    assert _reply_to_slow_sender(lines=12) == b"421 4.4.2 That took too long, please try again\r\n"


def test_who_sends_more_has_more_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "FREE_SECONDS", 0.3)

    # A thousand octets earn a second; these come three times as fast.
    assert _reply_to_slow_sender(lines=12, line=b"x" * 298 + b"\r\n").startswith(b"250 ")


def test_who_never_sends_a_message_has_no_more_time_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "FREE_SECONDS", 0.3)

    # The door answers commands at their end only: this one goes on and on.
    reply = _reply_to_slow_sender(lines=12, line=b"NOOP" + b"x" * 296, commands=(b"HELO x",))
    assert reply == b"421 4.4.2 That took too long, please try again\r\n"


def test_an_honest_phone_on_a_bad_line_has_time_for_the_largest_message() -> None:
    pace = Pace(0.0)
    rate, octets, now = 6000, 5 * 1024 * 1024, 0.0

    while octets > 0:
        assert pace.seconds_left(now) >= 1, f"cut off after {now} seconds"
        pace.hear(rate, now)
        octets, now = octets - rate, now + 1

    assert now > 14 * 60


def test_an_octet_every_ten_seconds_buys_a_minute() -> None:
    pace = Pace(0.0)
    for now in range(10, 60, 10):
        assert pace.seconds_left(now) > 0
        pace.hear(1, now)

    assert pace.seconds_left(61) == 0


def test_what_is_no_part_of_a_message_buys_no_time() -> None:
    pace = Pace(0.0)
    for now in range(1, 60):
        assert pace.seconds_left(now) > 0
        pace.notice(now)

    assert pace.seconds_left(60) == 0
    assert pace.slowness(60) > 1000


def test_nobody_is_slow_while_we_are() -> None:
    pace = Pace(0.0)
    pace.wait_for_us()

    assert pace.seconds_left(300.0) == 600
    assert pace.slowness(300.0) == 0
    pace.begin_anew(300.0)
    assert pace.seconds_left(300.0) == 60


class _Connection:
    """One that notes whether it was asked to leave."""

    def __init__(self) -> None:
        self.pace = Pace(0.0)
        self.has_left = False

    def make_room(self) -> None:
        self.has_left = True

    def close_down(self) -> None:
        self.has_left = True


def _admit_all(room: Connections, peers: list[str], now: float = 0.0) -> list[bool]:
    return [room.admit(_Connection(), peer, now) for peer in peers]


@pytest.mark.parametrize(
    ("peers", "admitted"),
    [
        (["192.0.2.1"] * 11, 10),
        (["::ffff:192.0.2.1", "192.0.2.1"] * 6, 10),
        ([f"2001:db8::{number:x}" for number in range(12)], 10),
        ([f"2001:db8:0:{number:x}::1" for number in range(12)], 12),
        ([f"2001:db8:0:{number // 9:x}::{number:x}" for number in range(90)], 30),
        ([f"2001:db8:{number // 9:x}::{number:x}" for number in range(90)], 90),
        ([f"192.0.2.{number}" for number in range(12)], 12),
        ([f"64:ff9b::192.0.2.{number}" for number in range(12)], 12),
        (["64:ff9b::192.0.2.1", "192.0.2.1"] * 6, 10),
        (["127.0.0.1"] * 60, 50),
        (["::1"] * 60, 50),
        (["::ffff:127.0.0.1"] * 60, 50),
        (["10.1.2.3"] * 60, 50),
        (["fd00::1"] * 60, 50),
        (["local"] * 110, 100),
    ],
)
def test_a_network_has_its_share_of_all_places(peers: list[str], admitted: int) -> None:
    room = Connections(Places(in_all=100, per_network=10))

    assert sum(_admit_all(room, peers)) == admitted


def test_a_place_that_is_left_is_free_again() -> None:
    room = Connections(Places(in_all=100, per_network=1))
    first = _Connection()

    assert room.admit(first, "192.0.2.1", 0.0)
    assert not room.admit(_Connection(), "192.0.2.1", 0.0)
    room.dismiss(first)
    room.dismiss(first)
    assert room.admit(_Connection(), "192.0.2.1", 0.0)
    assert not room.admit(_Connection(), "192.0.2.1", 0.0)


def test_a_door_that_closes_takes_leave_of_who_does_not_wait_for_an_answer() -> None:
    room = Connections(Places(in_all=10, per_network=10))
    idle, stored = _Connection(), _Connection()
    stored.pace.wait_for_us()
    for each in (idle, stored):
        assert room.admit(each, "192.0.2.1", 0.0)

    room.close_down()

    assert (idle.has_left, stored.has_left) == (True, False)


def test_slow_senders_lose_their_places_when_these_are_scarce() -> None:
    room = Connections(Places(in_all=10, per_network=10))
    slow, quick, stored = [_Connection() for _each in range(8)], _Connection(), _Connection()
    for number, each in enumerate([*slow, quick, stored]):
        assert room.admit(each, f"192.0.2.{number}", 0.0)
    quick.pace.hear(60_000, 0.0)
    stored.pace.wait_for_us()

    assert not room.admit(_Connection(), "198.51.100.1", 9.0), "ten seconds are everybody's"
    for each in slow:
        each.pace.hear(1, 9.0)
    newcomers = [_Connection() for _each in range(8)]
    for number, each in enumerate(newcomers):
        each.pace = Pace(30.0)
        assert room.admit(each, f"198.51.100.{number}", 30.0)

    assert [each.has_left for each in slow] == [True] * 8
    assert not quick.has_left
    assert not stored.has_left
    assert not room.admit(_Connection(), "203.0.113.1", 30.0)


@pytest.mark.parametrize(
    ("peer", "networks", "is_ours"),
    [
        ("192.0.2.1", ("192.0.2.1",), False),
        ("::ffff:192.0.2.1", ("192.0.2.1",), False),
        ("64:ff9b::c000:201", ("192.0.2.1",), False),
        ("2001:db8:1:2:3:4:5:6", ("2001:db8:1:2::/64", "2001:db8:1::/48"), False),
        ("fe80::1%eth0", ("fe80::/64", "fe80::/48"), True),
        ("::1", ("::/64", "::/48"), True),
        ("::2", ("::/64", "::/48"), False),
        ("10.0.0.1", ("10.0.0.1",), True),
        ("local", ("local",), True),
    ],
)
def test_a_network_is_what_one_sender_has_to_itself(
    peer: str, networks: tuple[str, ...], is_ours: bool
) -> None:
    assert origin_of(peer) == Origin(networks, is_ours)


def test_a_database_that_does_not_answer_is_asked_once_for_all_who_wait(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def locked(messages: list[Incoming]) -> list[list[str]]:
        asked.append(len(messages))
        raise OperationalError("BEGIN IMMEDIATE", {}, Exception("database is locked"))

    monkeypatch.setattr(intake, "accept_messages", locked)
    message = Incoming(Envelope(Door.SMTP, "", (), "local", "", tls=False), (), b"Subject: x\r\n\r\n")
    queue = Intake(app)
    told = [queue.hand_in(message) for _turn in range(3)]
    queue.start()
    queue.stop()

    assert [future.result(1) for future in told] == [TryLater()] * 3
    assert asked == [3]


def _sqlite_error(name: str) -> Callable[[list[Incoming]], list[list[str]]]:
    """What SQLite says with an error of that name."""

    def fail(_messages: list[Incoming]) -> list[list[str]]:
        error = sqlite3.OperationalError("as SQLite says it")
        error.sqlite_errorcode, error.sqlite_errorname = getattr(sqlite3, name), name
        raise OperationalError("COMMIT", {}, error)

    return fail


def _stored(messages: list[Incoming]) -> list[list[str]]:
    return [["stored"] for _each in messages]


@pytest.mark.parametrize(
    ("name", "trouble"),
    [
        ("SQLITE_BUSY", Trouble.BUSY),
        ("SQLITE_FULL", Trouble.NO_ROOM),
        ("SQLITE_IOERR_SHMSIZE", Trouble.NO_ROOM),
        ("SQLITE_IOERR_FSYNC", Trouble.BROKEN),
        ("SQLITE_IOERR_WRITE", Trouble.NO_ROOM),
        ("SQLITE_IOERR_READ", Trouble.BUSY),
    ],
)
def test_an_intake_stores_nothing_more_once_the_disk_has_failed(
    app: Flask, monkeypatch: pytest.MonkeyPatch, name: str, trouble: Trouble
) -> None:
    heard: list[str] = []
    queue = Intake(app)
    queue.on_broken = lambda: heard.append("broken")
    queue.start()
    message = Incoming(Envelope(Door.SMTP, "", (), "local", "", tls=False), (), b"Subject: x\r\n\r\n")

    with monkeypatch.context() as broken:
        broken.setattr(intake, "accept_messages", _sqlite_error(name))
        first = queue.hand_in(message).result(10)
    monkeypatch.setattr(intake, "accept_messages", _stored)
    second = queue.hand_in(message).result(10)
    queue.stop()

    assert first == TryLater(trouble)
    if trouble is Trouble.BROKEN:
        assert (second, heard) == (TryLater(trouble), ["broken"])
    else:
        assert (second, heard) == (intake.Accepted(("stored",)), [])
