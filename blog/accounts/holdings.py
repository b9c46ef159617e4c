"""What we hold of a person: every table of every feature says which of its rows are about somebody.

A feature registers its tables when it joins the application. A table that nobody has registered fails a test, so that
nothing that we hold can be forgotten when somebody asks for it (GDPR, articles 15 and 20).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import cast

import sqlalchemy as sa
from flask_babel.speaklater import LazyString

from blog.accounts.models.people import Person
from blog.core.db import Base

Condition = Callable[[Person], sa.ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Holding:
    """The rows of one table that are about a person.

    `about` says to that person what they are; `of` is the condition that finds them. Columns `without` are ours, not
    theirs: digests of secrets, and text made from other columns. Columns in `files` hold bytes, which go into files
    of their own with this ending.
    """

    model: type[Base]
    about: LazyString
    of: Condition
    without: frozenset[str] = frozenset()
    files: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def table(self) -> str:
        """The name of its table."""
        return self.model.__tablename__

    @property
    def columns(self) -> sa.Table:
        """All columns of its table, also those that are read late, such as large bytes."""
        return cast("sa.Table", self.model.__table__)


@dataclass(frozen=True, slots=True)
class NotPersonal:
    """A table that says nothing about anybody, and why."""

    model: type[Base]
    why: str

    @property
    def table(self) -> str:
        """The name of its table."""
        return self.model.__tablename__


_registered: dict[str, Holding | NotPersonal] = {}


def register_holdings(*holdings: Holding | NotPersonal) -> None:
    """Answer for tables. Registering a table again replaces what was said of it: an application is made many times."""
    _registered.update({holding.table: holding for holding in holdings})


def registered_tables() -> frozenset[str]:
    """The tables that somebody answers for."""
    return frozenset(_registered)


def holdings() -> Sequence[Holding]:
    """Every table with rows about people, those of the lower features first."""
    return [each for each in _registered.values() if isinstance(each, Holding)]
