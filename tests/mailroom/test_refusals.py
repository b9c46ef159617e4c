"""What doors refuse is counted: nothing twice, nothing lost, from as many threads and processes as there are."""

import http.client
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from blog.core.db import session
from blog.mailroom import refusals
from blog.mailroom.models import DoorRefusal
from blog.mailroom.refusals import count_refusal, write_refusals
from blog.mailroom.values import Door, RefusalReason
from tests.mailroom.doors.providers import LOGIN, POSTMARK
from tests.support.mail_door import settings_of
from tests.support.processes import free_port, last_words, running
from tests.support.web import wait_for_http

BEFORE_MIDNIGHT = datetime(2026, 11, 23, 23, 59, 59, tzinfo=UTC)
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _nothing_counted_yet(app: Flask) -> Iterator[None]:
    write_refusals()
    yield
    write_refusals()


def _rows() -> set[tuple[date, str, str, int]]:
    session.rollback()
    table = sa.select(DoorRefusal.day, DoorRefusal.door, DoorRefusal.why, DoorRefusal.total)
    return {(day, door, why, total) for day, door, why, total in session.execute(table)}


def test_what_was_counted_is_added_to_what_was_written_before() -> None:
    with time_machine.travel(BEFORE_MIDNIGHT, tick=False) as traveller:
        count_refusal(Door.SMTP, RefusalReason.NO_SUCH_ADDRESS)
        count_refusal(Door.SMTP, RefusalReason.NO_SUCH_ADDRESS)
        count_refusal(Door.LMTP, RefusalReason.TOO_LARGE)
        assert write_refusals() == 3
        count_refusal(Door.SMTP, RefusalReason.NO_SUCH_ADDRESS)
        traveller.shift(1)
        count_refusal(Door.SMTP, RefusalReason.NO_SUCH_ADDRESS)
        assert write_refusals() == 2

    assert write_refusals() == 0
    assert _rows() == {
        (MONDAY, "smtp", "no-such-address", 3),
        (MONDAY, "lmtp", "too-large", 1),
        (TUESDAY, "smtp", "no-such-address", 1),
    }


def test_counting_alone_writes_nothing() -> None:
    count_refusal(Door.SMTP, RefusalReason.TOO_MANY)

    assert _rows() == set()


def test_strangers_make_it_write_twice_a_minute_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(refusals, "_write_at", 0.0)
    monkeypatch.setattr(refusals.time, "monotonic", lambda: now)
    totals: list[int] = []
    for now in (100.0, 101.0, 129.9, 130.0):  # noqa: B007 - the clock above
        count_refusal(Door.MAILGUN, RefusalReason.NOT_PROVEN)
        refusals.write_refusals_now_and_then()
        totals.append(sum(total for _day, _door, _why, total in _rows()))

    assert totals == [1, 1, 1, 4]


def test_what_was_refused_last_is_written_when_nobody_else_is_refused(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ = app
    monkeypatch.setattr(refusals, "_write_at", 0.0)
    monkeypatch.setattr(refusals, "_WRITTEN_EVERY_SECONDS", 0.2)
    for _turn in range(5):
        count_refusal(Door.MAILGUN, RefusalReason.NOT_PROVEN)
        refusals.write_refusals_now_and_then()
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.join(20)

    assert sum(total for _day, _door, _why, total in _rows()) == 5


@pytest.mark.timeout(120)
def test_a_web_process_that_ends_writes_down_what_it_has_refused(app: Flask) -> None:
    port = free_port()
    more = {"PORT": str(port), "POSTMARK_USER": LOGIN.user, "POSTMARK_PASSWORD": LOGIN.password}
    command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "app:app"]
    with running(command, settings_of(app) | more) as process:
        wait_for_http(port, "/healthz", process)
        for _turn in range(6):
            client = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            client.request("POST", POSTMARK, "{}", {"Content-Type": "application/json"})
            assert client.getresponse().status == 401
            client.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0, last_words(process)

    assert [(door, why, total) for _day, door, why, total in _rows()] == [("postmark", "not-proven", 6)]


def test_threads_that_count_at_once_lose_nothing() -> None:
    def count_some(_number: int) -> None:
        for _ in range(500):
            count_refusal(Door.SMTP, RefusalReason.TOO_MANY)

    with time_machine.travel(BEFORE_MIDNIGHT, tick=False):
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(count_some, range(8)))
        assert write_refusals() == 4000

    assert _rows() == {(MONDAY, "smtp", "too-many", 4000)}


def test_what_could_not_be_written_stays_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_counted: object) -> None:
        raise OSError("disk full")

    with time_machine.travel(BEFORE_MIDNIGHT, tick=False):
        count_refusal(Door.PIPE, RefusalReason.NO_ROOM)
        with monkeypatch.context() as patched:
            patched.setattr(refusals, "_add", fail)
            with pytest.raises(OSError, match="disk full"):
                write_refusals()
        count_refusal(Door.PIPE, RefusalReason.NO_ROOM)
        assert write_refusals() == 2

    assert _rows() == {(MONDAY, "pipe", "no-room", 2)}


def test_every_reason_fits_into_its_column() -> None:
    column = sa.inspect(DoorRefusal).columns["why"].type
    assert isinstance(column, sa.String)
    assert column.length is not None

    assert [why for why in RefusalReason if len(why) > column.length] == []
