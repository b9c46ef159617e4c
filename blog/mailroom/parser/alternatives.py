"""Whether two versions of one text say the same.

A program writes the plain text after the HTML, each in its own way: links get their address beside them, words
are marked with stars, lines and columns run on. So words are compared, not lines, and only what the second version
says and the first does not.
"""

import re
import unicodedata
from collections import Counter
from functools import cached_property
from itertools import pairwise

_PLACEHOLDERS = re.compile(r"\[(?:cid|image|inline image|afbeelding|bild):?[^\]\n]{0,300}+\]", re.IGNORECASE)
_UNSEEN = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]+")
# Where no spaces stand between words, a line may end anywhere: each character counts by itself.
_WITHOUT_SPACES = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff"
_WORD = re.compile(rf"[{_WITHOUT_SPACES}]|[^\W_{_WITHOUT_SPACES}]+")


def words_in(text: str) -> list[str]:
    """The words of a text, comparable: without case, width, marks, pictures, and what has no width."""
    seen = _UNSEEN.sub("", _PLACEHOLDERS.sub(" ", text))
    return _WORD.findall(unicodedata.normalize("NFKC", seen).casefold())


class Version:
    """A text that another one is held against."""

    def __init__(self, text: str) -> None:
        self.words = words_in(text)
        self.counts = Counter(self.words)

    def lacks_words_of(self, other: "Version") -> bool:
        """Whether the other version has a word that is not in this one, or not as often.

        What one writes as one word and the other as two or three is the same.
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
        return any("".join(run) in self.counts for run in runs)

    @cached_property
    def _joined(self) -> set[str]:
        """Every two and three words that follow each other, as one."""
        two, three = self.words[1:], self.words[2:]
        pairs = {a + b for a, b in pairwise(self.words)}
        return pairs | {a + b + c for a, b, c in zip(self.words, two, three, strict=False)}


# Of two and of three words, each with the one in question.
_RUNS = ((-1, 1), (0, 2), (-2, 1), (-1, 2), (0, 3))
