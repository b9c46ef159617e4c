"""Numbers that say which question, puzzle or entry it is: "vraag 12", "Kerstpuzzel 2025"."""

import re
from collections.abc import Iterator, Sequence

from blog.challenges.rules.tokens import Token

_COUNTED = re.compile(
    r"\w*(?:vraag|vragen|puzzel|puzzels|quiz|opgave|raadsel|challenge|uitdaging|inzending|editie|aflevering|ronde|week"
    r"|puzzle|question|entry|edition|round|issue|artikel|article|nummer|nr|number|no)"
)
_ALWAYS = frozenset({"nummer", "nr", "number"})


def numbers_behind_nouns(tokens: Sequence[Token]) -> Iterator[int]:
    """Where numbers stand directly behind what they may count: nothing stands between them, no sign either.

    But for "nr. 12", which is written so.
    """
    for at, token in enumerate(tokens):
        if not at or not token.is_number:
            continue
        noun = tokens[at - 1].text
        if noun in _ALWAYS or (not token.is_apart and _COUNTED.fullmatch(noun)):
            yield at
