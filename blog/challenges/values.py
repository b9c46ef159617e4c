"""Small values of challenges."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

MAX_TITLE = 300
MAX_PRIZE = 300
MAX_REASON = 2000
# So long whoever stands first has to say that an answer is theirs.
CONFIRM_WITHIN = timedelta(days=7)
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
    """What an editor has decided about a challenge; the rest follows from the clock and the verdicts."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    ANNOUNCED = "announced"


@dataclass(frozen=True, slots=True)
class ChallengeWords:
    """What a challenge says. `question_html` is trusted: whoever makes this has rendered it."""

    title: str
    question_html: str
    prize: str
    judging: str
    language: str


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
    """What came of a code that was typed to agree on a name."""

    AGREED = "agreed"
    WRONG = "wrong"
    BLOCKED = "blocked"


def is_reserved(slug: str) -> bool:
    """Whether a slug is a mailbox that must never collect answers."""
    return slug in RESERVED_MAILBOXES
