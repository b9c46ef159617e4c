"""The words of HTML."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blog.core.markdown.rendering import render_article, render_comment
from blog.core.markdown.text import excerpt, plain_text


def test_plain_text_has_one_line_for_each_thing_that_stands_by_itself() -> None:
    html = render_article(
        "# Kop\n\nEen *twee*\ndrie.\n\n- vier\n- vijf\n\n> zes\n\n|a|b|\n|-|-|\n|c|d|\n\n```\n  e\n\nf\n```"
    )
    assert plain_text(html) == "Kop\nEen twee drie.\nvier\nvijf\nzes\na b\nc d\ne\nf"


def test_plain_text_keeps_the_line_breaks_of_a_comment() -> None:
    assert plain_text(render_comment("een\ntwee\n\ndrie")) == "een\ntwee\ndrie"


def test_plain_text_is_text_and_not_html() -> None:
    assert plain_text(render_comment("<b>a</b> &amp; &lt;c&gt;")) == "<b>a</b> & <c>"


def test_plain_text_leaves_out_the_numbers_of_footnotes() -> None:
    assert plain_text(render_article("een[^1], twee\n\n[^1]: noot")) == "een, twee\nnoot"


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("Een korte zin", 13, "Een korte zin"),
        ("Een korte zin", 12, "Een korte…"),
        ("Een korte zin", 10, "Een korte…"),
        ("Een korte zin", 9, "Een…"),
        ("Een, korte zin", 6, "Een…"),
        ("Een - korte zin", 8, "Een…"),
        ("Verantwoordelijkheid", 10, "Verantwoo…"),
        ("e\u0301e\u0301e\u0301e\u0301", 4, "e\u0301…"),
        ("Een", 1, "…"),
        ("Een", 0, ""),
        ("", 10, ""),
    ],
)
def test_an_excerpt_ends_at_a_whole_word(text: str, limit: int, expected: str) -> None:
    assert excerpt(f"<p>{text}</p>", limit) == expected


def test_an_excerpt_stands_on_one_line() -> None:
    assert excerpt("<h2>Kop</h2>\n<p>een<br>\ntwee</p>", 80) == "Kop een twee"


@settings(max_examples=100, deadline=None, database=None)
@given(st.text(max_size=60), st.integers(min_value=-1, max_value=40))
def test_an_excerpt_is_never_longer_than_asked(source: str, limit: int) -> None:
    assert len(excerpt(render_comment(source), limit)) <= max(limit, 0)
