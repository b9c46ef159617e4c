"""Numbers that say which question, puzzle or entry it is: "vraag 12", "Kerstpuzzel 2025"."""

import re
from collections.abc import Iterator, Sequence

from blog.challenges.rules.tokens import Token

_COUNTED = re.compile(
    r"\w*(?:vraag|vragen|puzzel|puzzels|quiz|opgave|raadsel|challenge|uitdaging|inzending|editie|aflevering|ronde|week"
    r"|puzzle|question|entry|edition|round|issue|nummer|nr|number|no)"
)


def numbers_behind_nouns(tokens: Sequence[Token]) -> Iterator[int]:
    """Where numbers stand directly behind what they may count: nothing stands between them, no sign either."""
    for at, token in enumerate(tokens):
        if at and token.is_number and not token.is_apart and _COUNTED.fullmatch(tokens[at - 1].text):
            yield at
