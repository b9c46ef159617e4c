"""Pieces of pages that are made once and shown often, in the memory of one process.

The key must hold everything that the piece depends on, a version that every change raises among them: nothing is
ever thrown out for being old, it is only no longer asked for.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Mapping
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Fragments(Generic[V]):
    """The pieces asked for last, at most `limit` of them."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: OrderedDict[Hashable, V] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], V]) -> V:
        """The piece under `key`, made by `make()` if it is not kept. Two at once may both make it."""
        return self.get_all([key], lambda _missing: {key: make()})[key]

    def get_all(self, keys: Collection[K], make: Callable[[Collection[K]], Mapping[K, V]]) -> Mapping[K, V]:
        """The pieces under `keys`; those that are not kept are made together, by one call of `make(their keys)`."""
        found: dict[K, V] = {}
        with self._lock:
            for key in keys:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    found[key] = self._kept[key]
        missing = [key for key in keys if key not in found]
        if not missing:
            return found
        made = make(missing)
        with self._lock:
            for key, piece in made.items():
                self._kept[key] = piece
            while len(self._kept) > self._limit:
                self._kept.popitem(last=False)
        return {**found, **made}
