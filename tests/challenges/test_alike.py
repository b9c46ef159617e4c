"""Which answers are written alike: those of which nobody has to read the others after reading one."""

import time
from itertools import combinations

import pytest

from blog.challenges.alike import Said, compared, stored_key
from blog.challenges.rules.normaliser import Options
from blog.challenges.rules.tokens import Language

NL = Options(Language.DUTCH)
MINUS, APOSTROPHE = "\N{MINUS SIGN}", "\N{RIGHT SINGLE QUOTATION MARK}"
SIGNED = "Beste redactie,\n\nHet antwoord is Rotterdam.\n\nMet vriendelijke groet,\nAnja de Vries"


def said(text: str, subject: str = "", elided: str = "", sender: str = "Anja de Vries") -> str | None:
    return compared(Said(text, subject, elided, sender, ("Welke stad is het?", "Steden")), NL)


@pytest.mark.parametrize("text", ["", " \n", "...", "?!"])
def test_what_says_nothing_is_like_nothing(text: str) -> None:
    assert said(text) is None


def test_the_key_that_is_kept_leads_nobody_to_the_answer() -> None:
    one, same, other = (said(text) or "" for text in ("Een café.", "  een\n CAFE ", "43"))
    assert one != same
    key = stored_key(one, b"secret")
    assert key == stored_key(said("een CAFE") or "", b"secret") != stored_key(other, b"secret")
    assert len(key) == 64
    assert "cafe" not in key
    assert stored_key(one, b"another challenge") != key


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("Rotterdam", "ROTTERDAM!"),
        ("Rotterdam", "rotterdam..."),
        ("Rotterdam", "Antwoord: Rotterdam"),
        ("Rotterdam", "Het juiste antwoord is Rotterdam."),
        ("Rotterdam", SIGNED),
        ("Rotterdam", "“Rotterdam”"),
        ("Rotterdam", "Rotterdam 😊"),
        ("42", "tweeënveertig"),
        ("42", "42."),
        ("1,5", "1,50"),
        ("auto's", f"auto{APOSTROPHE}s"),
    ],
)
def test_what_says_the_same_is_alike(text: str, other: str) -> None:
    assert said(text) == said(other) is not None


@pytest.mark.parametrize(
    "texts",
    [
        ["3", "- 3", f"{MINUS} 3", "A, 3", "A\n3", "A: 3", "3?", "3!", "3'", '3"', "3-", "(3)", "3%", "< 3", "~3"],
        ["3", "2, 3", "het is - 3", "het is 3 of", "3, denk ik"],
        ["B", "A, B", "A. B.", "A\nB", "A! B", "A/B", "B?", "niet B", "A; B"],
        ["3-2", "2-3", "3, 2", "3/2", "32", "3. 2"],
        ["Rotterdam", "Is het Rotterdam?", "Niet Rotterdam", "Rotterdam\nAmsterdam", "Amsterdam\nRotterdam"],
        ["Nee, Rotterdam", "Nee. Rotterdam, niet", "Nee Rotterdam"],
        ["wit, zwart", "wit zwart", "wit/zwart", "wit en zwart"],
        ["~~41~~ 42", "41 42", "42"],
    ],
)  # fmt: skip
def test_what_may_say_something_else_is_not(texts: list[str]) -> None:
    for text, other in combinations(texts, 2):
        assert said(text) != said(other), (text, other)


@pytest.mark.parametrize(
    "text",
    [
        "Zie onderwerp",
        "Zie hieronder.",
        "Zie de bijlage",
        "See subject line",
        "See below",
        "Mijn antwoord staat in de foto",
        "Hetzelfde als de vorige keer",
        "https://example.org/antwoord",
        "Zoals gezegd",
        "Zoals ik al schreef",
        "Same as before",
        "Het is hetzelfde als mijn andere mail",
    ],
)
def test_what_points_elsewhere_is_like_nothing(text: str) -> None:
    assert said(text, "Rotterdam") is None


@pytest.mark.parametrize(
    "subject",
    [
        "",
        "Antwoord",
        "Re: Welke stad is het?",
        "Antw: prijsvraag",
        "Mijn antwoord op de puzzel",
        "RE: Steden",
        "Rotterdam",
        "Antwoord: rotterdam!",
    ],
)
def test_a_subject_that_adds_nothing_does_not_count(subject: str) -> None:
    assert said("Rotterdam", subject) == said("Rotterdam")


@pytest.mark.parametrize(
    "text", ["Het is hetzelfde", "De klant heeft het gezegd", "Ik zie een kat", "The same as ever."]
)
def test_words_that_point_nowhere_are_compared(text: str) -> None:
    assert said(text) == said(text.upper()) is not None


def test_a_subject_that_says_something_else_counts() -> None:
    subjects = [
        "",
        "Amsterdam",
        "Toch Amsterdam",
        "Niet Rotterdam",
        "Challenge 12",
        "Re: Inzending 3",
        "- Rotterdam",
    ]
    assert len({said("Rotterdam", subject) for subject in subjects}) == len(subjects)
    assert said("Rotterdam", "Prijsvraag november") == said("Rotterdam", "prijsvraag november")


def test_quoted_text_and_a_signature_count_as_far_as_they_say_something() -> None:
    own = [
        "",
        "-- \nAnja de Vries\nTel. 06-12345678\nanja@example.org\n",
        "Verstuurd vanaf mijn iPhone",
        "> \n>> ",
    ]
    assert {said("42", elided=elided) for elided in own} == {said("42")}
    theirs = [
        "> Rotterdam",
        "> Amsterdam",
        "-- \nPiet Bakker",
        "-- \n43",
        "Op maandag schreef de redactie:\n> Nummer 1?",
    ]
    assert len({said("42", elided=elided) for elided in ["", *theirs]}) == 6
    again = said("42", elided="> Welke stad?\n> En  waarom?")
    assert again == said("42", elided=">> Welke stad?\n\nEn waarom?") != said("42")


@pytest.mark.parametrize("elided", ["> regel\n" * 900, "x" * 9_000, "a\n" * 3_900])
def test_what_is_long_somebody_reads(elided: str) -> None:
    started = time.process_time()
    assert said("42", elided=elided) is None
    assert said("woord " * 700) is None
    assert time.process_time() - started < 1
