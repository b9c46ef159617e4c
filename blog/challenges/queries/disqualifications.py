"""Every read about who may take part: disqualifications, tries, and which entries may be of one person."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from blog.challenges.models.challenges import Challenge
from blog.challenges.models.disqualifications import Disqualification
from blog.challenges.models.entries import Entry, EntryConfirmation
from blog.challenges.outcome import EntryState, beyond_limit
from blog.challenges.queries.entries import is_unconfirmed
from blog.challenges.queries.outcomes import have_had_prize
from blog.challenges.values import Shared, Tries
from blog.core.db import session
from blog.mailroom.models import Delivery, ReadMessage
from blog.mailroom.values import Door

# What a page shows of entries that may be of one person: whoever wants to see more looks at one of them.
_GROUPS_SHOWN = 20
_NUMBERS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class SharedBy:
    """Entries that have something in common, in order of arrival; never what that is."""

    what: Shared
    numbers: Sequence[int]


def disqualification_of(entry: Entry) -> Disqualification | None:
    """Why an entry cannot take part, as far as an editor has said so and that holds."""
    query = sa.select(Disqualification).where(
        Disqualification.entry_id == entry.id, Disqualification.lifted_at.is_(None)
    )
    return session.scalar(query)


def disqualifications_of(entry: Entry) -> Sequence[Disqualification]:
    """What editors have said of whether an entry may take part, the last one first."""
    query = sa.select(Disqualification).where(Disqualification.entry_id == entry.id)
    return session.scalars(query.order_by(Disqualification.id.desc())).all()


def disqualifications_by_entry(entry_ids: Sequence[int]) -> Mapping[int, Sequence[Disqualification]]:
    """The same for several entries, by their ids; none is left out that has one, the first one first."""
    query = sa.select(Disqualification).where(Disqualification.entry_id.in_(entry_ids))
    found: defaultdict[int, list[Disqualification]] = defaultdict(list)
    for each in session.scalars(query.order_by(Disqualification.id)):
        found[each.entry_id].append(each)
    return found


def tries_over_limit(entry: Entry) -> Tries | None:
    """Which try an entry is, where its sender had used up theirs before it; None where it counts."""
    attempts = entry.challenge.attempts
    if attempts is None or entry.sender is None or not entry.eligible:
        return None
    query = (
        sa.select(Entry.number, is_unconfirmed())
        .outerjoin(EntryConfirmation, EntryConfirmation.entry_id == Entry.id)
        .where(
            Entry.challenge_id == entry.challenge_id,
            Entry.sender == entry.sender,
            Entry.eligible.is_(True),
            Entry.number <= entry.number,
        )
        .order_by(Entry.number)
    )
    theirs = [
        EntryState(number, eligible=True, judgement=None, is_unconfirmed=unconfirmed, sender=entry.sender)
        for number, unconfirmed in session.execute(query)
    ]
    if entry.number not in beyond_limit(theirs, attempts) or entry.number in have_had_prize(entry.challenge):
        return None
    return Tries(len(theirs), attempts)


def shared_with(entry: Entry) -> Mapping[int, Sequence[Shared]]:
    """Which other entries have something in common with one that may mean that one person has sent both, and what.

    The same words alone say nothing: they may just be right.
    """
    found: defaultdict[int, list[Shared]] = defaultdict(list)
    mine = _traits().where(Entry.id == entry.id)
    row = session.execute(mine).first()
    if row is None:
        return {}
    for what, key in _KEYS.items():
        value = getattr(row, what.value)
        if not value:
            continue
        others = _traits().where(Entry.challenge_id == entry.challenge_id, Entry.id != entry.id, key == value)
        for other in session.execute(others.order_by(Entry.number).limit(_NUMBERS_SHOWN)):
            found[other.number].append(what)
    return {number: what for number, what in sorted(found.items()) if what != [Shared.WORDS]}


def shared_in(challenge: Challenge) -> Sequence[SharedBy]:
    """The entries of a challenge that may be of one person each: those with the same address, name or network."""
    groups: list[SharedBy] = []
    for what in (Shared.ADDRESS, Shared.NAME, Shared.NETWORK):
        key = _KEYS[what]
        several = (
            _traits()
            .with_only_columns(key.label("key"))
            .where(Entry.challenge_id == challenge.id, key != "")
            .group_by(key)
            .having(sa.func.count() > 1)
            .order_by(sa.func.min(Entry.number))
            .limit(_GROUPS_SHOWN)
            .subquery()
        )
        rows = session.execute(
            _traits()
            .with_only_columns(Entry.number, key.label("key"))
            .where(Entry.challenge_id == challenge.id, key.in_(sa.select(several.c.key)))
            .order_by(Entry.number)
        )
        numbers: defaultdict[str, list[int]] = defaultdict(list)
        for number, value in rows:
            numbers[str(value)].append(number)
        groups += [SharedBy(what, found[:_NUMBERS_SHOWN]) for found in numbers.values()]
    return groups


_KEYS: Mapping[Shared, sa.ColumnElement[str | None]] = {
    Shared.ADDRESS: sa.type_coerce(Entry.sender, sa.String()),
    Shared.NAME: sa.func.lower(ReadMessage.from_name),
    # Of mail it is the server that handed it in, which says nothing of its sender.
    Shared.NETWORK: sa.case((Delivery.door == Door.FORM, Delivery.peer), else_=""),
    Shared.WORDS: sa.type_coerce(Entry.answer_key, sa.String()),
}


def _traits() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(Entry.number, *(key.label(what.value) for what, key in _KEYS.items()))
        .select_from(Entry)
        .join(Delivery, Delivery.id == Entry.delivery_id)
        .join(ReadMessage, ReadMessage.delivery_id == Entry.delivery_id)
        .where(Entry.eligible.is_not(None), Delivery.forgotten_at.is_(None))
    )
