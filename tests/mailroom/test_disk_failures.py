"""A disk that fails under the mail door: what was answered `250` is there. `make soak` fails it at more moments.

strace makes the system calls of SQLite fail as a kernel would. PostgreSQL writes in its own processes, and ends itself.
"""

import base64
import http.client
import json
import os
import shutil
import smtplib
import socket
import sqlite3
import sys
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import OperationalError

from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.core import failed_disk
from blog.core.db import session, unit_of_work
from blog.core.failed_disk import EX_IOERR, SHORTEST_LIFE_SECONDS, tells_of_failed_disk
from blog.core.jobs.models import Work
from blog.core.supervisor import Patience
from blog.mailroom.accepting import Incoming
from blog.mailroom.cli import EX_TEMPFAIL
from blog.mailroom.doors import disk
from blog.mailroom.doors.disk import FreeDisk
from blog.mailroom.doors.intake import Trouble, TryLater, accept
from blog.mailroom.models import Delivery, ReadMessage
from blog.mailroom.values import Door, Envelope
from tests.conftest import missing
from tests.factories.challenges import make_challenge
from tests.mailroom.doors.providers import LOGIN, POSTMARK, postmark_fields
from tests.support.mail_door import Wire, mail, open_mail_door, settings_of
from tests.support.processes import Program, free_port, last_words, running, wait_for_smtp
from tests.support.web import wait_for_http

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

ADDRESS = "a-question@answers.example.org"
# How many moments a disk fails at: the first call that syncs, the second, and so on.
FAULTS = int(os.environ.get("FAULTS", "1"))
MOST_MESSAGES = 200


@contextmanager
def _on_failing_disk(
    app: Flask, fault: str, words: Sequence[str], more: Mapping[str, str] | None = None
) -> Generator[Program]:
    """A program in which `fault` befalls system calls, in the words of strace's `inject`; counted for each thread."""
    if shutil.which("strace") is None:
        missing("strace is not installed (apt-get install strace)")
    settings = settings_of(app) | dict(more or {})
    database = sa.make_url(settings["DATABASE_URL"]).database or ""
    files = [word for ending in ("", "-wal") for word in ("-P", database + ending)]
    traced = ["strace", "-f", "-qqq", "-o", os.devnull, *files, "-e", f"inject={fault}"]
    with running([*traced, sys.executable, "-m", *words], settings) as process:
        yield process


@contextmanager
def _door_on_failing_disk(app: Flask, fault: str) -> Generator[tuple[int, Program]]:
    port = free_port()
    words = ["tests.support.impatient_door", "mail", "serve", "--port", str(port)]
    with _on_failing_disk(app, fault, words) as process:
        wait_for_smtp(port, process)
        yield port, process


def _send(port: int, mark: str) -> int:
    """Send one message from `mark`. Returns the code of the reply to it; 0 when there is no door."""
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
            raw = f"Subject: {mark}\r\n\r\nAnswer\r\n".encode()
            return mail(client, ADDRESS, raw, sender=f"{mark}@example.org")[0]
    except (OSError, smtplib.SMTPException):
        return 0


def _stored() -> list[str]:
    session.rollback()
    senders = session.scalars(
        sa.select(Delivery.envelope_sender)
        .join(Entry, Entry.delivery_id == Delivery.id)
        .order_by(Entry.number)
    )
    return [str(sender).partition("@")[0] for sender in senders]


