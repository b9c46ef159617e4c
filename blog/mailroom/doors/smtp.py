"""The built-in door: SMTP (RFC 5321) and LMTP (RFC 2033) on aiosmtpd.

Between the end of DATA and the reply it does three things: take the bytes, have them committed, answer. An
unknown address is refused at RCPT, a message that is too large at SIZE and at DATA, and every failure of ours
is `451`: the sender's server keeps the message and comes again.
"""

import asyncio
import time
from typing import Any, cast

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Session
from aiosmtpd.smtp import Envelope as Transaction
from flask import Flask

from blog.core.config import current_settings
from blog.core.db import session as database
from blog.mailroom.actions import Incoming
from blog.mailroom.doors.intake import MAX_MESSAGE_BYTES, Accepted, Intake, Outcome, Refused
from blog.mailroom.routes import Destination, resolve
from blog.mailroom.values import Door, Envelope

MAX_RECIPIENTS = 50
MAX_CONNECTIONS = 200
MAX_CONNECTIONS_OF_A_PEER = 50
_LOCAL = "local"
_MOST_REMEMBERED = 1024
IDLE_SECONDS = 60
# 5 MB at 6 kB a second. Who sends even slower holds a connection of ours on purpose.
LONGEST_MESSAGE_SECONDS = 900
TRY_LATER = "451 4.3.0 We could not store your message just now, please try again"
log = structlog.get_logger(__name__)


class Connections:
    """Who is connected, so that one peer leaves room for the others and all together leave us some."""

    def __init__(self) -> None:
        self._open: dict[object, str] = {}

    def admit(self, connection: object, transport: asyncio.BaseTransport) -> bool:
        """Whether there is room for one connection more; it then counts until it is dismissed."""
        peer = _peer(transport.get_extra_info("peername"))
        from_peer = sum(1 for other in self._open.values() if other == peer) if peer != _LOCAL else 0
        if len(self._open) >= MAX_CONNECTIONS or from_peer >= MAX_CONNECTIONS_OF_A_PEER:
            return False
        self._open[connection] = peer
        return True

    def dismiss(self, connection: object) -> None:
        """A connection has ended, or never began."""
        self._open.pop(connection, None)


class DoorHandler:
    """What happens at each step of a transaction, for one kind of door."""

    def __init__(self, app: Flask, intake: Intake, door: Door, remember_seconds: float) -> None:
        self._app = app
        self._intake = intake
        self._door = door
        self._remember_seconds = remember_seconds
        self.connections = Connections()
        # Under a storm of answers to one address, looking it up would cost more than storing the message.
        self._remembered: dict[str, tuple[Destination, float]] = {}

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, _server: SMTP, _session: Session, transaction: Transaction, address: str, options: list[str]
    ) -> str:
        """Accept a recipient that a feature has a route for."""
        if len(transaction.rcpt_tos) >= MAX_RECIPIENTS:
            return "452 4.5.3 Too many recipients in one message"
        destination = self._recall(address) or await asyncio.to_thread(self._look_up, address)
        if destination is None:
            return "550 5.1.1 There is no such address here"
        self._remember(address, destination)
        _destinations(transaction).append(destination)
        transaction.rcpt_tos.append(address)
        transaction.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 - the name is aiosmtpd's
        self, _server: SMTP, session: Session, transaction: Transaction
    ) -> str:
        """Have the message committed, then say so: one reply, or one for each recipient in LMTP."""
        asked_for = _destinations(transaction)
        message = Incoming(
            envelope=self._envelope(session, transaction),
            destinations=tuple({_key(one): one for one in asked_for}.values()),
            raw=bytes(cast("bytes", transaction.original_content)),
        )
        outcome = await asyncio.wrap_future(self._intake.hand_in(message))
        if not isinstance(outcome, Accepted):
            # Perhaps what an address stands for is gone: the next attempt asks again.
            self._remembered.clear()
        if self._door is Door.SMTP:
            return _reply(outcome, "; ".join(outcome.told) if isinstance(outcome, Accepted) else "")
        return "\r\n".join(_lmtp_replies(outcome, message.destinations, asked_for))

    async def handle_exception(self, error: Exception) -> str:
        """A fault of ours: temporary, and told to our log only."""
        log.error("the mail door failed", error=type(error).__name__, exc_info=error)
        return TRY_LATER

    def _recall(self, address: str) -> Destination | None:
        destination, since = self._remembered.get(address, (None, 0.0))
        return destination if time.monotonic() - since < self._remember_seconds else None

    def _remember(self, address: str, destination: Destination) -> None:
        if address not in self._remembered or self._recall(address) is None:
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[address] = (destination, time.monotonic())

    def _look_up(self, address: str) -> Destination | None:
        with self._app.app_context():
            try:
                return resolve(address, current_settings().answer_domain)
            finally:
                database.remove()

    def _envelope(self, session: Session, transaction: Transaction) -> Envelope:
        sender = transaction.mail_from or ""
        return Envelope(
            door=self._door,
            sender="" if sender == "<>" else sender,
            recipients=tuple(transaction.rcpt_tos),
            peer=_peer(session.peer),
            helo=str(session.host_name or ""),
            tls=session.ssl is not None,
        )


