"""The one clock of the program: aware, in UTC. Tests pin it with `time_machine`."""

import math
from datetime import UTC, datetime, timedelta


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def minutes_until(instant: datetime) -> int:
    """How many minutes one has to wait for `instant`: whole ones, rounded up, at least one."""
    return max(math.ceil((instant - now()) / timedelta(minutes=1)), 1)
