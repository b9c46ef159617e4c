"""The built-in door: SMTP (RFC 5321) and LMTP (RFC 2033), as far as a transaction is ours to decide.

Between the end of DATA and the reply it does three things: take the bytes, have them committed, answer. An
unknown address is refused at RCPT, a message that is too large at SIZE and at DATA, and every failure of ours
is `451`, or `452` where the disk is full: the sender's server keeps the message and comes again.
How the connection itself is held is in `connection.py`.
"""

import asyncio
import re
import time
from concurrent.futures import Future
from contextlib import AbstractContextManager
from typing import Protocol, cast

import structlog
from aiosmtpd.smtp import SMTP, Session, TLSSetupException
from aiosmtpd.smtp import Envelope as Transaction
from flask import Flask

from blog.core.config import current_settings
from blog.core.db import session as database
from blog.mailroom.accepting import Incoming
from blog.mailroom.doors.connections import LOCAL, Connections, Guesses
from blog.mailroom.doors.disk import FreeDisk
from blog.mailroom.doors.intake import Accepted, Intake, Outcome, Refused, Trouble, TryLater, refusal_of
from blog.mailroom.refusals import count_refusal
from blog.mailroom.routes import Destination, resolve
from blog.mailroom.values import Door, Envelope, RefusalReason

MAX_RECIPIENTS = 50
# Who is refused so often in one connection looks for addresses, or does not listen.
MOST_UNKNOWN = 20
MOST_RECIPIENTS_ASKED = 1000
_MOST_REMEMBERED = 1024
_POSTMASTER = "postmaster"
TRY_LATER = "451 4.3.0 We could not store your message just now, please try again"
# As `Arrival.told` says it: the same for all that one message became.
_DIGEST = re.compile(r" sha256=[0-9a-f]{64}")
NO_ROOM = "452 4.3.1 There is no room for mail just now, please try again"
log = structlog.get_logger(__name__)


class Speaker(Protocol):
    """What is asked of the connection of a transaction (`connection.py`)."""

    recipients_asked: int
    unknown_addresses: int

    def in_our_hands(self) -> AbstractContextManager[None]:
        """While a message is being stored, the other side is not the one who is slow."""
        ...


class DoorHandler:
    """What happens at each step of a transaction, for one kind of door."""

    def __init__(
        self,
        app: Flask,
        intake: Intake,
        door: Door,
        *,
        connections: Connections,
        disk: FreeDisk,
        remember_seconds: float,
    ) -> None:
        self._app = app
        self._intake = intake
        self._door = door
        self._disk = disk
        self._remember_seconds = remember_seconds
        self._guesses = Guesses()
        self.connections = connections
        # Under a storm of answers to one address, looking it up would cost more than storing the message.
        self._remembered: dict[str, tuple[Destination, float]] = {}
        with app.app_context():
            self._domain = current_settings().answer_domain

    async def handle_EHLO(  # noqa: N802 - the name is aiosmtpd's
        self, _server: SMTP, session: Session, _transaction: Transaction, name: str, offers: list[str]
    ) -> list[str]:
        """Offer what we do: pipelining too (RFC 2920; LMTP must), and no AUTH, for nobody has an account here."""
        session.host_name = name
        kept = [offer for offer in offers if not offer.startswith(("250-AUTH", "250 "))]
        return [*kept, "250 PIPELINING"]

    async def handle_MAIL(  # noqa: N802 - the name is aiosmtpd's
        self, _server: SMTP, _session: Session, transaction: Transaction, sender: str, options: list[str]
    ) -> str:
        """Begin a transaction while there is room for a message."""
        if self._disk.is_scarce():
            self.refused(RefusalReason.NO_ROOM)
            return NO_ROOM
        transaction.mail_from = sender
        transaction.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, server: Speaker, session: Session, transaction: Transaction, address: str, options: list[str]
    ) -> str:
        """Accept a recipient that a feature has a route for."""
        server.recipients_asked += 1
        if server.recipients_asked > MOST_RECIPIENTS_ASKED:
            self.refused(RefusalReason.TOO_MANY)
            return "421 4.5.3 Too many recipients, please send one message to each of a few"
        if len(transaction.rcpt_tos) >= MAX_RECIPIENTS:
            self.refused(RefusalReason.TOO_MANY)
            return "452 4.5.3 Too many recipients in one message"
        destination = self._recall(address) or await asyncio.to_thread(self._look_up, address)
        if destination is None:
            return await self._refuse_unknown(server, session)
        self._remember(address, destination)
        _destinations(transaction).append(destination)
        transaction.rcpt_tos.append(address)
        transaction.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 - the name is aiosmtpd's
        self, server: Speaker, session: Session, transaction: Transaction
    ) -> str:
        """Have the message committed, then say so: one reply, or one for each recipient in LMTP."""
        asked_for = _destinations(transaction)
        message = Incoming(
            envelope=self._envelope(session, transaction),
            destinations=tuple({_key(one): one for one in asked_for}.values()),
            raw=bytes(cast("bytes", transaction.original_content)),
        )
        with server.in_our_hands():
            outcome = await _outcome_of(self._intake.hand_in(message))
        if not isinstance(outcome, Accepted):
            self.refused(refusal_of(outcome), transaction)
            # Perhaps what an address stands for is gone: the next attempt asks again.
            self._remembered.clear()
        if self._door is Door.SMTP:
            return "\r\n".join(_taken(outcome.told)) if isinstance(outcome, Accepted) else _refusal(outcome)
        return "\r\n".join(_lmtp_replies(outcome, message.destinations, asked_for))

    def refused(self, why: RefusalReason, transaction: Transaction | None = None) -> None:
        """Count a message, a recipient or a connection that was not taken; of a message, the transaction it came in."""
        count_refusal(self._door, why, _destinations(transaction) if transaction is not None else ())

    async def handle_exception(self, error: Exception, transaction: Transaction | None = None) -> str:
        """A fault of ours: temporary, and told to our log only."""
        if isinstance(error, TLSSetupException):
            # Scanners speak old TLS, or none at all: no fault of anybody here.
            log.info("a client did not come to speak TLS")
        else:
            self.refused(RefusalReason.OUR_FAULT, transaction)
            log.error("the mail door failed", error=type(error).__name__, exc_info=error)
        return TRY_LATER

    async def _refuse_unknown(self, server: Speaker, session: Session) -> str:
        server.unknown_addresses += 1
        self.refused(RefusalReason.NO_SUCH_ADDRESS)
        if server.unknown_addresses > MOST_UNKNOWN:
            return "421 4.7.0 Too many unknown addresses"
        await asyncio.sleep(self._guesses.delay_after(peer_of(session.peer)))
        return "550 5.1.1 There is no such address here"

    def _recall(self, address: str) -> Destination | None:
        destination, since = self._remembered.get(address, (None, 0.0))
        return destination if time.monotonic() - since < self._remember_seconds else None

    def _remember(self, address: str, destination: Destination) -> None:
        if address not in self._remembered or self._recall(address) is None:
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[address] = (destination, time.monotonic())

    def _look_up(self, address: str) -> Destination | None:
        # The one name that needs no domain (RFC 5321, 4.5.1).
        whole = f"{address}@{self._domain}" if address.lower() == _POSTMASTER else address
        with self._app.app_context():
            try:
                return resolve(whole, self._domain)
            finally:
                database.remove()

    def _envelope(self, session: Session, transaction: Transaction) -> Envelope:
        sender = transaction.mail_from or ""
        return Envelope(
            door=self._door,
            sender="" if sender == "<>" else sender,
            recipients=tuple(transaction.rcpt_tos),
            peer=peer_of(session.peer),
            helo=str(session.host_name or ""),
            tls=session.ssl is not None,
        )


