"""The rule about a date: this day."""

import re

from blog.challenges.rules.beside import says_nothing
from blog.challenges.rules.closed_forms import day_in
from blog.challenges.rules.dates import Day, WrittenDate, dates_in, names_like, names_month, weekdays_of
from blog.challenges.rules.kinds import OnDate, iso_date
from blog.challenges.rules.letter import Letter
from blog.challenges.rules.near import Answers
from blog.challenges.rules.phrases import ALTERNATIVES, DENIALS
from blog.challenges.rules.quantities import words_in
from blog.challenges.rules.reading import NOTHING, Reading, Why
from blog.challenges.rules.tokens import Language, tokens_of

_DIGIT = re.compile("[0-9]")
_RUN = re.compile("(?<![0-9])(?:[0-9]{8}|[0-9]{6})(?![0-9])")
_ROMAN = re.compile(r"(?<![^\W_])[ivx]+(?![^\W_])")
_ROMANS = "i ii iii iv v vi vii viii ix x xi xii".split()
# "'26" is understood as a year from here on, for a hundred years.
_FIRST_SHORT_YEAR = 1950


class DateMatcher:
    """The only date in the message is the one that was asked for."""

    def __init__(self, kind: OnDate, language: Language) -> None:
        self._date = iso_date(kind.date, "date")
        self._language: Language = language
        self._weekdays = weekdays_of(self._date)
        self._months = Answers(names_like(self._date))
        year, month, day = f"{self._date:%Y}", f"{self._date:%m}", f"{self._date:%d}"
        years = (year, year[2:])
        self._runs = frozenset(
            run for each in years for run in (day + month + each, month + day + each, each + month + day)
        )

    def read(self, letter: Letter) -> Reading:
        """MATCH when every date in the text is that day, and nothing beside it says more than its day of the week."""
        dates = dates_in(letter.plain, self._language)
        hits = [one for one in dates if one.day is not None and self._is_right(one.day)]
        if not hits:
            return NOTHING
        beside = _without(dates, letter.plain)
        words = [token.text for token in tokens_of(beside, self._language)]
        return Reading(self._concern(dates, hits, words, beside), hits[0].text)

    def may_match(self, text: str, elided: str) -> Reading:
        """A date that can be read as that day, or that lacks its year; its month, with the rest in words; in the new
        text also its numbers alone, and its month misspelled.
        """
        if found := self._anyhow(text):
            return Reading(Why.AMBIGUOUS, found)
        dates = dates_in(text, self._language)
        beside = _without(dates, text)
        is_same_month = any(one.day is not None and one.day.month == self._date.month for one in dates)
        if names_month(beside, self._date) or (is_same_month and _DIGIT.search(beside)):
            return Reading(Why.PARTLY)
        if near := self._in_pieces(beside):
            return near
        found = self._anyhow(elided)
        return Reading(Why.QUOTED, found) if found else NOTHING

    def rejects(self, said: str, /) -> bool:
        """Another whole day; not one of which day and month changed places."""
        day = day_in(said, self._language)
        return day is not None and (day.month, day.day) != (self._date.day, self._date.month)

    def _concern(
        self, dates: list[WrittenDate], hits: list[WrittenDate], words: list[str], beside: str
    ) -> Why:
        if any(word in DENIALS for word in words):
            return Why.NEGATION
        if len(hits) < len(dates) or any(word in ALTERNATIVES for word in words):
            return Why.SEVERAL_ANSWERS
        rest = [word for word in words if word not in self._weekdays]
        return Why.MATCH if says_nothing(rest) and not _DIGIT.search(beside) else Why.OTHER_WORDS

    def _is_right(self, day: Day) -> bool:
        """Whether this is the day for sure: of a year in two digits that only in the hundred years that people mean."""
        is_known = day.century_known or 0 <= self._date.year - _FIRST_SHORT_YEAR < 100
        return is_known and day.is_on(self._date)

    def _in_pieces(self, text: str) -> Reading | None:
        """The day and the month as numbers wherever they stand, the month in Roman or misspelled, the digits in one."""
        if self._runs.intersection(_RUN.findall(text)):
            return Reading(Why.AMBIGUOUS)
        day, month, year = self._date.day, self._date.month, self._date.year
        numbers = [
            value
            for token in tokens_of(text, self._language)
            if token.is_number
            for value in ((token.value,) if token.value is not None else token.others)
        ]
        is_roman = _ROMANS[month - 1] in _ROMAN.findall(text) and day in numbers
        if is_roman or (len(numbers) > 1 and {day, month} <= {*numbers}):
            return Reading(Why.AMBIGUOUS)
        is_about_day = not {day, year, year % 100}.isdisjoint(numbers)
        near = self._months.near(words_in(text)) if is_about_day else ""
        return Reading(Why.PARTLY, near) if near else None

    def _anyhow(self, plain: str) -> str:
        for one in dates_in(plain, self._language):
            for day in (one.day, *one.others):
                if day is None:
                    continue
                is_incomplete = day.year is None and (day.month, day.day) == (
                    self._date.month,
                    self._date.day,
                )
                if is_incomplete or day.is_on(self._date):
                    return one.text
        return ""


def _without(dates: list[WrittenDate], plain: str) -> str:
    """What else stands in a text. The same date, written twice in the same way, goes twice."""
    for text in sorted({one.text for one in dates}, key=len, reverse=True):
        plain = plain.replace(text, " ")
    return plain
