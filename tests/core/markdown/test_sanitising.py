"""The sanitiser on its own, as if the parser had let everything through."""

import pytest

from blog.core.markdown.sanitising import sanitise_article, sanitise_comment, standing_alone

OURS = (
    '<h2 id="h-a">a</h2><section class="block block-exercise" data-block="exercise" data-slug="a" data-fields="3" '
    'id="exercise-a"><p>b</p></section><img src="/media/a.png" alt="" loading="lazy">'
)


def test_an_article_keeps_what_the_renderer_writes() -> None:
    assert sanitise_article(OURS) == OURS


def test_a_comment_keeps_only_its_own_elements() -> None:
    assert sanitise_comment(OURS) == "a<p>b</p>"


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        ("<script>alert(1)</script>a", "a"),
        ("<style>*{}</style>a<iframe src=x></iframe><object></object>", "a"),
        ('<p style="color:red" onclick="x" class="y">a</p>', "<p>a</p>"),
        ('<p id="h-a">a</p>', "<p>a</p>"),
        ('<h2 id="main">a</h2>', "<h2>a</h2>"),
        ('<h2 id="h-a b">a</h2>', "<h2>a</h2>"),
        ('<img src="https://evil.example/a.png" alt="a">', '<img alt="a">'),
        ('<img src="/media/../a" onerror="x">', "<img>"),
        ('<a href="javascript:alert(1)">a</a>', "<a>a</a>"),
        ('<a href="jav&#x09;ascript:alert(1)">a</a>', "<a>a</a>"),
        ('<a href="//evil.example" target="_blank">a</a>', "<a>a</a>"),
        ('<a href="/a" role="button">a</a>', '<a href="/a">a</a>'),
        ('<code class="language-js evil">a</code>', "<code>a</code>"),
        ('<div tabindex="1" class="table-scroll other">a</div>', '<div class="table-scroll">a</div>'),
        ('<section data-block="other" data-slug="A" data-fields="x" class="block">a</section>',
         '<section class="block">a</section>'),
        ("<input type=checkbox><form><button>a</button></form>", "a"),
        ("<svg><a href=x>a</a></svg><math><mi>b</mi></math>c", "c"),
        ("<!-- a --><p>b", "<p>b</p>"),
    ],
)  # fmt: skip
def test_an_article_loses_what_is_not_on_the_list(html: str, clean: str) -> None:
    cleaned = sanitise_article(html)
    assert cleaned == clean
    assert sanitise_article(cleaned) == cleaned


def test_attribute_values_never_hold_an_angle_bracket() -> None:
    assert sanitise_article('<a href="/a" title="</section><b>&quot;">x</a>') == (
        '<a href="/a" title="&lt;/section&gt;&lt;b&gt;&quot;">x</a>'
    )


def test_a_link_in_a_comment_is_marked_whatever_it_says_itself() -> None:
    assert sanitise_comment('<a href="/a" rel="follow" target="x">b</a>') == (
        '<a href="/a" rel="ugc nofollow noopener">b</a>'
    )


def test_what_stands_alone_leads_back_to_the_site_and_has_no_heading_and_no_name() -> None:
    html = (
        '<h2 id="h-question">The question</h2>\n<p>Read <a href="/articles/first" title="It">this</a>, '
        '<a href="https://example.net/">that</a> and <a href="#h-question">it</a>.</p>'
        '<p>href="/here</p><script>alert(1)</script><img src="/media/a.webp">'
    )
    assert standing_alone(html, "https://example.org") == (
        '<p>The question</p>\n<p>Read <a href="https://example.org/articles/first" title="It" rel="noopener">this</a>, '
        '<a href="https://example.net/" rel="noopener">that</a> and '
        '<a href="https://example.org/#h-question" rel="noopener">it</a>.</p><p>href="/here</p>'
    )
