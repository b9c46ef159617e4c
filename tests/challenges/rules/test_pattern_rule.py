"""The rule with an RE2 pattern."""

import pytest

from blog.challenges.rules.kinds import Kind, Pattern
from blog.challenges.rules.normaliser import Options
from blog.challenges.rules.tokens import Language
from tests.challenges.rules.ruling import find, verdict

RULE = Pattern(r"\bprospect(en|s)?\b")


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (RULE, "De PROSPECT.", "correct"),
        (RULE, "Volgens mij zijn het prospecten", "correct"),
        (RULE, "pros\u00adpect", "correct"),
        (RULE, "De prospect. Dat weet ik niet zeker.", "negation"),
        (RULE, "niet de prospect", "negation"),
        (RULE, "prospect of klant", "several-answers"),
        (RULE, "een prospect, twee prospecten", "several-answers"),
        (RULE, "~~prospect~~ klant", "struck"),
        (RULE, "verkoper", "incorrect"),
        (Pattern("CO\u00d6PERATIE"), "cooperatie", "correct"),
        (Pattern("foto\u2019s"), "foto's", "correct"),
        (Pattern("e\u2013mail"), "e-mail", "correct"),
        (Pattern(r"10\^6"), "10\u2076", "correct"),
        (Pattern(r"^\S+$"), "prospect", "correct"),
        (Pattern(r"\bf-?16\b"), "F-16", "correct"),
        (Pattern(r"\bf-?16\b"), "Het is een F 16", "other-words"),
        (Pattern(r"f-16"), "F16", "other-words"),
        (Pattern(r"f-?16"), "F.16", "other-words"),
        (Pattern(r"f-?16"), "F 17", "incorrect"),
        (Pattern(r"\b42\b"), "tweeënveertig", "other-words"),
        (Pattern(r"\b1789\b"), "\n".join(map(str, range(1700, 1900))), "other-words"),
        (Pattern(r"\b42\b"), "Is het 42? Nee, 43.", "negation"),
        (Pattern(r"\b42\b"), "42. Niet dus.", "negation"),
        (Pattern(r"\b42\b"), "42, 43, 44", "other-words"),
        (Pattern(r"\b42\b"), "-42", "other-words"),
        (Pattern(r"\b42\b"), "42,5", "other-words"),
        (Pattern(r"\b42\b"), "0.42", "other-words"),
        (Pattern("42"), "1428", "other-words"),
        (Pattern("prospect"), "ikprospect", "other-words"),
        (Pattern(r"\b42\b"), "42 " * 20, "correct"),
        (Pattern(r"\b42\b"), "42 " * 21, "other-words"),
        (Pattern(r"\bniets\b"), "Niets!", "correct"),
        (RULE, "prosepct", "near-miss"),
        (RULE, "P R O S P E C T", "near-miss"),
        (RULE, "prospectief", "near-miss"),
        (Pattern(".*prospect.*"), "niet de prospect", "negation"),
        (Pattern("^42$"), "Beste Jan,\n42\nGroet, Anja", "correct"),
    ],
)
def test_patterns(kind: Kind, text: str, expected: str) -> None:
    assert verdict(kind, text) == expected


def test_accents_count_when_they_are_kept() -> None:
    kept = Options(Language.DUTCH, keep_accents=True)
    assert verdict(Pattern("coöperatie"), "Coöperatie", options=kept) == "correct"
    assert verdict(Pattern("cooperatie"), "Coöperatie", options=kept) == "other-words"


def test_old_text_is_a_persons() -> None:
    assert verdict(RULE, "de klant", elided="> een prospect die liegt") == "quoted"


def test_the_match_is_shown() -> None:
    assert find(RULE, "Het zijn PROSPECTEN").matched == "prospecten"
