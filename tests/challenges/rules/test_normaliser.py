"""One form for all ways to write an answer: what must not matter does not, what says something else stays."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.challenges.rules.normaliser import LONGEST_TEXT, NORMALISER_VERSION, Options, normalise
from blog.challenges.rules.tokens import Language
from tests.challenges.rules.ruling import DUTCH, ENGLISH

_WORDS = st.sampled_from(
    "het de een the a antwoord is answer niet 42 1.000 1,000 1,5 3,142 tweeëntwintig honderd duizend miljoen twee en "
    "half komma point two and hundred één - – ' ’ . , ! 10⁶ ½ m² / : x * _ ~~ ^ -5 .5 000 e volgens mij ik denk dat "
    "zijn dus".split()
)
_TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(_WORDS, max_size=12).map(" ".join),
    st.lists(_WORDS, max_size=8).map("".join),
)
_OPTIONS = st.builds(Options, st.sampled_from(Language), st.booleans())
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u202a\u202c\u2066\u2069\ufe0f"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Het antwoord is 42.", "42"),
        ("het antwoord is: de prospect", "Prospect"),
        ("Mijn antwoord: DE PROSPECT!", "prospect"),
        ("Volgens mij is het de prospect, denk ik", "een prospect"),
        ("dus ik denk dat het de prospect is", "prospect"),
        ("The correct answer is the prospect", "prospect"),
        ("42 is het antwoord", "42"),
        ("\uff14\uff12", "42"),
        ("\u0664\u0662", "42"),
        ("tweeëntwintig", "22"),
        ("twee-en-twintig", "22"),
        ("Twee en twintig", "22"),
        ("honderdtwintig", "120"),
        ("anderhalf", "1,5"),
        ("één", "1"),
        ("honderd één", "101"),
        ("één en twintig", "21"),
        ("één miljoen", "1000000"),
        ("4\ufe0f\u20e32\ufe0f\u20e3", "42"),
        ("een", "één"),
        ("1,50", "1.5"),
        ("2.000.000", "2 miljoen"),
        ("10\u202f000", "10000"),
        ("co\u00f6peratie", "cooperatie"),
        ("coo\u0308peratie", "coöperatie"),
        ("co\u00adope\u200bra\u200dtie", "cooperatie"),
        ("\u200fprospect\u200e", "prospect"),
        ("\u201cprospect\u201d", "\u00abprospect\u00bb"),
        ("foto\u2019s", "foto's"),
        ("e-mail", "email"),
        ("e\u2011mail", "E\u2013mail"),
        ("'s-Gravenhage", "\u2019s Gravenhage".replace(" ", "-")),
        ("F-16", "f 16"),
        ("42km", "42 km"),
        ("*42*", "_42_"),
        ("1-2", "1 \u2013 2"),
        ("stra\u00dfe", "STRASSE"),
        ("\u0132sselmeer", "IJsselmeer"),
        ("H\u2082O", "H2O"),
        ("1\u02e2\u1d57", "1st"),
        ("€ 42,-", "€ 42"),
        ("50 m\u00b2", "50 m^2"),
        ("50 \u33a1", "50 m^2"),
        ("1\u00bd", "1 1/2"),
    ],
)
def test_these_are_the_same_answer(one: str, other: str) -> None:
    assert normalise(one, DUTCH) == normalise(other, DUTCH)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("10\u2076", "106"),
        ("10\u2076", "10 6"),
        ("x\u00b2", "x2"),
        ("x \u2260 y", "x = y"),
        ("x =\u0338 y", "x = y"),
        ("x \u2209 A", "x \u2208 A"),
        ("\u2204 x", "\u2203 x"),
        ("101\u2082", "1012"),
        ("1\u00bd", "11/2"),
        ("1,5", "15"),
        ("-42", "42"),
        ("niet 42", "42"),
        ("Het antwoord is niet 42", "42"),
        ("42 of 43", "42"),
        ("~~41~~ 42", "42"),
        ("~~41~~ 42", "41 42"),
        ("1,000", "1"),
        ("1,000", "1000"),
        ("c++", "c"),
        ("c#", "c"),
        ("42%", "42"),
        ("honderd, twintig", "120"),
        ("vieren", "4"),
        ("een en ander", "1 en ander"),
        ("10 000", "10 0"),
        ("1 007", "1 7"),
    ],
)
def test_these_are_not(one: str, other: str) -> None:
    assert normalise(one, DUTCH) != normalise(other, DUTCH)


def test_the_language_says_which_sign_groups_thousands() -> None:
    assert (normalise("1.000", DUTCH), normalise("1,000", ENGLISH)) == ("1000", "1000")
    assert (normalise("1,000", DUTCH), normalise("1.000", ENGLISH)) == ("1,000", "1.000")
    assert (normalise("3,5", DUTCH), normalise("3,5", ENGLISH), normalise("3.5", DUTCH)) == ("3.5",) * 3


def test_numbers_in_words_are_those_of_the_language() -> None:
    assert normalise("a hundred and twenty", ENGLISH) == "120"
    assert normalise("forty-two", ENGLISH) == "42"
    assert normalise("forty-two", DUTCH) == "fortytwo"
    assert normalise("two point five", ENGLISH) == "2.5"


def test_accents_stay_when_they_are_kept() -> None:
    kept = Options(Language.DUTCH, keep_accents=True)
    assert normalise("Coöperatie", kept) == "coöperatie"
    assert normalise("coo\u0308peratie", kept) == "coöperatie"
    assert normalise("één", kept) == "1"
    assert (
        normalise("tweeëntwintig", kept) == normalise("één-en-twintig, nee tweeëntwintig", kept)[-2:] == "22"
    )


def test_marks_of_other_scripts_are_no_accents() -> None:
    assert normalise("が", DUTCH) == "が"
    assert normalise("हिन्दी", DUTCH) == "हिन्दी"


def test_something_is_always_left_of_something() -> None:
    assert normalise("Het antwoord", DUTCH) == "antwoord"
    assert normalise("De", DUTCH) == "de"
    assert normalise("... !", DUTCH) == ""


def test_the_version_goes_up_with_every_change_of_a_form() -> None:
    """Whoever changes a form changes the version, and this table of what version 3 says with it."""
    assert NORMALISER_VERSION == 3
    forms = {
        "Het antwoord is: tweeëntwintig komma vijf": "22.5",
        "3,142": "3.1420",
        "10\u207b\u2076 m\u00b3/s": "10 ^ -6 m ^ 3 / s",
        "01-05-2024, 12:30": "1 - 5 - 2024 12 : 30",
        "L'Étoile d'or & co": "letoile dor & co",
        "één, honderd één": "1 101",
        "x \u2260 y": "x \u2260 y",
        "4\ufe0f\u20e32\ufe0f\u20e3": "42",
        "A, B": "a b",
        "een 3": "een 3",
    }
    assert {text: normalise(text, DUTCH) for text in forms} == forms


@given(_TEXTS, _OPTIONS)
def test_twice_is_once(text: str, options: Options) -> None:
    once = normalise(text, options)
    assert normalise(once, options) == once


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60), _OPTIONS)
def test_case_does_not_matter(text: str, options: Options) -> None:
    assert normalise(text.casefold(), options) == normalise(text, options)


@given(st.text(alphabet=st.characters(max_codepoint=0x7E, min_codepoint=0x21), max_size=40), _OPTIONS)
def test_width_does_not_matter(text: str, options: Options) -> None:
    wide = "".join(chr(ord(character) + 0xFEE0) for character in text)
    # A wide grave accent is a sign like its narrow one.
    assert normalise(wide, options) == normalise(text, options)


@given(_TEXTS, st.lists(st.tuples(st.integers(0, 60), st.sampled_from(_INVISIBLE)), max_size=5), _OPTIONS)
def test_what_nobody_sees_does_not_matter(text: str, hidden: list[tuple[int, str]], options: Options) -> None:
    changed = text
    for at, character in hidden:
        changed = changed[:at] + character + changed[at:]
    assert normalise(changed, options) == normalise(text, options)


@given(
    _TEXTS,
    st.sampled_from("\u2018\u2019\u201b\u2032`"),
    st.sampled_from("\u201c\u201d\u201e\u00ab"),
    _OPTIONS,
)
def test_the_shape_of_quotes_does_not_matter(text: str, single: str, double: str, options: Options) -> None:
    assert normalise(text.replace("'", single).replace('"', double), options) == normalise(text, options)


@given(_TEXTS, st.sampled_from("\u2010\u2011\u2012\u2013\u2014\u2212"), _OPTIONS)
def test_the_length_of_hyphens_does_not_matter(text: str, hyphen: str, options: Options) -> None:
    assert normalise(text.replace("-", hyphen), options) == normalise(text, options)


@given(st.text(max_size=60))
def test_composed_or_not_does_not_matter(text: str) -> None:
    for form in ("NFC", "NFD"):
        assert normalise(unicodedata.normalize(form, text), DUTCH) == normalise(text, DUTCH)


def test_half_a_surrogate_pair_is_nothing() -> None:
    assert normalise("4\ud8002", DUTCH) == "42"


def test_a_text_longer_than_any_answer_keeps_its_words() -> None:
    text = "Tweeëntwintig! " * LONGEST_TEXT
    assert normalise(text, DUTCH) == " ".join(["tweeentwintig!"] * LONGEST_TEXT)
    assert normalise(normalise(text, DUTCH), DUTCH) == normalise(text, DUTCH)
