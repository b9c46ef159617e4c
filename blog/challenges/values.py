"""Small values of challenges."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MAX_TITLE = 300
MAX_PRIZE = 300
MAX_REASON = 2000
# How many answers of one person count, unless the editor says otherwise.
USUAL_ATTEMPTS = 3
MAX_ATTEMPTS = 1000
# Of times that somebody types.
FIRST_YEAR = 2000
LAST_YEAR = 9000
MAX_PRIZES = 10
MAX_PICTURE_TEXT = 300
# A million euros, in cents.
MAX_VALUE = 100_000_000
MAX_JUDGES = 2
MAX_CLAIM_DAYS = 90
# Of one part of the rules text.
MAX_RULES = 5000
MAX_RUBRIC = 20
MAX_RUBRIC_WORDS = 300
# What a judge ticks has a short name, which stands in the ledger.
RUBRIC_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,29}")
# So long whoever stands first has to say that an answer is theirs.
CONFIRM_WITHIN = timedelta(days=7)
# What a rule that decides is called where judges have names.
RULE_LABEL = "rule"
# The terms of verdicts that were given before there were ledgers and stand in none: they count for nothing.
NO_TERMS = -1
# So long a winner has to say that they want the prize, unless the editor says otherwise.
CLAIM_DAYS = 10
# So long the desk has to send a prize that was claimed, before it is reminded.
SEND_WITHIN = timedelta(days=14)
MAX_ADDRESS = 500
MAX_TRACKING = 300
# A slug is the local part of a mail address: the longest one still fits RFC 5321 §4.5.3.1.1 (64 octets).
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{1,58}")
# Mailboxes that belong to whoever runs the domain (RFC 2142), or that our own mail uses.
RESERVED_MAILBOXES = frozenset(
    (
        "abuse admin administrator ftp hostmaster info marketing news noc postmaster root sales security "
        "support usenet uucp webmaster www "
        "bounce bounces daemon mailer-daemon no-reply nobody noreply "
        "answers challenge challenges claim claims replies reply subscribe unsubscribe"
    ).split()
)


class ChallengeStatus(StrEnum):
    """What has been decided about a challenge; the rest follows from the clock and the verdicts (`Phase`)."""

    DRAFT = "draft"
    # It opens by itself.
    SCHEDULED = "scheduled"
    OPEN = "open"
    CLOSED = "closed"
    # Somebody has been told that they have won, and has still to claim it.
    PROVISIONAL = "provisional"
    FINAL = "final"
    NO_WINNER = "no_winner"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """Whether nothing is going to be decided any more."""
        return self in OVER


OVER = frozenset({ChallengeStatus.FINAL, ChallengeStatus.NO_WINNER, ChallengeStatus.CANCELLED})
DECIDED = OVER | {ChallengeStatus.PROVISIONAL}
# What readers do not see, and what takes no mail.
HIDDEN = frozenset({ChallengeStatus.DRAFT, ChallengeStatus.SCHEDULED})


class Phase(StrEnum):
    """What a challenge is at an instant, as its page says it."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    OPEN = "open"
    CLOSED = "closed"
    JUDGING = "judging"
    SETTLING = "settling"
    PROVISIONAL = "provisional"
    FINAL = "final"
    NO_WINNER = "no_winner"
    CANCELLED = "cancelled"


class AwardStep(StrEnum):
    """How far a prize has come on its way to somebody; the last four end that way without it.

    `returned` stands in no ledger: nobody else can get what was sent once.
    """

    NOTIFIED = "notified"
    CLAIMED = "claimed"
    SENT = "sent"
    # The parcel has come back to us, and is to be sent once more.
    RETURNED = "returned"
    RECEIVED = "received"
    DECLINED = "declined"
    EXPIRED = "expired"
    DISQUALIFIED = "disqualified"
    # The terms were amended: everything is judged again, and perhaps it is theirs again.
    REVOKED = "revoked"

    @property
    def is_lost(self) -> bool:
        """Whether it has ended without the prize, so that it never comes back to the same entry."""
        return self in {AwardStep.DECLINED, AwardStep.EXPIRED, AwardStep.DISQUALIFIED}

    @property
    def is_living(self) -> bool:
        """Whether the prize is still theirs, or on its way to them."""
        return not self.is_lost and self is not AwardStep.REVOKED


# As long as a prize is on no way to anybody, its winner can say where to.
STILL_TO_BE_SENT = frozenset({AwardStep.NOTIFIED, AwardStep.CLAIMED, AwardStep.RETURNED})
# The reason in the books for whoever leaves for good before their prize was sent.
LEFT = "left"


class ActOf(StrEnum):
    """Whose act a step of a prize was, as the ledger says it."""

    WINNER = "winner"
    # Somebody who works here, whoever it was.
    DESK = "desk"
    CLOCK = "clock"


class Ending(StrEnum):
    """How a challenge has ended."""

    FINAL = "final"
    NO_WINNER = "no_winner"
    CANCELLED = "cancelled"


