"""A real mail server in front of the built-in door."""

import os
import smtplib
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from blog.challenges.models.entries import Entry
from blog.core.db import session
from blog.mailroom.models import Delivery
from tests.factories.challenges import make_challenge
from tests.support.mail_door import open_mail_door
from tests.support.postfix import give_socket_to_postfix, running_postfix

DOMAIN = "answers.example.org"
NAMES = ("one", "two", "three")
MESSAGES = int(os.environ.get("MESSAGES", "60"))
_PATIENCE_SECONDS = 120.0


@pytest.fixture
def socket_path() -> Iterator[Path]:
    """Where the door's socket is: a folder that other users may pass through."""
    with tempfile.TemporaryDirectory(prefix="lmtp-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "lmtp"


@pytest.mark.timeout(300)
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_postfix_delivers_everything_also_what_came_while_the_door_was_closed(
    app: Flask, socket_path: Path
) -> None:
    for name in NAMES:
        make_challenge(slug=name)
    marks = [f"mark-{number}" for number in range(MESSAGES)]
    half = MESSAGES // 2
    with running_postfix(DOMAIN, socket_path) as port:
        _submit(port, marks[:half])
        with open_mail_door(app, "--lmtp", str(socket_path)):
            give_socket_to_postfix(socket_path)
            _submit(port, marks[half:])
            _wait_until_stored(MESSAGES * len(NAMES))

    stored = Counter(map(tuple, session.execute(sa.select(Delivery.envelope_sender, Delivery.recipient))))
    assert stored == Counter((f"{mark}@example.org", f"{name}@{DOMAIN}") for mark in marks for name in NAMES)
    assert set(session.scalars(sa.select(Delivery.door))) == {"lmtp"}
    numbers = session.scalars(sa.select(Entry.number).order_by(Entry.challenge_id, Entry.number)).all()
    assert numbers == [*range(1, MESSAGES + 1)] * len(NAMES)


def _submit(port: int, marks: list[str]) -> None:
    recipients = [f"{name}@{DOMAIN}" for name in NAMES]
    with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
        for mark in marks:
            refused = client.sendmail(
                f"{mark}@example.org", recipients, f"Subject: {mark}\r\n\r\nAn answer.\r\n"
            )
            assert refused == {}


def _wait_until_stored(wanted: int) -> None:
    deadline, stored = time.monotonic() + _PATIENCE_SECONDS, -1
    while stored < wanted:
        assert time.monotonic() < deadline, f"{stored} of {wanted} deliveries came"
        time.sleep(0.1)
        session.rollback()
        stored = session.scalar(sa.select(sa.func.count(Delivery.id))) or 0
