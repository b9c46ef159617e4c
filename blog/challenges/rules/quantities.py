"""The numbers in a text, with what stands at them: sign, exponent, fraction, unit."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod

from blog.challenges.rules.characters import without_accents
from blog.challenges.rules.numerals import numeral
from blog.challenges.rules.phrases import NEGATIVE, ONES
from blog.challenges.rules.tokens import Language, Token, tokens_of
from blog.challenges.rules.units import Unit, unit_at, unit_before

# "10 000": only with a space between every three digits.
_SPACED = re.compile(r"(?<![0-9.,'/:^_-])(?<![0-9] )[1-9][0-9]{0,2}(?: [0-9]{3})+(?![0-9])(?! [0-9])")
_SCIENTIFIC = re.compile(r"(?<=[0-9])e([+-]?)([0-9]{1,3})(?![\w,.])")
_MINUS_MONEY = re.compile(r"(?<![0-9])- ?([\u20ac$\u00a3]) ?(?=[0-9])")
_NTH = {
    nth: number
    for number, words in enumerate(
        "tweede second|derde third|vierde fourth|vijfde fifth|zesde sixth|zevende seventh|achtste eighth|negende ninth|"
        "tiende tenth|elfde eleventh|twaalfde twelfth".split("|"),
        2,
    )
    for nth in words.split()
}
_UNDERSCORED = re.compile("(?<=[0-9])_(?=[0-9]{3}(?![0-9]))")
_WORDS = re.compile(r"[^\W\d_]+")
# One letter is one only when nothing else stands there: "I" is English for somebody else.
_ROMAN = re.compile(r"(?<![^\W_])[ivxlcdm]{2,15}(?![^\W_])|\A[ivxlcdm]\Z")
_ROMANS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
_SHORT_SCALES = {
    "honderd": 100,
    "hundred": 100,
    "k": 10**3,
    "duizend": 10**3,
    "thousand": 10**3,
    "m": 10**6,
    "mio": 10**6,
    "mil": 10**6,
    "milj": 10**6,
    "b": 10**9,
    "mrd": 10**9,
}
_SCALED = re.compile(rf"(?<![0-9.,'])([0-9][0-9.,']{{0,20}}) ?({'|'.join(_SHORT_SCALES)})(?![^\W_])")
# Small calculations in words.
_POWER = re.compile(r"(?<=[0-9]) ?(?:\*\*|tot de macht|to the power(?: of)?) ?(?=-?[0-9])")
_NTH_POWER = re.compile(rf"(?<=[0-9]) ?(?:tot de|to the) ({'|'.join(_NTH)})(?: macht| power)?\b")
_SQUARE = re.compile(r"(?<=[0-9]) ?(?:kwadraat|in het kwadraat|squared)\b")
_QUOTIENT = re.compile(r"(?<=[0-9]) ?(?:gedeeld door|divided by|:(?=\s)) ?(?=[0-9])")
_LARGEST_EXPONENT = 300
_LONGEST_CALCULATION = 10
_LARGEST_BASE = 10**20
# What makes one thing of two numbers: a time, a date, a range, the base of a number.
_TIMES = frozenset({"x", "*", "keer", "maal", "times"})
_PLUS = frozenset({"+", "plus"})
_MINUS = frozenset({"-", "min", "minus"})
_JOINTS = frozenset({":", "_", *_TIMES, *_PLUS, *_MINUS})
_RANGES = frozenset({"tot", "to", "a", "en", "and", "-"})


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number in a text. `value` is None when nobody can tell which, or whether it is one at all; `others` is what
    it can be else. `at` and `end` are where its tokens are. `is_soft`: more likely part of a name, a row or a phrase.
    """

    value: Fraction | None
    others: tuple[Fraction, ...]
    unit: Unit | None
    at: int
    end: int
    is_soft: bool = False

    @property
    def readings(self) -> tuple[Fraction, ...]:
        """All that it can be."""
        return self.others if self.value is None else (self.value, *self.others)


@dataclass(frozen=True, slots=True)
class Measured:
    """The tokens of a text, and the numbers in them."""

    tokens: Sequence[Token]
    quantities: Sequence[Quantity]

    @property
    def gaps(self) -> Iterator[tuple[Fraction, Fraction]]:
        """From where to where ranges go: "40-45", "tussen 40 en 45"."""
        for first, second in zip(self.quantities, self.quantities[1:], strict=False):
            between = [token.text for token in self.tokens[first.end : second.at]]
            if len(between) == 1 and between[0] in _RANGES and first.readings and second.readings:
                yield first.readings[0], second.readings[0]
        for quantity in self.quantities:
            if quantity.end == quantity.at + 3 and self.tokens[quantity.at + 1].text == "-":
                yield quantity.others[0], quantity.others[1]