def make_smtp(handler: DoorHandler, host_name: str, loop: asyncio.AbstractEventLoop) -> SMTP:
    """One SMTP connection."""
    return _GuardedSmtp(handler, **_options(host_name, loop))


def make_lmtp(handler: DoorHandler, host_name: str, loop: asyncio.AbstractEventLoop) -> LMTP:
    """One LMTP connection."""
    return _GuardedLmtp(handler, **_options(host_name, loop))


class _Guarded:
    """Mixed into a connection: nobody takes all the room there is, and slow senders are waited for."""

    # Real HTML mail has lines far over the 1,000 octets of RFC 5321 section 4.5.3.1.6: refusing it loses entries.
    line_length_limit = 1 << 20
    event_handler: DoorHandler
    turned_away = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, or turn the other side away for now when there is no room (RFC 5321 section 3.8)."""
        self.turned_away = not self.event_handler.connections.admit(self, transport)
        if not self.turned_away:
            cast("Any", super()).connection_made(transport)
            return
        stream = cast("asyncio.Transport", transport)
        stream.write(b"421 4.7.0 Too many connections at once, please try again\r\n")
        stream.close()

    def connection_lost(self, error: Exception | None) -> None:
        """End, and leave the place to others."""
        self.event_handler.connections.dismiss(self)
        if not self.turned_away:
            cast("Any", super()).connection_lost(error)

    def data_received(self, data: bytes) -> None:
        """Wait on while something comes: aiosmtpd counts from the command DATA, so 5 MB over a slow line never fit."""
        if not self.turned_away:
            cast("Any", super()).data_received(data)
            _wait_on(cast("SMTP", self))

    def eof_received(self) -> bool | None:
        """The other side has nothing more to say."""
        return False if self.turned_away else cast("bool | None", cast("Any", super()).eof_received())


class _GuardedSmtp(_Guarded, SMTP):
    """One SMTP connection."""


class _GuardedLmtp(_Guarded, LMTP):
    """One LMTP connection."""


def _wait_on(connection: SMTP) -> None:
    """Count the idle time anew (RFC 5321 section 4.5.3.2.5), unless one message takes longer than any line needs."""
    now = connection.loop.time()
    transaction = connection.envelope
    began = getattr(transaction, "began", None)
    if began is None and transaction is not None:
        setattr(transaction, "began", now)  # noqa: B010 - aiosmtpd leaves room for handlers here
    if now - (began or now) < LONGEST_MESSAGE_SECONDS:
        connection._reset_timeout()  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]


def _options(host_name: str, loop: asyncio.AbstractEventLoop) -> dict[str, Any]:
    return {
        "data_size_limit": MAX_MESSAGE_BYTES,
        "enable_SMTPUTF8": True,
        "hostname": host_name,
        "ident": "Rejoinder",
        "timeout": IDLE_SECONDS,
        "auth_exclude_mechanism": ["LOGIN", "PLAIN"],
        "loop": loop,
    }


def _reply(outcome: Outcome, told: str) -> str:
    if isinstance(outcome, Accepted):
        return f"250 2.0.0 {told}"
    if isinstance(outcome, Refused):
        return f"554 5.6.0 Refused: {outcome.why}"
    return TRY_LATER


def _key(destination: Destination) -> tuple[str, int]:
    return destination.route.name, destination.target_id


def _lmtp_replies(
    outcome: Outcome, destinations: tuple[Destination, ...], asked_for: list[Destination]
) -> list[str]:
    """One reply for each recipient (RFC 2033 section 4.2), also where two of them are one destination."""
    if not isinstance(outcome, Accepted):
        return [_reply(outcome, "") for _recipient in asked_for]
    told = {_key(one): line for one, line in zip(destinations, outcome.told, strict=True)}
    return [_reply(outcome, told[_key(one)]) for one in asked_for]


def _destinations(transaction: Transaction) -> list[Destination]:
    """What RCPT has found so far in this transaction; aiosmtpd makes a new object for the next one."""
    found: list[Destination] | None = getattr(transaction, "destinations", None)
    if found is None:
        found = []
        setattr(transaction, "destinations", found)  # noqa: B010 - aiosmtpd leaves room for handlers here
    return found


def _peer(peer: object) -> str:
    """The address of the other side; a Unix socket has none."""
    if isinstance(peer, tuple) and peer:
        return str(cast("tuple[object, ...]", peer)[0])
    return _LOCAL
