"""Somebody leaves for good: their answers keep their numbers, lose everything else, and win nothing any more."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

import sqlalchemy as sa

from blog.accounts.erasing import put_references_right
from blog.accounts.holdings import Leaving
from blog.challenges.actions.entries import withdraw
from blog.challenges.actions.prizes import LEFT, withdraw_from_prizes
from blog.challenges.models.awards import Award, AwardStepTaken
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.disqualifications import Disqualification
from blog.challenges.models.entries import Entry, EntryConfirmation, Verdict
from blog.challenges.models.ledger import LedgerLeaf
from blog.challenges.queries.challenges import challenge_locked
from blog.challenges.values import STILL_TO_BE_SENT, ChallengeStatus
from blog.core import clock
from blog.core.db import session, unit_of_work
from blog.core.portions import in_portions
from blog.mailroom.models import Delivery
from blog.mailroom.own_holdings import in_the_name_of

# As in the mailroom: what came in since the eraser looked.
_LATELY = timedelta(days=1)


def erase_from_challenges(leaving: Leaving) -> None:
    """Withdraw somebody's answers where it is not over yet, and forget what a winner is called and where they live.

    A prize that was on its way to them comes back to us.

    Opens units of work, in portions; doing it again changes nothing. The answers themselves are forgotten with the mail
    that they came in.
    """
    # Looked for before anybody has to wait: it takes long where much was mailed.
    found = _entries_of(leaving)
    session.rollback()
    for challenge_id, entries in found.items():
        for portion in in_portions(entries):
            with unit_of_work():
                _withdraw_and_forget(challenge_id, portion)
    # With what opens the commitment to such a text whoever guesses a name could show that it stood there.
    put_references_right(Verdict, "reason", leaving, besides={"reason_salt": None})
    put_references_right(Disqualification, "reason", leaving, besides={"reason_salt": b""})
    put_references_right(Disqualification, "lifted_why", leaving, besides={"lifted_salt": None})
    put_references_right(AwardStepTaken, "reason", leaving, besides={"reason_salt": None})


def _withdraw_and_forget(challenge_id: int, entries: Sequence[int]) -> None:
    _withdraw(challenge_id, entries)
    _forget_names(entries)
    _forget_codes(entries)


def _forget_names(entries: Sequence[int]) -> None:
    """What they are called, and where winners live: unless our books have to say for a while where a prize was sent."""
    theirs = Award.entry_id.in_(entries)
    has_been_sent = sa.and_(Award.is_living, Award.step.not_in(STILL_TO_BE_SENT))
    for change in (
        sa.update(Award).where(theirs).values(display_name=None, shows_initials=False, initials=""),
        sa.update(Award).where(theirs, sa.not_(has_been_sent)).values(address="", tracking=""),
        # By which words their answer was like others shows something of it, too.
        sa.update(Entry).where(Entry.id.in_(entries)).values(honour_name=None, answer_key=None),
    ):
        session.execute(change.execution_options(synchronize_session=False))


def _forget_codes(entries: Sequence[int]) -> None:
    """Of what somebody was asked stays when, and whether they confirmed it: nobody types a code of theirs any more.

    Nor can anybody open what is private in the ledger any more. What an editor wrote of their answer, and why they got
    no prize, goes as well: it is about them.
    """
    awards = sa.select(Award.id).where(Award.entry_id.in_(entries))
    for change in (
        sa.update(LedgerLeaf).where(LedgerLeaf.entry_id.in_(entries)).values(private_salt=None),
        sa.update(Disqualification)
        .where(Disqualification.entry_id.in_(entries))
        .values(reason="", reason_salt=b"", lifted_why="", lifted_salt=None),
        sa.update(AwardStepTaken)
        .where(AwardStepTaken.award_id.in_(awards), AwardStepTaken.reason != LEFT)
        .values(reason="", reason_salt=None),
        sa.update(Award).where(Award.entry_id.in_(entries)).values(code_digest=""),
        sa.update(EntryConfirmation)
        .where(EntryConfirmation.entry_id.in_(entries))
        # Nor does whoever has the old letter type its code any more: no code has an empty digest.
        .values(code_digest="", letter_id=None),
    ):
        session.execute(change.execution_options(synchronize_session=False))


def withdraw_latest(leaving: Leaving) -> None:
    """Withdraw what has come in since, and forget as much of it, within the unit of work in which they go."""
    is_new = sa.and_(Delivery.forgotten_at.is_(None), Delivery.received_at >= clock.now() - _LATELY)
    for challenge_id, entries in _entries_of(leaving, is_new).items():
        _withdraw_and_forget(challenge_id, entries)


def _entries_of(leaving: Leaving, *which: sa.ColumnElement[bool]) -> Mapping[int, Sequence[int]]:
    """Somebody's answers, by challenge, in the order in which challenges are locked."""
    query = (
        sa.select(Entry.challenge_id, Entry.id)
        .join(Delivery, Delivery.id == Entry.delivery_id)
        .where(in_the_name_of(leaving), *which)
        .order_by(Entry.challenge_id, Entry.id)
    )
    found: defaultdict[int, list[int]] = defaultdict(list)
    for challenge_id, entry_id in session.execute(query):
        found[challenge_id].append(entry_id)
    return found


def _withdraw(challenge_id: int, entries: Sequence[int]) -> None:
    """Under the lock of the challenge, as everything that decides about a prize, until the unit of work ends.

    Before that the deliveries are locked: whoever is reading one has it, and says at the end whether it can win. So
    does whoever disqualifies an entry.
    """
    session.execute(
        sa.select(Delivery.id)
        .join(Entry, Entry.delivery_id == Delivery.id)
        .where(Entry.id.in_(entries))
        .order_by(Delivery.id)
        .with_for_update(key_share=True, of=Delivery)
    )
    challenge = session.get(Challenge, challenge_id)
    if challenge is None or ChallengeStatus(challenge_locked(challenge).status).is_over:
        return
    withdraw_from_prizes(challenge, frozenset(entries))
    withdraw(challenge, entries)
