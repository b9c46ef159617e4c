"""Whether there is room on the disk for more mail.

A disk that is really full stops the whole site: readers whose visits write, sessions, the database's own log. So mail
is asked to come later while there is room for everything else yet; mail servers try for days (RFC 5321, 4.5.4.1).
"""

import os
import time
from pathlib import Path

from flask import Flask

from blog.core.config import Settings
from blog.mailroom.doors.files import folder_of_database

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


def free_disk_of(app: Flask) -> FreeDisk:
    """The disk of the database of `app`, which all doors of a process look at."""
    known: FreeDisk | None = app.extensions.get("free_disk")
    if known is None:
        settings: Settings = app.extensions["settings"]
        known = FreeDisk(folder_of_database(settings), settings.smtp_min_free_mb)
        app.extensions["free_disk"] = known
    return known


def _free_in(folder: Path, unknown: int) -> int:
    try:
        found = os.statvfs(folder)
    except OSError:
        return unknown
    return found.f_bavail * found.f_frsize
