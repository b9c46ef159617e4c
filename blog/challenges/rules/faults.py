"""What can be wrong with a rule, in codes: the pages that show it have the words."""

from enum import StrEnum


class Fault(StrEnum):
    """Why a rule cannot be used.

    `unknown-kind`: there is no such kind of rule. `malformed`: a field is missing, of another type, or one too many.
    `other-version`: it was written for another normaliser. `empty`: nothing is left of it once it is normalised, or
    there is none. `too-long`, `too-many`: more than a rule may have. `ambiguous`: a number in it can be read in two
    ways. `not-a-number`, `not-a-date`: it is none, in the form that JSON has them. `negative`: a tolerance below zero.
    `unknown-unit`: not in the table of units. `look-around`, `back-reference`: what no engine can do in linear time.
    `syntax`: RE2 does not understand the pattern. `too-complex`: it would take too much time or memory.
    `matches-nothing`: it also matches a text in which nothing stands.
    """

    UNKNOWN_KIND = "unknown-kind"
    MALFORMED = "malformed"
    OTHER_VERSION = "other-version"
    EMPTY = "empty"
    TOO_LONG = "too-long"
    TOO_MANY = "too-many"
    AMBIGUOUS = "ambiguous"
    NOT_A_NUMBER = "not-a-number"
    NOT_A_DATE = "not-a-date"
    NEGATIVE = "negative"
    UNKNOWN_UNIT = "unknown-unit"
    LOOK_AROUND = "look-around"
    BACK_REFERENCE = "back-reference"
    SYNTAX = "syntax"
    TOO_COMPLEX = "too-complex"
    MATCHES_NOTHING = "matches-nothing"


class RuleFault(Exception):
    """A rule that cannot be used: in which field, why, and what exactly (as written, or in the words of RE2)."""

    def __init__(self, field: str, why: Fault, detail: str = "") -> None:
        super().__init__(f"{field}: {why}{f' ({detail})' if detail else ''}")
        self.field = field
        self.why = why
        self.detail = detail
