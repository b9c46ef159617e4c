"""Whoever guesses at an account keeps nobody out of a browser in which they have signed in before."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from pyotp.totp import TOTP
from werkzeug.test import TestResponse

from blog.accounts.actions import factors
from blog.accounts.actions.codes import MAX_ASKED_BY_SOURCE, MAX_WRONG_OF_MAILBOX, MAX_WRONG_TRIES
from blog.accounts.actions.signing_in import (
    MAX_FAILURES_OF_ACCOUNT_AT_SOURCE,
    MAX_FAILURES_OF_SOURCE,
    Attempt,
    Proof,
    prove,
)
from blog.accounts.models.people import Person
from blog.accounts.passwords import hashed
from blog.core.db import session, unit_of_work
from blog.mailroom.models import OutboxMessage
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.support.queries import counted_statements

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
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


def mails() -> int:
    """How many mails there are."""
    session.rollback()
    return session.scalar(sa.select(sa.func.count(OutboxMessage.id))) or 0


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
    assert "So does a code in another browser where you have signed in before." in refused.text

    assert home.post(ask_for_code(home), data={"code": code}).status_code == 303
    assert home.get("/account/").status_code == 200


def test_wrong_codes_in_their_own_browser_are_limited_all_the_same(app: Flask, anna: Person) -> None:
    home = at_home(app)
    assert wear_out(home, MAX_WRONG_OF_MAILBOX).status_code == 422
    code = newest_code()

    assert home.post(ask_for_code(home), data={"code": code}).status_code == 422


def test_codes_that_neighbours_ask_for_do_not_keep_them_out(app: Flask, anna: Person) -> None:
    home, neighbour = at_home(app), browser(app)
    for number in range(MAX_ASKED_BY_SOURCE):
        neighbour.post("/account/sign-in", data={"email": f"somebody-{number}@example.org"})
    assert neighbour.post("/account/sign-in", data={"email": EMAIL}).status_code == 429

    page = ask_for_code(home)
    assert home.post(page, data={"code": newest_code()}).status_code == 303


def test_mails_to_other_spellings_of_the_address_do_not_keep_them_out(app: Flask, anna: Person) -> None:
    home, stranger = at_home(app), browser(app, ELSEWHERE)
    for number in range(5):
        stranger.post("/account/sign-in", data={"email": f"anna+{number}@example.org"})
    assert mails() == 3

    page = ask_for_code(home)
    assert mails() == 4
    assert home.post(page, data={"code": newest_code()}).status_code == 303


@pytest.mark.parametrize("minutes", [0, 29, 31, 59])
def test_mails_that_a_stranger_asks_for_do_not_keep_them_out_for_half_an_hour(
    app: Flask, anna: Person, minutes: int
) -> None:
    home, stranger = at_home(app), browser(app, ELSEWHERE)
    with time_machine.travel(NOON, tick=False) as now:
        for _mail in range(3):
            ask_for_code(stranger)
        now.move_to(NOON + timedelta(minutes=minutes))
        page = ask_for_code(home)
        assert mails() == 3
        assert home.post(page, data={"code": newest_code()}).status_code == 303


def test_any_other_code_is_good_for_half_an_hour(app: Flask, anna: Person) -> None:
    client = browser(app)
    with time_machine.travel(NOON, tick=False) as now:
        page = ask_for_code(client)
        ask_for_code(client)
        now.move_to(NOON + timedelta(minutes=30))
        assert client.post(page, data={"code": newest_code()}).status_code == 422


def test_whoever_is_signed_in_is_asked_by_mail_whatever_others_have_typed(
    app: Flask, sign_in: SignIn
) -> None:
    make_person(email=EMAIL)
    anna, stranger = browser(app), browser(app, ELSEWHERE)
    page = ask_for_code(anna)
    anna.post(page, data={"code": newest_code()})
    # As after the browser has thrown its cookies away, or the password has been changed elsewhere.
    anna.delete_cookie("known", path="/account")
    assert wear_out(stranger, MAX_WRONG_OF_MAILBOX).status_code == 422

    asked = anna.post("/account/confirm/mail")
    assert anna.post(asked.location, data={"code": newest_code()}).status_code == 303


def test_who_sets_a_password_is_at_home_with_it(app: Flask, sign_in: SignIn) -> None:
    make_person(email=EMAIL)
    home, neighbour = browser(app), browser(app)
    page = ask_for_code(home)
    home.post(page, data={"code": newest_code()})
    assert home.post("/account/password", data={"password": PASSWORD}).status_code == 303
    home.post("/account/sign-out")
    for _guess in range(MAX_FAILURES_OF_ACCOUNT_AT_SOURCE):
        assert sign_in_with(neighbour, "wrong and wrong") == 422

    assert sign_in_with(home, PASSWORD) == 303


def test_whoever_knew_the_password_before_there_was_an_app_is_at_home_nowhere(
    app: Flask, anna: Person
) -> None:
    before = [at_home(app) for _browser in range(3)]
    with unit_of_work():
        secret = factors.app_secret_of(anna, "a salt")
        factors.turn_app_on(anna, "a salt", TOTP(secret).now(), keep_session=None)

    answers: list[int] = []
    for client in before:
        assert sign_in_with(client, PASSWORD) == 303
        answers += [
            client.post("/account/second-step", data={"code": "000000"}).status_code for _guess in range(6)
        ]
    assert answers == [422] * MAX_FAILURES_OF_ACCOUNT_AT_SOURCE + [429] * 8


def test_showing_once_more_who_one_is_makes_no_browser_known(app: Flask, anna: Person) -> None:
    home = browser(app)
    assert sign_in_with(home, PASSWORD) == 303
    home.delete_cookie("known", path="/account")
    confirmed = home.post("/account/confirm/password", data={"password": PASSWORD})
    assert confirmed.status_code == 303
    assert not any("known=" in each for each in confirmed.headers.getlist("Set-Cookie"))


def test_a_neighbouring_site_hides_the_cookie_from_nobody(app: Flask, anna: Person) -> None:
    home, neighbour = at_home(app), browser(app)
    kept = home.get_cookie("known", path="/account")
    assert kept is not None
    for _guess in range(MAX_FAILURES_OF_ACCOUNT_AT_SOURCE):
        sign_in_with(neighbour, "wrong and wrong")
    form = {"email": EMAIL, "password": PASSWORD}
    headers = {"Cookie": f"known=x; known={kept.value}"}
    bare = app.test_client(use_cookies=False)
    answer = bare.post("/account/sign-in", data=form, headers=headers, environ_base=NETWORK)
    assert answer.status_code == 303


@pytest.mark.parametrize("name", ["\\000" * 16, "session 12345678", "é" * 16, '"' * 16])
def test_a_name_that_we_have_not_given_is_none(app: Flask, anna: Person, name: str) -> None:
    client = browser(app)
    client.set_cookie("known", f"{name}.1-x", path="/account")
    assert sign_in_with(client, PASSWORD) == 303
    kept = client.get_cookie("known", path="/account")
    assert kept is not None
    assert re.fullmatch(r"[\w-]{16}\.\d+-[\w-]{16}", kept.value, re.ASCII)
    client.post("/account/sign-out")
    assert sign_in_with(client, "wrong and wrong") == 422


@pytest.mark.parametrize("role", ["reader", "editor"])
def test_nothing_costs_more_where_there_is_an_account(app: Flask, anna: Person, role: str) -> None:
    make_person(email="there@example.org", role=role, password_hash=hashed(PASSWORD))
    counts: dict[str, list[int]] = {}
    for email in ("there@example.org", "nobody@example.org"):
        client = browser(app)
        page = client.post("/account/sign-in", data={"email": "first@example.org"}).location
        with counted_statements() as wrong_password:
            sign_in_with(client, "wrong and wrong", email)
        with counted_statements() as asking:
            page = client.post("/account/sign-in", data={"email": email}).location
        with counted_statements() as again:
            client.post(f"{page}/again")
        with counted_statements() as wrong_code:
            client.post(page, data={"code": "12345"})
        counts[email] = [len(each) for each in (wrong_password, asking, again, wrong_code)]
    assert counts["there@example.org"] == counts["nobody@example.org"]


def test_a_second_click_while_the_first_one_is_under_way_signs_nobody_out(
    app: Flask, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, form = browser(app), {"password": PASSWORD}
    assert sign_in_with(home, PASSWORD) == 303
    kept = home.get_cookie("session")
    assert kept is not None
    other = browser(app)
    other.set_cookie("session", kept.value)

    def clicked_twice(attempt: Attempt, password: str) -> Proof:
        monkeypatch.undo()
        assert other.post("/account/confirm/password", data=form).status_code == 303
        return prove(attempt, password)

    monkeypatch.setattr("blog.accounts.views.confirming.signing_in.prove", clicked_twice)
    assert home.post("/account/confirm/password", data=form).status_code == 303
    assert home.get("/account/").status_code == 200


def test_when_to_try_again_is_told_to_programs_too(app: Flask, anna: Person) -> None:
    client = browser(app)
    with time_machine.travel(NOON, tick=False) as now:
        for _guess in range(MAX_FAILURES_OF_ACCOUNT_AT_SOURCE):
            sign_in_with(client, "wrong and wrong")
        now.move_to(NOON + timedelta(minutes=5))
        refused = client.post("/account/sign-in", data={"email": EMAIL, "password": PASSWORD})
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "600")
        for number in range(MAX_ASKED_BY_SOURCE):
            client.post("/account/sign-in", data={"email": f"somebody-{number}@example.org"})
        refused = client.post("/account/sign-in", data={"email": EMAIL})
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "3600")


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
