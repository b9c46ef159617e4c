"""Where a link or an image may lead, and the addresses in running text that become links."""

import re
from collections.abc import Callable, Mapping
from typing import Any, cast

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from blog.core.markdown.destinations import QUICK_HELPERS

# No name before an @: `https://bank.example@evil.example` shows one place and leads to another.
_WEB = re.compile(r"https?://[^\s/?#@\\<>\"']+(?:[/?#][^\s<>\"\\]*)?", re.IGNORECASE)
_MAIL = re.compile(r"mailto:[^\s@<>\"\\]+@[^\s@<>\"\\]+", re.IGNORECASE)
_OWN_PAGE = re.compile(r"/(?!/|%2f|%5c)[^\s<>\"\\]*|#[^\s<>\"\\]*", re.IGNORECASE)
# Names are given by the server: no dot first, so no `..`; no percent sign, so no hidden one either.
_OWN_IMAGE = re.compile(r"/media/(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*")

_BARE_WEB = re.compile(r"(?:https?://|www\.[^\s./?#@<>]+\.)[^\s<>]+", re.IGNORECASE)
_BARE_LOCAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{0,63}$")
_BARE_DOMAIN = re.compile(r"@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z0-9-]{0,62}[A-Za-z0-9]")
_SCHEME = re.compile(r"https?$", re.IGNORECASE)
_AFTER_THE_ADDRESS = frozenset("?!.,:;*_~'\"\u201d\u2019»…]")


def is_allowed_link(url: str) -> bool:
    """Whether a link may lead there: http, https, mailto, a path of this site or a place on the page."""
    return any(rule.fullmatch(url) for rule in (_WEB, _MAIL, _OWN_PAGE))


def is_own_image(url: str) -> bool:
    """Whether an image is this site's own (`/media/…`): a page of ours fetches nothing from elsewhere."""
    return _OWN_IMAGE.fullmatch(url) is not None


class LinkCheckingParser(MarkdownIt):
    """A parser in which a link to a place that is not allowed stays the text that was typed."""

    def __init__(self, preset: str, options: Mapping[str, Any]) -> None:
        super().__init__(preset, options)
        cast("Any", self).helpers = QUICK_HELPERS

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the parser's own name
        """Whether `url`, encoded and with its character references resolved, may be linked to."""
        return is_allowed_link(url)


def bare_links(parser: MarkdownIt) -> None:
    """Plugin: `https://…`, `www.…` and mail addresses in running text become links.

    Our own, because the plugin that does this (mdit-py-plugins 0.7, gfm_autolink) takes quadratic time
    on `a:a:a:…`: 10 seconds for 40 kB. This one looks at each character a bounded number of times.
    """
    stops = parser.inline.terminator_re.pattern
    parser.inline.terminator_re = re.compile(rf"{stops}|(?<![^\s(*_~])www\.", re.IGNORECASE)
    parser.inline.ruler.push("bare_link", _bare_link)


def _bare_link(state: StateInline, silent: bool) -> bool:
    """At a `:`, an `@` or a `www.`: the link that it is a part of, if it is one."""
    finder = _FINDERS.get(state.src[state.pos])
    if finder is None or silent or state.linkLevel > 0:
        return False
    found = finder(state)
    if found is None:
        return False
    before, shown, url = found
    href = state.md.normalizeLink(url)
    if not state.md.validateLink(href) or not state.pending.endswith(before):
        return False
    state.pending = state.pending[: len(state.pending) - len(before)]
    state.push("link_open", "a", 1).attrs = {"href": href}
    state.push("text", "", 0).content = shown
    state.push("link_close", "a", -1)
    state.pos += len(shown) - len(before)
    return True


Found = tuple[str, str, str]
"""What stands before the position, the whole address as typed, and where it leads."""


def _web_address(state: StateInline) -> Found | None:
    if not state.src.startswith("://", state.pos):
        return None
    scheme = _SCHEME.search(state.src, max(0, state.pos - 5), state.pos)
    if scheme is None or _continues_a_word(state.src, scheme.start()):
        return None
    address = _BARE_WEB.match(state.src, scheme.start(), state.posMax)
    if address is None:
        return None
    shown = _without_what_follows(address[0])
    return scheme[0], shown, shown


def _www_address(state: StateInline) -> Found | None:
    address = _BARE_WEB.match(state.src, state.pos, state.posMax)
    if address is None or _continues_a_word(state.src, state.pos):
        return None
    shown = _without_what_follows(address[0])
    return "", shown, f"https://{shown}"


def _mail_address(state: StateInline) -> Found | None:
    domain = _BARE_DOMAIN.match(state.src, state.pos, state.posMax)
    if domain is None:
        return None
    local = _BARE_LOCAL.search(state.src[max(0, state.pos - 64) : state.pos])
    if local is None or _continues_a_word(state.src, state.pos - len(local[0])):
        return None
    shown = local[0] + domain[0]
    return local[0], shown, f"mailto:{shown}"


_FINDERS: dict[str, Callable[[StateInline], Found | None]] = {
    ":": _web_address,
    "@": _mail_address,
    "w": _www_address,
    "W": _www_address,
}


def _continues_a_word(text: str, start: int) -> bool:
    before = text[start - 1] if start else " "
    return before.isalnum() or before in "/@.-+_"


def _without_what_follows(address: str) -> str:
    """`address` without the punctuation of the sentence it stands in; brackets of its own stay."""
    surplus = address.count(")") - address.count("(")
    end = len(address)
    while end:
        last = address[end - 1]
        if last == ")" and surplus > 0:
            surplus -= 1
        elif last not in _AFTER_THE_ADDRESS:
            break
        end -= 1
    return address[:end]
