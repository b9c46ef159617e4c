"""A message taken apart for whoever looks at it as it came: what its parts say of themselves, and their text, decoded.

Cutting it apart is bounded by the caps, whatever the bytes; what is not, reading words and HTML, the child does.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from blog.mailroom.parser.bodies import attached_to
from blog.mailroom.parser.caps import CapExceeded
from blog.mailroom.parser.charsets import decode, plain_lines
from blog.mailroom.parser.defects import Defect
from blog.mailroom.parser.headers import Header, read_header
from blog.mailroom.parser.parts import Part, read_tree

# What is not cut apart any further, and can be read all the same; headers alone are nobody's words.
_WORDS = ("text/", "multipart/")
_HEADERS_ALONE = "text/rfc822-headers"
# Answers are forwarded as messages inside a message: these are taken apart as well, so many of them.
MESSAGES = frozenset({"message/rfc822", "message/global", "message/news"})
_MESSAGES_OPENED = 10


@dataclass(frozen=True, slots=True)
class OpenedPart:
    """One part: its header fields in order, as they stand, and its text; None for what has no words of its own."""

    fields: Sequence[tuple[str, str]]
    type: str
    text: str | None


def open_parts(raw: bytes) -> list[OpenedPart]:
    """The parts of a message in order, each container before what is in it. Never raises, whatever the bytes.

    Messages inside it are containers as well; one of which there is more than is cut apart has no words. Where that is
    so of the message itself, all that follows the header is one text.
    """
    header, root = _tree(raw)
    if root is None:
        _head, _gap, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
        return [OpenedPart(_fields(header), "text/plain", _text(body, ""))]
    return [_opened(part) for part in _in_order(root)]


def attachment_with(raw: bytes, sha256: str) -> tuple[OpenedPart, bytes] | None:
    """The attachment with this hash (hex) and its decoded content; None where the message has none. Never raises."""
    _header, root = _tree(raw)
    for part in attached_to(root) if root else ():
        content = part.content(set())
        if hashlib.sha256(content).hexdigest() == sha256:
            return _opened(part), content
    return None


def _tree(raw: bytes) -> tuple[Header, Part | None]:
    # As the reader takes it, or the parts would be others.
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    raw = raw if b"\n" in raw else raw.replace(b"\r", b"\n")
    header, start = read_header(raw, 0, len(raw))
    if Defect.HEADER_TOO_LARGE in header.defects:
        return header, None
    try:
        return header, read_tree(raw, header, start, set())
    except CapExceeded:
        return header, None


def _in_order(root: Part) -> Iterator[Part]:
    waiting, messages = [root], 0
    while waiting:
        part = waiting.pop()
        if part.type in MESSAGES and messages < _MESSAGES_OPENED:
            messages += 1
            _header, inside = _tree(part.content(set()))
            part.children = [inside] if inside else []
        yield part
        waiting.extend(reversed(part.children))


def _opened(part: Part) -> OpenedPart:
    fields = _fields(part.header)
    if part.children:
        around = b"\n\n".join(filter(None, (part.preamble.strip(), part.epilogue.strip())))
        return OpenedPart(fields, part.type, _text(around, ""))
    if part.type == _HEADERS_ALONE or not part.type.startswith(_WORDS):
        return OpenedPart(fields, part.type, None)
    return OpenedPart(fields, part.type, _text(part.content(set()), part.parameters.get("charset", "")))


def _fields(header: Header) -> list[tuple[str, str]]:
    return [(name, decode(value, "").text.strip()) for name, value in header]


def _text(content: bytes, charset: str) -> str:
    return plain_lines(decode(content, charset).text)
