"""Which erasures were carried out, in a file beside the database: a backup of the database is older than it.

Once an older database has been put back, everything that stands here and is not known there is done again, before
anybody sees it. The file says who only to whom has the person: by digests with the secret of the site, which nobody can
turn back. It is only ever added to, one line of JSON for each erasure, and never put back from a backup.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

import structlog
from flask_babel import lazy_gettext as _

from blog.accounts.holdings import CommentsFate
from blog.core.config import current_settings
from blog.core.errors import RuleBroken

FILE_NAME = "erasures.jsonl"
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class FormerMark:
    """The digest of an address that somebody had `until` an instant: what came later may be another's.

    So is what came before `since`; None is no beginning, as in older lines.
    """

    mark: str
    until: datetime
    since: datetime | None = None

    def as_data(self) -> list[str]:
        """The same in plain values."""
        return [self.mark, *(each.isoformat() for each in (self.until, self.since) if each is not None)]

    @classmethod
    def of(cls, data: Sequence[str]) -> "FormerMark":
        """What `as_data` has made. Raises `ValueError` and `TypeError`."""
        mark, until, *since = data
        return cls(mark, datetime.fromisoformat(until), datetime.fromisoformat(since[0]) if since else None)


@dataclass(frozen=True, slots=True)
class Marks:
    """What addresses are known again by. `former` are those that somebody had before; older lines have none.

    Of `addresses` what came before `since` is another's; None is no beginning.
    """

    addresses: tuple[str, ...] = ()
    former: tuple[FormerMark, ...] = ()
    since: datetime | None = None

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Marks":
        """What `as_data` has made, in a line or in the payload of work. Raises `ValueError` and `TypeError`."""
        since = data.get("since")
        return cls(
            tuple(data.get("addresses", ())),
            tuple(FormerMark.of(each) for each in data.get("former", ())),
            datetime.fromisoformat(since) if since is not None else None,
        )

    def as_data(self) -> dict[str, Any]:
        """The same in plain values."""
        former = [each.as_data() for each in self.former]
        data = {"addresses": list(self.addresses), "former": former}
        return data | ({"since": self.since.isoformat()} if self.since is not None else {})

    def all(self) -> frozenset[str]:
        """Every digest among them."""
        return frozenset((*self.addresses, *(each.mark for each in self.former)))

    def took_along(self, mark: str, at: datetime) -> bool:
        """Whether what came from the address of this digest at an instant is theirs."""
        is_now = mark in self.addresses and (self.since is None or self.since <= at)
        return is_now or any(
            each.mark == mark and at <= each.until and (each.since is None or each.since <= at)
            for each in self.former
        )

    def ends(self, mark: str, at: datetime) -> list[datetime]:
        """Until when the address of this digest was theirs, whose account was erased `at` an instant; several times."""
        former = [each.until for each in self.former if each.mark == mark]
        return [*former, at] if mark in self.addresses else former


@dataclass(frozen=True, slots=True)
class LoggedErasure:
    """One line. An account is known again by `person` (its number) and `mark`, addresses by `marks`: digests.

    `key` is what the secret is known again by with which they were made.
    """

    id: str
    at: str
    key: str
    person: int | None
    mark: str | None
    comments: CommentsFate
    marks: Marks


def mark_of(person_id: int, created_at: datetime) -> str:
    """What knows an account again by, in any copy of this database: numbers alone are given out anew in another one."""
    return _mac(f"{person_id} {created_at.isoformat()}")


def address_mark(email_key: str) -> str:
    """What knows an address again."""
    return _mac(email_key)


def key_mark() -> str:
    """What knows the secret of the site again."""
    return _mac("the key itself")[:16]


def write_to_log(erasure: LoggedErasure) -> None:
    """Add a line, once. When this returns it survives a power cut. Raises `OSError` when it cannot be written."""
    path = _path()
    if erasure.id in {each.id for each in logged_erasures()}:
        return
    is_new = not path.exists()
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        # A line that was cut off by a power cut must not swallow this one.
        start = "\n" if _ends_in_mid_line(path) else ""
        _write_all(descriptor, f"{start}{json.dumps(_line(erasure))}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if is_new:
        _sync_folder(path.parent)


def logged_erasures() -> Sequence[LoggedErasure]:
    """All erasures, the first one first. A line that was cut off is passed over: what it stood for had not begun."""
    try:
        lines = _path().read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    read = [_read(line) for line in lines if line.strip()]
    if None in read:
        log.warning("lines of the log of erasures cannot be read", lines=read.count(None), file=FILE_NAME)
    # Two workers may have begun one at the same moment.
    return [*{each.id: each for each in read if each is not None}.values()]


def refuse_other_key(erasures: Iterable[LoggedErasure]) -> None:
    """Raise `RuleBroken` when one of these was written with another secret: nobody could be known again by it."""
    if any(each.key != key_mark() for each in erasures):
        raise RuleBroken(
            _(
                "The log of erasures was written with another SECRET_KEY, so nobody in it can be known again. "
                "Start with the old one, and run “flask people erase-again” then."
            )
        )


def erasures_of_address(email_key: str, at: datetime) -> list[str]:
    """Which erasures took along what came from this address (its comparable form) at an instant.

    Asked for every message that is read.
    """
    mark = address_mark(email_key)
    return [each.id for each in _erasures_with(mark) if each.marks.took_along(mark, at)]


def erased_until(email_key: str) -> datetime | None:
    """Until when somebody had this address (its comparable form) who was erased, the last of them; None for nobody."""
    mark = address_mark(email_key)
    ends = (each.marks.ends(mark, datetime.fromisoformat(each.at)) for each in _erasures_with(mark))
    return max(chain.from_iterable(ends), default=None)


def by_mark(addresses: Iterable[str], marks: Collection[str]) -> dict[str, str]:
    """Those of `addresses` (comparable forms) that one of `marks` stands for, by that; each is looked at once."""
    marked = ((address_mark(address), address) for address in addresses) if marks else ()
    return {mark: address for mark, address in marked if mark in marks}


def _erasures_with(mark: str) -> Sequence[LoggedErasure]:
    """The erasures that may have to do with an address: of nearly every one there is none, which is quickly seen."""
    try:
        text = _path().read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return []
    return logged_erasures() if mark in text else []


def _line(erasure: LoggedErasure) -> dict[str, Any]:
    return {
        "id": erasure.id,
        "at": erasure.at,
        "key": erasure.key,
        "person": erasure.person,
        "mark": erasure.mark,
        "comments": erasure.comments,
    } | erasure.marks.as_data()


def _read(line: str) -> LoggedErasure | None:
    try:
        values = json.loads(line)
        return LoggedErasure(
            id=str(values["id"]),
            at=datetime.fromisoformat(values["at"]).isoformat(),
            key=str(values["key"]),
            person=values["person"],
            mark=values["mark"],
            comments=CommentsFate(values["comments"]),
            marks=Marks.of(values),
        )
    except (ValueError, KeyError, TypeError):
        return None


def _write_all(descriptor: int, content: bytes) -> None:
    """A disk that is nearly full takes a part of it, and says so only when asked for the rest."""
    left = memoryview(content)
    while left:
        left = left[os.write(descriptor, left) :]


def _ends_in_mid_line(path: Path) -> bool:
    with path.open("rb") as file:
        if file.seek(0, os.SEEK_END) == 0:
            return False
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"


def _sync_folder(folder: Path) -> None:
    """The name of a new file is kept by its folder, which has to reach the disk as well."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _path() -> Path:
    return current_settings().instance / FILE_NAME


def _mac(text: str) -> str:
    key = current_settings().secret_key.encode()
    return hmac.new(key, f"erasure:{text}".encode(), hashlib.sha256).hexdigest()
