"""The bytes of a message as text that a page can show without doing anything with it."""

import re

# What would move, hide or end other text: control characters, and those that change the direction of reading.
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def text_of(raw: bytes) -> str:
    """`raw` as UTF-8 with plain line feeds. What is not UTF-8, or could not be seen, is written as its number."""
    text = raw.decode("utf-8", "backslashreplace").replace("\r\n", "\n")
    return _UNSEEN.sub(_number_of, text)


def _number_of(character: re.Match[str]) -> str:
    number = ord(character[0])
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"
