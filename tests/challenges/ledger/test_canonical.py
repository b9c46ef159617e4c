"""One way to write a value, and commitments to it."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.challenges.ledger.canonical import Value, canonical, instant_text
from blog.challenges.ledger.commitments import commitment_hash, commitment_to

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(max_codepoint=126), max_size=8), inner, max_size=4)
    ),
    max_leaves=20,
)


def test_names_are_sorted_and_nothing_is_escaped_that_need_not_be() -> None:
    value: dict[str, Value] = {"b": [1, True, None], "a": 'é "x" \\ \n\t\x00\x7f 😀', "A": {}}
    assert canonical(value).decode() == (
        '{"A":{},"a":"é \\"x\\" \\\\ \\n\\t\\u0000\x7f 😀","b":[1,true,null]}'
    )


@given(values)
def test_it_says_the_same_and_says_it_once(value: object) -> None:
    written = canonical(value)  # pyright: ignore[reportArgumentType]
    assert json.loads(written) == value
    assert canonical(json.loads(written)) == written


@pytest.mark.parametrize("value", [1.5, float("nan"), 2**53, {"é": 1}, {1: 2}, "\ud800", b"bytes", {1, 2}])
def test_what_others_would_write_differently_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        canonical(value)  # pyright: ignore[reportArgumentType]


def test_instants_are_in_utc_and_always_as_long() -> None:
    noon = datetime(2026, 5, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    assert instant_text(noon) == "2026-05-01T10:00:00.000000Z"
    assert instant_text(datetime(2026, 5, 1, 10, 2, 33, 417, UTC)) == "2026-05-01T10:02:33.000417Z"


def test_a_commitment_opens_with_its_salt_and_with_nothing_else() -> None:
    one, other = commitment_to({"answer": "42"}), commitment_to({"answer": "42"})
    assert one.digest == commitment_hash(one.salt, canonical({"answer": "42"}))
    assert one.digest != commitment_hash(one.salt, canonical({"answer": "43"}))
    # Nobody finds an answer by trying the short ones: the same one never looks the same.
    assert one.digest != other.digest
    assert len(one.salt) == len(one.digest) == 32
