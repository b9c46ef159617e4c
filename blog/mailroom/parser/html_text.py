"""HTML to text, as far as a judge needs it: words, lines and lists, what is quoted, what is hidden.

Nesting costs a list entry, and there is no recursion.
"""

import re
from itertools import islice
from typing import NamedTuple

from blog.mailroom.parser import caps
from blog.mailroom.parser.containers import mark_of
from blog.mailroom.parser.looks import Look, look_of
from blog.mailroom.parser.markup import Tokens

_SPACES = re.compile(r"[ \t\n\r\f\xa0]++")

_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_BLOCKS = frozenset(
    "address article aside body center dd details dialog div dl dt fieldset figcaption figure footer form"
    " header hgroup li main menu nav ol section summary table tbody thead tfoot tr ul html".split()
)
_PARAGRAPHS = frozenset("p h1 h2 h3 h4 h5 h6 blockquote pre".split())
_CELLS = frozenset("td th".split())
# What begins closes an open one of these, when that is the innermost element (a small part of the HTML
# standard, 13.2.6).
_CLOSES = {
    "p": frozenset({"p"}),
    "li": frozenset({"li", "p"}),
    "tr": frozenset({"td", "th", "tr", "p"}),
    "td": frozenset({"td", "th", "p"}),
    "th": frozenset({"td", "th", "p"}),
    "dd": frozenset({"dd", "dt", "p"}),
    "dt": frozenset({"dd", "dt", "p"}),
}


class HtmlText(NamedTuple):
    """What can be seen, with the marks of `containers`, what is hidden from sight, and whether anything may be
    (text in the colour of its ground stays in `visible`, since a dark theme looks the same). `cut`: it has more
    tags than are read.
    """

    visible: str
    hidden: str
    suspicious: bool
    cut: bool


def html_to_text(html: str, *, tokens: int = caps.HTML_TOKENS) -> HtmlText:
    """Text of HTML, of at most so many tags and texts; linear, never raises. Quoted lines begin with `> `."""
    walker = _Walker()
    source = Tokens(html)
    for kind, content, attributes in islice(source, tokens):
        if kind == "text":
            walker.text(content)
        elif kind == "open":
            walker.open(content, attributes)
        else:
            walker.close(content)
    return HtmlText(
        walker.page.finish(), "\n".join(walker.hidden).strip(), walker.suspicious, source.has_more
    )


class _Walker:
    """Follows the tags, knows how the place where it stands looks, and writes what it meets."""

    def __init__(self) -> None:
        self.page = _Page()
        self.hidden: list[str] = []
        self.suspicious = False
        self.stack: list[tuple[str, Look]] = []
        self.open_tags: dict[str, int] = {}

    @property
    def look(self) -> Look:
        return self.stack[-1][1] if self.stack else Look()

    def text(self, content: str) -> None:
        look = self.look
        if not content.strip():
            if not look.is_hidden:
                self.page.write(content, verbatim=look.verbatim)
        elif look.is_hidden:
            # What an older message hides, as newsletters do, is not what this writer hides.
            self.suspicious = self.suspicious or not self.page.depth
            self.hidden.append(_SPACES.sub(" ", content).strip())
        else:
            self.suspicious = self.suspicious or look.is_camouflaged
            self.page.write(content, verbatim=look.verbatim)

    def open(self, tag: str, attributes: dict[str, str]) -> None:
        while self.stack and self.stack[-1][0] in _CLOSES.get(tag, ()):
            self._pop()
        look = look_of(tag, attributes, self.look)
        visible = not look.is_hidden
        self._make_room(tag, visible=visible)
        if visible:
            self.page.announce(mark_of(attributes))
        if tag in _VOID:
            return
        if tag == "blockquote":
            self.page.depth += 1
        if tag == "li" and visible:
            self.page.write("- ", verbatim=False)
        self.stack.append((tag, look))
        self.open_tags[tag] = self.open_tags.get(tag, 0) + 1

    def _make_room(self, tag: str, *, visible: bool) -> None:
        """End the line, leave one blank, or leave a space, as the element asks."""
        if tag == "br" and visible:
            self.page.line_break()
        elif tag == "hr" and visible:
            self.page.paragraph()
        elif tag in _CELLS:
            self.page.write(" ", verbatim=False)
        elif tag in _BLOCKS:
            self.page.end_line()
        elif tag in _PARAGRAPHS:
            self.page.paragraph()

    def close(self, tag: str) -> None:
        if tag == "p" and not self.open_tags.get("p"):
            self.page.paragraph()
        if not self.open_tags.get(tag):
            return
        while self._pop() != tag:
            pass

    def _pop(self) -> str:
        tag, _ = self.stack.pop()
        self.open_tags[tag] -= 1
        if tag in _PARAGRAPHS:
            self.page.paragraph()
        elif tag in _BLOCKS:
            self.page.end_line()
        if tag == "blockquote":
            self.page.depth -= 1
        return tag


class _Page:
    """Lines of text with their depth of quotation."""

    def __init__(self) -> None:
        self.depth = 0
        self.mark = ""
        self._last_depth = 0
        self._lines: list[str] = []
        self._current: list[str] = []
        self._ends_in_space = True
        self._wants_blank = False

    def write(self, text: str, *, verbatim: bool) -> None:
        if verbatim:
            first, *others = text.replace("\xa0", " ").split("\n")
            self._put(first)
            for line in others:
                self.line_break()
                self._put(line)
            return
        collapsed = _SPACES.sub(" ", text)
        self._put(collapsed.removeprefix(" ") if self._ends_in_space else collapsed)

    def _put(self, text: str) -> None:
        if text:
            self._current.append(text)
            self._ends_in_space = text.endswith(" ")

    def announce(self, mark: str) -> None:
        """Put the mark before the next line that holds words."""
        if mark:
            self.end_line()
            self.mark = mark

    def line_break(self) -> None:
        self._flush()

    def end_line(self) -> None:
        # A paragraph that begins inside a list item stays on the line of its dash.
        if self._current and self._current != ["- "]:
            self._flush()

    def paragraph(self) -> None:
        self.end_line()
        self._wants_blank = True

    def _flush(self) -> None:
        line = "".join(self._current)
        # The signature mark is the one line whose last space means something.
        line = "-- " if line.strip() == "--" and line.endswith(" ") else line.rstrip()
        mark = ">" * min(self.depth, 20)
        about = self.mark if line else ""
        self.mark = "" if line else self.mark
        if self._wants_blank and self._lines and self._lines[-1].strip("> "):
            self._lines.append(">" * min(self._last_depth, len(mark)))
        self._wants_blank = False
        self._last_depth = len(mark)
        self._lines.append(about + (f"{mark} {line}" if mark and line else mark or line))
        self._current = []
        self._ends_in_space = True

    def finish(self) -> str:
        if self._current:
            self._flush()
        return "\n".join(self._lines).strip("\n")
