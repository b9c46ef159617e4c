"""HTML of a message as little HTML of our own: what it says and how it is laid out, and nothing that acts or loads.

A page of a stranger can be made so that the best of sanitisers needs minutes for it (one element inside the other, a
hundred thousand times). So it is written anew here, in the child, with our own tags, no attributes and a limit on its
depth; whoever shows it sanitises it all the same.
"""

from html import escape
from itertools import islice

from blog.mailroom.parser import caps
from blog.mailroom.parser.html_meaning import picture_words
from blog.mailroom.parser.markup import Tokens

_DEPTH = 40
_VOID = frozenset({"br", "hr"})
_KEPT = frozenset(
    "p div blockquote pre code ul ol li dl dt dd h1 h2 h3 h4 h5 h6 b strong i em u s del ins sub sup"
    " table thead tbody tfoot tr td th".split()
)
# Which open element one of these ends, where it is the innermost one.
_ENDS = {
    "p": frozenset({"p"}),
    "li": frozenset({"li", "p"}),
    "tr": frozenset({"tr", "td", "th", "p"}),
    "td": frozenset({"td", "th", "p"}),
    "th": frozenset({"td", "th", "p"}),
    "dd": frozenset({"dd", "dt", "p"}),
    "dt": frozenset({"dd", "dt", "p"}),
}


def simple_html(html: str, *, tokens: int = caps.HTML_TOKENS) -> str:
    """The same in plain elements, of at most so many tags and texts; linear, never raises.

    Pictures are their words, links are their text, and what is meant to be hidden is shown.
    """
    writer = _Writer()
    for kind, content, attributes in islice(Tokens(html), tokens):
        if kind == "text":
            writer.pieces.append(escape(content))
        elif kind == "open":
            writer.open(content, attributes)
        else:
            writer.close(content)
    return writer.finish()


class _Writer:
    """Writes elements that are all closed again, and not too deep in one another."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.stack: list[str] = []

    def open(self, tag: str, attributes: dict[str, str]) -> None:
        while self.stack and self.stack[-1] in _ENDS.get(tag, ()):
            self._end()
        if tag in _VOID:
            self.pieces.append(f"<{tag}>")
        elif tag == "img":
            self.pieces.append(escape(picture_words(attributes)))
        elif tag in _KEPT and len(self.stack) < _DEPTH:
            self.pieces.append(f"<{tag}>")
            self.stack.append(tag)

    def close(self, tag: str) -> None:
        if tag in self.stack:
            while self._end() != tag:
                pass

    def finish(self) -> str:
        while self.stack:
            self._end()
        return "".join(self.pieces)

    def _end(self) -> str:
        tag = self.stack.pop()
        self.pieces.append(f"</{tag}>")
        return tag
