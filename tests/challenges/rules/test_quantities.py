"""The numbers in a text, and what stands at them."""

from fractions import Fraction

import pytest

from blog.challenges.rules.characters import plain
from blog.challenges.rules.quantities import Quantity, measured
from blog.challenges.rules.tokens import Language


def numbers(text: str, language: Language = Language.DUTCH) -> list[Quantity]:
    return [*measured(plain(text, keep_accents=False), language).quantities]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("42", "42", None),
        ("42.", "42", None),
        ("042", "42", None),
        ("-42", "-42", None),
        ("- 42", "42", None),
        ("min 42", "-42", None),
        ("\u221242", "-42", None),
        ("0,5", "0.5", None),
        (",5", "0.5", None),
        ("1.234,5", "1234.5", None),
        ("1,234.5", "1234.5", None),
        ("1.234.567", "1234567", None),
        ("1 234 567", "1234567", None),
        ("1'234'567", "1234567", None),
        ("10\u2076", "1000000", None),
        ("10^-2", "0.01", None),
        ("10**6", "1000000", None),
        ("10 tot de macht 6", "1000000", None),
        ("5 kwadraat", "25", None),
        ("6,02 \u00d7 10\u00b2\u00b3", "602000000000000000000000", None),
        ("1e6", "1000000", None),
        ("2,5e-3", "0.0025", None),
        ("1,5 miljoen", "1500000", None),
        ("2 mln", "2000000", None),
        ("3/4", "3/4", None),
        ("\u00be", "3/4", None),
        ("1\u00bd", "3/2", None),
        ("2 1/2", "5/2", None),
        ("€ 42,-", "42", "EUR"),
        ("€42,50", "42.5", "EUR"),
        ("42 euro", "42", "EUR"),
        ("EUR 42", "42", "EUR"),
        ("-€ 5", "-5", "EUR"),
        ("$5", "5", "USD"),
        ("42km", "42", "km"),
        ("42 kilometer", "42", "km"),
        ("80 km/u", "80", "km/h"),
        ("80 kilometer per uur", "80", "km/h"),
        ("50 m\u00b2", "50", "m2"),
        ("50 m2", "50", "m2"),
        ("50 vierkante meter", "50", "m2"),
        ("50%", "50", "%"),
        ("vijftig procent", "50", "%"),
        ("20 °C", "20", "C"),
        ("20\u2103", "20", "C"),
        ("20 graden", "20", "degree"),
        ("20 graden Celsius", "20", "C"),
        ("een", "1", None),
        ("een meter", "1", "m"),
        ("anderhalve meter", "1.5", "m"),
    ],
)
def test_one_number_with_its_unit(text: str, value: str, unit: str | None) -> None:
    found = [(one.value, one.unit.code if one.unit else None) for one in numbers(text) if not one.is_soft]
    assert found == [(Fraction(value), unit)]


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("1,000", {1000, 1}),
        ("12,500", {12500, Fraction("12.5")}),
        ("12:30", {12, 30, Fraction("0.4")}),
        ("1/5/24", {1, 5, 24}),
        ("101\u2082", {101, 2}),
        ("1.2.3", {1, 2, 3}),
        ("6 x 7", {6, 7, 42}),
        ("40 + 2", {40, 2, 42}),
        ("44-2", {44, 2, 42}),
        ("5'10", {5, 10}),
        ("42k", {42, 42000}),
        ("9^9999", {9, 9999}),
        ("0^-1", {0, -1}),
        ("1" * 60, set[int]()),
    ],
)
def test_of_these_nobody_can_tell(text: str, readings: set[Fraction]) -> None:
    (found,) = numbers(text)
    assert (found.value, set(found.readings)) == (None, readings)


def test_what_else_a_number_may_mean_is_known() -> None:
    (dutch,), (english,) = numbers("3.142"), numbers("3.142", Language.ENGLISH)
    assert (dutch.value, dutch.others) == (3142, (Fraction("3.142"),))
    assert (english.value, english.others) == (Fraction("3.142"), (3142,))


@pytest.mark.parametrize("text", ["A4", "2e", "F-16 ", "vraag1", "een getal", "3x"])
def test_numbers_in_names_are_soft(text: str) -> None:
    assert [one.is_soft for one in numbers(text)] == [True]


@pytest.mark.parametrize("text", ["40-45", "40 – 45", "tussen 40 en 45", "40 tot 45", "40 à 45"])
def test_ranges_are_known(text: str) -> None:
    assert [*measured(plain(text, keep_accents=False), Language.DUTCH).gaps] == [(40, 45)]
