"""Every read of prizes and who gets them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload, selectinload

from blog.accounts.holdings import Somebody
from blog.articles.models import Article
from blog.challenges.models.awards import Award, AwardStepTaken
from blog.challenges.models.challenges import Challenge, Prize
from blog.challenges.models.entries import Entry
from blog.challenges.values import SEND_WITHIN, STILL_TO_BE_SENT, AwardStep, ChallengeStatus, Judgement
from blog.core.db import session
from blog.mailroom.models import Delivery, OutboxMessage
from blog.mailroom.own_holdings import in_the_name_of

# What is said of a letter is when it was written and what became of it, never its words.
WITH_LETTER = joinedload(Award.letter).load_only(
    OutboxMessage.created_at, OutboxMessage.sent_at, OutboxMessage.state, OutboxMessage.last_error
)


@dataclass(frozen=True, slots=True)
class Result:
    """What everybody may know of a winner, and of what they have won.

    `shown_name` is empty where the number of the entry is all that they want to have shown. `is_first`: no correct
    answer that came earlier had a prize.
    """

    shown_name: str
    number: int
    received_at: datetime
    announced_at: datetime
    prize: str = ""
    rank: int = 1
    is_first: bool = True


@dataclass(frozen=True, slots=True)
class PrizeWon:
    """A prize that is somebody's, or on its way to them.

    `is_sent`: it stays theirs, whatever they do. `settled_at`: since when it is, and the challenge is over; None before
    both.
    """

    prize: str
    is_sent: bool
    settled_at: datetime | None


def prizes_won_by(somebody: Somebody) -> Sequence[PrizeWon]:
    """What was won with answers from somebody's address."""
    sent_at = (
        sa.select(sa.func.max(AwardStepTaken.at))
        .where(AwardStepTaken.award_id == Award.id, AwardStepTaken.step == AwardStep.SENT)
        .scalar_subquery()
    )
    query = (
        sa.select(_PRIZE, Award.step, sent_at, Challenge.ended_at)
        .select_from(Award)
        .join(Challenge, Challenge.id == Award.challenge_id)
        .outerjoin(Prize, sa.and_(Prize.challenge_id == Award.challenge_id, Prize.rank == Award.rank))
        .join(Entry, Entry.id == Award.entry_id)
        .join(Delivery, Delivery.id == Entry.delivery_id)
        .where(in_the_name_of(somebody), Award.is_living)
        .order_by(Award.announced_at, Award.id)
    )
    return [
        PrizeWon(prize, step not in STILL_TO_BE_SENT, max(sent, ended) if sent and ended else None)
        for prize, step, sent, ended in session.execute(query)
    ]


def awards_of(challenge: Challenge) -> Sequence[Award]:
    """Who holds the prizes of a challenge, or is about to, by rank; with their entries and letters."""
    query = sa.select(Award).where(Award.challenge_id == challenge.id, Award.is_living)
    return session.scalars(query.order_by(Award.rank).options(joinedload(Award.entry), WITH_LETTER)).all()


def is_to_be_claimed(challenge: Challenge) -> bool:
    """Whether somebody who was told that they have won has still to claim their prize."""
    query = sa.select(Award.id).where(
        Award.challenge_id == challenge.id, Award.is_living, Award.step == AwardStep.NOTIFIED
    )
    return session.scalar(query.limit(1)) is not None


def all_awards_of(challenge: Challenge) -> Sequence[Award]:
    """All ways that the prizes of a challenge have taken: by rank, the last one first, with their steps and entries."""
    query = (
        sa.select(Award)
        .where(Award.challenge_id == challenge.id)
        .order_by(Award.rank, Award.announced_at.desc(), Award.id.desc())
        .options(
            joinedload(Award.entry).joinedload(Entry.delivery).joinedload(Delivery.message),
            selectinload(Award.steps).joinedload(AwardStepTaken.by),
            WITH_LETTER,
        )
    )
    return session.scalars(query).all()


def award_of_entry(entry: Entry) -> Award | None:
    """The way of a prize to the sender of an entry, whether or not it came to something."""
    return session.scalar(sa.select(Award).where(Award.entry_id == entry.id))


def first_told_of(challenge_ids: Collection[int]) -> Mapping[int, int]:
    """The first correct entry of each challenge that has, or had, a prize: later winners are next in line.

    Not one whose prize was taken back as the terms were changed, or that takes part no more.
    """
    query = (
        sa.select(Award.challenge_id, sa.func.min(Entry.number))
        .join(Entry, Entry.id == Award.entry_id)
        .where(Award.challenge_id.in_(challenge_ids), Award.step != AwardStep.REVOKED)
        .where(Entry.eligible.is_(True), Entry.ruling == Judgement.CORRECT)
        .group_by(Award.challenge_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def is_first(award: Award) -> bool:
    """Whether no correct answer has, or had, a prize that came earlier than the one of an award."""
    return award.entry.number <= first_told_of([award.challenge_id]).get(
        award.challenge_id, award.entry.number
    )


def award_won_by(entry: Entry) -> Award | None:
    """The award that an entry won, locked: guesses at its code come one at a time, and all are counted."""
    query = sa.select(Award).where(Award.entry_id == entry.id, Award.is_living).with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))


