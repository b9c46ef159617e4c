"""Browsers in which somebody has signed in, known again after they went out.

Who guesses at an account is slowed down by network and by account. Neither must keep the owner out where they always
sign in, so a browser in which they did is counted by itself. What it carries is a mark for each of them, made with the
site's secret: it names nobody, lets nobody in, and cannot be made up (OWASP, Slow Down Online Guessing Attacks with
Device Cookies). Whoever sits at that browser can find out whether an address that they know is one of these.

An `owner` is a person with what they sign in with: after another password, address or app they are known nowhere, until
they have signed in again.
"""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

LIFE = timedelta(days=90)
# What guesses are counted by begins with this where a browser is known; a network address never does.
PREFIX = "browser:"
_MOST_PEOPLE = 4
_NONCE_BYTES = 12
_MAC_BYTES = 12
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST = 400
_NAME = re.compile(r"[A-Za-z0-9_-]{16}")


def is_known(source: str) -> bool:
    """Whether guesses are counted by a browser that is known, and not by a network."""
    return source.startswith(PREFIX)


def is_ours(value: str | None) -> bool:
    """Whether a browser that carries this has a name already."""
    return bool(_parts(value)[0])


def source_of(value: str | None, secret_key: str, owner: str, now: datetime) -> str | None:
    """What guesses at the account of a person are counted by in a browser that carries `value`.

    None when they have not signed in there for as long as browsers are known.
    """
    nonce, marks = _parts(value)
    for day, mark in marks:
        since = now - (_EPOCH + timedelta(days=day))
        if timedelta(0) <= since < LIFE and hmac.compare_digest(mark, _mark(secret_key, nonce, owner, day)):
            return f"{PREFIX}{nonce}"
    return None


def with_person(value: str | None, secret_key: str, owner: str, now: datetime) -> str | None:
    """What a browser carries once a person has signed in there, whose mark comes first: the last of them is forgotten.

    None when what it has is good for long enough.
    """
    nonce, marks = _parts(value)
    if marks and source_of(_joined(nonce, marks[:1]), secret_key, owner, now + LIFE / 2) is not None:
        return None
    nonce = nonce or _text(secrets.token_bytes(_NONCE_BYTES))
    today = (now - _EPOCH).days
    kept = [
        (day, mark)
        for day, mark in marks
        if not hmac.compare_digest(mark, _mark(secret_key, nonce, owner, day))
    ]
    newest = [(today, _mark(secret_key, nonce, owner, today)), *kept][:_MOST_PEOPLE]
    return _joined(nonce, newest)


def _joined(nonce: str, marks: list[tuple[int, str]]) -> str:
    return ".".join([nonce, *(f"{day}-{mark}" for day, mark in marks)])


def _parts(value: str | None) -> tuple[str, list[tuple[int, str]]]:
    """The name of a browser, and its marks with their days; nothing for what we have not written."""
    if not value or len(value) > _LONGEST or not value.isascii():
        return "", []
    nonce, *rest = value.split(".")
    if not _NAME.fullmatch(nonce):
        return "", []
    return nonce, list(_marks(rest))


def _marks(parts: list[str]) -> Iterator[tuple[int, str]]:
    for part in parts[:_MOST_PEOPLE]:
        day, _hyphen, mark = part.partition("-")
        if day.isdigit() and len(day) <= 6:
            yield int(day), mark


def _mark(secret_key: str, nonce: str, owner: str, day: int) -> str:
    subject = f"rejoinder known browser {nonce} {owner} {day}"
    return _text(hmac.digest(secret_key.encode(), subject.encode(), hashlib.sha256)[:_MAC_BYTES])


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