@pytest.mark.timeout(1800)
def test_what_it_accepted_before_the_disk_failed_is_there(app: Flask) -> None:
    make_challenge(slug="a-question")
    accepted: list[str] = []
    for number in range(1, FAULTS + 1):
        with _door_on_failing_disk(app, f"fdatasync,fsync:error=EIO:when={number}+") as (port, process):
            replies: list[int] = []
            while 0 not in replies and len(replies) < MOST_MESSAGES:
                mark = f"mark-{number}-{len(replies)}"
                replies.append(_send(port, mark))
                accepted += [mark] if replies[-1] == 250 else []
            # It answered for its failure, and has taken nothing since.
            assert [code for code in replies if code != 250] == [451, 0], replies
            assert process.wait(timeout=30) == EX_IOERR

    with open_mail_door(app) as port:
        assert _send(port, "mark-after") == 250
    stored = _stored()
    print(f"{FAULTS} failures: {len(accepted)} accepted, {len(stored)} stored")
    assert [mark for mark in stored if mark in set(accepted)] == accepted
    assert stored[-1] == "mark-after"
    assert session.execute(sa.text("PRAGMA integrity_check")).scalar() == "ok"
    assert session.scalars(sa.select(Entry.number).order_by(Entry.number)).all() == [
        *range(1, len(stored) + 1)
    ]


@pytest.mark.parametrize("error", ["ENOSPC", "EDQUOT", "EFBIG", "EIO"])
def test_a_full_disk_is_no_fault_of_a_message_and_heals_by_itself(app: Flask, error: str) -> None:
    make_challenge(slug="a-question")
    with _door_on_failing_disk(app, f"pwrite64:error={error}:when=101..107") as (port, process):
        replies = [_send(port, f"mark-{number}") for number in range(25)]
        assert process.poll() is None

    assert set(replies) == {250, 452}
    assert replies[0] == replies[-1] == 250
    assert _stored() == [f"mark-{number}" for number, code in enumerate(replies) if code == 250]


def test_it_asks_to_come_again_before_the_disk_is_full(app: Flask) -> None:
    make_challenge(slug="a-question")
    with open_mail_door(app, extra={"SMTP_MIN_FREE_MB": "1000000"}) as port, Wire(port) as wire:
        wire.say("EHLO client.example.org")
        refused = wire.say("MAIL FROM:<entrant@example.org>")
        without_sender = wire.say(f"RCPT TO:<{ADDRESS}>")

    assert refused == "452 4.3.1 There is no room for mail just now, please try again\r\n"
    assert without_sender.startswith("503 ")
    assert app.test_client().get("/").status_code == 200


def test_it_takes_mail_again_when_there_is_room(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    _ = app
    free, now = [50], [100.0]
    megabyte = 1024 * 1024

    def statvfs(_folder: Path) -> SimpleNamespace:
        return SimpleNamespace(f_bavail=free[0] * 256, f_frsize=megabyte // 256)

    monkeypatch.setattr(disk.os, "statvfs", statvfs)
    monkeypatch.setattr(disk.time, "monotonic", lambda: now[0])
    room = FreeDisk(Path("/"), 50)

    assert not room.is_scarce()
    free[0], now[0] = 49, 101.0
    assert room.is_scarce()
    free[0], now[0] = 51, 102.0
    assert not room.is_scarce()
    free[0], now[0] = 0, 104.0
    assert not FreeDisk(None, 50).is_scarce()
    assert not FreeDisk(Path("/"), 0).is_scarce()
    assert room.is_scarce()


def test_a_closed_port_is_what_others_see_of_a_failed_disk(app: Flask) -> None:
    make_challenge(slug="a-question")
    with _door_on_failing_disk(app, "fdatasync,fsync:error=EIO:when=1+") as (port, process):
        with Wire(port) as wire:
            wire.begin_data(ADDRESS)
            wire.send(b"Subject: x\r\n\r\nx\r\n.\r\n")
            assert wire.hear() == "451 4.3.0 We could not store your message just now, please try again\r\n"
            # Who is connected yet hears the same, and nothing of why.
            wire.begin_data(ADDRESS)
            wire.send(b"Subject: x\r\n\r\nx\r\n.\r\n")
            assert wire.hear().startswith("451 4.3.0 ")
        with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), timeout=5):
            pass
        assert process.wait(timeout=30) == EX_IOERR
        said = process.complaints.read_text(encoding="utf-8")

    assert "the disk failed: the mail door ends, and what it accepted is safe" in said
    # It was told to come again, so it may be there or not; it was not told that it is there.
    assert len(_stored()) <= 1


