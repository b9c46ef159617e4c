"""Keyset pagination: a page begins after a cursor, whatever was added or removed before it."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from flask_babel import lazy_gettext as _

from blog.core.errors import InvalidInput

T = TypeVar("T")
Key = str | int
_MAX_CURSOR_LENGTH = 1024


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows, and the cursor at which the next ones begin (None at the end)."""

    items: Sequence[T]
    next_cursor: str | None


def encode_cursor(*keys: Key) -> str:
    """An opaque cursor that stands for the sort keys of the last row shown."""
    return base64.urlsafe_b64encode(json.dumps(keys).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, *kinds: type[Key]) -> tuple[Key, ...]:
    """The sort keys in a cursor. Raises `InvalidInput` unless it holds exactly values of `kinds`."""
    try:
        padded = cursor[:_MAX_CURSOR_LENGTH].encode("ascii") + b"=="
        keys = cast("object", json.loads(base64.urlsafe_b64decode(padded)))
    except (ValueError, binascii.Error, RecursionError):
        keys = None
    if not isinstance(keys, list) or [type(key) for key in cast("list[object]", keys)] != list(kinds):
        raise InvalidInput(_("This page address is damaged. Go back to the first page."))
    return tuple(cast("list[Key]", keys))
