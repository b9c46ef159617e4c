"""HTML to text, as much as a judge needs: the words, their lines and lists, what is quoted, and what is
hidden.

An own tokenizer on purpose. `html.parser` of Python 3.11 to 3.13 is quadratic on unclosed markup
(CVE-2025-6069 and its kin), and `html.unescape` raises on a number of more than 4,300 digits. Here every step
moves forward, nesting costs a list entry, and there is no recursion.
"""

import re
from html import unescape
from itertools import islice
from typing import NamedTuple

from blog.mailroom.parser import caps

_TAG_NAME = re.compile(r"[a-zA-Z][^\s/>]*+")
_ATTRIBUTE = re.compile(r"""([^\s/>=][^\s/>=]*+)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+))?+""")
_FILLER = re.compile(r"[\s/=\"']*+")
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});?")
_MARKUP = re.compile(r"<(?=[a-zA-Z/!?])")
_SPACES = re.compile(r"[ \t\n\r\f\xa0]++")

_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_UNSEEN = frozenset("script style title iframe noembed noframes".split())
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

Colour = tuple[int, int, int] | str
_NAMED: dict[str, Colour] = {"white": (255, 255, 255), "black": (0, 0, 0)}
_HEX_COLOUR = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})")
_RGB_COLOUR = re.compile(r"rgba?\(\s*+(\d{1,3})[\s,]++(\d{1,3})[\s,]++(\d{1,3})\b")
_NEARLY_SAME = 12
_SIZE = re.compile(r"(\d{0,5}(?:\.\d{1,5})?)(px|pt|em|rem|%)?")
_TINIEST = {"px": 1.0, "pt": 1.0, "em": 0.1, "rem": 0.1, "%": 10.0}


class HtmlText(NamedTuple):
    """What can be seen, what is hidden from sight, and whether anything may be (text in the colour of its
    ground stays in `visible`, since a dark theme looks the same). `cut`: it has more tags than are read.
    """

    visible: str
    hidden: str
    suspicious: bool
    cut: bool


class _Look(NamedTuple):
    """How an element looks. Only what may make text invisible."""

    gone: bool = False
    invisible: bool = False
    tiny: bool = False
    ink: Colour = (0, 0, 0)
    paper: Colour = (255, 255, 255)
    verbatim: bool = False

    @property
    def is_hidden(self) -> bool:
        return self.gone or self.invisible or self.tiny

    @property
    def is_camouflaged(self) -> bool:
        return _same_colour(self.ink, self.paper)


def html_to_text(html: str, *, tokens: int = caps.HTML_TOKENS) -> HtmlText:
    """Text of HTML, of at most so many tags and texts. Quoted blocks come out with `> ` before every line.
    Never raises; linear in the length.
    """
    walker = _Walker()
    source = _Tokens(html)
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


class _Token(NamedTuple):
    kind: str
    content: str
    attributes: dict[str, str]


class _Tokens:
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

    def __iter__(self) -> "_Tokens":
        return self

    def __next__(self) -> _Token:
        while self.position < len(self.html):
            token = self._next()
            if token is not None:
                return token
        raise StopIteration

    def _next(self) -> _Token | None:
        # Once a tag has no end, no later one has: the rest is text, and is not searched again.
        markup = None if self.unclosed else _MARKUP.search(self.html, self.position)
        start = markup.start() if markup else len(self.html)
        if start > self.position:
            text = self.html[self.position : start]
            self.position = start
            return _Token("text", _REFERENCE.sub(_character, text), {})
        following = self.html[start + 1]
        if following == "/":
            return self._closing_tag(start)
        if following in "!?":
            self._skip_declaration(start)
            return None
        return self._opening_tag(start)

    def _closing_tag(self, start: int) -> _Token | None:
        end = self.html.find(">", start)
        if end < 0:
            self.unclosed = True
            return None
        name = _TAG_NAME.match(self.html, start + 2)
        self.position = end + 1
        return _Token("close", name[0].lower(), {}) if name else None

    def _skip_declaration(self, start: int) -> None:
        is_comment = self.html.startswith("<!--", start)
        end = self.html.find("-->" if is_comment else ">", start + 2)
        # Browsers show nothing of what is never closed; a person's words may be in it all the same.
        self.unclosed = end < 0
        self.position = start if self.unclosed else end + (3 if is_comment else 1)

    def _opening_tag(self, start: int) -> _Token | None:
        name = _TAG_NAME.match(self.html, start + 1)
        attributes: dict[str, str] = {}
        position = _skip(name.end() if name else start + 1, self.html)
        while position < len(self.html) and self.html[position] != ">":
            match = _ATTRIBUTE.match(self.html, position)
            if match is None:
                position = _skip(position + 1, self.html)
                continue
            attributes.setdefault(match[1].lower(), _unquoted(match[2] or ""))
            position = _skip(match.end(), self.html)
        if position >= len(self.html):
            self.unclosed = True
            return None
        self.position = position + 1
        tag = name[0].lower() if name else ""
        if tag in _UNSEEN and not self._skip_content(tag):
            return None
        return _Token("open", tag, attributes)

    def _skip_content(self, tag: str) -> bool:
        """Go to the end tag of an element that holds no markup. False when it has none: then only its tag is
        left out.
        """
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
    return unescape(reference[0])


