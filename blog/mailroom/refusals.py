"""How much the doors refuse: counted in memory where it happens, and written down now and then.

Nothing of a message that is refused is kept, and refusing must cost next to nothing: whoever floods a door would
otherwise make us write for each of their messages. So a process that is killed loses what it has counted since it last
wrote; one that ends of itself writes it down before.

Where it was known what a message was for, whoever takes mail for that hears how many it were (`MailRefused`).
"""

import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
import structlog
from flask import Flask
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from blog.core import clock
from blog.core.config import current_application
from blog.core.db import session, unit_of_work
from blog.core.events import publish
from blog.mailroom.events import MailRefused
from blog.mailroom.models import DoorRefusal
from blog.mailroom.routes import Destination
from blog.mailroom.values import Door, RefusalReason

_Counted = tuple[date, Door, RefusalReason]
_OfTarget = tuple[str, int, Door, RefusalReason]
_WRITTEN_EVERY_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class _Span:
    """So many in a span of time."""

    total: int
    since: datetime
    until: datetime

    def joined(self, other: "_Span") -> "_Span":
        """Both in one."""
        return _Span(self.total + other.total, min(self.since, other.since), max(self.until, other.until))


_lock = threading.Lock()
_counted: Counter[_Counted] = Counter()
# By route, what a message was for, door and reason: as many as there are addresses, however much is sent to them.
_of_targets: dict[_OfTarget, _Span] = {}
_write_at = 0.0
# Writes down what is left, where nobody is refused any more.
_later: threading.Timer | None = None
log = structlog.get_logger(__name__)


def count_refusal(door: Door, why: RefusalReason, destinations: Iterable[Destination] = ()) -> None:
    """Count one refused message (or recipient), which was for `destinations` as far as one knows.

    Touches no database; any thread may call it.
    """
    now = clock.now()
    targets = {(each.route.name, each.target_id, door, why) for each in destinations}
    with _lock:
        _counted[now.date(), door, why] += 1
        _keep({target: _Span(1, now, now) for target in targets})


def write_refusals() -> int:
    """Add what was counted since the last time to the table, in a unit of work of its own. Returns how many it were.

    What cannot be written now stays counted, and the exception goes on to the caller.
    """
    counted, of_targets = _take_all()
    if not counted:
        return 0
    try:
        with unit_of_work():
            _add(counted)
            _tell(of_targets)
    except BaseException:
        with _lock:
            _counted.update(counted)
            _keep(of_targets)
        raise
    return counted.total()


def write_refusals_if_one_can() -> None:
    """The same, where a database that does not answer is no reason to do anything else: they stay counted."""
    try:
        write_refusals()
    except SQLAlchemyError as error:
        log.warning("what was refused was not written down; it is tried again", error=type(error).__name__)


def write_refusals_now_and_then() -> None:
    """The same, at most twice a minute: strangers whom a door refuses must not make us write as often as they like.

    What is left is written when its time has come, in a thread of its own.
    """
    if _is_time_to_write():
        write_refusals_if_one_can()
    _come_back_for_the_rest(current_application())


def forget() -> None:
    """Forget what was counted and not written; nobody comes back for it."""
    global _later  # noqa: PLW0603 - who comes back in this process
    with _lock:
        _counted.clear()
        _of_targets.clear()
        if _later is not None:
            _later.cancel()
            _later = None


def _is_time_to_write() -> bool:
    global _write_at  # noqa: PLW0603 - when this process writes next
    now = time.monotonic()
    with _lock:
        if now < _write_at:
            return False
        _write_at = now + _WRITTEN_EVERY_SECONDS
        return True


def _come_back_for_the_rest(app: Flask) -> None:
    global _later  # noqa: PLW0603 - who comes back in this process
    with _lock:
        if not _counted or _later is not None:
            return
        _later = threading.Timer(max(_write_at - time.monotonic(), 0.0), _write_the_rest, (app,))
        # Who ends meanwhile need not wait for it.
        _later.daemon = True
        _later.start()


def _write_the_rest(app: Flask) -> None:
    global _later  # noqa: PLW0603 - who comes back in this process
    with _lock:
        _later = None
    with app.app_context():
        write_refusals_now_and_then()


def _take_all() -> tuple[Counter[_Counted], Mapping[_OfTarget, _Span]]:
    with _lock:
        taken = Counter(_counted), dict(_of_targets)
        _counted.clear()
        _of_targets.clear()
    return taken


def _keep(more: Mapping[_OfTarget, _Span]) -> None:
    """Add to what is counted for targets. The caller holds the lock."""
    for target, span in more.items():
        known = _of_targets.get(target)
        _of_targets[target] = span.joined(known) if known else span


def _tell(of_targets: Mapping[_OfTarget, _Span]) -> None:
    # In one order everywhere, as below.
    for (route, target_id, door, why), span in sorted(of_targets.items(), key=_target):
        publish(
            MailRefused(
                route=route,
                target_id=target_id,
                door=door,
                why=why,
                total=span.total,
                since=span.since,
                until=span.until,
            )
        )


def _target(item: tuple[_OfTarget, _Span]) -> _OfTarget:
    return item[0]


def _add(counted: Counter[_Counted]) -> None:
    """One statement for all: several processes count the same things, and none may undo what another has added."""
    # In one order everywhere, so that two that write at once cannot wait for each other.
    rows = [
        {"day": day, "door": door.value, "why": why.value, "total": total}
        for (day, door, why), total in sorted(counted.items())
    ]
    is_postgresql = session().get_bind().dialect.name == "postgresql"
    insert = postgresql.insert(DoorRefusal) if is_postgresql else sqlite.insert(DoorRefusal)
    session.execute(
        insert.values(rows).on_conflict_do_update(
            index_elements=sa.inspect(DoorRefusal).primary_key,
            set_={"total": DoorRefusal.total + insert.excluded.total},
        )
    )
