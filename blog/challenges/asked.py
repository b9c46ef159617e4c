"""Every read about what senders were asked: whether an entry is theirs, and what they said."""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, selectinload

from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import IS_CONFIRMATION, Entry, EntryConfirmation
from blog.challenges.queries.entries import WITH_LETTER, entry_of_delivery
from blog.challenges.queries.outcomes import correct_and_unconfirmed, outcome_of
from blog.challenges.queries.vacancies import goes_on, is_beyond_change
from blog.challenges.tokens import entry_named_in
from blog.core.db import session
from blog.core.jobs.models import Work
from blog.mailroom.models import Delivery, OutboxMessage, ReadMessage, SenderCheckRecord
from blog.mailroom.queries import is_to_be_sent
from blog.mailroom.routes import local_part_of
from blog.mailroom.values import OutboxState

# The class of a sender whose domain vouches for the mail, as the mailroom calls it.
PROVEN = "aligned"


def entries_that_wait_for_senders(challenge: Challenge) -> Sequence[Entry]:
    """The entries that win but for the word of their senders, as the verdicts stand now; none once no prize is left."""
    if is_beyond_change(challenge) or outcome_of(challenge).unconfirmed is None:
        return []
    return correct_and_unconfirmed(challenge)


def challenges_that_wait_for_senders() -> Sequence[int]:
    """The challenges with a prize that is nobody's yet, in which somebody's word may be missing."""
    open_ones = sa.select(Entry.challenge_id).join(EntryConfirmation, EntryConfirmation.entry_id == Entry.id)
    query = open_ones.join(Challenge, Challenge.id == Entry.challenge_id).where(
        EntryConfirmation.confirmed_at.is_(None),
        Entry.eligible.is_(True),
        goes_on(),
    )
    return session.scalars(query.distinct().order_by(Entry.challenge_id)).all()


def overdue_confirmations(challenge: Challenge, at: datetime) -> Sequence[Entry]:
    """The entries that stand first and whose senders have not confirmed them in time; what they were asked is locked.

    Not those of which an answer is still to be read, nor those that are going to get a letter of their own.
    """
    waiting = {entry.id: entry for entry in entries_that_wait_for_senders(challenge)}
    all_asked = confirmations_of(waiting)
    overdue = [
        asked
        for asked in all_asked
        if asked.confirmed_at is None and asked.is_over(at) and not is_left_alone(asked, all_asked)
    ]
    being_confirmed = _being_confirmed() if overdue else frozenset[int]()
    # What waits with a letter that was answered waits until that has been read.
    answered = {asked.letter_id for asked in overdue if asked.entry_id in being_confirmed}
    over = (asked for asked in overdue if asked.letter_id is None or asked.letter_id not in answered)
    return [waiting[asked.entry_id] for asked in over if asked.entry_id not in being_confirmed]


def is_left_alone(asked: EntryConfirmation, all_asked: Sequence[EntryConfirmation]) -> bool:
    """Whether it waits with the letter of an entry that waits for its answer no more: then nothing asks about it."""
    if asked.letter is None or asked.is_of_itself:
        return False
    return not any(
        each.is_of_itself and each.letter_id == asked.letter_id and each.disowned_at is None
        for each in all_asked
    )


def _being_confirmed() -> Collection[int]:
    """The entries about which mail has come in that is still going to be read."""
    unread = session.execute(
        sa.select(Delivery.id, Delivery.recipient)
        .outerjoin(ReadMessage, ReadMessage.delivery_id == Delivery.id)
        .where(IS_CONFIRMATION, Delivery.forgotten_at.is_(None), ReadMessage.delivery_id.is_(None))
    ).all()
    if not unread:
        return ()
    # What was set aside keeps nobody waiting: perhaps it is never read.
    going_on = sa.select(Work.payload).where(Work.kind == "mailroom.read", Work.failed_at.is_(None))
    will_be_read = {payload.get("delivery_id") for payload in session.scalars(going_on)}
    return {
        entry_id
        for delivery_id, recipient in unread
        if delivery_id in will_be_read and (entry_id := entry_named_in(local_part_of(recipient))) is not None
    }


def is_asked_for(entry_id: int) -> bool:
    """Whether somebody was asked to confirm this entry."""
    found = sa.select(EntryConfirmation.entry_id).where(EntryConfirmation.entry_id == entry_id)
    return session.scalar(found) is not None


