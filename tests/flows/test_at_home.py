"""Whoever guesses at an account keeps nobody out of a browser in which they have signed in before."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from blog.accounts.actions.codes import MAX_WRONG_OF_MAILBOX, MAX_WRONG_TRIES
from blog.accounts.actions.signing_in import MAX_FAILURES_OF_ACCOUNT_AT_SOURCE, MAX_FAILURES_OF_SOURCE
from blog.accounts.models.people import Person
from blog.accounts.passwords import hashed
from blog.core.db import session, unit_of_work
from blog.mailroom.models import OutboxMessage
from tests.conftest import SignIn
from tests.factories.accounts import make_person

EMAIL = "anna@example.org"
PASSWORD = "a password of Anna"
NETWORK = {"REMOTE_ADDR": "198.51.100.7"}
ELSEWHERE = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture
def anna(app: Flask) -> Person:
    """Somebody with a password."""
    return make_person(email=EMAIL, password_hash=hashed(PASSWORD))


def browser(app: Flask, network: dict[str, str] = NETWORK) -> FlaskClient:
    """A browser in a network, in which nobody has signed in yet."""
    client = app.test_client()
    client.environ_base.update(network)
    return client


def sign_in_with(client: FlaskClient, password: str, email: str = EMAIL) -> int:
    return client.post("/account/sign-in", data={"email": email, "password": password}).status_code


def at_home(app: Flask) -> FlaskClient:
    """The browser in which Anna has signed in, and gone out again."""
    client = browser(app)
    assert sign_in_with(client, PASSWORD) == 303
    client.post("/account/sign-out")
    return client


def ask_for_code(client: FlaskClient) -> str:
    """Ask for a code for Anna's mailbox; where it is typed."""
    asked = client.post("/account/sign-in", data={"email": EMAIL})
    assert asked.status_code == 303
    return asked.location


def newest_code() -> str:
    text = session.scalars(sa.select(OutboxMessage.text).order_by(OutboxMessage.id.desc())).first()
    session.rollback()
    found = re.search(r"\b(\d{3}) ?(\d{3})\b", text or "")
    assert found is not None
    return found[1] + found[2]


def wear_out(client: FlaskClient, wrong: int) -> TestResponse:
    """Type as many wrong codes for Anna's mailbox, each page as often as it lets one."""
    answer: TestResponse | None = None
    page = ask_for_code(client)
    for number in range(wrong):
        if number and number % MAX_WRONG_TRIES == 0:
            page = ask_for_code(client)
        answer = client.post(page, data={"code": "000000" if newest_code() != "000000" else "000001"})
    assert answer is not None
    return answer


def test_wrong_passwords_from_their_own_network_do_not_keep_them_out(app: Flask, anna: Person) -> None:
    home, neighbour = at_home(app), browser(app)
    for _guess in range(MAX_FAILURES_OF_ACCOUNT_AT_SOURCE):
        assert sign_in_with(neighbour, "wrong and wrong") == 422
    assert sign_in_with(neighbour, PASSWORD) == 429

    assert sign_in_with(home, PASSWORD) == 303


def test_wrong_passwords_of_colleagues_do_not_keep_them_out(app: Flask, anna: Person) -> None:
    home, colleague = at_home(app), browser(app)
    for number in range(MAX_FAILURES_OF_SOURCE):
        sign_in_with(colleague, "wrong and wrong", f"colleague-{number % 4}@example.org")
    assert sign_in_with(browser(app), PASSWORD) == 429

    assert sign_in_with(home, PASSWORD) == 303


def test_who_is_signed_in_can_show_that_it_is_them(app: Flask, anna: Person) -> None:
    home, neighbour = browser(app), browser(app)
    assert sign_in_with(home, PASSWORD) == 303
    for _guess in range(MAX_FAILURES_OF_ACCOUNT_AT_SOURCE + 1):
        sign_in_with(neighbour, "wrong and wrong")

    assert home.post("/account/confirm/password", data={"password": PASSWORD}).status_code == 303


