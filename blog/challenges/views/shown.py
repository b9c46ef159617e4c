"""How a challenge is shown to everybody: one set of facts for its block, its page and the list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from blog.challenges.models.challenges import Challenge
from blog.challenges.policy import status_at
from blog.challenges.queries.awards import Result, results_of
from blog.challenges.values import ChallengeStatus
from blog.challenges.words.states import status_words
from blog.core import clock
from blog.core.config import current_settings


@dataclass(frozen=True, slots=True)
class ShownChallenge:
    """What the component `challenge_block` draws. `state` is one of its words."""

    slug: str
    title: str
    question_html: Markup
    prize: str
    language: str
    state: str
    address: str
    entry_count: int
    opens_at: datetime | None
    closes_at: datetime | None
    # Who has won what, by rank; none while it goes on.
    results: Sequence[Result] = ()
    # Why it has ended as it did, where that has a reason.
    ended_why: str = ""


def shown(challenge: Challenge) -> ShownChallenge:
    """A challenge as it stands now."""
    return shown_all([challenge])[0]


def shown_all(challenges: Sequence[Challenge]) -> list[ShownChallenge]:
    """Challenges as they stand now, in the order given; their results are read together."""
    results = results_of(challenges)
    return [_shown(challenge, results.get(challenge.id, ())) for challenge in challenges]


def _shown(challenge: Challenge, results: Sequence[Result]) -> ShownChallenge:
    return ShownChallenge(
        slug=challenge.slug,
        title=challenge.title,
        # The renderer sanitised it when the article was saved.
        question_html=Markup(challenge.question_html),  # noqa: S704
        prize=challenge.prize,
        language=challenge.language,
        state=_state(challenge),
        address=f"{challenge.slug}@{current_settings().answer_domain}",
        entry_count=challenge.entry_total,
        opens_at=challenge.opens_at,
        closes_at=challenge.closes_at,
        results=results,
        ended_why=challenge.ended_why,
    )


def state_in_words(challenge: Challenge) -> str:
    """What a challenge is now, for the desk."""
    return status_words(status_at(challenge, clock.now()))


def _state(challenge: Challenge) -> str:
    status = status_at(challenge, clock.now())
    # Once it is closed, what arrived is read; with no entries there is nothing to read.
    if status is ChallengeStatus.CLOSED and challenge.entry_total:
        return "judging"
    return status.value
