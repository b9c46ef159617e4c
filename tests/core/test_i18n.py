"""The same page in the other language, without losing what was asked of it; and on from there in that language."""

import re

import pytest
from flask import Flask, url_for

from blog.core.i18n import address_here, address_in, in_same_language
from blog.core.routing import sign_in_address

DUTCH = {"Accept-Language": "nl"}


@pytest.mark.parametrize(
    ("asked", "address"),
    [
        ("/", "/?lang=nl"),
        ("/?lang=en", "/?lang=nl"),
        ("/debates/?after=abc&lang=en", "/debates/?after=abc&lang=nl"),
        ("/search?q=een+b%26b&q=twee", "/search?q=een+b%26b&q=twee&lang=nl"),
        ("/tags/caf%C3%A9", "/tags/caf%C3%A9?lang=nl"),
    ],
)
def test_the_other_language_keeps_the_rest_of_the_address(app: Flask, asked: str, address: str) -> None:
    with app.test_request_context(asked):
        assert address_in("nl") == address


def test_a_page_of_a_list_is_offered_in_both_languages(app: Flask) -> None:
    page = app.test_client().get("/debates/?after=abc").text

    assert 'href="/debates/?after=abc&amp;lang=nl"' in page
    assert 'href="/debates/?after=abc&amp;lang=en"' in page


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/debates/", "/debates/?lang=en"),
        ("/debates/?after=abc", "/debates/?after=abc&lang=en"),
        ("/debates/?lang=nl", "/debates/?lang=nl"),
        ("/c/7#comment-7", "/c/7?lang=en#comment-7"),
    ],
)
def test_who_asked_for_another_language_takes_it_along(app: Flask, path: str, address: str) -> None:
    with app.test_request_context("/?lang=en", headers=DUTCH):
        assert in_same_language(path) == address


@pytest.mark.parametrize("asked", ["/", "/?lang=nl", "/?lang=xx"])
def test_who_asked_for_no_other_language_than_their_own_has_plain_addresses(app: Flask, asked: str) -> None:
    with app.test_request_context(asked, headers=DUTCH):
        assert in_same_language("/debates/") == "/debates/"
        assert url_for("challenges.challenge_list") == "/challenges/"
        assert sign_in_address("/x") == "/account/sign-in?next=%2Fx"


def test_the_language_goes_along_to_pages_but_not_to_files_nor_to_the_one_address_of_a_page(
    app: Flask,
) -> None:
    with app.test_request_context("/?lang=en", headers=DUTCH):
        assert url_for("challenges.challenge_list") == "/challenges/?lang=en"
        assert url_for("challenges.challenge_list", lang=None) == "/challenges/"
        assert "lang" not in url_for("assets.versioned", version="1", path="icons/mark.svg")
        assert sign_in_address("/x") == "/account/sign-in?next=%2Fx&lang=en"


def test_the_address_of_this_page_is_without_its_language(app: Flask) -> None:
    with app.test_request_context("/debates/?after=a%26b&lang=en"):
        assert address_here() == "/debates/?after=a%26b"


def test_a_visitor_who_chose_english_reads_on_in_english(app: Flask) -> None:
    visitor = app.test_client()
    ways = re.findall(r'class="masthead__link" href="([^"]+)"', visitor.get("/?lang=en", headers=DUTCH).text)

    assert ways == ["/?lang=en", "/debates/?lang=en", "/challenges/?lang=en"]
    for way in ways:
        page = visitor.get(way, headers=DUTCH)
        assert '<html lang="en">' in page.text
        assert "Set-Cookie" not in page.headers


def test_an_address_for_search_engines_has_no_language_in_it(app: Flask) -> None:
    debates = app.test_client().get("/debates/?lang=en", headers=DUTCH).text
    assert re.findall(r'<link rel="canonical" href="([^"]+)"', debates) == ["http://localhost/debates/"]
