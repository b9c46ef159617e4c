"""Text as a row of words, so that phrases can be found in it whatever its case and punctuation."""

import re
from collections.abc import Iterable, Sequence

_NOT_A_WORD = re.compile(r"[\W_]++")
# Kana and Han: there are no spaces between words, so every character counts as one.
_UNSPACED = re.compile(r"([\u3040-\u30ff\u3400-\u9fff])")


def words_of(text: str) -> str:
    """Lower case with one space between words and around all of them, so that `in` finds whole words only."""
    return f" {' '.join(list_words(text.casefold()))} "


def list_words(text: str) -> list[str]:
    """The words as they are written."""
    spaced = text if text.isascii() else _UNSPACED.sub(r" \1 ", text)
    return _NOT_A_WORD.sub(" ", spaced).split()


def count_words(text: str) -> int:
    """How many words there are, with a row of Kana and Han as one."""
    return len(_NOT_A_WORD.sub(" ", text).split())


class Phrases:
    """Phrases that are looked for in a row of words in lower case. Most rows hold no first word of any, and that is
    seen at once.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        self._by_first_word: dict[str, list[list[str]]] = {}
        for phrase in sorted({words_of(phrase) for phrase in phrases}, key=len, reverse=True):
            words = phrase.split()
            self._by_first_word.setdefault(words[0], []).append(words)

    def first_in(self, words: Sequence[str]) -> int | None:
        """How many words stand before the first phrase."""
        firsts = self._by_first_word
        if firsts.keys().isdisjoint(words):
            return None
        return next(
            (at for at, word in enumerate(words) if word in firsts and self._length_at(words, at)), None
        )

    def outside(self, words: Sequence[str]) -> list[int]:
        """The places of the words that belong to no phrase."""
        if self._by_first_word.keys().isdisjoint(words):
            return [*range(len(words))]
        places: list[int] = []
        at = 0
        while at < len(words):
            length = self._length_at(words, at)
            if not length:
                places.append(at)
            at += length or 1
        return places

    def end(self, words: Sequence[str]) -> bool:
        """Whether a phrase is the end of the row."""
        return any(
            list(words[-len(phrase) :]) == phrase
            for phrases in self._by_first_word.values()
            for phrase in phrases
        )

    def _length_at(self, words: Sequence[str], at: int) -> int:
        """How many words the longest phrase has that begins here, 0 when none does."""
        for phrase in self._by_first_word.get(words[at], ()):
            if list(words[at : at + len(phrase)]) == phrase:
                return len(phrase)
        return 0