def with_joined_groups(plain: str) -> str:
    """A text in which "10 000" is one number."""
    return _SPACED.sub(lambda found: found[0].replace(" ", "'"), plain)


def words_in(plain: str) -> list[str]:
    """The words of a text as they stand there, without accents: also those that say a number."""
    return _WORDS.findall(without_accents(plain))


def is_written_as(value: Fraction, plain: str) -> bool:
    """Whether a text may give a number in Roman numerals, or with a letter for thousands or millions: "XXI", "2M"."""
    if any(_roman(word) == value for word in _ROMAN.findall(plain)):
        return True
    for digits, scale in _SCALED.findall(plain):
        for language in Language:
            read = numeral(digits, language)
            known = read.others if read.value is None else (read.value, *read.others)
            if value in (each * _SHORT_SCALES[scale] for each in known):
                return True
    return False


def _roman(word: str) -> int:
    """What a Roman numeral says; one with its letters in another order than Rome's says something all the same."""
    values = [_ROMANS[letter] for letter in word]
    return sum(
        -value if value < behind else value for value, behind in zip(values, [*values[1:], 0], strict=True)
    )


def measured(plain: str, language: Language) -> Measured:
    """The numbers in a text that `characters.plain` has made. Linear in its length."""
    plain = with_joined_groups(_UNDERSCORED.sub("'", plain))
    plain = _NTH_POWER.sub(lambda found: f"^{_NTH[found[1]]}", plain)
    plain = _SCIENTIFIC.sub(lambda found: f" x 10^{found[1].rstrip('+')}{found[2]} ", plain)
    for words, sign in ((_POWER, "^"), (_SQUARE, "^2"), (_QUOTIENT, " / ")):
        plain = words.sub(sign, plain)
    tokens = tokens_of(_MINUS_MONEY.sub(r"\1-", plain), language)
    return Measured(tokens, [*_Scan(tokens).quantities()])


