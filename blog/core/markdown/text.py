"""The words of rendered HTML: for summaries, search and mail."""

import re
import unicodedata
from html.parser import HTMLParser

_LINE_ELEMENTS = frozenset(
    {
        "p",
        "br",
        "h2",
        "h3",
        "h4",
        "li",
        "pre",
        "blockquote",
        "ul",
        "ol",
        "tr",
        "hr",
        "section",
        "aside",
        "div",
        "figure",
        "figcaption",
    }
)
_CELLS = frozenset({"td", "th"})
# Links that the renderer wrote, not the author: the number of a footnote and the way back from it.
_OUR_LINKS = (("role", "doc-noteref"), ("role", "doc-backlink"))
_AFTER_THE_LAST_WORD = " ,;:.\u2013-"
_SPACES = re.compile(r"[^\S\n]+")
_LINE_GAPS = re.compile(r" ?\n[ \n]*")
_ELLIPSIS = "…"
_JOINERS = frozenset("\u200d\ufe0e\ufe0f")


def plain_text(html: str) -> str:
    """The words of our own HTML, a line for each paragraph, heading, item or row; without footnote marks.

    It is text and not HTML: it must be escaped again where it is shown.
    """
    collector = _Words()
    collector.feed(html)
    collector.close()
    text = _SPACES.sub(" ", "".join(collector.parts))
    return _LINE_GAPS.sub("\n", text).strip()


def excerpt(html: str, limit: int) -> str:
    """The first words of our own HTML on one line, in at most `limit` characters, the ellipsis included."""
    text = " ".join(plain_text(html).split())
    if len(text) <= limit:
        return text
    room = max(limit - len(_ELLIPSIS), 0)
    end = text.rfind(" ", 0, room + 1)
    if end <= 0:
        end = _before_a_cluster(text, room)
    return text[:end].rstrip(_AFTER_THE_LAST_WORD) + _ELLIPSIS if limit > 0 else ""


def _before_a_cluster(text: str, end: int) -> int:
    """The last place up to `end` that does not part a letter from its accents, or an emoji from its parts."""
    while end > 0 and _continues(text[end]):
        end -= 1
    return end


def _continues(letter: str) -> bool:
    return bool(unicodedata.combining(letter)) or letter in _JOINERS


class _Words(HTMLParser):
    """Collects the text of HTML that the sanitiser has written, so every element is closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._in_our_link = False
        self._in_code = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_our_link = self._in_our_link or any(role in attrs for role in _OUR_LINKS)
        self._in_code = self._in_code or tag == "pre"
        self._end_word(tag)

    def handle_endtag(self, tag: str) -> None:
        self._in_our_link = self._in_our_link and tag != "a"
        self._in_code = self._in_code and tag != "pre"
        self._end_word(tag)

    def handle_data(self, data: str) -> None:
        if not self._in_our_link:
            self.parts.append(data if self._in_code else data.replace("\n", " "))

    def _end_word(self, tag: str) -> None:
        if tag in _LINE_ELEMENTS:
            self.parts.append("\n")
        elif tag in _CELLS:
            self.parts.append(" ")
