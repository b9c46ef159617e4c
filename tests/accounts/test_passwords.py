"""Password hashes."""

import argon2
import pytest
from flask import Flask

from blog.accounts import passwords


def test_matches_knows_the_right_password_from_others(app: Flask) -> None:
    kept = passwords.hashed("correct horse battery")
    assert kept.startswith("$argon2id$")
    assert passwords.matches(kept, "correct horse battery")
    for other in ("Correct horse battery", "correct horse battery ", "", "x" * 5000, "\0"):
        assert not passwords.matches(kept, other)


def test_matches_takes_an_accent_as_one_letter_however_it_is_typed(app: Flask) -> None:
    assert passwords.matches(passwords.hashed("caf\u00e9 au lait noir"), "cafe\u0301 au lait noir")


def test_matches_refuses_without_a_hash_and_with_a_damaged_one(app: Flask) -> None:
    assert not passwords.matches(None, "correct horse battery")
    assert not passwords.matches("damaged", "correct horse battery")


def test_matches_costs_one_hash_whether_there_is_one_or_not(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = passwords.hashed("correct horse battery")
    checked: list[str] = []
    verify = argon2.PasswordHasher.verify

    def counted(self: argon2.PasswordHasher, against: str, password: str) -> bool:
        checked.append(against.split("$")[3])
        return verify(self, against, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", counted)
    assert not passwords.matches(kept, "wrong and wrong")
    assert not passwords.matches(None, "wrong and wrong")
    assert checked == ["m=8,t=1,p=1", "m=8,t=1,p=1"]


def test_the_parameters_are_those_of_the_book() -> None:
    assert passwords.PARAMETERS == {"memory_cost": 19456, "time_cost": 2, "parallelism": 1}


def test_random_password_is_another_one_each_time_and_long_enough() -> None:
    made = {passwords.random_password() for _number in range(100)}
    assert len(made) == 100
    assert {len(password) for password in made} == {20}
