"""What was answered `250` is ours, whenever the process dies. `make soak` repeats it with many more kills."""

import os
import re
import shutil
import smtplib
import sys
import time
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import missing
from tests.factories.challenges import make_challenge
from tests.support.kill_harness import kill_repeatedly
from tests.support.mail_door import mail, settings_of
from tests.support.processes import flask_command, free_port, running, wait_for_smtp

ADDRESS = "a-question@answers.example.org"
DOOR = flask_command("mail", "serve", "--port")
SABOTAGED_DOOR = [sys.executable, "-m", "tests.support.sabotaged_door"]
KILLS = int(os.environ.get("KILLS", "3"))
# From so many kills on, what was answered between them is counted too: a door that hardly opens loses nothing.
MANY_KILLS = 1000
ANSWERED_BETWEEN_KILLS = 20
# It loses mail at nearly every kill.
MOST_SABOTAGED_KILLS = 30
SYNCED_MESSAGES = int(os.environ.get("SYNCED", "100"))


@pytest.mark.timeout(7200)
def test_it_keeps_every_message_that_it_answered(app: Flask) -> None:
    make_challenge(slug="a-question")

    books = kill_repeatedly(DOOR, settings_of(app), recipient=ADDRESS, kills=KILLS, seed=2026)

    print(f"{KILLS} kills: {books.answered} answered, {books.stored} stored")
    assert books.answered > 0
    assert books.is_clean, books
    if KILLS >= MANY_KILLS:
        assert books.answered >= KILLS * ANSWERED_BETWEEN_KILLS


@pytest.mark.timeout(7200)
def test_it_is_a_harness_that_finds_a_door_which_answers_too_early(app: Flask) -> None:
    make_challenge(slug="a-question")

    kills = min(KILLS, MOST_SABOTAGED_KILLS)
    books = kill_repeatedly(SABOTAGED_DOOR, settings_of(app), recipient=ADDRESS, kills=kills, seed=2026)

    print(f"sabotaged, {kills} kills: {books.answered} answered, {len(books.lost)} lost")
    assert books.lost


# PostgreSQL syncs in its own processes, where nothing tells which reply waited for it.
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_it_syncs_the_database_before_every_250(app: Flask, tmp_path: Path) -> None:
    settings = settings_of(app)
    if shutil.which("strace") is None:
        missing("strace is not installed (apt-get install strace)")
    make_challenge(slug="a-question")
    log = tmp_path / "calls"
    port = free_port()
    traced = ["strace", "-f", "-y", "-s", "64", "-e", "trace=fdatasync,fsync,sendto,write", "-o", str(log)]
    with running([*traced, *DOOR, str(port)], settings) as process:
        wait_for_smtp(port, process)
        with smtplib.SMTP("127.0.0.1", port, timeout=60) as connection:
            for number in range(SYNCED_MESSAGES):
                code, _said = mail(connection, ADDRESS, f"Subject: {number}\r\n\r\nAnswer\r\n".encode())
                assert code == 250
        _wait_for_last_reply(log)

    assert _replies_after_sync(log.read_text(errors="replace")) == [True] * SYNCED_MESSAGES


def _wait_for_last_reply(log: Path) -> None:
    deadline = time.monotonic() + 30
    while log.read_text(errors="replace").count('"250 2.0.0 entry') < SYNCED_MESSAGES:
        assert time.monotonic() < deadline, "strace has not written all replies"
        time.sleep(0.05)


def _replies_after_sync(calls: str) -> list[bool]:
    """For each `250` of an entry: whether a sync of the database had ended since the one before.

    strace cuts a call in two lines when another thread speaks in between: the file stands in the first one,
    the result in the second.
    """
    found: list[bool] = []
    begun: set[str] = set()
    synced = False
    for line in calls.splitlines():
        thread = line.split(maxsplit=1)[0]
        if re.search(r" f(data)?sync\(\d+<[^>]*test\.db(-wal)?>", line):
            begun.add(thread)
        if thread in begun and re.search(r"f(data)?sync.*\) += 0$", line):
            begun.discard(thread)
            synced = True
        elif '"250 2.0.0 entry' in line:
            found.append(synced)
            synced = False
    return found
