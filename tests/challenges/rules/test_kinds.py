"""Rules as values: what is committed to is the same in every process, and what cannot work is said at once."""

import json
import subprocess
import sys
from contextlib import suppress
from datetime import date
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.challenges.ledger.canonical import Value, canonical
from blog.challenges.rules.compiling import compile_rule
from blog.challenges.rules.faults import Fault, RuleFault
from blog.challenges.rules.kinds import (
    AnyOf,
    Exact,
    Keywords,
    Kind,
    Mode,
    Number,
    OnDate,
    Pattern,
    Rule,
    from_json,
    to_json,
)
from blog.challenges.rules.normaliser import Options
from blog.challenges.rules.tokens import Language
from tests.challenges.rules.ruling import DUTCH

_TEXT = st.text(min_size=1, max_size=10)
_KINDS = st.one_of(
    st.builds(Exact, _TEXT),
    st.builds(AnyOf, st.lists(_TEXT, max_size=3).map(tuple)),
    st.builds(Keywords, st.lists(st.lists(_TEXT, max_size=3).map(tuple), max_size=3).map(tuple)),
    st.builds(Number, st.integers().map(str), st.just("0.5"), st.sampled_from(["", "km"])),
    st.builds(OnDate, st.dates().map(date.isoformat)),
    st.builds(Pattern, _TEXT),
)
_RULES = st.builds(
    Rule,
    _KINDS,
    st.builds(Options, st.sampled_from(Language), st.booleans()),
    st.sampled_from(Mode),
)
RULE = Rule(Number("1234.5", "0.5", "km"), Options(Language.DUTCH), Mode.DECIDES)
CANONICAL = (
    b'{"keep_accents":false,"kind":"number","language":"nl","mode":"decides","normaliser":3,'
    b'"tolerance":"0.5","unit":"km","value":"1234.5"}'
)


def _committed(rule: Rule) -> bytes:
    """The bytes that are committed to."""
    return canonical(cast("Value", to_json(rule)))


@given(_RULES)
def test_a_rule_comes_back_from_json(rule: Rule) -> None:
    assert from_json(json.loads(_committed(rule))) == from_json(to_json(rule)) == rule


def test_the_canonical_form_is_these_bytes() -> None:
    assert _committed(RULE) == CANONICAL


def test_another_process_finds_the_same() -> None:
    program = (
        "import sys\n"
        "from blog.challenges.ledger.canonical import canonical\n"
        "from blog.challenges.rules.kinds import from_json, to_json\n"
        "from blog.challenges.rules.compiling import compile_rule\n"
        "from blog.challenges.rules.finding import judge\n"
        "import json\n"
        "rule = from_json(json.loads(sys.stdin.buffer.read()))\n"
        "print(canonical(to_json(rule)).decode())\n"
        "print(judge(compile_rule(rule), '1.234,7 km', '', 0, readable=True))\n"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", program],
            input=CANONICAL,
            capture_output=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "LC_ALL": "C"},
        ).stdout
        for seed in ("1", "2")
    ]
    assert said[0] == said[1]
    assert said[0].startswith(CANONICAL)
    assert b"1234.7 km" in said[0]


@pytest.mark.parametrize(
    ("change", "field", "why"),
    [
        ({"kind": "magic"}, "kind", Fault.UNKNOWN_KIND),
        ({"kind": 5}, "kind", Fault.MALFORMED),
        ({"value": 5}, "value", Fault.MALFORMED),
        ({"value": None}, "value", Fault.MALFORMED),
        ({"extra": "x"}, "extra", Fault.MALFORMED),
        ({"normaliser": 2}, "normaliser", Fault.OTHER_VERSION),
        ({"normaliser": True}, "normaliser", Fault.OTHER_VERSION),
        ({"normaliser": "1"}, "normaliser", Fault.OTHER_VERSION),
        ({"language": "de"}, "language", Fault.MALFORMED),
        ({"keep_accents": 0}, "keep_accents", Fault.MALFORMED),
        ({"mode": "guesses"}, "mode", Fault.MALFORMED),
        ({"kind": "any-of"}, "answers", Fault.MALFORMED),
    ],
)
def test_json_of_another_shape_is_a_fault(change: dict[str, object], field: str, why: Fault) -> None:
    with pytest.raises(RuleFault) as caught:
        from_json({**to_json(RULE), **change})
    assert (caught.value.field, caught.value.why) == (field, why)


@pytest.mark.parametrize("value", [None, [], "rule", 1, {}])
def test_what_is_no_rule_at_all_is_a_fault(value: object) -> None:
    with pytest.raises(RuleFault):
        from_json(value)


