"""Dates in Dutch and English: "1 mei 2024", "May 1st, 2024", "01-05-2024", "1/5/24", "2024-05-01".

Dutch puts the day first. English does, or the month: where both are possible nobody can tell. The month in words is
understood in either language, since no name of one means another month in the other.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from blog.challenges.rules.tokens import Language

_NAMES = (
    "januari january jan",
    "februari february febr feb",
    "maart march mrt mar",
    "april apr",
    "mei may",
    "juni june jun",
    "juli july jul",
    "augustus august aug",
    "september sept sep",
    "oktober october okt oct",
    "november nov",
    "december dec",
)
_WEEKDAYS = (
    "maandag monday ma mon",
    "dinsdag tuesday di tue",
    "woensdag wednesday wo wed",
    "donderdag thursday do thu",
    "vrijdag friday vr fri",
    "zaterdag saturday za sat",
    "zondag sunday zo sun",
)
# Too short for anything near to it.
_MISSPELLED_MAY = ("mai", "mey", "meij", "me")
_MONTHS = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}
MONTH_NAMES = "|".join(sorted(_MONTHS, key=len, reverse=True))
"""For a pattern: the longest first."""
_YEAR = r"(?:[,.]?\s?(?:van\s|of\s|in\s)?(?P<{}>[0-9]{{4}}|'?[0-9]{{2}}(?![0-9:])))?"
_PATTERN = re.compile(
    rf"(?<![\w.,:/-])(?P<day>[0-9]{{1,2}})\s?(?:e|de|ste|st|nd|rd|th)?\.?\s?-?(?:of\s)?(?P<month>{MONTH_NAMES})\b\.?-?"
    + _YEAR.format("year")
    + rf"|\b(?P<month_first>{MONTH_NAMES})\.?\s(?:the\s)?(?P<day_second>[0-9]{{1,2}})(?:st|nd|rd|th)?(?![\w:])"
    + _YEAR.format("year_last")
    + r"|(?<![\w.,:/-])(?P<first>[0-9]{1,4})\s?(?P<joint>[-/.])\s?(?P<second>[0-9]{1,2})\s?(?P=joint)\s?'?"
    r"(?P<third>[0-9]{1,4})(?![\w:/-]|[.,][0-9])"
)


@dataclass(frozen=True, slots=True)
class Day:
    """A day as somebody wrote it. `year` is None when it is missing; `century_known` is false for "'24"."""

    year: int | None
    month: int
    day: int
    century_known: bool = True

    def is_on(self, when: date) -> bool:
        """Whether this is that day, with the year and century that it has."""
        if self.year is None or (self.month, self.day) != (when.month, when.day):
            return False
        return self.year == when.year if self.century_known else self.year == when.year % 100


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date in a text: what it means, None when nobody can tell, what else it can mean, and its characters."""

    day: Day | None
    others: tuple[Day, ...]
    text: str


def dates_in(plain: str, language: Language) -> list[WrittenDate]:
    """The dates in a text that `characters.plain` has made; what is no day of a calendar is left out."""
    return [*_dates(plain, language)]


def names_month(plain: str, when: date) -> bool:
    """Whether a text names the month of a day: perhaps it says the rest in words."""
    return any(_MONTHS.get(word) == when.month for word in re.findall(r"[a-z]+", plain))


def names_like(when: date) -> list[str]:
    """The names of the month of a day: what is near to one of them may be meant for it."""
    return [*_NAMES[when.month - 1].split(), *(_MISSPELLED_MAY if when.month == 5 else ())]


def weekdays_of(when: date) -> frozenset[str]:
    """What the day of the week is called."""
    return frozenset(_WEEKDAYS[when.weekday()].split())


def _dates(plain: str, language: Language) -> Iterator[WrittenDate]:
    for found in _PATTERN.finditer(plain):
        if found["joint"]:
            written = _in_numbers(found, language)
        else:
            month = _MONTHS[found["month"] or found["month_first"]]
            day = int(found["day"] or found["day_second"])
            named = _day(found["year"] or found["year_last"] or "", month, day)
            written = WrittenDate(named, (), found[0].strip()) if named else None
        if written is not None:
            yield written


def _in_numbers(found: re.Match[str], language: Language) -> WrittenDate | None:
    first, second, third = found["first"], found["second"], found["third"]
    if len(first) > 2:
        day = _day(first, int(second), int(third)) if len(first) == 4 and len(third) <= 2 else None
        return WrittenDate(day, (), found[0]) if day else None
    if len(third) not in (2, 4):
        return None
    day_first = _day(third, int(second), int(first))
    month_first = _day(third, int(first), int(second))
    if day_first is None or month_first is None or day_first == month_first:
        only = day_first or month_first
        return WrittenDate(only, (), found[0]) if only else None
    if language is Language.DUTCH:
        return WrittenDate(day_first, (month_first,), found[0])
    return WrittenDate(None, (day_first, month_first), found[0])


def _day(year: str, month: int, day: int) -> Day | None:
    digits = year.lstrip("'")
    # A leap year, since without a year or a century it may be one.
    checked_year = int(digits) if len(digits) == 4 else 2000
    try:
        date(checked_year, month, day)
    except ValueError:
        return None
    return Day(int(digits) if digits else None, month, day, century_known=len(digits) != 2)