def test_whoever_holds_a_session_guesses_no_more_often_by_forgetting_cookies(
    app: Flask, anna: Person, sign_in: SignIn
) -> None:
    stolen = sign_in(anna)
    for number in range(MAX_FAILURES_OF_ACCOUNT_AT_SOURCE):
        looked = stolen.get("/account/", environ_base={"REMOTE_ADDR": f"203.0.113.{number}"})
        assert not any("known=" in each for each in looked.headers.getlist("Set-Cookie"))
        guess = stolen.post(
            "/account/confirm/password",
            data={"password": "wrong and wrong"},
            environ_base={"REMOTE_ADDR": f"203.0.113.{number}"},
        )
        assert guess.status_code == 422
        stolen.delete_cookie("known", path="/account")
    answer = stolen.post("/account/confirm/password", data={"password": PASSWORD})
    assert answer.status_code == 429


def test_after_a_new_password_a_browser_is_known_once_they_have_signed_in_anew(
    app: Flask, anna: Person
) -> None:
    home, neighbour = at_home(app), browser(app)
    with unit_of_work():
        session.get_one(Person, anna.id).password_hash = hashed("another one of hers")
    for _guess in range(MAX_FAILURES_OF_ACCOUNT_AT_SOURCE):
        assert sign_in_with(neighbour, "wrong and wrong") == 422
    assert sign_in_with(home, "another one of hers") == 429


def test_guesses_in_their_own_browser_are_limited_all_the_same(app: Flask, anna: Person) -> None:
    home = at_home(app)
    for _guess in range(MAX_FAILURES_OF_ACCOUNT_AT_SOURCE):
        assert sign_in_with(home, "wrong and wrong") == 422

    assert sign_in_with(home, PASSWORD) == 429


def test_a_browser_is_at_home_for_whom_has_signed_in_there_only(app: Flask, anna: Person) -> None:
    make_person(email="bo@example.org", password_hash=hashed(PASSWORD))
    of_bo = browser(app)
    assert sign_in_with(of_bo, PASSWORD, "bo@example.org") == 303
    of_bo.post("/account/sign-out")
    for _guess in range(MAX_FAILURES_OF_ACCOUNT_AT_SOURCE):
        assert sign_in_with(of_bo, "wrong and wrong") == 422

    assert sign_in_with(of_bo, PASSWORD) == 429


def test_wrong_codes_from_elsewhere_do_not_keep_them_out(app: Flask, anna: Person) -> None:
    home, stranger = at_home(app), browser(app, ELSEWHERE)
    refused = wear_out(stranger, MAX_WRONG_OF_MAILBOX)
    assert refused.status_code == 422
    # The hour's mails are spent, but whatever is in the mailbox is good.
    code = newest_code()
    page = ask_for_code(stranger)
    refused = stranger.post(page, data={"code": code})
    assert refused.status_code == 422
    assert "In a browser where you have signed in before, codes still work." in refused.text

    assert home.post(ask_for_code(home), data={"code": code}).status_code == 303
    assert home.get("/account/").status_code == 200


def test_wrong_codes_in_their_own_browser_are_limited_all_the_same(app: Flask, anna: Person) -> None:
    home = at_home(app)
    assert wear_out(home, MAX_WRONG_OF_MAILBOX).status_code == 422
    code = newest_code()

    assert home.post(ask_for_code(home), data={"code": code}).status_code == 422


def test_the_cookie_goes_to_no_other_page_and_to_no_script(app: Flask, anna: Person) -> None:
    client = browser(app)
    answer = client.post("/account/sign-in", data={"email": EMAIL, "password": PASSWORD})
    (known,) = (each for each in answer.headers.getlist("Set-Cookie") if each.startswith("known="))
    assert {part.strip() for part in known.split(";")[1:] if not part.strip().startswith("Expires")} == {
        "HttpOnly",
        "Max-Age=7776000",
        "Path=/account",
        "SameSite=Lax",
    }
    for address in ("/account/", "/", "/articles/"):
        assert not any("known=" in each for each in client.get(address).headers.getlist("Set-Cookie"))
    client.post("/account/sign-out")
    assert not client.get("/").headers.getlist("Set-Cookie")
