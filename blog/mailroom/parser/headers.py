"""The header of a message or part: found, cut into fields, read field by field (RFC 5322 §2.2, §3.6)."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

from blog.mailroom.parser import caps
from blog.mailroom.parser.charsets import decode, plain_line
from blog.mailroom.parser.defects import Defect
from blog.mailroom.parser.encoded_words import decode_words

_FIELD_NAME = re.compile(rb"[!-9;-~]{1,200}+[ \t]*+")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,990}+>")


class Header:
    """Fields by lower-case name, in order, unfolded and still in bytes; and what was wrong with them."""

    def __init__(self) -> None:
        self._fields: list[tuple[str, list[bytes]]] = []
        self.defects: set[Defect] = set()

    def __bool__(self) -> bool:
        return bool(self._fields)

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        return ((name, b"".join(pieces)) for name, pieces in self._fields)

    def add(self, name: str, value: bytes) -> None:
        """Append a field; its name in lower case."""
        self._fields.append((name, [value]))

    def fold(self, piece: bytes) -> None:
        """Continue the last field with a folded line."""
        self._fields[-1][1].append(piece)

    def raw(self, name: str) -> list[bytes]:
        """The values of every field of that name."""
        return [b"".join(pieces) for each, pieces in self._fields if each == name]

    def source(self, name: str) -> str | None:
        """The first field of that name as characters, its encoded words untouched, or None."""
        values = self.raw(name)
        if not values:
            return None
        decoded = decode(values[0], "")
        if not values[0].isascii() and decoded.charset != "utf-8":
            self.defects.add(Defect.UNDECLARED_HEADER_CHARSET)
        return decoded.text

    def text(self, name: str) -> str:
        """The first field of that name as one clean, decoded line; empty when there is none."""
        return plain_line(decode_words(self.source(name) or ""))


def read_header(raw: bytes, start: int, end: int) -> tuple[Header, int]:
    """The header that begins at `start`, and where the body after it begins.

    Stops at the caps and notes it as a defect: what was read until then is good.
    """
    header = Header()
    position = start
    for _ in range(caps.HEADER_LINES + 1):
        if position >= end:
            return header, end
        line_end = raw.find(b"\n", position, end)
        after = end if line_end < 0 else line_end + 1
        if after - start > caps.HEADER_BYTES + 2:
            break
        line = raw[position:after].rstrip(b"\r\n")
        if not line:
            return header, after
        if not _take(header, line, first=position == start):
            header.defects.add(Defect.MISSING_SEPARATOR if header else Defect.NO_HEADERS)
            return header, position
        position = after
    header.defects.add(Defect.HEADER_TOO_LARGE)
    return header, end


def _take(header: Header, line: bytes, *, first: bool) -> bool:
    """Add a line to the header; false when it is none of a header's lines, so that the body has begun."""
    if line[:1] in b" \t":
        if not header:
            return False
        header.fold(line)
        return True
    name, colon, value = line.partition(b":")
    if colon and _FIELD_NAME.fullmatch(name):
        header.add(name.rstrip().decode("ascii").lower(), value)
        return True
    # Mailbox files put a line of their own before the header.
    return first and line.startswith((b"From ", b">From "))


def note_wide_addresses(header: Header) -> None:
    """Note as a defect any address field that is longer than is read."""
    for name, value in header:
        if name in caps.ADDRESS_HEADERS and len(value) > caps.ADDRESS_HEADER_BYTES:
            header.defects.add(Defect.ADDRESS_HEADER_TOO_LARGE)


def message_ids(source: str | None) -> tuple[str, ...]:
    """The identifiers in a Message-ID, In-Reply-To or References field, in order, each with its angle
    brackets.

    A field with none, as some senders write, counts as one when it is one word with an at sign.
    """
    line = plain_line(source or "")
    found = tuple(_MESSAGE_ID.findall(line))
    if found:
        return found[-caps.REFERENCES :]
    bare = line.strip("<> ")
    return (
        (f"<{bare}>",)
        if bare and len(bare) <= 990 and not any(c in bare for c in " <>") and "@" in bare
        else ()
    )


def claimed_date(source: str | None) -> datetime | None:
    """What the sender says the time was, in UTC, or None when that is not a date. It proves nothing."""
    if not source:
        return None
    try:
        parts = parsedate_tz(plain_line(source)[:200])
        if parts is None:
            return None
        moment = datetime(*parts[:6], tzinfo=timezone(timedelta(seconds=parts[9] or 0)))
        return moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None
