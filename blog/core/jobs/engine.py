"""The engine that wakes workers up: Huey, embedded in a file or on Redis.

Its messages carry no data ("there may be work"): what to do stands in the `work` table. So at-most-once
delivery, a lost message or an emptied Redis cost at most the seconds until the next sweep.
"""

import time
from datetime import timedelta
from typing import Any, cast

import structlog
from flask import Flask
from huey import Huey, RedisHuey
from huey.consumer import Consumer
from huey.serializer import SignedSerializer
from sqlalchemy.exc import OperationalError

from blog.core import clock, failed_disk
from blog.core.config import Settings
from blog.core.jobs.queue import keep_recurring, next_due_at, run_next
from blog.core.jobs.wake_up_file import WakeUpFile

WORKERS = 2
_SWEEP_SECONDS = 1.0
_PORTION = 25
log = structlog.get_logger(__name__)


def init_app(app: Flask, settings: Settings) -> None:
    """Give `app` its engine; `enqueue()` wakes the workers through it after each commit."""
    # Huey has no types: what we use of it is `task()` and the consumer below.
    engine = cast("Any", _engine(settings))
    app.extensions["job_engine"] = engine
    drain = engine.task(name="drain")(_Drain(app))

    def wake() -> None:
        try:
            drain()
        except Exception:
            # The row is committed: the sweep finds it. A dead Redis must not fail the act that succeeded.
            log.warning("the workers could not be woken up; the next sweep finds the work", exc_info=True)

    app.extensions["wake_workers"] = wake


def work_forever(app: Flask) -> None:
    """Run the workers in this process until SIGTERM or SIGINT; both finish the work in hand.

    When the disk fails they end by themselves, and no sooner than a supervisor takes for a life.
    """
    began = time.monotonic()
    try:
        _work(app)
    except OperationalError:
        if not failed_disk.has_failed():
            raise
    if failed_disk.has_failed():
        time.sleep(max(began + failed_disk.SHORTEST_LIFE_SECONDS - time.monotonic(), 0))


def _work(app: Flask) -> None:
    engine = cast("Huey", app.extensions["job_engine"])
    with app.app_context():
        keep_recurring()
    _SweepingConsumer(app, engine).run()


def _engine(settings: Settings) -> Huey:
    serializer = SignedSerializer(secret=settings.secret_key, salt="rejoinder-jobs")
    if settings.redis_url:
        return RedisHuey("rejoinder", url=settings.redis_url, serializer=serializer, results=False)
    settings.instance.mkdir(parents=True, exist_ok=True)
    path = str(settings.instance / "wake-ups.db")
    return Huey("rejoinder", filename=path, storage_class=WakeUpFile, serializer=serializer, results=False)


class _Drain:
    """The one task: carry out what is due, in portions, so that a worker who must stop can."""

    __name__ = "drain"

    def __init__(self, app: Flask) -> None:
        self.app = app

    def __call__(self) -> None:
        with self.app.app_context():
            for _turn in range(_PORTION):
                if not run_next():
                    return
            self.app.extensions["wake_workers"]()


class _SweepingConsumer(Consumer):
    """Huey's consumer, which also looks once a second for work that fell due without a wake-up."""

    def __init__(self, app: Flask, engine: Huey) -> None:
        cast("Any", super()).__init__(
            engine,
            workers=WORKERS,
            periodic=False,
            initial_delay=0.02,
            max_delay=0.2,
            graceful_signal="TERM",
        )
        self.app = app
        self.next_sweep = clock.now()

    def loop(self, health_check_ts: float | None = None) -> float:
        now = clock.now()
        if failed_disk.has_failed():
            # What is in hand cannot be written down any more: it is handed out again when its lease is over.
            cast("Any", self).stop(graceful=True)
        elif now >= self.next_sweep:
            self.next_sweep = now + timedelta(seconds=_SWEEP_SECONDS)
            with self.app.app_context():
                due = next_due_at()
                if due is not None and due <= now:
                    self.app.extensions["wake_workers"]()
        return cast("float", cast("Any", super()).loop(health_check_ts))
