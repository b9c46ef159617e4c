"""The rule for a number, with a tolerance and a unit."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.challenges.rules.kinds import Exact, Kind, Number, Pattern
from blog.challenges.rules.number_words import spellings
from tests.challenges.rules.ruling import ENGLISH, find, verdict

COUNT = Number("1000")
DISTANCE = Number("42.195", "0.01", "km")
SHARE = Number("50", "0", "%")
WARMTH = Number("20", "1", "C")
PRICE = Number("12.5", "0", "EUR")


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (COUNT, "1000", "correct"),
        (COUNT, "1.000", "correct"),
        (COUNT, "1.000,00", "correct"),
        (COUNT, "1 000", "correct"),
        (COUNT, "duizend", "correct"),
        (COUNT, "Het zijn er duizend", "correct"),
        (COUNT, "10\u00b3", "correct"),
        (COUNT, "1e3", "correct"),
        (COUNT, "1000 stuks", "correct"),
        (COUNT, "Beste John,\n\n1000\n\nGroet,\nAnja\n06-12345678", "correct"),
        (COUNT, "1,000", "ambiguous"),
        (COUNT, "thousand", "ambiguous"),
        (COUNT, "1k", "ambiguous"),
        (COUNT, "-1000", "ambiguous"),
        (COUNT, "min 1000", "ambiguous"),
        (COUNT, "10 keer 100", "ambiguous"),
        (COUNT, "999 + 1", "ambiguous"),
        (COUNT, "tussen 900 en 1100", "ambiguous"),
        (COUNT, "900-1100", "ambiguous"),
        (COUNT, "1000 euro", "unit"),
        (COUNT, "niet 1000", "negation"),
        (COUNT, "1000 of 1001", "several-answers"),
        (COUNT, "1000 (eigenlijk 999)", "several-answers"),
        (COUNT, "1) 1000", "several-answers"),
        (COUNT, "500 x 2 = 1000", "several-answers"),
        (COUNT, "12:30 uur: 1000", "several-answers"),
        (COUNT, "meer dan 1000", "about"),
        (COUNT, "> 1000", "about"),
        (COUNT, "bijna 1000", "about"),
        (COUNT, "ongeveer 1000", "about"),
        (COUNT, "~~999~~ 1000", "struck"),
        (COUNT, "1000 " + "woord " * 80, "other-words"),
        (COUNT, "1001", "incorrect"),
        (COUNT, "100", "incorrect"),
        (COUNT, "10000", "incorrect"),
        (COUNT, "één", "incorrect"),
        (COUNT, "Ik weet het niet", "incorrect"),
        (COUNT, "12 of 13", "incorrect"),
        (COUNT, "negenhonderd plus honderd", "ambiguous"),
        (COUNT, "1100 min 100", "ambiguous"),
        (Number("1889"), "1889", "correct"),
        (Number("1889"), "in 1889", "correct"),
        (Number("1889"), "achttienhonderdnegenentachtig", "correct"),
        (Number("1889"), "achttiennegenentachtig", "correct"),
        (Number("1889"), "achttien negenentachtig", "ambiguous"),
        (Number("1889"), "18 89", "ambiguous"),
        (Number("1889"), "'89", "ambiguous"),
        (Number("1905"), "19 05", "ambiguous"),
        (Number("1889"), "31 maart 1889", "several-answers"),
        (Number("1889"), "1888", "incorrect"),
        (DISTANCE, "42,195 km", "correct"),
        (DISTANCE, "42,2", "correct"),
        (DISTANCE, "42195 meter", "correct"),
        (DISTANCE, "42.195 m", "correct"),
        (DISTANCE, "4219500 cm", "correct"),
        (DISTANCE, "ongeveer 42,2 km", "correct"),
        (DISTANCE, "tweeënveertig komma een negen vijf kilometer", "correct"),
        (DISTANCE, "42.195", "ambiguous"),
        (DISTANCE, "42,195 kg", "unit"),
        (DISTANCE, "42,195 en 42,2", "several-answers"),
        (DISTANCE, "42 km en 195 m", "ambiguous"),
        (DISTANCE, "42,195 mijl", "incorrect"),
        (DISTANCE, "42 km", "incorrect"),
        (SHARE, "50%", "correct"),
        (SHARE, "vijftig procent", "correct"),
        (SHARE, "50", "correct"),
        (SHARE, "500\u2030", "correct"),
        (SHARE, "0,5", "ambiguous"),
        (SHARE, "1/2", "ambiguous"),
        (SHARE, "50 euro", "unit"),
        (WARMTH, "20 graden", "correct"),
        (WARMTH, "20,5 °C", "correct"),
        (WARMTH, "twintig graden celsius", "correct"),
        (WARMTH, "68 °F", "unit"),
        (WARMTH, "20 °F", "unit"),
        (WARMTH, "293 kelvin", "unit"),
        (WARMTH, "-20 °C", "ambiguous"),
        (PRICE, "€ 12,50", "correct"),
        (PRICE, "12,50 euro", "correct"),
        (PRICE, "EUR 12.50", "correct"),
        (PRICE, "$ 12,50", "unit"),
        (PRICE, "€ 12,-", "incorrect"),
        (Number("0"), "nul", "correct"),
        (Number("0"), "geen", "ambiguous"),
        (Number("0"), "geen enkele", "ambiguous"),
        (Number("1"), "een", "correct"),
        (Number("1"), "één", "correct"),
        (Number("1"), "Het is een goede vraag", "ambiguous"),
        (Number("4"), "Zie A4", "ambiguous"),
        (Number("2"), "de 2e", "ambiguous"),
        (Number("0.5"), "\u00bd", "correct"),
        (Number("0.5"), "een half", "correct"),
        (Number("1000000"), "10\u2076", "correct"),
        (Number("106"), "10\u2076", "incorrect"),
        (Number("12", "0", "month"), "een jaar", "correct"),
        (Number("52", "0", "week"), "1 jaar", "unit"),
        (Number("90", "0", "min"), "anderhalf uur", "correct"),
        (Number("100", "0", "km/h"), "100 km/u", "correct"),
    ],
)
def test_numbers(kind: Kind, text: str, expected: str) -> None:
    assert verdict(kind, text) == expected


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (Number("42", unit="EUR"), "42 cent", "unit"),
        (Number("42", unit="EUR"), "42 ct", "unit"),
        (Number("42", unit="EUR"), "\u00a542", "unit"),
        (Number("42", unit="EUR"), "CHF 42", "unit"),
        (Number("42", unit="EUR"), "42 gulden", "unit"),
        (Number("42", unit="EUR"), "42 flappen", "other-words"),
        (Number("42", unit="kg"), "42 pond", "unit"),
        (Number("42", unit="kg"), "42 ons", "unit"),
        (Number("42", unit="kg"), "42 \u00b5g", "other-words"),
        (Number("42", unit="kg"), "42 oz", "unit"),
        (Number("42", unit="kg"), "42 kiloton", "unit"),
        (Number("42", unit="km"), "42 zeemijl", "unit"),
        (Number("42", unit="km"), "22,68 zeemijl", "unit"),
        (Number("42", unit="km"), "42 lichtjaar", "unit"),
        (Number("42", unit="km"), "42 nm", "unit"),
        (Number("42", unit="km"), "42 in", "unit"),
        (Number("42", unit="km"), "Ons antwoord is 41 km.", "incorrect"),
        (Number("42"), "42 dozijn", "other-words"),
        (Number("42"), "42%", "unit"),
        (Number("42"), "42'", "unit"),
        (Number("42"), '42"', "unit"),
        (Number("42"), '"42"', "correct"),
        (Number("42"), "'42'", "correct"),
    ],
)
def test_a_unit_that_is_not_known_is_not_none(kind: Kind, text: str, expected: str) -> None:
    assert verdict(kind, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Het juiste getal is 42, denk ik.", "correct"),
        ("42 is het antwoord. Leuke vraag!", "correct"),
        ("42 stuks", "correct"),
        ("nummer 42", "ambiguous"),
        ("Mijn antwoord op de prijsvraag is 42.", "correct"),
        ("hoger dan 42", "other-words"),
        ("max 42", "other-words"),
        ("vanaf 42", "other-words"),
        ("42+", "other-words"),
        ("42 of hoger", "other-words"),
        ("zo'n 42", "other-words"),
        ("zeker 42", "other-words"),
        ("de wortel van 42", "other-words"),
        ("\u221a42", "other-words"),
        ("42 is onzin", "other-words"),
        ("42, sorry, ik bedoel het dubbele", "other-words"),
        ("een goede 42", "about"),
        ("42. Thanks, or forty three", "other-words"),
    ],
)
def test_a_number_counts_among_words_that_leave_it_what_it_is(text: str, expected: str) -> None:
    assert verdict(Number("42"), text) == expected


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (Number("101"), "honderd één", "correct"),
        (Number("21"), "één en twintig", "correct"),
        (Number("18"), "achtien", "near-miss"),
        (Number("18"), "acht tien", "near-miss"),
        (Number("18"), "de achttiende", "near-miss"),
        (Number("8"), "eigth", "near-miss"),
        (Number("1.5"), "een komma vijf", "correct"),
        (Number("1.5"), "\u00e9\u00e9n komma vijf", "correct"),
        (Number("1.5"), "one point five", "ambiguous"),
        (Number("3.14", "0.01"), f"3,14{'159' * 20}", "ambiguous"),
        (Number("101"), "hondert een", "near-miss"),
        (Number("2000000"), "twee milioen", "near-miss"),
        (Number("12"), "een dozijn", "ambiguous"),
        (Number("2"), "twice", "ambiguous"),
        (Number("0.25"), "een kwart", "ambiguous"),
        (Number("75", unit="%"), "driekwart", "ambiguous"),
        (Number("75", unit="%"), "3 op de 4", "ambiguous"),
        (Number("42"), "4\ufe0f\u20e32\ufe0f\u20e3", "correct"),
        (Number("10"), "\U0001f51f", "ambiguous"),
        (Number("21"), "XXI", "ambiguous"),
        (Number("5"), "V", "ambiguous"),
        (Number("1000000"), "1M", "ambiguous"),
        (Number("1500"), "15 honderd", "ambiguous"),
        (Number("1000000"), "1_000_000", "correct"),
        (Number("1000000"), "10 tot de zesde", "correct"),
        (Number("0"), "nihil", "ambiguous"),
        (Number("42"), "4 2", "ambiguous"),
        (Number("42"), "4-2", "ambiguous"),
        (Number("42"), "vier twee", "ambiguous"),
        (Number("42"), "een 4 en een 2", "ambiguous"),
        (Number("1815"), "een acht een vijf", "ambiguous"),
        (Number("42"), "veertig en twee", "ambiguous"),
        (Number("42"), "84:2", "ambiguous"),
        (Number("2.5"), "2 punt 5", "ambiguous"),
        (Number("2.5"), "2;5", "ambiguous"),
        (Number("2.5"), "2 en half", "ambiguous"),
        (Number("1815"), "achtienhonderdvijftien", "near-miss"),
        (Number("1815"), "achttienvijftiem", "near-miss"),
        (Number("1"), "eentje", "ambiguous"),
        (Number("90", unit="min"), "1 uur en 30 minuten", "ambiguous"),
        (Number("90", unit="min"), "1u30", "ambiguous"),
        (Number("90", unit="min"), "1:30", "ambiguous"),
        (Number("1.8", unit="m"), "1m80", "ambiguous"),
        (Number("3.5", unit="EUR"), "3 euro 50", "ambiguous"),
        (Number("3.5", unit="EUR"), "350 cent", "unit"),
        (Number("90", unit="min"), "anderhalf", "ambiguous"),
        (Number("90", unit="min"), "1,5", "ambiguous"),
        (Number("2.5", unit="EUR"), "twee vijftig", "ambiguous"),
        (Number("25", unit="%"), "een op de vier", "ambiguous"),
        (Number("25", unit="%"), "een van de vijf", "incorrect"),
        (Number("2"), "allebei", "ambiguous"),
        (Number("2"), "beide", "ambiguous"),
        (Number("3", unit="C"), "- 3 graden", "ambiguous"),
        (Number("3", unit="C"), "\u2212 3 graden", "ambiguous"),
        (Number("3", unit="C"), "Het is - 3", "ambiguous"),
        (Number("-3", unit="C"), "- 3 graden", "ambiguous"),
        (Number("2.5", unit="EUR"), "\u20ac 2,50-", "ambiguous"),
        (Number("18"), "negentien", "incorrect"),
        (Number("21"), "XXII", "incorrect"),
        (Number("90", unit="min"), "2 uur", "incorrect"),
        (Number("3.5", unit="EUR"), "3 euro", "incorrect"),
    ],
)
def test_a_right_number_in_another_dress_is_never_incorrect(kind: Kind, text: str, expected: str) -> None:
    assert verdict(kind, text) == expected


@given(st.integers(0, 10**6 - 1), st.data())
def test_a_number_in_words_with_a_slip_is_a_persons(number: int, data: st.DataObject) -> None:
    (word, *_) = spellings(Fraction(number), "nl")
    at = data.draw(st.integers(0, len(word) - 1))
    slip = word[:at] + word[at + 1 :] if len(word) > 3 else word
    assert verdict(Number(str(number)), slip) != "incorrect"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("42 in totaal", "correct"),
        ("42 in total", "correct"),
        ("42 in", "unit"),
        ("= 42", "correct"),
        ("x = 42", "correct"),
        ("Antwoord: x = 42", "correct"),
        ("x != 42", "other-words"),
        ("2x = 42", "other-words"),
        ("There are 42", "correct"),
        ("42 - bedankt", "correct"),
        ("I'd say 42", "correct"),
        ("I got 42", "correct"),
        ("Definitely 42", "correct"),
        ("Ik weet het zeker: 42", "correct"),
        ("Zeker weten 42!", "correct"),
        ("Zeker 42", "other-words"),
        ("Ik weet: zeker 42", "other-words"),
        ("\u20ac 42,-", "correct"),
    ],
)
def test_words_beside_a_number_that_say_nothing(text: str, expected: str) -> None:
    kind = Number("42", unit="EUR") if "\u20ac" in text else Number("42")
    assert verdict(kind, text) == expected


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Number("12"), "Hierbij mijn antwoord op vraag 12"),
        (Number("12"), "Antwoord op de puzzel 12"),
        (Number("12"), "Prijsvraag 12"),
        (Number("12"), "vraag nummer twaalf"),
        (Exact("12"), "Antwoord op de puzzel 12"),
        (Pattern(r"\b12\b"), "Antwoord op puzzel 12"),
    ],
)
def test_the_number_of_the_question_is_no_answer(kind: Kind, text: str) -> None:
    assert verdict(kind, text) == "ambiguous"


@pytest.mark.parametrize(
    "text", ["Antwoord op vraag: 12", "Antwoord op de prijsvraag\n12", "12 is het antwoord op de vraag"]
)
def test_a_number_that_stands_apart_from_the_question_is_one(text: str) -> None:
    assert verdict(Number("12"), text) == "correct"


@pytest.mark.parametrize("text", ["100 en een", "honderd stuks en een", "een, 100", "100. En een"])
def test_one_more_is_another_number(text: str) -> None:
    assert verdict(Number("100"), text) == "other-words"


def test_english_reads_signs_the_other_way() -> None:
    assert verdict(COUNT, "1,000", options=ENGLISH) == "correct"
    assert verdict(COUNT, "a thousand", options=ENGLISH) == "correct"
    assert verdict(COUNT, "1.000", options=ENGLISH) == "ambiguous"
    assert verdict(COUNT, "duizend", options=ENGLISH) == "ambiguous"


def test_numbers_in_old_text_are_a_persons() -> None:
    assert verdict(COUNT, "999", elided="> Op 3 mei schreef Jan: 1000") == "quoted"
    assert verdict(COUNT, "999", elided="> Op 3 mei schreef Jan: 1001") == "incorrect"
    assert verdict(COUNT, "1000", elided="> 999?") == "correct"


@pytest.mark.parametrize(
    ("signature", "expected"),
    [
        ("Anna de Vries\nTel 06-12345678", "incorrect"),
        ("T +31 (0)20 123 45 67", "incorrect"),
        ("(020) 123 4567", "incorrect"),
        # Numbers all the same.
        ("900-1100", "quoted"),
        ("0 - 12345", "quoted"),
    ],
)
def test_a_telephone_number_is_no_range_of_numbers(signature: str, expected: str) -> None:
    assert verdict(COUNT, "999", elided=f"-- \n{signature}") == expected


def test_the_number_is_shown() -> None:
    assert find(DISTANCE, "Dat is 42,20 km").matched == "42.2 km"


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_only_numbers_within_the_tolerance_are_correct(value: int, said: int) -> None:
    kind = Number(str(value), "10")
    expected = abs(value - said) <= 10
    assert (verdict(kind, str(said)) == "correct") is expected
    assert (verdict(kind, f"{said:,}".replace(",", ".")) == "correct") is expected


@given(st.fractions(0, 10**6, max_denominator=100).filter(lambda one: 100 % one.denominator == 0))
def test_a_decimal_comma_is_read_exactly(value: Fraction) -> None:
    cents = f"{int(value * 100):03d}"
    kind = Number(f"{cents[:-2]}.{cents[-2:]}")
    assert verdict(kind, f"{cents[:-2]},{cents[-2:]}") == "correct"


@given(
    st.one_of(
        st.text(max_size=30),
        st.text(alphabet="0123456789 .,-+x*/^\u00b2\u00bd\u20ac%e'~:_\n", max_size=8),
        st.lists(
            st.sampled_from(
                "een half miljoen min en tot keer plus km euro honderd niet kwadraat 5 komma".split()
            ),
            max_size=5,
        ).map(" ".join),
    )
)
def test_the_right_number_is_never_incorrect(text: str) -> None:
    assert verdict(COUNT, f"{text} 1000") != "incorrect"
    assert verdict(COUNT, f"1000\n{text}") != "incorrect"
