"""What a rule throws out by itself: only forms of which all is known that they can mean."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.challenges.rules.compiling import compile_rule
from blog.challenges.rules.finding import Finding, Ruling, judge
from blog.challenges.rules.kinds import AnyOf, Exact, Keywords, Kind, Number, OnDate, Pattern, Rule
from blog.challenges.rules.normaliser import Options
from blog.challenges.rules.reading import Why
from tests.challenges.rules.ruling import DUTCH, ENGLISH, find

NUMBER = Number("42")
MANY = Number("2500000")
FAR = Number("42.195", "0.01", "km")
DAY = OnDate("2024-05-01")
ANIMAL = Exact("wolf")


def _finding(
    kind: Kind, text: str, wrong: tuple[str, ...] = (), *, elided: str = "", subject: str = ""
) -> Finding:
    return judge(compile_rule(Rule(kind, DUTCH), wrong), text, elided, 0, readable=True, subject=subject)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (NUMBER, "43"),
        (NUMBER, "43."),
        (NUMBER, "Volgens mij is het 43"),
        (NUMBER, "Beste redactie,\n\nMijn antwoord is 43.\n\nMet vriendelijke groet,\nAnja de Vries"),
        (NUMBER, "1.000.000"),
        (NUMBER, "4,5"),
        (NUMBER, "-43"),
        (NUMBER, "0"),
        (Exact("42"), "43"),
        (AnyOf(("42", "44")), "43"),
        (MANY, "2.500.001"),
        (MANY, "26"),
        (FAR, "40 km"),
        (FAR, "41"),
        (FAR, "42,4 km"),
        (FAR, "43000 meter"),
        (FAR, "25 mijl"),
        (Number("12", "0", "EUR"), "\u20ac 13"),
        (Number("12", "0", "EUR"), "13 euro"),
        (Number("50", "0", "%"), "51%"),
        (DAY, "2 mei 2024"),
        (DAY, "2024-05-02"),
        (DAY, "Het is 2 May 2024."),
        (Exact("B"), "A"),
        (Exact("B"), "c."),
        (Exact("B"), "Antwoord: C"),
        (Exact("B"), "optie (c)"),
        (AnyOf(("A", "B")), "C"),
        (Exact("ja"), "Nee!"),
        (Exact("ja"), "neen"),
        (Exact("no"), "Yes"),
        (Exact("waar"), "Onwaar"),
        (Exact("false"), "true"),
        (Exact("juist"), "onjuist"),
        (AnyOf(("ja", "yes")), "no"),
    ],
)
def test_in_a_closed_form_another_answer_is_thrown_out(kind: Kind, text: str) -> None:
    finding = find(kind, text)
    assert (finding.judgement, finding.decides) == (Ruling.INCORRECT, True)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (NUMBER, "drie\u00ebnveertig"),
        (NUMBER, "43?"),
        (NUMBER, "- 43"),
        (NUMBER, "43'"),
        (NUMBER, "043"),
        (NUMBER, "1.000"),
        (NUMBER, "1,000"),
        (NUMBER, "4.5"),
        (NUMBER, "43 km"),
        (NUMBER, "43 stuks"),
        (NUMBER, "4\u202e3"),
        (NUMBER, "\uff14\uff13"),
        (NUMBER, "420"),
        (NUMBER, "-4,2"),
        (NUMBER, "43. Leuke vraag!"),
        (NUMBER, "43 of 44"),
        (NUMBER, "Ik weet het niet"),
        (NUMBER, "9" * 60),
        (Exact("42"), "420"),
        (Exact("42"), "43 km"),
        (AnyOf(("42", "veel")), "43"),
        (MANY, "2,5"),
        (MANY, "2.500"),
        (MANY, "26 miljoen"),
        (MANY, "twee\u00ebnhalf miljoen"),
        (MANY, "twee en een half miljoen"),
        (Number("0.42"), "42"),
        (Number("50", "0", "%"), "0,05"),
        (FAR, "43 kg"),
        (FAR, "4,22"),
        (FAR, "42 km"),
        (FAR, "43"),
        (FAR, "26 mijl"),
        (FAR, "26,2 mijl"),
        (Number("36", "0", "km/h"), "22,4 mph"),
        (Number("3.14"), "3"),
        (Exact("3,14"), "3,1"),
        (Number("17178000", "1000"), "17,2"),
        (DAY, "2 mei"),
        (DAY, "2 mei '24"),
        (DAY, "2-5-2024"),
        (DAY, "2024-01-05"),
        (DAY, "dinsdag 2 mei 2024"),
        (DAY, "31 februari 2024"),
        (DAY, "i-v-2024"),
        (Exact("B"), "C of D"),
        (Exact("B"), "\u0421"),
        (Exact("B"), "de derde"),
        (AnyOf(("B", "Bonn")), "C"),
        (Exact("ja"), "nee hoor"),
        (Exact("ja"), "onmogelijk"),
        (Exact("ja"), "no"),
        (Exact("nee"), "ik denk het wel"),
        (AnyOf(("ja", "klopt")), "nee"),
        (AnyOf(("ja", "nee")), "onwaar"),
        (ANIMAL, "hond"),
        (Keywords((("wolf",),)), "hond"),
        (Keywords((("B",),)), "C"),
        (Pattern("wolf"), "hond"),
        (Pattern("^42$"), "43"),
    ],
)
def test_in_any_other_form_nobody_is_thrown_out_without_a_person(kind: Kind, text: str) -> None:
    finding = find(kind, text)
    assert finding.judgement is not Ruling.CORRECT
    assert not finding.decides


def test_the_other_language_has_the_other_signs() -> None:
    assert find(NUMBER, "1,000,000", options=ENGLISH).decides
    assert find(NUMBER, "4.5", options=ENGLISH).decides
    assert not find(NUMBER, "4,5", options=ENGLISH).decides
    assert not find(NUMBER, "1,000", options=ENGLISH).decides


@pytest.mark.parametrize("kind", [NUMBER, Exact("42"), FAR, DAY, Exact("B"), Exact("ja"), ANIMAL])
def test_what_is_correct_decides_and_what_is_a_persons_does_not(kind: Kind) -> None:
    answers: dict[Kind, str] = {NUMBER: "42", FAR: "42,2 km", DAY: "1 mei 2024"}
    answer = answers.get(kind) or str(getattr(kind, "answer", ""))
    assert find(kind, answer).decides
    assert not find(kind, f"niet {answer}").decides
    assert not find(kind, f"{answer} of zo").decides


@pytest.mark.parametrize(
    ("elided", "subject", "why"),
    [
        ("> Is het 42?", "", Why.QUOTED),
        ("", "Mijn antwoord is 42", Why.SUBJECT),
        ("", "Of toch 44", Why.NO_MATCH),
        ("", "Niet 43", Why.NO_MATCH),
    ],
)
def test_what_stands_around_it_may_speak_against(elided: str, subject: str, why: Why) -> None:
    finding = _finding(NUMBER, "43", elided=elided, subject=subject)
    assert (finding.why, finding.decides) == (why, False)


def test_an_attachment_speaks_against() -> None:
    assert not find(NUMBER, "43", attachments=1).decides
    assert not find(Exact("B"), "A", attachments=1).decides


@pytest.mark.parametrize(
    "text", ["Hond", "de hond!", "Beste redactie,\n\nHet antwoord is: hond.\n\nGroet, Jan", "golf", "De Golf"]
)
def test_a_wrong_sample_is_thrown_out_as_it_stands(text: str) -> None:
    finding = _finding(ANIMAL, text, ("hond", "de golf"))
    assert (finding.judgement, finding.why, finding.decides) == (Ruling.INCORRECT, Why.SAMPLE, True)


@pytest.mark.parametrize("kind", [ANIMAL, AnyOf(("wolf", "wolven")), Keywords((("wolf",),)), Pattern("wolf")])
def test_of_every_kind(kind: Kind) -> None:
    assert _finding(kind, "Hond", ("hond",)).decides
    assert not _finding(kind, "Hond").decides


@pytest.mark.parametrize("text", ["een hond of een vos", "honden", "geen hond", "hond\nkat", "golven"])
def test_more_than_a_sample_is_a_persons(text: str) -> None:
    assert not _finding(ANIMAL, text, ("hond", "golf")).decides


def test_a_sample_with_the_answer_beside_it_is_a_persons() -> None:
    assert _finding(ANIMAL, "golf", ("golf",), elided="> een wolf?").why is Why.QUOTED
    assert _finding(ANIMAL, "golf", ("golf",), subject="wolf").why is Why.SUBJECT
    assert _finding(ANIMAL, "~~wolf~~ golf", ("golf",)).why is Why.STRUCK
    assert not _finding(ANIMAL, "~~vos~~ golf", ("golf",)).decides
    assert _finding(ANIMAL, "wolf", ("golf",)).judgement is Ruling.CORRECT


def test_a_sample_in_digits_is_read_like_any_other_number() -> None:
    """What can be read as the answer is no less so because an editor thought of it."""
    assert _finding(Number("1000"), "1,000", ("1,000",)).why is Why.AMBIGUOUS
    assert _finding(Number("3"), "- 3", ("-3", "- 4")).why is Why.MATCH
    assert _finding(Number("1000"), "1002 stuks", ("1002 stuks",)).decides


_BESIDE = st.text(max_size=12)


@given(st.integers(1, 10**6), st.integers(-9, 9), st.booleans())
def test_a_slip_of_sign_or_power_of_ten_is_never_thrown_out(value: int, power: int, is_turned: bool) -> None:
    scaled = Decimal(-value if is_turned else value).scaleb(power)
    finding = find(Number(str(value)), f"{scaled:f}".replace(".", ","))
    assert finding.judgement is Ruling.CORRECT or not finding.decides


@given(st.sampled_from([NUMBER, Exact("42"), DAY, Exact("B"), Exact("ja"), ANIMAL]), _BESIDE, _BESIDE)
def test_nothing_with_the_answer_in_it_is_thrown_out(kind: Kind, before: str, behind: str) -> None:
    answers: dict[Kind, str] = {NUMBER: "42", DAY: "1 mei 2024"}
    answer = answers.get(kind) or str(getattr(kind, "answer", ""))
    finding = _finding(kind, f"{before} {answer} {behind}", ("hond",))
    assert finding.judgement is Ruling.CORRECT or not finding.decides


@given(st.text(max_size=40), st.sampled_from([DUTCH, ENGLISH]))
def test_whatever_is_written_only_a_person_says_the_rest(text: str, options: Options) -> None:
    for kind in (NUMBER, DAY, Exact("B"), Exact("ja"), ANIMAL):
        finding = find(kind, text, options=options)
        assert finding.decides or finding.judgement is not Ruling.CORRECT
        assert not finding.decides or finding.judgement is not Ruling.NEEDS_PERSON


@pytest.mark.parametrize("text", ["5!", "Het is 5!", "Het antwoord is: 43!"])
def test_a_number_with_an_exclamation_mark_may_be_a_factorial(text: str) -> None:
    assert not find(Number("120"), text).decides


@pytest.mark.parametrize(
    "text", ["Prijsvraag nr. 42", "Antwoord op vraag nr. 42", "Antwoord puzzel nr.: 42", "Artikel 42"]
)
def test_the_number_of_what_is_answered_is_no_answer(text: str) -> None:
    assert not find(NUMBER, text).decides
