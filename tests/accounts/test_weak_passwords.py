"""Passwords that are tried first."""

import pytest

from blog.accounts.weak_passwords import is_common

ABOUT = ["De Krant", "Anna de Vries", "anna.devries@example.org"]


@pytest.mark.parametrize(
    "password",
    [
        "password123",
        "P@ssw0rd2024!",
        "PASSWORDPASSWORD",
        "pass word pass word",
        "Welkom2026!",
        "w3lk0m01!!!",
        "wachtwoord1",
        "iloveyou2020",
        "qwertyuiop",
        "qwerty123456",
        "poiuytrewq",
        "1qaz2wsx3edc",
        "abcdefghij",
        "1234567890",
        "0612345678",
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "!!!!!!!!!!!!",
        "sinterklaas2026",
        "feyenoord-1908",
        "correct horse battery staple",
        # What is known of its owner, and of the site.
        "annadevries",
        "Anna-de-Vries1",
        "anna.devries@example.org",
        "devriesdevries",
        "dekrant2026!",
        "vries-krant-77",
        "\uff30\uff21\uff33\uff33\uff37\uff2f\uff32\uff24123",
    ],
)
def test_what_is_tried_first_is_common(password: str) -> None:
    assert is_common(password, ABOUT)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "kastanje fiets lampion",
        "xK3v9pQ2mZ",
        "de lamp van oma hangt scheef",
        "8371-5529-0416-7723",
        "🔑 onder de mat bij de buren",
        "x" * 3 + "korenbloem" + "y" * 3,
        "Anna houdt van pindasoep",
    ],
)
def test_what_somebody_has_thought_of_is_not(password: str) -> None:
    assert not is_common(password, ABOUT)


@pytest.mark.parametrize(
    "password", ["\0" * 10, "\u202e" * 10, "a" * 200, "q1" * 100, "((((" * 50, "🔑" * 100]
)
def test_it_takes_anything(password: str) -> None:
    assert is_common(password, ABOUT) in {True, False}
