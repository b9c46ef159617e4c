"""How a challenge is shown to everybody: one set of facts for its block, its page and the list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from blog.challenges.automatic import key_of
from blog.challenges.models.challenges import Challenge
from blog.challenges.policy import status_at
from blog.challenges.queries.amendments import last_amended
from blog.challenges.queries.awards import Result, results_of
from blog.challenges.queries.phases import phases_of
from blog.challenges.terms import words_of
from blog.challenges.values import HIDDEN, ChallengeStatus, Phase
from blog.challenges.words.answer_rule import key_words
from blog.challenges.words.rules import euros
from blog.challenges.words.states import status_words
from blog.challenges.words.taking_part import limit_words
from blog.challenges.words.terms import phase_sentence, phase_words
from blog.core import clock
from blog.core.config import current_settings


@dataclass(frozen=True, slots=True)
class ShownPrize:
    """One prize as everybody sees it. `value` in words, `picture` its digest; both may be empty."""

    title: str
    value: str = ""
    picture: str = ""
    picture_text: str = ""


@dataclass(frozen=True, slots=True)
class ShownChallenge:
    """What the component `challenge_block` draws. `state` is a `Phase`, `state_words` what that is called.

    `next_words` say what comes next, and `ended_why` why it has ended, where that has a reason. `limit_words` say how
    many answers of one person count; `amended_at` is when its terms were last changed after opening.
    """

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
    prizes: Sequence[ShownPrize] = ()
    state_words: str = ""
    next_words: str = ""
    ended_why: str = ""
    has_rules: bool = False
    limit_words: str = ""
    amended_at: datetime | None = None


def shown(challenge: Challenge) -> ShownChallenge:
    """A challenge as it stands now."""
    return shown_all([challenge])[0]


def shown_all(challenges: Sequence[Challenge]) -> list[ShownChallenge]:
    """Challenges as they stand now, in the order given; what is read of them is read together."""
    results, phases = results_of(challenges), phases_of(challenges, clock.now())
    amended = last_amended(challenges)
    return [
        _shown(each, phases[each.id], results.get(each.id, ()), amended.get(each.id)) for each in challenges
    ]


def _shown(
    challenge: Challenge, phase: Phase, results: Sequence[Result], amended_at: datetime | None
) -> ShownChallenge:
    return ShownChallenge(
        slug=challenge.slug,
        title=challenge.title,
        # The renderer sanitised it when the article was saved.
        question_html=Markup(challenge.question_html),  # noqa: S704
        prize=challenge.prize,
        language=challenge.language,
        state=phase.value,
        address=f"{challenge.slug}@{current_settings().answer_domain}",
        entry_count=challenge.entry_total,
        opens_at=challenge.opens_at,
        closes_at=challenge.closes_at,
        results=results,
        prizes=[
            ShownPrize(
                prize.title,
                euros(prize.value_cents) if prize.value_cents is not None else "",
                prize.picture or "",
                prize.picture_text,
            )
            for prize in words_of(challenge).prizes
        ],
        state_words=phase_words(phase),
        next_words=phase_sentence(phase),
        ended_why=challenge.ended_why,
        has_rules=bool(challenge.rules) or challenge.status in HIDDEN,
        limit_words=limit_words(challenge.attempts),
        amended_at=amended_at,
    )


def key_shown(challenge: Challenge) -> str:
    """What the rule of a challenge took for correct, in a sentence; nothing before the end, or where it has none."""
    key = key_of(challenge) if ChallengeStatus(challenge.status).is_over else None
    return key_words(key) if key else ""


def state_in_words(challenge: Challenge) -> str:
    """What a challenge is now, for the desk."""
    return status_words(status_at(challenge, clock.now()))
