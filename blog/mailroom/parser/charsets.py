"""Bytes to text, whatever the sender said about them."""

import re
from typing import NamedTuple

from blog.mailroom.parser.defects import Defect

# Only these are ever asked of Python: its registry also holds `punycode` (quadratic) and `unicode_escape`.
_CODECS = {
    "utf-8": "utf-8 utf8 unicode-1-1-utf-8 cp65001 65001 utf-8-sig utf8mb4",
    "utf-7": "utf-7 utf7 unicode-1-1-utf-7",
    "utf-16": "utf-16 utf16",
    "utf-16-le": "utf-16le utf-16-le unicode",
    "utf-16-be": "utf-16be utf-16-be",
    "utf-32": "utf-32 utf32",
    "ascii": "us-ascii ascii ansi-x3.4-1968 646 iso646-us 7bit 20127",
    # What calls itself Latin-1 is windows-1252 nearly always (WHATWG Encoding Standard).
    "cp1252": "iso-8859-1 iso8859-1 latin1 latin-1 l1 windows-1252 windows1252 cp1252 cp-1252 1252 ansi",
    "iso8859-2": "iso-8859-2 iso8859-2 latin2 latin-2",
    "iso8859-3": "iso-8859-3 iso8859-3",
    "iso8859-4": "iso-8859-4 iso8859-4",
    "iso8859-5": "iso-8859-5 iso8859-5",
    "iso8859-6": "iso-8859-6 iso8859-6 iso-8859-6-i iso-8859-6-e",
    "iso8859-7": "iso-8859-7 iso8859-7",
    "iso8859-8": "iso-8859-8 iso8859-8 iso-8859-8-i iso-8859-8-e",
    "cp1254": "iso-8859-9 iso8859-9 latin5 windows-1254 cp1254",
    "iso8859-10": "iso-8859-10 iso8859-10",
    "cp874": "iso-8859-11 iso8859-11 tis-620 tis620 windows-874 cp874",
    "iso8859-13": "iso-8859-13 iso8859-13",
    "iso8859-14": "iso-8859-14 iso8859-14",
    "iso8859-15": "iso-8859-15 iso8859-15 latin9 latin-9",
    "iso8859-16": "iso-8859-16 iso8859-16",
    "cp1250": "windows-1250 cp1250 cp-1250",
    "cp1251": "windows-1251 cp1251 cp-1251",
    "cp1253": "windows-1253 cp1253",
    "cp1255": "windows-1255 cp1255",
    "cp1256": "windows-1256 cp1256",
    "cp1257": "windows-1257 cp1257",
    "cp1258": "windows-1258 cp1258",
    "koi8-r": "koi8-r koi8",
    "koi8-u": "koi8-u",
    "gb18030": "gb2312 gbk gb18030 cp936 x-gbk euc-cn gb-2312-80 hz-gb-2312",
    "big5hkscs": "big5 big5-hkscs x-x-big5 cp950",
    "cp932": "shift-jis shift_jis sjis x-sjis windows-31j cp932 ms-kanji",
    "euc_jp": "euc-jp eucjp x-euc-jp",
    "iso2022_jp_ext": "iso-2022-jp iso-2022-jp-1 iso-2022-jp-2 csiso2022jp cp50220 iso-2022-jp-ms",
    "cp949": "euc-kr euckr ks-c-5601-1987 ks-c-5601-1989 ks-c-5601 ksc5601 korean cp949 windows-949 uhc",
    "iso2022_kr": "iso-2022-kr",
    "mac_roman": "macintosh mac x-mac-roman",
    "cp437": "cp437 ibm437",
    "cp850": "cp850 ibm850",
    "cp852": "cp852 ibm852",
    "cp858": "cp858 ibm858",
    "cp866": "cp866 ibm866",
}
_CODEC_OF = {
    alias.replace("_", "-"): codec for codec, aliases in _CODECS.items() for alias in aliases.split()
}
# Names that say no more than "I do not know either".
_UNDECLARED = frozenset(
    {"", "x-unknown", "unknown-8bit", "unknown", "default", "none", "binary", "8bit", "default-charset"}
)
_WESTERN = frozenset({"cp1252", "iso8859-15", "ascii"})

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")


class Decoded(NamedTuple):
    """Text, the codec that gave it, and what was wrong with the declaration."""

    text: str
    charset: str
    defect: Defect | None


def decode(data: bytes, declared: str) -> Decoded:
    """Text of bytes: as declared, else UTF-8, else windows-1252, else Latin-1, which takes anything.

    Western text that is valid UTF-8 is read as such whatever was declared: by chance that does not happen.
    """
    name = declared.strip().strip("\"'").lower().replace("_", "-")
    codec = _CODEC_OF.get(name)
    if data.isascii() and codec in (None, *_WESTERN, "utf-8"):
        return Decoded(data.decode("ascii"), codec or "ascii", None)
    if codec in _WESTERN and (utf8 := _strictly(data, "utf-8")) is not None:
        return Decoded(utf8, "utf-8", Defect.WRONG_CHARSET)
    if codec is not None and (text := _strictly(data, codec)) is not None:
        return Decoded(text, codec, None)
    if name in _UNDECLARED:
        defect = Defect.UNDECLARED_CHARSET
    else:
        defect = Defect.UNKNOWN_CHARSET if codec is None else Defect.WRONG_CHARSET
    for guess in ("utf-8", "cp1252"):
        if (text := _strictly(data, guess)) is not None:
            return Decoded(text, guess, defect)
    return Decoded(data.decode("latin-1"), "latin-1", defect)


def plain_line(text: str) -> str:
    """One line without control characters or doubled spaces. Call it after decoding, never before: an encoded
    word may carry a line feed (CVE-2024-6923, CVE-2026-1299).
    """
    return " ".join(without_controls(" ".join(text.split())).split())


def plain_lines(text: str) -> str:
    """Text with plain line feeds and no other control characters than those and tabs."""
    return without_controls(text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n"))


def without_controls(text: str) -> str:
    """Text without C0 and C1 characters; half a surrogate pair, which no database takes, becomes U+FFFD."""
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub("", text))


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, LookupError):
        return None
