"""In which forms somebody's name is written: in full, the first name, the surname; and how one looks for them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

# Words that are in names, and in every other sentence, too: by itself none of them is anybody.
_SMALL = frozenset(
    (
        "a aan af al als an and are as at be bij but by d da dan das dat de del della den der des di die dit do "
        "does door du een el en er et for from ge geen had has have he heb hebben heeft het hij hoe how hun i if "
        "ik in is it it's ja je jij jou l la las le les los maar me met mij mijn my na naar nee niet no nog not nu "
        "of om on onder ons ook op or our over s she so t te ten ter that the their them then there they this to "
        "toch tot uit und up us van vom von voor vor waar want was wat we wel were what when where which who why "
        "wie wij with yes you your ze zei zij zo zu zum zur"
    ).split()
)
# More words than that are a sentence: of every part of it there would be more to look for than there is time.
_MANY = 6
_MARKS = "*_~"
# What emphasises a word and is no part of it; and what there may be between two words, also over lines of a quotation.
EMPHASIS = rf"[{_MARKS}]{{0,3}}"
_SPACE = r"(?:\n[ \t]*>(?:[ \t]*>)*|[\s\u200b\u2060]|&(?:nbsp|#0*160|#[xX]0*[aA]0);)+"
_SPACES = re.compile(_SPACE)
# Between the halves of a double surname.
_HYPHEN = re.compile(r"[-\u2010\u2011\u2013]")
# Whole words; an underscore is emphasis here, and no letter.
_BEGINS, _ENDS = r"(?<![^\W_])", r"(?![^\W_])"
# "Jan-Willem" is not Jan, and neither `Anna.nl` nor `Anna@example.org` is Anna.
_PART_BEGINS, _PART_ENDS = rf"{_BEGINS}(?<![^\W_]-)", r"(?![^\W_]|-[^\W_]|[@+]|(?-i:\.[a-z]))"


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a name: `words` as its owner writes them.

    `is_full` is the whole name of two words and more. `initial` may stand before a surname ("A. Bos").
    """

    words: tuple[str, ...]
    is_full: bool
    initial: str = ""

    @property
    def is_telling(self) -> bool:
        """Whether it is a name at all where nobody is greeted: "a", "de" and "bloem" are other words as well."""
        return any(
            _begins_with_capital(word) and not _is_small(word) and _letters(word) > 1 for word in self.words
        )

    @property
    def counts_in_passing(self) -> bool:
        """Whether it means somebody in a text that is not to them: as it is written, with two capitals."""
        return self.is_full and self.is_telling and sum(map(_begins_with_capital, self.words)) > 1

    @property
    def counts_whatever_capitals(self) -> bool:
        """Whether it means somebody in small letters, in a text to them: "de Bank" does not."""
        return self.is_full and self.is_telling and sum(not _is_small(word) for word in self.words) > 1


def forms_of(name: str) -> list[Form]:
    """The name in full, the first names, and what stands behind the first, with and without its small words.

    Of a double surname each half is one, too: "Sanne de Boer-Bakker" is called Sanne de Boer, De Boer, and Bakker.
    """
    words = tuple(name.split())
    if not words:
        return []
    count = len(words)
    full = [Form(words, is_full=True)] if count > 1 else []
    ends = range(1, max(count, 2)) if count <= _MANY else [1]
    first = [Form(words[:end], is_full=False) for end in ends if end == 1 or not _is_small(words[end - 1])]
    halves = [
        form
        for half in _halves_of_surname(words)
        for form in (Form((words[0], *half), is_full=False), *_behind((words[0], *half)))
    ]
    return [*full, *_behind(words), *first, *halves]


def _behind(words: tuple[str, ...]) -> list[Form]:
    """What stands behind the first word, down to the last."""
    count = len(words)
    starts = range(1, count) if count <= _MANY else [count - 1]
    return [
        Form(words[start:], is_full=False, initial=words[0][0])
        for start in starts
        if start == 1 or not _is_small(words[start]) or not _is_small(words[start - 1])
    ]


def _halves_of_surname(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The surnames that hyphens join; nothing for a name without one. A first name with a hyphen stays whole."""
    halves: list[list[str]] = [[]]
    for at, word in enumerate(words[1:], 1):
        first, *others = _HYPHEN.split(word)
        may_split = at == len(words) - 1 or any(map(_is_small, words[1:at])) or any(map(_is_small, others))
        if not may_split:
            first, others = word, []
        halves[-1].append(first)
        halves.extend([other] for other in others)
    whole = [tuple(half) for half in halves if any(map(_letters, half))]
    return whole if 1 < len(whole) <= _MANY else []


def as_written(forms: Iterable[Form]) -> str:
    """A pattern for names as their owner writes them: in all capitals as well; nothing for no forms."""
    return "|".join(_pattern(form, _spellings(form)) for form in _longest_first(forms))


def any_capitals(forms: Iterable[Form]) -> str:
    """A pattern for names whatever their capitals; nothing for no forms."""
    return "|".join(rf"(?i:{_pattern(form, [form.words])})" for form in _longest_first(forms))


def emphasised(found: str, called: str) -> str:
    """`called` in the place of a name that was `found`: emphasis that began and ended within the name goes with it."""
    pieces = _SPACES.split(found)
    # What is open, and in which piece it began.
    opened: list[tuple[str, int]] = []
    before = after = ""
    for number, piece in enumerate(pieces):
        bare = piece.strip(_MARKS)
        opening, _bare, closing = piece.partition(bare) if bare else ("", "", "")
        opened.extend((mark, number) for mark in opening)
        for mark in closing:
            begun = opened.pop()[1] if opened and opened[-1][0] == mark else None
            if begun is None:
                after += mark
            elif (begun, number) == (0, len(pieces) - 1):
                before, after = mark + before, after + mark
    return "".join(mark for mark, _number in opened) + before + called + after


def _pattern(form: Form, spellings: Iterable[tuple[str, ...]]) -> str:
    joint = rf"{EMPHASIS}{_SPACE}{EMPHASIS}"
    written = "|".join(dict.fromkeys(joint.join(map(re.escape, words)) for words in spellings))
    begins, ends = (_BEGINS, _ENDS) if form.is_full else (_PART_BEGINS, _PART_ENDS)
    initial = rf"(?:{re.escape(form.initial)}\.\s{{0,3}})?" if form.initial else ""
    return rf"{EMPHASIS}{begins}{initial}(?:{written}){ends}{EMPHASIS}"


def _spellings(form: Form) -> Iterable[tuple[str, ...]]:
    yield form.words
    if any(map(_begins_with_capital, form.words)):
        yield tuple(word.upper() for word in form.words)
    if not form.is_full:
        # "Mevrouw De Vries", and where a sentence begins with it.
        first, *others = form.words
        yield (first[:1].upper() + first[1:], *others)


def _longest_first(forms: Iterable[Form]) -> list[Form]:
    """One may be the beginning of another; each once."""
    return sorted(dict.fromkeys(forms), key=lambda form: -len(" ".join(form.words)))


def _begins_with_capital(word: str) -> bool:
    """Whether its first letter is a capital; in scripts without capitals every letter is as good as one."""
    letter = next(filter(str.isalpha, word), "")
    return letter != "" and (not letter.islower())


def _is_small(word: str) -> bool:
    bare = word.strip("'’‘`.").casefold()
    return bare in _SMALL


def _letters(word: str) -> int:
    return sum(map(str.isalnum, word))
