"""The rule for a date."""

import pytest

from blog.challenges.rules.kinds import OnDate
from tests.challenges.rules.ruling import ENGLISH, find, verdict

RULE = OnDate("2024-05-01")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 mei 2024", "correct"),
        ("Dat was op woensdag 1 mei 2024.", "correct"),
        ("01-05-2024", "correct"),
        ("Het was op 1 - 5 - 2024", "correct"),
        ("- 1 mei 2024", "correct"),
        ("Antwoord: - 1 mei 2024", "ambiguous"),
        ("1/5/24", "correct"),
        ("1 mei '24", "correct"),
        ("2024-05-01", "correct"),
        ("May 1st, 2024", "correct"),
        ("1 mei 2024 (1-5-2024)", "correct"),
        ("5/1/2024", "ambiguous"),
        ("1 mei", "ambiguous"),
        ("mei 2024", "partly"),
        ("de eerste mei 2024", "partly"),
        ("1 of 2 mei 2024", "partly"),
        ("2 of 1 mei 2024", "several-answers"),
        ("1 mei 2024, of anders 2 mei 2024", "several-answers"),
        ("misschien 1 mei 2024", "several-answers"),
        ("niet op 1 mei 2024", "negation"),
        ("1 mei 2024 om 12:30", "other-words"),
        ("~~30 april~~ 1 mei 2024", "struck"),
        ("de dag na 1 mei 2024", "other-words"),
        ("v\u00f3\u00f3r 1 mei 2024", "other-words"),
        ("vanaf 1 mei 2024", "other-words"),
        ("since 1 May 2024", "other-words"),
        ("rond 1 mei 2024", "other-words"),
        ("1 mei 2024 is onmogelijk", "other-words"),
        ("dinsdag 1 mei 2024", "other-words"),
        ("1-5", "ambiguous"),
        ("01052024", "ambiguous"),
        ("20240501", "ambiguous"),
        ("1 5 2024", "ambiguous"),
        ("1-V-2024", "ambiguous"),
        ("1 mey 2024", "partly"),
        ("2 mei 2024", "incorrect"),
        ("1 mei 2023", "incorrect"),
        ("31 februari 2024", "incorrect"),
        ("Ik weet het niet", "incorrect"),
    ],
)
def test_dates(text: str, expected: str) -> None:
    assert verdict(RULE, text) == expected


def test_numbers_alone_are_ambiguous_in_english() -> None:
    assert verdict(RULE, "1/5/24", options=ENGLISH) == "ambiguous"
    assert verdict(RULE, "5/1/24", options=ENGLISH) == "ambiguous"
    assert verdict(OnDate("2024-05-13"), "5/13/24", options=ENGLISH) == "correct"
    assert verdict(RULE, "6/7/24", options=ENGLISH) == "incorrect"


@pytest.mark.parametrize("text", ["3 februarie 2026", "3 ferbuari 2026", "3 febrauri"])
def test_a_month_with_a_slip_is_a_persons(text: str) -> None:
    assert verdict(OnDate("2026-02-03"), text) == "partly"


@pytest.mark.parametrize(
    ("day", "text", "expected"),
    [
        ("1989-05-01", "1-5-89", "correct"),
        ("2026-05-05", "5-5-26", "correct"),
        ("1926-05-05", "5-5-26", "ambiguous"),
        ("1826-05-05", "5 mei '26", "ambiguous"),
    ],
)
def test_a_year_in_two_digits_is_one_of_the_hundred_that_people_mean(
    day: str, text: str, expected: str
) -> None:
    assert verdict(OnDate(day), text) == expected


def test_old_text_is_a_persons() -> None:
    assert verdict(RULE, "2 juni 2024", elided="> Op 1 mei 2024 schreef Jan") == "quoted"
    assert verdict(RULE, "2 juni 2024", elided="> Op 3 mei 2024 schreef Jan") == "incorrect"


def test_the_date_is_shown() -> None:
    assert find(RULE, "Op 1 mei 2024.").matched == "1 mei 2024"
