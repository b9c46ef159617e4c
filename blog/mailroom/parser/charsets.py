"""Bytes to text, whatever the sender said about them."""

import re
from functools import cache
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
    "gb18030": "gb2312 gbk gb18030 cp936 x-gbk euc-cn gb-2312-80",
    "hz": "hz-gb-2312 hz",
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
_MULTIBYTE = frozenset(
    {
        "utf-7",
        "utf-8",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
        "gb18030",
        "hz",
        "big5hkscs",
        "cp932",
        "euc_jp",
        "iso2022_jp_ext",
        "cp949",
        "iso2022_kr",
    }
)
# With these a few damaged bytes do not make nonsense of what follows.
_HEALS = frozenset({"gb18030", "big5hkscs", "cp932", "euc_jp", "cp949"})
# How text announces itself that is all seven bits wide and is not ASCII (RFC 1468, RFC 1557).
_ESCAPES = {b"\x1b$B": "iso2022_jp_ext", b"\x1b$@": "iso2022_jp_ext", b"\x1b$)C": "iso2022_kr"}
# What no Western language writes: three accented letters in a row, or the syllables of Japanese.
_NOT_WESTERN = re.compile(rb"[\xc0-\xff]{3}|(?:[\x82\x83][\x40-\xf1]){2}|(?:[\xa4\xa5][\xa1-\xf6]){2}")

# What Python makes of a byte that is not UTF-8, and that byte in windows-1252, or else in Latin-1.
_STRAYS = {
    0xDC00 + byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0x100)
}
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# Also those of terminals and printers (VT, FF, NEL): without them two words would become one.
_LINE_ENDS = re.compile(r"\r\n|[\r\x0b\x0c\x85]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")


class Decoded(NamedTuple):
    """Text, the codec that gave it, what was wrong with the declaration, and whether the text may be wrong, too."""

    text: str
    charset: str
    defect: Defect | None
    is_doubtful: bool = False


def decode(data: bytes, declared: str) -> Decoded:
    """Text of bytes: as declared, else UTF-8, else windows-1252, else Latin-1, which takes anything.

    What is valid UTF-8 is read as such whatever one-byte charset was declared: by chance that does not happen.
    """
    name = declared.strip().strip("\"'").lower().replace("_", "-")
    codec = _CODEC_OF.get(name)
    defect = _defect_of(name, codec)
    if data.isascii() and codec in (None, *_WESTERN, "utf-8"):
        return _escaped(data, defect) or Decoded(data.decode("ascii"), codec or "ascii", None)
    is_narrow = codec is not None and codec not in _MULTIBYTE
    if is_narrow and not data.isascii() and (utf8 := _strictly(data, "utf-8")) is not None:
        return Decoded(utf8, "utf-8", defect)
    if codec is not None and (text := _as_declared(data, codec)) is not None:
        return Decoded(text, codec, None)
    return _guessed(data, codec, defect)


def _defect_of(name: str, codec: str | None) -> Defect:
    if name in _UNDECLARED:
        return Defect.UNDECLARED_CHARSET
    return Defect.UNKNOWN_CHARSET if codec is None else Defect.WRONG_CHARSET


def _escaped(data: bytes, defect: Defect) -> Decoded | None:
    """ASCII that is none: it goes over to another charset by itself."""
    for escape, codec in _ESCAPES.items():
        if escape in data and (text := _as_declared(data, codec)) is not None:
            return Decoded(text, codec, defect)
    return None


def _as_declared(data: bytes, codec: str) -> str | None:
    text = _strictly(data, codec)
    if text is not None or codec not in _WITH_EXTENSIONS:
        return text
    if codec == "iso2022_jp_ext":
        data = data.replace(b"\x1b$B", b"\x1b$(Q").replace(b"\x1b$@", b"\x1b$(Q")
    extended = _strictly(data, _WITH_EXTENSIONS[codec])
    return None if extended is None else extended.translate(_vendor_kanji())


# Windows writes \u2460, \u3231 and \u2162 where the standard has nothing; the newer standard has the same signs there.
_WITH_EXTENSIONS = {"iso2022_jp_ext": "iso2022_jp_2004", "euc_jp": "euc_jis_2004"}


@cache
def _vendor_kanji() -> dict[int, str]:
    """The rows in which Windows has kanji of its own, and the newer standard has others: from the others to its own."""
    table: dict[int, str] = {}
    for row in range(89, 93):
        for cell in range(1, 95):
            lead, trail = 0x81 + (row - 1) // 2 + 0x40, cell + (0x9E if row % 2 == 0 else 0x3F + (cell > 63))
            theirs = _strictly(bytes([lead, trail]), "cp932")
            other = _strictly(bytes([row + 0xA0, cell + 0xA0]), "euc_jis_2004")
            if theirs and other and len(other) == 1:
                table[ord(other)] = theirs
    return table


def _guessed(data: bytes, codec: str | None, defect: Defect) -> Decoded:
    if (utf8 := _strictly(data, "utf-8")) is not None:
        return Decoded(utf8, "utf-8", defect)
    if (mended := _nearly_utf8(data)) is not None:
        return Decoded(mended, "utf-8", defect, is_doubtful=True)
    if codec in _HEALS and (healed := _nearly(data, codec)) is not None:
        return Decoded(healed, codec, defect, is_doubtful=True)
    is_doubtful = _NOT_WESTERN.search(data) is not None
    if (western := _strictly(data, "cp1252")) is not None:
        return Decoded(western, "cp1252", defect, is_doubtful)
    return Decoded(data.decode("latin-1"), "latin-1", defect, is_doubtful)


def _nearly_utf8(data: bytes) -> str | None:
    """UTF-8 with some bytes among it that are none, as a text that was cut off has, or one below which a server has
    written something: those are read as windows-1252. None when they are more than the characters that are right.
    """
    text, right = data.decode("utf-8", "surrogateescape"), data.decode("utf-8", "ignore")
    if len(text) - len(right) > _wide_characters(right):
        return None
    return text.translate(_STRAYS)


def _nearly(data: bytes, codec: str) -> str | None:
    """Text with a mark (U+FFFD) where it is damaged; None when there is more damage than text."""
    text = data.decode(codec, "replace")
    return text if 2 * text.count("\ufffd") <= _wide_characters(text) else None


def _wide_characters(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


def plain_line(text: str) -> str:
    """One line without control characters or doubled spaces. Call it after decoding, never before: an encoded
    word may carry a line feed (CVE-2024-6923, CVE-2026-1299).
    """
    return " ".join(without_controls(" ".join(text.split())).split())


def plain_lines(text: str) -> str:
    """Text with plain line feeds and no other control characters than those and tabs."""
    return without_controls(_LINE_ENDS.sub("\n", text))


def without_controls(text: str) -> str:
    """Text without C0 and C1 characters; half a surrogate pair, which no database takes, becomes U+FFFD."""
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub("", text))


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, LookupError):
        return None
