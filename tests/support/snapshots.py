"""An older database is put back: all rows as they were, as after a restore from a backup."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from blog.core.db import Base, db, session
from tests.support.databases import empty_all_tables, without_triggers

Snapshot = Mapping[str, Sequence[Mapping[str, object]]]


def take_snapshot() -> Snapshot:
    """All rows of all tables."""
    session.rollback()
    with db.engine.connect() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(sa.select(table)).mappings()]
            for table in Base.metadata.sorted_tables
        }


def put_back(snapshot: Snapshot) -> None:
    """Only what the snapshot holds is in the database from here on."""
    session.remove()
    empty_all_tables(db.engine, Base.metadata.sorted_tables)
    filled = [table for table in Base.metadata.sorted_tables if snapshot[table.name]]
    with db.engine.begin() as connection, without_triggers(connection, [table.name for table in filled]):
        for table in filled:
            # Rows point to earlier ones of their own table.
            rows = sorted(snapshot[table.name], key=lambda row: str(row.get("id", "")).zfill(40))
            connection.execute(sa.insert(table), rows)
