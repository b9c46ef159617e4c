"""Whether anything of a challenge can still be decided: a prize may be nobody's, or have come back to us."""

from collections.abc import Sequence

import sqlalchemy as sa

from blog.challenges.models.awards import Award
from blog.challenges.models.challenges import Challenge, Prize
from blog.challenges.models.entries import Entry
from blog.challenges.values import DECIDED, AwardStep, ChallengeStatus, Judgement
from blog.core.db import session


def goes_on() -> sa.ColumnElement[bool]:
    """Of a challenge in a query: whether a verdict, or the word of a sender, may still decide who gets a prize."""
    prizes = sa.select(sa.func.count()).where(Prize.challenge_id == Challenge.id)
    held = sa.select(sa.func.count()).where(Award.challenge_id == Challenge.id, Award.is_living)
    how_many = held.correlate(Challenge).scalar_subquery()
    # Of before prizes had rows there is one.
    is_vacant = sa.or_(how_many == 0, how_many < prizes.correlate(Challenge).scalar_subquery())
    return sa.or_(
        Challenge.status.not_in(DECIDED),
        sa.and_(Challenge.status == ChallengeStatus.PROVISIONAL, is_vacant),
    )


def is_beyond_change(challenge: Challenge) -> bool:
    """Whether no verdict, and nobody's word, changes anything of a challenge as it stands now."""
    status = ChallengeStatus(challenge.status)
    if status is not ChallengeStatus.PROVISIONAL:
        return status.is_over
    return session.scalar(sa.select(Challenge.id).where(Challenge.id == challenge.id, goes_on())) is None


def can_change_standing(challenge: Challenge, award: Award | None) -> bool:
    """Whether it may still be said that an entry takes part, or that it does not; `award` is the prize that it has had.

    As long as that can decide who gets a prize. Of one that has lost its prize until the challenge is over: it gets
    none any more, nor does its sender, so nobody's hangs on it, and a mistake can be put right. What was only taken
    back as the terms changed may win again, and is settled with all others.
    """
    if award is not None and AwardStep(award.step).is_lost:
        return not ChallengeStatus(challenge.status).is_over
    return not is_beyond_change(challenge)


def can_get_verdict(challenge: Challenge, entry: Entry) -> bool:
    """Whether a verdict on an entry may still be given.

    Once somebody was told that they have won, what led to that stays as it is. When their prize comes back to us, all
    goes on behind them, and where nobody had to judge before.
    """
    return bool(that_can_get_verdicts(challenge, [entry]))


def that_can_get_verdicts(challenge: Challenge, entries: Sequence[Entry]) -> Sequence[Entry]:
    """Those of several entries of a challenge on which a verdict may still be given."""
    if challenge.status != ChallengeStatus.PROVISIONAL:
        return [] if ChallengeStatus(challenge.status).is_over else entries
    if is_beyond_change(challenge):
        return []
    last = _last_told(challenge)
    return [each for each in entries if each.ruling in {None, Judgement.UNCLEAR} or each.number > last]


def _last_told(challenge: Challenge) -> int:
    """The last entry whose sender was told that they have won, under the terms in force."""
    told = (
        sa.select(sa.func.max(Entry.number))
        .join(Award, Award.entry_id == Entry.id)
        .where(Award.challenge_id == challenge.id, Award.step != AwardStep.REVOKED)
    )
    return session.scalar(told) or 0
