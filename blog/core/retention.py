"""How long things are kept: each feature says what it forgets and after how long, one job carries it out every day.

Source: GDPR, article 5(1)(e): no longer than is necessary. The limits are settings (docs/configuration.md).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog

from blog.core import clock
from blog.core.config import Settings, current_settings
from blog.core.db import Base, leave_nothing_behind, session, unit_of_work
from blog.core.jobs.queue import Payload, job
from blog.core.portions import in_portions

EVERY = timedelta(days=1)
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Retention:
    """Something that is forgotten in time.

    `kept_for` says how long. `find` selects the keys of what is older than an instant: once for all of them, where
    nobody waits for it, however much there is to look through. `forget` gets that instant and a portion of the keys,
    within a unit of work, passes over what is no longer to be forgotten, and returns how much it forgot.
    """

    name: str
    kept_for: Callable[[Settings], timedelta]
    find: Callable[[datetime], sa.Select[Any]]
    forget: Callable[[datetime, Sequence[Any]], int]


_registered: dict[str, Retention] = {}


def register_retention(*retentions: Retention) -> None:
    """Have things forgotten in time. Registering a name again replaces it: an application is made many times."""
    _registered.update({each.name: each for each in retentions})


def retentions() -> Sequence[Retention]:
    """Everything that is forgotten in time, by name."""
    return [each for _name, each in sorted(_registered.items())]


def rows_that_go(
    name: str,
    kept_for: Callable[[Settings], timedelta],
    model: type[Base],
    are_old: Callable[[datetime], sa.ColumnElement[bool]],
) -> Retention:
    """Rows that are removed once they are older than they may be; `are_old` says which ones were so at an instant."""
    key = sa.inspect(model).primary_key[0]

    def forget(before: datetime, keys: Sequence[Any]) -> int:
        gone = session.execute(
            sa.delete(model)
            .where(key.in_(keys), are_old(before))
            .returning(key)
            .execution_options(synchronize_session=False)
        )
        return len(gone.all())

    return Retention(name, kept_for, lambda before: sa.select(key).where(are_old(before)), forget)


def forget_what_is_old() -> dict[str, int]:
    """Forget all that is older than it may be. Opens its own units of work; returns how much of each was forgotten."""
    settings, now = current_settings(), clock.now()
    return {each.name: _forget_all(each, now - each.kept_for(settings)) for each in retentions()}


@job("core.retention", every=EVERY)
def forget_daily(_payload: Payload) -> None:
    """Forget what is old, and say in the log how much that was."""
    forgotten = {name: count for name, count in forget_what_is_old().items() if count}
    leave_nothing_behind()
    if forgotten:
        log.info("old data was forgotten", **forgotten)


def _forget_all(retention: Retention, before: datetime) -> int:
    # Numbers only: of a million rows they take less memory than one large message.
    keys = session.scalars(retention.find(before)).all()
    session.rollback()
    total = 0
    for portion in in_portions(keys):
        with unit_of_work():
            total += retention.forget(before, portion)
    return total
