"""Whatever happens, in whatever order: the winner is the one whom the rule names. `make soak` plays thousands."""

import math
import os
from random import Random

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blog.accounts.models.people import Person
from tests.factories.accounts import make_person
from tests.support.histories import History

HISTORIES = int(os.environ.get("HISTORIES", "15"))
ACTS = 25
# Those of one portion share a database, which grows with each.
PORTION = 250


@pytest.fixture(params=range(math.ceil(HISTORIES / PORTION)), ids="portion {}".format)
def judges(app: Flask) -> list[Person]:
    return [make_person(role="editor", email=f"judge{number}@example.org") for number in range(3)]


@settings(
    max_examples=min(HISTORIES, PORTION),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    derandomize="HISTORIES" not in os.environ,
)
@given(
    seed=st.integers(0, 2**32),
    prizes=st.integers(1, 3),
    attempts=st.sampled_from([None, 1, 2]),
    two_judges=st.booleans(),
)
@pytest.mark.timeout(36000)
def test_the_winner_is_whom_the_rule_names(
    judges: list[Person], seed: int, prizes: int, attempts: int | None, two_judges: bool
) -> None:
    history = History(judges, prizes=prizes, attempts=attempts, two_judges=two_judges)
    history.play(Random(seed), ACTS)  # noqa: S311 - repeatable histories, not secrets