class RulesPart(StrEnum):
    """The parts of the rules text. Their order is that in which everybody reads them; none may be empty at opening.

    What follows from the terms (period, number of prizes, tries) is not written but told. Source: Gedragscode
    promotionele kansspelen 2014, which asks for these of games of chance; of a contest of skill nobody asks for less.
    """

    ORGANISER = "organiser"
    ADDRESS = "address"
    ENTRY = "entry"
    COSTS = "costs"
    PRIZES = "prizes"
    DECISION = "decision"
    ANNOUNCEMENT = "announcement"
    EXCLUDED = "excluded"
    AGE = "age"
    ASKED = "asked"
    PERSONAL_DATA = "personal_data"
    COMPLAINTS = "complaints"


@dataclass(frozen=True, slots=True)
class ChallengeWords:
    """What a challenge says. `question_html` is trusted: whoever makes this has rendered it."""

    title: str
    question_html: str
    prize: str
    judging: str
    language: str


@dataclass(frozen=True, slots=True)
class PrizeWords:
    """What one winner gets: what it is worth, in cents of a euro, and the digest of its picture."""

    title: str
    value_cents: int | None = None
    picture: str | None = None
    picture_text: str = ""


@dataclass(frozen=True, slots=True)
class RubricItem:
    """One thing that judges look at beside right and wrong."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class TermsWords:
    """What the desk decides about a challenge, whole. `prizes` by rank; `attempts` None: any number of them.

    `rules` by `RulesPart`: a part that is not in it has its usual text, one that is empty has none.
    """

    title: str
    prizes: Sequence[PrizeWords]
    closes_at: datetime | None
    attempts: int | None
    judges: int
    claim_days: int
    rules: Mapping[str, str]
    rubric: Sequence[RubricItem]


class Judging(StrEnum):
    """Who decides whether an answer is correct."""

    EDITOR = "editor"


class Judgement(StrEnum):
    """What a judge says of an entry. `unclear` is not final: it keeps later entries waiting."""

    CORRECT = "correct"
    INCORRECT = "incorrect"
    UNCLEAR = "unclear"


class Ineligible(StrEnum):
    """Why an entry cannot win. It keeps its number and blocks nobody."""

    AUTOMATIC = "automatic"
    BOUNCE = "bounce"
    LIST = "list"
    LATE = "late"
    STAFF = "staff"
    EMPTY = "empty"
    # The same mail as an earlier entry: its sender's server sent it again.
    DUPLICATE = "duplicate"
    # Its sender is not proven, and has not confirmed it in time.
    UNCONFIRMED = "unconfirmed"
    # Its sender has left for good, and the answer with them.
    WITHDRAWN = "withdrawn"
    # An editor has said that it cannot take part, and why.
    DISQUALIFIED = "disqualified"
    # Its sender had used up their tries. Never stored: it follows from what is known of the others.
    OVER_LIMIT = "over_limit"


# No person has sent it.
MACHINES = frozenset({Ineligible.AUTOMATIC, Ineligible.BOUNCE, Ineligible.LIST})


class WhyDisqualified(StrEnum):
    """Why an editor says that an entry cannot take part."""

    # Another entry is of the same person, who has no more tries.
    SAME_PERSON = "same_person"
    # It is of somebody whom the rules keep out.
    KEPT_OUT = "kept_out"
    # It is somebody else's answer.
    COPIED = "copied"
    # Somebody has tried to get at the prize in another way than by answering.
    CHEATED = "cheated"
    # It breaks another rule of the challenge.
    AGAINST_RULES = "against_rules"


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a judge says of an entry: the verdict, why, and the codes of what they have ticked."""

    judgement: Judgement
    reason: str = ""
    rubric: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """What a judge had before them: which terms were in force, and the last verdict that they could see (0: none)."""

    terms: int
    verdict: int


class NeedsReason(StrEnum):
    """Why a verdict has to say why."""

    UNCLEAR = "unclear"
    # It is other than what was said before: by the same judge, by another one, or by a rule.
    OWN = "own"
    OTHERS = "others"
    RULE = "rule"
    # Two judges differ.
    CONFLICT = "conflict"
    # It calls correct what no program could read, or what stands in attachments only.
    UNREADABLE = "unreadable"
    ATTACHED = "attached"


class Shared(StrEnum):
    """What two entries may have in common that could mean that one person has sent both."""

    ADDRESS = "address"
    NAME = "name"
    # Where both were typed on our page, for as long as that is kept.
    NETWORK = "network"
    WORDS = "words"


class ConfirmedBy(StrEnum):
    """How it was shown that an answer is of whom it names. `domain`: theirs, which had not answered us at first."""

    REPLY = "reply"
    CODE = "code"
    SIGN_IN = "sign-in"
    DOMAIN = "domain"


class Heard(StrEnum):
    """What came of an answer to our question whether an entry is somebody's."""

    DONE = "done"
    DISOWNED = "disowned"
    UNCLEAR = "unclear"
    TOO_LATE = "too-late"


class CodeCheck(StrEnum):
    """What came of a code that was typed: to claim a prize, or to decline it. `late`: that time is over."""

    AGREED = "agreed"
    WRONG = "wrong"
    BLOCKED = "blocked"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Tries:
    """Which try of its sender an entry is, and how many the rules count."""

    number: int
    allowed: int


def is_reserved(slug: str) -> bool:
    """Whether a slug is a mailbox that must never collect answers."""
    return slug in RESERVED_MAILBOXES
