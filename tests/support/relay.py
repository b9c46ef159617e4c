"""A mail relay for tests: a real SMTP server in this process that keeps what it is given."""

import asyncio
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message

from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Relay:
    """What arrived, and how it answers. `reply` is what it says to every message."""

    port: int = 0
    reply: str = "250 OK"
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list[tuple[str, list[str]]])
    messages: list[Message] = field(default_factory=list[Message])

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the message, unless the relay refuses everything at this moment."""
        if self.reply.startswith("2"):
            self.envelopes.append((envelope.mail_from or "", list(envelope.rcpt_tos)))
            self.messages.append(message_from_bytes(envelope.original_content or b""))
        return self.reply


@contextmanager
def running_relay() -> Generator[Relay]:
    """A relay on a free port of this machine, in a thread of its own."""
    relay = Relay()
    loop = asyncio.new_event_loop()
    ready = threading.Event()

    async def listen() -> asyncio.Server:
        server = await loop.create_server(
            lambda: SMTP(relay, hostname="relay.example.org", loop=loop), "127.0.0.1", 0
        )
        relay.port = server.sockets[0].getsockname()[1]
        ready.set()
        return server

    def run() -> None:
        asyncio.set_event_loop(loop)
        server = loop.run_until_complete(listen())
        loop.run_forever()
        server.close()
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait(timeout=10)
    try:
        yield relay
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=10)
