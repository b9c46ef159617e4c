"""The application with its webhooks open, and a mailbox on a server of our own."""

import tempfile
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from blog.core.config import Settings
from tests.conftest import missing
from tests.mailroom.doors.dovecot import Dovecot, dovecot, program
from tests.mailroom.doors.providers import LOGIN, SIGNING_KEY
from tests.support.databases import FAST_FOLDER


@pytest.fixture
def with_webhooks(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application, which knows the secrets that it shares with Mailgun and Postmark."""
    settings: Settings = app.extensions["settings"]
    opened = replace(settings, mailgun_signing_key=SIGNING_KEY, postmark=LOGIN)
    monkeypatch.setitem(app.extensions, "settings", opened)
    return app


@pytest.fixture(scope="session")
def dovecot_server() -> Generator[Dovecot]:
    """One Dovecot for all tests of a process; every test has a mailbox of its own."""
    if program() is None:
        missing("Dovecot (Debian: dovecot-core, dovecot-imapd)")
    # Where other users may look, unlike in pytest's folders: Dovecot changes to one who is not root.
    with tempfile.TemporaryDirectory(prefix="rejoinder-dovecot-", dir=FAST_FOLDER) as folder:
        Path(folder).chmod(0o711)
        with dovecot(Path(folder)) as server:
            yield server
