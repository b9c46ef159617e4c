"""What the door writes, and whose it has to be where root has started it.

The start makes files before the door becomes `SMTP_USER`: the secret and the file of wake-ups. As root's they would
keep everything else that runs as that user from starting.
"""

import os
import pwd
import stat
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from blog.core.config import Settings
from blog.mailroom.doors.privileges import account_of

# Made beside the database where they were missing (`blog/core/config.py`, `blog/core/jobs/engine.py`).
_SECRET, _WAKE_UPS = "secret_key", "wake-ups.db"
_ROOT = 0


def folder_of_database(settings: Settings) -> Path | None:
    """Where SQLite keeps its files; PostgreSQL looks after its own disk."""
    database = _database(settings)
    return database.parent if database is not None else None


def give_files_to(user: str, settings: Settings) -> None:
    """Give a user the files of root's that the start has made in a folder of theirs. Raises `CannotDrop`.

    Nothing else: in their folder a name may lead to any file of the machine, and only root can give that away.
    """
    account = account_of(user)
    for path in [settings.instance / _SECRET, *_written(settings)]:
        if path.parent.is_dir() and path.parent.stat().st_uid == account.pw_uid:
            _give(path, account)


def refusal_of_files(settings: Settings) -> str | None:
    """Why what we are to write cannot be written by who we are, and what to do; None when it can."""
    for path in _written(settings):
        folder = path.parent
        if not os.access(folder, os.W_OK | os.X_OK):
            return _cannot_write(folder)
        if path.exists() and not os.access(path, os.R_OK | os.W_OK):
            return _cannot_write(path)
    return None


def _written(settings: Settings) -> Iterator[Path]:
    if settings.redis_url is None:
        yield from _with_its_log(settings.instance / _WAKE_UPS)
    database = _database(settings)
    if database is not None:
        yield from _with_its_log(database)


def _with_its_log(database: Path) -> list[Path]:
    """The files of an SQLite database (sqlite.org/wal.html)."""
    return [database.with_name(f"{database.name}{ending}") for ending in ("", "-wal", "-shm")]


def _database(settings: Settings) -> Path | None:
    url = sa.make_url(settings.database_url)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def _give(path: Path, account: pwd.struct_passwd) -> None:
    try:
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return
    try:
        found = os.fstat(file)
        # One name only: a second one may stand where the user must not write.
        if stat.S_ISREG(found.st_mode) and found.st_uid == _ROOT and found.st_nlink == 1:
            os.fchown(file, account.pw_uid, account.pw_gid)
    finally:
        os.close(file)


def _cannot_write(path: Path) -> str:
    try:
        user = pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        user = str(os.geteuid())
    return f"{user!r} cannot write {path}; give it to that user (chown), with the folder it stands in"
