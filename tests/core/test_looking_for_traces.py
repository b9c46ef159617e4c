"""Looking for traces must not disturb what it looks at: the tests behind it go on with the same files."""

import subprocess
import sys

from flask import Flask

from blog.core.config import current_settings
from blog.core.db import unit_of_work
from blog.core.jobs.queue import enqueue
from tests.support.traces import traces_of

# SQLite lets nobody leave the write-ahead log while somebody else has the file open.
_LEAVE_THE_LOG = """
import sqlite3, sys
print(sqlite3.connect(sys.argv[1], timeout=0).execute("PRAGMA journal_mode = DELETE").fetchone()[0])
"""


def test_files_that_were_searched_are_still_known_to_be_in_use(app: Flask) -> None:
    with unit_of_work():
        enqueue("core.retention", {})
    path = current_settings().instance / "wake-ups.db"
    assert path.with_name("wake-ups.db-wal").exists()

    assert traces_of(["nobody-at-all"]) == []

    other = subprocess.run(
        [sys.executable, "-c", _LEAVE_THE_LOG, str(path)], capture_output=True, text=True, check=False
    )
    assert "database is locked" in other.stderr
