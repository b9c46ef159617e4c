"""Where a text holds a mail address, or a secret that whoever wrote it has from us.

Who answers on top of a receipt sends it along: with its link a judge could look after the entry of somebody whom they
must not know, and with its code confirm it. Links are known by their path, whatever the host: ours may have changed.

All of it is linear on any input: a match begins only at the start of a word, and no repetition gives anything back.
"""

import re
from collections.abc import Iterator

Span = tuple[int, int]

_ADDRESS = re.compile(
    r"(?<![^\s<>()\[\]\",;:])[^\s<>()\[\]\",;:@\uff20\ufe6b]++[@\uff20\ufe6b][^\s<>()\[\]\",;:@\uff20\ufe6b]++"
)
_PERCENT = r"%(?:25)*+"
# As it stands in a link, in HTML, in a text that was not decoded, or where somebody hides it from programs.
_AT = rf"(?:[@\uff20\ufe6b]|{_PERCENT}40|=40|&\#0?64;|&\#x40;|&commat;|[\[({{]\s?(?:at|@)\s?[\])}}])"
_DOT = r"(?:\.(?=\w)|\s?[\[({](?:dot|punt)[\])}]\s?)"
_ADDRESS_IN_DISGUISE = re.compile(
    rf"(?<![\w.+~-])(?:[\w.+~-]++{_PERCENT}2B){{0,2}}[\w.+~-]++"
    rf"(?:\s{{0,2}}{_AT}\s{{0,2}}(?:[\w-]++{_DOT})++|\sat\s(?:[\w-]++\s(?:dot|punt)\s)++)[a-z]{{2,}}+",
    re.IGNORECASE,
)
# Below these a token stands: that of a receipt, or one that lets somebody into an account.
_SLASH = rf"(?:[/_]|{_PERCENT}2F)"
_ABOVE_TOKEN = re.compile(rf"(?:receipts|account(?:{_SLASH}[a-z-]{{2,12}}){{1,2}}){_SLASH}", re.IGNORECASE)
_TOKEN = re.compile(r"[\w-]*+(?:[.~][\w-]++)*+", re.ASCII)
_TOKEN_LENGTH = 43
_PIECE_OF_TOKEN = 16
# Where programs break a line that is too long, in a quotation or in a message that was not decoded.
_BROKEN = re.compile(r"=?[ \t]{0,5}\n[>|\s]{0,20}")
_LONE_TOKEN = re.compile(rf"(?<![\w=+/-])[\w-]{{{_TOKEN_LENGTH}}}+(?![\w=+/-])", re.ASCII)
_MAILBOX = re.compile(r"(?<![^\W_])confirm\.[1-9][0-9]{0,9}\.[a-z2-7]{16}(?![^\W_])", re.IGNORECASE)
# A code as we write it, and as it comes back: three groups of four, with other signs between them or none.
_GROUP = "([2-9A-HJKMNP-Z]{4})"
_DASH = "[-\u2010-\u2015\u2212]"
_GAP = rf"([\s>*]{{0,6}}+(?:{_DASH}[\s>]{{0,6}}+)?+)"
_CODE = re.compile(rf"(?<![^\W_])(?<![^\W_]-){_GROUP}{_GAP}{_GROUP}{_GAP}{_GROUP}(?!-?[^\W_])", re.IGNORECASE)


def addresses_in(text: str) -> Iterator[Span]:
    """Where mail addresses stand, also as links and HTML write them."""
    for pattern in (_ADDRESS, _ADDRESS_IN_DISGUISE):
        yield from (found.span() for found in pattern.finditer(text))


def secrets_in(text: str) -> Iterator[Span]:
    """Where tokens of links stand, codes, and the names of the mailboxes that confirm an entry."""
    for found in _ABOVE_TOKEN.finditer(text):
        end = _end_of_token(text, found.end())
        if end is not None:
            yield found.end(), end
    yield from (found.span() for found in _LONE_TOKEN.finditer(text) if _is_random(found[0]))
    yield from (found.span() for found in _MAILBOX.finditer(text))
    yield from (found.span() for found in _CODE.finditer(text) if _is_code(found))


def _end_of_token(text: str, start: int) -> int | None:
    """Where a token ends that begins there, perhaps on the next line; None where there is none."""
    end = _end(text, start)
    broken = _BROKEN.match(text, end) if end - start < _TOKEN_LENGTH else None
    if broken:
        end_below = _end(text, broken.end())
        if end - start + end_below - broken.end() == _TOKEN_LENGTH:
            return end_below
    return end if end - start >= _PIECE_OF_TOKEN else None


def _end(text: str, start: int) -> int:
    found = _TOKEN.match(text, start)
    return found.end() if found else start


def _is_random(word: str) -> bool:
    """Whether letters of both kinds and digits stand in it: in nearly all that is random, and in no word."""
    return word != word.lower() and word != word.upper() and any(character.isdigit() for character in word)


def _is_code(found: re.Match[str]) -> bool:
    """Whether three groups are a code and not three words: letters and digits in one, or written as we do it."""
    first, gap, second, other_gap, third = found.groups()
    groups = (first, second, third)
    if any(not group.isalpha() and not group.isdigit() for group in groups):
        return True
    has_dashes = all(re.search(_DASH, each) for each in (gap, other_gap))
    return has_dashes and all(group.isupper() or group.isdigit() for group in groups)
