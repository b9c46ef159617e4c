"""Every read of ledgers: their rows, who has seen them, and where somebody has to look again."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager

from blog.challenges.ledger.leaves import MOMENTS, Kind
from blog.challenges.ledger.timestamps import SKEW
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.models.ledger import LedgerCheckpoint, LedgerLeaf, LedgerRefusal, LedgerStamp
from blog.challenges.queries.pages import PAGE_SIZE, page_of, place
from blog.core.db import session
from blog.core.pagination import Page
from blog.mailroom.doors.terms import terms_of as terms_of_door
from blog.mailroom.values import Door

# After what decides something a checkpoint is shown to the authorities at once; after anything else, so much later.
ANCHORED_EVERY = timedelta(minutes=15)
# What only says who has seen the ledger: nobody need see that in turn.
_OF_WITNESSES = (Kind.ANCHOR, Kind.KEY)
_CHECKPOINTS_SHOWN = 20


def grown_challenges() -> Sequence[int]:
    """Where rows stand that no checkpoint covers, by id."""
    return session.scalars(
        sa.select(Challenge.id).where(Challenge.ledger_size > _newest_size()).order_by(Challenge.id)
    ).all()


def challenges_with_refusals(since: datetime) -> Sequence[int]:
    """Where something that was refused at `since` or before stands in no row, by id."""
    return session.scalars(
        sa.select(LedgerRefusal.challenge_id)
        .where(LedgerRefusal.since <= since)
        .order_by(LedgerRefusal.challenge_id)
        .distinct()
    ).all()


def unanchored(authority: str, now: datetime, most: int) -> Sequence[LedgerCheckpoint]:
    """The newest checkpoints that an authority should stamp now: of so many challenges at most.

    Something was decided since it last stamped that ledger; or anything else happened, and that was a while ago. What
    has waited longest comes first. One that is ahead of our clock, which was wrong when it was made, is none of them
    until then: no stamp can be as late as it.
    """
    stamped = (
        sa.select(LedgerCheckpoint.id)
        .where(
            LedgerCheckpoint.challenge_id == Challenge.id,
            sa.exists().where(
                LedgerStamp.checkpoint_id == LedgerCheckpoint.id, LedgerStamp.authority == authority
            ),
        )
        .order_by(LedgerCheckpoint.size.desc())
        .limit(1)
        .correlate(Challenge)
        .scalar_subquery()
    )
    last, newest = aliased(LedgerCheckpoint), LedgerCheckpoint
    is_news = sa.exists().where(
        LedgerLeaf.challenge_id == Challenge.id,
        LedgerLeaf.position >= sa.func.coalesce(last.size, 0),
        LedgerLeaf.position < newest.size,
        LedgerLeaf.kind.not_in(_OF_WITNESSES),
        sa.or_(LedgerLeaf.kind.in_(MOMENTS), last.id.is_(None), last.at <= now - ANCHORED_EVERY),
    )
    query = (
        sa.select(newest)
        .join(Challenge, sa.and_(newest.challenge_id == Challenge.id, newest.size == _newest_size()))
        .outerjoin(last, last.id == stamped)
        .where(is_news, newest.at <= now + SKEW)
        .order_by(newest.at, newest.challenge_id)
        .limit(most)
    )
    return session.scalars(query).all()


def ledger_page(challenge: Challenge, cursor: str | None) -> Page[LedgerLeaf]:
    """Rows of a ledger in their order. Raises `InvalidInput`."""
    query = sa.select(LedgerLeaf).where(LedgerLeaf.challenge_id == challenge.id).order_by(LedgerLeaf.position)
    if cursor:
        query = query.where(LedgerLeaf.position > place(cursor))
    rows = session.scalars(query.limit(PAGE_SIZE + 1)).all()
    return page_of(rows, rows[PAGE_SIZE - 1].position if len(rows) > PAGE_SIZE else None)


def first_row(challenge: Challenge) -> LedgerLeaf | None:
    """The row that says that a challenge was opened; None before that."""
    return session.scalar(
        sa.select(LedgerLeaf).where(LedgerLeaf.challenge_id == challenge.id, LedgerLeaf.position == 0)
    )


def row_of_entry(entry: Entry) -> LedgerLeaf | None:
    """The row that says that an entry has arrived; None before its challenge has a ledger."""
    return session.scalar(
        sa.select(LedgerLeaf).where(LedgerLeaf.entry_id == entry.id, LedgerLeaf.kind == Kind.ENTRY)
    )


def newest_checkpoints(challenge: Challenge, most: int = _CHECKPOINTS_SHOWN) -> Sequence[LedgerCheckpoint]:
    """The last checkpoints of a ledger, the newest first."""
    return session.scalars(
        sa.select(LedgerCheckpoint)
        .where(LedgerCheckpoint.challenge_id == challenge.id)
        .order_by(LedgerCheckpoint.size.desc())
        .limit(most)
    ).all()


def checkpoint_of_size(challenge: Challenge, size: int) -> LedgerCheckpoint | None:
    """The checkpoint over so many rows; None where none was made."""
    return session.scalar(
        sa.select(LedgerCheckpoint).where(
            LedgerCheckpoint.challenge_id == challenge.id, LedgerCheckpoint.size == size
        )
    )


def newest_stamps(challenge: Challenge, most: int = _CHECKPOINTS_SHOWN) -> Sequence[LedgerStamp]:
    """The last stamps of authorities on checkpoints of a ledger, the newest first, with their checkpoints."""
    return session.scalars(
        sa.select(LedgerStamp)
        .join(LedgerStamp.checkpoint)
        .where(LedgerCheckpoint.challenge_id == challenge.id)
        .options(contains_eager(LedgerStamp.checkpoint))
        .order_by(LedgerStamp.id.desc())
        .limit(most)
    ).all()


def stamp_on(checkpoint: LedgerCheckpoint, authority: str) -> LedgerStamp | None:
    """What an authority has given us for a checkpoint."""
    return session.scalar(
        sa.select(LedgerStamp).where(
            LedgerStamp.checkpoint_id == checkpoint.id, LedgerStamp.authority == authority
        )
    )


def settling_of(challenge: Challenge, door: Door) -> timedelta:
    """How long after closing mail that was sent in time may still come in by a door, by the terms in force.

    They are fixed in the ledger: what holds for a door today is asked for only where there is none yet.
    """
    said = settling_in_force(challenge)
    return terms_of_door(door).settling if said is None else timedelta(seconds=said.get(door.value, 0))


def settling_in_force(challenge: Challenge) -> Mapping[str, int] | None:
    """For how many seconds mail may be under way, by door, as the ledger has it; None where there is none yet."""
    said = session.scalar(
        sa.select(LedgerLeaf.sealed)
        .where(LedgerLeaf.challenge_id == challenge.id, LedgerLeaf.kind.in_((Kind.OPENED, Kind.AMENDED)))
        .order_by(LedgerLeaf.position.desc())
        .limit(1)
    )
    return None if said is None else json.loads(said).get("settling", {})


def _newest_size() -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.coalesce(sa.func.max(LedgerCheckpoint.size), 0))
        .where(LedgerCheckpoint.challenge_id == Challenge.id)
        .correlate(Challenge)
        .scalar_subquery()
    )
