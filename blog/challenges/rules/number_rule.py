"""The rule about a number: so much, give or take so much, of a unit."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from blog.challenges.rules.beside import says_nothing
from blog.challenges.rules.closed_forms import is_slip_of, number_in
from blog.challenges.rules.faults import Fault, RuleFault
from blog.challenges.rules.kinds import Number, decimal
from blog.challenges.rules.letter import Letter
from blog.challenges.rules.near import SHORTEST_WITH_TYPOS, Answers
from blog.challenges.rules.number_words import spellings
from blog.challenges.rules.phrases import (
    APPROXIMATIONS,
    COMPARISONS,
    DENIALS,
    NEGATIVE,
    NUMBER_LIKE,
    ONES,
    STRETCHED,
)
from blog.challenges.rules.quantities import Measured, Quantity, is_written_as, measured, words_in
from blog.challenges.rules.reading import NOTHING, Reading, Why
from blog.challenges.rules.tokens import Language
from blog.challenges.rules.units import DEGREE, MONEY, UNCONVERTED, UNITS, WORDS_AS_WELL, Unit, unit_before

_SCALES = frozenset({"celsius", "fahrenheit"})
# What measures the same, in a way that is not converted here.
_KIN = (frozenset({"celsius", "fahrenheit", "kelvin"}), frozenset({"time", "calendar"}))
_NEAR_NUMBER = 3
_MOST_SPELLED = 100
_ENDING = 3
_NOTHING_AT_ALL = frozenset("nihil noppes nada zilch nil o".split())
# A mark of minutes, feet or inches, and none that quotes.
_PRIME = re.compile(r"(?<!['\"0-9.,])[0-9][0-9.,]*['\"](?![0-9])")
_SPOKEN_POINT = re.compile("(?<=[0-9])(?: (?:komma|punt|point) |[;'])(?=[0-9])")
_MOST_ADDED = 4
_FEW_NUMBERS = 10
# Below a signature it is no range of numbers, though "06-12345678" has the form of one.
_TELEPHONE = re.compile(r"(?<![\w.,])(?:\+[0-9]{2}|\(?0[1-9])(?:[ ().-]{0,2}[0-9]){7,13}(?!\w)")
_IN_LIST = re.compile(r"^- ", re.MULTILINE)
_TWO_DECIMALS = range(10, 100)
_EQUATION = re.compile(r"(^|: ?)(?:[a-z] ?)?= ?(?=[0-9])", re.MULTILINE)
_HOURS = re.compile(r"[0-9][:.][0-9]{2}(?![0-9])")


class NumberMatcher:
    """The only number in the message is the one that was asked for."""

    def __init__(self, kind: Number, language: Language) -> None:
        self._value = decimal(kind.value, "value")
        self._tolerance = decimal(kind.tolerance, "tolerance")
        self._language: Language = language
        if self._tolerance < 0:
            raise RuleFault("tolerance", Fault.NEGATIVE, kind.tolerance)
        if kind.unit and (kind.unit not in UNITS or kind.unit == DEGREE):
            raise RuleFault("unit", Fault.UNKNOWN_UNIT, kind.unit)
        self._unit = UNITS[kind.unit] if kind.unit else None
        mine = self._unit
        self._factors = {
            unit.factor / mine.factor for unit in UNITS.values() if mine and unit.dimension == mine.dimension
        }
        self._whole = self._whole_numbers()
        lines = (line for value in self._whole for each in Language for line in spellings(value, each))
        self._spelled = Answers(lines)

    def read(self, letter: Letter) -> Reading:
        """MATCH when every number in the text is the right one, and no word makes another one of it."""
        text = measured(_EQUATION.sub(r"\1", letter.plain), self._language)
        said = [quantity for quantity in text.quantities if not quantity.is_soft]
        hits = [quantity for quantity in said if quantity.value is not None and self._is_right(quantity)]
        if not hits:
            return self._with_other_unit(text, said)
        why = self._concern(text, said, hits)
        if why is Why.MATCH and _PRIME.search(letter.plain):
            why = Why.UNIT
        if why is Why.MATCH and self._may_be_negative() and _IN_LIST.search(letter.plain):
            why = Why.AMBIGUOUS
        return Reading(why, _written(text, hits[0]))

    def may_match(self, text: str, elided: str) -> Reading:
        """A number that can be meant in any language, with or without its unit or sign; ranges around the right one; in
        the new text also what only looks like it, and units that are not converted.
        """
        for part, why in ((text, Why.AMBIGUOUS), (_TELEPHONE.sub(" ", elided), Why.QUOTED)):
            for language in (self._language, *(each for each in Language if each is not self._language)):
                if found := self._anyhow(measured(part, language)):
                    return Reading(why, found)
        return self._in_words(text)

    def rejects(self, said: str, /) -> bool:
        """Another number in digits, bare or in a unit that is compared; not the right one with a slip, or rounded."""
        number = number_in(said, self._language)
        if number is None:
            return False
        low, high = self._value - self._tolerance, self._value + self._tolerance
        factors = [*self._in_unit(number.unit, Fraction(1))]
        return bool(factors) and not any(is_slip_of(number.times(factor), low, high) for factor in factors)

    def _may_be_negative(self) -> bool:
        """Whether the dash before an item of a list may be a sign as well: with degrees and money it may."""
        return self._unit is not None and (
            self._unit.dimension in _SCALES or self._unit.dimension.startswith("money")
        )

    def _whole_numbers(self) -> list[Fraction]:
        """The whole numbers that are right, where these are few."""
        low, high = ceil(self._value - self._tolerance), floor(self._value + self._tolerance)
        return [Fraction(value) for value in range(low, min(high, low + _MOST_SPELLED) + 1)]

    def _in_words(self, text: str) -> Reading:
        """The number misspelled, in Roman, or said in another way than those that are worked out."""
        said = measured(text, self._language)
        words = {token.text for token in said.tokens}
        if self._unit is not None and (words & UNCONVERTED or _names_unit(said)):
            return Reading(Why.UNIT)
        if near := self._near_words(words_in(text)):
            return Reading(Why.NEAR_MISS, near)
        is_looser = self._is_in_parts(text, said) or any(is_written_as(value, text) for value in self._whole)
        is_none = self._is_near(Fraction(0)) and words & _NOTHING_AT_ALL
        is_unread = any(token.is_unread for token in said.tokens)
        is_other = is_looser or is_none or is_unread or words & NUMBER_LIKE or self._is_combined(said, text)
        return Reading(Why.AMBIGUOUS) if is_other else NOTHING

    def _is_in_parts(self, text: str, said: Measured) -> bool:
        """Whether the numbers of a text are its digits one by one, the two sides of its point, or add up to it."""
        values = [quantity.value for quantity in said.quantities if quantity.value is not None]
        pointed = _SPOKEN_POINT.sub(".", text)
        return (
            any(str(value) in _digits_in_a_row(said) for value in self._whole)
            or any(self._is_near(value) for value in _beside_point(values))
            or (1 < len(values) <= _MOST_ADDED and self._is_near(sum(values, start=Fraction(0))))
            or (pointed != text and bool(self._anyhow(measured(pointed, self._language))))
        )

    def _near_words(self, words: Sequence[str]) -> str:
        """Words that are the number misspelled, or with an ending: "achtien", "achttiende"."""
        if not self._spelled.lines:
            return ""
        spelled = [line for line in sorted(self._spelled.lines) if len(line) >= SHORTEST_WITH_TYPOS]
        for word in words:
            if any(word.startswith(line) and len(word) <= len(line) + _ENDING for line in spelled):
                return word
        return self._spelled.near(words)

    def _is_combined(self, said: Measured, text: str) -> bool:
        """Whether several numbers may make the one that was asked for: "1 uur en 30 minuten", "1:30", "3 op de 4"."""
        if self._unit is not None and self._unit.dimension == "time" and _HOURS.search(text):
            return True
        if len(said.quantities) < 2:
            return False
        is_share = self._unit is not None and self._unit.dimension == "share"
        # The "een" of "een op de vier" may be an article to itself.
        pairs = pairwise((*quantity.readings, None)[0] for quantity in said.quantities)
        return any(map(self._measures_same, said.quantities)) or (
            is_share and any(one and other and self._is_near(one / other * 100) for one, other in pairs)
        )

    def _measures_same(self, quantity: Quantity) -> bool:
        """Whether the unit of a number is like that of the rule: then another number may go with it ("1 uur en 30")."""
        return quantity.unit is not None and (self._is_comparable(quantity) or self._is_kin(quantity))

    def _is_right(self, quantity: Quantity) -> bool:
        return quantity.value is not None and any(
            self._is_near(value) for value in self._in_unit(quantity.unit, quantity.value)
        )

    def _is_near(self, value: Fraction) -> bool:
        return abs(value - self._value) <= self._tolerance

    def _in_unit(self, theirs: Unit | None, value: Fraction) -> Iterator[Fraction]:
        """A value in the unit of the rule, as nothing when it cannot be compared with it."""
        mine = self._unit
        if theirs is None:
            yield value
        elif mine is not None and mine.dimension == theirs.dimension:
            yield value * theirs.factor / mine.factor
        elif mine is not None and mine.dimension in _SCALES and theirs.code == DEGREE:
            yield value

    def _is_comparable(self, quantity: Quantity) -> bool:
        return any(True for _ in self._in_unit(quantity.unit, Fraction(0)))

    def _with_other_unit(self, text: Measured, said: Sequence[Quantity]) -> Reading:
        for quantity in said:
            is_other = quantity.value is not None and not self._is_comparable(quantity)
            if is_other and (self._is_kin(quantity) or any(map(self._is_near, quantity.readings))):
                return Reading(Why.UNIT, _written(text, quantity))
        return NOTHING

    def _is_kin(self, quantity: Quantity) -> bool:
        if self._unit is None or quantity.unit is None:
            return False
        return any({self._unit.dimension, quantity.unit.dimension} <= kin for kin in _KIN)

    def _concern(self, text: Measured, said: Sequence[Quantity], hits: Sequence[Quantity]) -> Why:
        words = [token.text for token in text.tokens]
        if any(word in DENIALS for word in words):
            return Why.NEGATION
        values = {
            value for hit in hits if hit.value is not None for value in self._in_unit(hit.unit, hit.value)
        }
        if len(hits) < len(said) or len(values) > 1:
            return Why.SEVERAL_ANSWERS
        for hit in hits:
            near = {*words[max(hit.at - _NEAR_NUMBER, 0) : hit.at], *words[hit.end : hit.end + _NEAR_NUMBER]}
            is_stretched = hit.at > 0 and words[hit.at - 1] in STRETCHED
            if near & COMPARISONS or is_stretched or (near & APPROXIMATIONS and not self._tolerance):
                return Why.ABOUT
        if any(_unit_beside(words, hit) for hit in hits):
            return Why.UNIT
        beside = _beside(words, hits)
        if self._tolerance:
            beside = [word for word in beside if word not in APPROXIMATIONS]
        return Why.MATCH if says_nothing(beside, words[hits[0].at : hits[0].at + 1]) else Why.OTHER_WORDS

    def _anyhow(self, text: Measured) -> str:
        for quantity in text.quantities:
            if any(self._is_near(value) for value in self._meanings(quantity)):
                return _written(text, quantity)
        if found := self._without_unit(text):
            return found
        if self._is_year_in(text):
            return f"{text.tokens[text.quantities[0].at].text}"
        if any(low < self._value < high for low, high in text.gaps):
            return f"{text.tokens[text.quantities[0].at].text} \u2026"
        if self._is_near(Fraction(0)):
            # "Geen" and "none" are how people write zero.
            return next((token.text for token in text.tokens if token.text in DENIALS), "")
        return ""

    def _is_year_in(self, text: Measured) -> bool:
        """Whether the number is a year, and stands there as "'89" or in two halves, as it is said."""
        century, year = divmod(self._value, 100)
        if not 10 <= century <= 20:
            return False
        values = [quantity.value for quantity in text.quantities]
        return year in values and (year > 9 or (Fraction(century), year) in pairwise(values))

    def _without_unit(self, text: Measured) -> str:
        """A bare number that is right in another unit than was asked for: "anderhalf" without its hours."""
        if len(text.quantities) <= _FEW_NUMBERS:
            for quantity in text.quantities:
                bare = quantity.readings if quantity.unit is None else ()
                if any(self._is_near(value * factor) for value in bare for factor in self._factors):
                    return _written(text, quantity)
        return ""

    def _meanings(self, quantity: Quantity) -> Iterator[Fraction]:
        """All values that a number can have. One with a unit that can be compared has no other unit."""
        for reading in quantity.readings:
            for value in (reading, -reading):
                converted = [*self._in_unit(quantity.unit, value)]
                yield from converted or [value]
                if "share" in {unit.dimension for unit in (self._unit, quantity.unit) if unit}:
                    # Half of it is 50 percent.
                    yield value * 100
                    yield value / 100


def _written(text: Measured, quantity: Quantity) -> str:
    return " ".join(token.text for token in text.tokens[quantity.at : quantity.end])


def _unit_beside(words: Sequence[str], hit: Quantity) -> bool:
    """Whether a unit stands at a number that is not converted: behind it, or before it as money does."""
    before = words[hit.at - 1] if hit.at else ""
    behind = words[hit.end] if hit.end < len(words) else ""
    is_total = words[hit.end : hit.end + 2] in (["in", "totaal"], ["in", "total"])
    is_word = behind in WORDS_AS_WELL and not is_total
    return behind in UNCONVERTED or is_word or before in MONEY


def _beside_point(values: Sequence[Fraction]) -> Iterator[Fraction]:
    """Two numbers as the sides of a point: "twee vijftig" is 2.50."""
    for whole, decimals in pairwise(values):
        if whole.denominator == 1 and decimals.denominator == 1 and int(decimals) in _TWO_DECIMALS:
            yield whole + decimals / 100


def _digits_in_a_row(text: Measured) -> set[str]:
    """The numbers of a text as one, with and without "een"; none where a power is written."""
    words = [token.text for token in text.tokens]
    if "^" in words:
        return set()
    with_ones = ["1" if word in ONES else word for word in words if word in ONES or word.isdigit()]
    return {"".join(token.text for token in text.tokens if token.is_number), "".join(with_ones)}


def _names_unit(text: Measured) -> bool:
    words = [token.text for token in text.tokens]
    return any(_unit_beside(words, quantity) for quantity in text.quantities)


def _beside(words: Sequence[str], hits: Sequence[Quantity]) -> list[str]:
    """The words that are no part of a number, of its sign or of its unit."""
    own: set[int] = set()
    for hit in hits:
        own |= {*range(hit.at, hit.end)}
        at = hit.at
        while at and (words[at - 1] in NEGATIVE or unit_before(words, at)):
            at -= 1
            own.add(at)
    return [word for at, word in enumerate(words) if at not in own]
