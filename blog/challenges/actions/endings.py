"""Challenges that end without somebody who wins: removed before anybody saw them, called off, or without a winner."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from blog.challenges.actions.amendments import TELL_ENTRANTS, revoke_awards
from blog.challenges.actions.awards import end
from blog.challenges.actions.clockwork import caught_up, stop
from blog.challenges.actions.prizes import refuse_while_somebody_can_win
from blog.challenges.actions.seen import refuse_other_winners
from blog.challenges.actions.terms import forget_later
from blog.challenges.checks import checked_reason
from blog.challenges.events import ChallengeRemoved
from blog.challenges.models.challenges import Challenge
from blog.challenges.queries.awards import awards_of
from blog.challenges.queries.outcomes import contest_of
from blog.challenges.recording import end_of_ledger
from blog.challenges.values import HIDDEN, AwardStep, ChallengeStatus, Ending
from blog.core import clock
from blog.core.actor import Actor
from blog.core.db import session
from blog.core.errors import Conflict, RuleBroken
from blog.core.events import publish
from blog.core.jobs.queue import enqueue
from blog.core.permissions import require


def remove_challenge(actor: Actor, challenge: Challenge) -> None:
    """Take a challenge away that has never been open: nobody has seen it. Publishes `ChallengeRemoved`.

    Its block in the article stays, and can be set up again. Raises `Forbidden` and `Conflict`.
    """
    require(actor, "challenge:end", challenge)
    locked = caught_up(challenge)
    if locked.status not in HIDDEN:
        raise Conflict(_("This challenge has been opened: it can be called off, and not be removed."))
    publish(ChallengeRemoved(challenge=locked, by=actor))
    for digest in sorted({prize.picture for prize in locked.prizes if prize.picture}):
        forget_later(digest)
    session.delete(locked)
    session.flush()


def cancel_challenge(
    actor: Actor, challenge: Challenge, reason: str, *, seen: Mapping[int, int] | None = None
) -> None:
    """Call off a challenge that was opened: it takes no more answers, and everybody who has taken part is told why.

    `seen` are the entries that have prizes, by rank, as far as whoever decides says what they have seen. Publishes
    `ChallengeEnded`. Raises `Forbidden`, `InvalidInput` (`reason`), `Conflict` when it is over or was never open, or
    others have its prizes, and `RuleBroken` once somebody has claimed a prize: what was promised is given.
    """
    require(actor, "challenge:end", challenge)
    why = checked_reason(reason)
    locked = caught_up(challenge)
    _refuse_over(locked)
    if locked.status in HIDDEN:
        raise Conflict(_("This challenge has not been opened: remove it."))
    if any(award.step != AwardStep.NOTIFIED for award in awards_of(locked)):
        raise RuleBroken(
            _("A prize has been claimed. What was promised is given, so this cannot be called off.")
        )
    refuse_other_winners(contest_of(locked).holders, seen)
    # One that was opened before there were ledgers gets its rows in their order.
    end_of_ledger(locked.id)
    stop(locked)
    revoke_awards(actor, locked, why, is_over=True)
    end(locked, Ending.CANCELLED, why, by=actor)
    if locked.entry_total:
        enqueue(TELL_ENTRANTS, {"challenge_id": locked.id, "news": locked.status})


def end_without_winner(actor: Actor, challenge: Challenge, reason: str) -> None:
    """Say that nobody has won, and let everybody who has taken part be told why. Publishes `ChallengeEnded`.

    Raises `Forbidden`, `InvalidInput` (`reason`), `Conflict` unless it is closed, and `RuleBroken` while somebody can
    still win: an answer has no verdict, its sender has still to confirm it, or mail may be under way.
    """
    require(actor, "challenge:end", challenge)
    why = checked_reason(reason)
    locked = caught_up(challenge)
    _refuse_over(locked)
    if locked.status != ChallengeStatus.CLOSED:
        raise Conflict(_("Close the challenge first, and have every answer judged."))
    refuse_while_somebody_can_win(locked, clock.now())
    end(locked, Ending.NO_WINNER, why, by=actor)


def _refuse_over(challenge: Challenge) -> None:
    if ChallengeStatus(challenge.status).is_over:
        raise Conflict(_("This challenge is over already."))
