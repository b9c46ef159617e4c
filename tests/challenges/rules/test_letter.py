"""What stands around an answer goes, and nothing of the answer goes with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.challenges.rules.letter import answer_key, letter_of, with_struck, without_struck
from tests.challenges.rules.ruling import DUTCH, ENGLISH

SIGNED = """Beste redactie,

Mijn antwoord is: 42.

Alvast bedankt,

Met vriendelijke groet,

Anja de Vries
Directeur Voorbeeld BV
Tel. 06-12345678
anja@example.org
www.example.org
"""


@pytest.mark.parametrize(
    "text",
    [
        "42",
        SIGNED,
        "Hoi,\n42\nGroetjes Anja",
        "Hoi John, 42",
        "Hallo!\n\n42\n\nmvg\nAnja",
        "42. Groet, Anja",
        "42 groetjes Anja",
        "Dear John,\n\nThe answer is 42.\n\nKind regards,\nAnn",
        "Antwoord:\n42",
        "42\n\nBedankt!",
    ],
)
def test_greeting_and_signature_do_not_count(text: str) -> None:
    assert answer_key(text, DUTCH) == letter_of(text, DUTCH).answer == "42"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Dag", "dag"),
        ("Bedankt!", "bedankt"),
        ("Beste redactie,\nGroet, Anja", "beste redactie groet anja"),
        ("Dag 42", "dag 42"),
        ("Groet,\nAnja\n42", "groet anja 42"),
        ("41\nGroet, Anja\nof 42", "41 groet anja of 42"),
        ("41\nGroet, Anja\nPS: het is toch 42", "41 groet anja ps het is toch 42"),
        ("De prospect\n\nAnja", "prospect anja"),
        ("Rood\nGroet,\nJan\nP.S. blauw", "rood groet jan p s blauw"),
        ("Amsterdam\nGroetjes uit\nRotterdam", "amsterdam groetjes uit rotterdam"),
        ("Amsterdam\nBedankt, of toch Utrecht", "amsterdam bedankt of toch utrecht"),
        ("Amsterdam\nGroet,\nJan\nRotterdam is beter", "amsterdam groet jan rotterdam is beter"),
        ("Beste optie is Amsterdam, Utrecht", "beste optie is amsterdam utrecht"),
        ("Beste Jan Piet, Utrecht", "beste jan piet utrecht"),
        ("41\nGroet, Anja\nTel. 42", "41 groet anja tel 42"),
        ("", ""),
        (" \n\n ", ""),
    ],
)
def test_in_doubt_a_line_stays(text: str, key: str) -> None:
    assert answer_key(text, DUTCH) == key


@pytest.mark.parametrize(
    ("sender", "is_signature"),
    [
        ("", True),
        ("Jan de Vries", True),
        ("J. de Vries", True),
        ("jan1987", True),
        ("Piet Bakker", False),
    ],
)
def test_below_a_closing_stands_the_name_of_the_sender(sender: str, *, is_signature: bool) -> None:
    expected = "42" if is_signature else "42 groet jan"
    assert answer_key("42\nGroet,\nJan", DUTCH, sender) == expected
    assert letter_of("42\nGroet, Jan", DUTCH, sender).answer == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("42\nJan", "42"),
        ("42\n\nJan de Vries", "42"),
        ("42\nPiet", "42 piet"),
        ("42\nJan Piet", "42 jan piet"),
        ("Jan", "jan"),
    ],
)
def test_last_lines_that_are_the_name_of_the_sender_are_a_signature(text: str, said: str) -> None:
    assert answer_key(text, DUTCH, "Jan de Vries") == said


def test_without_a_known_name_the_last_line_stays() -> None:
    assert answer_key("42\nJan", DUTCH) == "42 jan"


@pytest.mark.parametrize("closing", ["Best,", "Vr. gr.", "M.v.g.", "All the best,", "Beste groet,"])
def test_short_closings(closing: str) -> None:
    assert answer_key(f"42\n{closing}\nJan", DUTCH, "Jan de Vries") == "42"


def test_struck_text_is_part_of_the_key_and_not_of_the_answer() -> None:
    keys = {answer_key(text, DUTCH) for text in ("~~41~~ 42", "~~40~~ 42", "41 42", "42")}
    assert len(keys) == 4
    assert without_struck("~~41~~ 42") == " 42"
    assert without_struck("a ~~b~~ c ~~d") == "a  c d"
    assert without_struck("41~~41~~~~43~~42") == "4142"
    assert with_struck("~~41~~42").split() == ["41", "42"]


def test_sentences_know_what_they_do() -> None:
    text = "Het antwoord is 42, want dat zei hij. Het is niet 43.\nOf misschien 44"
    sentences = letter_of(text, DUTCH).sentences
    assert [(one.answer, one.is_explicit, one.denies, one.wavers, one.explains) for one in sentences] == [
        ("42", True, False, False, False),
        ("want dat zei hij", False, False, False, True),
        ("niet 43", False, True, False, False),
        ("of misschien 44", False, False, True, False),
    ]


def test_a_wrapped_line_is_one_sentence() -> None:
    text = "Volgens mij moet je hem in zo'n geval gewoon eerlijk zeggen dat het\nzo niet werkt."
    assert len(letter_of(text, DUTCH).sentences) == 1
    assert len(letter_of("Eerlijk zeggen\nStoppen", DUTCH).sentences) == 2


@given(st.text(max_size=80))
def test_the_key_is_the_same_for_the_key(text: str) -> None:
    key = answer_key(text, ENGLISH)
    assert isinstance(key, str)
    assert answer_key(text.upper() if text.upper().casefold() == text.casefold() else text, ENGLISH) == key
