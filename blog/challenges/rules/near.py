"""Answers among other words, and what comes near to them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from blog.challenges.rules.characters import STRESSED_ONE
from blog.challenges.rules.quantities import with_joined_groups
from blog.challenges.rules.tokens import Language, tokens_of

SHORTEST_WITH_TYPOS = 4
"""From how many characters on one of them may be wrong: "nap" is no slip of "nam"."""
SHORTEST_WITH_TWO = 8
"""From how many characters on two of them may be."""
_MOST_COMPARED, _MOST_WINDOWS = 20_000, 25_000
_MEANINGS = 3
_ENDINGS = ("", "en", "n", "s", "e", "es", "je", "jes", "eren")
_SHORTEST_STEM = 3
_DOUBLED = re.compile(r"(.)\1")
_NO_LETTER = re.compile(r"[\W_]+")


class Answers:
    """A set of answers, each given as tokens in one line."""

    def __init__(self, answers: Iterable[str]) -> None:
        self.lines = frozenset(answers)
        self._squeezed: dict[int, list[_Squeezed]] = defaultdict(list)
        for answer in sorted({line.replace(" ", "") for line in self.lines}):
            self._squeezed[len(_squeezed(answer))].append(_Squeezed(answer))
        self._pieces = _pieces(self.lines)
        self._stems = frozenset(stem for line in self.lines for stem in _stems(line))
        self._letters = {
            squeezed: line for line in sorted(self.lines) if (squeezed := _squeezed(line)).isalpha()
        }
        counts = {len(line.split(" ")) for line in self.lines}
        self._counts = _counts_by_start(self.lines)
        self._near_counts = sorted({count + by for count in counts for by in (-1, 0, 1)} - {0})

    def may_be_in(self, plain: str) -> bool:
        """Whether `within` or `near` can find something in a text: much faster, and sure only of a no.

        So many edits leave at least one piece of an answer as it is. Numbers have too many ways to be written.
        """
        squeezed = _letters_of(plain)
        return not self._pieces or any(piece in squeezed for piece in self._pieces)

    def within(self, words: Sequence[str]) -> list[str]:
        """Which answers stand among words, in their order."""
        return [
            line
            for at, word in enumerate(words)
            for start in dict.fromkeys((word, " ".join(words[at : at + 2])))
            for count in self._counts.get(start, ())
            if (line := " ".join(words[at : at + count])) in self.lines
        ]

    def inside(self, plain: str) -> str:
        """The first answer of letters that stands in a text, spaces and all else between letters left out: in a longer
        word, or spelled out. Short ones have to be all of it.
        """
        squeezed = _letters_of(plain)
        for answer, line in self._letters.items():
            is_long = len(line.replace(" ", "")) >= SHORTEST_WITH_TYPOS
            if answer == squeezed or (is_long and answer in squeezed):
                return line
        return ""

    def near(self, words: Sequence[str]) -> str:
        """The first words that are an answer but for a space or a letter (of eight or more: two), or for an ending, as
        of a plural; empty when there are none.

        A letter too many or too few, another one, or two that changed places; digits have to be the same. Of a text
        with far more to compare than an answer has, the words with which that begins: a person has to look.
        """
        if len(words) * len(self._near_counts) > _MOST_WINDOWS:
            return words[0]
        compared = 0
        for line in dict.fromkeys(_windows(words, self._near_counts)):
            squeezed = _squeezed(line)
            candidates = self._of_length(len(squeezed))
            compared += len(candidates)
            if compared > _MOST_COMPARED or any(answer.is_near(squeezed) for answer in candidates):
                return line
        return next((word for word in words if not self._stems.isdisjoint(_stems(word))), "")

    def _of_length(self, length: int) -> list["_Squeezed"]:
        return [
            answer
            for by in (0, -1, 1, -2, 2)
            for answer in self._squeezed.get(length + by, ())
            if abs(by) <= answer.edits
        ]


class _Squeezed:
    """An answer without spaces, and what is left of it after as many edits as it may have."""

    def __init__(self, text: str) -> None:
        self.text = _squeezed(text)
        self.edits = _edits_in(text)
        self._pieces = _pieces_of(self.text, self.edits)
        self._digits = _digits(text)

    def is_near(self, other: str) -> bool:
        if other == self.text:
            return True
        if not self.edits or not any(piece in other for piece in self._pieces):
            return False
        return self._digits == _digits(other) and _is_within(self.text, other, self.edits)


def readings_of(plain: str, language: Language) -> list[list[str]]:
    """The words of a text, once for every way in which numbers in it may be meant: first as its language has them."""
    found: dict[tuple[str, ...], None] = {}
    for words in _readings(plain, language):
        found[tuple(words)] = None
    return [[*words] for words in found]


def _readings(plain: str, language: Language) -> Iterator[list[str]]:
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


def _counts_by_start(lines: Iterable[str]) -> dict[str, list[int]]:
    """Of how many words the lines are that begin with these two, or that are this one word."""
    counts: dict[str, set[int]] = defaultdict(set)
    for line in lines:
        words = line.split(" ")
        counts[" ".join(words[:2])].add(len(words))
    return {start: sorted(found) for start, found in counts.items()}


def _stems(word: str) -> Iterator[str]:
    """What is left of a word without each ending that it may have: "wolf" and "wolven" have one in common."""
    if not word.isalpha():
        return
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if len(stem) >= _SHORTEST_STEM and (stem != word or not ending):
            last = {"v": "f", "z": "s"}.get(stem[-1], stem[-1])
            yield _DOUBLED.sub(r"\1", stem[:-1] + last)


def _squeezed(line: str) -> str:
    """Words without the spaces between them. "IJ" and "y" are the same letter to many who write Dutch."""
    return line.replace(" ", "").replace("ij", "y")


def _letters_of(plain: str) -> str:
    return _squeezed(_NO_LETTER.sub("", plain).replace(STRESSED_ONE, "een"))


def _pieces(lines: Iterable[str]) -> frozenset[str]:
    """The pieces of answers of which one is left after edits; none when one of them is not of letters alone."""
    pieces: set[str] = set()
    for line in lines:
        letters = _letters_of(line)
        if letters != _squeezed(line) or not letters.isalpha():
            return frozenset()
        pieces |= _pieces_of(letters, max(_edits_in(line.replace(" ", "")), 1))
    return frozenset(pieces)


def _edits_in(text: str) -> int:
    """How many slips an answer of this length may have and still be known again."""
    return 2 if len(text) >= SHORTEST_WITH_TWO else int(len(text) >= SHORTEST_WITH_TYPOS)


def _pieces_of(text: str, edits: int) -> set[str]:
    """One piece more than there are edits, with a character between them: each edit spoils one at most."""
    count = edits + 1
    length = max((len(text) - edits) // count, 1)
    return {text[start : start + length] for start in (0, length + 1, 2 * length + 2)[:edits]} | {
        text[-length:]
    }


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


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


def _is_within(one: str, other: str, edits: int) -> bool:
    """Whether so many edits make one of the other."""
    shortest = min(len(one), len(other))
    start = 0
    while start < shortest and one[start] == other[start]:
        start += 1
    end = 0
    while end < shortest - start and one[-1 - end] == other[-1 - end]:
        end += 1
    first, second = one[start : len(one) - end], other[start : len(other) - end]
    if not first or not second:
        return max(len(first), len(second)) <= edits
    if not edits or abs(len(first) - len(second)) > edits:
        return False
    is_swapped = first[:2] == second[1::-1] and len(first) > 1
    return (
        _is_within(first[1:], second[1:], edits - 1)
        or _is_within(first[1:], second, edits - 1)
        or _is_within(first, second[1:], edits - 1)
        or (is_swapped and _is_within(first[2:], second[2:], edits - 1))
    )
