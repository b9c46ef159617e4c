import pytest
from flask import Flask

from blog.core.actor import ANONYMOUS, Actor
from blog.core.errors import Forbidden
from blog.core.permissions import allowed, any_role, is_member, register, require

READER = Actor(1, "Reader", frozenset())
EDITOR = Actor(2, "Editor", frozenset({"editor"}))
ADMIN = Actor(3, "Admin", frozenset({"admin"}))
EVERYBODY = (ANONYMOUS, READER, EDITOR, ADMIN)

TABLE = {"tests:act": (any_role("editor"),), "tests:join": (is_member,), "tests:never": ()}


def test_it_lets_any_rule_allow() -> None:
    register(TABLE)

    assert [allowed(actor, "tests:act") for actor in EVERYBODY] == [False, False, True, True]
    assert [allowed(actor, "tests:join") for actor in EVERYBODY] == [False, True, True, True]
    assert [allowed(actor, "tests:never") for actor in EVERYBODY] == [False, False, False, False]


def test_it_refuses_who_may_not(sqlite_app: Flask) -> None:
    register(TABLE)

    with sqlite_app.test_request_context():
        require(EDITOR, "tests:act")
        with pytest.raises(Forbidden):
            require(READER, "tests:act")


def test_it_stops_at_a_name_that_stands_in_no_table() -> None:
    with pytest.raises(KeyError):
        allowed(ADMIN, "tests:unknown")


def test_it_refuses_two_tables_with_one_name() -> None:
    register(TABLE)

    with pytest.raises(ValueError, match="two tables"):
        register({"tests:join": ()})
