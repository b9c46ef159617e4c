"""The built-in mail door as a real process, on the database of the application under test."""

import smtplib
from collections.abc import Generator
from contextlib import contextmanager

from flask import Flask

from blog.core.config import Settings
from tests.support.processes import flask_command, free_port, running, wait_for_smtp


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
def open_mail_door(app: Flask, *options: str) -> Generator[int]:
    """The port of a mail door that is open as long as the block lasts."""
    port = free_port()
    # Tests make and remove challenges under one address: this door asks every time.
    command = flask_command("mail", "serve", "--port", str(port), "--remember", "0", *options)
    with running(command, settings_of(app)) as process:
        wait_for_smtp(port, process)
        yield port


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
