"""The HTML of a template: the words that stand in it as they are, and where its expressions are printed.

Each printed expression, and each begin and end of a macro, becomes one character that no page has; so its place in the
HTML is known when the page is read.
"""

import re
from collections.abc import Mapping
from html.parser import HTMLParser

from jinja2 import Environment

from dev.spoken import SPOKEN_ATTRIBUTES, has_words, reads_like_words

ENVIRONMENT = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"])  # noqa: S701 - only parsed
# As the pages have it: {% trans %} gives its values by name, like every other message.
setattr(ENVIRONMENT, "newstyle_gettext", True)  # noqa: B010 - the extension adds it

_UNSPOKEN_ELEMENTS = frozenset({"code", "kbd", "pre", "samp", "script", "style", "svg"})
_SPOKEN_IN_DRAWINGS = frozenset({"desc", "text", "title"})
_BUTTON_TYPES = frozenset({"button", "reset", "submit"})
_SPOKEN_META = re.compile(r"description|application-name|apple-mobile-web-app-title|(og|twitter):.*")
_FIRST_MARK, _MACRO_BEGINS, _MACRO_ENDS = 0xE000, "\uf8fe", "\uf8ff"
_PIECES = re.compile(f"\n|{_MACRO_BEGINS}|{_MACRO_ENDS}|[^\n{_MACRO_BEGINS}{_MACRO_ENDS}]+")


def html_of(text: str) -> str:
    """The HTML of a template: expressions as marks in the order in which they stand, all lines where they were."""
    parts: list[str] = []
    line, count, before = 1, 0, ""
    for number, kind, value in ENVIRONMENT.lex(text):
        piece = value if kind == "data" else ""
        if kind == "variable_begin":
            piece = chr(_FIRST_MARK + count)
            count += 1
        elif before == "block_begin" and value in {"macro", "endmacro"}:
            piece = _MACRO_BEGINS if value == "macro" else _MACRO_ENDS
        # White space that Jinja strips is gone by now: keep the lines.
        parts.append("\n" * (number - line) + piece)
        line = max(line, number) + piece.count("\n")
        before = before if kind == "whitespace" else kind
    return "".join(parts)


class Page(HTMLParser):
    """The literal words in the HTML, with line and number of their macro, and the marks that are spoken.

    Macros are counted from 1 in the order of the text; 0 is what stands outside of all.
    """

    def __init__(self) -> None:
        super().__init__()
        self.literals: list[tuple[int, str, int]] = []
        self.spoken_marks: set[int] = set()
        self._macro, self._macros = 0, 0
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at the attributes."""
        line = self.getpos()[0]
        attributes = dict(attrs)
        for name, value in attrs:
            if value and _is_spoken(tag, name, attributes):
                self._note(line, value, f"{name}={_without_marks(value)!r}")
            elif value and name.startswith("data-") and reads_like_words(value):
                self.literals.append((line, f"{name}={value!r}", self._macro))
        if tag in _UNSPOKEN_ELEMENTS or tag in _SPOKEN_IN_DRAWINGS:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        if self._open and self._open[-1] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        """Look at the text, line by line."""
        line = self.getpos()[0]
        for piece in _PIECES.findall(data):
            if piece == _MACRO_BEGINS:
                self._macros += 1
                self._macro = self._macros
            elif piece == _MACRO_ENDS:
                self._macro = 0
            elif not (self._open and self._open[-1] in _UNSPOKEN_ELEMENTS):
                self._note(line, piece, repr(_without_marks(piece).strip("… \t")))
            line += piece == "\n"

    def _note(self, line: int, text: str, shown: str) -> None:
        self.spoken_marks |= {ord(character) - _FIRST_MARK for character in text if _is_mark(character)}
        if has_words(_without_marks(text)):
            self.literals.append((line, shown, self._macro))


def _is_mark(character: str) -> bool:
    return "\ue000" <= character <= "\uf8ff"


def _without_marks(text: str) -> str:
    return "".join("…" if _is_mark(character) else character for character in text)


def _is_spoken(tag: str, name: str, attributes: Mapping[str, str | None]) -> bool:
    if tag == "input" and name == "value":
        return attributes.get("type") in _BUTTON_TYPES
    if tag == "meta" and name == "content":
        return _SPOKEN_META.fullmatch(attributes.get("name") or attributes.get("property") or "") is not None
    return name in SPOKEN_ATTRIBUTES
