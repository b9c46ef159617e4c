"""Every read about what is told once a challenge is over: to whom, and whose answers were correct as well."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from blog.accounts.values import email_key
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry, EntryConfirmation
from blog.challenges.queries.awards import results_of
from blog.challenges.queries.entrants import addresses_of_winners, entrants_of
from blog.challenges.queries.entries import is_unconfirmed
from blog.challenges.queries.outcomes import Told, over_limit_of
from blog.challenges.values import ChallengeStatus, Judgement
from blog.core.db import session
from blog.mailroom.models import Delivery

# So many stand on the roll of honour; of the others it is said how many they are.
ROLL = 50
_TOLD = frozenset({ChallengeStatus.FINAL, ChallengeStatus.NO_WINNER})


@dataclass(frozen=True, slots=True)
class Honour:
    """A correct answer: its number, when it came, and its sender's name if they want it there. `rank`: what it won."""

    number: int
    received_at: datetime
    name: str
    rank: int | None


@dataclass(frozen=True, slots=True)
class Roll:
    """The roll of honour of a challenge, in the order of arrival; `more` correct answers do not stand on it.

    `unjudged`: how many answers took part on which nobody had to decide; some may be correct as well.
    """

    honours: Sequence[Honour]
    more: int = 0
    unjudged: int = 0


def roll_of(challenge: Challenge) -> Roll:
    """The correct answers of a challenge that is over, in the order of arrival; empty while it goes on."""
    if challenge.status not in _TOLD:
        return Roll(())
    over_limit = over_limit_of(challenge)
    numbers = [number for number in _numbers_of(challenge, _is_correct()) if number not in over_limit]
    open_ones = _numbers_of(challenge, _takes_part(), _is_undecided())
    # They may be thousands: only of those that are shown all is read.
    shown = session.execute(
        sa.select(Entry.number, Entry.received_at, Entry.honour_name)
        .where(Entry.challenge_id == challenge.id, Entry.number.in_(numbers[:ROLL]))
        .order_by(Entry.number)
    )
    won = {result.number: result for result in results_of([challenge]).get(challenge.id, ())}
    honours = [
        Honour(number, received_at, won[number].shown_name, won[number].rank)
        if number in won
        else Honour(number, received_at, name or "", None)
        for number, received_at, name in shown
    ]
    unjudged = sum(number not in over_limit for number in open_ones)
    return Roll(honours, max(len(numbers) - ROLL, 0), unjudged)


def names_on_roll(challenge: Challenge) -> Mapping[int, str]:
    """The names that senders of correct answers have chosen for the roll of honour, by the numbers of these."""
    chosen = session.execute(
        sa.select(Entry.number, Entry.honour_name)
        .where(Entry.challenge_id == challenge.id, Entry.honour_name.is_not(None))
        .order_by(Entry.number)
    )
    return {number: name or "" for number, name in chosen}


def is_on_roll(entry: Entry, told: Told | None) -> bool:
    """Whether an entry is one of the correct answers of a challenge of which everybody is `told` how it has ended."""
    asked = entry.confirmation
    return (
        told is not None
        and bool(entry.eligible)
        and entry.ruling == Judgement.CORRECT
        and (asked is None or asked.confirmed_at is not None)
        and entry.number not in told.over_limit
    )


def addresses_to_tell(challenge: Challenge, told: Told) -> Mapping[int, str]:
    """Who is told by mail how a challenge has ended: their entries, and the addresses. `told`: how that was.

    One for each address, that of which they would most like to know: its first correct entry, one that had a prize
    before the others, else the first that took part, or the first. Whoever has won a prize is not among them, nor is
    who has said at one of their entries that they would rather not be.
    """
    correct = frozenset(_numbers_of(challenge, _is_correct())).difference(told.over_limit)

    def how_good(entry: Entry) -> tuple[bool, ...]:
        return entry.number in correct, entry.number in told.lost, bool(entry.eligible)

    entries = sorted(entrants_of(challenge.id), key=lambda each: how_good(each[0]), reverse=True)
    done = {email_key(address) for address in addresses_of_winners(challenge.id)}
    done |= {email_key(address) for entry, address in entries if entry.result_unwanted_at is not None}
    to_tell: dict[int, str] = {}
    for entry, address in entries:
        key = email_key(address)
        if key and key not in done:
            done.add(key)
            to_tell[entry.id] = address
    return to_tell


def entries_to_write_to(entry_ids: Sequence[int]) -> Sequence[Entry]:
    """These entries with all that a letter about them says, without those that have been forgotten since."""
    query = (
        sa.select(Entry)
        .join(Entry.delivery)
        .where(Entry.id.in_(entry_ids), Delivery.forgotten_at.is_(None))
        .order_by(Entry.number)
        .options(
            joinedload(Entry.challenge),
            joinedload(Entry.confirmation),
            joinedload(Entry.delivery).joinedload(Delivery.message),
        )
    )
    return session.scalars(query).all()


def _numbers_of(challenge: Challenge, *which: sa.ColumnElement[bool]) -> Sequence[int]:
    query = sa.select(Entry.number).outerjoin(EntryConfirmation, EntryConfirmation.entry_id == Entry.id)
    return session.scalars(
        query.where(Entry.challenge_id == challenge.id, *which).order_by(Entry.number)
    ).all()


def _is_correct() -> sa.ColumnElement[bool]:
    return sa.and_(_takes_part(), Entry.ruling == Judgement.CORRECT)


def _is_undecided() -> sa.ColumnElement[bool]:
    return sa.or_(Entry.ruling.is_(None), Entry.ruling == Judgement.UNCLEAR)


def _takes_part() -> sa.ColumnElement[bool]:
    return sa.and_(Entry.eligible.is_(True), sa.not_(is_unconfirmed()))
