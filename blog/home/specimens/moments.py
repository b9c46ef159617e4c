"""Moments of the style guide, near and far."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Moments:
    """Moments around the one at which the page is made."""

    now: datetime
    seconds_ago: datetime
    minutes_ago: datetime
    hours_ago: datetime
    days_ago: datetime
    long_ago: datetime
    in_minutes: datetime
    in_hours: datetime
    in_days: datetime


def moments(now: datetime) -> Moments:
    """All of them, seen from `now`."""
    return Moments(
        now=now,
        seconds_ago=now - timedelta(seconds=20),
        minutes_ago=now - timedelta(minutes=7),
        hours_ago=now - timedelta(hours=5),
        days_ago=now - timedelta(days=3),
        long_ago=now - timedelta(days=400),
        in_minutes=now + timedelta(minutes=40),
        in_hours=now + timedelta(hours=30),
        in_days=now + timedelta(days=9),
    )
