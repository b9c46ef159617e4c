"""Articles and comments as HTML."""

import logging

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from blog.core.markdown import rendering
from blog.core.markdown.block_rule import BlockLog
from blog.core.markdown.limits import MAX_ARTICLE, MAX_COMMENT
from blog.core.markdown.profiles import ARTICLE_PARSER, COMMENT_PARSER
from blog.core.markdown.rendering import as_plain_text, render_article, render_comment
from blog.core.markdown.sanitising import ARTICLE_TAGS, COMMENT_TAGS, sanitise_article, sanitise_comment
from blog.core.markdown.text import plain_text
from tests.core.markdown.elements import elements_in, links_in, names_in

ARTICLE = """\
Wie luistert, verkoopt *vanzelf*, zei mijn **oude** baas.

## Eerst vragen

1. Vraag door
2. Vat samen

> Zwijgen is ook een antwoord.

::: challenge stille-klant
## De stille klant

Wat zeg je als hij niets zegt?
:::

::: exercise luisteren fields=2
Schrijf twee gesprekken op.
:::

::: callout
Mailen kan tot vrijdag.
:::

| gesprek | duur |
|:--------|-----:|
| eerste  |   12 |

- [x] gebeld
- [ ] gemaild

~~Nooit~~ soms[^bron].

[^bron]: Eigen telling.
"""

SPECIAL = [
    "*", "**", "_", "~~", "`", "```\n", "[", "](", ")", "![", "<", ">", "> ", "- ", "1. ", "# ", "\n", "\n\n", "    ",
    "|", "|-|\n", "&", "&#x202e;", "&lt;", "\\", "^", "[^a]", "[^a]: ", "[a]: /b\n", "::: ", "::: challenge x\n",
    "::: callout\n", ":::\n", "http://", "www.", "a@b.example", "javascript:", "/media/a.png", '"', "'", "word",
    "<script>", "<!--", "]]>", "\x00", "\r", "\ud800", "\u202e", "\ufffe", "\x0c", "- [ ] ", "~~~ a b\n", "---\n",
    "===\n", "😀", "é", "\xa0", "\t", "</section>", "</p>",
]  # fmt: skip
TEXTS = st.one_of(
    st.text(st.characters(), max_size=80), st.lists(st.sampled_from(SPECIAL), max_size=40).map("".join)
)
THOROUGH = settings(max_examples=150, deadline=None, database=None)


def test_an_article_keeps_everything_its_author_wrote() -> None:
    assert render_article(ARTICLE, document_id="7", language="nl") == (
        "<p>Wie luistert, verkoopt <em>vanzelf</em>, zei mijn <strong>oude</strong> baas.</p>\n"
        '<h2 id="h-eerst-vragen">Eerst vragen</h2>\n'
        "<ol>\n<li>Vraag door</li>\n<li>Vat samen</li>\n</ol>\n"
        "<blockquote>\n<p>Zwijgen is ook een antwoord.</p>\n</blockquote>\n"
        '<section class="block block-challenge" data-block="challenge" data-slug="stille-klant" '
        'id="challenge-stille-klant">\n'
        '<h2 id="h-de-stille-klant">De stille klant</h2>\n<p>Wat zeg je als hij niets zegt?</p>\n</section>\n'
        '<section class="block block-exercise" data-block="exercise" data-slug="luisteren" data-fields="2" '
        'id="exercise-luisteren">\n<p>Schrijf twee gesprekken op.</p>\n</section>\n'
        '<aside class="block block-callout">\n<p>Mailen kan tot vrijdag.</p>\n</aside>\n'
        '<div class="table-scroll" tabindex="0" role="group" aria-label="Table: gesprek, duur">\n<table>\n'
        "<thead>\n<tr>\n"
        '<th scope="col" class="align-left">gesprek</th>\n<th scope="col" class="align-right">duur</th>\n'
        '</tr>\n</thead>\n<tbody>\n<tr>\n<td class="align-left">eerste</td>\n'
        '<td class="align-right">12</td>\n</tr>\n</tbody>\n</table>\n</div>\n'
        '<ul class="contains-task-list">\n'
        '<li class="task-list-item">\n<span class="task-box">\u2611\ufe0e </span>gebeld</li>\n'
        '<li class="task-list-item">\n<span class="task-box">\u2610\ufe0e </span>gemaild</li>\n</ul>\n'
        '<p><s>Nooit</s> soms<sup class="footnote-ref">'
        '<a href="#fn-7-1" id="fnref-7-1" role="doc-noteref">[1]</a></sup>.</p>\n'
        '<section class="footnotes" role="doc-endnotes" aria-label="Notes">\n<ol>\n<li id="fn-7-1">\n<p>Eigen telling. '
        '<a href="#fnref-7-1" class="footnote-backref" role="doc-backlink" '
        'aria-label="Back to the text at note 1">\u21a9\ufe0e</a></p>\n'
        "</li>\n</ol>\n</section>\n"
    )


