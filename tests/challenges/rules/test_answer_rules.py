"""Rules for one answer, or one of several: what people write around it, and what makes a person look."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.challenges.rules.kinds import AnyOf, Exact, Keywords, Kind, Pattern
from blog.challenges.rules.near import Answers
from blog.challenges.rules.normaliser import Options
from blog.challenges.rules.tokens import Language
from tests.challenges.rules.ruling import ENGLISH, find, verdict

NUMBER = Exact("42")
WORD = Exact("de prospect")
LONG = (
    "Dat weet ik omdat ik het vroeger op school heb geleerd van een meester die er elke dag over vertelde. "
    * 2
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("42", "correct"),
        ("42.", "correct"),
        ("42?", "correct"),
        ("42,0", "correct"),
        ("(42)", "correct"),
        ("*42*", "correct"),
        ("\uff14\uff12", "correct"),
        ("4\u00ad2", "correct"),
        ("\u200f42\u200e", "correct"),
        ("tweeënveertig", "correct"),
        ("twee-en-veertig", "correct"),
        ("Het antwoord is 42", "correct"),
        ("Beste John,\n\nHet antwoord is 42.\n\nGroet, Anja", "correct"),
        ("Antwoord:\n42", "correct"),
        ("42 is het antwoord!", "correct"),
        ("42, denk ik", "correct"),
        ("42\n\n42", "correct"),
        ("42, want zes maal zeven", "other-words"),
        ("Het antwoord is 42.\nLeuke vraag trouwens!", "correct"),
        ("Het antwoord is niet 42", "negation"),
        ("42 is het niet", "negation"),
        ("Nee, 42!", "negation"),
        ("42 is fout, maar ik weet niets beters", "negation"),
        ("42, of misschien 43", "several-answers"),
        ("42 (of eigenlijk: 43)", "several-answers"),
        ("Eerst dacht ik 42", "several-answers"),
        ("Het antwoord is 42. Of 43.", "several-answers"),
        ("Het antwoord is 42\nHet antwoord is 43", "several-answers"),
        ("42\n43", "other-words"),
        ("42/43", "other-words"),
        ("42\n\nAnja", "other-words"),
        ("42 kilo", "other-words"),
        ("Het antwoord is 42. " + LONG, "other-words"),
        ("Het antwoord is 42. Grapje! Het is 43.", "other-words"),
        ("Het antwoord is 42. Tweede keus: 43.", "other-words"),
        ("Antwoord: 42\n43\n44", "other-words"),
        ("42 want 43", "other-words"),
        ("42. Dus ook 43.", "other-words"),
        ("~~41~~ 42", "struck"),
        ("~~42~~ 43", "struck"),
        ("~~42~~", "struck"),
        ("~~misschien~~ 42", "struck"),
        ("~~Beste redactie,~~\n42", "correct"),
        ("forty-two", "ambiguous"),
        ("4 2", "near-miss"),
        ("43", "incorrect"),
        ("420", "incorrect"),
        ("142", "incorrect"),
        ("x42y", "other-words"),
        ("4.2", "incorrect"),
        ("Ik weet het niet", "incorrect"),
        ("geen idee", "incorrect"),
    ],
)
def test_a_number_as_exact_answer(text: str, expected: str) -> None:
    assert verdict(NUMBER, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("het antwoord is: de prospect", "correct"),
        ("De prospect!", "correct"),
        ("een prospect", "correct"),
        ("\u201cProspect\u201d", "correct"),
        ("\uff30\uff32\uff2f\uff33\uff30\uff25\uff23\uff34", "correct"),
        ("pros\u200bpect", "correct"),
        ("Ik denk dat het de prospect is.", "correct"),
        ("I think it's the prospect", "correct"),
        ("Hoi,\nvolgens mij is het de prospect.\nGroetjes,\nPiet", "correct"),
        ("Volgens mij is het de prospect, omdat hij liegt.", "other-words"),
        ("Dit is mijn antwoord: de prospect", "correct"),
        ("Hoi! Prospect. Gr Piet", "correct"),
        ("de klant, niet de prospect", "negation"),
        ("Het antwoord is de prospect, omdat hij niet eerlijk is", "negation"),
        ("de prospect of de klant", "several-answers"),
        ("De klant. Of de prospect.", "several-answers"),
        ("de oplossing ligt bij de prospect", "other-words"),
        ("prospct", "near-miss"),
        ("prospects", "near-miss"),
        ("prsopect", "near-miss"),
        ("pros pect", "near-miss"),
        ("de klant", "incorrect"),
        ("klantperspectief", "incorrect"),
        ("Het antwoord", "empty"),
    ],
)
def test_a_word_as_exact_answer(text: str, expected: str) -> None:
    assert verdict(WORD, text) == expected


@pytest.mark.parametrize(
    ("answer", "text", "expected"),
    [
        ("coöperatie", "cooperatie", "correct"),
        ("e-mail", "email", "correct"),
        ("e-mail", "e mail", "near-miss"),
        ("'s-Gravenhage", "\u2019s\u2011Gravenhage", "correct"),
        ("Dr. Oetker", "dr oetker", "correct"),
        ("Dr. Oetker", "Mijn antwoord: Dr. Oetker.", "correct"),
        ("Dr. Oetker", "Dat is van Dr. Oetker zelf", "other-words"),
        ("C++", "c++", "correct"),
        ("C++", "C", "incorrect"),
        ("1000", "1.000", "correct"),
        ("1000", "1 000", "near-miss"),
        ("1000", "1,000", "near-miss"),
        ("1000", "10\u00b3", "ambiguous"),
        ("106", "10\u2076", "incorrect"),
        ("1000000", "10\u2076", "ambiguous"),
        ("10^6", "10\u2076", "correct"),
        ("42%", "42 procent", "other-words"),
        ("1889", "1888", "incorrect"),
        ("1889", "In 1889", "other-words"),
        ("Boeing 747", "747", "other-words"),
        ("niets", "niets", "correct"),
        ("niets", "niet", "near-miss"),
        ("NAP", "nab", "incorrect"),
        ("nooit opgeven", "Je moet nooit opgeven", "other-words"),
        ("\U0001f600", "\U0001f600", "correct"),
        ("Jan de Vries", "J. de Vries", "near-miss"),
        ("Jan de Vries", "De Vries", "partly"),
        ("Jan de Vries", "Jan", "partly"),
        ("Jan de Vries", "de van", "incorrect"),
        ("Wim Kok", "Kok", "partly"),
        ("Johan Cruijff", "Cruyff", "partly"),
        ("Rembrandt van Rijn", "Rembrand", "partly"),
        ("Albert Einstein", "Einstien", "partly"),
        ("Verenigde Staten", "VS", "partly"),
        ("vleermuis", "vleermuizen", "near-miss"),
        ("wolf", "de wolven", "near-miss"),
        ("boom", "bomen", "near-miss"),
        ("bomen", "boom", "near-miss"),
        ("wolf", "golven", "incorrect"),
        ("ja", "Jazeker", "other-words"),
        ("ja", "Klopt", "other-words"),
        ("ja", "yes", "other-words"),
        ("ja", "nee", "incorrect"),
        ("nee", "neen", "near-miss"),
        ("Hamlet", "Ik kom uit op Hamlet", "correct"),
        ("Hamlet", "Ik weet zeker dat het Hamlet is", "correct"),
        ("Hamlet", "Bij deze mijn antwoord: Hamlet", "correct"),
        ("Hamlet", "Hierbij stuur ik mijn antwoord: Hamlet", "correct"),
        ("Hamlet", "De oplossing van de puzzel is Hamlet", "correct"),
        ("Hamlet", "Wat een leuke puzzel! Hamlet", "correct"),
        ("Hamlet", "Bedankt voor de mooie puzzel. Hamlet", "correct"),
        ("Hamlet", "Pretty sure it's Hamlet", "correct"),
        ("Hamlet", "It has to be Hamlet", "correct"),
        ("Hamlet", "Hamlet. Hope I win!", "correct"),
        ("Hamlet", "Hamlet \U0001f600", "correct"),
        ("Hamlet", "Hamlet \U0001f602", "other-words"),
        ("Hamlet", "Wat een Hamlet", "other-words"),
        ("3", "- 3", "correct"),
        ("3", "\u2013 3", "correct"),
        ("3", "\u2212 3", "ambiguous"),
        ("3", "\u2014 3", "ambiguous"),
        ("3", "Het is - 3", "ambiguous"),
        ("3", "Het is - \u20ac 3", "other-words"),
        ("3", "Het is - drie", "ambiguous"),
        ("IJsselmeer", "Ysselmeer", "near-miss"),
        ("IJsselmeer", "\u0132SSELMEER", "correct"),
        ("fiets", "fietsen", "near-miss"),
        ("Amsterdam", "A M S T E R D A M", "near-miss"),
        ("Amsterdam", "HetIsAmsterdam", "near-miss"),
        ("Amsterdam", "Amstredma", "near-miss"),
        ("Amsterdam", "Hamsteraap", "incorrect"),
        ("Amsterdam", "Rotterdam", "incorrect"),
        ("NAP", "N A P", "near-miss"),
        ("18", "achtien", "near-miss"),
        ("18", "acht tien", "near-miss"),
        ("18 jaar", "achtien jaar", "partly"),
        ("3,14", f"3,14{'159' * 20}", "ambiguous"),
        ("18 mm", "achtien mm", "near-miss"),
        ("21", "XXI", "ambiguous"),
        ("12", "een dozijn", "ambiguous"),
        ("2000000", "2M", "ambiguous"),
        ("日本", "答え\uff1a日本", "other-words"),
    ],
)
def test_other_answers(answer: str, text: str, expected: str) -> None:
    assert verdict(Exact(answer), text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Amsterdam\nBedankt, of toch Utrecht",
        "Amsterdam\nGroetjes, of was het Utrecht?",
        "Amsterdam\nGroetjes uit\nRotterdam",
        "Amsterdam\n\nGroeten,\nJan\nPS het is Utrecht",
        "Amsterdam\n\nGroeten,\nJan\nRotterdam is beter",
        "Amsterdam\n\nGroeten,\nJan\ndrieënveertig",
        "Amsterdam\n\nGroeten,\nJan\nMobiel Utrecht",
        "Beste optie is Utrecht, Amsterdam",
        "Beste keuze: Utrecht\nAmsterdam",
    ],
)
def test_no_second_answer_goes_with_a_greeting_or_a_signature(text: str) -> None:
    assert verdict(Exact("Amsterdam"), text) in ("several-answers", "other-words")


def test_accents_count_when_they_are_kept() -> None:
    kept = Options(Language.DUTCH, keep_accents=True)
    assert verdict(Exact("coöperatie"), "COÖPERATIE", options=kept) == "correct"
    assert verdict(Exact("coöperatie"), "cooperatie", options=kept) == "near-miss"


def test_answers_that_begin_alike_are_all_found_and_each_place_once() -> None:
    answers = Answers(["a", "a b", "a b c", "b c", "c"])
    assert answers.within("a b c".split()) == ["a", "a b", "a b c", "b c", "c"]
    assert answers.within(["c"]) == ["c"]


def test_a_text_with_far_more_to_compare_than_an_answer_has_is_a_persons() -> None:
    kind = AnyOf(tuple(" ".join("7" * at) for at in range(30, 76)))
    assert verdict(kind, "5 6 " * 20) == "incorrect"
    assert verdict(kind, "5 6 " * 500) == "near-miss"


def test_any_of_takes_one_and_not_two() -> None:
    names = AnyOf(("de prospect", "de potentiële klant"))
    assert verdict(names, "Een potentiele klant") == "correct"
    assert verdict(names, "prospect") == "correct"
    assert verdict(names, "de prospect en de potentiële klant") == "several-answers"
    assert verdict(names, "de prospect\nde potentiële klant") == "several-answers"
    assert verdict(names, "de klant") == "partly"
    assert verdict(names, "de verkoper") == "incorrect"


def test_what_is_quoted_decides_nothing() -> None:
    assert verdict(WORD, "de klant", elided="> wat doe je als een prospect liegt?") == "quoted"
    assert verdict(WORD, "de klant", elided="> wat doe je als een prospct liegt?") == "quoted"
    assert verdict(WORD, "de klant", elided="> wat doe je als iemand liegt?") == "incorrect"
    assert verdict(WORD, "de prospect", elided="> niet de prospect") == "correct"


@pytest.mark.parametrize("kind", [Exact("B"), AnyOf(("B",)), Pattern(r"\bb\b"), Keywords((("B",),))])
@pytest.mark.parametrize(
    "text",
    [
        "A, B",
        "A B",
        "A. B.",
        "A\nB",
        "Antwoord A\nB",
        "Het antwoord is A.\n\nB.",
        "A is goed. B",
        "Ik denk A. B.",
        "B! A!",
    ],
)
def test_the_letter_of_another_option_is_no_article(kind: Kind, text: str) -> None:
    assert find(kind, text).judgement == "needs_person"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Keywords((("B",), ("D",))), "antwoorden A, B en D"),
        (Exact("II"), "I. II."),
        (Exact("3"), "een, 3"),
        (Exact("3"), "3. En een"),
        (Exact("het"), "De, dus het"),
        (Exact("op"), "in. Op."),
        (Exact("wordt"), "worden. wordt"),
        (Keywords((("goed",),)), "leuk, goed"),
        (Exact("Amsterdam"), "A, Amsterdam"),
        (Exact("Amsterdam"), "A. Amsterdam"),
    ],
)
def test_what_looks_like_an_article_may_be_another_answer(kind: Kind, text: str) -> None:
    assert find(kind, text).judgement == "needs_person"


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("B", "B"),
        ("B", "Antwoord: B."),
        ("B", "Het is B!"),
        ("B", "Ik ga voor de B"),
        ("B", "Beste redactie,\n\nMijn antwoord is\n\nB\n\nGroet, Anja"),
        ("A", "A"),
        ("A", "Het antwoord is A."),
        ("II", "Het is II"),
        ("het", "Het is het"),
        ("op", "Het antwoord is: op."),
        ("prospect", "Een prospect"),
        ("Dr. Oetker", "Het antwoord is Dr. Oetker."),
    ],
)
def test_an_article_before_another_word_and_words_around_a_letter_say_nothing(answer: str, text: str) -> None:
    assert verdict(Exact(answer), text) == "correct"


def test_english_letters() -> None:
    assert verdict(Exact("the salesman"), "Dear John, the answer is a salesman", options=ENGLISH) == "correct"
    assert verdict(Exact("the salesman"), "It isn't the salesman.", options=ENGLISH) == "negation"
    assert verdict(Exact("the salesman"), "the salesmen", options=ENGLISH) == "near-miss"


def test_a_finding_shows_what_the_rule_saw() -> None:
    finding = find(WORD, "Beste John,\nHet antwoord is: De PROSPECT.\nGroet, Anja")
    assert (finding.judgement, finding.why, finding.matched, finding.normalised) == (
        "correct",
        "match",
        "prospect",
        "prospect",
    )
    assert find(WORD, "Niet de prospect").matched == "prospect"
    assert find(WORD, "de klant").matched == ""


@given(st.text(max_size=40))
def test_what_follows_a_negation_is_never_correct(text: str) -> None:
    assert verdict(WORD, f"niet de prospect {text}") != "correct"


@given(
    st.sampled_from(["prospect", "de prospect", "42"]),
    st.text(max_size=30).filter(lambda text: not {"mln", "mld", "bn"} & set(text.casefold().split())),
)
def test_an_answer_with_anything_beside_it_is_never_incorrect(answer: str, text: str) -> None:
    """But for 42 million, which is another number."""
    assert verdict(AnyOf(("prospect", "42")), f"{answer} {text}") != "incorrect"
    assert verdict(AnyOf(("prospect", "42")), f"{text} {answer}") != "incorrect"
