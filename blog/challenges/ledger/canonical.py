"""One way to write a value as bytes, so that everybody who hashes it gets the same (RFC 8785, without fractions)."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

# Beyond it JavaScript, in which readers verify, no longer counts exactly (ECMA-262, Number.MAX_SAFE_INTEGER).
_MOST = 2**53 - 1

Value = None | bool | int | str | Sequence["Value"] | Mapping[str, "Value"]


def canonical(value: Value) -> bytes:
    """`value` as JSON in UTF-8 with sorted names and no spaces.

    Takes null, truth values, whole numbers up to 2**53 - 1 on either side, text, lists, and objects with ASCII names:
    those sort alike everywhere. Raises `ValueError` for anything else, and for text that is no Unicode.
    """
    _check(value)
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("half a character cannot be written") from error


def instant_text(instant: datetime) -> str:
    """An instant in UTC, always to the microsecond (RFC 3339): `2026-05-01T10:02:33.000417Z`."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _check(value: object) -> None:
    if value is None or isinstance(value, bool | str):
        return
    if isinstance(value, int):
        if not -_MOST <= value <= _MOST:
            raise ValueError("a number is too large to be counted exactly everywhere")
    elif isinstance(value, Mapping):
        for name, each in value.items():  # pyright: ignore[reportUnknownVariableType]
            if not (isinstance(name, str) and name.isascii()):
                raise ValueError("a name is no ASCII text")
            _check(each)  # pyright: ignore[reportUnknownArgumentType]
    elif isinstance(value, list | tuple):
        for each in value:  # pyright: ignore[reportUnknownVariableType]
            _check(each)  # pyright: ignore[reportUnknownArgumentType]
    else:
        raise ValueError(f"{type(value).__name__} has no canonical form")
