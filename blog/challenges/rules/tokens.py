"""Text in words, numbers and signs: what of it is compared, one piece after another.

- Hyphens and apostrophes within words go: "e-mail" is "email", "foto's" is "fotos".
- Letters and digits part: "F-16", "F16" and "F 16" are the same, and so are "42km" and "42 km".
- Numbers in words become digits; decimal commas become points.
- Punctuation goes; signs that mean something stay, each by itself ("c++" is "c + +", "10^6" is "10 ^ 6").

A number that can be read in several ways keeps its digits as they came, and says what it can be.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from blog.challenges.rules.characters import without_accents
from blog.challenges.rules.number_words import MAX_WORDS, may_begin, scale_of, spelled_at
from blog.challenges.rules.numerals import numeral


class Language(StrEnum):
    """In which language numbers and dates are read: that of the challenge."""

    DUTCH = "nl"
    ENGLISH = "en"


class Token(NamedTuple):
    """One word, number or sign. A tuple, since a long text has many of them.

    `is_number`: in digits or words; `value` is then what it means, None when nobody can tell, and `others` what else it
    can mean. `is_apart`: punctuation or a line end stands before it. `is_glued`: nothing does, not even a space.
    """

    text: str
    is_number: bool = False
    value: Fraction | None = None
    others: tuple[Fraction, ...] = ()
    is_apart: bool = False
    is_glued: bool = False

    @property
    def is_unread(self) -> bool:
        """Whether it is a number of which nobody knows what it can be: too long, or with its signs anyhow."""
        return self.is_number and self.value is None and not self.others


_SCANNED = range(0x20000)
_KEPT_PUNCTUATION = frozenset("%&#@/\u2030")


def _marks() -> str:
    """Marks that belong to the letter before them, as a class of a pattern."""
    is_mark = [unicodedata.category(chr(code))[0] == "M" for code in _SCANNED]
    starts = [code for code in _SCANNED if is_mark[code] and not is_mark[code - 1]]
    ends = [code for code in _SCANNED if is_mark[code] and not is_mark[(code + 1) % len(is_mark)]]
    return "".join(f"{chr(start)}-{chr(end)}" for start, end in zip(starts, ends, strict=True))


_LETTERS = f"(?:[a-z]|[^\\W\\d_]|[{_marks()}])+"
_PIECE = re.compile(
    rf"(?P<word>{_LETTERS}(?:[-'](?:{_LETTERS}))*)"
    # "42,-" is how prices end. A sign belongs to what follows it, unless something stands before it.
    r"|(?P<number>(?<![\w.,)\]%])-?(?:(?<!\w)[.,](?=[0-9]))?[0-9]+(?:[.,'][0-9]+)*|[0-9]+(?:[.,'][0-9]+)*)"
    r"(?:,-{1,2}(?![0-9-]))?"
    r"|(?P<gap>\s+)"
    r"|(?P<sign>.)",
    re.DOTALL,
)
_STRESSED_ONES = frozenset({"\u00e9\u00e9n", "\u00e9en", "e\u00e9n"})
_INSIDE_WORD = re.compile("[-']")
# Between digits these make one thing of two numbers: a time, a date, a range, a product, the base of a number.
_BETWEEN_DIGITS = frozenset(":-_*")


def tokens_of(plain: str, language: Language) -> list[Token]:
    """The tokens of a text that `characters.plain` has made. Linear in its length."""
    return [*_counted([*_pieces(plain, language)], language)]


def _pieces(plain: str, language: Language) -> Iterator[Token]:
    apart, glued, counting = True, False, False
    for piece in _PIECE.finditer(plain):
        text = piece[0]
        match piece.lastgroup:
            case "word":
                yield Token(_INSIDE_WORD.sub("", text), is_apart=apart, is_glued=glued)
            case "number":
                token = _number(piece["number"], language, apart=apart, glued=glued)
                # "1 007" is not "1 7": perhaps these are thousands.
                is_group = counting and not apart and piece["number"][0] == "0" and len(piece["number"]) == 3
                yield token._replace(text=piece["number"]) if is_group else token
            case "gap":
                apart, glued = apart or "\n" in text, False
                continue
            case _:
                if not _is_kept(piece):
                    apart, glued = apart or text not in "-'*_\"", glued and text == "-"
                    continue
                yield Token(text, is_apart=apart, is_glued=glued)
        apart, glued, counting = False, True, piece.lastgroup == "number"


def _number(text: str, language: Language, *, apart: bool, glued: bool) -> Token:
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    read = numeral(digits, language)
    factor = -1 if sign else 1
    return Token(
        f"{sign}{read.written}",
        is_number=True,
        value=None if read.value is None else factor * read.value,
        others=tuple(factor * other for other in read.others),
        is_apart=apart,
        is_glued=glued,
    )


def _is_kept(piece: re.Match[str]) -> bool:
    """Whether a sign says something: most punctuation does not, and some only between two numbers."""
    sign = piece[0]
    if sign in _BETWEEN_DIGITS:
        return _stands_between_digits(piece)
    return sign in _KEPT_PUNCTUATION or unicodedata.category(sign)[0] != "P"


def _stands_between_digits(piece: re.Match[str]) -> bool:
    """Also with one space on each side: "1 - 2" is as good as "1-2"."""
    text, start, end = piece.string, piece.start(), piece.end()
    if text[max(start - 1, 0) : start] == " " == text[end : end + 1]:
        start, end = start - 1, end + 1
    before, behind = text[max(start - 1, 0) : start], text[end : end + 2]
    return before.isdigit() and behind.removeprefix("-")[:1].isdigit()


def _counted(pieces: Sequence[Token], language: Language) -> Iterator[Token]:
    """The pieces, with numbers in words as numbers."""
    at = 0
    while at < len(pieces):
        token, taken = _number_at(pieces, at, language)
        yield token
        at += taken


def _number_at(pieces: Sequence[Token], at: int, language: Language) -> tuple[Token, int]:
    piece = pieces[at]
    if piece.is_number:
        return _multiplied(pieces, at, language)
    words = _words_from(pieces, at, language)
    if words and (spelled := spelled_at(words, 0, language)):
        token = Token(
            spelled.digits,
            is_number=True,
            value=spelled.value,
            is_apart=piece.is_apart,
            is_glued=piece.is_glued,
        )
        return token, spelled.words
    if piece.text in _STRESSED_ONES:
        return piece._replace(text="1", is_number=True, value=Fraction(1)), 1
    return piece, 1


def _words_from(pieces: Sequence[Token], at: int, language: Language) -> list[str]:
    """The words that can be one number: without digits, signs and punctuation between them."""
    if not may_begin(_bare(pieces[at].text), language):
        return []
    words: list[str] = []
    for piece in pieces[at : at + 2 * MAX_WORDS]:
        if not piece.text.isalpha() or (words and piece.is_apart):
            break
        words.append(_bare(piece.text))
    return words


def _bare(word: str) -> str:
    """Numbers are known without accents, also where these are kept."""
    return word if word.isascii() else without_accents(word)


def _multiplied(pieces: Sequence[Token], at: int, language: Language) -> tuple[Token, int]:
    """Digits and a word, as in "1,5 miljoen", are one number when it is a whole one."""
    number = pieces[at]
    behind = pieces[at + 1] if at + 1 < len(pieces) else None
    scale = scale_of(behind.text, language) if behind and not behind.is_apart else None
    if scale is None or number.value is None or (number.value * scale).denominator != 1:
        return number, 1
    value = number.value * scale
    return (
        Token(str(value), is_number=True, value=value, is_apart=number.is_apart, is_glued=number.is_glued),
        2,
    )
