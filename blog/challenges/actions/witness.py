"""What makes a ledger say more than what happened to entries: what was refused, and who has stamped it."""

import hashlib
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from blog.challenges.ledger import leaves
from blog.challenges.ledger.timestamps import SKEW, Stamp, StampTooEarly
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.ledger import LedgerCheckpoint, LedgerRefusal, LedgerStamp
from blog.challenges.queries.challenges import challenge_locked
from blog.challenges.recording import append
from blog.challenges.values import OVER
from blog.core import clock
from blog.core.db import session
from blog.mailroom.values import Door, RefusalReason

# So often a door may add a row about one reason: whoever floods it fills no ledger.
REFUSALS_EVERY = timedelta(hours=1)


def count_refusals(
    challenge_id: int, door: Door, why: RefusalReason, *, total: int, since: datetime, until: datetime
) -> None:
    """Count messages that a door did not take for a challenge. When it is over nothing counts any more."""
    known = sa.select(Challenge.id).where(Challenge.id == challenge_id, Challenge.status.not_in(OVER))
    if session.scalar(known) is None:
        return
    is_postgresql = session().get_bind().dialect.name == "postgresql"
    insert = postgresql.insert(LedgerRefusal) if is_postgresql else sqlite.insert(LedgerRefusal)
    values = {"door": door.value, "why": why.value, "total": total, "since": since, "until": until}
    session.execute(
        insert.values(challenge_id=challenge_id, **values).on_conflict_do_update(
            index_elements=sa.inspect(LedgerRefusal).primary_key,
            set_={
                "total": LedgerRefusal.total + insert.excluded.total,
                "since": sa.case(
                    (LedgerRefusal.since < insert.excluded.since, LedgerRefusal.since),
                    else_=insert.excluded.since,
                ),
                "until": sa.case(
                    (LedgerRefusal.until > insert.excluded.until, LedgerRefusal.until),
                    else_=insert.excluded.until,
                ),
            },
        )
    )


def record_refusals(challenge: Challenge, *, all_of_them: bool) -> None:
    """Write what was refused into the ledger: what was counted an hour ago, or all, where something was decided."""
    locked = challenge_locked(challenge)
    query = sa.select(LedgerRefusal).where(LedgerRefusal.challenge_id == locked.id)
    if not all_of_them:
        query = query.where(LedgerRefusal.since <= clock.now() - REFUSALS_EVERY)
    counted = session.scalars(
        query.order_by(LedgerRefusal.door, LedgerRefusal.why)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if not counted:
        return
    append(
        locked.id,
        [
            leaves.refused(door=each.door, why=each.why, count=each.total, since=each.since, until=each.until)
            for each in counted
        ],
    )
    for each in counted:
        session.delete(each)
    session.flush()


def keep_stamp(checkpoint: LedgerCheckpoint, authority: str, stamp: Stamp) -> None:
    """Keep what an authority says about a checkpoint, once, and say so in the ledger.

    A second worker may have asked the same authority at the same time: its stamp says nothing more. Raises
    `StampTooEarly` for one that is earlier than the checkpoint: whoever checks the ledger would take it for forged.
    """
    if stamp.stamped_at < checkpoint.at - SKEW:
        raise StampTooEarly("the stamp is earlier than the checkpoint: one of our clocks is wrong")
    locked = challenge_locked(session.get_one(Challenge, checkpoint.challenge_id))
    is_there = sa.select(LedgerStamp.id).where(
        LedgerStamp.checkpoint_id == checkpoint.id, LedgerStamp.authority == authority
    )
    if session.scalar(is_there) is not None:
        return
    session.add(
        LedgerStamp(
            checkpoint_id=checkpoint.id, authority=authority, token=stamp.token, stamped_at=stamp.stamped_at
        )
    )
    session.flush()
    token_sha256 = hashlib.sha256(stamp.token).hexdigest()
    append(locked.id, [leaves.anchor(size=checkpoint.size, authority=authority, token_sha256=token_sha256)])
