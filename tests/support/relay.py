"""A mail relay for tests: a real SMTP server in this process that keeps what it is given."""

import asyncio
import ssl
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from typing import AnyStr

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from blog.core.config import MailRelay


@dataclass
class Relay:
    """What arrived, and how it answers to each step; `reply` is what it says to every message."""

    port: int = 0
    greeting: str = ""
    sender_reply: str = "250 OK"
    recipient_reply: str = "250 OK"
    reply: str = "250 OK"
    password: str = ""
    hangs_up: bool = False
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list[tuple[str, list[str]]])
    messages: list[Message] = field(default_factory=list[Message])
    passwords: list[str] = field(default_factory=list[str])

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Hear from whom it is."""
        envelope.mail_from = address
        return self.sender_reply

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Hear for whom it is."""
        if self.recipient_reply.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.recipient_reply

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the message, unless the relay refuses everything at this moment."""
        if self.reply.startswith("2"):
            self.envelopes.append((envelope.mail_from or "", list(envelope.rcpt_tos)))
            self.messages.append(message_from_bytes(envelope.original_content or b""))
        if self.hangs_up:
            await server.push(self.reply)
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.close()
        return self.reply

    def as_setting(self, server: str = "127.0.0.1", **rest: object) -> MailRelay:
        """This relay as the site is told of it."""
        given: dict[str, object] = {"use_tls": False, "use_ssl": False, "username": None, "password": None}
        return MailRelay(server, self.port, **(given | rest))  # pyright: ignore[reportArgumentType]

    def let_in(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: object
    ) -> AuthResult:
        """Keep the password that is shown, and say whether it is the right one."""
        assert isinstance(data, LoginPassword)
        self.passwords.append(data.password.decode())
        return AuthResult(success=data.password.decode() == self.password, handled=False)


class _Server(SMTP):
    """With a greeting of its own."""

    def connection_lost(self, error: Exception | None) -> None:
        # aiosmtpd leaves that to the garbage collector, which complains.
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort()
        super().connection_lost(error)

    async def push(self, status: AnyStr) -> None:
        greeting: str = self.event_handler.greeting
        is_first = isinstance(status, str) and status.startswith("220 ") and "STARTTLS" not in status
        if greeting and is_first:
            await super().push(greeting)
        else:
            await super().push(status)


async def _ended() -> None:
    """Whoever did not want to speak TLS with us has left a connection behind, half open."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


@contextmanager
def running_relay(tls: ssl.SSLContext | None = None) -> Generator[Relay]:
    """A relay on a free port of this machine, in a thread of its own; it offers STARTTLS with `tls`."""
    relay = Relay()
    loop = asyncio.new_event_loop()
    ready = threading.Event()

    async def listen() -> asyncio.Server:
        server = await loop.create_server(
            lambda: _Server(
                relay,
                hostname="relay.example.org",
                loop=loop,
                tls_context=tls,
                authenticator=relay.let_in,
                auth_require_tls=tls is not None,
            ),
            "127.0.0.1",
            0,
        )
        relay.port = server.sockets[0].getsockname()[1]
        ready.set()
        return server

    def run() -> None:
        asyncio.set_event_loop(loop)
        server = loop.run_until_complete(listen())
        loop.run_forever()
        server.close()
        loop.run_until_complete(_ended())
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait(timeout=10)
    try:
        yield relay
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=10)
