"""The last word on what reaches a reader: our own list of elements and attributes, kept by nh3.

The parser writes nothing else; this holds when the parser is wrong.
"""

import re

import nh3

from blog.core.markdown.links import is_allowed_link, is_own_image

_TEXT = frozenset({"p", "br", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"})
_ARTICLE_ONLY = frozenset(
    {
        "h2", "h3", "h4", "hr", "img", "sup", "span", "div", "section", "aside",
        "table", "thead", "tbody", "tr", "th", "td", "figure", "figcaption",
    }
)  # fmt: skip

_LETTER = frozenset(
    "p div blockquote pre code ul ol li dl dt dd h1 h2 h3 h4 h5 h6 b strong i em u s del ins sub sup br hr"
    " table thead tbody tfoot tr td th".split()
)

COMMENT_TAGS = _TEXT
"""Elements in a comment."""

ARTICLE_TAGS = _TEXT | _ARTICLE_ONLY
"""Elements in an article."""

_COMMENT_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "code": {"class"}}
_ARTICLE_ATTRIBUTES = {
    **_COMMENT_ATTRIBUTES,
    "a": {"href", "title", "id", "aria-label"},
    "div": {"aria-label"},
    "h2": {"id"},
    "h3": {"id"},
    "h4": {"id"},
    "li": {"id"},
    "img": {"src", "alt", "title"},
    "section": {"data-slug", "data-fields", "id", "aria-label"},
}
_ARTICLE_VALUES = {
    "a": {"role": {"doc-noteref", "doc-backlink"}},
    "div": {"tabindex": {"0"}, "role": {"group"}},
    "img": {"loading": {"lazy"}},
    "p": {"class": {"quote-source"}},
    "pre": {"tabindex": {"0"}, "role": {"group"}, "aria-label": {"Code"}},
    "section": {"data-block": {"challenge", "exercise"}, "role": {"doc-endnotes"}},
    "th": {"scope": {"col"}},
}
_ALIGNMENTS = {"align-left", "align-center", "align-right"}
_ARTICLE_CLASSES = {
    "a": {"footnote-backref"},
    "aside": {"block", "block-callout"},
    "div": {"table-scroll"},
    "li": {"task-list-item"},
    "section": {"block", "block-challenge", "block-exercise", "footnotes"},
    "span": {"task-box"},
    "sup": {"footnote-ref"},
    "td": _ALIGNMENTS,
    "th": _ALIGNMENTS,
    "ul": {"contains-task-list"},
    "ol": {"contains-task-list"},
}
_PATTERNS = {
    "id": re.compile(r"(?:h|fn|fnref|challenge|exercise)-[\w-]+"),
    "data-slug": re.compile(r"[a-z0-9-]+"),
    "data-fields": re.compile(r"[0-9]{1,2}"),
    "start": re.compile(r"[0-9]{1,9}"),
}
_LANGUAGE = re.compile(r"language-[a-z0-9+#._-]+")
_HEADING = re.compile(r"<(/?)h[2-6](?: [^>]*)?>")
_SCHEMES = {"http", "https", "mailto"}


def sanitise_article(html: str) -> str:
    """`html` with nothing in it but what an article may hold. A second time changes nothing."""
    return _ARTICLE.clean(html)


def sanitise_comment(html: str) -> str:
    """`html` with nothing in it but what a comment may hold. A second time changes nothing."""
    return _COMMENT.clean(html)


def sanitise_letter(html: str) -> str:
    """`html` of a stranger's mail with nothing in it but text and plain elements without any attribute.

    A page that is made for it takes nh3 minutes, so it is for what `html_in_child` has written anew.
    """
    return _STRANGERS.clean(html)


def standing_alone(html: str, site_url: str) -> str:
    """`html` of an article or a comment for a file that is read far from the site, at any depth of it, more than once.

    Links lead back to the site, headings are lines of text, and nothing has a name that could be there twice.
    """
    return nh3.clean(
        _HEADING.sub(r"<\1p>", html),
        tags=set(COMMENT_TAGS),
        attributes=_COMMENT_ATTRIBUTES,
        attribute_filter=_checked,
        url_schemes=_SCHEMES,
        url_relative=("rewrite_with_base", f"{site_url}/"),
        link_rel="noopener",
    )


def _checked(element: str, attribute: str, value: str) -> str | None:
    """The attribute's value, or None to leave it out."""
    if attribute == "href":
        is_fine = is_allowed_link(value)
    elif attribute == "src":
        is_fine = is_own_image(value)
    elif (element, attribute) == ("code", "class"):
        is_fine = _LANGUAGE.fullmatch(value) is not None
    elif attribute in _PATTERNS:
        is_fine = _PATTERNS[attribute].fullmatch(value) is not None
    else:
        is_fine = True  # a list of values has decided
    return value if is_fine else None


_ARTICLE = nh3.Cleaner(
    tags=ARTICLE_TAGS,
    attributes=_ARTICLE_ATTRIBUTES,
    tag_attribute_values=_ARTICLE_VALUES,
    allowed_classes=_ARTICLE_CLASSES,
    attribute_filter=_checked,
    url_schemes=_SCHEMES,
    link_rel=None,
)
_COMMENT = nh3.Cleaner(
    tags=COMMENT_TAGS,
    attributes=_COMMENT_ATTRIBUTES,
    attribute_filter=_checked,
    url_schemes=_SCHEMES,
    link_rel="ugc nofollow noopener",
)
_STRANGERS = nh3.Cleaner(tags=_LETTER, attributes={}, url_schemes=set(), link_rel=None)
