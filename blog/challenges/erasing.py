"""Somebody leaves for good: their answers keep their numbers, lose everything else, and win nothing any more."""

import sqlalchemy as sa

from blog.accounts.erasing import put_references_right
from blog.accounts.holdings import Leaving
from blog.challenges.models import Award, Challenge, Entry, Verdict
from blog.challenges.values import ChallengeStatus, Ineligible
from blog.core.db import session, unit_of_work
from blog.mailroom.models import Delivery
from blog.mailroom.own_holdings import in_the_name_of


def erase_from_challenges(leaving: Leaving) -> None:
    """Withdraw somebody's answers where no winner is announced yet, and forget what a winner is called.

    Opens units of work, one for each challenge; doing it again changes nothing. The answers themselves are forgotten
    with the mail that they came in.
    """
    theirs = (
        sa.select(Entry.id).join(Delivery, Delivery.id == Entry.delivery_id).where(in_the_name_of(leaving))
    )
    challenges = session.scalars(
        sa.select(Entry.challenge_id).where(Entry.id.in_(theirs)).distinct().order_by(Entry.challenge_id)
    ).all()
    session.rollback()
    for challenge_id in challenges:
        with unit_of_work():
            _withdraw(challenge_id, theirs)
    with unit_of_work():
        session.execute(
            sa.update(Award)
            .where(Award.entry_id.in_(theirs))
            .values(display_name=None, initials="")
            .execution_options(synchronize_session=False)
        )
    put_references_right(Verdict, "reason", leaving)


def _withdraw(challenge_id: int, theirs: sa.Select[int]) -> None:
    """Under the lock of the challenge, as everything that decides about a prize."""
    status = session.scalar(
        sa.select(Challenge.status)
        .where(Challenge.id == challenge_id)
        .with_for_update(key_share=True, of=Challenge)
    )
    if status == ChallengeStatus.ANNOUNCED:
        return
    session.execute(
        sa.update(Entry)
        .where(
            Entry.challenge_id == challenge_id,
            Entry.id.in_(theirs),
            sa.or_(Entry.eligible.is_(None), Entry.eligible.is_(True)),
        )
        .values(eligible=False, why_not=Ineligible.WITHDRAWN)
        .execution_options(synchronize_session=False)
    )
