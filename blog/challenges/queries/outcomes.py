"""How far a challenge has come."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from blog.challenges.models.awards import Award
from blog.challenges.models.challenges import Challenge, Prize
from blog.challenges.models.entries import Entry, EntryConfirmation
from blog.challenges.outcome import Contest, EntryState, Outcome, decide
from blog.challenges.queries.entries import is_unconfirmed, judgement_of
from blog.challenges.values import MACHINES, AwardStep, ChallengeStatus, Judgement
from blog.core.db import session
from blog.mailroom.models import Delivery


def outcome_of(challenge: Challenge) -> Outcome:
    """The outcome as the verdicts stand now, and as far as prizes are already somebody's."""
    return outcomes_of([challenge])[challenge.id]


def outcomes_of(challenges: Collection[Challenge]) -> Mapping[int, Outcome]:
    """The outcomes of challenges, by challenge, read together."""
    return {
        challenge_id: decide(entries, contest)
        for challenge_id, (contest, entries) in _standings_of(challenges).items()
    }


def contest_and_outcome_of(challenge: Challenge) -> tuple[Contest, Outcome]:
    """What decides in a challenge, and the outcome by it, read once."""
    contest, entries = _standings_of([challenge])[challenge.id]
    return contest, decide(entries, contest)


def contest_of(challenge: Challenge) -> Contest:
    """What the terms of a challenge say that decides, and whose prizes are given away already."""
    return _contests_of([challenge])[challenge.id]


def _standings_of(challenges: Collection[Challenge]) -> Mapping[int, tuple[Contest, Sequence[EntryState]]]:
    query = (
        sa.select(
            Entry.challenge_id, Entry.number, Entry.eligible, Entry.ruling, is_unconfirmed(), Entry.sender
        )
        .select_from(Entry)
        .outerjoin(EntryConfirmation, EntryConfirmation.entry_id == Entry.id)
        .where(_is_of(Entry.challenge_id, challenges))
    )
    entries: defaultdict[int, list[EntryState]] = defaultdict(list)
    for challenge_id, number, eligible, ruling, unconfirmed, sender in session.execute(query):
        entries[challenge_id].append(EntryState(number, eligible, judgement_of(ruling), unconfirmed, sender))
    return {
        challenge_id: (contest, entries[challenge_id])
        for challenge_id, contest in _contests_of(challenges).items()
    }


def _contests_of(challenges: Collection[Challenge]) -> Mapping[int, Contest]:
    holders: defaultdict[int, dict[int, int]] = defaultdict(dict)
    has_lost: defaultdict[int, set[int]] = defaultdict(set)
    awards = (
        sa.select(Award.challenge_id, Award.rank, Award.step, Award.is_living, Entry.number)
        .join(Entry, Entry.id == Award.entry_id)
        .where(_is_of(Award.challenge_id, challenges))
    )
    for challenge_id, rank, step, is_living, number in session.execute(awards):
        if is_living:
            holders[challenge_id][rank] = number
        elif step != AwardStep.REVOKED:
            has_lost[challenge_id].add(number)
    prizes = (
        sa.select(Prize.challenge_id, sa.func.count().label("prizes"))
        .where(_is_of(Prize.challenge_id, challenges))
        .group_by(Prize.challenge_id)
    )
    counts = {row.challenge_id: row.prizes for row in session.execute(prizes)}
    return {
        each.id: Contest(
            # Of before prizes had rows there is one.
            prizes=max(counts.get(each.id, 0), 1),
            attempts=each.attempts,
            holders=holders[each.id],
            has_lost=frozenset(has_lost[each.id]),
        )
        for each in challenges
    }


def _is_of(column: InstrumentedAttribute[int], challenges: Collection[Challenge]) -> sa.ColumnElement[bool]:
    return column.in_([each.id for each in challenges])


def correct_and_unconfirmed(challenge: Challenge) -> Sequence[Entry]:
    """The correct entries that wait for the word of their senders, as far as what is sure leaves them a prize.

    Not those that have a prize, or have lost one, nor those of whoever has one or had used up their tries.
    """
    contest, outcome = contest_and_outcome_of(challenge)
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
    held = set(contest.holders.values())
    senders = {entry.sender for entry, _unconfirmed in rows if entry.number in held} - {None}
    passed = held | set(contest.has_lost) | outcome.over_limit
    vacant = contest.prizes - len(contest.holders)
    waiting: list[Entry] = []
    for entry, unconfirmed in rows:
        if entry.number in passed or entry.sender in senders:
            continue
        if unconfirmed:
            waiting.append(entry)
            continue
        vacant -= 1
        if entry.sender is not None:
            senders.add(entry.sender)
        if vacant <= 0:
            break
    return waiting


@dataclass(frozen=True, slots=True)
class Told:
    """What everybody may know of the entries of a challenge that is over, by number.

    `ranks` are those that won, with the rank of the prize; `lost` those whose prize went to somebody else.
    """

    ranks: Mapping[int, int]
    lost: Collection[int]
    over_limit: Collection[int]


def told_of(challenge: Challenge) -> Told | None:
    """What is told of the entries of a challenge that is over; None before that, and of one that was cancelled."""
    if challenge.status not in {ChallengeStatus.FINAL, ChallengeStatus.NO_WINNER}:
        return None
    contest = contest_of(challenge)
    return Told(
        ranks={number: rank for rank, number in contest.holders.items()},
        lost=contest.has_lost,
        over_limit=outcome_of(challenge).over_limit if contest.attempts is not None else (),
    )


class Passed(StrEnum):
    """Why an entry that came before a winner did not get their prize."""

    INCORRECT = "incorrect"
    AUTOMATIC = "automatic"
    BARRED = "barred"
    # Its sender has, or had, a prize of this challenge.
    ANOTHER = "another"
    # It was not claimed in time, or its sender did not want it.
    LOST = "lost"


def passed_over(challenge: Challenge, winning_number: int) -> Mapping[Passed, int]:
    """How many entries came before one that won, by why they did not.

    There are no others: an earlier entry that was correct or not judged would have kept this one from winning.
    `over_limit` are those beyond the tries of their senders, of which no row says so.
    """
    contest = contest_of(challenge)
    held, lost = set(contest.holders.values()), set(contest.has_lost)
    over_limit = outcome_of(challenge).over_limit if contest.attempts is not None else frozenset[int]()
    earlier = session.execute(
        sa.select(Entry.number, Entry.why_not, Entry.ruling).where(
            Entry.challenge_id == challenge.id, Entry.number < winning_number
        )
    )
    counts: Counter[Passed] = Counter()
    for number, why_not, ruling in earlier:
        if why_not is not None:
            counts[Passed.AUTOMATIC if why_not in MACHINES else Passed.BARRED] += 1
        elif number in over_limit:
            counts[Passed.BARRED] += 1
        elif number in lost and number not in held:
            counts[Passed.LOST] += 1
        elif ruling == Judgement.INCORRECT:
            counts[Passed.INCORRECT] += 1
        else:
            counts[Passed.ANOTHER] += 1
    return counts
