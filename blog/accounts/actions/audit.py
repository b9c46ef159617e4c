"""Acts are written down in the audit log."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from blog.accounts import queries
from blog.accounts.events import AuditLogExported
from blog.accounts.models.audit import AuditRecord, AuditSource
from blog.accounts.oversight import AuditFilter
from blog.accounts.values import AuditDoor
from blog.core import clock
from blog.core.db import session, take_turns
from blog.core.events import publish

Detail = str | int | bool | list[str] | None


@dataclass(frozen=True, slots=True)
class Subject:
    """What an act was done to: a kind such as "person", its number, and a path where it can be looked at."""

    kind: str
    number: int
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Who:
    """Who acts: a person or (None) nobody we know, through which door, from which network."""

    person_id: int | None
    door: AuditDoor
    network: str | None = field(default=None, repr=False)


def write_down(
    act: str, who: Who, subject: Subject | None = None, details: Mapping[str, Detail] | None = None
) -> AuditRecord:
    """Add one act to the log, within the unit of work of the act: there is neither without the other.

    `details` must hold no secret and nothing that says who somebody is: they stay after a person is erased.
    """
    record = AuditRecord(
        at=clock.now(),
        door=who.door,
        actor_id=who.person_id,
        act=act,
        subject_kind=subject.kind if subject else None,
        subject_id=subject.number if subject else None,
        place=subject.place if subject else None,
        details=dict(details or {}),
    )
    session.add(record)
    session.flush()
    if who.network is not None:
        session.add(AuditSource(record_id=record.id, network=who.network))
        session.flush()
    return record


def write_down_once(act: str, who: Who, subject: Subject | None, *, within: timedelta) -> None:
    """Add an act that a stranger can do as often as they like: for one subject and one network once in a while.

    So nobody fills the log up.
    """
    number = subject.number if subject else None
    take_turns(f"accounts.audit.{act}.{number}.{who.network}")
    if not queries.was_written(act, number, clock.now() - within, network=who.network):
        write_down(act, who, subject)


def export_log(ending: str, which: AuditFilter) -> None:
    """Take these lines away as a file that ends like this. Before it is sent: whoever has it is written down in it."""
    publish(AuditLogExported(ending, which.chosen()))
