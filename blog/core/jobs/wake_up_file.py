"""Where wake-ups stand when there is no Redis: a file beside the database, that no program depends on.

What to do stands in the database. So a broken file is made anew rather than mended: it would keep the site, the workers
and the mail door from starting, and holds nothing that the next sweep does not find.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import structlog
from huey.storage import SqliteStorage

_BROKEN = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
# The low byte of an extended code is the code itself (sqlite.org/rescode.html, section 3).
_CODE = 0xFF
log = structlog.get_logger(__name__)


class WakeUpFile(SqliteStorage):
    """Huey's queue in SQLite, whole after a power cut and new when it is broken all the same."""

    def initialize_schema(self) -> None:
        """Make the tables where there are none yet, and the file anew where it is broken."""
        try:
            self._make_tables()
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & _CODE not in _BROKEN:
                raise
            log.warning("the file of wake-ups was broken and is made anew; no work is lost", why=str(error))
            self._remove()
            self._make_tables()

    def _make_tables(self) -> None:
        cast("Any", super()).initialize_schema()
        with closing(self._create_connection()) as connection:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()
        if found != ("ok",):
            broken = sqlite3.DatabaseError(str(found))
            broken.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
            raise broken

    def _create_connection(self) -> sqlite3.Connection:
        made = cast("Any", super())._create_connection()  # noqa: SLF001 - what Huey's own kinds of storage override
        connection = cast("sqlite3.Connection", made)
        # With a write-ahead log this syncs at checkpoints only, not at each wake-up, and leaves no half page behind
        # (sqlite.org/pragma.html, synchronous). Huey offers only to sync always, or never.
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    def _remove(self) -> None:
        for ending in ("", "-wal", "-shm"):
            Path(f"{self.filename}{ending}").unlink(missing_ok=True)
