"""What the machine has to do for mail: room on the disk, and a clock that is right."""

import ctypes
import shutil
from collections.abc import Callable

from blog.core.config import Settings
from blog.mailroom.doctor.finding import Finding, State
from blog.mailroom.doors.disk import FreeDisk
from blog.mailroom.doors.files import folder_of_database

_MEGABYTE = 1024 * 1024
# Below it, it is time to make room.
_LITTLE_FREE_MB = 2048
# What the kernel answers of a clock that nothing keeps right (adjtimex(2)).
_TIME_ERROR = 5
_BYTES_OF_TIMEX = 512


def disk_finding(settings: Settings) -> Finding:
    """Whether there is room: where the door looks for it, and as much as it wants (`SMTP_MIN_FREE_MB`)."""
    folder, least = folder_of_database(settings), settings.smtp_min_free_mb
    free = shutil.disk_usage(folder or settings.instance).free // _MEGABYTE
    is_little = free < max(_LITTLE_FREE_MB, 2 * least)
    if folder is None:
        words = f"the database is elsewhere; {free} MB are free where the instance folder is"
    else:
        words = f"{free} MB are free where the database is; below {least} (SMTP_MIN_FREE_MB) no mail is taken"
        if FreeDisk(folder, least).is_scarce():
            return Finding("disk", State.FAULT, f"{words}: make room")
    return Finding("disk", State.HINT if is_little else State.GOOD, words)


def clock_finding() -> Finding:
    """Whether something keeps the clock right: the order of answers does not need it, closing times do."""
    state = _state_of_clock()
    if state is None:
        return Finding("clock", State.HINT, "this system does not tell whether its clock is kept right")
    if state == _TIME_ERROR:
        return Finding("clock", State.HINT, "nothing keeps the clock right; run chrony or systemd-timesyncd")
    return Finding("clock", State.GOOD, "the clock is kept right")


def _state_of_clock() -> int | None:
    """What adjtimex(2) says, on Linux. A buffer of zeros asks, and changes nothing."""
    try:
        adjtimex: Callable[[object], int] = ctypes.CDLL(None).adjtimex
    except (OSError, AttributeError):
        return None
    state = adjtimex(ctypes.create_string_buffer(_BYTES_OF_TIMEX))
    return state if state >= 0 else None
