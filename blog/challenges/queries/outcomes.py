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
from blog.challenges.outcome import Contest, EntryState, Outcome, ToJudge, beyond_limit, decide, to_judge
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
        for challenge_id, (contest, entries) in standings_of(challenges).items()
    }


def contest_and_outcome_of(challenge: Challenge) -> tuple[Contest, Outcome]:
    """What decides in a challenge, and the outcome by it, read once."""
    contest, entries = standings_of([challenge])[challenge.id]
    return contest, decide(entries, contest)


def standing_of(challenge: Challenge) -> tuple[Contest, Outcome, ToJudge]:
    """The same, and how much there is to judge, as long as anything is to be decided."""
    contest, entries = standings_of([challenge])[challenge.id]
    outcome = decide(entries, contest)
    return contest, outcome, to_judge(entries, contest, outcome)


def contest_of(challenge: Challenge) -> Contest:
    """What the terms of a challenge say that decides, and whose prizes are given away already."""
    return _contests_of([challenge])[challenge.id]


def standings_of(challenges: Collection[Challenge]) -> Mapping[int, tuple[Contest, Sequence[EntryState]]]:
    """What decides in challenges, and their entries as far as they decide anything, by challenge."""
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
    have_had_one = set(contest.holders.values()) | set(contest.has_lost)
    passed = have_had_one | outcome.over_limit
    senders = _senders_of(challenge, have_had_one)
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


def over_limit_of(challenge: Challenge) -> frozenset[int]:
    """The entries of whoever had used up their tries, by number; the same as `outcome_of` says of it, and much sooner.

    Only whoever has sent more than they had tries is looked at: of ten thousand that is a handful.
    """
    if challenge.attempts is None:
        return frozenset()
    can_win = sa.and_(Entry.challenge_id == challenge.id, Entry.eligible.is_(True), Entry.sender.is_not(None))
    too_many = (
        sa.select(Entry.sender)
        .where(can_win)
        .group_by(Entry.sender)
        .having(sa.func.count() > challenge.attempts)
    )
    query = (
        sa.select(Entry.number, is_unconfirmed(), Entry.sender)
        .select_from(Entry)
        .outerjoin(EntryConfirmation, EntryConfirmation.entry_id == Entry.id)
        .where(can_win, Entry.sender.in_(too_many))
        .order_by(Entry.number)
    )
    theirs = [
        EntryState(number, eligible=True, judgement=None, is_unconfirmed=is_unconfirmed, sender=sender)
        for number, is_unconfirmed, sender in session.execute(query)
    ]
    return frozenset(beyond_limit(theirs, challenge.attempts, have_had_prize(challenge) if theirs else ()))


def have_had_prize(challenge: Challenge) -> frozenset[int]:
    """The entries that hold a prize, or have lost one, by number; not where it was taken back as the terms changed."""
    query = (
        sa.select(Entry.number)
        .join(Award, Award.entry_id == Entry.id)
        .where(Award.challenge_id == challenge.id, Award.step != AwardStep.REVOKED)
    )
    return frozenset(session.scalars(query))


def _senders_of(challenge: Challenge, numbers: Collection[int]) -> set[str]:
    query = sa.select(Entry.sender).where(Entry.challenge_id == challenge.id, Entry.number.in_(numbers))
    return {sender for sender in session.scalars(query) if sender is not None}


@dataclass(frozen=True, slots=True)
class Told:
    """What everybody may know of the entries of a challenge that is over, by number.

    `ranks` are those that won, with the rank of the prize; `lost` the correct ones whose prize went to somebody else.
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
        lost=_lost_and_correct(challenge, contest),
        over_limit=over_limit_of(challenge),
    )


def _lost_and_correct(challenge: Challenge, contest: Contest) -> frozenset[int]:
    """The entries that have lost a prize and are correct under the terms in force.

    By other terms than those under which it was lost an answer may be wrong, or nobody had to judge it once more.
    """
    if not contest.has_lost:
        return frozenset()
    correct = sa.select(Entry.number).where(
        Entry.challenge_id == challenge.id,
        Entry.number.in_(contest.has_lost),
        Entry.ruling == Judgement.CORRECT,
    )
    return frozenset(session.scalars(correct)) - frozenset(contest.holders.values())


class Passed(StrEnum):
    """Why an entry that came before a winner did not get their prize."""

    INCORRECT = "incorrect"
    AUTOMATIC = "automatic"
    BARRED = "barred"
    # It has another prize itself.
    WON = "won"
    # Its sender has, or had, a prize of this challenge.
    ANOTHER = "another"
    # It was not claimed in time, or its sender did not want it.
    LOST = "lost"


def passed_over(challenge: Challenge, winning_number: int) -> Mapping[Passed, int]:
    """How many entries came before one that won, by why they did not.

    There are no others: an earlier entry that was correct or not judged would have kept this one from winning. Barred
    are also those beyond the tries of their senders, of which no row says so, and those that had lost a prize before
    the terms were changed, and that nobody judged again.
    """
    contest = contest_of(challenge)
    lost, over_limit = _lost_and_correct(challenge, contest), over_limit_of(challenge)
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
        elif number in lost:
            counts[Passed.LOST] += 1
        elif number in contest.holders.values():
            counts[Passed.WON] += 1
        elif ruling == Judgement.INCORRECT:
            counts[Passed.INCORRECT] += 1
        elif number in contest.has_lost:
            counts[Passed.BARRED] += 1
        else:
            counts[Passed.ANOTHER] += 1
    return counts