def test_a_comment_keeps_its_line_breaks_and_marks_its_links() -> None:
    assert render_comment("Eerste regel\nTweede *regel*\n\n> ~~nee~~ [ja](https://example.org)") == (
        "<p>Eerste regel<br>\nTweede <em>regel</em></p>\n<blockquote>\n<p><s>nee</s> "
        '<a href="https://example.org" rel="ugc nofollow noopener">ja</a></p>\n</blockquote>\n'
    )


def test_a_comment_has_no_headings_images_tables_rules_or_footnotes() -> None:
    source = "# Kop\n\n![Foto](/media/a.png)\n\n| a |\n|---|\n| b |\n\nnoot[^1]\n\n[^1]: hier\n\n- [ ] x\n\n***\n\n#"
    assert render_comment(source) == (
        "<p><strong>Kop</strong></p>\n"
        '<p><a href="/media/a.png" rel="ugc nofollow noopener">Foto</a></p>\n'
        "<p>| a |<br>\n|---|<br>\n| b |</p>\n"
        "<p>noot[^1]</p>\n<p>[^1]: hier</p>\n"
        "<ul>\n<li>[ ] x</li>\n</ul>\n<p>****</p>\n<p><strong>#</strong></p>\n"
    )


def test_a_line_of_dashes_does_not_make_a_comment_a_heading() -> None:
    assert render_comment("Groet, Jan\n---\nP.S.") == "<p>Groet, Jan</p>\n<p>----</p>\n<p>P.S.</p>\n"


def test_raw_html_is_shown_as_text() -> None:
    for render in (render_article, render_comment):
        assert render("<b onclick=x>a</b>\n\n<!-- b -->\n\n<script>c</script>") == (
            "<p>&lt;b onclick=x&gt;a&lt;/b&gt;</p>\n<p>&lt;!-- b --&gt;</p>\n<p>&lt;script&gt;c&lt;/script&gt;</p>\n"
        )


def test_an_image_of_ours_stays_and_every_other_becomes_a_link() -> None:
    html = render_article(
        '![kaart *van* zee](/media/2026/kaart.png "Zee") ![foto](https://example.org/?a=1&b=2 "F")'
    )
    assert html == (
        '<p><img src="/media/2026/kaart.png" alt="kaart van zee" title="Zee" loading="lazy"> '
        '<a href="https://example.org/?a=1&amp;b=2" title="F">foto</a></p>\n'
    )


def test_an_image_by_itself_is_a_figure_with_its_title_below_it() -> None:
    image = '<img src="/media/a.png" alt="kaart" loading="lazy">'
    assert render_article('![kaart](/media/a.png "De <kust>")') == (
        f"<figure>{image}<figcaption>De &lt;kust&gt;</figcaption>\n</figure>\n"
    )
    assert render_article("![kaart](/media/a.png)") == f"<figure>{image}</figure>\n"
    assert render_article("- ![kaart](/media/a.png)") == f"<ul>\n<li>{image}</li>\n</ul>\n"
    assert plain_text(render_article('een\n\n![b](/media/a.png "twee")\n\ndrie')) == "een\ntwee\ndrie"


def test_the_source_of_a_quote_is_marked_when_it_stands_last_behind_a_dash() -> None:
    html = render_article("> Zwijg.\n>\n> \u2014 Jan, *Boek*")
    assert '<p class="quote-source">\u2014 Jan, <em>Boek</em></p>' in html
    for source in (
        "> \u2014 Jan",
        "> - Jan",
        "> \u2013 een\n>\n> twee",
        "een\n\n\u2014 Jan",
        "> een\n> - twee",
    ):
        assert "class" not in render_article(source)


def test_what_scrolls_can_be_reached_by_keyboard_and_has_a_name() -> None:
    frame = '<pre tabindex="0" role="group" aria-label="Code">'
    assert render_article("```py\n<a>\n```") == (
        f'{frame}<code class="language-py">&lt;a&gt;\n</code></pre>\n'
    )
    assert render_article("    a") == f"{frame}<code>a\n</code></pre>\n"
    (scroller,) = (one for one in elements_in(render_article("|*a*|b & c|\n|-|-|")) if one.name == "div")
    assert scroller.attributes == {
        "class": "table-scroll",
        "tabindex": "0",
        "role": "group",
        "aria-label": "Table: a, b & c",
    }


@pytest.mark.parametrize(
    ("header", "name"), [("||", "Table"), (f"|{'a' * 200}|", f"Table: {'a' * 120}…"), ("|a||", "Table: a")]
)
def test_the_name_of_a_table_is_short(header: str, name: str) -> None:
    rule = "|-" * (header.count("|") - 1) + "|"
    html = render_article(f"{header}\n{rule}\n|x|")
    assert [one.attributes["aria-label"] for one in elements_in(html) if one.name == "div"] == [name]


@pytest.mark.parametrize("language", ["nl", "en", "", "xx", "../nl"])
def test_an_article_is_rendered_in_whatever_language(app: Flask, language: str) -> None:
    html = render_article("a[^1]\n\n[^1]: b", language=language)
    (section,) = (one for one in elements_in(html) if one.name == "section")
    assert section.attributes["aria-label"] == ("Noten" if language == "nl" else "Notes")


