"""Coming in, going out, and the page of the account."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from blog.accounts.actions import people, setup
from blog.accounts.models.people import Person
from blog.accounts.models.sign_in import BrowserSession, SetupLink
from blog.core.config import Settings
from blog.core.db import db, session, unit_of_work
from blog.factory import create_app
from tests.conftest import SignIn, environment_for
from tests.factories.accounts import make_person
from tests.support.browser import Browser

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"


def make_member(email: str = "anna@example.org", *roles: str) -> Person:
    """Somebody who can sign in with `PASSWORD`."""
    with unit_of_work():
        return people.create_person(email, "Anna de Vries", roles, PASSWORD)


def send_sign_in(
    browser: FlaskClient, email: str = "anna@example.org", password: str = PASSWORD, query: str = ""
) -> TestResponse:
    """Fill in the sign-in form."""
    return browser.post(f"/account/sign-in{query}", data={"email": email, "password": password})


def session_cookie(response: TestResponse) -> str | None:
    """The session cookie that a response sets, with its attributes."""
    cookies = [value for value in response.headers.getlist("Set-Cookie") if value.startswith("session=")]
    return cookies[0] if cookies else None


def without_tokens(page: str, email: str) -> str:
    """A page without what differs in each request."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page).replace(email, "")


def sessions_of(person: Person) -> int:
    """In how many browsers somebody is signed in."""
    counted = sa.select(sa.func.count()).where(BrowserSession.person_id == person.id)
    return session.scalar(counted) or 0


def test_sign_in_shows_one_heading_and_sends_nothing_to_caches(client: FlaskClient) -> None:
    response = client.get("/account/sign-in")
    assert response.status_code == 200
    assert response.text.count("<h1") == 1
    assert "<title>Sign in · Rejoinder</title>" in response.text
    assert response.headers["Cache-Control"] == "private, no-store"


def test_sign_in_lets_a_person_in_and_sends_them_on(client: FlaskClient) -> None:
    person = make_member()
    response = send_sign_in(client, query="?next=/debates/%3Forder%3Dnew")
    assert (response.status_code, response.headers["Location"]) == (303, "/debates/?order=new")
    assert sessions_of(person) == 1
    assert "Anna de Vries" in client.get("/account/").text


def test_sign_in_gives_a_cookie_that_scripts_cannot_read_and_that_lasts(client: FlaskClient) -> None:
    make_member()
    cookie = session_cookie(send_sign_in(client)) or ""
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires=" in cookie


def test_sign_in_keeps_nothing_of_the_cookie_that_was_there_before(client: FlaskClient) -> None:
    make_member()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = "a token that somebody else put there"
        cookie["planted"] = "yes"
    send_sign_in(client)
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie["_user_id"] != "a token that somebody else put there"


def test_sign_in_puts_a_token_in_the_cookie_and_never_the_id(client: FlaskClient) -> None:
    person = make_member()
    send_sign_in(client)
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
        assert len(token) >= 43
        assert str(person.id) not in [str(value) for value in cookie.values()]


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/%5Cevil.example", "%09//evil.example"]
)
def test_sign_in_sends_nobody_to_another_site(client: FlaskClient, target: str) -> None:
    make_member()
    response = send_sign_in(client, query=f"?next={target}")
    assert (response.status_code, response.headers["Location"]) == (303, "/")


def test_sign_in_says_the_same_about_known_and_unknown_addresses(app: Flask) -> None:
    make_member()
    make_person(email="bert@example.org", password_hash=None)
    pages: set[str] = set()
    for email in ("anna@example.org", "nobody@example.org", "bert@example.org"):
        response = send_sign_in(app.test_client(), email=email, password="wrong and wrong")
        assert response.status_code == 422
        assert "This address and this password do not belong together." in response.text
        pages.add(without_tokens(response.text, email))
    assert len(pages) == 1


def test_sign_in_keeps_the_typed_address_and_never_the_password(client: FlaskClient) -> None:
    response = send_sign_in(client, email="anna@example.org", password="wrong and wrong")
    assert 'value="anna@example.org"' in response.text
    assert "wrong and wrong" not in response.text


def test_sign_in_asks_for_what_is_missing(client: FlaskClient) -> None:
    response = send_sign_in(client, email="", password="")
    assert response.status_code == 422
    # Without a password a code is mailed; so only the address is missing. It is told above and at the field.
    assert response.text.count("Fill this in.") == 2


