"""The line above a quotation ("Op … schreef …:"): what a program writes there, and what a person does.

People quote too, and answer in the same line: "Het is 42, want Jan schreef:". So the question is not whether a line
announces a quotation, but how surely it does nothing else.
"""

import re
from enum import IntEnum
from functools import lru_cache

from blog.mailroom.parser.languages.every import LANGUAGES
from blog.mailroom.parser.languages.words import Phrases, list_words, words_of

LONGEST_LINE = 500
ATTRIBUTION_LINES = 4
_LONGEST = LONGEST_LINE * ATTRIBUTION_LINES
# Programs name a date, a person and his address; more words than that are somebody's sentence.
_PROGRAM_WORDS = 36
_UNDATED_WORDS = 12
_SHORT_WORDS = 8
_NAME_WORDS = 6
_SHORT_NAME_WORDS = 4
_WORDS_BEFORE_DATE = 4

_ADDRESS = re.compile(r"[<(\[] ?[^<>()\[\]\s]{0,80}@")
_WHOLE_ADDRESS = re.compile(r"[<(\[] ?[^<>()\[\]\s]{1,320}[>)\]]")
_ADDRESS_AT_END = re.compile(r"@[^<>()\s]{1,255}[>)\]][ \t\xa0]*[:\uff1a]$")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d\d?[./-]\d\d?[./-]\d\d(?!\d)")
_TIME = re.compile(r"(?<!\d)[0-2]?\d[:.]\d\d(?!\d)")
# `3 mei 2024`, `May 3rd, 2024`, `3 de mai. de 2024`; `24-01-17`, `2024/5/3`; 2024年5月3日.
_DATE = re.compile(
    r"(?<!\d)\d\d?(?:\.|st|nd|rd|th|er)?,?(?:\s(?:de\s)?[^\W\d_]{2,14}\.?,?)?\s(?:de\s)?(?:19|20)\d\d(?!\d)"
    r"|(?<!\d)(?:\d{1,2}[./-]\d{1,2}[./-](?:\d\d)?\d\d|(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2})(?!\d)"
    r"|(?<!\d)(?:19|20)\d\d\s?\u5e74\s?\d{1,2}\s?\u6708"
)
_DIGIT = re.compile(r"\d")
_SHORT_DATE = re.compile(r"(?<!\d)\d\d?[./-]\d\d?(?!\d)")
# A clause of one's own ends in one of these; in the names and dates of programs there are only commas and dots.
_CLAUSE = re.compile(r"[,;:!?\u3001\u3002\uff0c\uff1a\uff1b]")
# What is left of a time: its seconds, and how far its zone is from Greenwich.
_ZONE = re.compile(r"^:\d\d|(?:UTC|GMT)?[+-]\d\d?(?::?\d\d)?")
_COLON_AT_END = " \t\xa0*_:\uff1a"
_PARTICLES = frozenset(
    "van de der den ter ten von zu zum zur vom la le du des di da del della dos das do el al bin ibn af av y"
    " op on am om at um dnia w".split()
)
_BESIDE_NAMES = _PARTICLES | frozenset(
    "heeft het volgende u je you has hat sie du avez vous ha usted ustedes pan pani przez via uhr har est".split()
)


def _words(text: str) -> str:
    return words_of(text[:_LONGEST])


_OPENERS = tuple({_words(opener) for language in LANGUAGES.values() for opener in language.openers})
_VERBS = Phrases(verb for language in LANGUAGES.values() for verb in language.verbs)
_OWN = Phrases(own for language in LANGUAGES.values() for own in language.own)


class Announcement(IntEnum):
    """How surely a line is nothing but the line above a quotation."""

    NONE = 0
    SENTENCE = 1
    """Somebody is said to have written, but the person's own words may be in it."""
    NAME = 2
    """As short as "Jan schreef:"."""
    PROGRAM = 3
    """A date or a sender stands where programs put them, with no words of a person before."""
    SURE = 4
    """So much a program's that what is below needs no marks: full date, time, address and verb."""


class _Line:
    """A line, put together when it was wrapped, with its words, and how many stand before the first verb: messages
    can ask ten thousand times, so these are made out once.
    """

    def __init__(self, joined: str) -> None:
        self.text = joined.strip()[:_LONGEST]
        self.words = list_words(self.text)
        self.folded = [word.casefold() for word in self.words]
        self.verb = _VERBS.first_in(self.folded)


# The lines below a line are asked about once with it, and once for themselves.
@lru_cache(maxsize=16)
def announcement(joined: str) -> Announcement:
    """What a line, put together when it was wrapped, says about what follows."""
    line = _Line(joined)
    if _OWN.first_in(line.folded) is not None:
        return Announcement.NONE
    if line.verb is None:
        return Announcement.PROGRAM if _is_bare(line.text) else Announcement.NONE
    if _is_of_a_program(line, line.verb):
        return Announcement.SURE if _is_complete(line) else Announcement.PROGRAM
    return Announcement.NAME if _is_name_with_verb(line.text) else Announcement.SENTENCE


