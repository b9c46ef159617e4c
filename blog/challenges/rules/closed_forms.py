"""Answers that a rule may throw out by itself.

Right answers come in forms that nobody has thought of, and lists of them never end. So an answer that does not match
is thrown out only in a form that is closed: of which all that it can mean is known. That is one number in digits, one
day with its year, the letter of another option, or the opposite of yes or true. Whatever else is no match is proposed
as incorrect, and a person says so.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from blog.challenges.rules.dates import MONTH_NAMES, Day, dates_in
from blog.challenges.rules.letter import Letter
from blog.challenges.rules.normaliser import without_lead
from blog.challenges.rules.quantities import measured
from blog.challenges.rules.tokens import Language
from blog.challenges.rules.units import Unit, unit_before

_WORD = re.compile(r"[^\W\d_]+(?:[-'][^\W\d_]+)*[ ,:]*")
# Behind a digit it is a factorial: "5!" is 120.
_CRIES = re.compile(r"(?<![0-9!])!+$")
_PIECE = re.compile(r"[^\W_]+")
_NUMERALS = {
    Language.DUTCH: r"(?:0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:\.[0-9]{3})+)(?:,(?P<decimals>[0-9]+))?",
    Language.ENGLISH: r"(?:0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.(?P<decimals>[0-9]+))?",
}
_MONEY = "[\u20ac$\u00a3]"
_UNIT = rf"%|\u2030|\u00b0(?: ?[cf])?|{_MONEY}|[a-z]+(?:[ /][a-z]+){{0,2}}"
_MEASURED = {
    language: re.compile(rf"(?:-|{_MONEY} ?)?{numeral}(?P<unit> ?(?:{_UNIT}))?")
    for language, numeral in _NUMERALS.items()
}
_DATE = re.compile(rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}|[0-9]{{1,2}} (?:{MONTH_NAMES}) [0-9]{{4}}")
_OPTION = re.compile(r"(?:(?:optie|option) )?\(?(?P<letter>[a-z])\)?")
_OPPOSITES = (("ja", "nee neen"), ("yes", "no"), ("waar", "onwaar"), ("true", "false"), ("juist", "onjuist"))
# Further powers of ten are in nobody's question.
_POWERS = tuple(Fraction(10) ** power for power in range(-60, 61))


def said_in(letter: Letter, text: str) -> str:
    """All that a letter says, in one line, without "het antwoord is" and without the point at its end. Empty when it is
    more than a sentence, or not in the very characters of its text: other digits, hidden ones, accents.
    """
    if len(letter.sentences) != 1:
        return ""
    body, words = " ".join(letter.plain.split()), letter.sentences[0].words
    lead = words.removesuffix(without_lead(words))
    begins = re.compile(rf"(?:{_WORD.pattern}){{{lead.count(' ')}}}").match(body)
    said = _CRIES.sub("", body[begins.end() :]).removesuffix(".") if begins else ""
    written = text.casefold()
    return said if all(piece in written for piece in _PIECE.findall(said)) else ""


@dataclass(frozen=True, slots=True)
class PlainNumber:
    """A number that can be read in one way: its value, how much one is in the last place written, and its unit."""

    value: Fraction
    place: Fraction
    unit: Unit | None

    def times(self, factor: Fraction) -> "PlainNumber":
        """The same in another unit, or written with other zeros."""
        return PlainNumber(self.value * factor, self.place * factor, self.unit)


def number_in(said: str, language: Language) -> PlainNumber | None:
    """The number, with its unit, that is all of a text: in digits with the signs of the language, and to be read in one
    way. None for anything else.
    """
    shape = _MEASURED[language].fullmatch(said)
    if shape is None:
        return None
    text = measured(said, language)
    quantity = text.quantities[0] if len(text.quantities) == 1 else None
    if quantity is None or quantity.value is None or quantity.others:
        return None
    words = [token.text for token in text.tokens]
    is_all = quantity.end == len(words) and (quantity.at == 0 or unit_before(words, quantity.at) is not None)
    is_known = shape["unit"] is None or quantity.unit is not None
    place = Fraction(10) ** -len(shape["decimals"] or "")
    return PlainNumber(quantity.value, place, quantity.unit) if is_all and is_known else None


def is_slip_of(number: PlainNumber, low: Fraction, high: Fraction) -> bool:
    """Whether a number lies in a range but for its sign, a power of ten or its decimals: "2,5" for 2,500,000, "0,42"
    for 42%, "42" for 42.195.
    """
    ranges = ((low, high), (-high, -low))
    scaled = [number.times(power) for power in _POWERS] if number.value else []
    return any(
        _is_beside(number, *each, Fraction(1))
        or any(_is_beside(one, *each, Fraction(1, 2)) for one in scaled)
        for each in ranges
    )


def _is_beside(number: PlainNumber, low: Fraction, high: Fraction, places: Fraction) -> bool:
    """Whether a number is in a range, or so near to it in its last place that it may be rounded or cut off. Of a range
    that has no further places than the number there is nothing to round.
    """
    has_further = low % number.place or high % number.place
    near = places * number.place if has_further else 0
    return low <= number.value <= high or low - near < number.value < high + near


def day_in(said: str, language: Language) -> Day | None:
    """The day that is all of a text: as 2024-05-01, or with the name of the month and the year in four digits."""
    dates = dates_in(said, language) if _DATE.fullmatch(said) else []
    return dates[0].day if len(dates) == 1 else None


def option_in(said: str) -> str:
    """The letter of an option that is all of a text, as in "B", "b)" or "optie B"; empty for anything else."""
    option = _OPTION.fullmatch(said)
    return option["letter"] if option else ""


def opposites_of(answers: Iterable[str]) -> frozenset[str]:
    """The words that say the opposite of all these; none unless each of them has one."""
    pairs = [
        (frozenset(one.split()), frozenset(other.split()))
        for first, second in _OPPOSITES
        for one, other in ((first, second), (second, first))
    ]
    answers = frozenset(answers)
    own = [(mine, theirs) for mine, theirs in pairs if mine & answers]
    theirs = frozenset(word for _, others in own for word in others)
    is_each = answers <= frozenset(word for mine, _ in own for word in mine)
    return theirs if is_each and not theirs & answers else frozenset()
