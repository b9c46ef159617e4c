"""How long the door waits: for a slow sender, and for a database that does not answer."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import cast

import pytest
from aiosmtpd.smtp import SMTP, Session
from aiosmtpd.smtp import Envelope as Transaction
from flask import Flask
from sqlalchemy.exc import OperationalError

from blog.mailroom.actions import Incoming
from blog.mailroom.doors import intake, smtp
from blog.mailroom.doors.intake import Intake, TryLater
from blog.mailroom.doors.smtp import Connections, DoorHandler, make_smtp
from blog.mailroom.values import Door, Envelope


class _Handler:
    """Takes everything."""

    def __init__(self) -> None:
        self.connections = Connections()

    async def handle_DATA(  # noqa: N802 - the name is aiosmtpd's
        self, _server: SMTP, _session: Session, _transaction: Transaction
    ) -> str:
        return "250 2.0.0 stored"


async def _send_slowly(lines: int) -> bytes:
    """Send a message at ten lines a second. Returns the reply to its end; nothing when the door hung up."""
    loop = asyncio.get_running_loop()
    handler = cast("DoorHandler", _Handler())
    server = await loop.create_server(partial(make_smtp, handler, "localhost", loop), "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        await reader.readline()
        for command in (b"HELO x", b"MAIL FROM:<a@example.org>", b"RCPT TO:<b@example.org>", b"DATA"):
            writer.write(command + b"\r\n")
            await reader.readline()
        try:
            for _line in range(lines):
                writer.write(b"a line\r\n")
                await asyncio.sleep(0.1)
            writer.write(b".\r\n")
            return await reader.readline()
        except ConnectionError:
            return b""
        finally:
            writer.close()


def _reply_to_slow_sender(*, lines: int) -> bytes:
    """What `_send_slowly` gets. In a thread of its own: browser tests leave a loop running in this one."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(lambda: asyncio.run(_send_slowly(lines))).result()


def test_a_slow_sender_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "IDLE_SECONDS", 0.5)

    assert _reply_to_slow_sender(lines=12).startswith(b"250 ")


def test_a_sender_that_never_comes_to_an_end_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "IDLE_SECONDS", 0.5)
    monkeypatch.setattr(smtp, "LONGEST_MESSAGE_SECONDS", 0.3)

    assert _reply_to_slow_sender(lines=12) == b""


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
