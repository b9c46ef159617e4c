"""One connection, spoken to over a real socket, with a door behind it that does as a test says."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import cast

import pytest
from aiosmtpd.smtp import SMTP, Session
from aiosmtpd.smtp import Envelope as Transaction

from blog.mailroom.doors import connection
from blog.mailroom.doors.connection import GuardedLmtp, GuardedSmtp, options_of
from blog.mailroom.doors.connections import Connections, Places
from blog.mailroom.doors.smtp import DoorHandler
from blog.mailroom.values import RefusalReason

ENVELOPE = b"MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nRCPT TO:<c@example.org>\r\nDATA\r\n"


class _Handler:
    """Takes every message, or fails at each."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.connections = Connections(Places(in_all=10, per_network=10))
        self.taken: list[bytes] = []
        self.refusals: list[RefusalReason] = []
        self._fault = fault

    async def handle_DATA(  # noqa: N802 - the name is aiosmtpd's
        self, _server: SMTP, _session: Session, transaction: Transaction
    ) -> str:
        if self._fault is not None:
            raise self._fault
        self.taken.append(cast("bytes", transaction.original_content))
        return "250 2.0.0 stored"

    async def handle_exception(self, _error: Exception, _transaction: object = None) -> str:
        return "451 4.3.0 later"

    def refused(self, why: RefusalReason, transaction: object = None) -> None:
        self.refusals.append(why)


async def _hang_up_at_the_end(handler: _Handler) -> str:
    """What is said at the end of a message that comes in the moment in which the door closes."""
    loop = asyncio.get_running_loop()
    made: list[GuardedSmtp] = []

    def make() -> GuardedSmtp:
        made.append(GuardedSmtp(cast("DoorHandler", handler), **options_of("localhost", loop)))
        return made[0]

    server = await loop.create_server(make, "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"HELO x\r\n" + ENVELOPE)
        await reader.readuntil(b"354 End data with <CR><LF>.<CR><LF>\r\n")
        made[0].data_received(b"Subject: x\r\n\r\nx\r\n.\r\n")
        made[0].close_down()
        said = (await reader.read()).decode()
        writer.close()
    return said


async def _converse(kind: type[GuardedSmtp | GuardedLmtp], handler: _Handler, octets: bytes) -> list[str]:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: kind(cast("DoorHandler", handler), **options_of("localhost", loop)), "127.0.0.1", 0
    )
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(octets)
        replies = (await reader.read()).decode()
        writer.close()
    return [line for line in replies.splitlines() if line[3] == " "]


def _replies(kind: type[GuardedSmtp | GuardedLmtp], handler: _Handler, octets: bytes) -> list[str]:
    """The last lines of all replies. In a thread of its own: browser tests leave a loop running in this one."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(lambda: asyncio.run(_converse(kind, handler, octets))).result()


@pytest.mark.parametrize(
    ("kind", "hello", "how_often"), [(GuardedSmtp, b"EHLO", 1), (GuardedLmtp, b"LHLO", 2)]
)
def test_a_fault_of_ours_is_answered_to_everybody_who_was_accepted(
    kind: type[GuardedSmtp | GuardedLmtp], hello: bytes, how_often: int
) -> None:
    message = b"Subject: x\r\n\r\nx\r\n.\r\n"

    replies = _replies(
        kind, _Handler(RuntimeError("not told")), hello + b" x\r\n" + ENVELOPE + message + b"DATA\r\nQUIT\r\n"
    )

    # The transaction is over with it: another message begins with MAIL.
    assert [reply[:3] for reply in replies] == [
        "220", "250", "250", "250", "250", "354", *["451"] * how_often, "503", "221",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "reply"),
    [
        (b"DATA\r\n", "503 Error: send HELO first"),
        (b"EHLO x\r\nDATA\r\n", "503 Error: need RCPT command"),
        (b"EHLO x\r\nMAIL FROM:<a@example.org>\r\nDATA\r\n", "503 Error: need RCPT command"),
        (b"EHLO x\r\n" + ENVELOPE.replace(b"DATA", b"DATA x"), "501 Syntax: DATA"),
    ],
)
def test_no_message_comes_before_its_envelope(before: bytes, reply: str) -> None:
    replies = _replies(GuardedSmtp, _Handler(), before + b"QUIT\r\n")

    assert replies[-2:] == [reply, "221 Bye"]


@pytest.mark.parametrize(("kind", "hello"), [(GuardedSmtp, b"EHLO"), (GuardedLmtp, b"LHLO")])
def test_what_comes_after_a_message_without_an_end_is_never_read_as_commands(
    monkeypatch: pytest.MonkeyPatch, kind: type[GuardedSmtp | GuardedLmtp], hello: bytes
) -> None:
    monkeypatch.setattr(connection, "MAX_MESSAGE_BYTES", 10_000)
    handler = _Handler()
    smuggled = b"\r\n.\r\nRSET\r\n" + ENVELOPE + b"Subject: x\r\n\r\nx\r\n.\r\nQUIT\r\n"

    replies = _replies(kind, handler, hello + b" x\r\n" + ENVELOPE + b"z" * 120_000 + smuggled)

    assert {reply[:9] for reply in replies[6:]} == {"552 5.3.4"}
    assert handler.taken == []
    assert handler.refusals == [RefusalReason.TOO_LARGE]


def test_a_message_that_was_told_to_come_again_is_not_taken_as_well() -> None:
    handler = _Handler()

    with ThreadPoolExecutor(max_workers=1) as thread:
        said = thread.submit(lambda: asyncio.run(_hang_up_at_the_end(handler))).result()

    assert said == "421 4.3.2 This door closes for now, please try again\r\n"
    assert handler.taken == []
