"""Everything that we hold of a person, in a file for that person."""

import base64
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

import sqlalchemy as sa

from blog.accounts.holdings import Holding, Somebody, holdings
from blog.accounts.models.people import Person
from blog.accounts.queries import somebody
from blog.core.db import session
from blog.core.portions import PORTION

# What the files are called in the archive: one for programs, one to read.
FOR_PROGRAMS = "personal-data.json"
TO_READ = "personal-data.html"

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Held:
    """What one table holds of somebody: what it is, and its rows in plain values, read as they are asked for."""

    table: str
    about: str
    rows: Iterable[Row]


def held_of(person: Person) -> list[Held]:
    """What every table holds of a person, in plain values; bytes are named as files."""
    whom = somebody(person)
    return [Held(holding.table, str(holding.about), _plain_rows(holding, whom)) for holding in holdings()]


def write_archive(
    person: Person,
    readable: Iterable[str],
    file: IO[bytes],
    made_at: datetime,
    *,
    kept_elsewhere: Mapping[str, bytes],
) -> None:
    """Write a ZIP into `file`: all of it as JSON, the same to read, and what is kept as bytes in files of its own.

    `readable` is the HTML, in pieces: neither it nor the JSON need fit in memory. `kept_elsewhere` are files, by their
    names, that are not in the database.
    """
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        _write_pieces(archive, FOR_PROGRAMS, _document(person, made_at))
        _write_pieces(archive, TO_READ, readable)
        for name, content in kept_elsewhere.items():
            archive.writestr(f"files/{name}", content)
        whom = somebody(person)
        for holding in holdings():
            for column in holding.files:
                for row in _rows(holding, whom):
                    if not row[column]:
                        continue
                    # One at a time: somebody may have mailed us more than fits in memory.
                    archive.writestr(_file_name(holding, row, column), _content(holding, row, column))


def _write_pieces(archive: zipfile.ZipFile, name: str, pieces: Iterable[str]) -> None:
    # How large it becomes is not known yet.
    with archive.open(name, "w", force_zip64=True) as file:
        for piece in pieces:
            file.write(piece.encode())


def _document(person: Person, made_at: datetime) -> Iterator[str]:
    """The JSON in pieces: one object, in which each row of a table has a line."""
    yield f'{{"made_at": {_in_json(made_at.isoformat())}, "person": {_in_json(person.handle)}, "tables": {{'
    for number, held in enumerate(held_of(person)):
        yield f'{"," if number else ""}\n{_in_json(held.table)}: {{"about": {_in_json(held.about)}, "rows": ['
        for place, row in enumerate(held.rows):
            yield f"{',' if place else ''}\n{_in_json(row)}"
        yield "]}"
    yield "}}\n"


def _in_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _rows(holding: Holding, whom: Somebody) -> Iterator[sa.RowMapping]:
    """The rows about a person; a few in memory at a time.

    Of bytes that go into files they only say whether there are any: those of a mail may be gone before the rest is.
    """
    table = holding.columns
    columns: list[sa.ColumnElement[Any]] = [
        (sa.func.coalesce(sa.func.length(column), 0) > 0).label(column.name)
        if column.name in holding.files
        else column
        for column in table.columns
    ]
    rows = sa.select(*columns).where(holding.of(whom)).order_by(*table.primary_key)
    for portion in session.execute(rows.execution_options(yield_per=PORTION)).mappings().partitions():
        yield from portion


def _content(holding: Holding, row: sa.RowMapping, column: str) -> bytes:
    table = holding.columns
    is_this = [key == row[key.name] for key in table.primary_key]
    return session.scalars(sa.select(table.columns[column]).where(*is_this)).one() or b""


def _plain_rows(holding: Holding, whom: Somebody) -> Iterator[Row]:
    return (_plain(holding, row) for row in _rows(holding, whom))


def _plain(holding: Holding, row: sa.RowMapping) -> Row:
    files = {name: _file_name(holding, row, name) if row[name] else None for name in holding.files}
    return {name: _json(value) for name, value in row.items() if name not in holding.without} | files


def _file_name(holding: Holding, row: sa.RowMapping, column: str) -> str:
    return holding.file_of(column, *(row[key.name] for key in holding.columns.primary_key))


def _json(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value
