"""A message as DKIM sees it: header fields byte for byte, and the body (RFC 6376 §3.4, RFC 5322 §2.2).

It is cut by the same rules as in `parser.headers`, so that both see the same From. Only ends of lines are made CRLF, as
they were on the wire: a pipe or a mailbox file may hand in line feeds alone.
"""

import re
from typing import NamedTuple

from blog.mailroom.parser import caps

_NAME = re.compile(rb"[!-9;-~]{1,200}+[ \t]*+")


class Field(NamedTuple):
    """One header field. `name` in lower case; `raw` is all of it, folded lines and the last CRLF too."""

    name: str
    raw: bytes

    @property
    def value(self) -> bytes:
        """What stands behind the colon, unfolded."""
        return self.raw.partition(b":")[2].replace(b"\r\n", b"")


class Message(NamedTuple):
    """The fields from the top down, and the body. Neither is there when the header `is_too_large` to be read."""

    fields: tuple[Field, ...]
    body: bytes
    is_too_large: bool = False

    def named(self, name: str) -> list[Field]:
        """Every field of that name (in lower case), from the top down."""
        return [field for field in self.fields if field.name == name]


def cut_message(raw: bytes) -> Message:
    """The fields and the body of raw bytes. Linear, never raises."""
    raw = raw.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    fields: list[tuple[str, list[bytes]]] = []
    position = 0
    for _ in range(caps.HEADER_LINES + 1):
        line_end = raw.find(b"\n", position)
        after = len(raw) if line_end < 0 else line_end + 1
        if after > caps.HEADER_BYTES:
            break
        line = raw[position:after]
        if not line.rstrip(b"\r\n"):
            return _message(fields, raw[after:])
        if not _take(fields, line, first=position == 0):
            return _message(fields, raw[position:])
        position = after
    return Message((), b"", is_too_large=True)


def _take(fields: list[tuple[str, list[bytes]]], line: bytes, *, first: bool) -> bool:
    if line[:1] in b" \t":
        if not fields:
            return False
        fields[-1][1].append(line)
        return True
    name, colon, _ = line.partition(b":")
    if colon and _NAME.fullmatch(name):
        fields.append((name.rstrip().decode("ascii").lower(), [line]))
        return True
    return first and line.startswith((b"From ", b">From "))


def _message(fields: list[tuple[str, list[bytes]]], body: bytes) -> Message:
    return Message(tuple(Field(name, b"".join(lines)) for name, lines in fields), body)
