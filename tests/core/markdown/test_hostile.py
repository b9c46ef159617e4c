"""What somebody may try: the payloads of security.md 2a (items 1, 2, 8, 10 to 14)."""

import pytest

from blog.core.markdown.rendering import render_article, render_comment
from blog.core.markdown.sanitising import ARTICLE_TAGS, COMMENT_TAGS, sanitise_article, sanitise_comment
from blog.core.markdown.text import plain_text
from tests.core.markdown.elements import elements_in, links_in, names_in

ATTRIBUTES = {
    "href", "title", "id", "class", "role", "rel", "src", "alt", "loading", "start", "tabindex", "scope", "aria-label",
    "data-block", "data-slug", "data-fields",
}  # fmt: skip

NO_LINK = [
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#x6A;avascript:alert(1))",
    "[x](&#106&#97;vascript:alert(1))",
    "[x](java&Tab;script:alert(1))",
    "[x](java&NewLine;script:alert(1))",
    "[x](<java\tscript:alert(1)>)",
    "[x](<\x01javascript:alert(1)>)",
    "[x](\u00a0javascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](java\\script:alert(1))",
    "[x](javascript://example.org/%0aalert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](file:///etc/passwd)",
    "[x](blob:null/1)",
    "[x](ftp://example.org)",
    "[x](//evil.example)",
    "[x](/\\evil.example)",
    "[x](\\\\evil.example)",
    "[x](https:evil.example)",
    "[x](https:///evil.example)",
    "[x](https://bank.example@evil.example/)",
    "[x](mailto:)",
    "[x](?next=1)",
    "[x](page)",
    "[x]()",
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    "<x:y>",
    "[x][1]\n\n[1]: javascript:alert(1)",
    "javascript:alert(1)",
    "feed:javascript://example.org",
]

ATTACKS = [
    *NO_LINK,
    '![x](x"onerror=alert(1))',
    '![x](/media/x.png"onerror=alert(1))',
    '![x" onerror="alert(1)](/media/x.png)',
    "![x](/media/x.png 'a\" onerror=\"alert(1)')",
    '[x](/a "b\\" onmouseover=\\"alert(1)")',
    "[x](/a 'b\" onmouseover=alert(1) \"')",
    "[x](https://example.org/'onclick='alert(1))",
    '<https://example.org/"onclick="alert(1)>',
    'https://example.org/"onclick="alert(1)',
    "www.example.org'onclick='alert(1)",
    '<a href="x" onclick="alert(1)">y</a>',
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<div style=position:fixed;inset:0>x</div>",
    '<xmp><p title="</xmp><script>alert(1)</script>">',
    "`<script>alert(1)</script>`",
    "```<script>\nx\n```",
    '```" onclick=alert(1)\nx\n```',
    "~~~</code><script>\nx\n~~~",
    "# </h2><script>alert(1)</script>",
    '# x" onclick="alert(1)',
    '|<img src=x onerror=alert(1)>|\n|:-" onclick=x|\n',
    "|a|\n|-|\n|<script>alert(1)</script>|",
    "- [x] <script>alert(1)</script>",
    "[^1]\n\n[^1]: <script>alert(1)</script>",
    '[^"onclick=alert(1)]\n\n[^"onclick=alert(1)]: x',
    '::: challenge x" onclick="alert(1)\na\n:::',
    '::: exercise x fields=1"onclick=alert(1)\na\n:::',
    "::: callout onclick=alert(1)\na\n:::",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)",
    "</script><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<!--><script>alert(1)</script>-->",
    "<?php alert(1) ?>",
    "<plaintext>",
    "<a title='",
]


@pytest.mark.parametrize("source", NO_LINK)
def test_an_address_that_is_not_allowed_is_no_link_and_stays_readable(source: str) -> None:
    for render in (render_article, render_comment):
        html = render(source)
        assert links_in(html) == []
        assert "x" in plain_text(html) or "javascript" in plain_text(html)


@pytest.mark.parametrize("source", ATTACKS)
def test_an_attack_leaves_only_what_we_allow(source: str) -> None:
    for render, clean, tags in (
        (render_article, sanitise_article, ARTICLE_TAGS),
        (render_comment, sanitise_comment, COMMENT_TAGS),
    ):
        html = render(source)
        assert names_in(html) <= tags
        for element in elements_in(html):
            assert set(element.attributes) <= ATTRIBUTES
            assert (
                not element.attributes.get("href", "").lower().startswith(("javascript", "data", "vbscript"))
            )
            assert element.attributes.get("src", "/media/").startswith("/media/")
        assert clean(html) == html


def test_an_embed_is_a_plain_link() -> None:
    html = render_article('https://www.youtube.example/embed/x"onload=alert(1)')
    assert names_in(html) == {"p", "a"}


@pytest.mark.parametrize(
    "beacon", ["![](https://evil.example/?", "![a](https://evil.example/?x=1)", "![a](http://127.0.0.1/x)"]
)
def test_no_image_is_ever_fetched_from_elsewhere(beacon: str) -> None:
    assert "img" not in names_in(render_article(beacon + "\n\ngeheim")) | names_in(render_comment(beacon))


def test_controls_and_lone_surrogates_do_not_reach_a_reader() -> None:
    for render in (render_article, render_comment):
        html = render("a\x00b\x08c\x1bd\x7fe\x9ff\ud800g\udfffh\ufffei &#0; &#xD800; &#x1b; &#12; &#13;x")
        assert (
            html
            == "<p>a\ufffdb\ufffdc\ufffdd\ufffde\ufffdf\ufffdg\ufffdh\ufffdi \ufffd \ufffd \ufffd   \nx</p>\n"
        )
        html.encode("utf-8")


@pytest.mark.parametrize(
    "source", ["a\u202egnp.exe", "a\u202dgnp.exe", "a&#x202e;gnp.exe", "a&#8237;gnp.exe"]
)
def test_a_bidirectional_override_is_left_out(source: str) -> None:
    assert render_article(source) == render_comment(source) == "<p>agnp.exe</p>\n"


def test_text_from_right_to_left_keeps_its_isolates() -> None:
    assert render_comment("\u2067\u05d0\u05d1\u2069") == "<p>\u2067\u05d0\u05d1\u2069</p>\n"
