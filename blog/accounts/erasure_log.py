"""Which erasures were carried out, in a file beside the database: a backup of the database is older than it.

Once an older database has been put back, everything that stands here and is not done there is done again, before
anybody sees it. The file says who only to whom has the person: by digests with the secret of the site, which nobody can
turn back. It is only ever added to, one line of JSON for each erasure, and never put back from a backup.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from blog.accounts.holdings import CommentsFate
from blog.core.config import current_settings

FILE_NAME = "erasures.jsonl"


@dataclass(frozen=True, slots=True)
class LoggedErasure:
    """One line. An account is known again by `person` (its number) and `mark`, an address by `addresses`: digests."""

    id: str
    at: str
    person: int | None
    mark: str | None
    addresses: tuple[str, ...]
    comments: CommentsFate


def mark_of(person_id: int, created_at: datetime) -> str:
    """What knows an account again by, in any copy of this database: numbers alone are given out anew in another one."""
    return _mac(f"{person_id} {created_at.isoformat()}")


def address_mark(email_key: str) -> str:
    """What knows an address again."""
    return _mac(email_key)


def write_to_log(erasure: LoggedErasure) -> None:
    """Add a line. When this returns it survives a power cut. Raises `OSError` when it cannot be written."""
    path = _path()
    line = json.dumps(asdict(erasure), ensure_ascii=True) + "\n"
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        # A line that was cut off by a power cut must not swallow this one.
        start = "\n" if _ends_in_mid_line(path) else ""
        os.write(descriptor, (start + line).encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def logged_erasures() -> Iterator[LoggedErasure]:
    """All erasures, the first one first, each once. A line that was cut off is passed over: it had not begun."""
    try:
        lines = _path().read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return
    # One that was begun twice stands there twice.
    yield from {each.id: each for each in map(_read, lines) if each is not None}.values()


def erasures_of_address(email_key: str) -> list[str]:
    """Which erasures took this address (its comparable form) along. Asked for every message that is read."""
    mark = address_mark(email_key)
    try:
        text = _path().read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    if mark not in text:
        return []
    return [each.id for each in logged_erasures() if mark in each.addresses]


def matching(addresses: Iterable[str], marks: Iterable[str]) -> list[str]:
    """Those of `addresses` (comparable forms) that one of `marks` stands for."""
    wanted = set(marks)
    return [address for address in addresses if address_mark(address) in wanted]


def _read(line: str) -> LoggedErasure | None:
    try:
        values = json.loads(line)
        return LoggedErasure(
            id=str(values["id"]),
            at=str(values["at"]),
            person=values["person"],
            mark=values["mark"],
            addresses=tuple(values["addresses"]),
            comments=CommentsFate(values["comments"]),
        )
    except (ValueError, KeyError, TypeError):
        return None


def _ends_in_mid_line(path: Path) -> bool:
    with path.open("rb") as file:
        if file.seek(0, os.SEEK_END) == 0:
            return False
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"


def _path() -> Path:
    return current_settings().instance / FILE_NAME


def _mac(text: str) -> str:
    key = current_settings().secret_key.encode()
    return hmac.new(key, f"erasure:{text}".encode(), hashlib.sha256).hexdigest()