@pytest.mark.parametrize(
    "email", ["%00", "a%00b%40example.org", "%F0%9F", "%ED%A0%80", "x" * 300, "%E2%80%AE"]
)
def test_sign_in_takes_hostile_addresses_calmly(client: FlaskClient, email: str) -> None:
    response = client.post(
        "/account/sign-in",
        data=f"email={email}&password=x%00y",
        content_type="application/x-www-form-urlencoded",
    )
    assert response.status_code == 422


@pytest.mark.parametrize("email", ["anna@example.org", "nobody@example.org"])
def test_sign_in_slows_down_guessing_whether_the_account_exists_or_not(app: Flask, email: str) -> None:
    make_member()
    with time_machine.travel(NOON, tick=False):
        for _number in range(10):
            assert send_sign_in(app.test_client(), email, "wrong and wrong").status_code == 422
        refused = send_sign_in(app.test_client(), email)
        assert refused.status_code == 429
        assert "Try again in 15 minutes." in refused.text
        # Who has forgotten the password need not wait: what they typed is there, and a code still comes by mail.
        assert refused.text.count(f'value="{email}"') == 2
        assert ">Mail me a code<" in refused.text
        assert app.test_client().post("/account/sign-in", data={"email": email}).status_code == 303
    with time_machine.travel(NOON + timedelta(minutes=15), tick=False):
        assert send_sign_in(app.test_client(), "anna@example.org").status_code == 303


def test_sign_in_counts_guesses_by_the_real_address_whatever_a_header_says(app: Flask) -> None:
    make_member()
    for number in range(30):
        app.test_client().post(
            "/account/sign-in",
            data={"email": f"person{number}@example.org", "password": "wrong and wrong"},
            headers={"X-Forwarded-For": f"198.51.100.{number}"},
        )
    assert send_sign_in(app.test_client()).status_code == 429


