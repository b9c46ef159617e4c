"""HTML to text, as far as a judge needs it: words, lines and lists, what is quoted, what is hidden.

Nesting costs a list entry, and there is no recursion.
"""

import re
from itertools import islice
from typing import NamedTuple

from blog.mailroom.parser import caps
from blog.mailroom.parser.attributions import ATTRIBUTION_LINES, LONGEST_LINE, Announcement, announcement
from blog.mailroom.parser.containers import ATTRIBUTION, MARKS, REST, is_quotation, mark_of
from blog.mailroom.parser.html_meaning import (
    Link,
    Numbering,
    picture_words,
    script_of,
    scripted,
    struck_through,
)
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
# How often the lines above a `blockquote` are looked at that says nothing of itself: no letter has so many.
_MOST_QUESTIONS = 100
_LISTS = frozenset({"ol", "ul"})
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
    tags than are read. `signs`: what was written for text that is raised, lowered or struck through, outside of
    quotations: plain text that lacks one of these may mean something else.
    """

    visible: str
    hidden: str
    suspicious: bool
    cut: bool
    signs: tuple[str, ...] = ()


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
        visible=walker.page.finish(),
        hidden="\n".join(walker.hidden).strip(),
        suspicious=walker.suspicious,
        cut=source.has_more,
        signs=tuple(walker.signs),
    )


class _Element(NamedTuple):
    """An open element: its tag, how it looks, whether it is a quotation, and whether it is higher or lower."""

    tag: str
    look: Look
    quotes: bool
    script: str


class _Walker:
    """Follows the tags, knows how the place where it stands looks, and writes what it meets."""

    def __init__(self) -> None:
        self.page = _Page()
        self.hidden: list[str] = []
        self.suspicious = False
        self.stack: list[_Element] = []
        self.open_tags: dict[str, int] = {}
        self.lists: list[Numbering | None] = []
        self.link: Link | None = None
        self.script = ""
        self.signs: dict[str, None] = {}

    @property
    def look(self) -> Look:
        return self.stack[-1].look if self.stack else Look()

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
            self.page.write(self._with_meaning(content, look), verbatim=look.verbatim)

    def _with_meaning(self, content: str, look: Look) -> str:
        """A text with what its look says: that it stands higher or lower, or is struck through."""
        if self.link:
            self.link.hear(content)
        if self.script:
            before = self.page.last_character
            bare, content = content, scripted(self.script, content, before=before)
            self.script = ""
            if content != bare:
                self._note(before + content.strip())
        if look.struck:
            content = struck_through(content)
            self._note(content.strip())
        return content

    def _note(self, sign: str) -> None:
        if not self.page.is_quoting and len(self.signs) < caps.SIGNS:
            self.signs[sign] = None

    def open(self, tag: str, attributes: dict[str, str]) -> None:
        while self.stack and self.stack[-1].tag in _CLOSES.get(tag, ()):
            self._pop()
        look = look_of(tag, attributes, self.look)
        visible = not look.is_hidden
        self._make_room(tag, visible=visible)
        if visible:
            self.page.announce(mark_of(attributes))
        if tag == "img" and visible:
            self.page.write(picture_words(attributes), verbatim=False)
        if tag in _VOID:
            return
        quotes = tag == "blockquote" and self._is_quotation(attributes)
        self.page.depth += quotes
        script = script_of(tag, attributes)
        if visible:
            self._begin(tag, attributes)
            self.script = script or self.script
        if tag in _LISTS:
            self.lists.append(Numbering.of(attributes) if tag == "ol" else None)
        self.stack.append(_Element(tag, look, quotes=quotes, script=script))
        self.open_tags[tag] = self.open_tags.get(tag, 0) + 1

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        """What the beginning of an element says."""
        if tag == "li":
            numbering = self.lists[-1] if self.lists else None
            self.page.begin_item(numbering.next(attributes.get("value", "")) if numbering else "- ")
        elif tag == "a" and not self.page.is_quoting:
            self.link = Link.to(attributes.get("href", ""))

    def _is_quotation(self, attributes: dict[str, str]) -> bool:
        """Whether a `blockquote` holds somebody else's words: it says so, or what is around or above it does. Without
        that it is a person's text that was moved to the right.
        """
        # Asked first, since an announcement is of the first quotation below it, and of no other.
        is_announced = self.page.take_announcement()
        return is_announced or self.page.is_quoting or is_quotation(attributes) or self.page.looks_announced()

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
        tag, _, quotes, script = self.stack.pop()
        self.open_tags[tag] -= 1
        if tag == "a" and self.link:
            self.page.write(self.link.address(), verbatim=False)
            self.link = None
        elif tag in _LISTS:
            self.lists.pop()
        if script:
            self.script = ""
        if tag in _PARAGRAPHS:
            self.page.paragraph()
        elif tag in _BLOCKS:
            self.page.end_line()
        self.page.depth -= quotes
        return tag


class _Page:
    """Lines of text with their depth of quotation."""

    def __init__(self) -> None:
        self.depth = 0
        self.mark = ""
        self.last_character = ""
        self._marks: frozenset[str] = frozenset()
        self._item = ""
        self._asked: tuple[int, bool] = (-1, False)
        self._patience = _MOST_QUESTIONS
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
            self._item = self._item if text.isspace() else ""
            self.last_character = text[-1]

    def announce(self, mark: str) -> None:
        """Put the mark before the next line that holds words."""
        if mark:
            self.end_line()
            self.mark = mark
            self._marks |= {mark}

    @property
    def is_quoting(self) -> bool:
        """Whether this is inside of a quotation, or of an older message."""
        return self.depth > 0 or REST in self._marks

    def take_announcement(self) -> bool:
        """Whether an element has announced the quotation that may begin here."""
        is_announced = ATTRIBUTION in self._marks
        self._marks -= {ATTRIBUTION}
        return is_announced

    def looks_announced(self) -> bool:
        """Whether the last lines announce the quotation that may begin here. That takes a while to see: who asks
        without end has no letter, and is told no more.
        """
        if self._asked[0] != len(self._lines):
            self._asked = (len(self._lines), self._ends_in_announcement())
        return self._asked[1]

    def _ends_in_announcement(self) -> bool:
        last = [line.lstrip(MARKS) for line in self._lines[-ATTRIBUTION_LINES:] if line]
        if not last or not last[-1].rstrip(" *_").endswith((":", "\uff1a")):
            return False
        if not self._patience or any(len(line) > LONGEST_LINE for line in last):
            return False
        self._patience -= 1
        return any(announcement(" ".join(last[at:])) >= Announcement.NAME for at in range(len(last)))

    def begin_item(self, sign: str) -> None:
        """Put the sign of a list before what it holds."""
        self.write(sign, verbatim=False)
        self._item = sign

    def line_break(self) -> None:
        self._flush()

    def end_line(self) -> None:
        # A paragraph that begins inside a list item stays on the line of its dash or number.
        if self._current and not self._item:
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
        self._item = self.last_character = ""

    def finish(self) -> str:
        if self._current:
            self._flush()
        return "\n".join(self._lines).strip("\n")
