"""What the clock does to a challenge: it opens and closes by itself, under the lock of its row."""

from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from blog.challenges.ledger import leaves
from blog.challenges.ledger.leaves import Kind
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.ledger import LedgerLeaf
from blog.challenges.policy import is_past_closing, status_at
from blog.challenges.queries.challenges import challenge_locked
from blog.challenges.recording import MOMENT, append, end_of_ledger
from blog.challenges.values import ChallengeStatus
from blog.core import clock
from blog.core.db import session


def caught_up(challenge: Challenge) -> Challenge:
    """A challenge as it is now, locked, after what its times say has been written down. Raises `NotFound`.

    Whoever decides anything about a challenge asks for it with this: the job that looks at the clock may be late.
    Once a row was written at the closing time or later it has closed, whatever the clock says since: all that comes
    after that row is late.
    """
    locked = challenge_locked(challenge)
    now = clock.now()
    if locked.status == ChallengeStatus.SCHEDULED and status_at(locked, now) is not ChallengeStatus.SCHEDULED:
        # Its first row is what opens it.
        end_of_ledger(locked.id)
    if locked.status == ChallengeStatus.OPEN and locked.closes_at is not None:
        # One that was opened before there were ledgers gets its rows in their order.
        end = end_of_ledger(locked.id)
        if is_past_closing(locked, max(now, end.at)):
            locked.status = ChallengeStatus.CLOSED
            session.flush()
            append(locked.id, [leaves.closed(closes_at=locked.closes_at)])
    return locked


def stop(challenge: Challenge) -> None:
    """Take no more answers from now on, if any were taken: what arrives later is late. The caller has the lock.

    What has arrived is not, even if somebody has set back the clock since. It closes no later than was said, also when
    that time has come meanwhile.
    """
    if challenge.status == ChallengeStatus.OPEN:
        # One that was opened before there were ledgers gets its rows in their order.
        end_of_ledger(challenge.id)
        now = first_closing_time(challenge)
        stop_at(challenge, min(challenge.closes_at or now, now))


def stop_at(challenge: Challenge, closes_at: datetime) -> None:
    """Write down that an open challenge has closed at `closes_at`. The caller has the lock."""
    challenge.status, challenge.closes_at = ChallengeStatus.CLOSED, closes_at
    session.flush()
    append(challenge.id, [replace(leaves.closed(closes_at=closes_at), at=closes_at)])


def first_closing_time(challenge: Challenge) -> datetime:
    """The earliest instant at which a challenge can close: no answer that has arrived comes too late by it."""
    newest, now = last_arrival(challenge), clock.now()
    return max(now, newest + MOMENT) if newest is not None else now


def last_arrival(challenge: Challenge) -> datetime | None:
    """When the newest answer has come, as its row says it: in the future, perhaps, once a clock was set back."""
    return session.scalar(
        sa.select(sa.func.max(LedgerLeaf.at)).where(
            LedgerLeaf.challenge_id == challenge.id, LedgerLeaf.kind == Kind.ENTRY
        )
    )
