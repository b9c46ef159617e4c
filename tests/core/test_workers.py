"""Workers as real processes, embedded and on Redis: woken up at once, stopped gently, killed in mid-job."""

import shutil
import signal
import sys
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from blog.core import clock
from blog.core.db import db, session, unit_of_work
from blog.core.jobs.models import Work
from blog.core.jobs.queue import enqueue
from blog.factory import create_app
from tests.conftest import create_tables, environment_for, missing
from tests.support.databases import PostgresMissing, postgres_database, sqlite_database
from tests.support.mail_door import settings_of
from tests.support.processes import Program, free_port, running
from tests.support.slow_worker import BEGUN, DONE, KIND, MAY_END, times

WORKER = [sys.executable, "-m", "tests.support.slow_worker"]


@pytest.fixture(params=["sqlite, embedded", "postgresql, redis"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Flask]:
    """A site with a database and an engine of its own."""
    with ExitStack() as stack:
        environment = {"REDIS_URL": ""}
        if request.param == "sqlite, embedded":
            url = stack.enter_context(sqlite_database())
        else:
            environment["REDIS_URL"] = stack.enter_context(_redis(tmp_path))
            try:
                url = stack.enter_context(postgres_database())
            except PostgresMissing as reason:
                missing(str(reason))
                raise
        app = create_app({**environment_for(url, tmp_path), **environment})
        create_tables(app)
        with app.app_context():
            yield app
            session.remove()
            db.engine.dispose()


def test_a_worker_is_woken_by_the_commit(site: Flask, tmp_path: Path) -> None:
    (tmp_path / MAY_END).touch()
    with _worker(site):
        _enqueue()
        _wait(lambda: times(tmp_path, DONE) == 1)
        _wait(_nothing_waits)


def test_a_worker_that_is_asked_to_stop_finishes_the_work_in_hand(site: Flask, tmp_path: Path) -> None:
    with _worker(site) as worker:
        _enqueue()
        _wait(lambda: times(tmp_path, BEGUN) == 1)
        worker.send_signal(signal.SIGTERM)
        (tmp_path / MAY_END).touch()
        worker.wait(timeout=20)

    assert times(tmp_path, DONE) == 1
    _wait(_nothing_waits)


def test_work_of_a_killed_worker_is_done_by_the_next(site: Flask, tmp_path: Path) -> None:
    with _worker(site) as worker:
        _enqueue()
        _wait(lambda: times(tmp_path, BEGUN) == 1)
        worker.kill()
    (tmp_path / MAY_END).touch()
    _let_the_lease_end()

    with _worker(site):
        _wait(lambda: times(tmp_path, DONE) == 1)
        _wait(_nothing_waits)

    assert times(tmp_path, BEGUN) == 2


RECURRING = {
    "accounts.erase_again",
    "challenges.anchors",
    "challenges.ask_senders",
    "challenges.checkpoints",
    "challenges.expire_prizes",
    "challenges.look_at_the_clock",
    "core.retention",
}


def test_workers_begin_with_what_comes_again(site: Flask) -> None:
    with _worker(site):
        _wait(lambda: _recurring() == RECURRING)


@contextmanager
def _worker(site: Flask) -> Generator[Program]:
    redis_url = site.extensions["settings"].redis_url
    with running(WORKER, {**settings_of(site), "REDIS_URL": redis_url or ""}) as process:
        yield process


@contextmanager
def _redis(folder: Path) -> Generator[str]:
    """The address of a Redis of our own, that keeps nothing."""
    if shutil.which("redis-server") is None:
        missing("redis-server is not installed (apt-get install redis-server)")
    port = free_port()
    quiet = ["--save", "", "--appendonly", "no", "--dir", str(folder), "--bind", "127.0.0.1"]
    with running(["redis-server", "--port", str(port), *quiet], {}):
        yield f"redis://127.0.0.1:{port}/0"


def _enqueue() -> None:
    with unit_of_work():
        enqueue(KIND, {})


def _let_the_lease_end() -> None:
    with unit_of_work():
        session.execute(sa.update(Work).where(Work.kind == KIND).values(leased_until=clock.now()))


def _nothing_waits() -> bool:
    session.rollback()
    return session.scalar(sa.select(sa.func.count(Work.id)).where(Work.kind == KIND)) == 0


def _recurring() -> set[str]:
    """What has been carried out since the workers started, and waits for its next time."""
    session.rollback()
    waits = sa.select(Work.kind).where(Work.run_at > clock.now(), Work.attempts == 0)
    return set(session.scalars(waits))


def _wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)
