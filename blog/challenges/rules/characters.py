"""Text in the one form in which characters are compared: what looks alike becomes the same, what says more stays.

NFKC (Unicode Standard Annex 15) alone would lose meaning: it reads `10⁶` as `106`, `1½` as `11/2` and a square metre
as `m2`. What stands higher or lower and what is a fraction is therefore written out before it.

Line ends stay: whoever looks for greetings needs them.
"""

import re
import unicodedata
from collections.abc import Iterator

from blog.core.combining import stream_safe

# Strokes through letters and digits, of which programs make struck-out text that no mail parser knows.
STROKES = re.compile("(?<=[^\\W_])[\u0335-\u0338]")
# What has letters and digits shown in another order than that in which they are read: judges would see other ones.
REORDERS = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Nothing that people write with stands further on, but for Han characters and what `_FAR` holds.
_SCANNED = range(0x80, 0x20000)
# Tags, and the further variation selectors.
_FAR = range(0xE0000, 0xE0200)
_ORDINAL_ENDS = frozenset("st nd rd th e de ste er re eme a o".split())
_RAISED = (
    "\u00aa\u00b2\u00b3\u00b9\u00ba\u02b0-\u02b8\u02e0-\u02e4\u1d2c-\u1d61\u1d78\u1d9b-\u1dbf\u2070-\u207f"
)
_RAISED_RUN = re.compile(f"[{_RAISED}]+")
_LOWERED_RUN = re.compile("[\u1d62-\u1d6a\u2080-\u208e\u2090-\u209c\u2c7c]+")
# "10 000" with spaces at which no line may end is one number.
_NARROW_GROUPS = re.compile("(?<=[0-9])[\u00a0\u2009\u202f](?=[0-9]{3}(?![0-9]))")
# A stroke through a sign is no accent: it turns "a = b" into its opposite.
_ACCENTS = re.compile(r"(?<=[^\W_])[\u0300-\u036f]+|[\u0300-\u0336\u0339-\u036f]+")
STRESSED_ONE = "\u00e9\u00e9n"
"""How this number is always written in plain text: "een" is most often an article, and the accents say which it is."""
_STRESSED_ONES = re.compile(r"(?<![^\W\d_])(?<![-'])(?:\u00e9e|e\u00e9|\u00e9\u00e9)n(?![^\W\d_])(?![-'])")
# NFD does not part them.
_BARE_LETTERS = (
    ("\u00e6", "ae"),
    ("\u0153", "oe"),
    ("\u00f8", "o"),
    ("\u0142", "l"),
    ("\u0111", "d"),
    ("\u00f0", "d"),
    ("\u00fe", "th"),
)
_ALIKE = {
    "'": "\u2018\u2019\u201a\u201b\u2032\u2035\u02b9\u02bb\u02bc\u02bd\u02c8\u00b4\u0060\u2039\u203a\ua78b\ua78c\u055a",
    '"': "\u201c\u201d\u201e\u201f\u2033\u2036\u00ab\u00bb\u301d\u301e\u301f\u02ba",
    "-": "\u2212\u2043\u02d7",
    "/": "\u2044\u2215",
    "x": "\u00d7",
    "\n": "\r\u0085\u2028\u2029",
    " ": "\t\x0b\x0c\x1c\x1d\x1e\x1f\u2800",
}
# They have no width, and Unicode calls them letters or marks; the first is the key around a digit.
_NO_WIDTH = "\u20e3\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0" + "".join(
    map(chr, range(0xFE00, 0xFE10))
)
# The largest ligatures: each becomes 18 or 8 letters under NFKC, and both are said in passing.
_HONORIFICS = "\ufdfa\ufdfb"
_CONTROLS = "".join(chr(code) for code in (*range(0x20), *range(0x7F, 0xA0)))
_GONE = frozenset({"Cf", "Cs"})
_FEW = 100


