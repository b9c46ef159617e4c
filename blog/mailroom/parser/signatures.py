"""Signatures: below the mark that programs know, and the line that a telephone adds."""

import re
from collections.abc import Sequence

from blog.mailroom.parser.attributions import LONGEST_LINE
from blog.mailroom.parser.languages.every import DEVICES, LANGUAGES, PROGRAMS
from blog.mailroom.parser.languages.words import count_words, words_of

_LOOSE_LINES = 10
_LONG_LINES = 10
_LONG_WORDS = 60
_SENTENCE_WORDS = 4
_PHONE_WORDS = 9

_SENTENCE_ENDS = (".", "!", "?", "\u2026", "\u3002", "\uff01", "\uff1f")
_LINK = re.compile(r"<?https?://\S++")
# `2)`, `b.`, `- `: the next of a row, and no name.
_ITEM = re.compile(r"\s*+(?:\(?(?:\d{1,3}[.):]|[A-Za-z]\)|[a-z]\.)|[-*\u2022] )")
_NUMBERED = re.compile(r"\s*+[^\W\d_]{1,20} \d{1,3}\b|[^:]{1,40}:")
_POSTSCRIPT = re.compile(r"\s*+p\.? ?s\b", re.IGNORECASE)

_SIGN = tuple({words_of(words) for language in LANGUAGES.values() for words in language.devices_sign})
_SIGN_END = tuple({words_of(words) for language in LANGUAGES.values() for words in language.devices_end})
_SIGN_AROUND = tuple(
    {
        (words_of(first), words_of(last))
        for language in LANGUAGES.values()
        for first, last in language.devices_around
    }
)
_DEVICES = tuple(words_of(device) for device in DEVICES)
_PROGRAMS = tuple(words_of(program) for program in PROGRAMS)


def is_mark(line: str) -> bool:
    """Whether a line is the mark of a signature (RFC 3676 §4.3), or what is left of it without its space."""
    return line.rstrip() == "--"


def signature_in(lines: Sequence[str]) -> tuple[int, int] | None:
    """Where a signature begins and ends in a stretch of text.

    People draw lines with two dashes, too: then there are several of them, or blank lines below, or an answer
    goes on below. Many programs lose the last space of the mark; then the signature has to be short, apart.
    """
    marks = [position for position, line in enumerate(lines) if is_mark(line)]
    if len(marks) != 1:
        return None
    mark = marks[0]
    end = next((at for at in range(mark + 1, len(lines)) if _POSTSCRIPT.match(lines[at])), len(lines))
    tail = lines[mark + 1 : end]
    if not tail or not tail[0].strip() or _goes_on(lines[:mark], tail[0]):
        return None
    is_signature = not _is_letter(tail) if lines[mark] == "-- " else _is_loose_signature(lines[:mark], tail)
    return (mark, end) if is_signature else None


def _goes_on(above: Sequence[str], line: str) -> bool:
    """Whether a line below a mark is the next of a row: `2)`, or `Vraag twee: 1606` below `Vraag een: Rembrandt`."""
    if _ITEM.match(line):
        return True
    if not _NUMBERED.match(line) and not _is_sentence(line):
        return False
    first = line.split(maxsplit=1)[0].casefold()
    return any(other.split(maxsplit=1)[0].casefold() == first for other in above if other.strip())


def _is_loose_signature(above: Sequence[str], tail: Sequence[str]) -> bool:
    """Whether this is a signature below a mark without its space: apart, short, and without a sentence."""
    is_apart = not above or not above[-1].strip()
    written = [line for line in tail if line.strip()]
    return is_apart and len(written) <= _LOOSE_LINES and not any(map(_is_sentence, written))


def _is_letter(tail: Sequence[str]) -> bool:
    """Whether what is below a mark is long, and in sentences."""
    written = [line for line in tail if line.strip()]
    if len(written) <= _LONG_LINES and sum(map(count_words, written)) <= _LONG_WORDS:
        return False
    return sum(map(_is_sentence, written)) > 1


def _is_sentence(line: str) -> bool:
    return _ends_sentence(line) and count_words(line) >= _SENTENCE_WORDS


def is_phone_signature(line: str) -> bool:
    """Whether a line is what a telephone or a program signs with. A whole sentence has to name a program."""
    line = line.strip()
    if not line or len(line) > LONGEST_LINE:
        return False
    bare = _LINK.sub(" ", line)
    if count_words(bare) > _PHONE_WORDS:
        return False
    words = words_of(bare)
    is_framed = any(words.startswith(first) and words.endswith(last) for first, last in _SIGN_AROUND)
    if not is_framed and not words.startswith(_SIGN) and not words.endswith(_SIGN_END):
        return False
    if not any(device in words for device in _DEVICES):
        return False
    return is_framed or not _ends_sentence(bare) or any(program in words for program in _PROGRAMS)


def _ends_sentence(line: str) -> bool:
    return line.rstrip(" \t\xa0*_").endswith(_SENTENCE_ENDS)
