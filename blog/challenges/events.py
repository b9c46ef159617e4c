"""What happens to challenges."""

from dataclasses import dataclass, field

from blog.challenges.models.awards import Award
from blog.challenges.models.challenges import Amendment, Challenge
from blog.challenges.models.entries import Entry, Verdict
from blog.challenges.values import AwardStep
from blog.core.actor import Actor
from blog.core.events import Event


@dataclass(frozen=True, slots=True)
class ChallengeMade(Event):
    """There is a challenge, as a draft."""

    challenge: Challenge
    by: Actor


@dataclass(frozen=True, slots=True)
class ChallengeChanged(Event):
    """A challenge says something else than before: its words, or in which article it stands."""

    challenge: Challenge
    by: Actor


@dataclass(frozen=True, slots=True)
class ClosingTimeSet(Event):
    """Answers count until another time than before."""

    challenge: Challenge
    by: Actor


@dataclass(frozen=True, slots=True)
class ChallengeOpened(Event):
    """Answers can be mailed from now on."""

    challenge: Challenge
    by: Actor


@dataclass(frozen=True, slots=True)
class ChallengeScheduled(Event):
    """A challenge opens by itself at a time."""

    challenge: Challenge
    by: Actor


@dataclass(frozen=True, slots=True)
class ChallengeTakenBack(Event):
    """A challenge that would have opened by itself is a draft again."""

    challenge: Challenge
    by: Actor


@dataclass(frozen=True, slots=True)
class ChallengeRemoved(Event):
    """A challenge that nobody had seen is gone."""

    challenge: Challenge
    by: Actor


@dataclass(frozen=True, slots=True)
class TermsAmended(Event):
    """A challenge that was opened has other terms; with `amendment.rejudge` everything is judged again."""

    challenge: Challenge
    amendment: Amendment
    by: Actor


@dataclass(frozen=True, slots=True)
class AwardRevoked(Event):
    """Somebody who was told that they have won has not, for a reason that everybody may read.

    `is_over`: the challenge has ended with this; else everything is judged again.
    """

    award: Award
    reason: str
    is_over: bool
    by: Actor


@dataclass(frozen=True, slots=True)
class ChallengeClosed(Event):
    """Somebody closed a challenge: what arrives from now on is late."""

    challenge: Challenge
    by: Actor


@dataclass(frozen=True, slots=True)
class EntryJudged(Event):
    """A judge gave a verdict."""

    entry: Entry
    verdict: Verdict
    by: Actor


@dataclass(frozen=True, slots=True)
class VerdictsGiven(Event):
    """A judge has given one verdict, or several together: all of them are in."""

    challenge: Challenge


@dataclass(frozen=True, slots=True)
class SendersShown(Event):
    """Somebody at the command line looks at who sent the entries of a challenge that is not decided."""

    challenge: Challenge
    by: Actor


@dataclass(frozen=True, slots=True)
class EntryDisqualified(Event):
    """An editor says that an entry cannot take part, and why. `lost`: the prize that it had lost before, if any."""

    entry: Entry
    code: str
    by: Actor
    reason: str = ""
    lost: Award | None = None


@dataclass(frozen=True, slots=True)
class EntryReinstated(Event):
    """An entry that was disqualified takes part again."""

    entry: Entry
    by: Actor


@dataclass(frozen=True, slots=True)
class SenderAskedAgain(Event):
    """Whoever an entry names is to be asked once more whether it is theirs, and has a week from then on."""

    entry: Entry
    by: Actor


@dataclass(frozen=True, slots=True)
class WinnerAnnounced(Event):
    """The first correct entry is final. `code` is what the winner types to agree on a name."""

    award: Award
    code: str = field(repr=False)
    by: Actor


@dataclass(frozen=True, slots=True)
class WinnerCodeRenewed(Event):
    """Whoever has won is to get a new code, as the earlier one is lost or good for nothing any more."""

    award: Award
    code: str = field(repr=False)
    by: Actor


@dataclass(frozen=True, slots=True)
class TrackingCorrected(Event):
    """What a winner was told of how their prize can be followed was wrong, and is put right."""

    award: Award
    by: Actor


@dataclass(frozen=True, slots=True)
class PublicNameRemoved(Event):
    """An editor has taken away the name that is shown with a correct answer: its number alone stays."""

    entry: Entry
    reason: str
    by: Actor


@dataclass(frozen=True, slots=True)
class PrizeStepTaken(Event):
    """A prize has come a step further, or comes to its winner no more. `by` is None: they did it, or time did."""

    award: Award
    step: AwardStep
    reason: str
    by: Actor | None


@dataclass(frozen=True, slots=True)
class ChallengeEnded(Event):
    """Nothing of a challenge is going to be decided any more. `by` is None: the last winner has claimed their prize."""

    challenge: Challenge
    by: Actor | None
