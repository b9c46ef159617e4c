"""What follows DATA (RFC 5321, 4.1.1.4): read in pieces as they come, never line by line.

Five megabytes can be two million empty lines. An object for each of them would cost forty times the memory, and seconds
in the one thread that serves everybody. So pieces are kept as they came, what is too much is read and thrown away, and
dots and lines are looked at once, at the end.
"""

import asyncio
from enum import Enum, auto
from typing import Any, cast

_LINE_END = b"\r\n"
# Nothing else ends a message: what other servers took for it let one message hide another (CVE-2023-51764).
_END = b"\r\n.\r\n"
# The line of the end that is no text any more.
_LAST_LINE = b".\r\n"
# So many times what is taken is read to its end and answered, for a sender that hears nothing before. Who sends more
# does not listen.
_TIMES_HEARD_OUT = 10


class Fault(Enum):
    """Why there is no message."""

    TOO_LARGE = auto()
    LINE_TOO_LONG = auto()
    # Its end has not come, and is not waited for.
    ENDLESS = auto()


async def read_message(reader: asyncio.StreamReader, *, most: int, longest_line: int) -> bytes | Fault:
    """Read up to the end of a message that begins now, or until it is clear that there is none worth waiting for.

    Returns it as its sender has it, without the dots of RFC 5321, 4.5.2, and otherwise exactly as it came. `most` is
    how many octets it may have, and `longest_line` one of its lines, with its end.
    """
    # An empty message ends with the end of the line DATA itself, so that is read once more.
    cast("Any", reader)._buffer[:0] = _LINE_END  # noqa: SLF001 - there is no other way to give something back
    pieces: list[bytes] = []
    octets, doubled, tail, is_whole = 0, 0, b"", False
    while not is_whole:
        piece, is_whole = await _next_piece(reader)
        octets += len(piece)
        # What was put in on the way is no part of its size (RFC 1870, section 2); a line may begin in two pieces.
        doubled += (tail + piece).count(_LINE_END + b".")
        tail = piece[-len(_LINE_END) :]
        if octets - doubled <= most + len(_END):
            pieces.append(piece)
            continue
        pieces.clear()
        if octets > most * _TIMES_HEARD_OUT:
            return Fault.ENDLESS
    if not pieces:
        return Fault.TOO_LARGE
    text = _text_of(b"".join(pieces))
    if len(text) > most:
        return Fault.TOO_LARGE
    return Fault.LINE_TOO_LONG if _has_longer_line(text, longest_line) else text


async def _next_piece(reader: asyncio.StreamReader) -> tuple[bytes, bool]:
    """What has come next, and whether that is the end: never a part of the end alone."""
    try:
        return await reader.readuntil(_END), True
    except asyncio.LimitOverrunError as error:
        return await reader.read(error.consumed), False


def _text_of(whole: bytes) -> bytes:
    """The message in what lies between the line ends before its first and behind its last line."""
    return whole[: -len(_LAST_LINE)].replace(b"\r\n.", _LINE_END)[len(_LINE_END) :]


def _has_longer_line(text: bytes, longest: int) -> bool:
    """Whether a line of a text, all of which end with CRLF, is longer: a few looks for each `longest` octets."""
    begin = 0
    while len(text) - begin > longest:
        end = text.rfind(_LINE_END, begin, begin + longest)
        if end == -1:
            return True
        begin = end + len(_LINE_END)
    return False