def plain(text: str, *, keep_accents: bool) -> str:
    """`text` in small letters of the usual width, with simple quotes, hyphens and digits, without what nobody sees.

    Without `keep_accents`, `é` is `e` (but in "één"), `ø` is `o` and `æ` is `ae`; what is written below or above the
    letters of other scripts than Latin, Greek and Cyrillic always stays. Linear in the length of the text; never fails.
    """
    text = _replaced(_NARROW_GROUPS.sub("'", text.replace("\r\n", "\n")))
    if text.isascii():
        return text.casefold()
    text = _LOWERED_RUN.sub(_written_lower, _RAISED_RUN.sub(_written_higher, text))
    text = _replaced(_folded(stream_safe(text)))
    text = unicodedata.normalize("NFC", text)
    return text if keep_accents else STRESSED_ONE.join(map(without_accents, _STRESSED_ONES.split(text)))


def as_in_pattern(pattern: str, *, keep_accents: bool) -> str:
    r"""A pattern for text that `plain` has made: what it says in ASCII stays, the rest is written as there.

    Upper case stays, since `\S` is not `\s`. What becomes a sign of ASCII stands for itself: a dash makes no range.
    """
    written = "".join(
        character if character.isascii() else re.escape(plain(character, keep_accents=True))
        for character in unicodedata.normalize("NFC", stream_safe(pattern))
    )
    return written if keep_accents else without_accents(written)


def without_accents(text: str) -> str:
    """Plain text with bare letters where Latin, Greek and Cyrillic ones have accents."""
    text = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", text)))
    for letter, bare in _BARE_LETTERS:
        text = text.replace(letter, bare)
    return text


def _folded(text: str) -> str:
    """NFKC and small letters; both again, since a small letter may be one that NFKC writes otherwise."""
    small = unicodedata.normalize("NFKC", text).casefold()
    text = unicodedata.normalize("NFKC", small)
    return text if text == small else unicodedata.normalize("NFKC", text.casefold())


def _replaced(text: str) -> str:
    """`text` after the table. Few different characters are replaced one after another: that is many times faster."""
    found = _REPLACEMENTS.keys() & set(text)
    if len(found) > _FEW:
        return text.translate(_TABLE)
    for character in sorted(found):
        text = text.replace(character, _REPLACEMENTS[character])
    return text


def _written_higher(run: re.Match[str]) -> str:
    """Raised characters, as in an exponent; those of "1st" and "2e" are none."""
    content = unicodedata.normalize("NFKC", run[0]).replace("\u2212", "-")
    if content.isalpha() and (not _follows_number(run) or content in _ORDINAL_ENDS):
        return content
    return f"^{content}"


def _written_lower(run: re.Match[str]) -> str:
    """Lowered characters: "H2O" is written without more ado, the base of a number is not."""
    content = unicodedata.normalize("NFKC", run[0]).replace("\u2212", "-")
    return f"_{content}" if _follows_number(run) else content


def _follows_number(run: re.Match[str]) -> bool:
    before = run.string[max(run.start() - 1, 0) : run.start()]
    return before.isdigit() or before in (")", "]")


def _replacements() -> Iterator[tuple[str, str]]:
    for code in (*_SCANNED, *_FAR):
        if (replacement := _replacement(chr(code))) is not None:
            yield chr(code), replacement
    for character in _CONTROLS + _NO_WIDTH + _HONORIFICS:
        yield character, ""
    for replacement, characters in _ALIKE.items():
        for character in characters:
            yield character, replacement


def _replacement(character: str) -> str | None:
    """What is written instead of a character, None for itself."""
    category = unicodedata.category(character)
    if category in _GONE or (ord(character) in _FAR and category == "Mn"):
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category in ("No", "So"):
        return _written_out(character)
    return {"Zs": " ", "Pd": "-"}.get(category)


def _written_out(character: str) -> str | None:
    """Fractions with a space before them, and units with their raised numbers."""
    kind, *codes = unicodedata.decomposition(character).split() or ("",)
    if kind == "<fraction>":
        return " " + unicodedata.normalize("NFKC", character).replace("\u2044", "/")
    if kind == "<square>" and codes[-1] in ("00B2", "00B3"):
        letters = "".join(chr(int(code, 16)) for code in codes[:-1])
        return f"{unicodedata.normalize('NFKC', letters)}^{'2' if codes[-1] == '00B2' else '3'}"
    return None


_REPLACEMENTS = {character: new for character, new in _replacements() if character != "\n"}
_TABLE = str.maketrans(_REPLACEMENTS)
