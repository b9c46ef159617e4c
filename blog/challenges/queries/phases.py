"""What challenges are at an instant, as their pages say it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from blog.challenges.models.challenges import Challenge
from blog.challenges.outcome import Outcome
from blog.challenges.policy import longest_settling, phase_at, status_at
from blog.challenges.queries.outcomes import outcomes_of
from blog.challenges.values import ChallengeStatus, Phase
from blog.core.config import current_application
from blog.core.fragments import Fragments

# Of how many closed challenges a process remembers how far their judging has come.
_KEPT = 256

_Key = tuple[int, int, int, int]

_outcomes = Fragments[Outcome](_KEPT)


def phase_of(challenge: Challenge, instant: datetime) -> Phase:
    """What a challenge is at `instant`. The answers to a closed one are looked through when something has changed."""
    return phases_of([challenge], instant)[challenge.id]


def phases_of(challenges: Sequence[Challenge], instant: datetime) -> Mapping[int, Phase]:
    """What challenges are at `instant`, by challenge; the answers to the closed ones are read together."""
    closed = [each for each in challenges if status_at(each, instant) is ChallengeStatus.CLOSED]
    outcomes, settling = _outcomes_as_they_stand(closed), longest_settling()
    return {each.id: phase_at(each, instant, outcomes.get(each.id), settling) for each in challenges}


def _outcomes_as_they_stand(challenges: Sequence[Challenge]) -> Mapping[int, Outcome]:
    """The outcomes of challenges, by challenge, for pages that everybody asks for.

    Whatever decides anything appends a row to the ledger, so its length tells whether it is still the same.
    """
    application = id(current_application())
    keys = {(application, each.id, each.entry_total, each.ledger_size): each for each in challenges}

    def look_through(missing: Collection[_Key]) -> Mapping[_Key, Outcome]:
        outcomes = outcomes_of([keys[key] for key in missing])
        return {key: outcomes[keys[key].id] for key in missing}

    found = _outcomes.get_all(keys, look_through)
    return {keys[key].id: outcome for key, outcome in found.items()}
