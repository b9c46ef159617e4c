"""Every read of challenges, with what it loads."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from blog.articles.models import Article
from blog.challenges.models.challenges import Challenge
from blog.challenges.outcome import NOTHING_TO_JUDGE, ToJudge
from blog.challenges.queries.pages import PAGE_SIZE, WITH_ARTICLE, WITH_PRIZES, page_of, place
from blog.challenges.queries.to_judge import to_judge_in
from blog.challenges.values import HIDDEN, SLUG, ChallengeStatus, RulesPart
from blog.core import clock
from blog.core.db import session
from blog.core.errors import NotFound
from blog.core.pagination import Page


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One challenge in the list at the desk, and how much there is to judge in it."""

    challenge: Challenge
    to_judge: ToJudge


def open_address(local_part: str) -> int | None:
    """The id of the challenge that takes mail at `local_part`; None for a draft and for what is unknown.

    One whose time to open by itself has come takes it, also when nobody has written that down yet. Asked for every
    recipient: one look-up in a unique index, and none for what can be no slug.
    """
    if not SLUG.fullmatch(local_part):
        return None
    return session.scalar(
        sa.select(Challenge.id).where(Challenge.slug == local_part, _is_in_public(clock.now()))
    )


def challenge_by_slug(slug: str) -> Challenge | None:
    """The challenge at an address, whatever its state, with its article but without the article's text."""
    if not SLUG.fullmatch(slug):
        return None
    return session.scalar(sa.select(Challenge).where(Challenge.slug == slug).options(WITH_ARTICLE))


def challenges_by_slug(slugs: Collection[str]) -> dict[str, Challenge]:
    """Those of `slugs` that are challenges, whatever their state."""
    found = session.scalars(sa.select(Challenge).where(Challenge.slug.in_(slugs)).options(WITH_ARTICLE))
    return {challenge.slug: challenge for challenge in found}


def last_address() -> str:
    """The address of the organiser in the rules of the challenge that was opened last; nothing if none was."""
    query = (
        sa.select(Challenge.rules)
        .where(Challenge.status.not_in(HIDDEN), Challenge.is_demo.is_(False))
        .order_by(Challenge.opens_at.desc(), Challenge.id.desc())
        .limit(1)
    )
    return (session.scalar(query) or {}).get(RulesPart.ADDRESS, "")


def locking(query: sa.Select[Challenge]) -> sa.Select[Challenge]:
    """`query` with the row locked against changes, also of its counter, and read anew."""
    return query.with_for_update(key_share=True, of=Challenge).execution_options(populate_existing=True)


def challenge_locked(challenge: Challenge) -> Challenge:
    """A challenge as it is now, locked. Raises `NotFound` when it is gone."""
    locked = session.scalar(locking(sa.select(Challenge).where(Challenge.id == challenge.id)))
    if locked is None:
        raise NotFound()
    return locked


def open_challenges(instant: datetime) -> Sequence[Challenge]:
    """The challenges that take answers at `instant`, the first to close first."""
    closes_last = sa.case((Challenge.closes_at.is_(None), 1), else_=0)
    return session.scalars(
        sa.select(Challenge)
        .where(_is_open(instant))
        .order_by(closes_last, Challenge.closes_at, Challenge.id)
        .options(WITH_ARTICLE, WITH_PRIZES)
    ).all()


def ended_challenges(instant: datetime, cursor: str | None = None) -> Page[Challenge]:
    """The challenges that took answers before `instant`, the last made first. Raises `InvalidInput`."""
    query = (
        sa.select(Challenge)
        .where(_is_in_public(instant), sa.not_(_is_open(instant)))
        .order_by(Challenge.id.desc())
        .options(WITH_ARTICLE, WITH_PRIZES)
    )
    if cursor:
        query = query.where(Challenge.id < place(cursor))
    rows = session.scalars(query.limit(PAGE_SIZE + 1)).all()
    return page_of(rows, rows[PAGE_SIZE - 1].id if len(rows) > PAGE_SIZE else None)


def desk_challenges(*, author_id: int | None = None, cursor: str | None = None) -> Page[DeskRow]:
    """Challenges in every state, the last made first; only those in articles of `author_id` when given."""
    query = sa.select(Challenge).order_by(Challenge.id.desc()).options(WITH_ARTICLE)
    if author_id is not None:
        query = query.join(Article, Article.id == Challenge.article_id).where(Article.author_id == author_id)
    if cursor:
        query = query.where(Challenge.id < place(cursor))
    found = session.scalars(query.limit(PAGE_SIZE + 1)).all()
    counts = to_judge_in(found)
    rows = [DeskRow(challenge, counts.get(challenge.id, NOTHING_TO_JUDGE)) for challenge in found]
    return page_of(rows, found[PAGE_SIZE - 1].id if len(found) > PAGE_SIZE else None)


def all_challenges() -> Sequence[Challenge]:
    """Every challenge, by slug: for the command line."""
    return session.scalars(sa.select(Challenge).order_by(Challenge.slug)).all()


def to_judge_altogether(*, author_id: int | None = None) -> ToJudge:
    """How much there is to judge where there is no winner; in challenges of an author when given."""
    query = sa.select(Challenge).where(
        Challenge.status.in_((ChallengeStatus.OPEN, ChallengeStatus.CLOSED, ChallengeStatus.PROVISIONAL)),
        Challenge.entry_total > 0,
    )
    if author_id is not None:
        query = query.join(Article, Article.id == Challenge.article_id).where(Article.author_id == author_id)
    counts = to_judge_in(session.scalars(query).all()).values()
    return ToJudge(sum(each.now for each in counts), sum(each.later for each in counts))


def challenges_due(instant: datetime) -> Sequence[int]:
    """The challenges that have to open or to close by themselves at `instant`."""
    # The clock may have been set back since a row was written at the closing time or later.
    is_past = sa.or_(Challenge.closes_at <= instant, Challenge.closes_at <= Challenge.ledger_at)
    closes = sa.and_(Challenge.status == ChallengeStatus.OPEN, is_past)
    return session.scalars(
        sa.select(Challenge.id).where(sa.or_(_opens_by_itself(instant), closes)).order_by(Challenge.id)
    ).all()


def _is_in_public(instant: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(Challenge.status.not_in(HIDDEN), _opens_by_itself(instant))


def _opens_by_itself(instant: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(Challenge.status == ChallengeStatus.SCHEDULED, Challenge.opens_at <= instant)


def _is_open(instant: datetime) -> sa.ColumnElement[bool]:
    not_yet_closed = sa.or_(Challenge.closes_at.is_(None), Challenge.closes_at > instant)
    is_opened = sa.or_(Challenge.status == ChallengeStatus.OPEN, _opens_by_itself(instant))
    return sa.and_(is_opened, not_yet_closed)
