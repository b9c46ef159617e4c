"""What challenges are at an instant, as their pages say it."""

from datetime import datetime

from blog.challenges.models.challenges import Challenge
from blog.challenges.outcome import Outcome
from blog.challenges.policy import longest_settling, phase_at, status_at
from blog.challenges.queries.outcomes import outcome_of
from blog.challenges.values import ChallengeStatus, Phase
from blog.core.config import current_application
from blog.core.fragments import Fragments

# Of how many closed challenges a process remembers how far their judging has come.
_KEPT = 256

_outcomes = Fragments[Outcome](_KEPT)


def phase_of(challenge: Challenge, instant: datetime) -> Phase:
    """What a challenge is at `instant`. The answers to a closed one are looked through when something has changed."""
    if status_at(challenge, instant) is not ChallengeStatus.CLOSED:
        return phase_at(challenge, instant, None)
    return phase_at(challenge, instant, outcome_as_it_stands(challenge), longest_settling())


def outcome_as_it_stands(challenge: Challenge) -> Outcome:
    """The outcome of a challenge for pages that everybody asks for.

    Whatever decides anything appends a row to the ledger, so its length tells whether it is still the same.
    """
    key = (id(current_application()), challenge.id, challenge.entry_total, challenge.ledger_size)
    return _outcomes.get(key, lambda: outcome_of(challenge))
