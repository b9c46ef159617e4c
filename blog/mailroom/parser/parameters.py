"""Values with parameters: Content-Type and Content-Disposition (RFC 2045 §5.1, RFC 2183, RFC 2231)."""

import re
from urllib.parse import unquote_to_bytes

from blog.mailroom.parser import caps
from blog.mailroom.parser.charsets import decode, plain_line
from blog.mailroom.parser.encoded_words import decode_words

_NAME = re.compile(r"[^\s=;\"]++")
_BARE = re.compile(r"[^;\s\"][^;]*+")
_SPACE = re.compile(r"[\s;]*+")


def parse(value: str) -> tuple[str, dict[str, str]]:
    """The value in lower case without its comment, and its parameters by name, decoded and cleaned.

    Where the semicolon was forgotten (`text/plain charset=utf-8`) a space ends the value. The boundary is given as it
    stands. No more than caps.PARAMETERS are read.
    """
    head, _, rest = value.partition(";")
    words = plain_line(head.partition("(")[0]).split(" ", 1)
    forgotten = f"{words[1]};" if len(words) > 1 else ""
    return words[0].lower(), _decoded(_pairs(forgotten + rest))


def _pairs(text: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    position = 0
    while position < len(text) and len(pairs) < caps.PARAMETERS:
        position = _end(_SPACE, text, position)
        name = _NAME.match(text, position)
        if name is None:
            position += 1
            continue
        position = _end(_WHITE, text, name.end())
        if text[position : position + 1] != "=":
            continue
        position = _end(_WHITE, text, position + 1)
        value, position = _value(text, position)
        pairs.append((name[0].lower(), value))
    return pairs


_WHITE = re.compile(r"\s*+")


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position


def _value(text: str, position: int) -> tuple[str, int]:
    if text[position : position + 1] == '"':
        return quoted(text, position)
    bare = _BARE.match(text, position)
    return (bare[0].strip(), bare.end()) if bare else ("", position)


def quoted(text: str, position: int) -> tuple[str, int]:
    """The content of the quoted string that opens there, and where it ends: at the latest with the text."""
    out: list[str] = []
    position += 1
    while position < len(text):
        character = text[position]
        if character == '"':
            return "".join(out), position + 1
        if character == "\\" and position + 1 < len(text):
            position += 1
            character = text[position]
        out.append(character)
        position += 1
    return "".join(out), position


def _decoded(pairs: list[tuple[str, str]]) -> dict[str, str]:
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[bool, str]]] = {}
    for name, value in pairs:
        base, star, tail = name.partition("*")
        if name == "boundary":
            # Compared with the lines of the body byte for byte: what looks like an encoded word is none.
            plain.setdefault(name, value.rstrip())
            continue
        if not star:
            plain.setdefault(name, plain_line(decode_words(value)))
            continue
        number = tail.rstrip("*")
        index = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0
        pieces.setdefault(base, {}).setdefault(index, (tail.endswith("*") or not tail, value))
    extended = {base: plain_line(_joined(parts)) for base, parts in pieces.items()}
    return plain | {name: value for name, value in extended.items() if value}


def _joined(parts: dict[int, tuple[bool, str]]) -> str:
    """RFC 2231 §3 and §4: pieces in order of their number; percent signs count only in pieces marked so."""
    data = bytearray()
    charset = ""
    for position, (encoded, value) in enumerate(part for _, part in sorted(parts.items())):
        content = value
        if position == 0 and encoded and content.count("'") >= 2:
            charset, _language, content = content.split("'", 2)
        raw = content.encode("utf-8", "replace")
        data += unquote_to_bytes(raw) if encoded else raw
    return decode(bytes(data), charset).text
