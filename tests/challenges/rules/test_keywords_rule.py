"""The rule for keywords: it finds them in sentences, and knows nothing of what these mean."""

import pytest

from blog.challenges.rules.kinds import Keywords
from tests.challenges.rules.ruling import find, verdict

RULE = Keywords((("eerlijk", "eerlijkheid", "open kaart"), ("stoppen", "stop", "afscheid nemen")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wees eerlijk en stop ermee.", "correct"),
        ("STOP. En wees EERLIJK!", "correct"),
        ("Het is open kaart, en dan moet je afscheid nemen.", "correct"),
        ("Speel open kaart; wie dan nog liegt, van die moet je afscheid nemen.", "other-words"),
        ("Eerlijkheid. En dan stoppen. Dat is niet makkelijk.", "negation"),
        ("Wees eerlijk. " + "Dat heb ik van hem. " * 40 + "En dan stoppen.", "other-words"),
        ("eerlijk, stoppen, liegen, zwijgen", "other-words"),
        ("Eerlijk. Of misschien stoppen.", "several-answers"),
        ("Wees niet eerlijk en stop.", "negation"),
        ("Wees eerlijk. Stop nooit.", "negation"),
        ("Wees eerlijk.", "partly"),
        ("Wees eerljk en praat", "near-miss"),
        ("Eerlijke mensen", "near-miss"),
        ("Oneerlijkheid loont", "near-miss"),
        ("Praat met hem", "incorrect"),
        ("~~Wees eerlijk~~ en stop", "struck"),
    ],
)
def test_keywords(text: str, expected: str) -> None:
    assert verdict(RULE, text) == expected


def test_a_negation_may_be_part_of_a_keyword() -> None:
    rule = Keywords((("niet meer",), ("bellen",)))
    assert verdict(rule, "Ik zou hem niet meer bellen.") == "correct"
    assert verdict(rule, "Ik zou hem nooit niet meer bellen.") == "negation"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Het is Amsterdam.", "correct"),
        ("Amsterdam\n\nGroet,\nJan", "correct"),
        ("Amsterdam of Utrecht", "several-answers"),
        ("Misschien Amsterdam, maar eigenlijk Utrecht", "several-answers"),
        ("Is het Amsterdam? Nee.", "negation"),
        ("Amsterdam. Dat is het niet.", "negation"),
        ("Amsterdam\nUtrecht\nRotterdam", "other-words"),
        ("Amsterdam, Utrecht, Rotterdam", "other-words"),
        ("Amsterdam lijkt me onmogelijk", "other-words"),
        ("bij Amsterdam", "other-words"),
    ],
)
def test_the_only_keyword_stands_alone(text: str, expected: str) -> None:
    assert verdict(Keywords((("Amsterdam",),)), text) == expected


def test_two_forms_of_the_only_keyword_are_two_answers() -> None:
    assert verdict(Keywords((("Amsterdam", "Mokum"),)), "Amsterdam, Mokum") == "several-answers"
    assert verdict(Keywords((("Amsterdam", "Mokum"),)), "Amsterdam, Amsterdam") == "correct"


def test_keywords_in_a_heap_of_words_are_a_persons() -> None:
    rule = Keywords((("zwaartekracht",), ("getij",)))
    heap = " ".join(f"woord{number}" for number in range(300))
    assert verdict(rule, f"{heap} zwaartekracht getij") == "other-words"


def test_old_text_counts_only_with_all_of_them() -> None:
    assert verdict(RULE, "Praat met hem", elided="> moet je eerlijk zijn?") == "incorrect"
    assert verdict(RULE, "Praat met hem", elided="> moet je eerlijk zijn en stoppen?") == "quoted"


def test_the_found_forms_are_shown() -> None:
    assert find(RULE, "Stop en speel open kaart").matched == "open kaart, stop"
