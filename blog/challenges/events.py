"""What happens to challenges."""

from dataclasses import dataclass

from blog.challenges.models import Award, Challenge, Entry, Verdict
from blog.core.actor import Actor
from blog.core.events import Event


@dataclass(frozen=True, slots=True)
class ChallengeOpened(Event):
    """Answers can be mailed from now on."""

    challenge: Challenge
    by: Actor


@dataclass(frozen=True, slots=True)
class EntryJudged(Event):
    """A judge gave a verdict."""

    entry: Entry
    verdict: Verdict
    by: Actor


@dataclass(frozen=True, slots=True)
class WinnerAnnounced(Event):
    """The first correct entry is final, and the winner has been told."""

    award: Award
    by: Actor
