"""Going through many rows a few at a time."""

import pytest
import sqlalchemy as sa

from blog.accounts.models.people import Person
from blog.core import clock
from blog.core.db import session, unit_of_work
from blog.core.portions import (
    PORTION,
    in_light_portions,
    in_portions,
    numbers_in_portions,
    rows_in_portions,
)
from tests.factories.accounts import make_person

pytestmark = pytest.mark.usefixtures("app")


def test_known_keys_come_in_portions() -> None:
    assert [list(each) for each in in_portions(range(5), 2)] == [[0, 1], [2, 3], [4]]
    assert list(in_portions(range(0))) == []


def test_keys_come_in_portions_by_weight() -> None:
    weights = {"a": 3, "b": 2, "c": 9, "d": 1, "e": 4}
    portions = in_light_portions(["a", "b", "c", "d", "unknown", "e"], weights, 5)
    assert [list(each) for each in portions] == [["a", "b"], ["c"], ["d", "unknown", "e"]]
    assert list(in_light_portions(list[str](), weights, 5)) == []


def test_rows_come_in_order_and_so_do_those_that_came_meanwhile() -> None:
    people = [make_person(name=name).id for name in ("Ann", "Ann", "Bo", "Ann")]
    seen: list[list[int]] = []
    for portion in numbers_in_portions(Person.id, Person.name == "Ann", size=2):
        seen.append(list(portion))
        if len(seen) == 1:
            people.append(make_person(name="Ann").id)

    assert seen == [[people[0], people[1]], [people[3]], [people[4]]]


def test_between_two_portions_nothing_is_read_and_all_may_be_changed() -> None:
    for _number in range(4):
        make_person(name="Ann")

    for portion in numbers_in_portions(Person.id, Person.name == "Ann", size=2):
        assert not session().in_transaction()
        with unit_of_work():
            session.execute(sa.update(Person).where(Person.id.in_(portion)).values(name="Bo"))

    assert session.scalars(sa.select(Person.name)).all() == ["Bo"] * 4


def test_rows_to_read_come_in_portions_while_others_are_looked_up() -> None:
    with unit_of_work():
        session.add_all(
            Person(
                email=f"{number}@example.org",
                email_key=f"{number}@example.org",
                name=f"Person {number}",
                handle=f"reader{number}",
                created_at=clock.now(),
            )
            for number in range(PORTION + 1)
        )
    seen: list[int] = []
    for portion in rows_in_portions(sa.select(Person.id).order_by(Person.id)):
        assert session.scalar(sa.select(sa.func.count()).select_from(Person)) == PORTION + 1
        seen.append(len(portion))

    assert seen == [PORTION, 1]
