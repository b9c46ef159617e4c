import threading
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from blog.core import clock
from blog.core.db import session, unit_of_work
from blog.core.jobs import queue
from blog.core.jobs.models import Work
from blog.core.jobs.queue import (
    LEASE,
    MAX_ATTEMPTS,
    Payload,
    enqueue,
    job,
    keep_recurring,
    next_due_at,
    run_next,
)
from tests.support.jobs import run_due_jobs

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
# So many doublings of a pause that no date would hold it.
PATIENT = 60
_done: list[object] = []


@job("tests.note")
def note(payload: Payload) -> None:
    _done.append(payload["what"])


@job("tests.fail")
def fail(_payload: Payload) -> None:
    raise ValueError("somebody's text, which must not be kept")


@job("tests.fail_patiently", tries=PATIENT)
def fail_patiently(_payload: Payload) -> None:
    raise ValueError


@job("tests.long")
def take_long(_payload: Payload) -> None:
    with unit_of_work():
        session.execute(sa.update(Work).values(leased_until=START))
    while session.scalar(sa.select(Work.leased_until)) == START:
        session.rollback()
    session.rollback()
    _done.append("renewed")
    _done.append(run_next())


@pytest.fixture(autouse=True)
def _fresh(app: Flask) -> None:
    _done.clear()


def test_it_carries_out_work_in_order_and_forgets_it() -> None:
    with unit_of_work():
        enqueue("tests.note", {"what": 1})
        enqueue("tests.note", {"what": 2})

    assert run_due_jobs() == 2

    assert _done == [1, 2]
    assert session.scalars(sa.select(Work.id)).all() == []


def test_it_knows_no_work_whose_cause_was_rolled_back() -> None:
    with pytest.raises(ValueError, match="no"), unit_of_work():
        enqueue("tests.note", {"what": 1})
        raise ValueError("no")

    assert run_due_jobs() == 0


def test_it_refuses_work_that_nobody_handles() -> None:
    with pytest.raises(KeyError), unit_of_work():
        enqueue("tests.unknown", {})


def test_it_adds_work_with_a_key_once() -> None:
    with unit_of_work():
        enqueue("tests.note", {"what": 1}, key="only-one")
    with unit_of_work():
        enqueue("tests.note", {"what": 2}, key="only-one")

    assert run_due_jobs() == 1
    assert _done == [1]


def test_it_waits_until_work_is_due() -> None:
    with time_machine.travel(START, tick=False) as traveller:
        with unit_of_work():
            enqueue("tests.note", {"what": 1}, run_at=clock.now() + timedelta(hours=1))

        assert next_due_at() == START + timedelta(hours=1)
        assert run_due_jobs() == 0
        traveller.shift(timedelta(hours=1))
        assert run_due_jobs() == 1


def test_it_hands_out_again_what_a_killed_worker_had_leased(monkeypatch: pytest.MonkeyPatch) -> None:
    with time_machine.travel(START, tick=False) as traveller:
        with unit_of_work():
            enqueue("tests.note", {"what": 1})
        leased = queue._lease_next()  # pyright: ignore[reportPrivateUsage] - a worker that dies here
        assert leased is not None

        assert run_due_jobs() == 0
        traveller.shift(LEASE)
        assert run_due_jobs() == 1

        assert _done == [1]


def test_it_tries_again_later_and_later_and_sets_aside_at_last() -> None:
    with time_machine.travel(START, tick=False) as traveller:
        with unit_of_work():
            enqueue("tests.fail", {})
        delays: list[float] = []
        for _attempt in range(MAX_ATTEMPTS):
            before = clock.now()
            assert run_due_jobs() == 1
            session.rollback()
            row = session.scalars(sa.select(Work)).one()
            delays.append((row.run_at - before).total_seconds())
            traveller.move_to(row.run_at)

        row = session.scalars(sa.select(Work)).one()
        assert delays[:4] == [2, 4, 8, 16]
        assert row.failed_at is not None
        assert row.last_error == "ValueError"
        assert run_due_jobs() == 0


def test_work_of_a_patient_kind_is_tried_more_often() -> None:
    with time_machine.travel(START, tick=False) as traveller:
        with unit_of_work():
            enqueue("tests.fail_patiently", {})
        pauses: list[timedelta] = []
        while run_due_jobs():
            session.rollback()
            due = session.scalars(sa.select(Work.run_at)).one()
            pauses.append(due - clock.now())
            traveller.move_to(due)

        assert (len(pauses), pauses[-1]) == (PATIENT, timedelta(hours=1))
        assert session.scalars(sa.select(Work.failed_at)).one() is not None


def test_it_sets_aside_work_that_kills_every_worker() -> None:
    with time_machine.travel(START, tick=False) as traveller:
        with unit_of_work():
            enqueue("tests.note", {"what": 1})
            enqueue("tests.note", {"what": 2}, run_at=START + timedelta(days=2))
        for _attempt in range(MAX_ATTEMPTS):
            assert queue._lease_next() is not None  # pyright: ignore[reportPrivateUsage]
            traveller.shift(LEASE)

        assert run_next()
        assert _done == []
        traveller.move_to(START + timedelta(days=2))
        assert run_due_jobs() == 1
        assert _done == [2]


def test_it_gives_each_piece_of_work_to_one_worker(app: Flask) -> None:
    with unit_of_work():
        for number in range(20):
            enqueue("tests.note", {"what": number})
    session.remove()

    def work() -> None:
        with app.app_context():
            run_due_jobs()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(_done, key=str) == sorted(range(20), key=str)


def test_it_wakes_the_workers_after_the_commit(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[int] = []
    monkeypatch.setitem(app.extensions, "wake_workers", lambda: woken.append(1))

    with unit_of_work():
        enqueue("tests.note", {"what": 1})
        assert woken == []

    assert woken == [1]


def test_work_that_comes_again_waits_for_its_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "_recurring", {"tests.note": timedelta(days=1)})
    with time_machine.travel(START, tick=False):
        keep_recurring()
        keep_recurring()
        with unit_of_work():
            session.execute(sa.update(Work).values(payload={"what": 7}))
        assert run_due_jobs() == 1
    with time_machine.travel(START + timedelta(days=1, seconds=-1), tick=False):
        assert run_due_jobs() == 0
    with time_machine.travel(START + timedelta(days=1), tick=False):
        assert run_due_jobs() == 1
    assert _done == [7, 7]
    assert session.scalars(sa.select(Work.attempts)).all() == [0]


def test_work_that_comes_again_comes_when_workers_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "_recurring", {"tests.fail": timedelta(days=1)})
    with time_machine.travel(START, tick=False):
        keep_recurring()
        run_next()
        assert run_next() is False
        # Also when it was set aside.
        with unit_of_work():
            session.execute(sa.update(Work).values(failed_at=START))
        keep_recurring()
        assert run_next() is True


def test_work_that_comes_again_is_left_to_whoever_does_it_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "_recurring", {"tests.note": timedelta(days=1)})
    with time_machine.travel(START, tick=False):
        keep_recurring()
        with unit_of_work():
            session.execute(sa.update(Work).values(lease="mine", leased_until=START + LEASE))
        keep_recurring()
        assert run_next() is False


def test_work_that_takes_longer_than_a_lease_is_not_handed_out_twice(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "RENEWED_EVERY", timedelta(milliseconds=5))
    with unit_of_work():
        enqueue("tests.long", {})
    run_next()
    # While it was carried out its lease ended once, and was renewed; the other worker found nothing to do.
    assert _done == ["renewed", False]
