"""Typed events: how a feature tells those above it what has happened, without knowing them.

A receiver runs at once, inside the unit of work of the act: it may write rows, and if it fails the act
fails with it. What must not fail the act (mail, indexing) is a job that the receiver enqueues.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar


@dataclass(frozen=True, slots=True)
class Event:
    """Something that has happened; subclasses are named in the past tense."""


E = TypeVar("E", bound=Event)
_receivers: dict[type[Event], list[Callable[[Any], None]]] = {}


def subscribe(kind: type[E], receiver: Callable[[E], None]) -> None:
    """Call `receiver` for every event of `kind`. Subscribing the same receiver again changes nothing."""
    receivers = _receivers.setdefault(kind, [])
    if receiver not in receivers:
        receivers.append(receiver)


def publish(event: Event) -> None:
    """Tell every receiver of this kind of event, in the order in which they subscribed."""
    for receiver in _receivers.get(type(event), ()):
        receiver(event)