def opens(line: str) -> bool:
    """Whether a line begins as the line above a quotation does in one of the languages."""
    return _words(line[:40]).startswith(_OPENERS)


def has_address(text: str) -> bool:
    """Whether there is an address in brackets, as programs write it."""
    return _ADDRESS.search(text) is not None


def has_date(text: str) -> bool:
    """Whether a line names a day of a year."""
    return _DATE.search(text) is not None


def may_begin(line: str) -> bool:
    """Whether a line may be the first of an attribution that is wrapped: dates alone are somebody's answer."""
    return opens(line) or has_address(line) or has_time(line) or _Line(line).verb is not None


def has_time(text: str) -> bool:
    """Whether a line tells an hour and its minutes; the `3.05` of a date is none."""
    return _TIME.search(_DATE.sub(" ", text)) is not None


def _is_bare(line: str) -> bool:
    """A date, a time, a sender and his address before the colon, and no verb: Gmail in Russian and Japanese,
    Yandex, FairEmail.
    """
    if _ADDRESS_AT_END.search(line) is None or _ADDRESS.search(line) is None:
        return False
    date = _DATE.search(line) or _YEAR.search(line)
    if date is None or not has_time(line):
        return False
    lead = list_words(line[: date.start()])
    return len(lead) <= 1 and not any(word.isdigit() for word in lead)


def _is_complete(line: _Line) -> bool:
    """Whether date, time and address are all there, and the line ends as those of programs do."""
    text = line.text.rstrip(_COLON_AT_END)
    if not (has_address(text) and has_time(text) and has_date(text)):
        return False
    return text.endswith((">", ")", "]")) or _VERBS.end(line.folded)


def _is_of_a_program(line: _Line, verb: int) -> bool:
    """Whether there is a date, with a time or an address, or at least an address, and before the first of these
    and the verb nothing but what programs write there: a word as "op", a day of the week, a name.
    """
    words, text = line.words, line.text
    if len(words) > _PROGRAM_WORDS or len(_ADDRESS.findall(text)) > 1:
        return False
    date, address = _DATE.search(text), _ADDRESS.search(text)
    is_dated = date is not None and (address is not None or has_time(text))
    if not is_dated and (address is None or len(words) > _UNDATED_WORDS):
        return False
    before = words[
        : min(verb, *(len(list_words(text[: found.start()])) for found in (date, address) if found))
    ]
    # What takes longest comes last.
    return _may_lead(before, text, is_dated=is_dated) and (
        not is_dated or _ends_as_programs_do(text, has_sender=address is not None)
    )


def _may_lead(before: list[str], text: str, *, is_dated: bool) -> bool:
    """Whether programs write words such as these before date, address and verb."""
    if is_dated and (len(before) <= 1 or (len(before) <= _WORDS_BEFORE_DATE and opens(text))):
        return not any(word.isdigit() for word in before)
    return _is_name(before, _NAME_WORDS)


def _ends_as_programs_do(line: str, *, has_sender: bool) -> bool:
    """Whether behind date and time no number stands, and, when there is no address, nothing but a name and a verb: a
    sentence may begin with a date, too.
    """
    undated = _DATE.sub(lambda date: " " * (len(date[0]) - 1) + "\n", line)
    times = list(_TIME.finditer(undated))
    end = times[-1].end() if times else 0
    end = max(end, undated.rfind("\n"))
    rest = list_words(_ZONE.sub(" ", _WHOLE_ADDRESS.sub(" ", line[end:])))
    if any(word.isdigit() for word in rest):
        return False
    names = _without_verbs(rest)
    return has_sender or all(word in _BESIDE_NAMES or not word[0].islower() for word in names)


def _without_verbs(words: list[str]) -> list[str]:
    """The words of a line that belong to no verb."""
    return [words[at] for at in _VERBS.outside([word.casefold() for word in words])]


def _is_name_with_verb(text: str) -> bool:
    """Whether a line is a name and a verb, with a short date at most: "Jan schreef:", "Op 24-1 schreef Jan:"."""
    if len(text) > LONGEST_LINE:
        return False
    line = _WHOLE_ADDRESS.sub(" ", text).rstrip(_COLON_AT_END)
    if _DIGIT.search(line):
        for part in (_DATE, _TIME, _SHORT_DATE):
            line = part.sub(" ", line)
    words = list_words(line)
    if len(words) > _SHORT_WORDS or _CLAUSE.search(line):
        return False
    return _is_name(_without_verbs(words), _SHORT_NAME_WORDS + 1)


def _is_name(words: list[str], longest: int) -> bool:
    """Whether words can be a name: each with a capital, or a particle, and no number among them."""
    if not words or len(words) > longest:
        return False
    if any(character.isdigit() for word in words for character in word):
        return False
    return all(word in _PARTICLES or not word[0].islower() for word in words) and any(
        word.casefold() not in _PARTICLES for word in words
    )
