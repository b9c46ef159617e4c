"""Colours of people: a name has one of twelve hues, and two who talk to each other do not share one.

The hue follows from the name. Where people answer each other it is dealt: one of two who would look alike steps on to
another. Who steps does not depend on who speaks first, only on the names. A page deals for those whom it shows: on
another page, or when somebody new joins in, a hue can be another one. It helps the eye; the name says who it is.
"""

from collections.abc import Collection, Iterable, Mapping

HUES = 12
# 150 degrees: as far as one can go and still come past all twelve.
_STEP = 5
# On the ring of twelve; one apart is hard to tell in pale colours and in thin lines.
_FAR_ENOUGH = 2
# Who talks to that many is dealt first: with fewer, twelve hues are always enough.
_CROWD = 6
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def hue_of(name: str) -> int:
    """The hue that belongs to a name, from 0 to 11, always the same one."""
    low = name.lower()
    letters = _LETTERS.find(low[0]) * 5 + _LETTERS.find(low[-1]) * 7 + _LETTERS.find(low[len(low) // 2]) * 3
    return (letters + len(low) + 40) % HUES


def deal_hues(exchanges: Iterable[tuple[str | None, str | None]]) -> Mapping[str, int]:
    """A hue for each name in a conversation: pairs of who speaks and who is answered, None for nobody with a name.

    Two who answer each other are far apart where there is room for it, and differ where at all possible.
    """
    partners: dict[str, set[str]] = {}
    for speaker, answered in exchanges:
        for name, other in ((speaker, answered), (answered, speaker)):
            if name:
                partners.setdefault(name, set()).update([other] if other and other != name else [])
    dealt: dict[str, int] = {}
    for name in sorted(partners, key=lambda name: (len(partners[name]) < _CROWD, name)):
        dealt[name] = _best_for(name, {dealt[other] for other in partners[name] if other in dealt})
    return dealt


def _best_for(name: str, taken: Collection[int]) -> int:
    """The name's own hue, or the first after it that is far enough from those that are taken, or as far as can be."""
    own = hue_of(name)
    ways = ((own + _STEP * turn) % HUES for turn in range(HUES))
    return max(ways, key=lambda hue: min([_FAR_ENOUGH, *(_apart(hue, other) for other in taken)]))


def _apart(one: int, other: int) -> int:
    """How far two hues are apart on their ring."""
    steps = abs(one - other)
    return min(steps, HUES - steps)
