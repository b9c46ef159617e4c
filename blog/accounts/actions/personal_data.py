"""Everything that we hold of a person, in a file for that person."""

import base64
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

import sqlalchemy as sa

from blog.accounts.holdings import Holding, Somebody, holdings
from blog.accounts.models.people import Person
from blog.accounts.queries import somebody
from blog.core.db import session

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Held:
    """What one table holds of somebody: what it is, and its rows in plain values."""

    table: str
    about: str
    rows: Sequence[Row]


def held_of(person: Person) -> list[Held]:
    """What every table holds of a person, in plain values; bytes are named as files."""
    whom = somebody(person)
    return [
        Held(holding.table, str(holding.about), [_plain(holding, row) for row in _rows(holding, whom)])
        for holding in holdings()
    ]


def write_archive(
    person: Person,
    held: Sequence[Held],
    readable: str,
    file: IO[bytes],
    made_at: datetime,
    *,
    kept_elsewhere: Mapping[str, bytes],
) -> None:
    """Write a ZIP into `file`: all of it as JSON, the same to read, and what is kept as bytes in files of its own.

    `kept_elsewhere` are files, by their names, that are not in the database.
    """
    whom = somebody(person)
    document = {
        "made_at": made_at.isoformat(),
        "person": person.handle,
        "tables": {each.table: {"about": each.about, "rows": each.rows} for each in held},
    }
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("personal-data.json", json.dumps(document, ensure_ascii=False, indent=2))
        archive.writestr("personal-data.html", readable)
        for name, content in kept_elsewhere.items():
            archive.writestr(f"files/{name}", content)
        for holding in holdings():
            for column in holding.files:
                for row in _rows(holding, whom):
                    # One at a time: somebody may have mailed us more than fits in memory.
                    archive.writestr(_file_name(holding, row, column), _content(holding, row, column))


def _rows(holding: Holding, whom: Somebody) -> Sequence[sa.RowMapping]:
    """The rows about a person, without the bytes that go into files."""
    table = holding.columns
    columns = [column for column in table.columns if column.name not in holding.files]
    rows = sa.select(*columns).where(holding.of(whom)).order_by(*table.primary_key)
    return session.execute(rows).mappings().all()


def _content(holding: Holding, row: sa.RowMapping, column: str) -> bytes:
    table = holding.columns
    is_this = [key == row[key.name] for key in table.primary_key]
    return session.scalars(sa.select(table.columns[column]).where(*is_this)).one() or b""


def _plain(holding: Holding, row: sa.RowMapping) -> Row:
    files = {name: _file_name(holding, row, name) for name in holding.files}
    return {name: _json(value) for name, value in row.items() if name not in holding.without} | files


def _file_name(holding: Holding, row: sa.RowMapping, column: str) -> str:
    number = "-".join(str(row[key.name]) for key in holding.columns.primary_key)
    return f"files/{holding.table}-{number}{holding.files[column]}"


def _json(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value
