"""Where links may lead, and addresses in running text."""

import pytest

from blog.core.markdown.links import is_allowed_link, is_own_image
from blog.core.markdown.rendering import render_article, render_comment
from blog.core.markdown.text import plain_text
from tests.core.markdown.elements import links_in


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org",
        "HTTP://example.org:8080/a?b=c#d",
        "http://[::1]/",
        "https://xn--bcher-kva.example/",
        "mailto:a@example.org?subject=Hallo",
        "/",
        "/articles/x?page=2#top",
        "#fn-1",
    ],
)
def test_a_place_on_the_web_a_mailbox_and_a_page_of_ours_are_allowed(url: str) -> None:
    assert is_allowed_link(url)


@pytest.mark.parametrize(
    "url",
    [
        "", "x", "x/y", "?a", "//example.org", "/\\example.org", "/%5Cexample.org", "/%2fexample.org", "https://",
        "https:///x", "https:x", "https:/x", "http://a@b", "https://a:b@c/", "http://?x", "mailto:", "mailto:a",
        "mailto:a@b@c", "javascript:x", " https://example.org", "https://exa mple.org", "https://example.org/\n",
        'https://example.org/"x', "https://example.org\\@evil.example", "data:image/png;base64,x", "tel:1", "ftp://a",
    ],
)  # fmt: skip
def test_any_other_place_is_not_allowed(url: str) -> None:
    assert not is_allowed_link(url)


def test_an_image_is_ours_only_below_the_media_folder() -> None:
    assert is_own_image("/media/2026/a-b_c.png")
    for url in (
        "/media/",
        "/media/../x",
        "/media/./x",
        "/media//x",
        "/media/a%2fb",
        "/media/a?b",
        "media/a",
        "/mediab",
    ):
        assert not is_own_image(url)


@pytest.mark.parametrize(
    ("source", "links"),
    [
        ("zie https://example.org.", ["https://example.org"]),
        ("(https://example.org/a_(b))", ["https://example.org/a_(b)"]),
        ("https://example.org/_a_/b*c*d?e=f&g=h#i!", ["https://example.org/_a_/b*c*d?e=f&g=h#i"]),
        ("**https://example.org**, “http://example.org/a”", ["https://example.org", "http://example.org/a"]),
        ("HTTPS://Example.ORG/A", ["HTTPS://Example.ORG/A"]),
        ("www.example.org/a, (www.example.org)", ["https://www.example.org/a", "https://www.example.org"]),
        ("mail antwoord-een@answers.example.org.", ["mailto:antwoord-een@answers.example.org"]),
        ("a.b+c@example.org", ["mailto:a.b+c@example.org"]),
        (
            "<https://example.org> [x](https://example.org/y)",
            ["https://example.org", "https://example.org/y"],
        ),
        ("- https://example.org\n- www.example.org", ["https://example.org", "https://www.example.org"]),
    ],
)
def test_an_address_in_running_text_is_a_link(source: str, links: list[str]) -> None:
    assert links_in(render_article(source)) == links_in(render_comment(source)) == links


@pytest.mark.parametrize(
    "source",
    [
        "xhttps://example.org",
        "https://",
        "https:// example.org",
        "http:/example.org",
        "wwwexample.org",
        "www.",
        "www.example",
        "xwww.example.org",
        "awww.example.org",
        "a@b",
        "@example.org",
        "a@@example.org",
        "16:30",
        "https://a@b.example",
        "`https://example.org`",
    ],
)
def test_what_is_not_a_whole_address_is_left_alone(source: str) -> None:
    html = render_comment(source)
    assert links_in(html) == []
    assert plain_text(html) == source.strip("`")


def test_an_address_within_a_link_makes_no_second_link() -> None:
    html = render_comment("[zie https://example.org of a@example.org](https://example.org/b)")
    assert links_in(html) == ["https://example.org/b"]


def test_a_link_that_leads_nowhere_is_shown_as_it_was_typed() -> None:
    for render in (render_article, render_comment):
        assert render("[een *woord*]() ![beeld]()") == "<p>[een <em>woord</em>]() ![beeld]()</p>\n"
