"""What a handle has to look like, and which names are nobody's."""

import re

import pytest
from flask import Flask
from flask_babel import force_locale, gettext

from blog.accounts.names import (
    FORMER_READERS,
    can_be_taken_for,
    checked_handle,
    handle_from,
    handle_looks,
    is_former_readers,
    is_handle,
    is_kept_handle,
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
        *("admins", "administrators", "redacteurs", "hoofdredacteuren", "moderatoren", "eindredactie"),
        *(
            "webredactie",
            "editorial",
            "moderation-team",
            "redaktie",
            "former-reader-3",
            "oud-lezer",
            "oudlezer12",
        ),
        *("site-support", "helpdesk-nl", "mods", "theteam", "support24", "chefredakteur", "sysadmin"),
    ],
)
def test_what_is_kept_for_the_site_is_told_to_be_kept(typed: str) -> None:
    with pytest.raises(InvalidInput, match="kept for the site"):
        checked_handle(typed, SITE)


@pytest.mark.parametrize(
    "typed",
    ["x" * 41, "\ufdfa" * 5, "admin" + " " * 1000 + "x", "admin" * 9, "\u0301" * 1000],
)
def test_what_is_too_long_for_a_handle_is_compared_with_nothing(typed: str) -> None:
    assert handle_looks(typed) == frozenset()
    with pytest.raises(InvalidInput, match="Take 3 to 30 letters"):
        checked_handle(typed, SITE)


def test_spaces_around_a_handle_make_it_no_longer() -> None:
    assert handle_looks(" " * 1000 + "Anna-Bill" + " " * 1000) == {"annablll"}


def test_every_place_of_the_site_is_kept(app: Flask) -> None:
    places = {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()}
    words = {place for place in places if re.fullmatch(r"[a-z-]+", place)}
    assert {"account", "desk", "moderation", "people"} <= words
    assert {word for word in words if not is_kept_handle(word, SITE)} == set()


def test_a_site_without_letters_in_its_name_keeps_no_handle() -> None:
    assert not is_kept_handle("anna", "!!!")


def test_names_without_letters_look_like_nobody_elses() -> None:
    assert not can_be_taken_for("👍", ["★", ""])
    assert can_be_taken_for("Eva Smit", ["Jan Bos", "\u0415va  Sm1t"])
    assert not can_be_taken_for("Eva Smit", ["Eva Smits", "Eva", "Smit"])
    assert not can_be_taken_for("Eva Smit", [])


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
