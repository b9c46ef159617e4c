from blog.articles.body import body_of, lead_of, preview_of, read_minutes
from blog.core.markdown.rendering import render_article

SOURCE = """Een *lead* met [verwijzing](https://example.org/).

Nog een alinea.

## Kop

Tekst.

::: challenge stilte
## Wie zwijgt er?

Wat doe je eerst?
:::

::: exercise dagboek fields=2
Schrijf op wat je zag.
:::

Slot.
"""


def test_body_of_takes_the_first_paragraph_as_lead() -> None:
    body = body_of(render_article(SOURCE))

    assert body.lead == 'Een <em>lead</em> met <a href="https://example.org/">verwijzing</a>.'
    assert "Een <em>lead</em>" not in "".join(part.html for part in body.parts)


def test_body_of_gives_the_parts_in_the_order_of_the_text() -> None:
    body = body_of(render_article(SOURCE))

    assert [(part.kind, part.slug, part.title, part.fields) for part in body.parts] == [
        ("prose", "", "", 0),
        ("challenge", "stilte", "Wie zwijgt er?", 0),
        ("exercise", "dagboek", "", 2),
        ("prose", "", "", 0),
    ]
    assert body.parts[1].html == "<p>Wat doe je eerst?</p>\n"
    assert body.parts[2].html.strip() == "<p>Schrijf op wat je zag.</p>"


def test_body_of_a_text_that_begins_with_a_heading_has_no_lead() -> None:
    body = body_of(render_article("## Kop\n\nTekst."))

    assert body.lead == ""
    assert body.parts[0].html.count("<p>Tekst.</p>") == 1


def test_body_of_nothing_has_no_parts() -> None:
    assert body_of("").parts == ()


def test_lead_of_gives_plain_words_that_fit_in_a_list() -> None:
    assert lead_of(render_article("Drie < vier & *vijf*.")) == "Drie < vier & vijf."
    assert len(lead_of(render_article("woord " * 200))) <= 400


def test_preview_of_shows_and_reports_a_text_with_a_fault() -> None:
    preview = preview_of("Lead.\n\n::: raadsel een\nVraag\n:::\n", "nl")

    assert preview.body.lead == "Lead."
    assert [problem.line for problem in preview.problems] == [3]


def test_preview_of_hostile_text_is_harmless() -> None:
    preview = preview_of("<script>alert(1)</script>\n\n[klik](javascript:alert(1))", "nl")

    html = preview.body.lead + "".join(part.html for part in preview.body.parts)
    assert "<script" not in html
    assert "href" not in html


def test_read_minutes_counts_words_and_not_markup() -> None:
    html = render_article("[woord](https://example.org/a/b/c) " * 460)
    assert read_minutes(html) == 2
    assert read_minutes("<p>Kort.</p>") == read_minutes("") == 1
