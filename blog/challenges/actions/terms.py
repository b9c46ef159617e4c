"""What the desk decides about a challenge, all at once: before opening as it likes, afterwards as an amendment."""

from collections.abc import Sequence
from datetime import timedelta

from flask_babel import lazy_gettext as _

from blog.challenges.actions.amendments import amending
from blog.challenges.checks import check_complete, check_terms, tidy_text
from blog.challenges.events import ChallengeChanged
from blog.challenges.models.challenges import Challenge, Prize
from blog.challenges.names import tidy_name
from blog.challenges.terms import version_of
from blog.challenges.values import HIDDEN, ChallengeStatus, PrizeWords, RubricItem, TermsWords
from blog.core import clock
from blog.core.actor import Actor
from blog.core.db import session, take_turns
from blog.core.errors import Conflict, RuleBroken
from blog.core.events import publish
from blog.core.jobs.queue import enqueue
from blog.core.permissions import require

# Pages that were made a moment ago, and browsers that show one still, ask for the old picture.
PICTURE_KEPT = timedelta(days=1)
FORGET_PICTURE = "challenges.forget_picture"


def decide_terms(
    actor: Actor,
    challenge: Challenge,
    terms: TermsWords,
    *,
    reason: str = "",
    judge_again: bool = False,
    seen: str | None = None,
) -> None:
    """Let a challenge say this from now on; after opening with a `reason`, which everybody reads.

    `seen` is `version_of` what whoever decides had before their eyes: of two at once the second is told, and has lost
    nothing. `judge_again`: no verdict counts any more, whatever else changes. Publishes `ChallengeChanged` for a draft,
    else as `amending`. Raises `Forbidden`, `Conflict`, `InvalidInput` (field to fault) and `RuleBroken`.
    """
    require(actor, "challenge:set_up", challenge)
    tidy = _tidied(terms)
    check_terms(tidy)
    with amending(actor, challenge, reason, judge_again=judge_again) as locked:
        if ChallengeStatus(locked.status).is_over:
            raise Conflict(
                _("The challenge “%(title)s” has ended and can no longer change.", title=locked.title)
            )
        before = version_of(locked)
        if seen is not None and seen != before:
            raise Conflict(
                _(
                    "Somebody else has changed this challenge meanwhile. What you typed stands here still: look at the "
                    "page as it is now, then save once more."
                )
            )
        if locked.status != ChallengeStatus.DRAFT:
            require(actor, "challenge:amend", locked)
        _apply(locked, tidy)
        if locked.status != ChallengeStatus.DRAFT:
            check_complete(locked, locked.rules)
        if locked.status == ChallengeStatus.SCHEDULED:
            check_times(locked)
        if locked.status in HIDDEN and version_of(locked) != before:
            publish(ChallengeChanged(challenge=locked, by=actor))


def check_times(challenge: Challenge) -> None:
    """Raise `RuleBroken` for one that would have closed before it opens by itself."""
    opens_at, closes_at = challenge.opens_at, challenge.closes_at
    if opens_at is not None and closes_at is not None and closes_at <= opens_at:
        raise RuleBroken(_("It would close before it opens. Choose a later closing time."), field="closes_at")


def set_prizes(challenge: Challenge, prizes: Sequence[PrizeWords]) -> None:
    """Promise these prizes, by rank. Pictures that nobody shows any more are thrown away after a day."""
    before = {prize.picture for prize in challenge.prizes if prize.picture}
    for digest in sorted({words.picture for words in prizes if words.picture} - before):
        take_turns(f"challenges.picture.{digest}")
    for rank, words in enumerate(prizes, start=1):
        if rank > len(challenge.prizes):
            challenge.prizes.append(Prize(rank=rank, title=words.title))
        prize = challenge.prizes[rank - 1]
        prize.title, prize.value_cents = words.title, words.value_cents
        prize.picture, prize.picture_text = words.picture, words.picture_text if words.picture else ""
    del challenge.prizes[len(prizes) :]
    challenge.prize = prizes[0].title if prizes else ""
    session.flush()
    for digest in sorted(before - {words.picture for words in prizes}):
        forget_later(digest)


def forget_later(digest: str) -> None:
    """Throw a picture away in a day, if no prize shows it then. Whoever takes one waits for who throws it away."""
    take_turns(f"challenges.picture.{digest}")
    enqueue(FORGET_PICTURE, {"picture": digest}, run_at=clock.now() + PICTURE_KEPT)


def _apply(challenge: Challenge, terms: TermsWords) -> None:
    challenge.title = terms.title
    challenge.closes_at = terms.closes_at
    challenge.attempts, challenge.judges = terms.attempts, terms.judges
    challenge.claim_days = terms.claim_days
    challenge.rules = {**challenge.rules, **terms.rules}
    challenge.rubric = [{"code": item.code, "words": item.words} for item in terms.rubric]
    set_prizes(challenge, terms.prizes)


def _tidied(terms: TermsWords) -> TermsWords:
    return TermsWords(
        title=tidy_name(terms.title),
        prizes=[
            PrizeWords(tidy_name(each.title), each.value_cents, each.picture, tidy_name(each.picture_text))
            for each in terms.prizes
        ],
        closes_at=terms.closes_at,
        attempts=terms.attempts,
        judges=terms.judges,
        claim_days=terms.claim_days,
        rules={part: tidy_text(text) for part, text in terms.rules.items()},
        rubric=[RubricItem(tidy_name(item.code).lower(), tidy_name(item.words)) for item in terms.rubric],
    )