@pytest.mark.parametrize("answers", ["42", ["42", 43], {"42": 1}, None])
def test_answers_are_a_list_of_strings(answers: object) -> None:
    fields = {**to_json(Rule(AnyOf(("42",)), DUTCH)), "answers": answers}
    with pytest.raises(RuleFault) as caught:
        from_json(cast("object", fields))
    assert (caught.value.field, caught.value.why) == ("answers", Fault.MALFORMED)


@pytest.mark.parametrize(
    ("kind", "field", "why"),
    [
        (Exact(""), "answer", Fault.EMPTY),
        (Exact(" ?! \u200b"), "answer", Fault.EMPTY),
        (Exact("x" * 201), "answer", Fault.TOO_LONG),
        (Exact("1,000"), "answer", Fault.AMBIGUOUS),
        (AnyOf(()), "answers", Fault.EMPTY),
        (AnyOf(("42", "")), "answers", Fault.EMPTY),
        (AnyOf(tuple(map(str, range(51)))), "answers", Fault.TOO_MANY),
        (Keywords(()), "keywords", Fault.EMPTY),
        (Keywords(((),)), "keywords", Fault.EMPTY),
        (Keywords((("x",),) * 21), "keywords", Fault.TOO_MANY),
        (Number("1,5"), "value", Fault.NOT_A_NUMBER),
        (Number("veel"), "value", Fault.NOT_A_NUMBER),
        (Number("1e9"), "value", Fault.NOT_A_NUMBER),
        (Number("\u0664"), "value", Fault.NOT_A_NUMBER),
        (Number("1", "x"), "tolerance", Fault.NOT_A_NUMBER),
        (Number("1", "-1"), "tolerance", Fault.NEGATIVE),
        (Number("1", "0", "lightyear"), "unit", Fault.UNKNOWN_UNIT),
        (Number("1", "0", "degree"), "unit", Fault.UNKNOWN_UNIT),
        (OnDate("1-5-2024"), "date", Fault.NOT_A_DATE),
        (OnDate("2024-02-30"), "date", Fault.NOT_A_DATE),
        (OnDate("20240501"), "date", Fault.NOT_A_DATE),
        (Pattern(""), "pattern", Fault.EMPTY),
        (Pattern("x" * 1001), "pattern", Fault.TOO_LONG),
        (Pattern("("), "pattern", Fault.SYNTAX),
        (Pattern("[z-a]"), "pattern", Fault.SYNTAX),
        (Pattern("*a"), "pattern", Fault.SYNTAX),
        (Pattern(r"(?=a)b"), "pattern", Fault.LOOK_AROUND),
        (Pattern(r"(?!a)b"), "pattern", Fault.LOOK_AROUND),
        (Pattern(r"(?<=a)b"), "pattern", Fault.LOOK_AROUND),
        (Pattern(r"(?<!a)b"), "pattern", Fault.LOOK_AROUND),
        (Pattern(r"(a)\1"), "pattern", Fault.BACK_REFERENCE),
        (Pattern(r"(?P<x>a)(?P=x)"), "pattern", Fault.BACK_REFERENCE),
        (Pattern(r"(?P<x>a)\k<x>"), "pattern", Fault.BACK_REFERENCE),
        (Pattern("a{1001}"), "pattern", Fault.TOO_COMPLEX),
        (Pattern("((a{100}){100}){100}"), "pattern", Fault.TOO_COMPLEX),
        (Pattern(r"[\pL\pN]{20}"), "pattern", Fault.TOO_COMPLEX),
        (Pattern("a*"), "pattern", Fault.MATCHES_NOTHING),
        (Pattern("42|"), "pattern", Fault.MATCHES_NOTHING),
        (Pattern(r"\s"), "pattern", Fault.MATCHES_NOTHING),
    ],
)
def test_a_rule_that_cannot_work_says_where_and_why(kind: Kind, field: str, why: Fault) -> None:
    with pytest.raises(RuleFault) as caught:
        compile_rule(Rule(kind, DUTCH))
    assert (caught.value.field, caught.value.why) == (field, why)


def test_what_re2_says_is_passed_on() -> None:
    with pytest.raises(RuleFault) as caught:
        compile_rule(Rule(Pattern("(a"), DUTCH))
    assert caught.value.detail == "missing ): (a"


@given(_TEXT)
def test_any_pattern_compiles_or_is_a_fault(pattern: str) -> None:
    with suppress(RuleFault):
        compile_rule(Rule(Pattern(pattern), DUTCH))
    with suppress(RuleFault):
        compile_rule(Rule(Pattern(pattern + "\ud800"), DUTCH))
