"""Numbers in Dutch and English words: "tweeëntwintig", "honderd twintig", "a hundred and twenty", "two point five".

Words come without accents and hyphens ("tweeentwintig", "twentytwo"): both languages write one number as one word or as
several. A word counts when it consists of such parts from end to end; "een", "a" and "one" alone are too common to be
numbers, and so is "half".
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

MAX_WORDS = 12
_LONGEST_WORD = 80
_DIGITS_BEHIND_POINT = 20


@dataclass(frozen=True, slots=True)
class Wording:
    """How a language counts. `tens_first`: whether it says "twenty-two" and not "two-and-twenty"."""

    small: Mapping[str, int]
    tens: Mapping[str, int]
    hundred: str
    scales: Mapping[str, int]
    and_: str
    one: frozenset[str]
    halves: frozenset[str]
    one_and_a_half: frozenset[str]
    points: frozenset[str]
    tens_first: bool
    atom: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        atoms = {*self.small, *self.tens, self.hundred, *self.scales, self.and_, *self.one}
        longest_first = sorted(atoms | self.halves | self.one_and_a_half, key=_by_length)
        object.__setattr__(self, "atom", re.compile("|".join(longest_first)))


@dataclass(frozen=True, slots=True)
class Spelled:
    """A number in words: its value, in digits, and over how many words it went."""

    value: Fraction
    digits: str
    words: int


def _by_length(word: str) -> tuple[int, str]:
    return (-len(word), word)


def _counted(words: str) -> dict[str, int]:
    return {word: number for number, word in enumerate(words.split())}


DUTCH = Wording(
    small=_counted(
        "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien "
        "achttien negentien"
    ),
    tens={
        word: 10 * ten
        for ten, word in enumerate(
            "twintig dertig veertig vijftig zestig zeventig tachtig negentig".split(), 2
        )
    },
    hundred="honderd",
    scales={
        "duizend": 10**3,
        "miljoen": 10**6,
        "miljard": 10**9,
        "biljoen": 10**12,
        "mln": 10**6,
        "mld": 10**9,
    },
    and_="en",
    one=frozenset({"een"}),
    halves=frozenset({"half", "halve"}),
    one_and_a_half=frozenset({"anderhalf", "anderhalve"}),
    points=frozenset({"komma", "punt"}),
    tens_first=False,
)
ENGLISH = Wording(
    small=_counted(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen"
    ),
    tens={
        word: 10 * ten
        for ten, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
    }
    | {"fourty": 40},
    hundred="hundred",
    scales={
        "thousand": 10**3,
        "million": 10**6,
        "billion": 10**9,
        "trillion": 10**12,
        "mln": 10**6,
        "bn": 10**9,
    },
    and_="and",
    one=frozenset({"one", "a", "an"}),
    halves=frozenset({"half"}),
    one_and_a_half=frozenset(),
    points=frozenset({"point"}),
    tens_first=True,
)
WORDINGS: Mapping[str, Wording] = {"nl": DUTCH, "en": ENGLISH}


def spelled_at(words: Sequence[str], start: int, language: str) -> Spelled | None:
    """The longest number in words that begins at `start`, None when there is none."""
    wording = WORDINGS[language]
    atoms, ends = _atoms(words[start : start + MAX_WORDS], wording)
    if not ends:
        return None
    reader = _Reader(wording, atoms)
    read = reader.number()
    if read is not None and read[1] < ends[0] and (year := reader.year(read, ends[0])):
        return Spelled(Fraction(year), str(year), 1)
    while read is not None and read[1] not in ends:
        # "Tweehonderd en" goes on with something else; "vieren" is no four.
        shorter = [end for end in ends if end < read[1]]
        if not shorter:
            return None
        reader = _Reader(wording, atoms[: shorter[-1]])
        read = reader.number()
    if read is None:
        return _one_with_decimals(words, start, wording)
    value, end = read
    count = ends.index(end) + 1
    return _with_decimals(words, start, count, value, wording)


def may_begin(word: str, language: str) -> bool:
    """Whether a number in words may begin with this word: quick, for the many that do not."""
    return WORDINGS[language].atom.match(word) is not None


def scale_of(word: str, language: str) -> int | None:
    """How much a word multiplies the digits before it by: "2 miljoen"."""
    return WORDINGS[language].scales.get(word)


def spellings(value: Fraction | None, language: str) -> list[str]:
    """A whole number below a billion in words, as one and as several; empty for any other, and for too many words."""
    if value is None or value.denominator != 1 or not 0 <= value < 10**9:
        return []
    words = [*_spelled(int(value), WORDINGS[language])]
    if len(words) > MAX_WORDS:
        return []
    ways = [words, *_by_hundreds(int(value), WORDINGS[language])]
    spelled = [written for way in ways for written in ("".join(way), " ".join(way))]
    return [one for one in dict.fromkeys(spelled) if " " in one or len(one) <= _LONGEST_WORD]


def _by_hundreds(number: int, wording: Wording) -> Iterator[list[str]]:
    """Like "achttienhonderd vijftien", and "achttien vijftien" as years are said."""
    hundreds, rest = divmod(number, 100)
    if 10 < hundreds < 100 and hundreds % 10:
        century, below = [*_spelled(hundreds, wording)], [*_spelled(rest, wording)] if rest else []
        yield [*century, wording.hundred, *below]
        if rest > 9:
            yield [*century, *below]


def _spelled(number: int, wording: Wording) -> Iterator[str]:
    """The parts of a number, without "and" behind a hundred."""
    names = {value: name for name, value in wording.small.items()}
    for scale in (10**6, 1000):
        if number >= scale:
            many, number = divmod(number, scale)
            yield from _spelled(many, wording) if many > 1 or scale > 1000 else ()
            yield next(name for name, value in wording.scales.items() if value == scale)
            if not number:
                return
    hundreds, rest = divmod(number, 100)
    if hundreds:
        yield from [names[hundreds]] if hundreds > 1 else ()
        yield wording.hundred
    if rest < 20:
        yield from [names[rest]] if rest or not hundreds else ()
        return
    ten = next(name for name, value in wording.tens.items() if value == rest // 10 * 10)
    unit = [names[rest % 10]] if rest % 10 else []
    if wording.tens_first:
        yield from (ten, *unit)
    else:
        yield "".join([*unit, wording.and_, ten]) if unit else ten


def _one_with_decimals(words: Sequence[str], start: int, wording: Wording) -> Spelled | None:
    """Like "een komma vijf": with a point behind it, this word is a number."""
    if wording.small.get(words[start]) != 1:
        return None
    found = _with_decimals(words, start, 1, Fraction(1), wording)
    return found if found is not None and found.words > 1 else None


def _with_decimals(
    words: Sequence[str], start: int, count: int, value: Fraction, wording: Wording
) -> Spelled | None:
    behind = start + count
    if value.denominator == 1 and behind < len(words) and words[behind] in wording.points:
        digits, read = _digits_behind_point(words[behind + 1 : behind + 1 + _DIGITS_BEHIND_POINT], wording)
        if digits:
            written = f"{value}.{digits}"
            return Spelled(Fraction(written), written, count + 1 + read)
    return Spelled(value, str(value) if value.denominator == 1 else f"{value.numerator // 2}.5", count)


def _digits_behind_point(words: Sequence[str], wording: Wording) -> tuple[str, int]:
    """The digits of "een vier" or of "veertien", and over how many words they go."""
    digits = ""
    for read, word in enumerate(words):
        number = wording.small.get(word)
        if number is None or number > 9:
            if digits:
                return digits, read
            break
        digits += str(number)
    if digits:
        return digits, len(words)
    atoms, ends = _atoms(words[:2], wording)
    below = _Reader(wording, atoms).below_hundred(0)
    if below is None or below[1] not in ends:
        return "", 0
    return str(below[0]), ends.index(below[1]) + 1


def _atoms(words: Iterable[str], wording: Wording) -> tuple[list[str], list[int]]:
    """The parts of words that are numbers, and at which part each word ends; up to the first other word."""
    atoms: list[str] = []
    ends: list[int] = []
    for word in words:
        parts = _parts(word, wording)
        if not parts:
            break
        atoms += parts
        ends.append(len(atoms))
    return atoms, ends


def _parts(word: str, wording: Wording) -> list[str]:
    """The parts that a word consists of, empty when something else is in it. The longest part first, never back."""
    parts: list[str] = []
    at = 0
    while at < len(word) <= _LONGEST_WORD:
        found = wording.atom.match(word, at)
        if found is None:
            return []
        parts.append(found[0])
        at = found.end()
    return parts


class _Reader:
    """Reads parts of numbers by the grammar of a language. What it gives is a value and where it ends, or None."""

    def __init__(self, wording: Wording, atoms: Sequence[str]) -> None:
        self._wording = wording
        self._atoms = atoms

    def number(self) -> tuple[Fraction, int] | None:
        first = self._at(0)
        if first in self._wording.one_and_a_half:
            return self._scaled(Fraction(3, 2), 1)
        if first in self._wording.one and self._at(1) in self._wording.halves:
            return Fraction(1, 2), 2
        whole = self._whole()
        if whole is None or (whole[1] == 1 and first in self._wording.one):
            return None
        value, at = whole
        return self._half_more(Fraction(value), at)

    def year(self, century: tuple[Fraction, int], end: int) -> int | None:
        """Like "achttiennegenentachtig", in one word: years are said so."""
        rest = self.below_hundred(century[1])
        is_year = rest is not None and rest[1] == end and rest[0] > 9 and 10 < century[0] <= 20
        return int(century[0]) * 100 + rest[0] if rest is not None and is_year else None

    def below_hundred(self, at: int) -> tuple[int, int] | None:
        wording, first = self._wording, self._at(at)
        unit = wording.small.get(first, 1 if first in wording.one else None)
        ten = wording.tens.get(first)
        if wording.tens_first and ten is not None:
            behind = wording.small.get(self._at(at + 1), 0)
            return (ten + behind, at + 2) if 0 < behind < 10 else (ten, at + 1)
        if not wording.tens_first and unit is not None and 0 < unit < 10 and self._at(at + 1) == wording.and_:
            ten = wording.tens.get(self._at(at + 2))
            if ten is not None:
                return ten + unit, at + 3
            return unit, at + 1
        found = ten if unit is None else unit
        return None if found is None else (found, at + 1)

    def _at(self, at: int) -> str:
        return self._atoms[at] if at < len(self._atoms) else ""

    def _scaled(self, value: Fraction, at: int) -> tuple[Fraction, int]:
        scale = self._wording.scales.get(self._at(at))
        return (value * scale, at + 1) if scale else (value, at)

    def _whole(self) -> tuple[int, int] | None:
        """Thousands, millions and so on, each at most once and from large to small."""
        total, at, limit, found = 0, 0, 10**15, False
        while True:
            group = self._below_thousand(at if not found else self._behind_and(at))
            value, end = group or (1, at)
            scale = self._wording.scales.get(self._at(end))
            # "Twee miljoen duizend" has no "een", as "duizend" alone has none; English says "one thousand".
            may_be_alone = not found or self._at(end) == "duizend"
            if scale is not None and scale < limit and (group or may_be_alone):
                total, at, limit, found = total + value * scale, end + 1, scale, True
                continue
            if group is None or value >= limit:
                return (total, at) if found else None
            return total + value, end

    def _below_thousand(self, at: int) -> tuple[int, int] | None:
        """Like "honderd", "drie honderd vijf", "elfhonderd", "nineteen hundred and five"; or below a hundred."""
        hundred = self._wording.hundred
        group = self.below_hundred(at)
        value, end = group or (1, at)
        if self._at(end) != hundred or value == 0:
            return group
        below = self.below_hundred(self._behind_and(end + 1))
        if below is None or below[0] == 0 or self._at(below[1]) in (hundred, *self._wording.halves):
            return value * 100, end + 1
        return value * 100 + below[0], below[1]

    def _behind_and(self, at: int) -> int:
        return at + 1 if self._at(at) == self._wording.and_ else at

    def _half_more(self, value: Fraction, at: int) -> tuple[Fraction, int]:
        """Like "twee en een half", "two and a half", "tweeënhalf"."""
        wording = self._wording
        behind = self._behind_and(at)
        if behind > at and self._at(behind) in wording.one and self._at(behind + 1) in wording.halves:
            return value + Fraction(1, 2), behind + 2
        if behind > at and self._at(behind) in wording.halves:
            return value + Fraction(1, 2), behind + 1
        return value, at
