"""Numbers in words, in two languages."""

from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from blog.challenges.rules.characters import plain
from blog.challenges.rules.number_words import spellings
from blog.challenges.rules.tokens import Language, Token, tokens_of

_UNITS = "nul een twee drie vier vijf zes zeven acht negen".split()
_TEENS = "tien elf twaalf dertien veertien vijftien zestien zeventien achttien negentien".split()
_TENS = "twintig dertig veertig vijftig zestig zeventig tachtig negentig".split()


def spell(number: int) -> str:
    """A number below a million, as Dutch writes it."""
    if number >= 1000:
        thousands, rest = divmod(number, 1000)
        return ("" if thousands == 1 else spell(thousands)) + "duizend" + (f" {spell(rest)}" if rest else "")
    if number >= 100:
        hundreds, rest = divmod(number, 100)
        return ("" if hundreds == 1 else _UNITS[hundreds]) + "honderd" + (spell(rest) if rest else "")
    if number >= 20:
        tens, unit = divmod(number, 10)
        joint = "\u00ebn" if unit in (2, 3) else "en"
        return (_UNITS[unit] + joint if unit else "") + _TENS[tens - 2]
    return [*_UNITS, *_TEENS][number]


def read(text: str, language: Language = Language.DUTCH) -> list[Token]:
    return tokens_of(plain(text, keep_accents=False), language)


@given(st.integers(0, 999_999).filter(lambda number: number != 1))
def test_every_dutch_number_is_read_back(number: int) -> None:
    assert [token.value for token in read(spell(number))] == [number]


@example(479_001_000, Language.DUTCH)
@given(st.integers(0, 10**9 - 1).filter(lambda number: number != 1), st.sampled_from(Language))
def test_what_is_spelled_is_read_back(number: int, language: Language) -> None:
    for words in spellings(Fraction(number), language)[:2]:
        assert [token.value for token in read(words, language)] == [number]


@pytest.mark.parametrize("value", [None, Fraction(-1), Fraction(1, 2), Fraction(10**9)])
def test_other_numbers_are_not_spelled(value: Fraction | None) -> None:
    assert spellings(value, "nl") == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("tweeëntwintig", "22"),
        ("twee en twintig", "22"),
        ("twee-en-twintig", "22"),
        ("TWEE\u00cbNTWINTIG", "22"),
        ("honderd twintig", "120"),
        ("honderd en een", "101"),
        ("elfhonderd", "1100"),
        ("negentienhonderdvijfenveertig", "1945"),
        ("twee miljoen driehonderdduizend en vijf", "2300005"),
        ("een miljard", "1000000000"),
        ("anderhalf", "3/2"),
        ("anderhalve", "3/2"),
        ("anderhalf miljoen", "1500000"),
        ("tweeënhalf", "5/2"),
        ("twee en een half", "5/2"),
        ("een half", "1/2"),
        ("drie komma veertien", "3.14"),
        ("drie komma een vier", "3.14"),
        ("nul komma nul vijf", "0.05"),
    ],
)
def test_dutch(text: str, value: str) -> None:
    assert [token.value for token in read(text)] == [Fraction(value)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("forty-two", "42"),
        ("forty two", "42"),
        ("a hundred and twenty", "120"),
        ("one hundred and one", "101"),
        ("nineteen hundred", "1900"),
        ("two thousand and five", "2005"),
        ("one thousand nine hundred eighty-four", "1984"),
        ("a million", "1000000"),
        ("two and a half", "5/2"),
        ("two point five", "5/2"),
        ("three point one four", "3.14"),
        ("five hundred thousand", "500000"),
    ],
)
def test_english(text: str, value: str) -> None:
    assert [token.value for token in read(text, Language.ENGLISH)] == [Fraction(value)]


@pytest.mark.parametrize("text", ["een", "vieren", "honderden", "achterlijk", "half", "enige", "tweede", "a"])
def test_these_are_words(text: str) -> None:
    assert [token.is_number for token in read(text)] == [False]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("twee drie", [2, 3]),
        ("honderd, twintig", [100, 20]),
        ("honderd\ntwintig", [100, 20]),
        ("twee en drie", [2, None, 3]),
        ("twintig of dertig", [20, None, 30]),
        ("tweehonderd en nog wat", [200, None, None, None]),
    ],
)
def test_two_numbers_stay_two(text: str, values: list[int | None]) -> None:
    assert [token.value for token in read(text)] == values
