"""Blocks in the source of an article and in its HTML."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blog.core.markdown.block_rule import Block
from blog.core.markdown.blocks import RenderedBlock, blocks_in, check_article, split_blocks
from blog.core.markdown.rendering import render_article, render_comment
from blog.core.markdown.text import plain_text
from tests.core.markdown.elements import names_in


def problems_of(source: str) -> list[tuple[int, str]]:
    return [(problem.line, str(problem.message)) for problem in check_article(source)]


def test_blocks_are_found_with_their_line_and_source() -> None:
    source = (
        "Inleiding\n\n::: challenge stille-klant\n## Kop\n\n- punt\n:::\n"
        "::: exercise oefening fields=3\n\nTekst\n:::\n\n::: callout\n:::\n::: exercise twee\nx\n:::"
    )
    assert blocks_in(source) == [
        Block("challenge", "stille-klant", None, 3, "## Kop\n\n- punt\n"),
        Block("exercise", "oefening", 3, 8, "\nTekst\n"),
        Block("callout", None, None, 13, ""),
        Block("exercise", "twee", 1, 15, "x\n"),
    ]
    assert problems_of(source) == []


def test_a_block_needs_no_empty_lines_around_it() -> None:
    html = render_article("tekst\n::: callout\n- punt\n:::\ntekst")
    assert html == (
        '<p>tekst</p>\n<aside class="block block-callout">\n<ul>\n<li>punt</li>\n</ul>\n</aside>\n<p>tekst</p>\n'
    )


def test_a_block_ends_a_list_and_a_quote_above_it() -> None:
    for above in ("- punt", "> citaat", "1. een\n   - twee", "[^1]: noot"):
        assert "</aside>" in render_article(f"{above}\n::: callout\nx\n:::")


@pytest.mark.parametrize(
    "source",
    [
        "```\n::: challenge x\n:::\n```",
        "~~~~\n```\n::: challenge x\n:::\n~~~~",
        "    ::: challenge x\n    :::",
        "> ::: challenge x\n> :::",
        "- ::: challenge x\n  :::",
        "- tekst\n\n  ::: challenge x\n  :::",
        "`::: challenge x`",
        ":: challenge x\n::",
    ],
)
def test_what_only_looks_like_a_block_is_left_alone(source: str) -> None:
    assert blocks_in(source) == []
    assert problems_of(source) == []
    assert not names_in(render_article(source)) & {"section", "aside"}
    assert "challenge x" in plain_text(render_article(source))


def test_a_marker_in_code_does_not_close_the_block_around_it() -> None:
    source = "::: callout\n```\n:::\n```\nna\n:::"
    assert blocks_in(source) == [Block("callout", None, None, 1, "```\n:::\n```\nna\n")]


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        (
            "a\n\n::: quiz x\nb\n:::",
            (3, "There is no block “quiz”: write “challenge”, “exercise” or “callout”."),
        ),
        (
            "::: Challenge x\n:::",
            (1, "There is no block “Challenge”: write “challenge”, “exercise” or “callout”."),
        ),
        ("::: challenge\n:::", (1, "Give this block a name: ::: challenge my-name.")),
        ("::: exercise fields=2\n:::", (1, "Give this block a name: ::: exercise my-name.")),
        (
            "::: challenge Élan_1\n:::",
            (
                1,
                "The name “Élan_1” cannot be used: take small letters a to z, digits and single hyphens, 60 at most.",
            ),
        ),
        ("::: challenge x fields=2\n:::", (1, "“fields=2” means nothing here: remove it.")),
        ("::: exercise x y\n:::", (1, "“y” means nothing here: remove it.")),
        ("::: callout x\n:::", (1, "Write ::: callout alone on its line: a callout has no name.")),
        ("::: callout\ntekst", (1, "This block is not closed: put ::: on a line of its own where it ends.")),
        (
            "::: callout\n```\n:::",
            (1, "This block is not closed: put ::: on a line of its own where it ends."),
        ),
        ("tekst\n:::", (2, "This ::: closes nothing: remove it, or open a block above it.")),
        (
            "::: callout\na\n::: challenge x\nb\n:::\n:::",
            (3, "A block cannot stand inside another: close the block of line 1 with ::: first."),
        ),
        (
            "::: challenge x\n:::\n\n::: challenge x\n:::",
            (4, "The name “x” is used twice: give each block its own."),
        ),
    ],
)
def test_a_fault_is_told_once_with_its_line(source: str, problem: tuple[int, str]) -> None:
    assert problems_of(source) == [problem]


@pytest.mark.parametrize("fields", ["0", "21", "-1", "x", "", "1.5", "٣", "99999999999", "2 fields=3"])
def test_a_number_of_fields_that_cannot_be_is_told(fields: str) -> None:
    assert problems_of(f"::: exercise x fields={fields}\n:::") == [
        (1, "Write fields= once, with a number from 1 to 20, such as fields=3.")
    ]


@pytest.mark.parametrize("slug", ["a" * 61, "-a", "a-", "a--b", "a/b", "../a", "a.b", "a\u200bb", "\uff41"])
def test_a_name_that_cannot_be_an_address_is_told(slug: str) -> None:
    (problem,) = problems_of(f"::: challenge {slug}\n:::")
    assert problem[1].startswith(f"The name “{slug}” cannot be used")


def test_the_same_name_may_serve_a_challenge_and_an_exercise() -> None:
    assert problems_of("::: challenge x\n:::\n::: exercise x\n:::") == []


def test_line_numbers_are_those_of_the_file_whatever_ends_its_lines() -> None:
    assert problems_of("a\r\nb\x0bc\x85d\r\r\n::: quiz\r\n:::")[0][0] == 4


def test_every_fault_is_told_in_the_order_of_the_lines() -> None:
    lines = [
        line
        for line, _ in problems_of("::: quiz\n:::\n::: callout\n::: exercise\n:::\n:::\n:::\n::: callout")
    ]
    assert lines == [1, 4, 7, 8]


@pytest.mark.parametrize(
    "source",
    [
        "::: quiz x\n*binnen*\n:::\nna",
        "::: challenge\n*binnen*\n:::\nna",
        "::: callout\n*binnen*\nna",
        "::: challenge x y\n*binnen*\n\nna",
    ],
)
def test_a_faulty_block_is_shown_as_text(source: str) -> None:
    html = render_article(source)
    assert not names_in(html) & {"section", "aside"}
    assert source.splitlines()[0] in plain_text(html).splitlines()
    assert "<em>binnen</em>" in html
    assert "na" in plain_text(html).split()


def test_a_block_within_a_block_keeps_its_place() -> None:
    html = render_article("::: callout\na\n::: challenge x\nb\n:::\n:::")
    assert [part.slug for part in split_blocks(html, "challenge") if isinstance(part, RenderedBlock)] == ["x"]
    assert plain_text(html) == "::: callout\na\nb\n:::"


def test_a_comment_shows_a_block_as_text() -> None:
    assert render_comment("::: challenge x\ntekst\n:::") == "<p>::: challenge x<br>\ntekst<br>\n:::</p>\n"


def test_an_article_is_split_at_its_blocks_of_one_kind() -> None:
    html = render_article(
        "een\n\n::: challenge a\n## Kop\n:::\n::: exercise b fields=2\nx\n:::\n\n::: challenge c\ny\n:::\n"
    )
    first, challenge, middle, last, end = split_blocks(html, "challenge")
    assert first == "<p>een</p>\n"
    assert challenge == RenderedBlock("challenge", "a", None, '\n<h2 id="h-kop">Kop</h2>\n')
    assert isinstance(middle, str)
    assert split_blocks(middle, "exercise")[1] == RenderedBlock("exercise", "b", 2, "\n<p>x</p>\n")
    assert last == RenderedBlock("challenge", "c", None, "\n<p>y</p>\n")
    assert end == "\n"


def test_an_article_without_blocks_is_one_part() -> None:
    assert split_blocks("<p>a</p>\n", "challenge") == ["<p>a</p>\n"]
    assert split_blocks("", "challenge") == []


OPEN = '<section class="block block-challenge" data-block="challenge" data-slug="vals" id="challenge-vals">'


@pytest.mark.parametrize(
    "source",
    [
        f"{OPEN}vals</section>",
        f"`{OPEN}vals</section>`",
        f"```\n{OPEN}vals</section>\n```",
        f"```{OPEN}\nvals</section>\n```",
        f"    {OPEN}vals</section>",
        f"[x](/a '{OPEN}vals</section>')",
        f"![{OPEN}vals</section>](/media/a.png)",
        f"# {OPEN}vals</section>",
        f"|{OPEN}|\n|-|\n|</section>|",
        f"x[^1]\n\n[^1]: {OPEN}vals</section>",
        OPEN.replace("<", "&lt;").replace(">", "&gt;") + "vals&lt;/section&gt;",
        OPEN.replace("<", "&amp;lt;") + "vals",
        f"[x](</a{OPEN}>)",
        f"<https://example.org/{OPEN}>",
    ],
)
def test_a_hostile_article_cannot_forge_a_block(source: str) -> None:
    html = render_article(f"{source}\n\n::: challenge echt\n{source}\n\neinde\n:::\n\n{source}")
    blocks = [part for part in split_blocks(html, "challenge") if isinstance(part, RenderedBlock)]
    assert [block.slug for block in blocks] == ["echt"]
    assert "<p>einde</p>" in blocks[0].html


LINES = [
    "::: challenge a\n", "::: exercise b fields=2\n", "::: callout\n", ":::\n", "::: x\n", "- ", "> ", "1. ",
    "  ", "\t", "```\n", "tekst\n", "\n", "# kop\n", "[^1]: noot\n",
]  # fmt: skip


@settings(max_examples=150, deadline=None, database=None)
@given(st.lists(st.sampled_from(LINES), max_size=25).map("".join))
def test_source_check_and_page_agree_about_every_block(source: str) -> None:
    html = render_article(source)
    for kind in ("challenge", "exercise"):
        in_source = [(block.slug, block.fields) for block in blocks_in(source) if block.kind == kind]
        on_page = [
            (part.slug, part.fields) for part in split_blocks(html, kind) if isinstance(part, RenderedBlock)
        ]
        assert on_page == in_source
    markers_shown = [line for line in plain_text(html).splitlines() if line.startswith(":::")]
    if not problems_of(source) and not any(mark in source for mark in ("```", "\t", "  ", "- ", "> ", "1. ")):
        assert markers_shown == []
