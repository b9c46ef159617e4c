"""One connection of the built-in door: aiosmtpd's, with what it leaves to us.

It lets nobody hold a place for nothing, refuses envelopes that could become headers, tells nobody which addresses
there are, and says `421` before it hangs up.
"""

import asyncio
import re
import ssl
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, cast

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Session
from aiosmtpd.smtp import Envelope as Transaction

from blog.mailroom.doors import connections
from blog.mailroom.doors.connections import Pace
from blog.mailroom.doors.data import Fault, read_message
from blog.mailroom.doors.intake import MAX_MESSAGE_BYTES
from blog.mailroom.doors.smtp import DoorHandler, peer_of
from blog.mailroom.values import RefusalReason

# RFC 5321, 4.5.3.1.4, asks for 512; extensions want more, and no address is longer than 320.
MAX_COMMAND_OCTETS = 1000
# Real HTML mail has lines far over the 1,000 octets of RFC 5321, 4.5.3.1.6: refusing it loses entries.
LONGEST_LINE_OCTETS = 1 << 20
# Not even the last words are waited for: somebody who reads nothing would keep the place.
_FAREWELL_SECONDS = 5.0
_AT_ONCE = 0.001
_CLOSING = "421 "
_TOO_LARGE = f"552 5.3.4 The message is larger than {MAX_MESSAGE_BYTES} octets"
_LINE_TOO_LONG = f"500 5.5.2 A line of the message is longer than {LONGEST_LINE_OCTETS} octets"
# What no envelope may hold: a line could end there for somebody who reads it later. Surrogates stand for octets that
# are not UTF-8.
_DIRTY = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
# How large the message will be (RFC 1870). No address looks like that.
_SIZE = re.compile(r"SIZE=(\S*)")


class _OneLimit(dict[str, int]):
    """The same for every command: aiosmtpd keeps one table for all connections, and each EHLO adds to it."""

    def __missing__(self, _command: str) -> int:
        return MAX_COMMAND_OCTETS

    def __setitem__(self, _command: str, _octets: int) -> None:
        pass


