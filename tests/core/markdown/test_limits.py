"""No text keeps a worker busy, and none is lost for being too much."""

import time

import pytest

from blog.core.markdown.blocks import check_article
from blog.core.markdown.limits import MAX_ARTICLE, MAX_CELLS, MAX_NESTING, MAX_WORK, is_too_much, work
from blog.core.markdown.rendering import render_article, render_comment
from blog.core.markdown.text import plain_text
from tests.core.markdown.elements import elements_in

# 0.2 s on a quiet machine; time of the processor itself, with room for a machine that does more at once (1 s was seen).
MAX_SECONDS = 2.0

HUGE = {
    "quotes": ">" * 10_000,
    "brackets": "[" * 50_000,
    "parentheses": "(" * 100_000,
    "exclamations": "a!" * 50_000,
    "images": "![" * 50_000,
    "colons": "a:" * 50_000,
    "lists by indent": "\n".join("  " * depth + "- a" for depth in range(400)),
    "lists on a line": "- " * 5_000 + "a",
    "spaces": "::: a" + " " * 100_000 + "b",
    "lines": "a\n" * 50_000,
    "megabytes": "woord " * 500_000,
}

# What costs most within the limits, repeated until they are reached.
DEAREST = [
    "[![](", "a|b\n-|-\n", "1. a\n", "- a\n  1. ", "1. 1. a\n", "> " * 20 + "a\n\n", "- " * 10 + "a\n",
    " www.a.b", " a@b.c", "http://a ", "*a ", "[a](b", "[^a]", "[^a]: b\n\n", "[a]: /b\n\n", "> a\n\n", "**a*",
    "> # a\nb\n", "> > ```\nb\n", "[a]: /b\n[a]\n> ", "[](" + "a" * 100, "![](" + "a" * 100, "[^a]: # a\nb\n",
    "::: callout\n:::\n", "::: challenge a\n", "&a;a:[![](~~a", ">", '"',
]  # fmt: skip


@pytest.mark.parametrize("name", HUGE)
def test_a_huge_text_is_shown_at_once(name: str) -> None:
    for render in (render_article, render_comment):
        start = time.process_time()
        html = render(HUGE[name])
        assert time.process_time() - start < MAX_SECONDS
        assert html


@pytest.mark.parametrize("piece", DEAREST)
def test_the_dearest_text_within_the_limits_is_still_quick(piece: str) -> None:
    source = piece * min(int(MAX_WORK / (work(piece * 20) / 20)) - 2, MAX_ARTICLE // len(piece))
    assert not is_too_much(source, MAX_ARTICLE)
    start = time.process_time()
    render_article(source)
    assert time.process_time() - start < MAX_SECONDS


@pytest.mark.parametrize("mark", ["> ", "- ", "1. ", "* > "])
def test_markers_that_lie_too_deep_are_shown_as_text(mark: str) -> None:
    for render in (render_article, render_comment):
        html = render(mark * 60 + "woord")
        assert "woord" in plain_text(html)
        containers = [
            element for element in elements_in(html) if element.name in ("blockquote", "ul", "ol", "li")
        ]
        assert len(containers) <= MAX_NESTING + 1
        assert plain_text(html).count(mark.strip()[-1]) >= 60 - MAX_NESTING


def test_emphasis_that_lies_too_deep_is_shown_as_text() -> None:
    html = render_comment("*a " * 100 + "b" + " c*" * 100)
    assert html.count("<em>") == html.count("</em>") == MAX_NESTING
    assert plain_text(html).count("*") == 2 * (100 - MAX_NESTING)


def test_a_table_ends_where_its_cells_are_used_up_and_its_rows_stay_readable() -> None:
    columns = 100
    html = render_article("|h" * columns + "|\n" + "|-" * columns + "|\n" + "rij\n" * 100)
    assert len([element for element in elements_in(html) if element.name in ("td", "th")]) <= MAX_CELLS
    assert plain_text(html).count("rij") == 100


def test_quotes_that_make_the_parser_look_too_often_are_shown_as_text() -> None:
    html = render_comment("> # kop\nregel\n" * 1_000)
    text = plain_text(html)
    assert (text.count("kop"), text.count("regel")) == (1_000, 1_000)
    assert 0 < html.count("<blockquote>") < 20
    assert text.count("> # kop") == 1_000 - html.count("<blockquote>")


def test_prose_as_long_as_an_article_may_be_is_within_the_limits() -> None:
    sentence = (
        "Wie luistert - echt luistert - verkoopt meer, zei ze, en dat geldt voor iedereen die wil leren. "
    )
    paragraph = sentence * 5 + "Dat is *nieuw*: zie [de bron](https://example.org/een_bron)!\n\n"
    source = paragraph * (MAX_ARTICLE // len(paragraph))
    assert not is_too_much(source, MAX_ARTICLE)
    assert render_article(source).count("</a>") == source.count("](")


def test_an_article_over_the_limits_is_reported() -> None:
    (problem,) = check_article("[" * MAX_WORK)
    assert (problem.line, str(problem.message)) == (
        1,
        "This text is too long, or has too much markup, for one article: divide it.",
    )
