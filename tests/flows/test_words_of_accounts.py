"""What somebody has typed about themself, or about others, is given back when it could not be kept."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from blog.accounts.actions import profile
from tests.conftest import SignIn
from tests.factories.accounts import make_person

BIO = "I sell nothing that I would not buy. <Really.>"
SHOWN = "I sell nothing that I would not buy. &lt;Really.&gt;"


def test_whose_session_has_ended_gets_their_words_back_and_a_way_in(client: FlaskClient) -> None:
    page = client.post("/account/profile", data={"name": "Anna", "handle": "anna", "bio": BIO})
    assert page.status_code == 401
    assert SHOWN in page.text
    assert "Your words are kept" in page.text
    assert 'href="/account/sign-in?next=%2Faccount%2Fprofile"' in page.text
    assert page.headers["Cache-Control"] == "private, no-store"


def test_words_outlive_a_database_that_does_not_answer(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_arguments: object, **_named: object) -> None:
        raise OperationalError("BEGIN IMMEDIATE", {}, Exception("database is locked"))

    monkeypatch.setattr(profile, "change_profile", locked)
    page = sign_in(make_person()).post(
        "/account/profile", data={"name": "Anna", "handle": "anna", "bio": BIO}
    )
    assert (page.status_code, page.headers["Retry-After"]) == (503, "10")
    assert SHOWN in page.text
    assert "Please try again in a moment." in page.text


def test_a_note_is_given_back_to_an_admin_who_is_none_any_more(sign_in: SignIn) -> None:
    person = make_person()
    page = sign_in(make_person()).post(f"/site/people/{person.id}/notes", data={"body": BIO})
    assert page.status_code == 403
    assert SHOWN in page.text
    assert f'href="/site/people/{person.id}"' in page.text


@pytest.mark.parametrize("address", ["/account/profile", "/account/password", "/site/people/1/notes"])
def test_where_nothing_was_typed_nothing_is_given_back(client: FlaskClient, address: str) -> None:
    page = client.post(address, data={"password": "a secret that nobody may see"})
    assert page.status_code == 401
    assert "Your words are kept" not in page.text
    assert "a secret" not in page.text


def test_a_form_that_was_open_for_too_long_gives_them_back(app: Flask, sign_in: SignIn) -> None:
    browser = sign_in(make_person())
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        page = browser.post("/account/profile", data={"name": "Anna", "handle": "anna", "bio": BIO})
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert page.status_code == 403
    assert SHOWN in page.text
    assert "This form was open for too long" in page.text
