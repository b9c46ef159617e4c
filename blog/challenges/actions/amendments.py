"""Other terms after opening: the old ones stay fixed in the ledger, the new ones too, and everybody is told."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from blog.challenges.actions.awards import take_step
from blog.challenges.actions.clockwork import caught_up, first_closing_time
from blog.challenges.checks import checked_reason, prize_field
from blog.challenges.events import AwardRevoked, TermsAmended
from blog.challenges.ledger import leaves
from blog.challenges.ledger.canonical import Value, instant_text
from blog.challenges.models.challenges import Amendment, Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.queries.awards import awards_of
from blog.challenges.queries.ledger import settling_in_force
from blog.challenges.recording import append, end_of_ledger
from blog.challenges.terms import terms_of
from blog.challenges.values import HIDDEN, AwardStep, ChallengeStatus
from blog.core import clock
from blog.core.actor import Actor
from blog.core.db import session
from blog.core.errors import Conflict, InvalidInput, RuleBroken
from blog.core.events import publish
from blog.core.jobs.queue import enqueue

# The work that tells everybody, which is carried out by `blog.challenges.jobs`.
TELL_ENTRANTS = "challenges.tell_entrants"
# What verdicts follow from: when one of these is another, no earlier verdict counts.
JUDGED_BY = frozenset({"answer", "judges", "rubric"})
# Of these everybody is told that they have changed, and not to what: the key is secret.
UNTOLD = frozenset({"answer"})


@contextmanager
def amending(
    actor: Actor, challenge: Challenge, reason: str, *, judge_again: bool = False
) -> Generator[Challenge]:
    """Change the terms of a challenge inside this: it comes locked, and caught up with the clock.

    Of one that has not been opened that is all. Else what is different makes an amendment with its row in the ledger,
    and everybody who has taken part is told; where answers are judged by other terms than before, or `judge_again` says
    so, all verdicts lose their force and prizes that nobody has claimed are taken back. Publishes `TermsAmended`.
    Whether `actor` may is for the caller to ask. Raises `Conflict` for one that is over, `InvalidInput` (`reason`) for
    a reason that nobody gave, `RuleBroken` when a prize has been claimed, and what `_refuse` says.
    """
    locked = caught_up(challenge)
    if locked.status not in HIDDEN and not ChallengeStatus(locked.status).is_over:
        # A ledger that is begun only now holds what was said until now.
        end_of_ledger(locked.id)
    before, earliest = _snapshot(locked), first_closing_time(locked)
    yield locked
    session.flush()
    changes = {
        name: [before.get(name), now] for name, now in _snapshot(locked).items() if before.get(name) != now
    }
    if (changes or judge_again) and locked.status not in HIDDEN:
        now = clock.now()
        _refuse(locked, changes, earliest, now)
        _amend(actor, locked, reason, changes, now, rejudge=judge_again or not JUDGED_BY.isdisjoint(changes))


def _amend(
    actor: Actor,
    challenge: Challenge,
    reason: str,
    changes: Mapping[str, list[Value]],
    at: datetime,
    *,
    rejudge: bool,
) -> None:
    why = checked_reason(reason)
    amendment = Amendment(
        challenge=challenge,
        at=at,
        by_id=actor.person_id,
        reason=why,
        changes={name: None if name in UNTOLD else values for name, values in changes.items()},
        rejudge=rejudge,
    )
    session.add(amendment)
    if rejudge:
        challenge.terms_version += 1
    session.flush()
    # How long mail may be under way is no term that anybody amends: a newer version may take another time for it.
    terms = {**terms_of(challenge), "settling": settling_in_force(challenge) or {}}
    row = leaves.amended(reason=why, rejudge=rejudge, closes_at=challenge.closes_at, terms=terms)
    append(challenge.id, [replace(row, at=at)])
    if rejudge:
        _judge_again(actor, challenge, why)
    enqueue(TELL_ENTRANTS, {"challenge_id": challenge.id, "news": f"amended:{amendment.id}"})
    publish(TermsAmended(challenge=challenge, amendment=amendment, by=actor))


def _refuse(
    challenge: Challenge, changes: Mapping[str, list[Value]], earliest: datetime, at: datetime
) -> None:
    """Raise `Conflict`, `InvalidInput` or `RuleBroken` for what takes something away from who has taken part already.

    `earliest` is when it could have closed at the soonest, before anything was changed; `at` when it is amended.
    """
    if ChallengeStatus(challenge.status).is_over:
        raise Conflict(
            _("The challenge “%(title)s” has ended and can no longer change.", title=challenge.title)
        )
    if any(award.step != AwardStep.NOTIFIED for award in awards_of(challenge)):
        raise RuleBroken(_("A prize has been claimed: the terms by which it was won can no longer change."))
    if "attempts" in changes:
        before, now = cast("list[int | None]", changes["attempts"])
        if now is not None and (before is None or now < before):
            fault = _("Nobody loses a try that they had: give a larger number than before.")
            raise InvalidInput(fault, {"attempts": fault})
    if "prizes" in changes:
        promised, offered = cast("list[list[list[object]]]", changes["prizes"])
        _refuse_smaller_prizes(promised, offered)
    if "closes_at" in changes and (challenge.status != ChallengeStatus.OPEN or _has_passed(changes, at)):
        raise RuleBroken(_("It has closed, and does not open again."), field="closes_at")
    if "closes_at" in changes and challenge.closes_at is not None and challenge.closes_at < earliest:
        raise RuleBroken(_("The closing time must be in the future."), field="closes_at")


def _has_passed(changes: Mapping[str, list[Value]], at: datetime) -> bool:
    """Whether the closing time that is to be another has come, perhaps a moment after the challenge was locked."""
    before = cast("str | None", changes["closes_at"][0])
    return before is not None and before <= instant_text(at)


def _refuse_smaller_prizes(promised: list[list[object]], offered: list[list[object]]) -> None:
    if len(offered) < len(promised):
        fault = _("A prize that was promised is not taken away. Name as many as before, or more.")
        raise InvalidInput(fault, {"prize": fault})
    for rank, (before, now) in enumerate(zip(promised, offered, strict=False), start=1):
        if _is_worth_less(before, now):
            fault = _("A prize that was promised is not worth less later. Name the value as it was, or more.")
            raise InvalidInput(fault, {prize_field("value", rank): fault})


def _judge_again(actor: Actor, challenge: Challenge, reason: str) -> None:
    """Let no verdict count any more, and take back what was promised by them."""
    session.execute(
        sa.update(Entry)
        .where(Entry.challenge_id == challenge.id, Entry.ruling.is_not(None))
        .values(ruling=None)
        .execution_options(synchronize_session="fetch")
    )
    revoke_awards(actor, challenge, reason)
    if challenge.status == ChallengeStatus.PROVISIONAL:
        challenge.status = ChallengeStatus.CLOSED
        session.flush()


def revoke_awards(actor: Actor, challenge: Challenge, reason: str, *, is_over: bool = False) -> None:
    """Take back the prizes that nobody has claimed yet, and let who was told hear it. The caller has the lock.

    `is_over`: the challenge ends with this, and nothing is judged again. Publishes `AwardRevoked`.
    """
    for award in awards_of(challenge):
        take_step(award, AwardStep.REVOKED, by=actor, reason=reason)
        publish(AwardRevoked(award=award, reason=reason, is_over=is_over, by=actor))


def _snapshot(challenge: Challenge) -> Mapping[str, Value]:
    """What of a challenge is terms, by name; texts as they are, for everybody is told what they were."""
    return {
        "answer": challenge.answer_rule,
        "attempts": challenge.attempts,
        "claim_days": challenge.claim_days,
        "closes_at": instant_text(challenge.closes_at) if challenge.closes_at else None,
        "judges": challenge.judges,
        "language": challenge.language,
        "prizes": _prizes(challenge),
        "question": challenge.question_html,
        "rubric": [dict(item) for item in challenge.rubric],
        **{f"rules.{part}": text for part, text in challenge.rules.items()},
        "title": challenge.title,
    }


def _prizes(challenge: Challenge) -> Value:
    # One that was opened before prizes had rows gets them without being another.
    found = [
        [prize.title, prize.value_cents, prize.picture, prize.picture_text] for prize in challenge.prizes
    ]
    return found or [[challenge.prize, None, None, ""]]


def _is_worth_less(promised: list[object], offered: list[object]) -> bool:
    before, now = cast("int | None", promised[1]), cast("int | None", offered[1])
    return before is not None and (now is None or now < before)