def asked_of(challenge: Challenge, number: int | None) -> EntryConfirmation | None:
    """What the sender of one entry was asked, with the letter; None where nobody was."""
    query = (
        sa.select(EntryConfirmation)
        .join(Entry, Entry.id == EntryConfirmation.entry_id)
        .where(Entry.challenge_id == challenge.id, Entry.number == number)
    )
    return session.scalar(query.options(WITH_LETTER)) if number is not None else None


def confirmation_of(entry_id: int) -> EntryConfirmation | None:
    """What somebody was asked about an entry in their name, locked; None where nobody was."""
    found = confirmations_of([entry_id])
    return found[0] if found else None


def confirmations_of(entry_ids: Collection[int]) -> Sequence[EntryConfirmation]:
    """What was asked about these entries, locked, in the order of their ids, with the letters as they are now."""
    locked = session.scalars(
        sa.select(EntryConfirmation)
        .where(EntryConfirmation.entry_id.in_(entry_ids))
        .order_by(EntryConfirmation.entry_id)
        .options(joinedload(EntryConfirmation.letter))
        .with_for_update(of=EntryConfirmation)
        .execution_options(populate_existing=True)
    )
    return locked.all()


def confirmations_that_wait(challenge: Challenge) -> Sequence[EntryConfirmation]:
    """What is asked of the senders of entries that stand first, or stood first when that was last looked at."""
    query = (
        sa.select(EntryConfirmation.entry_id)
        .join(Entry, Entry.id == EntryConfirmation.entry_id)
        .where(Entry.challenge_id == challenge.id, EntryConfirmation.first_since.is_not(None))
        .where(EntryConfirmation.confirmed_at.is_(None), Entry.eligible.is_(True))
    )
    return confirmations_of(session.scalars(query).all())


def letter_to(address: str, challenge: Challenge) -> OutboxMessage | None:
    """A letter that is going to ask an address about an entry which stands first and waits for that.

    None of which the week runs, or whose own entry waits no more: its answer would say nothing of another entry.
    """
    query = (
        sa.select(EntryConfirmation)
        .join(OutboxMessage, OutboxMessage.id == EntryConfirmation.letter_id)
        .join(Entry, Entry.id == EntryConfirmation.entry_id)
        .where(Entry.challenge_id == challenge.id, OutboxMessage.state == OutboxState.WAITING)
        .where(Entry.eligible.is_(True), EntryConfirmation.first_since.is_not(None))
        .where(EntryConfirmation.confirmed_at.is_(None), EntryConfirmation.disowned_at.is_(None))
        .order_by(Entry.number)
        .options(joinedload(EntryConfirmation.letter))
    )
    letters = [each.letter for each in session.scalars(query) if each.letter and each.is_of_itself]
    theirs = (letter for letter in letters if letter.recipient.lower() == address.lower())
    return next((letter for letter in theirs if is_to_be_sent(letter.id)), None)


def first_of(entry: Entry) -> Entry:
    """The entry that came first with the same mail, which takes part for all of them; itself where it came once."""
    message = session.get(ReadMessage, entry.delivery_id)
    first_id = message.duplicate_of_id if message else None
    return (entry_of_delivery(first_id) if first_id else None) or entry


def copies_of(entry: Entry) -> Sequence[Entry]:
    """The entries that are the same mail once more, which came later."""
    copy = aliased(ReadMessage)
    query = (
        sa.select(Entry)
        .join(copy, copy.delivery_id == Entry.delivery_id)
        .join(ReadMessage, ReadMessage.fingerprint == copy.fingerprint)
        .where(ReadMessage.delivery_id == entry.delivery_id, copy.duplicate_of_id == entry.delivery_id)
        .order_by(Entry.id)
        .options(selectinload(Entry.verdicts))
    )
    return session.scalars(query.where(Entry.challenge_id == entry.challenge_id)).all()


def is_vouched_for(entries: Collection[Entry]) -> bool:
    """Whether one of these, which are one mail, is proven to be of whom it names, or has been confirmed."""
    by_domain = sa.select(SenderCheckRecord.delivery_id).where(
        SenderCheckRecord.delivery_id.in_([entry.delivery_id for entry in entries]),
        SenderCheckRecord.sender_class == PROVEN,
    )
    by_sender = sa.select(EntryConfirmation.entry_id).where(
        EntryConfirmation.entry_id.in_([entry.id for entry in entries]),
        EntryConfirmation.confirmed_at.is_not(None),
    )
    return any(session.scalar(found.limit(1)) is not None for found in (by_domain, by_sender))
