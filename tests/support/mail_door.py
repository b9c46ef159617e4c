"""The built-in mail door as a real process, on the database of the application under test."""

import smtplib
import socket
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Self

from flask import Flask

from blog.core.config import Settings
from tests.support.processes import Program, free_port, running, wait_for_smtp


def settings_of(app: Flask) -> dict[str, str]:
    """The environment with which another process works on the same site as `app`."""
    settings: Settings = app.extensions["settings"]
    return {
        "DATABASE_URL": settings.database_url,
        "INSTANCE": str(settings.instance),
        "SECRET_KEY": settings.secret_key,
        "SITE_URL": settings.site_url,
        "SITE_LANGUAGE": settings.site_language,
        "ANSWER_DOMAIN": settings.answer_domain,
        "MAIL_DEFAULT_SENDER": settings.mail_sender,
    }


@contextmanager
def open_mail_door(app: Flask, *options: str, extra: Mapping[str, str] | None = None) -> Generator[int]:
    """The port of a mail door that is open as long as the block lasts, with `extra` in its environment."""
    with running_mail_door(app, *options, extra=extra) as (port, _process):
        yield port


@contextmanager
def running_mail_door(
    app: Flask, *options: str, extra: Mapping[str, str] | None = None, program: str = "flask"
) -> Generator[tuple[int, Program]]:
    """The same, with the process; `program` is the module that is run."""
    port = free_port()
    # Tests make and remove challenges under one address: this door asks every time.
    serve = ("mail", "serve", "--port", str(port), "--remember", "0", *options)
    command = [sys.executable, "-m", program, *serve]
    with running(command, {**settings_of(app), **(extra or {})}) as process:
        wait_for_smtp(port, process)
        yield port, process


class Wire:
    """A connection to a door on which a test says what no client would."""

    def __init__(self, address: int | str) -> None:
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
        self.socket = socket.socket(family)
        self.socket.settimeout(20)
        self.socket.connect(address if isinstance(address, str) else ("127.0.0.1", address))
        self._answers = self.socket.makefile("rb")
        self.greeting = self.hear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._answers.close()
        self.socket.close()

    def hear(self) -> str:
        """The next reply, all of its lines; empty when the door has hung up."""
        lines = [self._answers.readline()]
        while lines[-1][3:4] == b"-":
            lines.append(self._answers.readline())
        return b"".join(lines).decode()

    def hear_all(self) -> list[str]:
        """All replies that come until the door hangs up."""
        replies: list[str] = []
        while reply := self.hear():
            replies.append(reply)
        return replies

    def send(self, octets: bytes) -> None:
        """Send octets as they are."""
        self.socket.sendall(octets)

    def say(self, line: str | bytes) -> str:
        """Send one line. Returns the reply to it."""
        self.send((line if isinstance(line, bytes) else line.encode()) + b"\r\n")
        return self.hear()

    def begin_data(self, recipient: str) -> None:
        """Come to the point where the message is sent."""
        for line, code in (
            ("EHLO client.example.org", "250"),
            ("MAIL FROM:<entrant@example.org>", "250"),
            (f"RCPT TO:<{recipient}>", "250"),
            ("DATA", "354"),
        ):
            reply = self.say(line)
            assert reply.startswith(code), reply


def mail(
    connection: smtplib.SMTP, recipient: str, raw: bytes, sender: str = "entrant@example.org"
) -> tuple[int, str]:
    """Send one raw message over an open connection. Returns the reply to the end of DATA."""
    connection.ehlo_or_helo_if_needed()
    code, text = connection.mail(sender)
    assert code == 250, text
    code, text = connection.rcpt(recipient)
    assert code == 250, text
    code, text = connection.data(raw)
    return code, text.decode()
