"""Work rows: written in the transaction that causes them, carried out at least once.

`enqueue()` adds a row to the current unit of work, so work exists exactly when its cause does. `run_next()`
leases the next due row, calls its handler and deletes the row. The engine (`blog.core.jobs.engine`) only
wakes workers up: losing a wake-up, or a whole worker in mid-job, delays work and never loses it.

Work that comes again (`every`) has one row that is never done: `keep_recurring()` makes it when workers start, and when
it has been carried out it waits for its next time.
"""

import secrets
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

import sqlalchemy as sa
import structlog
from flask import current_app
from sqlalchemy.exc import IntegrityError, OperationalError

from blog.core import clock
from blog.core.config import current_application
from blog.core.db import after_commit, session, unit_of_work
from blog.core.jobs.models import Work

LEASE = timedelta(seconds=120)
RENEWED_EVERY = LEASE / 4
MAX_ATTEMPTS = 12
_FIRST_DELAY = timedelta(seconds=2)
_LONGEST_DELAY = timedelta(hours=1)
# From here on it is the longest: the numbers themselves would grow beyond all dates.
_DOUBLINGS = 11
_MAX_ERROR_LENGTH = 500
# A plain row: this is written for every mail before it is answered.
_ADD = sa.insert(cast("sa.Table", Work.__table__))

Payload = Mapping[str, object]
Handler = Callable[[Payload], None]
log = structlog.get_logger(__name__)

_handlers: dict[str, Handler] = {}
_recurring: dict[str, timedelta] = {}
_tries: dict[str, int] = {}


@dataclass(frozen=True, slots=True)
class _Leased:
    id: int
    kind: str
    payload: Payload
    attempts: int
    lease: str


def job(
    kind: str, *, every: timedelta | None = None, tries: int = MAX_ATTEMPTS
) -> Callable[[Handler], Handler]:
    """Register the handler of one kind of work.

    A handler gets the payload, opens its own units of work, and must be idempotent: a worker may be killed
    after the effect and before the row is gone. `every` makes it work that comes again: at each start of the workers,
    and so long after it was carried out. Work that fails so many `tries` long is set aside: twelve take an hour, and
    each one more another hour.
    """

    def register(handler: Handler) -> Handler:
        _handlers[kind] = handler
        _tries[kind] = tries
        if every is not None:
            _recurring[kind] = every
        return handler

    return register


def enqueue(kind: str, payload: Payload, *, run_at: datetime | None = None, key: str | None = None) -> None:
    """Add work to the current unit of work.

    `run_at` postpones it. With a `key`, work that waits already under that key is not added a second time; if it was
    set aside, it is given a fresh start. Raises `KeyError` for a kind that nobody handles.
    """
    _ = _handlers[kind]
    waiting = session.scalar(sa.select(Work.id).where(Work.key == key)) if key is not None else None
    if waiting is not None:
        retry(waiting)
        return
    now = clock.now()
    session.add(Work(kind=kind, payload=dict(payload), key=key, created_at=now, run_at=run_at or now))
    _wake_after_commit()


def enqueue_all(kind: str, payloads: Sequence[Payload]) -> None:
    """Add work of one kind to the current unit of work, due at once: one row for each payload.

    Raises `KeyError` for a kind that nobody handles.
    """
    _ = _handlers[kind]
    if payloads:
        now = clock.now()
        session.execute(
            _ADD,
            [{"kind": kind, "payload": dict(each), "created_at": now, "run_at": now} for each in payloads],
        )
        _wake_after_commit()


def retry(work_id: int) -> str | None:
    """Give work that was set aside a fresh start. Returns its kind; None when it is done, or was given one already."""
    row = session.get(Work, work_id, with_for_update=True)
    if row is None or row.failed_at is None:
        return None
    row.failed_at = None
    row.attempts = 0
    row.run_at = clock.now()
    _wake_after_commit()
    return row.kind


def keep_recurring() -> None:
    """Have all work that comes again waiting, due at once. Opens units of work; called when workers start."""
    for kind in sorted(_recurring):
        try:
            with unit_of_work():
                _bring_forward(kind)
        except IntegrityError:
            # Workers on another host start at the same moment, and were first.
            log.info("recurring work waits already", job=kind)


def run_next() -> bool:
    """Carry out the next due piece of work, if there is one. Returns whether there was."""
    leased = _lease_next()
    if leased is None:
        return False
    structlog.contextvars.bind_contextvars(job=leased.kind, work_id=leased.id)
    try:
        # A context of its own for each job: nothing of one piece of work is seen by the next.
        with current_application().app_context(), _keeping(leased):
            _handlers[leased.kind](leased.payload)
    except Exception as error:
        log.exception("job failed", attempts=leased.attempts)
        _postpone(leased, error)
    else:
        _finish(leased)
    finally:
        structlog.contextvars.unbind_contextvars("job", "work_id")
    return True


