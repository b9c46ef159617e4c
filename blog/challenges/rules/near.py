"""Answers among other words, and what comes near to them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from blog.challenges.rules.quantities import with_joined_groups
from blog.challenges.rules.tokens import Language, tokens_of

SHORTEST_WITH_TYPOS = 4
"""From how many characters on one of them may be wrong: "nap" is no slip of "nam"."""
_MEANINGS = 3
_NO_LETTER = re.compile(r"[\W_]+")


class Answers:
    """A set of answers, each given as tokens in one line."""

    def __init__(self, answers: Iterable[str]) -> None:
        self.lines = frozenset(answers)
        self._squeezed: dict[int, list[str]] = defaultdict(list)
        for answer in sorted({line.replace(" ", "") for line in self.lines}):
            self._squeezed[len(answer)].append(answer)
        self._halves = _halves(self.lines)
        counts = {len(line.split(" ")) for line in self.lines}
        self._counts = sorted(counts)
        self._near_counts = sorted({count + by for count in counts for by in (-1, 0, 1)} - {0})

    def may_be_in(self, plain: str) -> bool:
        """Whether `within` or `near` can find something in a text: much faster, and sure only of a no.

        One edit leaves at least one half of an answer as it is. Numbers have too many ways to be written.
        """
        squeezed = _NO_LETTER.sub("", plain)
        return not self._halves or any(half in squeezed for half in self._halves)

    def within(self, words: Sequence[str]) -> list[str]:
        """Which answers stand among words, in their order."""
        return [line for line in _windows(words, self._counts) if line in self.lines]

    def near(self, words: Sequence[str]) -> str:
        """The first words that are an answer but for a space or a letter, empty when there are none.

        A letter too many or too few, another one, or two that changed places; digits have to be the same.
        """
        return next((line for line in _windows(words, self._near_counts) if self._is_near(line)), "")

    def _is_near(self, line: str) -> bool:
        squeezed = line.replace(" ", "")
        length = len(squeezed)
        if squeezed in self._squeezed.get(length, ()):
            return True
        if length < SHORTEST_WITH_TYPOS - 1:
            return False
        candidates = (
            answer for by in (-1, 0, 1) for answer in self._squeezed.get(length + by, ()) if length + by > 3
        )
        return any(_is_one_apart(squeezed, answer) for answer in candidates)


def readings_of(plain: str, language: Language) -> Iterator[list[str]]:
    """The words of a text, once for every way in which numbers in it may be meant."""
    joined = with_joined_groups(plain)
    languages = (language, *(other for other in Language if other is not language))
    texts = (plain,) if joined == plain else (plain, joined)
    for text, each in product(texts, languages):
        tokens = tokens_of(text, each)
        yield [token.text for token in tokens]
        for place in range(_MEANINGS):
            if any(len(token.others) > place for token in tokens):
                yield [
                    _written(str(token.others[place].numerator), token.others[place].denominator)
                    if len(token.others) > place
                    else token.text
                    for token in tokens
                ]


def _halves(lines: Iterable[str]) -> frozenset[str]:
    """The first and the last letters of answers; none when one of them is not of letters alone."""
    halves: set[str] = set()
    for line in lines:
        letters = _NO_LETTER.sub("", line)
        if letters != line.replace(" ", "") or not letters.isalpha():
            return frozenset()
        length = max((len(letters) - 2) // 2, 1)
        halves |= {letters[:length], letters[-length:]}
    return frozenset(halves)


def _written(numerator: str, denominator: int) -> str:
    """A decimal fraction as tokens write it. Others do not occur in one token."""
    behind = 0
    while 10**behind % denominator:
        behind += 1
    if not behind:
        return numerator
    sign, digits = ("-", numerator[1:]) if numerator.startswith("-") else ("", numerator)
    digits = str(int(digits) * (10**behind // denominator)).rjust(behind + 1, "0")
    return f"{sign}{digits[:-behind]}.{digits[-behind:]}{'0' if behind == 3 else ''}"


def _windows(words: Sequence[str], counts: Sequence[int]) -> Iterator[str]:
    for at in range(len(words)):
        for count in counts:
            if at + count <= len(words):
                yield " ".join(words[at : at + count])


def _is_one_apart(one: str, other: str) -> bool:
    """Whether one edit makes one of the other, with the same digits."""
    if one[0] != other[0] and one[-1] != other[-1]:
        return False
    start = 0
    shortest = min(len(one), len(other))
    while start < shortest and one[start] == other[start]:
        start += 1
    end = 0
    while end < shortest - start and one[-1 - end] == other[-1 - end]:
        end += 1
    first, second = one[start : len(one) - end], other[start : len(other) - end]
    if any(character.isdigit() for character in first + second):
        return False
    is_swapped = len(first) == len(second) == 2 and first == second[::-1]
    return is_swapped or (len(first) <= 1 and len(second) <= 1)
