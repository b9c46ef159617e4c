"""Headings of articles."""

import time

import pytest

from blog.core.markdown.headings import heading_slug
from blog.core.markdown.rendering import render_article
from tests.core.markdown.elements import elements_in


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Als verkoper ben je zélf verantwoordelijk!", "als-verkoper-ben-je-zelf-verantwoordelijk"),
        ("Straße, Ærø & Łódź", "strasse-aero-lodz"),
        ("Ĳsland", "ijsland"),
        ("Ελληνικά", "ελληνικα"),
        ("snake_case", "snake-case"),
        ("?!", "section"),
        ("", "section"),
        ("a" * 59 + " b", "a" * 59),
        ("İ", "i"),
    ],
)
def test_a_slug_is_made_of_the_words_of_the_heading(text: str, slug: str) -> None:
    assert heading_slug(text) == slug


@pytest.mark.parametrize("text", ["\u0301\u0316" * 50_000, "\ufdfa" * 100_000])
def test_the_longest_heading_is_read_at_once(text: str) -> None:
    began = time.process_time()
    heading_slug(text)
    assert time.process_time() - began < 0.5


def test_levels_leave_room_for_the_title_of_the_page() -> None:
    html = render_article("# a\n## b\n### c\n#### d\n##### e\n###### f\n\ng\n=\n\nh\n-")
    assert [element.name for element in elements_in(html)] == ["h2", "h2", "h3", "h4", "h4", "h4", "h2", "h2"]


def test_every_heading_has_an_id_of_its_own() -> None:
    html = render_article("# a\n# a\n# a 2\n# a\n# *a* `b` ![c](/media/d.png)[^1]\n# ?\n\n[^1]: noot")
    ids = [element.attributes["id"] for element in elements_in(html) if element.name == "h2"]
    assert ids == ["h-a", "h-a-2", "h-a-2-2", "h-a-3", "h-a-b-c", "h-section"]


def test_a_heading_cannot_take_the_id_of_something_else_on_the_page() -> None:
    html = render_article("# challenge x\n\n::: challenge x\n# main\n:::")
    ids = [element.attributes["id"] for element in elements_in(html) if "id" in element.attributes]
    assert ids == ["h-challenge-x", "challenge-x", "h-main"]
