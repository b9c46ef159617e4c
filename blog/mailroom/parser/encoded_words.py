"""Encoded words in headers (RFC 2047)."""

import binascii
import re

from blog.mailroom.parser.charsets import decode

# Possessive and bounded throughout: no text makes it look twice. After `*`: the language (RFC 2231 §5).
_WORD = re.compile(r"=\?([^?*\s]{1,60}+)(?:\*[^?\s]{0,40}+)?\?([bBqQ])\?([^?]*+)\?=")
_NOT_BASE64 = bytes(
    set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
)


def decode_words(text: str) -> str:
    """Text with its encoded words decoded. What is malformed stays as it stands. May hold any character, line
    feeds included: clean it afterwards.

    Neighbours in one charset are joined before decoding, since many senders split inside a character.
    """
    out: list[str] = []
    held = bytearray()
    held_charset = ""
    position = 0
    for match in _WORD.finditer(text):
        gap = text[position : match.start()]
        charset = match[1].lower()
        joins = position > 0 and not gap.strip()
        if not joins or charset != held_charset:
            out.append(decode(bytes(held), held_charset).text)
            held.clear()
        if not joins:
            out.append(gap)
        held += _payload(match[2], match[3])
        held_charset = charset
        position = match.end()
    out.append(decode(bytes(held), held_charset).text)
    out.append(text[position:])
    return "".join(out)


def _payload(encoding: str, payload: str) -> bytes:
    data = payload.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(data, header=True)
    letters = data.translate(None, delete=_NOT_BASE64)
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
