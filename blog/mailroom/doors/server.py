"""Running the built-in door: listening, giving up root's rights, and stopping without losing a message in hand."""

import asyncio
import os
import signal
import stat
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import structlog
from flask import Flask

from blog.core.config import Settings
from blog.mailroom.doors.certificate import BadCertificate, Certificate
from blog.mailroom.doors.connection import GuardedLmtp, GuardedSmtp, options_of
from blog.mailroom.doors.connections import Connections, Places
from blog.mailroom.doors.disk import FreeDisk, folder_of_database
from blog.mailroom.doors.intake import Intake
from blog.mailroom.doors.privileges import CannotDrop, account_of, become, refusal_of_root
from blog.mailroom.doors.smtp import DoorHandler
from blog.mailroom.refusals import write_refusals_if_one_can
from blog.mailroom.values import Door

REMEMBER_SECONDS = 5.0
# A supervisor that saw a program end within ten seconds again and again would give the whole site up
# (`blog/core/supervisor.py`); readers need no mail door.
SHORTEST_LIFE_SECONDS = 11.0
# So long who is connected has to hear what became of their message before the door ends.
_LAST_REPLIES_SECONDS = 1.0
_A_MOMENT = 0.005
# How much the mailroom page may lag behind what was refused, in seconds.
_REFUSALS_EVERY = 30.0
_LAST_LOOKS = int(_LAST_REPLIES_SECONDS / _A_MOMENT)
# Mail servers reach the socket through its group (the one of `SMTP_USER`).
_SOCKET_MODE = 0o660
_SOCKET_UMASK = 0o777 ^ _SOCKET_MODE
log = structlog.get_logger(__name__)


class CannotOpen(Exception):
    """The door cannot be opened as it is set up; the text says what to do."""


class DiskFailed(Exception):
    """The disk did not do as it was told: a new process has to read the database anew."""


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

    Raises `OSError` when the port is taken, `CannotOpen` when certificate, user or socket cannot be used, and
    `DiskFailed` when what is accepted can no longer be made safe: nothing was, that was not.
    """
    asyncio.run(_Running(app, listening, intake or Intake(app)).run())


class _Running:
    """The door as it runs."""

    def __init__(self, app: Flask, listening: Listening, intake: Intake) -> None:
        self._settings: Settings = app.extensions["settings"]
        self._app = app
        self._listening = listening
        self._intake = intake
        self._began = time.monotonic()
        self._servers: list[asyncio.Server] = []
        self._stopping = asyncio.Event()
        self._broken = asyncio.Event()
        self._connections = Connections(
            Places(self._settings.smtp_max_connections, self._settings.smtp_max_connections_per_network)
        )
        self._disk = FreeDisk(folder_of_database(self._settings), self._settings.smtp_min_free_mb)

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        self._intake.on_broken = lambda: loop.call_soon_threadsafe(self._broken.set)
        self._intake.settle_in = loop.call_soon_threadsafe
        await self._open(loop)
        log.info("the mail door is open", host=self._listening.host, port=self._listening.port)
        counting = asyncio.ensure_future(self._write_refusals())
        await _first_of(self._stopping, self._broken)
        counting.cancel()
        for server in self._servers:
            server.close()
        if self._broken.is_set():
            await self._end_broken()
        # What was handed in is committed and answered before the process ends.
        await asyncio.to_thread(self._intake.stop)
        await asyncio.to_thread(self._write_refusals_now)
        for _turn in range(_LAST_LOOKS):
            if not self._connections.anybody_waits_for_us():
                return
            await asyncio.sleep(_A_MOMENT)

    async def _write_refusals(self) -> None:
        while True:
            await asyncio.sleep(_REFUSALS_EVERY)
            await asyncio.to_thread(self._write_refusals_now)

    def _write_refusals_now(self) -> None:
        with self._app.app_context():
            write_refusals_if_one_can()

    async def _open(self, loop: asyncio.AbstractEventLoop) -> None:
        """Bind everything as who we were started as, then go on as who we are to be."""
        refusal = refusal_of_root(self._listening.port, self._settings.smtp_user)
        if refusal is not None:
            raise CannotOpen(refusal)
        try:
            self._servers.append(
                await loop.create_server(
                    self._smtp(loop), self._listening.host, self._listening.port, reuse_address=True
                )
            )
            if self._listening.lmtp_socket is not None:
                await self._open_socket(loop, self._listening.lmtp_socket)
            if self._settings.smtp_user is not None:
                become(self._settings.smtp_user)
        except (BadCertificate, CannotDrop) as error:
            raise CannotOpen(str(error)) from error
        self._intake.start()

    def _smtp(self, loop: asyncio.AbstractEventLoop) -> Callable[[], GuardedSmtp]:
        handler, certificate = self._handler(Door.SMTP), self._certificate()
        if certificate is not None:
            loop.add_signal_handler(signal.SIGHUP, certificate.read_again)

        def make() -> GuardedSmtp:
            context = certificate.context() if certificate is not None else None
            return GuardedSmtp(handler, **options_of(self._settings.answer_domain, loop, context))

        return make

    def _certificate(self) -> Certificate | None:
        chain, key = self._settings.smtp_tls_cert, self._settings.smtp_tls_key
        return Certificate(chain, key) if chain is not None and key is not None else None

    async def _open_socket(self, loop: asyncio.AbstractEventLoop, path: Path) -> None:
        handler = self._handler(Door.LMTP)
        if _is_something_else(path):
            raise CannotOpen(f"{path} is there and is no socket; name another path for LMTP")
        umask = os.umask(_SOCKET_UMASK)
        try:
            server = await loop.create_unix_server(
                lambda: GuardedLmtp(handler, **options_of(self._settings.answer_domain, loop)), str(path)
            )
        finally:
            os.umask(umask)
        self._servers.append(server)
        if self._settings.smtp_user is not None and os.geteuid() == 0:
            account = account_of(self._settings.smtp_user)
            os.chown(path, account.pw_uid, account.pw_gid)

    def _handler(self, door: Door) -> DoorHandler:
        return DoorHandler(
            self._app,
            self._intake,
            door,
            connections=self._connections,
            disk=self._disk,
            remember_seconds=self._listening.remember_seconds,
        )

    async def _end_broken(self) -> None:
        """Let everybody hear `451`, and end no sooner than a supervisor takes for a life."""
        log.error("the disk failed: the mail door ends, and what it accepted is safe")
        await asyncio.sleep(_LAST_REPLIES_SECONDS)
        rest = self._began + SHORTEST_LIFE_SECONDS - time.monotonic()
        await _first_of(self._stopping, seconds=rest)
        raise DiskFailed


async def _first_of(*events: asyncio.Event, seconds: float | None = None) -> None:
    waiting = [asyncio.ensure_future(event.wait()) for event in events]
    await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for each in waiting:
        each.cancel()


def _is_something_else(path: Path) -> bool:
    """Whether a path is taken by what is no socket: that nobody has left behind, and it is not ours to remove."""
    return path.exists() and not stat.S_ISSOCK(path.stat().st_mode)
