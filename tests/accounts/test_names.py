"""What a handle has to look like, and which names speak for the site."""

import re

import pytest
from flask import Flask
from flask_babel import force_locale, gettext

from blog.accounts.names import (
    FORMER_READERS,
    checked_handle,
    handle_from,
    is_former_readers,
    is_handle,
    is_kept_handle,
    look_the_same,
    speaks_for_site,
)
from blog.core.errors import InvalidInput

SITE = "De Nieuwe Krant"


@pytest.mark.parametrize(
    ("name", "handle"),
    [
        ("Anna de Vries", "anna-de-vries"),
        ("Zoë Łukasz-Ørsted", "zoe-lukasz-orsted"),
        ("Ünal Straße", "unal-strasse"),
        ("张伟", "person"),
        ("--!--", "person"),
        ("x" * 60, "x" * 30),
    ],
)
def test_handle_from_writes_a_name_in_plain_letters(name: str, handle: str) -> None:
    assert handle_from(name) == handle


@pytest.mark.parametrize(
    ("typed", "handle"),
    [("anna", "anna"), (" Anna-2 ", "anna-2"), ("abc", "abc"), ("x" * 30, "x" * 30), ("1-2-3", "1-2-3")],
)
def test_checked_handle_takes_small_letters_digits_and_single_hyphens(typed: str, handle: str) -> None:
    assert checked_handle(typed, SITE) == handle
    assert is_handle(handle)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ab",
        "x" * 31,
        "-anna",
        "anna-",
        "an--na",
        "an_na",
        "an na",
        "annä",
        "an\u200bna",
        "anna\n\u0661",
        "a/b/c",
        "an.na",
        "\u0430nna",
    ],
)
def test_checked_handle_refuses_everything_else(typed: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        checked_handle(typed, SITE)
    assert list(refusal.value.fields) == ["handle"]


@pytest.mark.parametrize(
    "typed",
    [
        *(
            " admin",
            "admin\u200b",
            "ADMIN",
            "adm1n",
            "\u0430dmin",
            "a-d-m-i-n",
            "admin-anna",
            "rnoderator",
            "redact1e",
        ),
        *(
            "account",
            "people",
            "media",
            "moderation",
            "de-nieuwe-krant",
            "denieuwekrant",
            "nieuws",
        ),
        *(
            "c",
            "sign-in",
            "signin",
            "null",
            "o-f-f-i-c-i-a-l",
            "s1te",
            "\ufb01lm-admin",
            "beheer",
            "team-redactie",
        ),
    ],
)
def test_what_is_kept_for_the_site_is_told_to_be_kept(typed: str) -> None:
    with pytest.raises(InvalidInput, match="kept for the site"):
        checked_handle(typed, SITE)


def test_every_place_of_the_site_is_kept(app: Flask) -> None:
    places = {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()}
    words = {place for place in places if re.fullmatch(r"[a-z-]+", place)}
    assert {"account", "desk", "moderation", "people"} <= words
    assert {word for word in words if not is_kept_handle(word, SITE)} == set()


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Admin",
            "de redactie",
            "Redactie De Nieuwe Krant",
            "Moderator Anna",
            "Anna (moderator)",
            "A D M I N",
            "Beheer",
        ),
        *(
            "De Nieuwe Krant",
            "Nieuws van De Nieuwe Krant",
            "DeNieuweKrant",
            "D\u0435 Nieuwe Kr\u0430nt",
            "Admin2",
            "red\u0430ctie",
        ),
    ],
)
def test_some_names_speak_for_the_site(name: str) -> None:
    assert speaks_for_site(name, SITE)


@pytest.mark.parametrize(
    "name", ["Anna de Vries", "Adminah", "Nieuwe Anna", "Krant", "张伟", "👍", "De Nieuwe"]
)
def test_most_names_do_not(name: str) -> None:
    assert not speaks_for_site(name, SITE)


def test_a_site_without_letters_in_its_name_keeps_no_names() -> None:
    assert not speaks_for_site("Anna", "!!!")
    assert not is_kept_handle("anna", "!!!")


def test_names_without_letters_look_like_nobody_elses() -> None:
    assert not look_the_same("👍", "★")
    assert look_the_same("Eva Smit", "\u0415va  Sm1t")
    assert not look_the_same("Eva Smit", "Eva Smits")


@pytest.mark.parametrize(
    "name",
    [
        "Former reader 1",
        "Oud-lezer 12",
        "former READER",
        "Oud lezer",
        "Oudlezer l",
        "Former reader O5",
        "Oud-lezer #3",
        "F\u043ermer re\u0430der 1",
        "\u041eud-lez\u0435r 1",
        "Former reader \u0661",
        "Former\u200breader \u2461",
        "Forrner reader I",
    ],
)
def test_what_people_who_have_left_are_called_can_be_nobodys_name(name: str) -> None:
    assert is_former_readers(name)


@pytest.mark.parametrize(
    "name", ["Former Reader Anna", "Oud-lezeres", "Anna Oud-lezer", "Reader 1", "Lezer", "👍"]
)
def test_other_names_can(name: str) -> None:
    assert not is_former_readers(name)


def test_it_is_known_in_every_language_that_we_speak(app: Flask) -> None:
    languages = [locale.language for locale in app.extensions["babel"].instance.list_translations()]
    for language in {*languages, "en"}:
        with force_locale(language):
            assert gettext("Former reader %(number)s", number=7).removesuffix(" 7") in FORMER_READERS