class Guarded:
    """Mixed into a connection of aiosmtpd, in front of its own class."""

    # How much of what comes is kept while we are at something else: twice as much, and one packet. Messages are read in
    # pieces of that size (`data.py`).
    line_length_limit = 1 << 16
    command_size_limit = MAX_COMMAND_OCTETS
    command_size_limits = _OneLimit()
    event_handler: DoorHandler
    loop: asyncio.AbstractEventLoop
    transport: asyncio.BaseTransport | None
    session: Session | None
    envelope: Transaction | None
    pace: Pace
    turned_away = False
    _in_message = False
    recipients_asked = 0
    unknown_addresses = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, or turn the other side away for now when there is no room (RFC 5321 section 3.8)."""
        if cast("Any", self)._original_transport is not None:  # noqa: SLF001
            # The same connection, inside TLS from here on (RFC 3207): it has its place already.
            self._aiosmtpd.connection_made(transport)
            return
        now = self.loop.time()
        self.pace = Pace(now)
        peer = peer_of(transport.get_extra_info("peername"))
        self.turned_away = not self.event_handler.connections.admit(self, peer, now)
        if not self.turned_away:
            self._aiosmtpd.connection_made(transport)
            return
        self.event_handler.refused(RefusalReason.TOO_MANY)
        stream = cast("asyncio.Transport", transport)
        stream.write(b"421 4.7.0 Too many connections at once, please try again\r\n")
        stream.close()

    def connection_lost(self, error: Exception | None) -> None:
        """End, and leave the place to others."""
        self.event_handler.connections.dismiss(self)
        if not self.turned_away:
            self._aiosmtpd.connection_lost(error)

    def data_received(self, data: bytes) -> None:
        """Wait on while a message comes: aiosmtpd counts from the command DATA, so 5 MB over a slow line never fit."""
        if self.turned_away:
            return
        if self._in_message:
            self.pace.hear(len(data), self.loop.time())
        else:
            self.pace.notice(self.loop.time())
        self._aiosmtpd.data_received(data)

    def eof_received(self) -> bool | None:
        """The other side has nothing more to say."""
        return False if self.turned_away else cast("bool | None", self._aiosmtpd.eof_received())

    @contextmanager
    def in_our_hands(self) -> Generator[None]:
        """While a message is being stored, nobody else is slow."""
        self.pace.wait_for_us()
        try:
            yield
        finally:
            self.pace.begin_anew(self.loop.time())
            self.recipients_asked = 0

    def make_room(self) -> None:
        """Hang up for now, politely: somebody else needs the place."""
        self._hang_up("421 4.3.2 Others wait for this connection, please try again")
        self._count_as_slow()

    def close_down(self) -> None:
        """Hang up because the door closes (RFC 5321, 3.8)."""
        self._hang_up("421 4.3.2 This door closes for now, please try again")

    async def push(self, status: str | bytes) -> None:
        """Send a reply; what says that we hang up is the last one."""
        await self._aiosmtpd.push(status)
        if isinstance(status, str) and status.startswith(_CLOSING):
            self._close()

    async def smtp_STARTTLS(self, arg: str | None) -> None:  # noqa: N802 - the name is aiosmtpd's
        """Begin TLS, once; what came in the same packet is thrown away with aiosmtpd's buffer (CVE-2024-34083)."""
        if cast("Any", self)._tls_protocol is not None:  # noqa: SLF001
            await self.push("503 5.5.1 This is TLS already")
            return
        await self._aiosmtpd.smtp_STARTTLS(arg)

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802 - the name is aiosmtpd's
        """Refuse a sender with characters that no address has (RFC 5321 section 4.1.2), and a size that is too much."""
        if arg is not None and _DIRTY.search(arg):
            await self._refuse(
                "501 5.1.7 The sender's address holds characters that no address has", RefusalReason.BROKEN
            )
            return
        declared = _SIZE.findall((arg or "").upper())
        if not all(size.isascii() for size in declared):
            # aiosmtpd takes a superscript two for a digit, and fails at it.
            await self._refuse("501 5.5.4 SIZE is a number of octets", RefusalReason.BROKEN)
        elif any(size.isdigit() and int(size) > MAX_MESSAGE_BYTES for size in declared):
            await self._refuse(_TOO_LARGE, RefusalReason.TOO_LARGE)
        else:
            await self._aiosmtpd.smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802 - the name is aiosmtpd's
        """Refuse a recipient with characters that no address has."""
        if arg is not None and _DIRTY.search(arg):
            await self._refuse(
                "501 5.1.3 The recipient's address holds characters that no address has", RefusalReason.BROKEN
            )
            return
        await self._aiosmtpd.smtp_RCPT(arg)

    async def _refuse(self, reply: str, why: RefusalReason) -> None:
        self.event_handler.refused(why)
        await self.push(reply)

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802 - the name is aiosmtpd's
        """Take a message, and answer for it: also where it cannot be taken, once it has come to its end."""
        session, transaction = self.session, self.envelope
        if session is None or transaction is None or arg or not (session.host_name and transaction.rcpt_tos):
            # aiosmtpd says what is missing.
            await self._aiosmtpd.smtp_DATA(arg)
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        self._in_message = True
        found = await read_message(
            cast("Any", self)._reader,  # noqa: SLF001
            most=MAX_MESSAGE_BYTES,
            longest_line=LONGEST_LINE_OCTETS,
        )
        self._in_message = False
        if self.transport is None or self.transport.is_closing():
            # They have been told to come again, and will send it once more.
            raise asyncio.CancelledError
        reply = await self._reply_to(found, session, transaction)
        self._aiosmtpd._set_post_data_state()  # noqa: SLF001
        if found is Fault.ENDLESS:
            self._hang_up(reply)
            # What has come besides is message, too, and must never be read as commands.
            raise asyncio.CancelledError
        await self.push(reply)

    async def _reply_to(self, found: bytes | Fault, session: Session, transaction: Transaction) -> str:
        if isinstance(found, Fault):
            is_long = found is Fault.LINE_TOO_LONG
            why = RefusalReason.BROKEN if is_long else RefusalReason.TOO_LARGE
            self.event_handler.refused(why, transaction)
            return self._for_each_recipient(_LINE_TOO_LONG if is_long else _TOO_LARGE)
        transaction.content = transaction.original_content = found
        try:
            return await self.event_handler.handle_DATA(self, session, transaction)
        except Exception as error:
            return self._for_each_recipient(await self.event_handler.handle_exception(error, transaction))

    def _for_each_recipient(self, reply: str) -> str:
        """What is said of a message as a whole: in SMTP once."""
        return reply

    async def smtp_VRFY(self, arg: str | None) -> None:  # noqa: N802, ARG002 - the name is aiosmtpd's
        """Say the same for every address, and never their words back (RFC 5321 section 7.3)."""
        await self.push("252 2.1.5 Send a message to find out")

    async def smtp_EXPN(self, arg: str | None) -> None:  # noqa: N802, ARG002 - the name is aiosmtpd's
        """There are no lists."""
        await self.push("502 5.5.1 There are no lists here")

    async def smtp_AUTH(self, arg: str | None) -> None:  # noqa: N802, ARG002 - the name is aiosmtpd's
        """Nobody has an account here."""
        await self.push("502 5.5.1 There is nothing to sign in to")

    async def smtp_HELP(self, arg: str | None) -> None:  # noqa: N802, ARG002 - the name is aiosmtpd's
        """What this is for."""
        await self.push("214 2.0.0 This takes mail for the addresses of this site, as RFC 5321 says")

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """An address and what follows it; none where there is no address."""
        try:
            return cast("tuple[str | None, str | None]", self._aiosmtpd._getaddr(arg))  # noqa: SLF001
        except (LookupError, AttributeError, ValueError, RecursionError):
            # The parser behind it (`email`) looks past the end of what begins like an address.
            return None, None

    def _reset_timeout(self, duration: float | None = None) -> None:  # noqa: ARG002 - called by aiosmtpd
        # One look at the clock a minute, not a timer for each packet: the pace knows when something came last.
        if cast("Any", self)._timeout_handle is None:  # noqa: SLF001
            self._look_again()

    def _timeout_cb(self) -> None:
        if self.pace.seconds_left(self.loop.time()) > 0:
            self._look_again()
        else:
            self._hang_up("421 4.4.2 That took too long, please try again")
            self._count_as_slow()

    def _look_again(self) -> None:
        left = self.pace.seconds_left(self.loop.time())
        self._aiosmtpd._reset_timeout(min(left, connections.IDLE_SECONDS) or _AT_ONCE)  # noqa: SLF001

    def _count_as_slow(self) -> None:
        """Count a message that was waited for long enough; who had nothing to send is refused nothing."""
        if self.envelope is not None and self.envelope.rcpt_tos:
            self.event_handler.refused(RefusalReason.TOO_SLOW, self.envelope)

    def _hang_up(self, last_reply: str) -> None:
        transport = cast("asyncio.Transport | None", self.transport)
        if transport is not None and not transport.is_closing():
            transport.write(f"{last_reply}\r\n".encode())
            self._close()

    def _close(self) -> None:
        transport = cast("asyncio.Transport | None", self.transport)
        if transport is not None:
            transport.close()
            self.loop.call_later(_FAREWELL_SECONDS, transport.abort)

    @property
    def _aiosmtpd(self) -> Any:
        """What stands behind this class in the connection; half of what is asked for there has no type."""
        return cast("Any", super())


class GuardedSmtp(Guarded, SMTP):
    """One SMTP connection."""


class GuardedLmtp(Guarded, LMTP):
    """One LMTP connection."""

    def _for_each_recipient(self, reply: str) -> str:
        """Once for each recipient that was accepted (RFC 2033, 4.2): the other side counts."""
        recipients = self.envelope.rcpt_tos if self.envelope is not None else []
        return "\r\n".join(reply for _recipient in recipients)


def options_of(
    host_name: str, loop: asyncio.AbstractEventLoop, tls_context: ssl.SSLContext | None = None
) -> dict[str, Any]:
    """How aiosmtpd's part is set up; with `tls_context` it offers STARTTLS, and demands it of nobody."""
    return {
        "data_size_limit": MAX_MESSAGE_BYTES,
        "enable_SMTPUTF8": True,
        "hostname": host_name,
        "ident": "Rejoinder",
        "tls_context": tls_context,
        "auth_exclude_mechanism": ["LOGIN", "PLAIN"],
        "loop": loop,
    }
