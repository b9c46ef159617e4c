"""Requests that nobody sends who means well: made-up hosts, ways back that lead elsewhere, planted cookies, twins."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from pyotp.totp import TOTP
from werkzeug.test import TestResponse

from blog.accounts.actions import factors
from blog.accounts.actions.invitations import invite
from blog.accounts.actions.passwords import recover
from blog.accounts.actions.people import create_person
from blog.accounts.actions.setup import make_setup_link
from blog.accounts.events import CodeMailed, InvitationMailed
from blog.accounts.models.people import Person
from blog.accounts.queries import person_by_email
from blog.core import clock
from blog.core.db import session, unit_of_work
from blog.mailroom.models import OutboxMessage
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.discussions import make_thread
from tests.support.events import heard

PASSWORD = "correct horse battery"
EMAIL = "anna@example.org"
ELSEWHERE = ("//evil.example", "/\\evil.example", "https:evil.example", "javascript:alert(1)")
MADE_UP_HOSTS = (
    {"HTTP_HOST": "evil.example"},
    {"HTTP_HOST": "localhost:80@evil.example"},
    {"HTTP_HOST": "localhost, evil.example"},
    {"HTTP_X_FORWARDED_HOST": "evil.example"},
    {"HTTP_FORWARDED": "host=evil.example"},
    {"HTTP_X_HOST": "evil.example", "HTTP_X_ORIGINAL_URL": "//evil.example/", "HTTP_X_REWRITE_URL": "/evil"},
)


@pytest.mark.parametrize("made_up", MADE_UP_HOSTS)
def test_a_host_that_somebody_made_up_is_in_no_mail(client: FlaskClient, made_up: dict[str, str]) -> None:
    asked = client.post("/account/sign-in", data={"email": EMAIL}, environ_overrides=made_up)
    assert (asked.status_code, asked.location[:14]) == (303, "/account/code/")
    letter = session.scalars(sa.select(OutboxMessage)).one()
    assert "http://localhost/account/code/mailed/" in letter.text
    assert "evil" not in letter.text + letter.subject


@pytest.mark.parametrize("header", ["Origin", "Referer"])
def test_a_header_that_is_no_address_is_none_of_ours(app: Flask, sign_in: SignIn, header: str) -> None:
    thread, now = make_thread(), clock.now()
    with time_machine.travel(now - timedelta(minutes=10), tick=False):
        browser = sign_in(make_person())
    with time_machine.travel(now, tick=False):
        late = browser.post("/account/password", headers={header: "http://[evil"})
        assert (late.status_code, late.location) == (303, "/account/confirm?next=/account/")
    words = {"body": "Some words."}
    began = app.test_client().post(
        f"/debates/{thread.id}/begin", data=words, headers={header: "http://[evil"}
    )
    assert began.status_code == (403 if header == "Origin" else 200)
    posted = app.test_client().post(
        f"/debates/{thread.id}/comments", data=words, headers={header: "http://[evil"}
    )
    assert posted.status_code == 401


@pytest.mark.parametrize("goal", ELSEWHERE)
def test_no_way_back_leads_to_another_site(app: Flask, sign_in: SignIn, goal: str) -> None:
    """The ways in that are tried with one password stand in `test_views` and `test_step_up`."""
    asked = {"next": goal}
    with unit_of_work():
        person = create_person(EMAIL, "Anna de Vries", [], PASSWORD)
    browser = sign_in(person)
    assert browser.get("/account/sign-in", query_string=asked).location == "/"
    chosen = browser.post("/account/language", data={"language": "en", "next": goal})
    assert chosen.location == "/"
    page = browser.get("/account/second-factor", query_string=asked)
    assert (page.status_code, "Go on to where you were going" in page.text) == (200, False)
    by_mail = browser.post("/account/confirm/mail", query_string=asked)
    assert by_mail.status_code == 303
    passkey = browser.post("/account/confirm/passkey", query_string=asked)
    assert passkey.location == "/account/confirm?next=/account/"
    page = browser.get("/account/confirm", query_string=asked)
    assert 'action="/account/confirm/password?next=/account/"' in page.text

    visitor = app.test_client()
    with heard(CodeMailed) as mailed:
        code_page = visitor.post("/account/sign-in", query_string=asked, data={"email": EMAIL}).location
    assert visitor.post(code_page, data={"code": mailed[0].code}).location == "/"
    came_in = app.test_client().post("/account/passkey", query_string=asked)
    assert came_in.location == "/account/sign-in?next=/"

    phone = _app_of(person)
    half_way = app.test_client()
    with time_machine.travel(clock.now() + timedelta(minutes=1), tick=False):
        data = {"email": EMAIL, "password": PASSWORD}
        half_way.post("/account/sign-in", query_string=asked, data=data)
        assert half_way.post("/account/second-step", data={"code": phone.at(clock.now())}).location == "/"


WaysIn = Callable[[FlaskClient], TestResponse]


def by_first_code(browser: FlaskClient) -> TestResponse:
    with heard(CodeMailed) as mailed:
        page = browser.post("/account/sign-in", data={"email": EMAIL}).location
    browser.post(page, data={"code": mailed[0].code})
    return browser.post("/account/introduce", data={"name": "Anna"})


def by_button_in_mail(browser: FlaskClient) -> TestResponse:
    make_person(email=EMAIL)
    with heard(CodeMailed) as mailed:
        browser.post("/account/sign-in", data={"email": EMAIL})
    return browser.post(f"/account/code/mailed/{mailed[0].link_token}")


def by_recovery_code(browser: FlaskClient) -> TestResponse:
    with unit_of_work():
        person = create_person(EMAIL, "Anna de Vries", [], PASSWORD)
    phone = TOTP(factors.app_secret_of(person, "salt"))
    with unit_of_work():
        codes = factors.turn_app_on(person, "salt", phone.at(clock.now()), keep_session=None)
    browser.post("/account/sign-in", data={"email": EMAIL, "password": PASSWORD})
    return browser.post("/account/second-step/recovery", data={"recovery_code": codes[0]})


def by_invitation(browser: FlaskClient) -> TestResponse:
    admin = make_person(role="admin", password_hash="a hash").actor
    with heard(InvitationMailed) as mailed, unit_of_work():
        invite(admin, EMAIL, ["author"], language="en", source="a test")
    data = {"name": "Anna", "password": PASSWORD}
    return browser.post(f"/account/invitation/{mailed[0].token}", data=data)


def by_setup_link(browser: FlaskClient) -> TestResponse:
    with unit_of_work():
        token = make_setup_link()
    data = {"name": "Anna", "email": EMAIL, "password": PASSWORD}
    return browser.post(f"/account/set-up/{token}", data=data)


def by_recovery_link(browser: FlaskClient) -> TestResponse:
    person = make_person(email=EMAIL)
    with unit_of_work():
        token = recover(person)
    return browser.post(f"/account/recover/{token}", data={"password": PASSWORD})


@pytest.mark.parametrize(
    "come_in",
    [by_first_code, by_button_in_mail, by_recovery_code, by_invitation, by_setup_link, by_recovery_link],
)
def test_nothing_of_a_planted_session_is_left_however_one_comes_in(
    client: FlaskClient, come_in: WaysIn
) -> None:
    """By password, code and app: `test_views`, `test_silence`, `test_second_factor`."""
    with client.session_transaction() as cookie:
        cookie["_user_id"] = "a token that somebody else put there"
        cookie["planted"] = "yes"
    assert come_in(client).status_code == 303
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie["_user_id"] != "a token that somebody else put there"
    assert EMAIL in client.get("/account/").text


@pytest.mark.parametrize(
    "twin",
    [
        " anna@example.org",
        "ANNA@EXAMPLE.ORG",
        "\uff41nna\uff20example.org",
        "anna@example\u3002org",
        "\u2090nn\u00aa@example.org",
    ],
)
def test_a_twin_of_an_address_is_that_address(app: Flask, sign_in: SignIn, twin: str) -> None:
    anna = make_person(email=EMAIL, password_hash="a hash")
    browser = app.test_client()
    with heard(CodeMailed) as mailed:
        code_page = browser.post("/account/sign-in", data={"email": twin}).location
    # It goes to the mailbox of the account, and to no other that looks like it.
    letter = session.scalars(sa.select(OutboxMessage)).one()
    assert letter.recipient.lower() == EMAIL
    assert browser.post(code_page, data={"code": mailed[0].code}).status_code == 303
    assert EMAIL in browser.get("/account/").text
    other = sign_in(make_person(password_hash="a hash"))
    with heard(CodeMailed) as mailed:
        code_page = other.post("/account/address", data={"email": twin}).location
    assert other.post(code_page, data={"code": mailed[0].code}).location == "/account/address"
    assert person_by_email(EMAIL) is anna


def _app_of(person: Person) -> TOTP:
    """Somebody's app, which is turned on."""
    phone = TOTP(factors.app_secret_of(person, "salt"))
    with unit_of_work():
        factors.turn_app_on(person, "salt", phone.at(clock.now()), keep_session=None)
    return phone
