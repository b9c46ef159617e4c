"""What the readable file of somebody's data says: chapters, each of things that are told as a person reads them.

A feature registers the chapters that it tells of its tables. A table with rows about people that no chapter shows is
left to programs, with the reason; one that is neither fails a test: nothing we hold stays unreadable by oversight.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from flask_babel.speaklater import LazyString
from markupsafe import Markup

from blog.accounts.holdings import Somebody
from blog.core.config import current_settings
from blog.core.db import Base
from blog.core.markdown.sanitising import standing_alone

# Plain text keeps its line breaks; markup is HTML that was sanitised already.
Words = str | Markup


class Place(IntEnum):
    """Where in the file a chapter stands: first what somebody wrote, last what is only counted."""

    WORDS = 1
    ACCOUNT = 2
    MAIL = 3
    SIGNING_IN = 4
    ACTS = 5
    WORK = 6
    INVITATIONS = 7
    NOTES = 8
    COUNTED = 9


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known; `address` is where it leads, on the site or in the archive."""

    label: str
    value: Words
    address: str = ""


@dataclass(frozen=True, slots=True)
class Folded:
    """What is read only by who opens it."""

    label: str
    words: Words = ""
    facts: Sequence[Fact] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that we hold of somebody.

    `title` says what it is, in `language` if that may be another than the reader's, and leads to `address`. `words`
    are what somebody wrote, in `words_language`; `asked` is the question to it, in `language`. `picture` is a file in
    the archive.
    """

    title: str
    address: str = ""
    language: str = ""
    at: datetime | None = None
    notes: Sequence[Words] = ()
    asked: Words = ""
    words: Words = ""
    words_language: str = ""
    facts: Sequence[Fact] = ()
    folded: Sequence[Folded] = ()
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """What somebody reads of the tables that it `shows`. `name` is its address in the file.

    `lines`: each thing is a line, without words of its own. `counted`: how many there are says something.
    """

    name: str
    title: LazyString
    place: Place
    shows: tuple[type[Base], ...]
    told: Callable[[Somebody], Iterable[Told]]
    intro: LazyString | None = None
    lines: bool = False
    counted: bool = True


@dataclass(frozen=True, slots=True)
class OnlyForPrograms:
    """A table with rows about people that no chapter shows, and why."""

    model: type[Base]
    why: str


_chapters: dict[str, Chapter] = {}
_only_for_programs: dict[str, OnlyForPrograms] = {}


def register_chapters(*chapters: Chapter | OnlyForPrograms) -> None:
    """Tell of tables. Registering a chapter again replaces it: an application is made many times."""
    for each in chapters:
        if isinstance(each, Chapter):
            _chapters[each.name] = each
        else:
            _only_for_programs[each.model.__tablename__] = each


def chapters() -> Sequence[Chapter]:
    """All chapters, in the order in which they are read; in one place those of the lower features first."""
    return sorted(_chapters.values(), key=lambda chapter: chapter.place)


def told_tables() -> frozenset[str]:
    """The tables that chapters show."""
    return frozenset(model.__tablename__ for chapter in _chapters.values() for model in chapter.shows)


def tables_only_for_programs() -> frozenset[str]:
    """The tables that are left to programs."""
    return frozenset(_only_for_programs)


def as_read(html: str) -> Markup:
    """HTML of an article or a comment, as it can be read anywhere in the file."""
    return Markup(standing_alone(html, current_settings().site_url))  # noqa: S704 - sanitised just now


def on_site(path: str) -> str:
    """The whole address of a path of this site: the file is opened far from it."""
    return f"{current_settings().site_url}{path}"
