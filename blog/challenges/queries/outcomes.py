"""How far a challenge has come."""

from collections.abc import Collection, Mapping, Sequence
from itertools import takewhile

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from blog.challenges.models.awards import Award
from blog.challenges.models.challenges import Challenge, Prize
from blog.challenges.models.entries import Entry, EntryConfirmation
from blog.challenges.outcome import Contest, EntryState, Outcome, decide
from blog.challenges.queries.entries import is_unconfirmed, judgement_of
from blog.challenges.values import AwardStep, Ineligible, Judgement
from blog.core.db import session
from blog.mailroom.models import Delivery


def outcome_of(challenge: Challenge) -> Outcome:
    """The outcome as the verdicts stand now, and as far as prizes are already somebody's."""
    query = (
        sa.select(Entry.number, Entry.eligible, Entry.ruling, is_unconfirmed(), Entry.sender)
        .select_from(Entry)
        .outerjoin(EntryConfirmation, EntryConfirmation.entry_id == Entry.id)
        .where(Entry.challenge_id == challenge.id)
    )
    entries = [
        EntryState(number, eligible, judgement_of(ruling), is_unconfirmed, sender)
        for number, eligible, ruling, is_unconfirmed, sender in session.execute(query)
    ]
    return decide(entries, contest_of(challenge))


def contest_of(challenge: Challenge) -> Contest:
    """What the terms of a challenge say that decides, and whose prizes are given away already."""
    awards = session.execute(
        sa.select(Award.rank, Award.step, Award.is_living, Entry.number)
        .join(Entry, Entry.id == Award.entry_id)
        .where(Award.challenge_id == challenge.id)
    ).all()
    prizes = session.scalar(sa.select(sa.func.count()).where(Prize.challenge_id == challenge.id)) or 0
    return Contest(
        # Of before prizes had rows there is one.
        prizes=max(prizes, 1),
        attempts=challenge.attempts,
        holders={award.rank: award.number for award in awards if award.is_living},
        has_lost=frozenset(
            award.number for award in awards if not award.is_living and award.step != AwardStep.REVOKED
        ),
    )


def correct_and_unconfirmed(challenge: Challenge) -> Sequence[Entry]:
    """The correct entries that wait for the word of their senders, and nothing that is sure comes before them."""
    correct = (
        sa.select(Entry, is_unconfirmed().label("is_unconfirmed"))
        .outerjoin(EntryConfirmation, EntryConfirmation.entry_id == Entry.id)
        .where(
            Entry.challenge_id == challenge.id,
            Entry.eligible.is_(True),
            Entry.ruling == Judgement.CORRECT,
        )
        .order_by(Entry.number)
        .options(joinedload(Entry.delivery).joinedload(Delivery.message), joinedload(Entry.challenge))
    )
    rows = session.execute(correct).all()
    return [entry for entry, _unconfirmed in takewhile(lambda row: bool(row.is_unconfirmed), rows)]


def passed_over(
    challenge: Challenge, winning_number: int, over_limit: Collection[int] = ()
) -> Mapping[Ineligible | None, int]:
    """How many entries came before the one that won, by why they could not; None counts the incorrect ones.

    There are no others: an earlier entry that was correct or not judged would have kept this one from winning.
    `over_limit` are those beyond the tries of their senders, of which no row says so.
    """
    query = (
        sa.select(Entry.why_not, sa.func.count())
        .where(Entry.challenge_id == challenge.id, Entry.number < winning_number)
        .group_by(Entry.why_not)
    )
    counts = {
        None if why_not is None else Ineligible(why_not): count for why_not, count in session.execute(query)
    }
    beyond = sum(number < winning_number for number in over_limit)
    if beyond:
        counts[None] -= beyond
        counts[Ineligible.OVER_LIMIT] = beyond
    return counts
