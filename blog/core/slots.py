"""Slots: how a feature shows something on a page of a feature below it.

The page says `{{ slot('article.after', article=article) }}`; whoever has something to show there fills it.
"""

from collections.abc import Callable

from markupsafe import Markup

Filler = Callable[..., Markup]

_fillers: dict[str, list[Filler]] = {}


def fill(name: str, filler: Filler) -> None:
    """Show what `filler(**context)` returns in the slot `name`; the same filler again changes nothing."""
    fillers = _fillers.setdefault(name, [])
    if filler not in fillers:
        fillers.append(filler)


def slot(name: str, **context: object) -> Markup:
    """All that fills the slot `name`, one after the other; nothing when nobody does."""
    return Markup().join(filler(**context) for filler in _fillers.get(name, ()))
