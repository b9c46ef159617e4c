"""Numbers and dates as an editor types them: "3,5" and "1 mei 2026", as the readers of the challenge write them.

What the rule keeps is in the form of JSON and of ISO 8601; that form is understood as well. A key decides about a
prize, so one that can be read in two ways is refused and not guessed.
"""

from fractions import Fraction

from blog.challenges.rules.characters import plain
from blog.challenges.rules.dates import dates_in
from blog.challenges.rules.faults import Fault, RuleFault
from blog.challenges.rules.quantities import measured
from blog.challenges.rules.tokens import Language

_DECIMAL_SIGNS = {Language.DUTCH: ",", Language.ENGLISH: "."}
_MOST_DECIMALS = 30


def typed_number(text: str, language: Language, field: str) -> str:
    """A number in the form of JSON. RuleFault when it is none, or one of which nobody can tell which.

    "1.000" is refused in Dutch, since it looks like the form of JSON and is a thousand to who reads Dutch.
    """
    if not text.strip():
        return ""
    typed = plain(text, keep_accents=False).strip()
    found = measured(typed, language)
    is_one = len(found.quantities) == 1 and found.quantities[0].end == len(found.tokens)
    if not is_one or found.quantities[0].at or found.quantities[0].unit is not None:
        raise RuleFault(field, Fault.NOT_A_NUMBER, text)
    (number,) = found.quantities
    # "- 3" is an item of a list to who reads answers, and "1/3" has no end in decimals.
    if "/" in typed or typed.startswith("-") != (number.value is not None and number.value < 0):
        raise RuleFault(field, Fault.NOT_A_NUMBER, text)
    if number.value is None or (number.others and _DECIMAL_SIGNS[language] not in typed):
        raise RuleFault(field, Fault.AMBIGUOUS, text)
    return _in_json(number.value, text, field)


def shown_number(number: str, language: Language) -> str:
    """A number in the form of JSON as `typed_number` understands it."""
    return number.replace(".", _DECIMAL_SIGNS[language])


def typed_date(text: str, language: Language, field: str) -> str:
    """A day in the form of ISO 8601. RuleFault when it is none, lacks its year, or may be another."""
    if not text.strip():
        return ""
    typed = " ".join(plain(text, keep_accents=False).split())
    found = dates_in(typed, language)
    if len(found) != 1 or found[0].text.strip(" .") != typed.strip(" ."):
        raise RuleFault(field, Fault.NOT_A_DATE, text)
    day = found[0].day
    if day is None:
        raise RuleFault(field, Fault.AMBIGUOUS, text)
    if day.year is None or not day.century_known:
        raise RuleFault(field, Fault.NOT_A_DATE, text)
    return f"{day.year:04d}-{day.month:02d}-{day.day:02d}"


def _in_json(value: Fraction, text: str, field: str) -> str:
    """A fraction in decimals, exactly."""
    decimals = next(
        (count for count in range(_MOST_DECIMALS + 1) if 10**count % value.denominator == 0), None
    )
    if decimals is None:
        raise RuleFault(field, Fault.NOT_A_NUMBER, text)
    digits = str(abs(value.numerator) * (10**decimals // value.denominator)).rjust(decimals + 1, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else f"{sign}{digits}"
