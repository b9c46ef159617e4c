"""What a visitor wanted to do, and does as soon as we know who they are.

A feature above this one registers an act (a comment, say). It waits beside the code that was mailed, as plain
data, and is carried out by whoever turns out to own the mailbox.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from markupsafe import Markup
from werkzeug.wrappers import Response

from blog.core.actor import Actor
from blog.core.errors import DomainError

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Done:
    """An act was carried out: the path to go on to, and what is said there."""

    address: str
    words: str


class WaitingAct(Protocol):
    """One kind of act. `data` is what it gave to `actions.codes.ask_for_code`, as JSON keeps it."""

    name: str

    def in_words(self, data: Data) -> str:
        """What the code does, for the mail: one sentence of ours, with nothing in it that a stranger has typed."""
        ...

    def on_button(self) -> str:
        """What the button says that does it."""
        ...

    def shown(self, data: Data) -> Markup:
        """What waits, for the page on which the code is typed."""
        ...

    def carry_out(self, actor: Actor, data: Data) -> Done:
        """Do it, within the unit of work of the caller. Raises `DomainError`."""
        ...

    def begin_again(self, data: Data, name: str, email: str) -> Response:
        """The page that asks who somebody is, with what had been typed there and before: nothing of it is lost."""
        ...

    def give_back(self, data: Data, error: DomainError) -> Response:
        """The page that says why it could not be done, with what had been typed."""
        ...


_acts: dict[str, WaitingAct] = {}


def register_act(act: WaitingAct) -> None:
    """Let acts of this kind wait. Raises `ValueError` when two features claim one name."""
    if type(_acts.setdefault(act.name, act)) is not type(act):
        raise ValueError(f"two kinds of waiting acts are called {act.name!r}")


def act_named(name: str) -> WaitingAct:
    """The kind of act with this name. Raises `KeyError`."""
    return _acts[name]
