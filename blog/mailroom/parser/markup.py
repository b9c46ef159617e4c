"""HTML as a row of tags and texts.

An own tokenizer on purpose. `html.parser` of Python 3.11 to 3.13 is quadratic on unclosed markup
(CVE-2025-6069 and its kin), and `html.unescape` raises on a number of more than 4,300 digits. Here every step
moves forward, and what is never closed is text.
"""

import re
from functools import lru_cache
from html import unescape
from typing import NamedTuple

from blog.mailroom.parser.charsets import plain_lines

_TAG_NAME = re.compile(r"[a-zA-Z][^\s/>]*+")
_ATTRIBUTE = re.compile(r"""([^\s/>=][^\s/>=]*+)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+))?+""")
_FILLER = re.compile(r"[\s/=\"']*+")
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});?")
_MARKUP = re.compile(r"<(?=[a-zA-Z/!?])")
# No program writes so many in one tag; what is behind them is passed over.
_ATTRIBUTES = 500
_UNSEEN = frozenset("script style title iframe noembed noframes".split())


class Token(NamedTuple):
    """A tag ("open" or "close", its name, its attributes) or a "text"."""

    kind: str
    content: str
    attributes: dict[str, str]


class Tokens:
    """Tags and texts of HTML, in order. What is not markup is text."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.position = 0
        self.unclosed = False
        self.endless: set[str] = set()

    @property
    def has_more(self) -> bool:
        """Whether something is left to read."""
        return self.position < len(self.html)

    def __iter__(self) -> "Tokens":
        return self

    def __next__(self) -> Token:
        while self.position < len(self.html):
            token = self._next()
            if token is not None:
                return token
        raise StopIteration

    def _next(self) -> Token | None:
        # Once a tag has no end, no later one has: the rest is text, and is not searched again.
        markup = None if self.unclosed else _MARKUP.search(self.html, self.position)
        start = markup.start() if markup else len(self.html)
        if start > self.position:
            text = self.html[self.position : start]
            self.position = start
            return Token("text", _REFERENCE.sub(_character, text), {})
        following = self.html[start + 1]
        if following == "/":
            return self._closing_tag(start)
        if following in "!?":
            self._skip_declaration(start)
            return None
        return self._opening_tag(start)

    def _closing_tag(self, start: int) -> Token | None:
        end = self.html.find(">", start)
        if end < 0:
            self.unclosed = True
            return None
        name = _TAG_NAME.match(self.html, start + 2)
        self.position = end + 1
        return Token("close", name[0].lower(), {}) if name else None

    def _skip_declaration(self, start: int) -> None:
        is_comment = self.html.startswith("<!--", start)
        end = self.html.find("-->" if is_comment else ">", start + 2)
        # Browsers show nothing of what is never closed; a person's words may be in it all the same.
        self.unclosed = end < 0
        self.position = start if self.unclosed else end + (3 if is_comment else 1)

    def _opening_tag(self, start: int) -> Token | None:
        name = _TAG_NAME.match(self.html, start + 1)
        attributes: dict[str, str] = {}
        position = _skip(name.end() if name else start + 1, self.html)
        for _ in range(_ATTRIBUTES):
            if position >= len(self.html) or self.html[position] == ">":
                break
            match = _ATTRIBUTE.match(self.html, position)
            if match is None:
                position = _skip(position + 1, self.html)
                continue
            attributes.setdefault(match[1].lower(), _unquoted(match[2] or ""))
            position = _skip(match.end(), self.html)
        else:
            position = self.html.find(">", position)
        if not 0 <= position < len(self.html):
            self.unclosed = True
            return None
        self.position = position + 1
        tag = name[0].lower() if name else ""
        if tag in _UNSEEN and not self._skip_content(tag):
            return None
        return Token("open", tag, attributes)

    def _skip_content(self, tag: str) -> bool:
        """Go to the end tag of an element that holds no markup; false when there is none to go to."""
        if tag in self.endless:
            return False
        end = re.compile(rf"</{tag}[\s/>]", re.IGNORECASE).search(self.html, self.position)
        if end is None:
            self.endless.add(tag)
            return False
        self.position = end.start()
        return True


def _skip(position: int, html: str) -> int:
    match = _FILLER.match(html, position)
    return match.end() if match else position


def _unquoted(value: str) -> str:
    bare = value[1:-1] if value[:1] in ("'", '"') else value
    return _REFERENCE.sub(_character, bare)


def _character(reference: re.Match[str]) -> str:
    return _character_of(reference[0])


@lru_cache(maxsize=512)
def _character_of(reference: str) -> str:
    # `&#13;` and `&#129;` are line ends and control characters that the bytes of the page did not show.
    return plain_lines(unescape(reference)).replace("\f", " ")
