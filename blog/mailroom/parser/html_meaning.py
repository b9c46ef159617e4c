"""What HTML says without words, written down as people do in plain text: `10^6`, `~~41~~`, `2. `, `<https://…>`."""

import re
from typing import Self

_SPACES = re.compile(r"\s++")
_RAISED = str.maketrans(
    "0123456789+-\u2212", "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207a\u207b\u207b"
)
_ORDINAL_LETTERS = frozenset("aeo\u00aa\u00ba")
_MARKS = frozenset("\u00ae\u2122\u00a9\u00b0*\u2020\u2021")
_NUMBER = re.compile(r"-?\d{1,6}")
_ALPHABETS = {"a": "abcdefghijklmnopqrstuvwxyz", "A": "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_ALPHA_STYLE = re.compile(r"list-style(?:-type)?\s*+:[^;]{0,40}\b(lower|upper)-(?:alpha|latin)")
_FILE_NAME = re.compile(r"\S{1,200}\.[A-Za-z]{3,4}")
_VERTICAL = re.compile(r"(?:^|[;\s])vertical-align\s*+:\s*+(sup|sub)(?:er)?\b")
_LONGEST_LINK = 500
_LONGEST_ALT = 200


def script_of(tag: str, attributes: dict[str, str]) -> str:
    """Whether an element stands higher ("sup") or lower ("sub") than the line: by its name, or as Google Docs says it.
    In a cell the same style is about something else.
    """
    if tag in ("sup", "sub"):
        return tag
    style = _VERTICAL.search(attributes.get("style", "").lower()) if tag not in ("td", "th") else None
    return style[1] if style else ""


def scripted(script: str, content: str, *, before: str) -> str:
    """Text that stands higher ("sup") or lower ("sub") than the character before it: 10 to the sixth is not 106, and
    2 in base two is not 22. What follows a letter needs no sign, but a square is one.
    """
    bare = content.strip()
    if before.isdigit() or before in (")", "]"):
        return (
            content
            if _is_ordinal(bare) or bare in _MARKS
            else ("^" if script == "sup" else "_") + content.lstrip()
        )
    is_raised_number = script == "sup" and all(ord(character) in _RAISED for character in bare)
    return content.translate(_RAISED) if is_raised_number and before.isalpha() else content


def _is_ordinal(content: str) -> bool:
    """Whether this is the end of "1st" or "2e", and no exponent."""
    return content.isalpha() and (len(content) > 1 or content in _ORDINAL_LETTERS)


def struck_through(content: str) -> str:
    """Text that its writer took back, with the signs for that around it."""
    bare = content.strip()
    start = content.find(bare)
    return f"{content[:start]}~~{bare}~~{content[start + len(bare) :]}"


def picture_words(attributes: dict[str, str]) -> str:
    """What a picture says: a smiley itself, of another the words that stand for it; nothing of one that counts
    readers, nor the name of a file.
    """
    words = _SPACES.sub(" ", attributes.get("alt", "")).strip()
    if not words or len(words) > _LONGEST_ALT or _FILE_NAME.fullmatch(words):
        return ""
    if any(attributes.get(side, "") in ("0", "1") for side in ("width", "height")):
        return ""
    return f" [{words}] " if any(character.isalnum() for character in words) else words


class Numbering:
    """The numbers, or letters, before the items of a list."""

    def __init__(self, start: int, alphabet: str) -> None:
        self._number = start
        self._alphabet = alphabet

    @classmethod
    def of(cls, attributes: dict[str, str]) -> Self:
        """The numbering of an `ol` with these attributes."""
        start = attributes.get("start", "").strip()
        alphabet = _ALPHABETS.get(attributes.get("type", ""), "")
        if style := _ALPHA_STYLE.search(attributes.get("style", "").lower()):
            alphabet = _ALPHABETS["a" if style[1] == "lower" else "A"]
        return cls(int(start) if _NUMBER.fullmatch(start) else 1, alphabet)

    def next(self, value: str) -> str:
        """What stands before the next item; `value`: the number it asks for."""
        if _NUMBER.fullmatch(value.strip()):
            self._number = int(value)
        number = self._number
        self._number += 1
        is_letter = 0 < number <= len(self._alphabet)
        return f"{self._alphabet[number - 1] if is_letter else number}. "


class Link:
    """A link to a page, and the words that it is put under."""

    def __init__(self, target: str) -> None:
        self._target = target
        self._words = ""

    @classmethod
    def to(cls, target: str) -> Self | None:
        """The link to an address, or None when it leads to no page, or is too long for anybody to read."""
        target = "".join(target.split())
        is_page = target.lower().startswith(("http://", "https://")) and len(target) <= _LONGEST_LINK
        return cls(target) if is_page else None

    def hear(self, words: str) -> None:
        """Take in words of the link."""
        self._words = f"{self._words} {words}"[: 2 * _LONGEST_LINK].strip()

    def address(self) -> str:
        """The address in brackets; empty when the words are an address themselves, or when there are none."""
        words = self._words.lower()
        shown = _SPACES.sub("", words)
        if not shown or "://" in words or words.startswith("www."):
            return ""
        return "" if "." in shown and shown.rstrip("/") in self._target.lower() else f" <{self._target}>"
