"""The same page in the other language, without losing what was asked of it."""

import pytest
from flask import Flask

from blog.core.i18n import address_in


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
