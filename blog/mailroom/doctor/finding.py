"""What the doctor says of one thing."""

from dataclasses import dataclass
from enum import StrEnum

from blog.core.config import Settings

SECONDS_TO_ANSWER = 10.0


class State(StrEnum):
    """How something is. Only `fault` stands in the way of mail."""

    GOOD = "good"
    HINT = "hint"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, how it is, and what to do about it, in a sentence for the operator."""

    what: str
    state: State
    words: str


def is_out_of_reach(domain: str) -> bool:
    """Whether a domain is of this machine alone, so that nobody elsewhere can mail to it."""
    return domain == "localhost" or domain.endswith(".localhost")


def doors_beside_smtp(settings: Settings) -> list[str]:
    """The names of the other doors that are set up, by which mail comes without anybody reaching our own server."""
    doors = {
        "the mailbox": settings.mailbox,
        "Mailgun": settings.mailgun_signing_key,
        "Postmark": settings.postmark,
    }
    return [name for name, setting in doors.items() if setting is not None]
