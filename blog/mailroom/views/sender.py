"""What was found out about who sent a message, as lines for a table."""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from flask_babel import gettext as _

_NAMES = {"spf": "SPF", "dkim": "DKIM", "dmarc": "DMARC", "arc": "ARC"}


def check_rows(results: Mapping[str, object]) -> Sequence[tuple[str, str, str]]:
    """The parts of a check: what was checked, what came out, and the rest in words. Takes any JSON object.

    A check that several things were put to (such as each signature) has a line for each of them.
    """
    return [
        (name, *_told(part))
        for key, value in results.items()
        for name, part in _parts(_NAMES.get(key, key.replace("_", " ")), value)
    ]


def _parts(name: str, value: object) -> Iterator[tuple[str, object]]:
    several = cast("list[object]", value) if isinstance(value, list) else []
    if not any(isinstance(each, Mapping) for each in several):
        yield name, value
        return
    for number, each in enumerate(several, 1):
        yield (f"{name} {number}" if len(several) > 1 else name), each


def _told(part: object) -> tuple[str, str]:
    if not isinstance(part, Mapping):
        return _words(part), ""
    fields = dict(cast("Mapping[str, object]", part))
    result = _words(fields.pop("result", None))
    rest = (f"{name.replace('_', ' ')}: {_words(value)}" for name, value in fields.items())
    return result, "; ".join(rest)


def _words(value: object) -> str:
    match value:
        case None | "" | []:
            return "–"
        case bool():
            return _("yes") if value else _("no")
        case list():
            return ", ".join(_words(each) for each in cast("list[object]", value))
        case Mapping():
            fields = cast("Mapping[str, object]", value)
            return ", ".join(f"{name.replace('_', ' ')} {_words(each)}" for name, each in fields.items())
        case _:
            return str(value)