async def _outcome_of(handed_in: Future[Outcome]) -> Outcome:
    """What became of a message. The intake settles in the thread of this loop, once for all who waited together.

    `asyncio.wrap_future` would wake the loop from the other thread for each of them, and both would stand in each
    other's way every time.
    """
    settled: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()

    def settle(done: Future[Outcome]) -> None:
        # The connection may be gone; the message is stored all the same.
        if not settled.done():
            settled.set_result(done.result())

    handed_in.add_done_callback(settle)
    return await settled


def peer_of(peer: object) -> str:
    """The address of the other side; a Unix socket has none."""
    if isinstance(peer, tuple) and peer:
        return str(cast("tuple[object, ...]", peer)[0])
    return LOCAL


def _taken(told: tuple[str, ...]) -> list[str]:
    """The lines of one reply: what became of each destination, and last, once for all, the digest of the message.

    No line has more than 512 octets (RFC 5321, 4.5.3.1.5).
    """
    if len(told) <= 1:
        return [f"250 2.0.0 {line}" for line in told]
    found = _DIGEST.search(told[0])
    lines = [_DIGEST.sub("", line) for line in told]
    return [*(f"250-2.0.0 {line}" for line in lines), f"250 2.0.0{found[0] if found else ''}"]


def _refusal(outcome: Refused | TryLater) -> str:
    if isinstance(outcome, Refused):
        return f"554 5.6.0 Refused: {outcome.why}"
    return NO_ROOM if outcome.trouble is Trouble.NO_ROOM else TRY_LATER


def _key(destination: Destination) -> tuple[str, int]:
    return destination.route.name, destination.target_id


def _lmtp_replies(
    outcome: Outcome, destinations: tuple[Destination, ...], asked_for: list[Destination]
) -> list[str]:
    """One reply for each recipient (RFC 2033 section 4.2), also where two of them are one destination."""
    if not isinstance(outcome, Accepted):
        return [_refusal(outcome) for _recipient in asked_for]
    told = {_key(one): line for one, line in zip(destinations, outcome.told, strict=True)}
    return [f"250 2.0.0 {told[_key(one)]}" for one in asked_for]


def _destinations(transaction: Transaction) -> list[Destination]:
    """What RCPT has found so far in this transaction; aiosmtpd makes a new object for the next one."""
    found: list[Destination] | None = getattr(transaction, "destinations", None)
    if found is None:
        found = []
        setattr(transaction, "destinations", found)  # noqa: B010 - aiosmtpd leaves room for handlers here
    return found
