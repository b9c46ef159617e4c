"""What was found out about who sent a message, in words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from blog.mailroom.words import CHECK_FIELDS, CHECK_RESULTS, CHECK_VALUES, WHY_WORDS

_CHECKS = {"spf": "SPF", "dkim": "DKIM", "dmarc": "DMARC"}


def why_told(results: Mapping[str, object]) -> Sequence[str]:
    """Why its sender is of the class that it is."""
    return [str(WHY_WORDS.get(str(each), each)) for each in _list(results.get("why"))]


def check_rows(results: Mapping[str, object]) -> Sequence[tuple[str, str, str]]:
    """What was checked, what came out, and the rest: a line for each check, and for each signature.

    `results` is what a checker of any version has stored: what is not known here is told as it is.
    """
    rows: list[tuple[str, str, str]] = []
    for key, name in _CHECKS.items():
        parts = list(_objects(results.get(key)))
        for number, fields in enumerate(parts, 1):
            rows.append((f"{name} {number}" if len(parts) > 1 else name, _result(fields), _rest(fields)))
    return rows


def _objects(value: object) -> Iterator[Mapping[str, object]]:
    several = _list(value)
    for each in several or [value]:
        if isinstance(each, Mapping):
            yield cast("Mapping[str, object]", each)


def _list(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _result(fields: Mapping[str, object]) -> str:
    result = str(fields.get("result", ""))
    return str(CHECK_RESULTS.get(result, result)) or "–"


def _rest(fields: Mapping[str, object]) -> str:
    told = (_field(name, value) for name, value in fields.items() if name != "result")
    return "; ".join(filter(None, told))


def _field(name: str, value: object) -> str:
    """A field and its value; nothing where that says nothing."""
    if value in (None, "", False):
        return ""
    label = str(CHECK_FIELDS.get(name, name))
    if value is True:
        return label
    return f"{label}: {CHECK_VALUES.get(name, {}).get(str(value), value)}"
