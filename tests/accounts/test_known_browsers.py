import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from blog.accounts.known_browsers import LIFE, is_known, source_of, with_person

SECRET = "a secret that is long enough for tests only"
NOW = datetime(2026, 11, 26, 23, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def known_to(*people: object, at: datetime = NOW) -> str:
    """What a browser carries in which these people have signed in, one after the other."""
    value = None
    for person_id in people:
        value = with_person(value, SECRET, str(person_id), at) or value
    assert value is not None
    return value


def test_whoever_signed_in_there_is_known_by_the_browser() -> None:
    value = known_to(7, 8)
    source = source_of(value, SECRET, "7", NOW)
    assert source is not None
    assert is_known(source)
    assert source_of(value, SECRET, "8", NOW) == source
    assert source_of(value, SECRET, "9", NOW) is None
    assert source_of(known_to(7), SECRET, "7", NOW) != source


def test_it_says_nothing_of_who_they_are() -> None:
    assert "77777" not in known_to(77777)


def test_it_is_told_anew_half_way_and_forgotten_at_the_end() -> None:
    value = known_to(7)
    assert with_person(value, SECRET, "7", NOW + LIFE / 2 - DAY) is None
    assert source_of(value, SECRET, "7", NOW + LIFE - DAY) is not None
    assert source_of(value, SECRET, "7", NOW + LIFE) is None
    anew = with_person(value, SECRET, "7", NOW + LIFE / 2)
    assert anew is not None
    assert source_of(anew, SECRET, "7", NOW + LIFE) == source_of(value, SECRET, "7", NOW)
    assert len(anew) == len(value)


def test_of_many_the_last_four_are_known() -> None:
    value = known_to(1, 2, 3, 4, 5)
    assert [person for person in range(1, 6) if source_of(value, SECRET, str(person), NOW)] == [2, 3, 4, 5]


def test_whoever_signs_in_there_again_is_the_last_of_them_once_more() -> None:
    value = known_to(1, 2, 3, 4)
    value = with_person(value, SECRET, "1", NOW)
    assert value is not None
    value = with_person(value, SECRET, "5", NOW)
    assert [person for person in range(1, 6) if source_of(value, SECRET, str(person), NOW)] == [1, 3, 4, 5]


@pytest.mark.parametrize("value", [None, "", "x", "." * 50])
def test_nothing_at_all_makes_nobody_known(value: str | None) -> None:
    assert source_of(value, SECRET, "7", NOW) is None
    assert with_person(value, SECRET, "7", NOW) is not None


CHANGES: dict[str, Callable[[str], str]] = {
    "marks": lambda value: value.replace("-", "+"),
    "a name cut off": lambda value: value[1:],
    "a longer mark": lambda value: f"{value}x",
    "another name": lambda value: ("B" if value[0] == "A" else "A") + value[1:],
    "another day": lambda value: re.sub(r"\.\d+-", ".99999-", value),
    "no ASCII": lambda value: value.replace(".", ".\u00b2-x.", 1) + "\u00e9",
    "too long": lambda value: f"{value}{'.1-x' * 200}",
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_we_have_not_written_makes_nobody_known(change: str) -> None:
    value = CHANGES[change](known_to(7))
    assert source_of(value, SECRET, "7", NOW) is None
    assert with_person(value, SECRET, "7", NOW) is not None


def test_another_secret_knows_nobody() -> None:
    assert source_of(known_to(7), f"{SECRET}!", "7", NOW) is None
    assert source_of(known_to(7), SECRET, "7", NOW - DAY) is None
