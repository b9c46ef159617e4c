"""What a rule says of a text, and why: in codes, for which the pages have the words."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from blog.challenges.rules.letter import Letter


class Why(StrEnum):
    """Why a rule came to its finding.

    Correct: `match`: the message gives the answer, and nothing speaks against it.
    Incorrect: `no-match`: no way to read the message, quoted text included, comes near the answer. `sample`: the
    message says what the editor gave as a wrong answer.

    A person has to look at the others. `unreadable`: the mail parser does not vouch for the text. `empty`: nothing
    is written. `attachment`: nothing of it matches, and the answer may be in an attachment. `subject`: the same for
    the subject, which names the answer or to which the text points; or that names another answer than the text.
    `too-long`: more text than any rule reads. `several-answers`: another answer stands in it, or is announced.
    `negation`: a word that may turn the answer into its opposite. `struck`: text that was struck out would make a
    difference. `quoted`: the answer stands only in quoted text or below a signature. `other-words`: the answer
    stands among words that the rule does not understand. `near-miss`: a letter (two of a long answer) or a space
    away from it, or in a longer word. `partly`: some of the keywords, of the words of an answer or of a date, not
    all. `ambiguous`: a number or date that can be read as the answer and otherwise. `unit`: the number is right,
    and its unit another than asked for, or none that is converted. `about`: "more than", "almost", "about".
    `rule-failed`: the rule broke; our fault and nobody else's.
    """

    MATCH = "match"
    NO_MATCH = "no-match"
    SAMPLE = "sample"
    UNREADABLE = "unreadable"
    EMPTY = "empty"
    ATTACHMENT = "attachment"
    SUBJECT = "subject"
    TOO_LONG = "too-long"
    SEVERAL_ANSWERS = "several-answers"
    NEGATION = "negation"
    STRUCK = "struck"
    QUOTED = "quoted"
    OTHER_WORDS = "other-words"
    NEAR_MISS = "near-miss"
    PARTLY = "partly"
    AMBIGUOUS = "ambiguous"
    UNIT = "unit"
    ABOUT = "about"
    RULE_FAILED = "rule-failed"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a rule finds in the new text: MATCH, NO_MATCH, or why a person has to look; and the part it is about."""

    why: Why
    matched: str = ""


NOTHING = Reading(Why.NO_MATCH)


class Matcher(Protocol):
    """A rule that is ready to read."""

    def read(self, letter: Letter) -> Reading:
        """What the new text says by the strictest reading."""
        ...

    def may_match(self, text: str, elided: str) -> Reading:
        """Whether any reading of the whole new text, or else of the old one, comes near the answer; both are plain.
        NOTHING when none does; QUOTED when one of the old text does.
        """
        ...

    def rejects(self, said: str, /) -> bool:
        """Whether all that a text says (`closed_forms.said_in`) is another answer, in a closed form."""
        ...
