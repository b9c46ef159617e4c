"""Listening to events for the length of a test."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, TypeVar

from blog.core import events
from blog.core.events import Event, subscribe

E = TypeVar("E", bound=Event)


@contextmanager
def heard(kind: type[E], also: Callable[[Event], None] | None = None) -> Generator[list[E]]:
    """The events of one kind that are published meanwhile, in order; `also` is told each of them too."""
    received: list[E] = []

    def note(event: E) -> None:
        received.append(event)
        if also is not None:
            also(event)

    receivers: dict[type[Event], list[Callable[[Any], None]]] = events._receivers  # pyright: ignore[reportPrivateUsage]
    subscribe(kind, note)
    try:
        yield received
    finally:
        receivers[kind].remove(note)
