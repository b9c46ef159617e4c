"""The rule about a number: so much, give or take so much, of a unit."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from blog.challenges.rules.faults import Fault, RuleFault
from blog.challenges.rules.kinds import Number, decimal
from blog.challenges.rules.letter import Letter
from blog.challenges.rules.phrases import APPROXIMATIONS, COMPARISONS, DENIALS
from blog.challenges.rules.quantities import Measured, Quantity, measured
from blog.challenges.rules.reading import NOTHING, Reading, Why
from blog.challenges.rules.tokens import Language
from blog.challenges.rules.units import DEGREE, UNITS

_SCALES = frozenset({"celsius", "fahrenheit"})
# What measures the same, in a way that is not converted here.
_KIN = (frozenset({"celsius", "fahrenheit", "kelvin"}), frozenset({"time", "calendar"}))
_NEAR_NUMBER = 3
_MANY_WORDS = 60


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

    def read(self, letter: Letter) -> Reading:
        """MATCH when every number in the text is the right one, and no word makes another one of it."""
        text = measured(letter.plain, self._language)
        said = [quantity for quantity in text.quantities if not quantity.is_soft]
        hits = [quantity for quantity in said if quantity.value is not None and self._is_right(quantity)]
        if not hits:
            return self._with_other_unit(text, said)
        return Reading(self._concern(text, said, hits), _written(text, hits[0]))

    def may_match(self, text: str, elided: str) -> Reading:
        """A number that can be meant in any language, with or without its unit or sign; ranges around the right one."""
        for part, why in ((text, Why.AMBIGUOUS), (elided, Why.QUOTED)):
            for language in (self._language, *(each for each in Language if each is not self._language)):
                if found := self._anyhow(measured(part, language)):
                    return Reading(why, found)
        return NOTHING

    def _is_right(self, quantity: Quantity) -> bool:
        return quantity.value is not None and any(
            self._is_near(value) for value in self._in_unit(quantity, quantity.value)
        )

    def _is_near(self, value: Fraction) -> bool:
        return abs(value - self._value) <= self._tolerance

    def _in_unit(self, quantity: Quantity, value: Fraction) -> Iterator[Fraction]:
        """A value in the unit of the rule, as nothing when it cannot be compared with it."""
        mine, theirs = self._unit, quantity.unit
        if theirs is None:
            yield value
        elif mine is not None and mine.dimension == theirs.dimension:
            yield value * theirs.factor / mine.factor
        elif mine is not None and mine.dimension in _SCALES and theirs.code == DEGREE:
            yield value

    def _is_comparable(self, quantity: Quantity) -> bool:
        return any(True for _ in self._in_unit(quantity, Fraction(0)))

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
        values = {value for hit in hits if hit.value is not None for value in self._in_unit(hit, hit.value)}
        if len(hits) < len(said) or len(values) > 1:
            return Why.SEVERAL_ANSWERS
        if len(words) > _MANY_WORDS:
            return Why.OTHER_WORDS
        for hit in hits:
            near = {*words[max(hit.at - _NEAR_NUMBER, 0) : hit.at], *words[hit.end : hit.end + _NEAR_NUMBER]}
            if near & COMPARISONS or (near & APPROXIMATIONS and not self._tolerance):
                return Why.ABOUT
        return Why.MATCH

    def _anyhow(self, text: Measured) -> str:
        for quantity in text.quantities:
            if any(self._is_near(value) for value in self._meanings(quantity)):
                return _written(text, quantity)
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

    def _meanings(self, quantity: Quantity) -> Iterator[Fraction]:
        """All values that a number can have. One with a unit that can be compared has no other unit."""
        for reading in quantity.readings:
            for value in (reading, -reading):
                converted = [*self._in_unit(quantity, value)]
                yield from converted or [value]
                if "share" in {unit.dimension for unit in (self._unit, quantity.unit) if unit}:
                    # Half of it is 50 percent.
                    yield value * 100
                    yield value / 100


def _written(text: Measured, quantity: Quantity) -> str:
    return " ".join(token.text for token in text.tokens[quantity.at : quantity.end])
