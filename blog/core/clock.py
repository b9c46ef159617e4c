"""The one clock of the program: aware, in UTC. Tests pin it with `time_machine`."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)