def _until(condition: Callable[[], bool], process: Program) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, last_words(process)
        time.sleep(0.02)


def _post(port: int, number: int) -> int:
    """Hand in one message as Postmark does. Returns the status of the answer."""
    raw = f"Subject: mark-{number}\r\n\r\nAnswer\r\n".encode()
    fields = postmark_fields(raw, ADDRESS, message_id=f"mark-{number}")
    shown = base64.b64encode(f"{LOGIN.user}:{LOGIN.password}".encode()).decode()
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        client.request(
            "POST",
            POSTMARK,
            json.dumps(fields),
            {"Content-Type": "application/json", "Authorization": f"Basic {shown}"},
        )
        return client.getresponse().status
    finally:
        client.close()


@pytest.mark.timeout(180)
def test_a_web_process_answers_for_the_failure_and_ends_and_another_one_goes_on(app: Flask) -> None:
    make_challenge(slug="a-question")
    port = free_port()
    more = {"PORT": str(port), "POSTMARK_USER": LOGIN.user, "POSTMARK_PASSWORD": LOGIN.password}
    words = ["gunicorn", "--config", "deploy/gunicorn.conf.py", "app:app"]
    statuses: list[int] = []
    # The second time that a thread syncs.
    with _on_failing_disk(app, "fdatasync,fsync:error=EIO:when=2", words, more) as process:
        wait_for_http(port, "/healthz", process)

        def ended() -> int:
            return process.complaints.read_text(encoding="utf-8").count(f"exited with code {EX_IOERR}")

        while statuses.count(503) < 3 and len(statuses) < MOST_MESSAGES:
            statuses.append(_post(port, len(statuses)))
            _until(lambda: ended() == statuses.count(503), process)
        assert process.poll() is None

    assert set(statuses) == {200, 503}
    assert statuses.count(503) == 3
    session.rollback()
    stored = session.scalars(sa.select(Delivery.raw).order_by(Delivery.id)).all()
    subjects = [raw.partition(b"\r\n")[0].removeprefix(b"Subject: ").decode() for raw in stored]
    accepted = [f"mark-{number}" for number, status in enumerate(statuses) if status == 200]
    assert [mark for mark in subjects if mark in accepted] == accepted


def _sqlite_error(name: str) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("as SQLite says it")
    error.sqlite_errorcode, error.sqlite_errorname = getattr(sqlite3, name), name
    return error


@pytest.mark.parametrize(
    ("name", "is_lost"),
    [
        ("SQLITE_FULL", False),
        ("SQLITE_IOERR", False),
        ("SQLITE_IOERR_WRITE", False),
        ("SQLITE_IOERR_READ", False),
        ("SQLITE_IOERR_SHORT_READ", False),
        ("SQLITE_IOERR_FSTAT", False),
        ("SQLITE_IOERR_SHMSIZE", False),
        ("SQLITE_IOERR_FSYNC", True),
        ("SQLITE_IOERR_DIR_FSYNC", True),
        ("SQLITE_IOERR_TRUNCATE", True),
        ("SQLITE_IOERR_CLOSE", True),
    ],
)
def test_only_what_may_have_lost_something_that_was_written_before_ends_a_process(
    app: Flask, name: str, is_lost: bool
) -> None:
    _ = app
    assert tells_of_failed_disk(_sqlite_error(name)) is is_lost


