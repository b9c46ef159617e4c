"""Everything that we hold of a person, in a file for that person."""

import base64
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

import sqlalchemy as sa

from blog.accounts.holdings import Holding, holdings
from blog.accounts.models.people import Person
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
    return [
        Held(holding.table, str(holding.about), [_plain(holding, row) for row in _rows(holding, person)])
        for holding in holdings()
    ]


def write_archive(
    person: Person, held: Sequence[Held], readable: str, file: IO[bytes], made_at: datetime
) -> None:
    """Write a ZIP into `file`: all of it as JSON, the same to read, and what is kept as bytes in files of its own."""
    document = {
        "made_at": made_at.isoformat(),
        "person": person.handle,
        "tables": {each.table: {"about": each.about, "rows": each.rows} for each in held},
    }
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("personal-data.json", json.dumps(document, ensure_ascii=False, indent=2))
        archive.writestr("personal-data.html", readable)
        for holding in holdings():
            for column in holding.files:
                for row in _rows(holding, person):
                    content = row[column]
                    if content is not None:
                        archive.writestr(_file_name(holding, row, column), content)


def _rows(holding: Holding, person: Person) -> Sequence[sa.RowMapping]:
    columns = sa.select(holding.columns).where(holding.of(person)).order_by(*holding.columns.primary_key)
    return session.execute(columns).mappings().all()


def _plain(holding: Holding, row: sa.RowMapping) -> Row:
    return {
        name: _file_name(holding, row, name) if name in holding.files and value is not None else _json(value)
        for name, value in row.items()
        if name not in holding.without
    }


def _file_name(holding: Holding, row: sa.RowMapping, column: str) -> str:
    number = "-".join(str(row[key.name]) for key in holding.columns.primary_key)
    return f"files/{holding.table}-{number}{holding.files[column]}"


def _json(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value
