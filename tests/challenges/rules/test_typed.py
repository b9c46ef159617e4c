"""Numbers and dates as an editor types them for a rule."""

import pytest

from blog.challenges.rules.faults import Fault, RuleFault
from blog.challenges.rules.tokens import Language
from blog.challenges.rules.typed import shown_number, typed_date, typed_number

NL, EN = Language.DUTCH, Language.ENGLISH


@pytest.mark.parametrize(
    ("text", "language", "number"),
    [
        ("", NL, ""),
        ("42", NL, "42"),
        ("3,5", NL, "3.5"),
        ("3.5", NL, "3.5"),
        ("3.5", EN, "3.5"),
        ("3,142", NL, "3.142"),
        ("3.142", EN, "3.142"),
        ("-0,25", NL, "-0.25"),
        ("1.234.567,5", NL, "1234567.5"),
        ("10 000", NL, "10000"),
        ("1,5 miljoen", NL, "1500000"),
        ("tweeëntwintig", NL, "22"),
    ],
)
def test_numbers(text: str, language: Language, number: str) -> None:
    assert typed_number(text, language, "value") == number
    assert typed_number(shown_number(number, language), language, "value") == number


@pytest.mark.parametrize(
    ("text", "language", "why"),
    [
        ("1.000", NL, Fault.AMBIGUOUS),
        ("3.142", NL, Fault.AMBIGUOUS),
        ("1,000", NL, Fault.AMBIGUOUS),
        ("1,000", EN, Fault.AMBIGUOUS),
        ("x", NL, Fault.NOT_A_NUMBER),
        ("1/3", NL, Fault.NOT_A_NUMBER),
        ("42 km", NL, Fault.NOT_A_NUMBER),
        ("42 43", NL, Fault.NOT_A_NUMBER),
        ("- 42", NL, Fault.NOT_A_NUMBER),
        ("ongeveer 42", NL, Fault.NOT_A_NUMBER),
    ],
)
def test_what_is_no_number_or_two_is_refused(text: str, language: Language, why: Fault) -> None:
    with pytest.raises(RuleFault) as caught:
        typed_number(text, language, "value")
    assert (caught.value.field, caught.value.why, caught.value.detail) == ("value", why, text)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("1 mei 2026", NL),
        ("1-5-2026", NL),
        ("2026-05-01", NL),
        ("2026-05-01", EN),
        ("May 1st, 2026", EN),
        ("1 May 2026", EN),
    ],
)
def test_dates(text: str, language: Language) -> None:
    assert typed_date(text, language, "date") == "2026-05-01"


@pytest.mark.parametrize(
    ("text", "language", "why"),
    [
        ("1 mei", NL, Fault.NOT_A_DATE),
        ("1 mei '26", NL, Fault.NOT_A_DATE),
        ("31 februari 2026", NL, Fault.NOT_A_DATE),
        ("na 1 mei 2026", NL, Fault.NOT_A_DATE),
        ("1/5/2026", EN, Fault.AMBIGUOUS),
    ],
)
def test_what_is_no_day_or_two_is_refused(text: str, language: Language, why: Fault) -> None:
    with pytest.raises(RuleFault) as caught:
        typed_date(text, language, "date")
    assert (caught.value.field, caught.value.why) == ("date", why)
