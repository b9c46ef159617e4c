"""Whether there is room on the disk for more mail.

A disk that is really full stops the whole site: readers whose visits write, sessions, the database's own log. So mail
is asked to come later while there is room for everything else yet; mail servers try for days (RFC 5321, 4.5.4.1).
"""

import os
import time
from pathlib import Path

import sqlalchemy as sa

from blog.core.config import Settings

_LOOK_AGAIN_SECONDS = 1.0
_MEGABYTE = 1024 * 1024


class FreeDisk:
    """Looks at the file system of `folder`, at most once a second. `None` for a database that is elsewhere."""

    def __init__(self, folder: Path | None, least_megabytes: int) -> None:
        self._folder = folder
        self._least = least_megabytes * _MEGABYTE
        self._looked_at = 0.0
        self._is_scarce = False

    def is_scarce(self) -> bool:
        """Whether less is free than there has to be. What cannot be looked at is taken for enough."""
        now = time.monotonic()
        if self._folder is not None and self._least and now - self._looked_at >= _LOOK_AGAIN_SECONDS:
            self._looked_at = now
            self._is_scarce = _free_in(self._folder, self._least) < self._least
        return self._is_scarce


def folder_of_database(settings: Settings) -> Path | None:
    """Where SQLite keeps its files; PostgreSQL looks after its own disk."""
    url = sa.make_url(settings.database_url)
    return Path(url.database).parent if url.get_backend_name() == "sqlite" and url.database else None


def _free_in(folder: Path, unknown: int) -> int:
    try:
        found = os.statvfs(folder)
    except OSError:
        return unknown
    return found.f_bavail * found.f_frsize
