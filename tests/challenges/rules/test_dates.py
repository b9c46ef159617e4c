"""Dates as people write them."""

from datetime import date

import pytest

from blog.challenges.rules.characters import plain
from blog.challenges.rules.dates import Day, WrittenDate, dates_in
from blog.challenges.rules.tokens import Language

MAY_DAY = Day(2024, 5, 1)


def dates(text: str, language: Language = Language.DUTCH) -> list[WrittenDate]:
    return dates_in(plain(text, keep_accents=False), language)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    "text",
    [
        "1 mei 2024",
        "1 MEI 2024",
        "woensdag 1 mei 2024",
        "op 1 mei van 2024 om 12:30",
        "1-mei-2024",
        "May 1, 2024",
        "May 1st, 2024",
        "1st of May 2024",
        "1 May 2024.",
        "2024-05-01",
        "2024-5-1",
    ],
)
def test_these_mean_the_same_in_every_language(text: str, language: Language) -> None:
    assert [(one.day, one.others) for one in dates(text, language)] == [(MAY_DAY, ())]


@pytest.mark.parametrize("text", ["01-05-2024", "1/5/2024", "1.5.2024", "1 - 5 - 2024"])
def test_dutch_puts_the_day_first_and_english_may(text: str) -> None:
    swapped = Day(2024, 1, 5)
    assert [(one.day, one.others) for one in dates(text)] == [(MAY_DAY, (swapped,))]
    assert [(one.day, one.others) for one in dates(text, Language.ENGLISH)] == [(None, (MAY_DAY, swapped))]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("13/5/2024", Day(2024, 5, 13)),
        ("5/13/2024", Day(2024, 5, 13)),
        ("5/5/2024", Day(2024, 5, 5)),
        ("1 mei", Day(None, 5, 1)),
        ("13/5/24", Day(24, 5, 13, century_known=False)),
        ("13 mei '24", Day(24, 5, 13, century_known=False)),
        ("29 februari", Day(None, 2, 29)),
    ],
)
def test_one_reading_is_enough(text: str, day: Day) -> None:
    assert [(one.day, one.others) for one in dates(text, Language.ENGLISH)] == [(day, ())]


@pytest.mark.parametrize(
    "text",
    ["31 februari 2024", "31-2-2024", "29-2-2023", "mei 2024", "1.2.3.4", "10.000.000", "12:30", "v1.2.24x"],
)
def test_these_are_none(text: str) -> None:
    assert dates(text) == []


def test_a_day_without_its_century_is_in_that_of_the_other() -> None:
    day = Day(24, 5, 1, century_known=False)
    assert day.is_on(date(2024, 5, 1))
    assert day.is_on(date(1924, 5, 1))
    assert not day.is_on(date(2025, 5, 1))
    assert not Day(None, 5, 1).is_on(date(2024, 5, 1))
