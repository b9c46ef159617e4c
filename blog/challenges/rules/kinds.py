"""The kinds of automatic rules, as values: what an editor chose, and the form in which it is committed to.

`to_json` gives strings, booleans and lists, with every field present, and one number, the version: so what is
committed to is the same bytes in every process. `from_json` takes nothing else: an unknown field is a fault and not
forgotten.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar, cast

from blog.challenges.rules.faults import Fault, RuleFault
from blog.challenges.rules.normaliser import NORMALISER_VERSION, Options
from blog.challenges.rules.tokens import Language

_DECIMAL = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,30})?")


class Mode(StrEnum):
    """What a finding is good for: `proposes` shows it to a judge, `decides` makes a verdict of it."""

    PROPOSES = "proposes"
    DECIDES = "decides"


@dataclass(frozen=True, slots=True)
class Exact:
    """The answer is this, in one of the ways to write it."""

    kind: ClassVar[str] = "exact"
    answer: str


@dataclass(frozen=True, slots=True)
class AnyOf:
    """The answer is one of these: names of the same thing. Two of them in one message are two answers."""

    kind: ClassVar[str] = "any-of"
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Keywords:
    """All of these stand in the answer, each in one of its forms, in whatever order, and besides only words that make
    sentences of them.
    """

    kind: ClassVar[str] = "keywords"
    keywords: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Number:
    """The answer is a number no further than `tolerance` from `value`, both in `unit`.

    Numbers are in the form of JSON ("1234.5"); `unit` is a code of `units.UNITS`, empty for a bare number.
    """

    kind: ClassVar[str] = "number"
    value: str
    tolerance: str = "0"
    unit: str = ""


@dataclass(frozen=True, slots=True)
class OnDate:
    """The answer is a day, in ISO 8601 ("2024-05-01")."""

    kind: ClassVar[str] = "date"
    date: str


@dataclass(frozen=True, slots=True)
class Pattern:
    r"""The answer has a part that matches an RE2 pattern (its syntax page: https://github.com/google/re2/wiki/Syntax).

    It sees the new text without greeting and signature, in small letters, with simple quotes and hyphens, and without
    accents unless they are kept; upper and lower case in it are the same. `\b`, `\d` and `\w` know ASCII only. What
    it matches has to be whole words and numbers, and nothing of substance may stand beside it.
    """

    kind: ClassVar[str] = "pattern"
    pattern: str


Kind = Exact | AnyOf | Keywords | Number | OnDate | Pattern


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of a challenge, for the normaliser of this program."""

    kind: Kind
    options: Options
    mode: Mode = Mode.PROPOSES


def to_json(rule: Rule) -> dict[str, object]:
    """The rule as a dict that `json.dumps` takes, with the version of the normaliser that it is for."""
    fields: dict[str, object]
    match rule.kind:
        case Exact(answer):
            fields = {"answer": answer}
        case AnyOf(answers):
            fields = {"answers": [*answers]}
        case Keywords(keywords):
            fields = {"keywords": [[*forms] for forms in keywords]}
        case Number(value, tolerance, unit):
            fields = {"value": value, "tolerance": tolerance, "unit": unit}
        case OnDate(day):
            fields = {"date": day}
        case Pattern(pattern):
            fields = {"pattern": pattern}
    return {
        "kind": rule.kind.kind,
        **fields,
        "language": str(rule.options.language),
        "keep_accents": rule.options.keep_accents,
        "mode": str(rule.mode),
        "normaliser": NORMALISER_VERSION,
    }


def from_json(value: object) -> Rule:
    """What `to_json` gave, back again. RuleFault for anything else, also for a rule for another normaliser."""
    if not isinstance(value, Mapping):
        raise RuleFault("rule", Fault.MALFORMED)
    fields = _Fields(cast("Mapping[object, object]", value))
    kind = _kind(fields)
    version = fields.take("normaliser")
    if version != NORMALISER_VERSION or isinstance(version, bool):
        raise RuleFault("normaliser", Fault.OTHER_VERSION, str(version))
    options = Options(Language(fields.one_of("language", Language)), fields.boolean("keep_accents"))
    mode = Mode(fields.one_of("mode", Mode))
    fields.expect_no_more()
    return Rule(kind, options, mode)


def decimal(text: str, field: str) -> Fraction:
    """A number in the form of JSON, exactly; RuleFault when it is none."""
    if not _DECIMAL.fullmatch(text):
        raise RuleFault(field, Fault.NOT_A_NUMBER, text)
    return Fraction(text)


def iso_date(text: str, field: str) -> date:
    """A date as in ISO 8601, with hyphens; RuleFault when it is none."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise RuleFault(field, Fault.NOT_A_DATE, text) from None
    if found.isoformat() != text:
        raise RuleFault(field, Fault.NOT_A_DATE, text)
    return found


class _Fields:
    """The fields of a JSON object, each to be taken once."""

    def __init__(self, value: Mapping[object, object]) -> None:
        self._left = dict(value)

    def take(self, name: str) -> object:
        if name not in self._left:
            raise RuleFault(name, Fault.MALFORMED)
        return self._left.pop(name)

    def string(self, name: str) -> str:
        value = self.take(name)
        if not isinstance(value, str):
            raise RuleFault(name, Fault.MALFORMED)
        return value

    def boolean(self, name: str) -> bool:
        value = self.take(name)
        if not isinstance(value, bool):
            raise RuleFault(name, Fault.MALFORMED)
        return value

    def strings(self, name: str) -> tuple[str, ...]:
        return _strings(self.take(name), name)

    def groups(self, name: str) -> tuple[tuple[str, ...], ...]:
        value = self.take(name)
        if not isinstance(value, list):
            raise RuleFault(name, Fault.MALFORMED)
        return tuple(_strings(each, name) for each in cast("list[object]", value))

    def one_of(self, name: str, values: type[StrEnum]) -> str:
        value = self.string(name)
        if value not in {str(each) for each in values}:
            raise RuleFault(name, Fault.MALFORMED, value)
        return value

    def expect_no_more(self) -> None:
        if self._left:
            raise RuleFault(min(map(str, self._left)), Fault.MALFORMED)


def _strings(value: object, name: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise RuleFault(name, Fault.MALFORMED)
    strings = [each for each in cast("list[object]", value) if isinstance(each, str)]
    if len(strings) != len(cast("list[object]", value)):
        raise RuleFault(name, Fault.MALFORMED)
    return tuple(strings)


def _kind(fields: _Fields) -> Kind:
    match fields.string("kind"):
        case Exact.kind:
            return Exact(fields.string("answer"))
        case AnyOf.kind:
            return AnyOf(fields.strings("answers"))
        case Keywords.kind:
            return Keywords(fields.groups("keywords"))
        case Number.kind:
            return Number(fields.string("value"), fields.string("tolerance"), fields.string("unit"))
        case OnDate.kind:
            return OnDate(fields.string("date"))
        case Pattern.kind:
            return Pattern(fields.string("pattern"))
        case other:
            raise RuleFault("kind", Fault.UNKNOWN_KIND, other)
