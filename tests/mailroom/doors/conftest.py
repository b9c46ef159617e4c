"""The application with its webhooks open."""

from dataclasses import replace

import pytest
from flask import Flask

from blog.core.config import Settings
from tests.mailroom.doors.providers import LOGIN, SIGNING_KEY


@pytest.fixture
def with_webhooks(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application, which knows the secrets that it shares with Mailgun and Postmark."""
    settings: Settings = app.extensions["settings"]
    opened = replace(settings, mailgun_signing_key=SIGNING_KEY, postmark=LOGIN)
    monkeypatch.setitem(app.extensions, "settings", opened)
    return app
