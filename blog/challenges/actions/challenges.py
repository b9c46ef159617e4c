"""Setting challenges up, opening and closing them: under the lock of the challenge's row."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _
from sqlalchemy.exc import IntegrityError

from blog.articles.models import Article
from blog.challenges.checks import check_words, says_something
from blog.challenges.events import (
    ChallengeChanged,
    ChallengeClosed,
    ChallengeMade,
    ChallengeOpened,
    ClosingTimeSet,
)
from blog.challenges.ledger import leaves
from blog.challenges.models.challenges import Challenge
from blog.challenges.names import tidy_name
from blog.challenges.policy import is_past_closing, status_at
from blog.challenges.queries.challenges import challenge_locked, locking
from blog.challenges.recording import append, end_of_ledger
from blog.challenges.terms import terms_of
from blog.challenges.values import ChallengeStatus, ChallengeWords
from blog.core import clock
from blog.core.actor import Actor
from blog.core.db import conflict_of, session
from blog.core.errors import Conflict, RuleBroken
from blog.core.events import publish
from blog.core.permissions import require


def set_up_challenge(
    *,
    slug: str,
    article: Article | None,
    words: ChallengeWords,
    closes_at: datetime | None,
    by: Actor,
) -> Challenge:
    """Make the challenge at `slug`, or bring its words up to date while it is a draft or open.

    `closes_at` None leaves the closing time as it is. Whether `by` may do it is for the caller to ask. Setting up a
    challenge that has ended with the same words again changes nothing. Publishes `ChallengeMade`, or what has changed:
    `ChallengeChanged`, `ClosingTimeSet`. Raises `InvalidInput` (field to fault), and `Conflict` when the slug belongs
    to another article or the challenge has ended.
    """
    tidy = {
        "title": tidy_name(words.title),
        "question_html": words.question_html.strip(),
        "prize": tidy_name(words.prize),
        "judging": words.judging,
        "language": words.language,
    }
    check_words(slug, tidy)
    challenge = session.scalar(locking(sa.select(Challenge).where(Challenge.slug == slug)))
    if challenge is None:
        return _new_challenge(slug, article, tidy, closes_at, by)
    if article is not None and challenge.article_id not in {None, article.id}:
        raise Conflict(
            _("The challenge “%(slug)s” belongs to another article. Choose another name.", slug=slug)
        )
    is_moved = article is not None and challenge.article_id != article.id
    if article is not None:
        challenge.article = article
    if _change_words(challenge, tidy) or is_moved:
        _record_amendment(challenge)
        publish(ChallengeChanged(challenge=challenge, by=by))
    if closes_at is not None and closes_at != challenge.closes_at:
        _change_closing_time(challenge, closes_at, by)
    return challenge


def set_closing_time(actor: Actor, challenge: Challenge, closes_at: datetime | None) -> None:
    """Say until when answers count; None leaves it open until somebody closes it. Publishes `ClosingTimeSet`.

    Raises `Forbidden`, `Conflict` when the challenge has ended and `RuleBroken` for a moment in the past.
    """
    require(actor, "challenge:set_up", challenge)
    _change_closing_time(challenge_locked(challenge), closes_at, actor)


def keep_question(challenge: Challenge, question_html: str, *, by: Actor) -> None:
    """Let a challenge ask what its article asks now, which `by` has saved. Publishes `ChallengeChanged`.

    One that has ended, or is open, never loses its question.
    """
    question = question_html.strip()
    locked = challenge_locked(challenge)
    status = status_at(locked, clock.now())
    if locked.question_html == question:
        return
    if status is ChallengeStatus.DRAFT or (status is ChallengeStatus.OPEN and says_something(question)):
        locked.question_html = question
        _record_amendment(locked)
        publish(ChallengeChanged(challenge=locked, by=by))


def open_challenge(actor: Actor, challenge: Challenge) -> None:
    """Take answers from now on: the address exists from the commit on.

    Raises `Forbidden`, `Conflict` when it was opened before, and `RuleBroken` when question or prize is
    missing or the closing time has passed.
    """
    require(actor, "challenge:open", challenge)
    locked = challenge_locked(challenge)
    now = clock.now()
    if locked.status != ChallengeStatus.DRAFT:
        raise Conflict(_("This challenge has been opened already."))
    if not says_something(locked.question_html):
        raise RuleBroken(_("Write the question first: the challenge block in the article is empty."))
    if not locked.prize:
        raise RuleBroken(_("Say what the prize is first."))
    if is_past_closing(locked, now):
        raise RuleBroken(_("The closing time has passed. Choose a later one."))
    locked.status = ChallengeStatus.OPEN
    locked.opens_at = now
    session.flush()
    end_of_ledger(locked.id)
    publish(ChallengeOpened(challenge=locked, by=actor))


def close_challenge(actor: Actor, challenge: Challenge) -> None:
    """Take no more answers: what arrives from now on is late. Raises `Forbidden` and `Conflict`."""
    require(actor, "challenge:close", challenge)
    locked = challenge_locked(challenge)
    # The clock is read under the lock that every arriving answer takes too: no answer is on both sides of it.
    now = clock.now()
    if status_at(locked, now) is not ChallengeStatus.OPEN:
        raise Conflict(_("This challenge is not open."))
    locked.status = ChallengeStatus.CLOSED
    locked.closes_at = now
    session.flush()
    append(locked.id, [leaves.closed(closes_at=now)])
    publish(ChallengeClosed(challenge=locked, by=actor))


def _new_challenge(
    slug: str, article: Article | None, words: Mapping[str, str], closes_at: datetime | None, by: Actor
) -> Challenge:
    challenge = Challenge(slug=slug, article=article, closes_at=closes_at, created_at=clock.now(), **words)
    challenge.is_demo = article.is_demo if article else False
    session.add(challenge)
    try:
        session.flush()
    except IntegrityError as error:
        if conflict_of(error) == "uq_challenge_slug":
            raise Conflict(_("The challenge “%(slug)s” was made just now. Look again.", slug=slug)) from error
        raise
    publish(ChallengeMade(challenge=challenge, by=by))
    return challenge


def _change_words(challenge: Challenge, words: Mapping[str, str]) -> bool:
    """Whether anything has changed."""
    changed = {name: value for name, value in words.items() if getattr(challenge, name) != value}
    if not changed:
        return False
    status = status_at(challenge, clock.now())
    if status not in {ChallengeStatus.DRAFT, ChallengeStatus.OPEN}:
        raise Conflict(_("The challenge “%(slug)s” has ended and can no longer change.", slug=challenge.slug))
    if status is ChallengeStatus.OPEN and not (words["prize"] and says_something(words["question_html"])):
        missing = "question_html" if words["prize"] else "prize"
        raise RuleBroken(_("The challenge is open: it needs its question and its prize."), field=missing)
    for name, value in changed.items():
        setattr(challenge, name, value)
    return True


def _change_closing_time(challenge: Challenge, closes_at: datetime | None, by: Actor) -> None:
    now = clock.now()
    status = status_at(challenge, now)
    if status not in {ChallengeStatus.DRAFT, ChallengeStatus.OPEN}:
        raise Conflict(_("The challenge “%(slug)s” has ended and can no longer change.", slug=challenge.slug))
    if status is ChallengeStatus.OPEN and closes_at is not None and closes_at <= now:
        raise RuleBroken(_("The closing time must be in the future."), field="closes_at")
    if closes_at != challenge.closes_at:
        challenge.closes_at = closes_at
        _record_amendment(challenge)
        publish(ClosingTimeSet(challenge=challenge, by=by))


def _record_amendment(challenge: Challenge) -> None:
    """Of a challenge that takes answers everybody can see that its terms were changed, and later to what."""
    session.flush()
    if challenge.status == ChallengeStatus.OPEN:
        terms = terms_of(challenge)
        append(
            challenge.id,
            [leaves.amended(reason="", rejudge=False, closes_at=challenge.closes_at, terms=terms)],
        )
