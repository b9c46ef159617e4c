"""What imports say when something is not right: which file, which line, what, and what to do."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _

from blog.core.errors import DomainError, Message

# What YAML and JSON can spell and no database keeps: NUL (PostgreSQL), and half of a pair (not UTF-8).
IMPOSSIBLE = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not right, in the words in which an editor jumps to it: `FILE:LINE: what`."""

    file: str
    line: int
    message: Message

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class ImportRefused(DomainError):
    """Files that cannot be imported as they are. Nothing of them was kept."""

    status = 422
    code = "import_refused"

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(_("Nothing was imported."))
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.file, fault.line)))

    def __str__(self) -> str:
        return "\n".join([*map(str, self.faults), str(self.message)])


def decoded(file: str, data: bytes) -> str:
    """The text of a file: UTF-8, with or without byte order mark; line ends become line feeds.

    Raises `ImportRefused` with the line on which the first wrong byte stands.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ImportRefused([Fault(file, line, _("This is not UTF-8. Save the file as UTF-8."))]) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def instant_from(text: str, zone: ZoneInfo, *, end_of_day: bool = False) -> datetime:
    """The instant, in UTC, that an ISO 8601 date or time means; one without a zone is read in `zone`.

    A date alone is its first instant, or with `end_of_day` the first one of the next day.
    Raises `ValueError` for anything else, `OverflowError` outside the years 1 to 9999.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        instant = datetime.fromisoformat(text)
        return (instant if instant.tzinfo else instant.replace(tzinfo=zone)).astimezone(UTC)
    if end_of_day:
        day += timedelta(days=1)
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
