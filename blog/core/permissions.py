"""Permissions as tables of alternatives over named rules.

A feature registers `{"comment:edit": (is_author_within_window, is_moderator)}`: any rule that holds allows
the act. Views, actions and templates ask the same table, so that a hidden button and a refused request
cannot disagree.
"""

from collections.abc import Callable, Mapping
from typing import Any

from blog.core.actor import Actor
from blog.core.errors import Forbidden

Rule = Callable[[Actor, Any], bool]

_table: dict[str, tuple[Rule, ...]] = {}


def register(table: Mapping[str, tuple[Rule, ...]]) -> None:
    """Add a feature's permissions. Raises `ValueError` when two features claim one name."""
    for name, rules in table.items():
        if _table.setdefault(name, rules) != rules:
            raise ValueError(f"the permission {name!r} stands in two tables")


def allowed(actor: Actor, name: str, thing: object = None) -> bool:
    """Whether `actor` may do `name` (`noun:verb`) to `thing`. Raises `KeyError` for an unknown name."""
    return any(rule(actor, thing) for rule in _table[name])


def require(actor: Actor, name: str, thing: object = None) -> None:
    """Raise `Forbidden` unless `actor` may do `name` to `thing`."""
    if not allowed(actor, name, thing):
        raise Forbidden()


def any_role(*roles: str) -> Rule:
    """A rule that holds for people with one of `roles`, and for admins."""

    def has_role(actor: Actor, _thing: object) -> bool:
        return actor.has_role(*roles)

    return has_role


def is_member(actor: Actor, _thing: object) -> bool:
    """A rule that holds for everybody who is signed in."""
    return actor.is_authenticated
