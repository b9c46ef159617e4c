"""Footnotes of articles."""

from blog.core.markdown.rendering import render_article
from blog.core.markdown.text import plain_text
from tests.core.markdown.elements import elements_in, links_in


def ids_in(html: str) -> list[str]:
    return [element.attributes["id"] for element in elements_in(html) if "id" in element.attributes]


def test_notes_are_numbered_by_first_use_and_lead_back_to_each_use() -> None:
    html = render_article("a[^z] b[^a] c[^z]\n\n[^a]: tweede\n\n[^z]: eerste\n")
    assert links_in(html) == ["#fn-1", "#fn-2", "#fn-1", "#fnref-1", "#fnref-1-2", "#fnref-2"]
    assert ids_in(html) == ["fnref-1", "fnref-2", "fnref-1-2", "fn-1", "fn-2"]
    assert plain_text(html) == "a b c\neerste\ntweede"


def test_two_documents_on_one_page_share_no_id() -> None:
    source = "a[^1]\n\n[^1]: noot"
    assert ids_in(render_article(source, document_id="een")) == ["fnref-een-1", "fn-een-1"]
    assert ids_in(render_article(source, document_id=' A"><b>/2 ')) == ["fnref-a-b-2-1", "fn-a-b-2-1"]


def test_a_note_that_nobody_uses_is_shown_after_the_others() -> None:
    html = render_article("a[^1]\n\n[^los]: los\n\n[^1]: eerste\n\n[^1]: nog eens")
    assert plain_text(html) == "a\neerste\nlos\nnog eens"
    assert ids_in(html) == ["fnref-1", "fn-1", "fn-2", "fn-3"]


def test_a_note_may_hold_several_paragraphs_and_a_list() -> None:
    html = render_article("a[^1]\n\n[^1]: een\n\n    twee\n\n    - drie\n\nverder")
    assert plain_text(html) == "a\nverder\neen\ntwee\ndrie"


def test_notes_may_follow_each_other_without_an_empty_line() -> None:
    html = render_article("a[^1] b[^2]\n\n[^1]: een\nen meer\n[^2]: twee")
    assert plain_text(html) == "a b\neen en meer\ntwee"
    assert ids_in(html) == ["fnref-1", "fnref-2", "fn-1", "fn-2"]


def test_a_way_back_says_where_it_leads() -> None:
    html = render_article("a[^1] b[^1]\n\n[^1]: noot")
    assert [one.attributes["aria-label"] for one in elements_in(html) if "aria-label" in one.attributes] == [
        "Notes",
        "Back to the text at note 1",
        "Back to the text at note 1, place 2",
    ]
    assert html.count("\u21a9\ufe0e</a>") == html.count("\u21a9\ufe0e 2</a>") == 1


def test_a_note_within_a_note_is_text() -> None:
    html = render_article("a[^1]\n\n[^1]: [^2]: binnen\n\n    [^3]: ook")
    assert plain_text(html) == "a\n[^2]: binnen\n[^3]: ook"


def test_a_note_may_refer_to_itself() -> None:
    html = render_article("a[^1]\n\n[^1]: b[^1]")
    assert ids_in(html) == ["fnref-1", "fn-1", "fnref-1-2"]


def test_a_reference_takes_precedence_over_a_link_around_it() -> None:
    html = render_article("[a[^1]](/b) ![c[^1]](/media/d.png)\n\n[^1]: noot")
    assert links_in(html) == ["#fn-1", "#fnref-1"]
    assert plain_text(html) == "[a](/b)\nnoot"


def test_a_reference_without_a_note_is_text() -> None:
    assert render_article("a[^1]") == "<p>a[^1]</p>\n"


def test_a_note_in_a_block_stands_at_the_end_of_the_article() -> None:
    html = render_article("::: callout\na[^1]\n\n[^1]: noot\n:::\nna")
    assert plain_text(html) == "a\nna\nnoot"