def award_held_by(challenge: Challenge, number: int) -> Award | None:
    """The award that the entry with that number holds, locked; None where it holds none (any more)."""
    query = (
        sa.select(Award)
        .join(Entry, Entry.id == Award.entry_id)
        .where(Award.challenge_id == challenge.id, Award.is_living, Entry.number == number)
        .with_for_update(of=Award)
    )
    return session.scalar(query.execution_options(populate_existing=True))


def prize_of_rank(challenge: Challenge, rank: int) -> str:
    """What the winner of a rank gets, in one line."""
    title = session.scalar(
        sa.select(Prize.title).where(Prize.challenge_id == challenge.id, Prize.rank == rank)
    )
    return title or challenge.prize


def ended_without_claim(instant: datetime) -> Sequence[int]:
    """The challenges in which somebody has not said by `instant` that they want their prize, though they had to."""
    query = (
        sa.select(Award)
        .join(Challenge, Challenge.id == Award.challenge_id)
        .where(Award.is_living, Award.step == AwardStep.NOTIFIED, Award.claim_days.is_not(None))
        .where(Award.announced_at < instant, Challenge.status == ChallengeStatus.PROVISIONAL)
        .order_by(Award.challenge_id)
        .options(WITH_LETTER)
    )
    # Few prizes wait to be claimed at any time, and when the letter has left is for each to say.
    waiting = session.scalars(query)
    over = (award.challenge_id for award in waiting if award.claim_until and award.claim_until <= instant)
    return list(dict.fromkeys(over))


@dataclass(frozen=True, slots=True)
class Overdue:
    """A challenge in which prizes have waited for too long to be sent, and how many."""

    slug: str
    title: str
    count: int


def overdue_prizes(instant: datetime, *, author_id: int | None = None) -> Sequence[Overdue]:
    """Where prizes were claimed long before `instant` and are not sent; in challenges of an author when given.

    Not those of people who have left: nobody knows where to send them any more.
    """
    query = (
        sa.select(Challenge.slug, Challenge.title, sa.func.count())
        .join(Award, Award.challenge_id == Challenge.id)
        .where(_is_overdue(instant))
        .group_by(Challenge.id, Challenge.slug, Challenge.title)
        .order_by(Challenge.id)
    )
    if author_id is not None:
        query = query.join(Article, Article.id == Challenge.article_id).where(Article.author_id == author_id)
    return [Overdue(slug, title, count) for slug, title, count in session.execute(query)]


def _is_overdue(instant: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        Award.is_living,
        Award.step.in_([AwardStep.CLAIMED, AwardStep.RETURNED]),
        Award.claimed_at < instant - SEND_WITHIN,
        Award.initials != "",
    )


def results_of(challenges: Collection[Challenge]) -> Mapping[int, Sequence[Result]]:
    """What is shown in public of the winners, by challenge, and by rank within it.

    Page, list, feed and mail are made of this. Those of challenges that go on are left out: until the last prize has
    been claimed nobody knows who it is.
    """
    final = [each.id for each in challenges if each.status == ChallengeStatus.FINAL]
    if not final:
        return {}
    rows = session.execute(
        sa.select(Award, _PRIZE)
        .join(Challenge, Challenge.id == Award.challenge_id)
        .outerjoin(Prize, sa.and_(Prize.challenge_id == Award.challenge_id, Prize.rank == Award.rank))
        .where(Award.challenge_id.in_(final), Award.is_living)
        .order_by(Award.challenge_id, Award.rank)
        .options(joinedload(Award.entry))
    ).all()
    first = first_told_of(final)
    return {
        challenge_id: [
            _result(award, prize, is_first=award.entry.number <= first.get(challenge_id, award.entry.number))
            for award, prize in theirs
        ]
        for challenge_id, theirs in groupby(rows, key=lambda row: row[0].challenge_id)
    }


def _result(award: Award, prize: str, *, is_first: bool) -> Result:
    entry = award.entry
    name = _("somebody who has left") if award.has_left else award.shown_name
    return Result(
        name, entry.number, entry.received_at, award.announced_at, prize, award.rank, is_first=is_first
    )


# Of a challenge of before prizes had rows there is only the line about the first one.
_PRIZE = sa.func.coalesce(Prize.title, Challenge.prize)
