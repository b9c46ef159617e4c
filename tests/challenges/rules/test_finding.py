"""What every rule has in common: when it may not speak, and that it always answers, soon."""

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.challenges.rules.compiling import CompiledRule, compile_rule
from blog.challenges.rules.finding import LONGEST_ELIDED, Finding, Ruling, judge
from blog.challenges.rules.kinds import AnyOf, Exact, Keywords, Kind, Number, OnDate, Pattern, Rule
from blog.challenges.rules.letter import Letter, answer_key
from blog.challenges.rules.normaliser import LONGEST_TEXT, normalise
from blog.challenges.rules.reading import Reading, Why
from tests.challenges.rules.ruling import DUTCH, compiled, find, verdict

KINDS: tuple[Kind, ...] = (
    Exact("de prospect"),
    AnyOf(tuple(f"antwoord {number} xyz" for number in range(50))),
    Keywords((("eerlijk",), ("stoppen", "stop"))),
    Number("42", "0.5", "km"),
    OnDate("2024-05-01"),
    Pattern(r"(x+x+)+y|[a-z]+\d{3}|(a|b)*c.*d"),
)
ANSWERS = ("de prospect", "antwoord 7 xyz", "eerlijk stoppen", "42 km", "1 mei 2024", "abc123")
RULES = tuple(map(compiled, KINDS))
ANSWERED = tuple(zip(KINDS, ANSWERS, strict=True))
JUDGED = tuple(zip(RULES, ANSWERS, strict=True))
MANY_KEYWORDS = compiled(Keywords(tuple((f"sleutel{at}", f"woord {at}") for at in range(20))))
LONG_NUMBERS = compiled(AnyOf(tuple(" ".join(str(7**at)[:1] + "3" * at) for at in range(30, 76))))
MANY_NUMBERS = compiled(Number("777777777", "60"))
HOSTILE: dict[str, Callable[[int], str]] = {
    "letters": lambda size: "x" * size,
    "words": lambda size: "a " * (size // 2),
    "digits": lambda size: "1" * size,
    "numbers": lambda size: "1 " * (size // 2),
    "points": lambda size: "1." * (size // 2),
    "ranges": lambda size: "1-" * (size // 2),
    "groups": lambda size: "1 000 " * (size // 6),
    "mixed": lambda size: "x1" * (size // 2),
    "number words": lambda size: "twee" * (size // 4),
    "more number words": lambda size: "honderd " * (size // 8),
    "articles": lambda size: "de " * (size // 3),
    "ones": lambda size: "een " * (size // 4),
    "ones read twice": lambda size: "een " * (size // 4 - 3) + "~~5~~",
    "English ones read twice": lambda size: "one " * (size // 4 - 3) + "~~5~~",
    "twos read twice": lambda size: "twee en " * (size // 8 - 3) + "~~5~~",
    "spaces": lambda size: " " * (size - 1) + "x",
    "lines": lambda size: "\n" * (size - 1) + "x",
    "spaced lines": lambda size: " \n" * (size // 2),
    "closings": lambda size: "groet\n" * (size // 6),
    "signatures": lambda size: "groet jan\n" * (size // 10),
    "reasons": lambda size: " want" * (size // 5),
    "sentences": lambda size: "a. " * (size // 3),
    "struck": lambda size: "~~a" * (size // 3),
    "dash and spaces": lambda size: "42 -" + " " * (size - 4),
    "signs": lambda size: "-" * size,
    "dates": lambda size: "1 mei " * (size // 6),
    "slashes": lambda size: "1/1/" * (size // 4),
    "marks": lambda size: "a" + "\u0301\u0323" * (size // 2),
    "ligatures": lambda size: "\ufdfa" * size,
    "squares": lambda size: "\u337f" * size,
    "raised": lambda size: "5\u2076" * (size // 2),
    "fractions": lambda size: "\u00bd" * size,
    "many characters": lambda size: "".join(chr(0x100 + at % 0x5000) for at in range(size)),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.rule.kind.kind)
def test_nothing_is_a_persons(rule: CompiledRule) -> None:
    for text in ("", " \n\t", "\u200b\u00ad", "...", ">"[:0]):
        assert judge(rule, text, "", 0, readable=True) == Finding(Ruling.NEEDS_PERSON, Why.EMPTY)
        assert judge(rule, text, "", 1, readable=True) == Finding(Ruling.NEEDS_PERSON, Why.ATTACHMENT)
        assert judge(rule, text, "> 42", 0, readable=True) == Finding(Ruling.NEEDS_PERSON, Why.EMPTY)


@pytest.mark.parametrize(("kind", "answer"), ANSWERED)
def test_an_answer_counts_only_when_the_text_is_vouched_for(kind: Kind, answer: str) -> None:
    assert verdict(kind, answer) == "correct"
    assert judge(compiled(kind), answer, "", 0, readable=False) == Finding(
        Ruling.NEEDS_PERSON, Why.UNREADABLE
    )


@pytest.mark.parametrize(("kind", "answer"), ANSWERED)
def test_an_attachment_hinders_only_what_would_be_incorrect(kind: Kind, answer: str) -> None:
    assert verdict(kind, answer, attachments=1) == "correct"
    assert verdict(kind, "Zomaar iets", attachments=1) == "attachment"
    assert verdict(kind, "Zie de bijlage") == "attachment"
    assert verdict(kind, "Zomaar iets") == "incorrect"


@pytest.mark.parametrize(("kind", "answer"), ANSWERED)
def test_an_answer_in_the_subject_is_a_persons(kind: Kind, answer: str) -> None:
    for text in ("Zomaar iets", "Groet, Jan"):
        finding = judge(compiled(kind), text, "", 0, readable=True, subject=f"Mijn antwoord is {answer}")
        assert (finding.judgement, finding.why) == (Ruling.NEEDS_PERSON, Why.SUBJECT)
    assert verdict(kind, "Zie onderwerp") == "subject"
    assert verdict(kind, "See subject.") == "subject"


@pytest.mark.parametrize(("kind", "answer"), ANSWERED)
def test_the_subject_takes_nothing_from_a_correct_answer(kind: Kind, answer: str) -> None:
    assert judge(compiled(kind), answer, "", 0, readable=True, subject="Inzending 7").judgement == "correct"


@pytest.mark.parametrize(
    ("kind", "text", "subject"),
    [
        (Number("42"), "42", "Mijn antwoord is 43"),
        (Number("42"), "42", "Re: 43"),
        (Number("42"), "42", "Niet 42"),
        (Number("42"), "42", "Toch 43"),
        (Number("42"), "42", "42 of 43"),
        (Number("42"), "42", "Antwoord, misschien"),
        (Exact("42"), "tweeënveertig", "drieënveertig"),
        (Exact("B"), "B", "Antwoord A"),
        (Exact("B"), "B", "Re: C"),
        (Exact("Amsterdam"), "Amsterdam", "Mijn antwoord is Rotterdam"),
        (Exact("Amsterdam"), "Amsterdam", "Niet Amsterdam"),
        (OnDate("2024-05-01"), "1 mei 2024", "Het was 2 mei 2024"),
    ],
)
def test_another_answer_in_the_subject_is_a_persons(kind: Kind, text: str, subject: str) -> None:
    finding = judge(compiled(kind), text, "", 0, readable=True, subject=subject)
    assert (finding.judgement, finding.why) == (Ruling.NEEDS_PERSON, Why.SUBJECT)


@pytest.mark.parametrize(
    ("kind", "text", "subject"),
    [
        (Number("42"), "42", "Antwoord op de prijsvraag van 27 november"),
        (Number("42"), "42", "Re: Challenge 12"),
        (Number("42"), "42", "Kerstpuzzel 2025"),
        (Number("42"), "42", "Re: Inzending 7: je antwoord op de vraag"),
        (Number("42"), "42", "Mijn antwoord: 42"),
        (Number("42"), "42", "Re: Er zijn geen slechte klanten"),
        (Number("42"), "42", "Waar of niet? De 3 vragen"),
        (Number("42"), "42", "Re: Waar of niet? De 3 vragen"),
        (Exact("B"), "B", "Antwoord B"),
        (Exact("B"), "B", "Antwoord op de prijsvraag"),
        (Exact("Amsterdam"), "Amsterdam", "Prijsvraag van 3 mei, inzending van Jan"),
        (Exact("Amsterdam"), "Amsterdam", "Antwoord is: de stad Amsterdam"),
        (OnDate("2024-05-01"), "1 mei 2024", "Prijsvraag"),
    ],
)
def test_a_subject_that_only_says_what_it_is_about_takes_nothing(kind: Kind, text: str, subject: str) -> None:
    """The title of the challenge is what our own page writes there."""
    title = "Waar of niet? De 3 vragen"
    assert (
        judge(compiled(kind), text, "", 0, readable=True, subject=subject, title=title).judgement == "correct"
    )


@pytest.mark.parametrize(
    "text",
    [
        "Groet, Jan",
        "Hoi,\n\nGroetjes,\nJan",
        "Kind regards,\nJan",
        "Verzonden vanaf mijn iPhone",
        "Sent from my iPhone",
        "Hierbij mijn antwoord.",
        "jan@example.org",
    ],
)
def test_courtesies_alone_are_no_answer(text: str) -> None:
    for rule in RULES:
        assert judge(rule, text, "", 0, readable=True).why is Why.EMPTY


def test_strokes_through_letters_are_a_persons() -> None:
    struck = "".join(f"{character}\u0336" for character in "42")
    assert verdict(Exact("42"), struck) == "struck"
    assert verdict(Exact("43"), f"{struck} 43") == "struck"
    assert verdict(Exact("x \u2260 y"), "x =\u0338 y") == "correct"


@pytest.mark.parametrize("mark", ["\u202e", "\u202d", "\u2067"])
def test_letters_that_are_shown_in_another_order_are_a_persons(mark: str) -> None:
    assert verdict(Exact("42"), f"4{mark}2") == "ambiguous"
    assert verdict(Exact("42"), f"{mark}24") == "ambiguous"


def test_more_than_a_rule_reads_is_a_persons() -> None:
    kind = Exact("42")
    assert verdict(kind, "42 " * LONGEST_TEXT) == "too-long"
    assert verdict(kind, "42", elided="x" * (LONGEST_ELIDED + 1)) == "correct"
    assert verdict(kind, "43", elided="x" * (LONGEST_ELIDED + 1)) == "too-long"
    assert verdict(kind, "43", elided="x" * LONGEST_ELIDED) == "incorrect"


def test_a_rule_that_breaks_decides_nothing() -> None:
    class Broken:
        def read(self, letter: Letter) -> Reading:
            raise RecursionError(letter.plain)

        def may_match(self, text: str, elided: str) -> Reading:
            raise AssertionError(text, elided)

        def rejects(self, said: str, /) -> bool:
            raise AssertionError(said)

    rule = CompiledRule(Rule(Exact("42"), DUTCH), Broken())
    assert judge(rule, "42", "", 0, readable=True) == Finding(Ruling.NEEDS_PERSON, Why.RULE_FAILED)


def test_what_is_shown_is_short() -> None:
    assert len(find(Exact("42"), "woord " * 500).normalised) == 500


@given(st.text(max_size=200), st.text(max_size=200), st.integers(0, 2), st.sampled_from(RULES))
def test_every_text_gets_the_same_answer_twice(
    text: str, elided: str, attachments: int, rule: CompiledRule
) -> None:
    finding = judge(rule, text, elided, attachments, readable=True)
    assert finding.why is not Why.RULE_FAILED
    assert judge(rule, text, elided, attachments, readable=True) == finding


@given(st.text(max_size=60), st.sampled_from(JUDGED))
def test_no_answer_with_anything_behind_it_is_incorrect(text: str, known: tuple[CompiledRule, str]) -> None:
    rule, answer = known
    finding = judge(rule, f"{answer}\n{text}", "", 0, readable=True)
    assert finding.judgement is not Ruling.INCORRECT


@given(st.sampled_from(JUDGED), st.text(max_size=30))
def test_no_answer_in_old_text_is_overlooked(known: tuple[CompiledRule, str], text: str) -> None:
    rule, answer = known
    finding = judge(rule, "zomaar iets", f"{text}\n> {answer}", 0, readable=True)
    assert finding.judgement is Ruling.NEEDS_PERSON


@pytest.mark.parametrize("name", HOSTILE)
def test_a_megabyte_of_anything_takes_less_than_a_second(name: str) -> None:
    text = HOSTILE[name](1_000_000).encode()[:1_000_000].decode(errors="ignore")
    for work in (normalise, answer_key):
        start = time.process_time()
        work(text, DUTCH)
        assert time.process_time() - start < 2, work.__name__


@pytest.mark.parametrize("name", HOSTILE)
def test_judging_takes_no_time_whatever_the_text_is(name: str) -> None:
    """As much as a rule reads, and more. It is a second at most; a busy machine is several times slower."""
    for size in (LONGEST_TEXT, 131_072):
        text, elided = HOSTILE[name](size), HOSTILE[name](2 * size)
        for rule in (*RULES, MANY_KEYWORDS, LONG_NUMBERS, MANY_NUMBERS):
            start = time.process_time()
            assert judge(rule, text, elided, 0, readable=True).why is not Why.RULE_FAILED
            assert time.process_time() - start < 4, rule.rule.kind.kind


def test_more_signs_than_an_answer_has_are_a_persons() -> None:
    kind = Exact("42")
    assert verdict(kind, "1-" * 1000) == "too-long"
    assert verdict(kind, "43", elided="1-" * 1500) == "too-long"


def test_a_rule_compiles_again_from_its_own_value() -> None:
    assert compile_rule(RULES[0].rule).rule == RULES[0].rule