def next_due_at() -> datetime | None:
    """When the earliest waiting work is due; None when nothing waits."""
    return session.scalar(
        sa.select(
            sa.func.min(sa.func.coalesce(Work.leased_until, Work.run_at), type_=Work.run_at.type)
        ).where(Work.failed_at.is_(None))
    )


def _wake_after_commit() -> None:
    wake = current_app.extensions.get("wake_workers")
    if wake is not None:
        after_commit(wake)


@contextmanager
def _keeping(leased: _Leased) -> Generator[None]:
    """Hold the lease for as long as the work takes, which may be longer than a lease: nobody else begins with it.

    Renewed from beside it. A process that is killed renews nothing, so its work is handed out again.
    """
    app, is_over = current_application(), threading.Event()

    def renew() -> None:
        while not is_over.wait(RENEWED_EVERY.total_seconds()):
            with app.app_context():
                _renew(leased)

    keeper = threading.Thread(target=renew, name=f"lease of work {leased.id}", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        is_over.set()
        keeper.join()


def _renew(leased: _Leased) -> None:
    try:
        with unit_of_work():
            session.execute(
                sa.update(Work)
                .where(Work.id == leased.id, Work.lease == leased.lease)
                .values(leased_until=clock.now() + LEASE)
            )
    except OperationalError:
        log.warning("a lease could not be renewed; it is tried again", work_id=leased.id, exc_info=True)
    finally:
        session.remove()


def _due(now: datetime) -> sa.ColumnElement[bool]:
    free = sa.or_(Work.leased_until.is_(None), Work.leased_until <= now)
    return sa.and_(Work.failed_at.is_(None), Work.run_at <= now, free)


def _lease_next() -> _Leased | None:
    now = clock.now()
    anything = session.scalar(sa.select(Work.id).where(_due(now)).limit(1))
    session.rollback()
    if anything is None:
        return None
    with unit_of_work():
        row = session.scalar(
            sa.select(Work)
            .where(_due(now))
            .order_by(Work.run_at, Work.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if row is None:
            return None
        row.attempts += 1
        if row.attempts > _tries.get(row.kind, MAX_ATTEMPTS):
            # The worker died of it every time: set it aside, so that the others go on.
            row.failed_at = now
            row.last_error = row.last_error or "the worker ended in mid-job each time"
            return _Leased(row.id, _SET_ASIDE, {}, row.attempts, "")
        lease = secrets.token_hex(16)
        row.lease = lease
        row.leased_until = now + LEASE
        return _Leased(row.id, row.kind, row.payload, row.attempts, lease)


_SET_ASIDE = "core.set_aside"


@job(_SET_ASIDE)
def _report_set_aside(_payload: Payload) -> None:
    log.error("work was set aside after too many attempts")


def _bring_forward(kind: str) -> None:
    row, now = session.scalar(sa.select(Work).where(Work.key == kind).with_for_update()), clock.now()
    if row is None:
        session.add(Work(kind=kind, payload={}, key=kind, created_at=now, run_at=now))
    elif row.leased_until is None or row.leased_until <= now:
        row.run_at, row.attempts, row.failed_at = now, 0, None


def _finish(leased: _Leased) -> None:
    this = sa.and_(Work.id == leased.id, Work.lease == leased.lease)
    every = _recurring.get(leased.kind)
    with unit_of_work():
        if every is None:
            session.execute(sa.delete(Work).where(this))
        else:
            session.execute(sa.update(Work).where(this).values(_waiting_until(clock.now() + every)))


def _waiting_until(run_at: datetime) -> dict[str, object]:
    """Recurring work between two times: as if it had never been tried."""
    return {"run_at": run_at, "attempts": 0, "lease": None, "leased_until": None, "last_error": None}


def _postpone(leased: _Leased, error: Exception) -> None:
    """Give the row back with a growing delay; keep only the kind of error, which holds nobody's data."""
    now = clock.now()
    delay = min(_FIRST_DELAY * 2 ** min(leased.attempts - 1, _DOUBLINGS), _LONGEST_DELAY)
    busy = isinstance(error, OperationalError)
    with unit_of_work():
        session.execute(
            sa.update(Work)
            .where(Work.id == leased.id, Work.lease == leased.lease)
            .values(
                run_at=now + delay,
                lease=None,
                leased_until=None,
                last_error=type(error).__name__[:_MAX_ERROR_LENGTH],
                failed_at=now
                if leased.attempts >= _tries.get(leased.kind, MAX_ATTEMPTS) and not busy
                else None,
            )
        )
