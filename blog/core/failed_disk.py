"""What a process does when the disk fails under its database: it writes nothing more, and ends.

The kernel reports a failed `fsync` once, and takes the pages for written: what a process believes of its database from
there on may be wrong, and what it wrote next would seem to be safe and not be (ADR 20). PostgreSQL ends itself then. On
SQLite that is up to us, for whoever writes: the doors, the pages, the workers, the commands.

Every error of a database is shown to `note()`. From the first one that tells of the disk, no unit of work begins or
commits in this process any more; what it answers is what it answers when the database does not answer.
"""

import atexit
import os
import sqlite3
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

import structlog
from sqlalchemy.exc import OperationalError

# What a supervisor reads of a process whose disk failed (sysexits.h).
EX_IOERR = 74
# A supervisor that saw a program end within ten seconds again and again would give the whole site up
# (`blog/core/supervisor.py`).
SHORTEST_LIFE_SECONDS = 11.0
# What was written before, and is taken for safe, may not be on the disk (sqlite.org/rescode.html).
_LOST = frozenset(
    {
        sqlite3.SQLITE_IOERR_FSYNC,
        sqlite3.SQLITE_IOERR_DIR_FSYNC,
        sqlite3.SQLITE_IOERR_TRUNCATE,
        # A network's file system may tell of it only then.
        sqlite3.SQLITE_IOERR_CLOSE,
        sqlite3.SQLITE_IOERR_DIR_CLOSE,
        # On file systems that commit for SQLite (F2FS), instead of an fsync.
        sqlite3.SQLITE_IOERR_COMMIT_ATOMIC,
    }
)
log = structlog.get_logger(__name__)

_lock = threading.Lock()
_failure: sqlite3.Error | None = None
_to_tell: list[Callable[[], object]] = []


def tells_of_failed_disk(error: object) -> bool:
    """Whether an error of the database says that what was written before may be lost.

    Neither a full disk nor a write that was refused (a quota that is used up, a bad sector) says so: SQLite undoes what
    it was about to do, and nobody was told that it is safe. What cannot be read is not written either.
    """
    return isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", None) in _LOST


def note(error: object) -> None:
    """Look at an error of the database; the first that tells of a failed disk is the end of this process."""
    global _failure  # noqa: PLW0603 - it is a fact about the process
    if not isinstance(error, sqlite3.Error) or not tells_of_failed_disk(error):
        return
    with _lock:
        if _failure is not None:
            return
        _failure = error
        to_tell = tuple(_to_tell)
    log.error("the disk failed: this process writes nothing more and ends", error=error.sqlite_errorname)
    # However it ends: to close the database would write to that disk from what this process believes.
    atexit.register(leave_at_once, EX_IOERR)
    for tell in to_tell:
        tell()


def has_failed() -> bool:
    """Whether the disk has failed under this process."""
    return _failure is not None


def when_it_fails(tell: Callable[[], object]) -> None:
    """Have `tell` called when it does, in the thread that met it: whoever runs this process brings it to its end.

    When it has failed already, it is called at once.
    """
    with _lock:
        _to_tell.append(tell)
        is_late = _failure is not None
    if is_late:
        tell()


def refuse_to_write() -> None:
    """Raise `OperationalError`, as for a database that does not answer, once the disk has failed."""
    if _failure is not None:
        raise OperationalError("(the disk failed before)", {}, _failure)


def leave_at_once(status: int) -> None:
    """End this process as when it is killed, but for what it has said already."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)
