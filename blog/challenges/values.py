"""Small values of challenges."""

from enum import StrEnum


class ChallengeStatus(StrEnum):
    """What an editor has decided about a challenge; the rest follows from the clock and the verdicts."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    ANNOUNCED = "announced"


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
