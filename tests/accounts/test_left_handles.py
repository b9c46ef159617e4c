"""The handle of somebody who was erased is nobody's for a year, and nothing says whose it was."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from blog.accounts import jobs
from blog.accounts.actions import people, profile
from blog.accounts.actions.erasing import ask_for_erasure
from blog.accounts.holdings import CommentsFate
from blog.accounts.models.people import LeftHandle, Person
from blog.core.actor import ANONYMOUS
from blog.core.db import session, unit_of_work
from blog.core.errors import InvalidInput
from blog.core.retention import forget_what_is_old
from tests.factories.accounts import make_person
from tests.support.traces import traces_of

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 24, tzinfo=UTC)
YEAR, DAY, HOUR = timedelta(days=365), timedelta(days=1), timedelta(hours=1)
_numbers = count(1)


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def join(name: str) -> Person:
    with unit_of_work():
        return people.create_person(f"reader{next(_numbers)}@example.org", name)


def take(person: Person, handle: str) -> None:
    with unit_of_work():
        profile.change_profile(person, name=person.name, handle=handle, bio="")


def erase(person: Person) -> None:
    with unit_of_work():
        asked = ask_for_erasure(person, CommentsFate.KEEP, ANONYMOUS)
    jobs.erase({"erasure": asked.id})


@pytest.mark.parametrize("twin", ["anna-bill", "annabill", "anna-bi11"])
def test_nobody_takes_it_for_a_year_nor_what_looks_like_it(app: Flask, twin: str) -> None:
    erase(join("Anna Bill"))
    other = join("Bo Smit")
    with pytest.raises(InvalidInput, match="Somebody has this address"):
        take(other, twin)
    with time_machine.travel(MIDNIGHT + YEAR - HOUR, tick=False), pytest.raises(InvalidInput):
        take(other, twin)
    with time_machine.travel(MIDNIGHT + YEAR, tick=False):
        take(other, twin)
    assert session.scalars(sa.select(Person.handle)).all() == [twin]


def test_who_is_called_the_same_gets_another_one(app: Flask) -> None:
    erase(join("Anna Bill"))
    assert join("Anna Bill").handle == "anna-bill-2"
    assert join("Anna Bill").handle == "anna-bill-3"
    with time_machine.travel(MIDNIGHT + YEAR, tick=False):
        assert join("Anna Bill").handle == "anna-bill"


def test_those_that_they_had_before_are_kept_for_what_is_left_of_their_year(app: Flask) -> None:
    anna = join("Anna Bill")
    with time_machine.travel(NOON + YEAR / 2, tick=False):
        take(anna, "anna-bos")
        erase(anna)
    other = join("Bo Smit")
    with time_machine.travel(NOON + YEAR, tick=False):
        for handle in ("anna-bill", "anna-bos"):
            with pytest.raises(InvalidInput):
                take(other, handle)
    with time_machine.travel(NOON + YEAR + YEAR / 2 + DAY, tick=False):
        take(other, "anna-bill")


def test_nothing_says_which_it_was_and_it_is_forgotten_in_time(app: Flask) -> None:
    erase(join("Anna Bill"))
    assert traces_of(["anna", "bill", "annablll"]) == []
    with time_machine.travel(MIDNIGHT + YEAR, tick=False):
        assert forget_what_is_old()["handles of those who were erased"] == 0
    with time_machine.travel(MIDNIGHT + YEAR + HOUR, tick=False):
        assert forget_what_is_old()["handles of those who were erased"] == 1
    assert session.scalars(sa.select(LeftHandle.look_mac)).all() == []


def test_the_day_is_known_and_no_instant_that_leads_to_an_erasure(app: Flask) -> None:
    anna = join("Anna Bill")
    with time_machine.travel(NOON + 3 * HOUR, tick=False):
        take(anna, "anna-bos")
    with time_machine.travel(NOON + YEAR / 2, tick=False):
        erase(anna)
    days = session.scalars(sa.select(LeftHandle.left_at).order_by(LeftHandle.left_at)).all()
    assert days == [datetime(2026, 11, 23, tzinfo=UTC), datetime(2027, 5, 25, tzinfo=UTC)]


def test_the_second_who_leaves_with_one_is_no_fault(app: Flask) -> None:
    erase(join("Anna Bill"))
    with time_machine.travel(MIDNIGHT + YEAR + HOUR, tick=False):
        erase(join("Anna Bill"))
        assert join("Anna Bill").handle == "anna-bill-2"
    assert make_person().handle.startswith("person")
