"""How much there is to judge: one count for the desk, its lists and the command line."""

from collections.abc import Collection, Mapping

import sqlalchemy as sa

from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.outcome import ToJudge, decide, to_judge
from blog.challenges.queries.outcomes import standings_of
from blog.challenges.queries.vacancies import goes_on
from blog.challenges.values import Judgement
from blog.core.db import session


def to_judge_in(challenges: Collection[Challenge]) -> Mapping[int, ToJudge]:
    """How much there is to judge in challenges, by challenge; those with nothing of it are left out.

    Where every prize is somebody's no entry wants anything any more. Only challenges with something open are looked
    through: of an answer alone nobody can tell whether the decision waits for it.
    """
    waiting = _with_something_open([each.id for each in challenges])
    standings = standings_of([each for each in challenges if each.id in waiting])
    counted = {
        challenge_id: to_judge(entries, contest, decide(entries, contest))
        for challenge_id, (contest, entries) in standings.items()
    }
    return {challenge_id: each for challenge_id, each in counted.items() if each.now or each.later}


def _with_something_open(challenge_ids: Collection[int]) -> Collection[int]:
    open_judgement = sa.or_(Entry.ruling.is_(None), Entry.ruling == Judgement.UNCLEAR)
    is_open = sa.or_(Entry.eligible.is_(None), sa.and_(Entry.eligible.is_(True), open_judgement))
    has_open = sa.exists().where(Entry.challenge_id == Challenge.id, is_open)
    return set(
        session.scalars(sa.select(Challenge.id).where(Challenge.id.in_(challenge_ids), goes_on(), has_open))
    )
