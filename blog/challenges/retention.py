"""How long answers are kept once their challenge is over: then their numbers and digests stay, and nothing else."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from blog.challenges.actions.entries import withdraw
from blog.challenges.models.awards import Award, AwardStepTaken
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.models.ledger import LedgerLeaf
from blog.challenges.queries.challenges import locking
from blog.challenges.values import (
    DECIDED,
    HIDDEN,
    OVER,
    STILL_TO_BE_SENT,
    AwardStep,
    ChallengeStatus,
    Ineligible,
)
from blog.core import clock
from blog.core.config import Settings, current_settings
from blog.core.db import session
from blog.core.retention import Retention
from blog.mailroom.forgetting import forget_deliveries
from blog.mailroom.models import Delivery

# What an editor may let take part again as long as its challenge is not over: disqualified by mistake, or passed over
# because nobody could be asked whose it is.
_CAN_COME_BACK = frozenset({Ineligible.DISQUALIFIED, Ineligible.UNCONFIRMED})
# A prize with which nothing has happened for so long is not going to be sent.
_NEVER_SENT = timedelta(days=365)


def _answers(settings: Settings) -> timedelta:
    return timedelta(days=settings.keep_answers_days)


def _undecided(settings: Settings) -> timedelta:
    return timedelta(days=settings.keep_undecided_days)


def _winners(settings: Settings) -> timedelta:
    return timedelta(days=settings.keep_winners_days)


def winning_until(settled_at: datetime) -> datetime | None:
    """Until when our books need an answer whose prize was given by then; None when they do not, or not any more."""
    kept_for = _winners(current_settings())
    return settled_at + kept_for if kept_for and settled_at + kept_for >= clock.now() else None


def winners_in_the_books() -> sa.ColumnElement[bool]:
    """The deliveries that are kept although who has won with them leaves: so long the law has books kept.

    Not of somebody who has left before their prize was sent: they are given nothing that stands in a book.
    """
    kept_for = _winners(current_settings())
    if not kept_for:
        return sa.false()
    is_given = sa.or_(Award.step.not_in(STILL_TO_BE_SENT), Award.initials != "")
    won = sa.select(Entry.delivery_id).join(Award, Award.entry_id == Entry.id)
    return Delivery.id.in_(won.where(Award.is_living, is_given, sa.not_(_is_settled(clock.now() - kept_for))))


def undecided_answers() -> sa.ColumnElement[bool]:
    """The deliveries that may still have to be looked at as they came: their challenge is not over."""
    undecided = sa.select(Entry.delivery_id).join(Challenge, Challenge.id == Entry.challenge_id)
    return Delivery.id.in_(undecided.where(Challenge.status.not_in(OVER)))


def _kept_answers() -> sa.Select[int]:
    return (
        sa.select(Delivery.id)
        .join(Entry, Entry.delivery_id == Delivery.id)
        .join(Challenge, Challenge.id == Entry.challenge_id)
        .outerjoin(Award, sa.and_(Award.entry_id == Entry.id, Award.is_living))
        .where(Delivery.forgotten_at.is_(None))
    )


def _old_answers(before: datetime) -> sa.Select[int]:
    """Where all was decided before an instant; what can never win, once its challenge takes no answers any more."""
    now = clock.now()
    is_over = sa.or_(Challenge.status.in_([ChallengeStatus.CLOSED, *DECIDED]), Challenge.closes_at <= now)
    was_decided = sa.and_(Challenge.status.in_(OVER), Challenge.ended_at < before)
    is_out = sa.and_(
        Entry.eligible.is_(False),
        sa.or_(Entry.why_not.is_(None), Entry.why_not.not_in(_CAN_COME_BACK)),
    )
    return _kept_answers().where(
        Delivery.received_at < before, Award.id.is_(None), sa.or_(was_decided, sa.and_(is_out, is_over))
    )


def _old_winners(before: datetime) -> sa.Select[int]:
    return _kept_answers().where(Award.id.is_not(None), _is_settled(before))


def _is_settled(before: datetime) -> sa.ColumnElement[bool]:
    """Of an award: whether its prize was sent, did not come back, and its challenge was over, all before an instant.

    Or nothing has happened to it for a year more: then nobody sends it any more.
    """
    is_over = sa.exists().where(Challenge.id == Award.challenge_id, Challenge.ended_at < before)
    return sa.or_(
        sa.and_(
            is_over.correlate(Award),
            Award.step.not_in(STILL_TO_BE_SENT),
            sa.not_(_has_come_further(before, AwardStepTaken.step == AwardStep.SENT)),
        ),
        sa.not_(_has_come_further(before - _NEVER_SENT)),
    )


def _has_come_further(since: datetime, *how: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    steps = sa.exists().where(AwardStepTaken.award_id == Award.id, AwardStepTaken.at >= since, *how)
    return steps.correlate(Award)


def _old_undecided(before: datetime) -> sa.Select[int]:
    """Where nothing was decided: answers to what closed before an instant, and mail without a challenge.

    Also while somebody has yet to claim a prize, and nobody says who gets it instead; not the answers that have won.
    """
    has_won = sa.exists().where(Award.entry_id == Entry.id, Award.is_living)
    never_opened = Challenge.status == ChallengeStatus.DRAFT
    return (
        sa.select(Delivery.id)
        .outerjoin(Entry, Entry.delivery_id == Delivery.id)
        .outerjoin(Challenge, Challenge.id == Entry.challenge_id)
        .where(
            Delivery.forgotten_at.is_(None),
            Delivery.received_at < before,
            sa.or_(
                Entry.id.is_(None),
                never_opened,
                sa.and_(Challenge.status.not_in(OVER), Challenge.closes_at < before, sa.not_(has_won)),
            ),
        )
    )


def _old_addresses(before: datetime) -> sa.Select[int]:
    return sa.select(Award.id).where(Award.address != "", _is_settled(before))


def _forget_addresses(before: datetime, ids: Sequence[int]) -> int:
    forgotten = session.execute(
        sa.update(Award)
        .where(Award.id.in_(ids), Award.address != "", _is_settled(before))
        .values(address="", tracking="")
        .returning(Award.id)
        .execution_options(synchronize_session=False)
    )
    return len(forgotten.all())


def _forget(_before: datetime, ids: Sequence[int]) -> int:
    # What is over does not begin again: nothing of it has to be looked at once more.
    forgotten = forget_deliveries(ids)
    # What is private in the ledger is opened to nobody any more; the ledger itself stays as it is.
    theirs = sa.select(Entry.id).where(Entry.delivery_id.in_(ids))
    for change in (
        sa.update(LedgerLeaf).where(LedgerLeaf.entry_id.in_(theirs)).values(private_salt=None),
        sa.update(Entry).where(Entry.delivery_id.in_(ids)).values(answer_key=None),
    ):
        session.execute(change.execution_options(synchronize_session=False))
    return forgotten


def _forget_winners(before: datetime, ids: Sequence[int]) -> int:
    # Meanwhile a parcel may have come back.
    settled = session.scalars(_old_winners(before).where(Delivery.id.in_(ids))).all()
    return _forget(before, settled)


def _forget_undecided(before: datetime, ids: Sequence[int]) -> int:
    """Nobody can judge such an answer any more, or tell its sender anything: so it wins nothing any more either.

    Locked in the order in which whoever leaves has their answers withdrawn: the deliveries, then the challenges.
    """
    locked = sa.select(Delivery.id).where(Delivery.id.in_(ids)).order_by(Delivery.id)
    session.execute(locked.with_for_update(key_share=True))
    whose = sa.select(Entry.challenge_id).where(Entry.delivery_id.in_(ids))
    challenges = session.scalars(
        locking(sa.select(Challenge).where(Challenge.id.in_(whose)).order_by(Challenge.id))
    ).all()
    # Meanwhile somebody may have won with one of them, or all may have been decided.
    undecided = session.scalars(_old_undecided(before).where(Delivery.id.in_(ids))).all()
    entries = session.scalars(sa.select(Entry.id).where(Entry.delivery_id.in_(undecided))).all()
    for challenge in challenges:
        if challenge.status not in HIDDEN | OVER:
            withdraw(challenge, entries)
            _forget_sender_key(challenge)
    return _forget(before, undecided)


def _forget_sender_key(challenge: Challenge) -> None:
    """Nobody needs the names of senders of a challenge in which nobody else can win any more."""
    holds = sa.exists().where(Award.entry_id == Entry.id, Award.is_living)
    can_win = sa.select(Entry.id).where(
        Entry.challenge_id == challenge.id, Entry.eligible.is_not(False), sa.not_(holds)
    )
    if session.scalar(can_win.limit(1)) is None:
        challenge.sender_key = None
        session.flush()


RETENTIONS = (
    Retention("answers", _answers, _old_answers, _forget),
    Retention("addresses of winners", _winners, _old_addresses, _forget_addresses),
    Retention("winning answers", _winners, _old_winners, _forget_winners),
    Retention("undecided answers", _undecided, _old_undecided, _forget_undecided),
)