class _Scan:
    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._words = [token.text for token in tokens]

    def quantities(self) -> Iterator[Quantity]:
        at = 0
        while at < len(self._tokens):
            found = self._quantity(at)
            if found is None:
                at += 1
                continue
            yield found
            at = found.end

    def _quantity(self, at: int) -> Quantity | None:
        token = self._tokens[at]
        if token.text in ONES and not token.is_number:
            return self._one(at)
        if not token.is_number:
            return None
        joined = self._joined(at)
        if joined is not None:
            return joined
        value, others, end = self._value(at)
        if value is not None and at and self._words[at - 1] in NEGATIVE:
            value, others = -value, (*others, value)
        unit, behind = self._unit(at, end)
        glued = self._is_part_of_name(at, end, behind)
        if glued:
            thousands = (value * 1000,) if value is not None and self._word(end) == "k" else ()
            known = () if value is None else (value,)
            return Quantity(None, (*known, *others, *thousands), None, at, end, is_soft=not thousands)
        return Quantity(value, others, unit, at, behind)

    def _one(self, at: int) -> Quantity:
        """Both "een" and "one" are numbers when they stand alone, or before a unit."""
        unit, end = self._unit(at, at + 1)
        if unit is not None or len(self._tokens) == 1:
            return Quantity(Fraction(1), (), unit, at, end)
        return Quantity(None, (Fraction(1),), None, at, end, is_soft=True)

    def _joined(self, at: int) -> Quantity | None:
        """Numbers with a joint between them, as in a date: as one of which nobody can tell the value."""
        end = at + 1
        while self._word(end) in _JOINTS and self._is_joined(end) and not self._is_power_of_ten(end):
            end += 2
        if end == at + 1:
            return None
        numbers = [token for token in self._tokens[at:end] if token.is_number]
        readings = tuple(reading for token in numbers for reading in _readings(token))
        return Quantity(None, (*readings, *_results(numbers, self._words[at + 1 : end : 2])), None, at, end)

    def _value(self, at: int) -> tuple[Fraction | None, tuple[Fraction, ...], int]:
        """The value of a number with its fraction or exponent, what else it can be, and where it ends."""
        token = self._tokens[at]
        if self._word(at + 1) == "/" and self._is_joined(at + 1):
            return self._fraction(at)
        if self._word(at + 1) == "^" and self._is_joined(at + 1):
            value, others, end = self._power(token, self._tokens[at + 2], Fraction(1), at + 3)
            is_one = self._tokens[at + 1].is_glued
            return (
                value,
                others if is_one else (*others, *_readings(token), *_readings(self._tokens[at + 2])),
                end,
            )
        if self._word(at + 1) in _TIMES and self._is_power_of_ten(at + 1) and token.value is not None:
            return self._power(self._tokens[at + 2], self._tokens[at + 4], token.value, at + 5)
        if self._is_mixed(at):
            part, others, end = self._fraction(at + 1)
            if token.value is not None and part is not None and 0 < part < 1:
                return token.value + part, (token.value, part, *others), end
        return token.value, token.others, at + 1

    def _fraction(self, at: int) -> tuple[Fraction | None, tuple[Fraction, ...], int]:
        """Like "3/4", or what only looks like it: "1/5/24"."""
        end = at + 3
        while self._word(end) == "/" and self._is_joined(end):
            end += 2
        numbers = [token for token in self._tokens[at:end] if token.is_number]
        first, second = numbers[0].value, numbers[1].value
        if len(numbers) == 2 and first is not None and second:
            return first / second, (first, second), end
        return None, tuple(reading for token in numbers for reading in _readings(token)), end

    def _is_mixed(self, at: int) -> bool:
        """Whether this is the "1" of "1 1/2"."""
        is_fraction = self._is_number(at + 1) and self._word(at + 2) == "/" and self._is_number(at + 3)
        whole = self._tokens[at].value
        return (
            is_fraction and whole is not None and whole.denominator == 1 and not self._tokens[at + 1].is_apart
        )

    def _power(
        self, base: Token, exponent: Token, times: Fraction, end: int
    ) -> tuple[Fraction | None, tuple[Fraction, ...], int]:
        if base.value is None or exponent.value is None or exponent.value.denominator != 1:
            return None, (*_readings(base), *_readings(exponent)), end
        power = int(exponent.value)
        if (
            abs(power) > _LARGEST_EXPONENT
            or abs(base.value) > _LARGEST_BASE
            or (power < 0 and not base.value)
        ):
            return None, (*_readings(base), *_readings(exponent)), end
        return times * base.value**power, (), end

    def _unit(self, at: int, end: int) -> tuple[Unit | None, int]:
        before = at - 1 if at and self._words[at - 1] in NEGATIVE else at
        if unit := unit_before(self._words, before):
            return unit, end
        if (
            end < len(self._tokens)
            and not self._tokens[end].is_apart
            and (found := unit_at(self._words, end))
        ):
            return found[0], end + found[1]
        return None, end

    def _is_part_of_name(self, at: int, end: int, behind: int) -> bool:
        """Whether a letter touches the number and is no unit: "A4", "2e", "4x4"."""
        if (
            self._tokens[at].is_glued
            and self._words[at - 1][-1].isalpha()
            and self._words[at - 1] not in _TIMES
        ):
            return True
        touches = end < len(self._tokens) and self._tokens[end].is_glued and self._words[end][0].isalpha()
        return behind == end and touches

    def _is_power_of_ten(self, at: int) -> bool:
        """Whether "x 10^6" begins at a place."""
        is_ten = self._is_number(at + 1) and self._words[at + 1] == "10"
        return self._word(at) in _TIMES and is_ten and self._word(at + 2) == "^" and self._is_number(at + 3)

    def _is_joined(self, joint: int) -> bool:
        """Whether a number follows a sign between two, on the same line."""
        is_near = self._is_number(joint + 1) and not self._tokens[joint + 1].is_apart
        return is_near and not self._tokens[joint].is_apart

    def _word(self, at: int) -> str:
        return self._words[at] if at < len(self._words) else ""

    def _is_number(self, at: int) -> bool:
        return at < len(self._tokens) and self._tokens[at].is_number


def _results(numbers: Sequence[Token], joints: Sequence[str]) -> Iterator[Fraction]:
    """What comes out when numbers are a small calculation: who writes "40 + 2" may be right."""
    values = [token.value for token in numbers if token.value is not None]
    if len(values) != len(numbers) or len(values) > _LONGEST_CALCULATION:
        return
    if set(joints) <= _TIMES:
        yield prod(values, start=Fraction(1))
    elif set(joints) <= _PLUS | _MINUS:
        rest = zip(joints, values[1:], strict=True)
        yield values[0] + sum(value if joint in _PLUS else -value for joint, value in rest)
    elif joints == [":"] and values[1]:
        yield values[0] / values[1]


def _readings(token: Token) -> tuple[Fraction, ...]:
    return token.others if token.value is None else (token.value, *token.others)
