"""When two names look the same: what is left of a text once everything that eyes pass over is taken out of it.

Source: Unicode Technical Standard #39, section 4 (confusable detection), with the table of that standard as the package
confusable-homoglyphs carries it. Beyond the standard, because names are read fast: case, accents, spaces, hyphens and
everything else that is neither letter nor digit make no difference, nor do the digits that are taken for letters.
"""

import re
import unicodedata
from functools import lru_cache
from typing import cast

from confusable_homoglyphs import confusables

from blog.core.letters import PLAIN_LETTERS

# Lower case only: everything is folded before.
_SAME = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "!": "l", "5": "s", "$": "s", "@": "a"})
_PAIRS = (("rn", "m"), ("vv", "w"))
# Marks on a letter, and what is not seen at all.
_UNSEEN = {"Mn", "Me", "Cf", "Cc"}
# Letters for Unicode, and empty to the eye: the fillers of Hangul, and the blank of Braille.
BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_BLANKS = dict.fromkeys(map(ord, BLANK), " ")
_WORD = re.compile(r"[^\W_]+")


def look(text: str) -> str:
    """What `text` looks like: two texts with the same look can be taken for each other. Raises nothing.

    Of plain letters, digits and hyphens (a handle) this says all there is; of any other text see `looks`.
    """
    return with_pairs(shape(text))


def looks(text: str) -> frozenset[str]:
    """What `text` looks like as it is written, and in lower case: a capital Ve looks like a B, a small one does not."""
    return frozenset({look(text), look(text.casefold())})


def shape(text: str) -> str:
    """The look of `text` letter by letter: that of two texts in a row is that of the one, and then of the other."""
    shapes = _without_unseen(text).translate(_latin_shapes())
    folded = _without_unseen(shapes.casefold()).translate(_latin_shapes()).casefold()
    plain = folded.translate(PLAIN_LETTERS).translate(_SAME)
    return "".join(letter for letter in plain if letter.isalnum())


def with_pairs(shapes: str) -> str:
    """The look of a text from its `shape`: two letters beside each other may look like one."""
    for pair, single in _PAIRS:
        shapes = shapes.replace(pair, single)
    return shapes


def words_seen(text: str) -> list[str]:
    """The words of `text` as eyes tell them apart, without accents: what is not seen parts nothing, a blank does."""
    return _WORD.findall(_without_unseen(text.translate(_BLANKS)))


def is_seen(text: str) -> bool:
    """Whether there is anything to see in `text`."""
    return _without_unseen(text).strip() != ""


def _without_unseen(text: str) -> str:
    taken_apart = unicodedata.normalize("NFKD", text)
    return "".join(
        letter
        for letter in taken_apart
        if letter not in BLANK and unicodedata.category(letter) not in _UNSEEN
    )


@lru_cache(maxsize=1)
def _latin_shapes() -> dict[int, str]:
    """For characters of all scripts the plain letters or digits that each is confused with."""
    table = cast("dict[str, list[dict[str, str]]]", confusables.confusables_data)
    shapes: dict[int, str] = {}
    for letter, twins in table.items():
        if len(letter) != 1 or letter.isascii():
            continue
        plain = [twin["c"] for twin in twins if twin["c"].isascii() and twin["c"].isalnum()]
        if plain:
            shapes[ord(letter)] = min(plain, key=len)
    return shapes
