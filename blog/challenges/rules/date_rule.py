"""The rule about a date: this day."""

import re

from blog.challenges.rules.dates import WrittenDate, dates_in, names_month
from blog.challenges.rules.kinds import OnDate, iso_date
from blog.challenges.rules.letter import Letter
from blog.challenges.rules.phrases import ALTERNATIVES, DENIALS
from blog.challenges.rules.reading import NOTHING, Reading, Why
from blog.challenges.rules.tokens import Language, tokens_of

_DIGIT = re.compile("[0-9]")
_MANY_WORDS = 60


class DateMatcher:
    """The only date in the message is the one that was asked for."""

    def __init__(self, kind: OnDate, language: Language) -> None:
        self._date = iso_date(kind.date, "date")
        self._language: Language = language

    def read(self, letter: Letter) -> Reading:
        """MATCH when every date in the text is that day, and no other number or word makes another one of it."""
        dates = dates_in(letter.plain, self._language)
        hits = [one for one in dates if one.day is not None and one.day.is_on(self._date)]
        if not hits:
            return NOTHING
        beside = _without(dates, letter.plain)
        words = [token.text for token in tokens_of(beside, self._language)]
        return Reading(self._concern(dates, hits, words, beside), hits[0].text)

    def may_match(self, text: str, elided: str) -> Reading:
        """A date that can be read as that day, or that lacks its year; its month, with the rest in words."""
        if found := self._anyhow(text):
            return Reading(Why.AMBIGUOUS, found)
        dates = dates_in(text, self._language)
        beside = _without(dates, text)
        is_same_month = any(one.day is not None and one.day.month == self._date.month for one in dates)
        if names_month(beside, self._date) or (is_same_month and _DIGIT.search(beside)):
            return Reading(Why.PARTLY)
        found = self._anyhow(elided)
        return Reading(Why.QUOTED, found) if found else NOTHING

    def _concern(
        self, dates: list[WrittenDate], hits: list[WrittenDate], words: list[str], beside: str
    ) -> Why:
        if any(word in DENIALS for word in words):
            return Why.NEGATION
        if len(hits) < len(dates) or any(word in ALTERNATIVES for word in words):
            return Why.SEVERAL_ANSWERS
        return Why.OTHER_WORDS if _DIGIT.search(beside) or len(words) > _MANY_WORDS else Why.MATCH

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
