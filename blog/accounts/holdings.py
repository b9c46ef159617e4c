"""What we hold of a person: every table of every feature says which of its rows are about somebody.

A feature registers its tables when it joins the application. A table that nobody has registered fails a test, so that
nothing that we hold can be forgotten when somebody asks for it, or wants it erased (GDPR, articles 15, 17 and 20).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

import sqlalchemy as sa
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import InstrumentedAttribute

from blog.core.db import Base

# No id of ours is zero: nobody's rows have it, while a missing one (NULL) would find those of everybody without one.
NOBODY = 0


@dataclass(frozen=True, slots=True)
class PastAddress:
    """A mail address that somebody had until an instant. What comes from it later may be somebody else's.

    So is what came before `since`, where somebody else had it before them.
    """

    email: str
    email_key: str
    until: datetime
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Somebody:
    """Whom rows are about: a person with an account, or (id `NOBODY`) whoever has a mail address.

    `wanted` are addresses that they wanted to have and never showed to be theirs: they may be somebody else's.
    What came from `email` before `since` is not theirs: somebody else had it. `former` are those that they had before.
    """

    id: int
    email: str
    email_key: str
    wanted: tuple[str, ...] = ()
    since: datetime | None = field(default=None, kw_only=True)
    former: tuple[PastAddress, ...] = field(default=(), kw_only=True)


class CommentsFate(StrEnum):
    """What is to become of somebody's comments when they leave."""

    KEEP = "keep"
    GO = "go"


@dataclass(frozen=True, slots=True)
class WornName:
    """What somebody was called, `since` and `until` when: None for as long as they were here, and until they left."""

    name: str
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Leaving(Somebody):
    """Somebody who leaves for good, as they were while they were here.

    `names` and `handles` are those that they have and had before, the present one first; both are empty for an
    address without an account.
    """

    names: tuple[WornName, ...] = ()
    handles: tuple[str, ...] = ()
    comments: CommentsFate = CommentsFate.KEEP


def within(
    at: InstrumentedAttribute[Any], since: datetime | None, until: datetime | None = None
) -> sa.ColumnElement[bool]:
    """Whether what is in this column lies in a time, its ends included; None is no end."""
    begun = sa.true() if since is None else at >= since
    return sa.and_(begun, sa.true() if until is None else at <= until)


Condition = Callable[[Somebody], sa.ColumnElement[bool]]
# Carries out what takes more than one statement. It opens its own units of work, in portions where there may be much to
# do, and may be begun again from any point: a worker can be killed between two of them.
Eraser = Callable[[Leaving], None]


@dataclass(frozen=True, slots=True)
class Goes:
    """The rows are removed when their person leaves: those of the holding, or those that `which` finds."""

    which: Condition | None = None


@dataclass(frozen=True, slots=True)
class Emptied:
    """The rows stay and lose what says whose they are: `values` are what these columns hold from then on."""

    values: Callable[[], Mapping[str, object]]
    which: Condition | None = None


@dataclass(frozen=True, slots=True)
class Erased:
    """An eraser of the feature sees to the rows, before anything else goes.

    `again`, within the unit of work in which the account goes, sees to what has come in since the eraser was done.
    """

    by: Eraser
    again: Callable[[Leaving], None] | None = None


@dataclass(frozen=True, slots=True)
class Stays:
    """The rows stay as they are, because they do not say who it was; `why` says how that is."""

    why: str


@dataclass(frozen=True, slots=True)
class Holding:
    """The rows of one table that are about a person.

    `about` says to that person what they are; `of` is the condition that finds them, `fate` what becomes of them when
    the person leaves. Columns `without` are ours, not theirs: digests of secrets, and text made from other columns.
    Columns in `files` hold bytes, which go into files of their own with this ending. `address` is the column with mail
    addresses of people who may have no account, if there is one.
    """

    model: type[Base]
    about: LazyString
    of: Condition
    fate: Goes | Emptied | Erased | Stays
    without: frozenset[str] = frozenset()
    files: dict[str, str] = field(default_factory=dict[str, str])
    address: str = ""

    @property
    def table(self) -> str:
        """The name of its table."""
        return self.model.__tablename__

    @property
    def columns(self) -> sa.Table:
        """All columns of its table, also those that are read late, such as large bytes."""
        return cast("sa.Table", self.model.__table__)

    def file_of(self, column: str, *key: object) -> str:
        """What the file with the bytes of a column is called in the archive, of the row with this key."""
        return f"files/{self.table}-{'-'.join(map(str, key))}{self.files[column]}"


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


def holding_of(model: type[Base]) -> Holding:
    """What is said of one table with rows about people. Raises `KeyError` for any other."""
    holding = _registered[model.__tablename__]
    if not isinstance(holding, Holding):
        raise KeyError(model.__tablename__)
    return holding


def rows_about(person: Somebody, model: type[Base]) -> sa.ColumnElement[bool]:
    """The condition that finds the rows of one table that are about somebody."""
    return holding_of(model).of(person)
