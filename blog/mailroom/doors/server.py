"""Running the built-in door: listening, and stopping without losing a message in hand."""

import asyncio
import contextlib
import signal
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import structlog
from flask import Flask

from blog.core.config import current_settings
from blog.mailroom.doors.intake import Intake
from blog.mailroom.doors.smtp import DoorHandler, make_lmtp, make_smtp
from blog.mailroom.values import Door

REMEMBER_SECONDS = 5.0
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the door listens: a host and port for SMTP, and a Unix socket for LMTP if one is wanted.

    An address that was found is taken for known for `remember_seconds`; unknown ones are asked for every time.
    """

    host: str
    port: int
    lmtp_socket: Path | None = None
    remember_seconds: float = REMEMBER_SECONDS


def serve(app: Flask, listening: Listening, intake: Intake | None = None) -> None:
    """Run the door until SIGTERM or SIGINT, with an intake of its own unless one is given.

    Raises `OSError` when the port is taken.
    """
    asyncio.run(_serve(app, listening, intake or Intake(app)))


async def _serve(app: Flask, listening: Listening, intake: Intake) -> None:
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    intake.start()
    with app.app_context():
        host_name = current_settings().answer_domain
    smtp = DoorHandler(app, intake, Door.SMTP, listening.remember_seconds)
    servers: list[asyncio.Server] = [
        await loop.create_server(partial(make_smtp, smtp, host_name, loop), listening.host, listening.port)
    ]
    if listening.lmtp_socket is not None:
        lmtp = DoorHandler(app, intake, Door.LMTP, listening.remember_seconds)
        with contextlib.suppress(FileNotFoundError):
            listening.lmtp_socket.unlink()
        path = str(listening.lmtp_socket)
        servers.append(await loop.create_unix_server(partial(make_lmtp, lmtp, host_name, loop), path))
    log.info("the mail door is open", host=listening.host, port=listening.port)
    await stopping.wait()
    for server in servers:
        server.close()
    # What was handed in is committed and answered before the process ends.
    await asyncio.to_thread(intake.stop)
    await asyncio.sleep(0)
