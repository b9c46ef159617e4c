"""When two names look the same: what is left of a text once everything that eyes pass over is taken out of it.

Source: Unicode Technical Standard #39, section 4 (confusable detection), with the table of that standard as the package
confusable-homoglyphs carries it. Beyond the standard, because names are read fast: case, accents, spaces, hyphens and
everything else that is neither letter nor digit make no difference, nor do the digits that are taken for letters.
"""

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
_BLANK = {"\u115f", "\u1160", "\u3164", "\uffa0", "\u2800"}


def look(text: str) -> str:
    """What `text` looks like: two texts with the same look can be taken for each other. Raises nothing.

    Of plain letters, digits and hyphens (a handle) this says all there is; of any other text see `looks`.
    """
    shapes = _without_unseen(text).translate(_latin_shapes())
    folded = _without_unseen(shapes.casefold()).translate(_latin_shapes()).casefold()
    plain = folded.translate(PLAIN_LETTERS).translate(_SAME)
    letters = "".join(letter for letter in plain if letter.isalnum())
    for pair, single in _PAIRS:
        letters = letters.replace(pair, single)
    return letters


def looks(text: str) -> frozenset[str]:
    """What `text` looks like as it is written, and in lower case: a capital Ve looks like a B, a small one does not."""
    return frozenset({look(text), look(text.casefold())})


def _without_unseen(text: str) -> str:
    taken_apart = unicodedata.normalize("NFKD", text)
    return "".join(
        letter
        for letter in taken_apart
        if letter not in _BLANK and unicodedata.category(letter) not in _UNSEEN
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