@pytest.mark.parametrize(
    "path", ["/media/../logout", "/media/.secret", "/media/%2e%2e/x", "/mediax/a.png", "//media/a.png"]
)
def test_an_image_beside_the_media_folder_is_not_fetched(path: str) -> None:
    assert "img" not in names_in(render_article(f"![x]({path})"))


def test_an_image_without_description_becomes_a_link_with_its_address() -> None:
    html = render_comment("![](https://example.org/a.png)")
    assert 'noopener">https://example.org/a.png</a>' in html


def test_an_image_within_a_link_leaves_one_link() -> None:
    html = render_article("[![foto](https://example.org/a.png) meer](https://example.org)")
    assert html == '<p><a href="https://example.org">foto meer</a></p>\n'


def test_a_definition_that_nothing_uses_is_shown() -> None:
    source = "[Jan]: https://example.org/jan\n\nzie [bron]\n\n[bron]: https://example.org/a\n\n[bron]: /b"
    assert plain_text(render_comment(source)) == "[Jan]: https://example.org/jan\nzie bron\n[bron]: /b"


def test_words_behind_a_code_fence_are_not_lost() -> None:
    assert render_comment("~~~ wat een zin\nregel\n~~~") == "<pre><code>wat een zin\nregel\n</code></pre>\n"
    assert render_comment("```Python\nx\n```") == '<pre><code class="language-python">x\n</code></pre>\n'


def test_alignment_needs_no_style_attribute() -> None:
    html = render_article("|a|b|c|d|\n|:-|-:|:-:|-|\n|1|2|3|4|")
    cells = [element.attributes.get("class") for element in elements_in(html) if element.name == "td"]
    assert cells == ["align-left", "align-right", "align-center", None]
    assert "style" not in html


def test_a_fault_of_the_parser_costs_nobody_their_text(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_text: str, _env: object) -> str:
        raise RuntimeError("block rule didn't increment state.line")

    monkeypatch.setattr(rendering.COMMENT_PARSER, "render", broken)
    with caplog.at_level(logging.ERROR):
        assert render_comment("*geheim* <b>") == "<p>*geheim* &lt;b&gt;</p>\n"
    assert [record.message for record in caplog.records] == [
        "Markdown of 12 characters could not be rendered"
    ]


def test_a_text_that_is_too_long_is_shown_as_it_was_typed() -> None:
    assert render_comment("*a*\n\n" + "x" * MAX_COMMENT) == f"<p>*a*</p>\n<p>{'x' * MAX_COMMENT}</p>\n"
    assert render_article("*a*\n" + "<" * MAX_ARTICLE) == f"<p>*a*<br>\n{'&lt;' * MAX_ARTICLE}</p>\n"


def test_plain_text_keeps_lines_and_paragraphs() -> None:
    assert as_plain_text("een\r\ntwee\n\n\n<drie>\n") == "<p>een<br>\ntwee</p>\n<p>&lt;drie&gt;</p>\n"


def test_an_empty_text_is_empty_html() -> None:
    assert (render_article(""), render_comment(" \n\n")) == ("", "")


@THOROUGH
@given(TEXTS)
def test_the_parsers_fail_on_no_text(source: str) -> None:
    text = rendering.readable(source)
    ARTICLE_PARSER.render(text, {"block_log": BlockLog()})
    COMMENT_PARSER.render(text, {})


@THOROUGH
@given(TEXTS)
def test_an_article_is_always_the_same_and_always_clean(source: str) -> None:
    html = render_article(source)
    assert render_article(source) == html
    assert sanitise_article(html) == html
    assert names_in(html) <= ARTICLE_TAGS
    ids = [element.attributes["id"] for element in elements_in(html) if "id" in element.attributes]
    assert len(ids) == len(set(ids))


@THOROUGH
@given(TEXTS)
def test_a_comment_is_always_the_same_and_always_clean(source: str) -> None:
    html = render_comment(source)
    assert render_comment(source) == html
    assert sanitise_comment(html) == html
    assert names_in(html) <= COMMENT_TAGS
    assert all(
        element.attributes["rel"] == "ugc nofollow noopener"
        for element in elements_in(html)
        if element.name == "a"
    )


@THOROUGH
@given(
    st.lists(
        st.tuples(
            st.lists(
                st.sampled_from(["> ", "- ", "1. ", "  ", "# ", "    ", "* ", "\t", "::: "]), max_size=30
            ),
            st.sampled_from(["\n", "\n\n"]),
        ),
        max_size=12,
    )
)
def test_no_word_is_lost_however_it_is_indented_or_quoted(lines: list[tuple[list[str], str]]) -> None:
    source = "".join(f"{''.join(marks)}woord{number}x{end}" for number, (marks, end) in enumerate(lines))
    for render in (render_article, render_comment):
        text = plain_text(render(source))
        assert [number for number in range(len(lines)) if f"woord{number}x" not in text] == []


def test_links_in_both_profiles_lead_to_the_same_places() -> None:
    source = "[a](/articles/x) [b](https://example.org) <https://example.org/c> [d](#h-e)"
    expected = ["/articles/x", "https://example.org", "https://example.org/c", "#h-e"]
    assert links_in(render_article(source)) == links_in(render_comment(source)) == expected
