"""Reading where a link leads, in the parser's own grammar but in steps of more than one letter.

markdown-it-py 4.3 looks at every letter up to 32 open parentheses ahead, again for each `[](`: that takes a second
for 200 kB of `[](aaa…`. The regular expression below takes what lies between two parentheses in one step.
"""

import re
from dataclasses import dataclass
from types import SimpleNamespace

from markdown_it.common.utils import unescapeAll
from markdown_it.helpers import parseLinkDestination, parseLinkLabel, parseLinkTitle

_MAX_OPEN = 32  # as in the parser
_LETTERS = r"[^\x00-\x20\x7f()\\]*"
_PLAIN = re.compile(rf"{_LETTERS}(?:\\(?:[^ ]|\Z){_LETTERS})*")

Text = str


@dataclass(slots=True)
class Destination:
    """What the parser expects of a reading: whether it went well, where it ended, and the address."""

    ok: bool = False
    pos: int = 0
    str: Text = ""


def read_destination(text: str, start: int, end: int) -> Destination:
    """The destination that starts at `start` (CommonMark 0.31, section 6.3), as the parser's own helper reads it."""
    if text.startswith("<", start):
        pointed = parseLinkDestination(text, start, end)
        return Destination(pointed.ok, pointed.pos, pointed.str)
    stop = _end_of_destination(text, start, end)
    if stop is None or stop == start:
        return Destination()
    return Destination(ok=True, pos=stop, str=unescapeAll(text[start:stop]))


def _end_of_destination(text: str, start: int, end: int) -> int | None:
    """Where the destination ends: before a space, a control or a `)` too many; None when a `(` stays open."""
    position, is_open = start, 0
    while True:
        position = _skip(text, position, end)
        mark = text[position] if position < end else ""
        if mark == "(":
            is_open += 1
            if is_open > _MAX_OPEN:
                return None
        elif mark == ")" and is_open:
            is_open -= 1
        else:
            return None if is_open else position
        position += 1


def _skip(text: str, start: int, end: int) -> int:
    plain = _PLAIN.match(text, start, end)
    return start if plain is None else plain.end()


QUICK_HELPERS = SimpleNamespace(
    parseLinkDestination=read_destination, parseLinkLabel=parseLinkLabel, parseLinkTitle=parseLinkTitle
)
"""The parser's three helpers for links, with our reading of destinations."""
