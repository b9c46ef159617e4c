"""Whether two versions of one text say the same.

A program writes the plain text after the HTML, each in its own way: links get their address beside them, words
are marked with stars, lines and columns run on. So words are compared, not lines, and only what the second version
says and the first does not.
"""

import re
import unicodedata
from collections import Counter
from functools import cached_property
from itertools import pairwise, starmap

from blog.core.combining import stream_safe

_PLACEHOLDERS = re.compile(r"\[(?:cid|image|inline image|afbeelding|bild):?[^\]\n]{0,300}+\]", re.IGNORECASE)
# What stands in the HTML as a picture, the target of a link, or the place in a list, and is written out in its text.
_NOT_TYPED = re.compile(r"\[[^\]\n]{1,300}+\]|<https?://[^>\n]{0,600}+>")
_LIST_NUMBER = re.compile(r"^[> ]{0,40}+(?:\d{1,3}|[A-Za-z])\.(?= )", re.MULTILINE)
_UNSEEN = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]+")
_RAISED = "\u2070\u00b9\u00b2\u00b3\u2074-\u207b"
_BEFORE_RAISED = re.compile(f"(?=[{_RAISED}])(?<![{_RAISED}])")
# Where no spaces stand between words, a line may end anywhere: each character counts by itself.
_WITHOUT_SPACES = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff"
_WORD = re.compile(rf"[{_WITHOUT_SPACES}]|[^\W_{_WITHOUT_SPACES}]+")


def words_in(text: str) -> list[str]:
    """The words of a text, comparable: without case, width and marks, and without what has no width. A raised number
    is a word of its own.
    """
    return _WORD.findall(_wide_as_narrow(text).casefold())


def has_words(text: str) -> bool:
    """Whether a text says anything, other than that there is a picture."""
    return bool(words_in(_PLACEHOLDERS.sub(" ", text)))


def without_numbers(text: str) -> str:
    """A text without the numbers before the items of its lists, and without what only stands for a picture."""
    return _LIST_NUMBER.sub(" ", _PLACEHOLDERS.sub(" ", text))


def as_typed(text: str) -> str:
    """A text as it was typed: without what was made of its pictures, links and lists."""
    return _NOT_TYPED.sub(" ", without_numbers(text))


def signs_in(text: str) -> str:
    """A text in which signs can be looked for: a square is `^2`, and where spaces stand does not count."""
    return "".join(_wide_as_narrow(text).split())


def _wide_as_narrow(text: str) -> str:
    return unicodedata.normalize("NFKC", _with_powers(stream_safe(text)))


def _with_powers(text: str) -> str:
    """A text without what has no width, and with `^` before what is raised."""
    return _BEFORE_RAISED.sub("^", _UNSEEN.sub("", text)).replace("\u207b", "-")


def _may_join(one: str, other: str) -> bool:
    return not (one[-1].isdigit() and other[0].isdigit())


class Version:
    """A text that another one is held against."""

    def __init__(self, text: str) -> None:
        self.words = words_in(text)
        self.counts = Counter(self.words)

    def lacks_words_of(self, other: "Version") -> bool:
        """Whether the other version has a word that is not in this one, or not as often.

        What one writes as one word and the other as two or three is the same; not so where a digit would meet a
        digit, since 1/2, 1,5 and ten to the sixth are other numbers than 12, 15 and 106.
        """
        missing = {word for word, count in other.counts.items() if count > self.counts[word]}
        if not missing:
            return False
        return any(
            word in missing and word not in self._joined and not self._has_around(other.words, at)
            for at, word in enumerate(other.words)
        )

    def is_mostly_missing_in(self, other: "Version") -> bool:
        """Whether more than half of the words of this version are not in the other one: it is about something else."""
        shared = sum(min(count, other.counts[word]) for word, count in self.counts.items())
        return 2 * shared < len(self.words)

    def _has_around(self, words: list[str], at: int) -> bool:
        runs = (words[max(at + first, 0) : at + last] for first, last in _RUNS)
        return any("".join(run) in self.counts and all(starmap(_may_join, pairwise(run))) for run in runs)

    @cached_property
    def _joined(self) -> set[str]:
        """Every two and three words that follow each other, as one."""
        joined: set[str] = set()
        pair = last = ""
        for word in self.words:
            triple = pair + word if pair and _may_join(last, word) else ""
            pair = last + word if last and _may_join(last, word) else ""
            joined |= {pair, triple}
            last = word
        return joined - {""}


# Of two and of three words, each with the one in question.
_RUNS = ((-1, 1), (0, 2), (-2, 1), (-1, 2), (0, 3))
