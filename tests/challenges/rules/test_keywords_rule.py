"""The rule for keywords: it may read long answers, and knows nothing of what they mean."""

import pytest

from blog.challenges.rules.kinds import Keywords
from tests.challenges.rules.ruling import find, verdict

RULE = Keywords((("eerlijk", "eerlijkheid", "open kaart"), ("stoppen", "stop", "afscheid nemen")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wees eerlijk en stop ermee.", "correct"),
        ("STOP. En wees EERLIJK!", "correct"),
        ("Speel open kaart; wie dan nog liegt, van die moet je afscheid nemen.", "correct"),
        ("Eerlijkheid. En dan stoppen met het gesprek. Dat is niet makkelijk.", "correct"),
        ("Wees eerlijk. " + "Dat heb ik van mijn vader geleerd. " * 40 + "En durf te stoppen.", "correct"),
        ("Wees niet eerlijk en stop.", "negation"),
        ("Wees eerlijk. Stop nooit.", "negation"),
        ("Wees eerlijk.", "partly"),
        ("Wees eerljk en praat", "near-miss"),
        ("Eerlijke mensen", "near-miss"),
        ("Oneerlijkheid loont", "incorrect"),
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


def test_old_text_counts_only_with_all_of_them() -> None:
    assert verdict(RULE, "Praat met hem", elided="> moet je eerlijk zijn?") == "incorrect"
    assert verdict(RULE, "Praat met hem", elided="> moet je eerlijk zijn en stoppen?") == "quoted"


def test_the_found_forms_are_shown() -> None:
    assert find(RULE, "Stop en speel open kaart").matched == "open kaart, stop"