@pytest.fixture
def app_behind_a_proxy(app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """The application on the same database, told that one proxy stands before it."""
    settings: Settings = app.extensions["settings"]
    behind = create_app({**environment_for(settings.database_url, tmp_path), "TRUSTED_PROXIES": "1"})
    behind.test_client_class = Browser
    for name in ("TESTING", "WTF_CSRF_ENABLED", "PASSWORD_HASHING"):
        behind.config[name] = app.config[name]
    yield behind
    with behind.app_context():
        db.engine.dispose()


def test_sign_in_counts_guesses_by_the_last_hop_when_one_proxy_is_trusted(app_behind_a_proxy: Flask) -> None:
    make_member()

    def answer(hops: str, password: str = PASSWORD) -> int:
        return (
            app_behind_a_proxy.test_client()
            .post(
                "/account/sign-in",
                data={"email": "anna@example.org", "password": password},
                headers={"X-Forwarded-For": hops},
            )
            .status_code
        )

    for number in range(10):
        assert answer(f"203.0.113.{number}, 198.51.100.7", "wrong and wrong") == 422
    assert answer("192.0.2.1, 198.51.100.7") == 429
    assert answer("198.51.100.7, 192.0.2.1") == 303


def test_sign_in_sends_a_person_who_is_in_already_on(sign_in: SignIn) -> None:
    response = sign_in(make_person()).get("/account/sign-in?next=/debates/")
    assert (response.status_code, response.headers["Location"]) == (302, "/debates/")


def test_sign_out_ends_the_session_and_empties_cookie_and_cache(sign_in: SignIn) -> None:
    person = make_person()
    browser = sign_in(person)
    response = browser.post("/account/sign-out")
    assert (response.status_code, response.headers["Location"]) == (303, "/")
    assert response.headers["Clear-Site-Data"] == '"cache"'
    assert (session_cookie(response) or "").startswith("session=;")
    assert sessions_of(person) == 0
    assert browser.get("/account/").status_code == 302


def test_sign_out_takes_no_get(sign_in: SignIn) -> None:
    person = make_person()
    assert sign_in(person).get("/account/sign-out").status_code == 405
    assert sessions_of(person) == 1


def test_sign_out_of_a_copied_cookie_is_final(app: Flask, sign_in: SignIn) -> None:
    browser = sign_in(make_person())
    with browser.session_transaction() as cookie:
        token = cookie["_user_id"]
    browser.post("/account/sign-out")
    thief = app.test_client()
    with thief.session_transaction() as cookie:
        cookie["_user_id"] = token
    assert thief.get("/account/").status_code == 302


def test_sign_out_does_nothing_to_a_visitor(client: FlaskClient) -> None:
    assert client.post("/account/sign-out").status_code == 303


def test_account_asks_visitors_to_sign_in(client: FlaskClient) -> None:
    response = client.get("/account/")
    assert (response.status_code, response.headers["Location"]) == (
        302,
        "/account/sign-in?next=%2Faccount%2F",
    )


def test_account_shows_who_i_am_and_where_i_am_signed_in(sign_in: SignIn) -> None:
    person = make_person(name="Anna de Vries", role="editor", email="anna@example.org")
    sign_in(person)
    page = sign_in(person).get("/account/").text
    assert page.count("<h1") == 1
    assert "anna@example.org" in page
    assert ">editor<" in page
    assert page.count("an unknown browser") == 2
    assert page.count("this one") == 1


def test_choose_locale_changes_the_language_and_zone_of_the_next_page(sign_in: SignIn) -> None:
    person = make_person()
    browser = sign_in(person)
    response = browser.post("/account/locale", data={"language": "nl", "time_zone": "Asia/Tokyo"})
    assert response.status_code == 303
    assert (person.language, person.time_zone) == ("nl", "Asia/Tokyo")
    page = browser.get("/account/", headers={"Accept-Language": "en"}).text
    assert '<html lang="nl">' in page


def test_the_language_in_the_foot_of_a_page_stays_chosen_and_leads_back(sign_in: SignIn) -> None:
    person = make_person()
    browser = sign_in(person)
    page = browser.get("/debates/?after=abc&lang=en").text
    assert '<input type="hidden" name="next" value="/debates/?after=abc">' in page
    response = browser.post("/account/language", data={"language": "nl", "next": "/debates/?after=abc"})
    assert (response.status_code, response.location) == (303, "/debates/?after=abc")
    assert person.language == "nl"


@pytest.mark.parametrize(
    "asked", [{"language": "xx"}, {"language": "xx", "next": "https://elsewhere.example"}, {}]
)
def test_a_language_that_there_is_not_changes_nothing(sign_in: SignIn, asked: dict[str, str]) -> None:
    person = make_person(language="nl")
    response = sign_in(person).post("/account/language", data=asked)
    assert (response.status_code, response.location) == (303, "/")
    assert person.language == "nl"


def test_choose_locale_refuses_what_there_is_not(sign_in: SignIn) -> None:
    person = make_person()
    response = sign_in(person).post("/account/locale", data={"language": "xx", "time_zone": "Mars/Base"})
    assert response.status_code == 422
    assert (person.language, person.time_zone) == (None, None)


def test_choose_locale_back_to_the_browsers(sign_in: SignIn) -> None:
    person = make_person(language="nl")
    assert sign_in(person).post("/account/locale", data={"language": "", "time_zone": ""}).status_code == 303
    assert person.language is None


def test_change_password_keeps_this_browser_and_ends_the_others(sign_in: SignIn, client: FlaskClient) -> None:
    person = make_member()
    here, there = sign_in(person), sign_in(person)
    response = here.post("/account/password", data={"password": "a newer password"})
    assert response.status_code == 303
    assert "Your password is changed." in here.get("/account/").text
    assert there.get("/account/").status_code == 302
    assert send_sign_in(client).status_code == 422
    assert send_sign_in(client, password="a newer password").status_code == 303


@pytest.mark.parametrize(
    ("new", "told"),
    [
        ("short", "Give a password of 10 to 200 characters"),
        ("Welkom2026!", "This is one of the passwords that are tried first."),
        ("Anna-de-Vries", "This is one of the passwords that are tried first."),
        ("", "Fill this in."),
    ],
)
def test_change_password_tells_what_is_wrong(sign_in: SignIn, new: str, told: str) -> None:
    person = make_member()
    here, there = sign_in(person), sign_in(person)
    response = here.post("/account/password", data={"password": new})
    assert response.status_code == 422
    assert told in response.text
    assert there.get("/account/").status_code == 200


def test_end_session_signs_another_browser_of_mine_out_at_once(sign_in: SignIn) -> None:
    person = make_person()
    here, there = sign_in(person), sign_in(person)
    there_id = session.scalars(sa.select(BrowserSession.id).order_by(BrowserSession.id)).all()[1]
    assert there.get("/account/").status_code == 200
    assert here.post(f"/account/sessions/{there_id}/end").status_code == 303
    assert there.get("/account/").status_code == 302
    assert here.get("/account/").status_code == 200


def test_end_session_of_this_browser_signs_me_out(sign_in: SignIn) -> None:
    here = sign_in(make_person())
    response = here.post(f"/account/sessions/{session.scalars(sa.select(BrowserSession.id)).one()}/end")
    assert response.headers["Location"] == "/"
    assert here.get("/account/").status_code == 302


def test_end_session_knows_nothing_of_other_peoples_sessions(sign_in: SignIn) -> None:
    victim = make_person()
    sign_in(victim)
    theirs = session.scalars(sa.select(BrowserSession.id)).one()
    stranger = sign_in(make_person(role="admin"))
    assert stranger.post(f"/account/sessions/{theirs}/end").status_code == 404
    for unknown in ("999999", "9" * 30):
        assert stranger.post(f"/account/sessions/{unknown}/end").status_code == 404
    assert sessions_of(victim) == 1


def test_end_all_sessions_ends_mine_and_nobody_elses(sign_in: SignIn) -> None:
    person, other = make_person(), make_person()
    here, there, elsewhere = sign_in(person), sign_in(person), sign_in(other)
    assert here.post("/account/sessions/end").headers["Location"] == "/"
    assert [browser.get("/account/").status_code for browser in (here, there, elsewhere)] == [302, 302, 200]


def test_set_up_uses_nothing_up_when_it_is_looked_at(client: FlaskClient) -> None:
    with unit_of_work():
        token = setup.make_setup_link()
    for _look in range(3):
        assert client.get(f"/account/set-up/{token}").status_code == 200
        client.head(f"/account/set-up/{token}")
    assert session.scalars(sa.select(SetupLink.used_at)).all() == [None]


def test_set_up_makes_the_first_admin_and_signs_them_in(app: Flask, client: FlaskClient) -> None:
    with unit_of_work():
        token = setup.make_setup_link()
    data = {"name": "Anna", "email": "anna@example.org", "password": PASSWORD}
    response = client.post(f"/account/set-up/{token}", data=data)
    assert response.status_code == 303
    page = client.get("/account/").text
    assert "You are the first admin of this site." in page
    assert ">admin<" in page
    late = app.test_client()
    assert late.get(f"/account/set-up/{token}").status_code == 404
    assert late.post(f"/account/set-up/{token}", data=data | {"email": "b@example.org"}).status_code == 404
    assert session.scalar(sa.select(sa.func.count()).select_from(Person)) == 1


def test_set_up_tells_what_is_wrong_and_keeps_what_was_typed(client: FlaskClient) -> None:
    with unit_of_work():
        token = setup.make_setup_link()
    data = {"name": "Anna", "email": "no address", "password": PASSWORD}
    response = client.post(f"/account/set-up/{token}", data=data)
    assert response.status_code == 422
    assert "Give a mail address like name@example.org." in response.text
    assert 'value="Anna"' in response.text
    assert PASSWORD not in response.text


def test_set_up_does_not_exist_without_a_link(client: FlaskClient) -> None:
    assert client.get("/account/set-up/made-up").status_code == 404


def test_a_proxy_that_tells_the_port_too_makes_no_difference(app_behind_a_proxy: Flask) -> None:
    make_member()

    def answer(hop: str, password: str = PASSWORD) -> int:
        data = {"email": "anna@example.org", "password": password}
        client = app_behind_a_proxy.test_client()
        return client.post("/account/sign-in", data=data, headers={"X-Forwarded-For": hop}).status_code

    for number in range(10):
        assert answer(f"198.51.100.7:{5000 + number}", "wrong and wrong") == 422
    assert answer("198.51.100.7") == 429
    assert answer("198.51.100.8:5000") == 303
    for number in range(10):
        assert answer(f"[2001:db8::{number}]:5000", "wrong and wrong") == 422
    assert answer("2001:db8::99") == 429


def test_over_tls_a_known_browser_is_told_so_over_tls_only(app: Flask, tmp_path: Path) -> None:
    make_member()
    settings: Settings = app.extensions["settings"]
    over_tls = create_app(
        {**environment_for(settings.database_url, tmp_path), "SITE_URL": "https://news.example.org"}
    )
    over_tls.test_client_class = Browser
    for name in ("TESTING", "WTF_CSRF_ENABLED", "PASSWORD_HASHING"):
        over_tls.config[name] = app.config[name]
    client = over_tls.test_client()

    came_in = client.post(
        "/account/sign-in",
        data={"email": "anna@example.org", "password": PASSWORD},
        base_url="https://news.example.org",
    )

    with over_tls.app_context():
        db.engine.dispose()
    (known,) = (each for each in came_in.headers.getlist("Set-Cookie") if "known=" in each)
    assert known.startswith("__Secure-known=")
    assert "; Secure;" in known
