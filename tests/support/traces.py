"""Looking everywhere for what is left of somebody: every column of every table, and every file of the instance."""

import subprocess
from collections.abc import Iterable
from pathlib import Path

import sqlalchemy as sa

from blog.core.config import current_settings
from blog.core.db import Base, session


def traces_of(words: Iterable[str]) -> list[str]:
    """Where any of `words` still stands, whatever its capitals: in rows, and in files beside the database."""
    wanted = [word.lower() for word in words]
    return sorted({*_in_rows(wanted), *_in_files(wanted)})


def _in_rows(wanted: list[str]) -> Iterable[str]:
    session.rollback()
    for table in Base.metadata.sorted_tables:
        for row in session.execute(sa.select(table)).mappings():
            for column, value in row.items():
                text = (value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)).lower()
                yield from (f"{table.name}.{column}: {word}" for word in wanted if word in text)
    session.rollback()


def _in_files(wanted: list[str]) -> Iterable[str]:
    url = sa.make_url(current_settings().database_url)
    # The files of SQLite too, byte by byte: what was removed is not only passed over.
    beside = list(Path(url.database or "").parent.glob("*")) if url.drivername == "sqlite" else []
    for path in {*current_settings().instance.rglob("*"), *beside}:
        if path.is_file():
            text = _bytes_of(path).decode("utf-8", "replace").lower()
            yield from (
                f"{path.name}: {word}" for word in wanted if word in text or word in path.name.lower()
            )


def _bytes_of(path: Path) -> bytes:
    """What a file holds, read by another process.

    To close a file ends all locks that this process has on it (POSIX, `fcntl`), also those of a connection of SQLite:
    another program would take the database for one that nobody uses, and both would write over each other
    (sqlite.org/howtocorrupt.html, section 2.2).
    """
    return subprocess.run(["cat", "--", str(path)], capture_output=True, check=True).stdout