def test_whoever_asks_to_hear_of_it_too_late_hears_it_at_once(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ = app
    heard: list[str] = []
    to_tell: list[Callable[[], object]] = []
    monkeypatch.setattr(failed_disk, "_to_tell", to_tell)
    failed_disk.when_it_fails(lambda: heard.append("in time"))
    assert heard == []

    monkeypatch.setattr(failed_disk, "_failure", _sqlite_error("SQLITE_IOERR_FSYNC"))
    failed_disk.when_it_fails(lambda: heard.append("too late"))
    assert heard == ["too late"]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("when", ["1+", "12+"], ids=["as they start", "at work"])
def test_the_workers_end_when_the_disk_fails_and_do_nothing_more(app: Flask, when: str) -> None:
    make_challenge(slug="a-question")
    with open_mail_door(app) as port:
        assert [_send(port, f"mark-{number}") for number in range(20)] == [250] * 20
    words = ["tests.support.impatient_workers", "jobs", "work"]
    with _on_failing_disk(app, f"fdatasync,fsync:error=EIO:when={when}", words) as process:
        assert process.wait(timeout=60) == EX_IOERR, last_words(process)
        said = process.complaints.read_text(encoding="utf-8")

    assert said.count("the disk failed: this process writes nothing more and ends") == 1
    session.rollback()
    # What was not done is handed out again when its lease is over.
    waiting = session.scalars(sa.select(Work.payload).where(Work.kind == "mailroom.read")).all()
    read = session.scalars(sa.select(ReadMessage.delivery_id)).all()
    assert {*read} | {payload["delivery_id"] for payload in waiting} == {
        *session.scalars(sa.select(Delivery.id))
    }
    assert (bool(read), bool(waiting)) == (when != "1+", True)


@pytest.mark.timeout(120)
def test_the_workers_live_through_a_quota_that_is_used_up_for_a_while(app: Flask) -> None:
    make_challenge(slug="a-question")
    with open_mail_door(app) as port:
        assert [_send(port, f"mark-{number}") for number in range(20)] == [250] * 20

    def have_read(total: int) -> bool:
        session.rollback()
        return len(session.scalars(sa.select(ReadMessage.delivery_id)).all()) >= total

    words = ["tests.support.impatient_workers", "jobs", "work"]
    with _on_failing_disk(app, "pwrite64:error=EDQUOT:when=61..64", words) as process:
        # What one of them could not write down is handed out again when its lease is over.
        _until(lambda: have_read(15) or process.poll() is not None, process)
        assert process.poll() is None, last_words(process)
        said = process.complaints.read_text(encoding="utf-8")

    assert "SQLITE_IOERR_WRITE" in said or "disk I/O error" in said, said


def test_the_pipe_lets_mail_wait_when_the_disk_fails(app: Flask) -> None:
    make_challenge(slug="a-question")
    words = ["flask", "mail", "receive", "--to", ADDRESS]
    with _on_failing_disk(app, "fdatasync,fsync:error=EIO:when=1+", words) as process:
        assert process.wait(timeout=60) == EX_TEMPFAIL, last_words(process)


def test_it_lives_longer_than_a_supervisor_takes_for_a_program_that_cannot_be_kept_alive(app: Flask) -> None:
    _ = app
    assert Patience().quick < SHORTEST_LIFE_SECONDS


def test_after_the_failure_nothing_begins_and_nothing_commits(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    challenge = make_challenge(slug="a-question")
    before, failure = challenge.title, _sqlite_error("SQLITE_IOERR_FSYNC")

    with pytest.raises(OperationalError), unit_of_work():
        session.get_one(Challenge, challenge.id).title = "Another"
        monkeypatch.setattr(failed_disk, "_failure", failure)
    with pytest.raises(OperationalError), unit_of_work():
        raise AssertionError("it has begun")

    message = Incoming(Envelope(Door.PIPE, None, (ADDRESS,), "", "", tls=False), (), b"Subject: x\r\n\r\n")
    assert accept(app, message) == TryLater(Trouble.BROKEN)
    assert app.test_client().get("/").status_code == 200
    monkeypatch.setattr(failed_disk, "_failure", None)
    session.rollback()
    assert session.scalars(sa.select(Challenge.title)).all() == [before]
