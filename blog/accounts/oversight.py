"""What admins read: who is here, who is invited, what was noted, and what was done."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from blog.accounts.models.audit import AuditRecord
from blog.accounts.models.invitations import Invitation
from blog.accounts.models.notes import PersonNote
from blog.accounts.models.people import FormerAddress, FormerHandle, FormerName, Person, PersonRole
from blog.accounts.queries import people_by_ids
from blog.core.db import session
from blog.core.pagination import Page, decode_cursor, encode_cursor

PEOPLE_PAGE_SIZE = 50
INVITATIONS_PAGE_SIZE = 50
AUDIT_PAGE_SIZE = 50
AUDIT_COLUMNS = (
    "id",
    "at",
    "door",
    "actor_id",
    "actor",
    "act",
    "subject_kind",
    "subject_id",
    "place",
    "details",
    "network",
)
_EXPORTED_AT_ONCE = 500
# Which details of an act are somebody's number.
_PEOPLE_IN_DETAILS = ("invited_by", "author", "person")
_LAST_ID = 2**31 - 1
Row = TypeVar("Row", Person, Invitation, AuditRecord)


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which records to show: of one act, with one person as who did it or whom it was done to, in a period."""

    act: str | None = None
    person_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None

    def chosen(self) -> dict[str, str | int]:
        """What was chosen, as details of an act: nothing for all records."""
        values = {
            "act": self.act,
            "person": self.person_id,
            "since": self.since.isoformat() if self.since else None,
            "before": self.until.isoformat() if self.until else None,
        }
        return {name: value for name, value in values.items() if value is not None}


class EarlierKind(StrEnum):
    """What somebody has no more."""

    NAME = "name"
    HANDLE = "handle"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Earlier:
    """What somebody was called, or could be found at, until an instant."""

    kind: EarlierKind
    value: str
    until: datetime


def people_page(cursor: str | None, *, words: str = "", role: str | None = None) -> Page[Person]:
    """People, the newest first: those with `words` in a name, handle or address, also an earlier one, and with `role`.

    Raises `InvalidInput` for a damaged cursor.
    """
    query = sa.select(Person).order_by(Person.id.desc())
    if words:
        query = query.where(_is_or_was_called(words))
    if role is not None:
        query = query.where(Person.id.in_(sa.select(PersonRole.person_id).where(PersonRole.role == role)))
    return _page(query, Person.id, cursor, PEOPLE_PAGE_SIZE)


def earlier_of(person_id: int) -> Sequence[Earlier]:
    """What somebody was called before, and at which addresses they could be found, the last first."""
    by_kind = (
        (EarlierKind.NAME, FormerName, FormerName.name, FormerName.until),
        (EarlierKind.HANDLE, FormerHandle, FormerHandle.handle, FormerHandle.left_at),
        (EarlierKind.ADDRESS, FormerAddress, FormerAddress.email, FormerAddress.until),
    )
    found = [
        Earlier(kind, value, until)
        for kind, model, what, when in by_kind
        for value, until in session.execute(sa.select(what, when).where(model.person_id == person_id))
    ]
    return sorted(found, key=lambda each: each.until, reverse=True)


def _is_or_was_called(words: str) -> sa.ColumnElement[bool]:
    like = f"%{_escaped(words.lower())}%"
    now = (sa.func.lower(Person.name), Person.handle, Person.email_key)
    before = (
        (FormerName, sa.func.lower(FormerName.name)),
        (FormerHandle, FormerHandle.handle),
        (FormerAddress, FormerAddress.email_key),
    )
    return sa.or_(
        *(column.like(like, escape="\\") for column in now),
        *(
            Person.id.in_(sa.select(model.person_id).where(column.like(like, escape="\\")))
            for model, column in before
        ),
    )


def invitations_page(cursor: str | None, *, by: int | None = None) -> Page[Invitation]:
    """Invitations, the newest first: all of them, or those of one person. Raises `InvalidInput`."""
    query = sa.select(Invitation).order_by(Invitation.id.desc())
    if by is not None:
        query = query.where(Invitation.invited_by_id == by)
    return _page(query, Invitation.id, cursor, INVITATIONS_PAGE_SIZE)


def notes_about(person_id: int) -> Sequence[PersonNote]:
    """What admins have noted about somebody, the newest first."""
    notes = sa.select(PersonNote).where(PersonNote.person_id == person_id)
    return session.scalars(notes.order_by(PersonNote.id.desc())).all()


def audit_page(cursor: str | None, which: AuditFilter, *, size: int = AUDIT_PAGE_SIZE) -> Page[AuditRecord]:
    """What was done, the last first. Raises `InvalidInput` for a damaged cursor."""
    return _page(_records(which).order_by(AuditRecord.id.desc()), AuditRecord.id, cursor, size)


def audit_trail(which: AuditFilter) -> Iterator[dict[str, object]]:
    """Everything that was done as data, from the beginning; some hundreds at a time, for it may be more than fits."""
    last = 0
    while True:
        query = _records(which).where(AuditRecord.id > last).order_by(AuditRecord.id)
        records = session.scalars(query.limit(_EXPORTED_AT_ONCE)).all()
        if not records:
            return
        handles = handles_in(records)
        rows = [audit_data(record, handles) for record in records]
        last = records[-1].id
        # A long export holds neither rows nor a read transaction from one portion to the next.
        session.rollback()
        session.expunge_all()
        yield from rows


def audit_data(record: AuditRecord, handles: Mapping[int, str]) -> dict[str, object]:
    """A record for programs; its actor by number, and by handle as long as there is one."""
    values = (
        record.id,
        record.at.isoformat().replace("+00:00", "Z"),
        record.door,
        record.actor_id,
        handles.get(record.actor_id) if record.actor_id is not None else None,
        record.act,
        record.subject_kind,
        record.subject_id,
        record.place,
        record.details,
        record.source.network if record.source else None,
    )
    return dict(zip(AUDIT_COLUMNS, values, strict=True))


def handles_in(records: Sequence[AuditRecord]) -> dict[int, str]:
    """The handles of the people in these records who are still here."""
    return {person_id: person.handle for person_id, person in people_in_records(records).items()}


def people_in_records(records: Sequence[AuditRecord]) -> dict[int, Person]:
    """The people in these records who are still here, in one query."""
    ids = {record.actor_id for record in records}
    ids |= {record.subject_id for record in records if record.subject_kind == "person"}
    ids |= {record.details.get(detail) for record in records for detail in _PEOPLE_IN_DETAILS}
    return people_by_ids(person_id for person_id in ids if person_id is not None)


def _records(which: AuditFilter) -> sa.Select[AuditRecord]:
    query = sa.select(AuditRecord)
    if which.act is not None:
        query = query.where(AuditRecord.act == which.act)
    if which.person_id is not None:
        is_subject = sa.and_(AuditRecord.subject_kind == "person", AuditRecord.subject_id == which.person_id)
        query = query.where(sa.or_(AuditRecord.actor_id == which.person_id, is_subject))
    if which.since is not None:
        query = query.where(AuditRecord.at >= which.since)
    if which.until is not None:
        query = query.where(AuditRecord.at < which.until)
    return query


def _page(query: sa.Select[Row], key: InstrumentedAttribute[int], cursor: str | None, size: int) -> Page[Row]:
    if cursor is not None:
        (before,) = decode_cursor(cursor, int)
        query = query.where(key < min(max(int(before), 0), _LAST_ID))
    rows = session.scalars(query.limit(size + 1)).all()
    items = rows[:size]
    return Page(items, encode_cursor(items[-1].id) if len(rows) > size else None)


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
