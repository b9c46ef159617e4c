"""What stands above an older message: words between dashes, an announcement, and the lines of a block of headers."""

import re

from blog.mailroom.parser.attributions import (
    ATTRIBUTION_LINES,
    LONGEST_LINE,
    Announcement,
    announcement,
    has_time,
)
from blog.mailroom.parser.languages.every import LANGUAGES
from blog.mailroom.parser.languages.words import words_of

_COLONS = (":", "\uff1a")
DASHES = "-=\u2010\u2011\u2012\u2013\u2014\u2015\u2500 \t\xa0"
"""Programs write dashes of their own between which "Original Message" stands."""
_SEPARATOR_WITH_HEADERS = re.compile(r"-{3,80}\s?([^-]{3,60}?)\s?-{3,80}\s?+([^-\s].*)")


def _words(text: str) -> str:
    return words_of(text[: LONGEST_LINE * ATTRIBUTION_LINES])


_WORDINGS = tuple(LANGUAGES.values())
_SEPARATORS = frozenset(_words(words) for language in _WORDINGS for words in language.separators)
_ANNOUNCEMENTS = frozenset(_words(words) for language in _WORDINGS for words in language.announcements)
FIRST_KINDS = frozenset({"from", "date"})
"""What a block of headers begins with, and holds only once."""
_NO_KINDS: frozenset[str] = frozenset()


def _label_table() -> dict[str, frozenset[str]]:
    """Every label with what it may mean: `De:` and `A:` mean one thing here and another there."""
    table: dict[str, frozenset[str]] = {}
    for language in _WORDINGS:
        for kind, labels in language.labels.items():
            for label in labels:
                table[_words(label)] = table.get(_words(label), _NO_KINDS) | {kind}
    return table


_LABEL_KINDS = _label_table()


def separates(line: str) -> bool:
    """Whether a line says that everything below it is an older message."""
    # QQ Mail writes the names of spaces between its dashes.
    line = line.replace("&nbsp;", " ").strip()
    if _is_between_dashes(line):
        return _words(line) in _SEPARATORS or announcement(line.strip(DASHES)) is Announcement.SURE
    if line.endswith(_COLONS) and _words(line) in _ANNOUNCEMENTS:
        return True
    # Samsung puts the headers in the same line.
    match = _SEPARATOR_WITH_HEADERS.match(line)
    return bool(match and _words(match[1]) in _SEPARATORS and "from" in label_kinds(match[2]))


def label_kinds(line: str) -> frozenset[str]:
    """What header labels a line may begin with: `Van:`, `*From:*`, `De :`, `\u53d1\u4ef6\u4eba\uff1a`."""
    colon = min((at for at in (line.find(mark, 0, 30) for mark in _COLONS) if at > 0), default=-1)
    return _LABEL_KINDS.get(_words(line[:colon]), _NO_KINDS) if colon > 0 else _NO_KINDS


def _is_between_dashes(line: str) -> bool:
    """Whether words stand between two rows of dashes, of whatever kind."""
    inside = line.strip(DASHES)
    if not inside:
        return False
    left, _, right = line.partition(inside)
    return len(left.strip()) > 1 and len(right.strip()) > 1


def evidence(kinds: frozenset[str], line: str) -> frozenset[str]:
    """What in a line of a header block people do not write: an address, or the time beside a date."""
    found = {"address"} if "@" in line else set[str]()
    if "date" in kinds and has_time(line):
        found.add("time")
    return frozenset(found)
