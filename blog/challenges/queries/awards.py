"""Every read of prizes and who gets them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from blog.accounts.holdings import Somebody
from blog.challenges.models.awards import Award
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.values import ChallengeStatus
from blog.core.db import session
from blog.mailroom.models import Delivery
from blog.mailroom.own_holdings import in_the_name_of


@dataclass(frozen=True, slots=True)
class Result:
    """What everybody may know of a winner."""

    shown_name: str
    number: int
    received_at: datetime
    announced_at: datetime


def prizes_won_by(somebody: Somebody) -> Sequence[sa.Row[str, datetime]]:
    """What was won with answers from somebody's address, and when that was announced."""
    query = (
        sa.select(Challenge.prize, Award.announced_at)
        .join(Award, Award.challenge_id == Challenge.id)
        .join(Entry, Entry.id == Award.entry_id)
        .join(Delivery, Delivery.id == Entry.delivery_id)
    )
    return session.execute(query.where(in_the_name_of(somebody)).order_by(Award.announced_at)).all()


def awards_of(challenge: Challenge) -> Sequence[Award]:
    """Who holds the prizes of a challenge, or is about to, by rank; with their entries."""
    query = sa.select(Award).where(Award.challenge_id == challenge.id, Award.is_living)
    return session.scalars(query.order_by(Award.rank).options(joinedload(Award.entry))).all()


def award_of(challenge: Challenge) -> Award | None:
    """Who holds the first prize of a challenge, or is about to, with their entry."""
    return next(iter(awards_of(challenge)), None)


def award_won_by(entry: Entry) -> Award | None:
    """The award that an entry won, locked: guesses at its code come one at a time, and all are counted."""
    query = sa.select(Award).where(Award.entry_id == entry.id, Award.is_living).with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))


def result_of(challenge: Challenge) -> Result | None:
    """What is shown in public of a challenge's winner; None until they have claimed the prize."""
    return results_of([challenge]).get(challenge.id)


def results_of(challenges: Collection[Challenge]) -> Mapping[int, Result]:
    """What is shown in public of the winners, by challenge; those of challenges that go on are left out."""
    final = [each.id for each in challenges if each.status == ChallengeStatus.FINAL]
    if not final:
        return {}
    awards = session.scalars(
        sa.select(Award)
        .where(Award.challenge_id.in_(final), Award.is_living)
        .order_by(Award.rank.desc())
        .options(joinedload(Award.entry))
    )
    return {award.challenge_id: _result(award) for award in awards}


def _result(award: Award) -> Result:
    entry = award.entry
    name = award.display_name or award.initials or _("somebody who has left")
    return Result(name, entry.number, entry.received_at, award.announced_at)
