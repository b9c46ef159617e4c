"""How long things are kept: each feature says what it forgets and after how long, one job carries it out every day.

Source: GDPR, article 5(1)(e): no longer than is necessary. The limits are settings (docs/configuration.md).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from blog.core import clock
from blog.core.config import Settings, current_settings
from blog.core.db import leave_nothing_behind, unit_of_work
from blog.core.jobs.queue import Payload, job

EVERY = timedelta(days=1)
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Retention:
    """Something that is forgotten in time.

    `kept_for` says how long; `forget` forgets a portion of what is older than an instant, within a unit of work, and
    returns how much that was: it is called until there is nothing more.
    """

    name: str
    kept_for: Callable[[Settings], timedelta]
    forget: Callable[[datetime], int]


_registered: dict[str, Retention] = {}


def register_retention(*retentions: Retention) -> None:
    """Have things forgotten in time. Registering a name again replaces it: an application is made many times."""
    _registered.update({each.name: each for each in retentions})


def forget_what_is_old() -> dict[str, int]:
    """Forget all that is older than it may be. Opens its own units of work; returns how much of each was forgotten."""
    settings, now = current_settings(), clock.now()
    return {
        each.name: _forget_all(each, now - each.kept_for(settings))
        for _name, each in sorted(_registered.items())
    }


@job("core.retention", every=EVERY)
def forget_daily(_payload: Payload) -> None:
    """Forget what is old, and say in the log how much that was."""
    forgotten = {name: count for name, count in forget_what_is_old().items() if count}
    leave_nothing_behind()
    if forgotten:
        log.info("old data was forgotten", **forgotten)


def _forget_all(retention: Retention, before: datetime) -> int:
    total = 0
    while True:
        with unit_of_work():
            count = retention.forget(before)
        total += count
        if not count:
            return total