class _Walker:
    """Follows the tags, knows how the place where it stands looks, and writes what it meets."""

    def __init__(self) -> None:
        self.page = _Page()
        self.hidden: list[str] = []
        self.suspicious = False
        self.stack: list[tuple[str, _Look]] = []
        self.open_tags: dict[str, int] = {}

    @property
    def look(self) -> _Look:
        return self.stack[-1][1] if self.stack else _Look()

    def text(self, content: str) -> None:
        look = self.look
        if not content.strip():
            if not look.is_hidden:
                self.page.write(content, verbatim=look.verbatim)
        elif look.is_hidden:
            self.suspicious = True
            self.hidden.append(_SPACES.sub(" ", content).strip())
        else:
            self.suspicious = self.suspicious or look.is_camouflaged
            self.page.write(content, verbatim=look.verbatim)

    def open(self, tag: str, attributes: dict[str, str]) -> None:
        while self.stack and self.stack[-1][0] in _CLOSES.get(tag, ()):
            self._pop()
        look = _look_of(tag, attributes, self.look)
        visible = not look.is_hidden
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
        if tag in _VOID:
            return
        if tag == "blockquote":
            self.page.depth += 1
        if tag == "li" and visible:
            self.page.write("- ", verbatim=False)
        self.stack.append((tag, look))
        self.open_tags[tag] = self.open_tags.get(tag, 0) + 1

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
        if self._wants_blank and self._lines and self._lines[-1].strip("> "):
            self._lines.append(">" * min(self._last_depth, len(mark)))
        self._wants_blank = False
        self._last_depth = len(mark)
        self._lines.append(f"{mark} {line}" if mark and line else mark or line)
        self._current = []
        self._ends_in_space = True

    def finish(self) -> str:
        if self._current:
            self._flush()
        return "\n".join(self._lines).strip("\n")


def _look_of(tag: str, attributes: dict[str, str], around: _Look) -> _Look:
    """How an element looks inside another one: what is inherited, what its attributes say, what its style
    says.
    """
    changes: dict[str, object] = {}
    if tag == "pre":
        changes["verbatim"] = True
    if tag == "template" or "hidden" in attributes:
        changes["gone"] = True
    if (paper := _colour(attributes.get("bgcolor", ""))) is not None:
        changes["paper"] = paper
    if (ink := _colour(attributes.get("color", "") or attributes.get("text", ""))) is not None:
        changes["ink"] = ink
    if style := attributes.get("style"):
        changes |= _style_changes(_declarations(style))
    return around._replace(**changes) if changes else around


def _declarations(style: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for declaration in style.lower().split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            found[name.strip()] = value.replace("!important", "").strip()
    return found


def _style_changes(style: dict[str, str]) -> dict[str, object]:
    changes: dict[str, object] = {}
    if style.get("display") == "none" or style.get("opacity") in ("0", "0.0", "0%"):
        changes["gone"] = True
    if _is_zero(style.get("max-height")) and style.get("overflow") == "hidden":
        changes["gone"] = True
    if "visibility" in style:
        changes["invisible"] = style["visibility"] in ("hidden", "collapse")
    if "font-size" in style:
        changes["tiny"] = _is_tiny(style["font-size"])
    if (ink := _colour(style.get("color", ""))) is not None:
        changes["ink"] = ink
    ground = style.get("background-color") or style.get("background", "")
    if (paper := _colour(ground)) is not None:
        changes["paper"] = paper
    return changes


def _is_tiny(size: str) -> bool:
    match = _SIZE.fullmatch(size)
    return match is not None and match[1] != "" and float(match[1]) <= _TINIEST[match[2] or "px"]


def _is_zero(length: str | None) -> bool:
    return length is not None and length.rstrip("px temr%") in ("0", "0.0")


def _colour(value: str) -> Colour | None:
    """A colour that can be compared, or None when nothing is said about it."""
    value = value.strip().lower()
    if value in (
        "",
        "inherit",
        "initial",
        "unset",
        "transparent",
        "none",
        "auto",
        "currentcolor",
        "windowtext",
    ):
        return None
    if value in _NAMED:
        return _NAMED[value]
    if (match := _HEX_COLOUR.fullmatch(value)) is not None:
        digits = match[1] if len(match[1]) == 6 else "".join(digit * 2 for digit in match[1])
        return (int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16))
    if (match := _RGB_COLOUR.match(value)) is not None:
        return (int(match[1]), int(match[2]), int(match[3]))
    return value


def _same_colour(ink: Colour, paper: Colour) -> bool:
    if isinstance(ink, str) or isinstance(paper, str):
        return ink == paper
    return all(abs(one - other) <= _NEARLY_SAME for one, other in zip(ink, paper, strict=True))
