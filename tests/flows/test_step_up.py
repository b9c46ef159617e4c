"""Before what decides who gets into an account, whoever is signed in shows once more who they are."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from pyotp.totp import TOTP

from blog.accounts.actions import factors
from blog.accounts.actions.people import create_person
from blog.accounts.models.audit import AuditRecord
from blog.accounts.models.people import Person
from blog.accounts.models.sign_in import BrowserSession
from blog.accounts.queries import person_by_email
from blog.core import clock
from blog.core.config import current_settings
from blog.core.db import session, unit_of_work
from blog.mailroom.models import OutboxMessage
from tests.conftest import SignIn
from tests.factories.accounts import make_person

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=10)
PASSWORD = "correct horse battery"
EMAIL = "anna@example.org"
# Every page that changes how somebody signs in, and every form that does.
PAGES = ("/account/password", "/account/address", "/account/second-factor", "/account/second-factor/app")
FORMS = (
    "/account/password",
    "/account/address",
    "/account/second-factor/app",
    "/account/second-factor/app/off",
    "/account/second-factor/codes",
    "/account/passkeys",
    "/account/passkeys/1/name",
    "/account/passkeys/1/remove",
    "/account/linked",
    "/account/linked/1/unlink",
)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_that_matters_asks_after_ten_minutes_and_not_before(sign_in: SignIn, path: str) -> None:
    with time_machine.travel(NOON, tick=False):
        browser = sign_in(make_member())
    with time_machine.travel(LATER - timedelta(seconds=1), tick=False):
        assert browser.get(path).status_code == 200
    with time_machine.travel(LATER, tick=False):
        asked = browser.get(path)
        assert (asked.status_code, asked.location) == (303, f"/account/confirm?next={path}")
        assert browser.get("/account/").status_code == 200


@pytest.mark.parametrize("path", FORMS)
def test_a_form_that_comes_late_does_nothing_and_leads_back_to_its_page(sign_in: SignIn, path: str) -> None:
    with time_machine.travel(NOON, tick=False):
        person = make_member()
        browser = sign_in(person)
        before = person.password_hash
    with time_machine.travel(LATER, tick=False):
        data = {"password": "a newer password", "email": "new@example.org"}
        from_page = {"Referer": "http://localhost/account/second-factor"}
        refused = browser.post(path, data=data, headers=from_page)
        assert (refused.status_code, refused.location) == (
            303,
            "/account/confirm?next=/account/second-factor",
        )
        assert "Nothing was done yet." in browser.get(refused.location).text
        session.expire_all()
        assert person.password_hash == before
        assert letters() == []


@pytest.mark.parametrize(
    ("page", "goal"),
    [
        ("/account/second-factor?next=/desk/", "/account/second-factor?next=/desk/"),
        # The answer to a form that could not be used stands at an address that takes forms only.
        ("/account/second-factor/app/off", "/account/"),
        ("/account/second-factor?next=//evil.example", "/account/second-factor?next=//evil.example"),
    ],
)
def test_it_leads_back_to_a_page_that_can_be_opened(sign_in: SignIn, page: str, goal: str) -> None:
    with time_machine.travel(NOON, tick=False):
        browser = sign_in(make_person(email=EMAIL))
    with time_machine.travel(LATER, tick=False):
        late = browser.post("/account/second-factor/codes", headers={"Referer": f"http://localhost{page}"})
        asked = browser.get(late.location)
    assert parse_qs(urlsplit(late.location).query)["next"] == [goal]
    assert asked.status_code == 200


def test_a_page_of_another_site_is_not_led_back_to(sign_in: SignIn) -> None:
    with time_machine.travel(NOON, tick=False):
        browser = sign_in(make_member())
    with time_machine.travel(LATER, tick=False):
        refused = browser.post("/account/password", headers={"Referer": "http://evil.example/account/x"})
        assert refused.location == "/account/confirm?next=/account/"


def test_the_password_confirms_and_the_session_begins_anew(sign_in: SignIn) -> None:
    with time_machine.travel(NOON, tick=False):
        browser = sign_in(make_member())
        with browser.session_transaction() as cookie:
            token = cookie["_user_id"]
    with time_machine.travel(LATER, tick=False):
        confirm = browser.get("/account/address").location
        wrong = browser.post(
            "/account/confirm/password?next=/account/address", data={"password": "wrong and wrong"}
        )
        assert (wrong.status_code, "This is not the password of this account." in wrong.text) == (422, True)
        assert browser.get("/account/address").status_code == 303
        page = browser.get(confirm)
        assert 'action="/account/confirm/password?next=/account/address"' in page.text
        right = browser.post("/account/confirm/password?next=/account/address", data={"password": PASSWORD})
        assert right.location == "/account/address"
        assert browser.get("/account/address").status_code == 200
        with browser.session_transaction() as cookie:
            assert cookie["_user_id"] != token
        assert len(session.scalars(sa.select(BrowserSession)).all()) == 1


def test_guessing_in_a_browser_that_was_left_open_is_slowed_down(sign_in: SignIn) -> None:
    browser = sign_in(make_member())
    for _number in range(10):
        browser.post("/account/confirm/password", data={"password": "wrong and wrong"})
    assert browser.post("/account/confirm/password", data={"password": PASSWORD}).status_code == 429


def test_the_app_confirms(sign_in: SignIn) -> None:
    with time_machine.travel(NOON, tick=False):
        person = make_member()
        phone = TOTP(factors.app_secret_of(person, "salt"))
        with unit_of_work():
            factors.turn_app_on(person, "salt", phone.at(clock.now()), keep_session=None)
        browser = sign_in(person)
    with time_machine.travel(LATER, tick=False):
        assert browser.post("/account/confirm/code", data={"code": "000000"}).status_code == 422
        assert browser.get("/account/password").status_code == 303
        code = phone.at(clock.now())
        assert browser.post("/account/confirm/code", data={"code": code}).location == "/account/"
        assert browser.get("/account/password").status_code == 200
        assert browser.post("/account/confirm/code", data={"code": code}).status_code == 422


def test_whom_only_a_mailbox_is_known_of_confirms_by_mail(sign_in: SignIn) -> None:
    with time_machine.travel(NOON, tick=False):
        browser = sign_in(make_person(email=EMAIL))
    with time_machine.travel(LATER, tick=False):
        assert "/account/confirm/mail" in browser.get("/account/confirm?next=/account/password").text
        code_page = browser.post("/account/confirm/mail?next=/account/password").location
        # They are in already: neither page nor mail claims that they sign in.
        assert "With it you show at Rejoinder that it is you." in letters()[-1].text
        page = browser.get(code_page).text
        assert ">It is me<" in page
        assert ">Sign in<" not in page
        assert "/account/confirm?next=/account/password" in page
        came_back = browser.post(code_page, data={"code": mailed_code(EMAIL)})
        assert came_back.location == "/account/password"
        assert browser.get("/account/password").status_code == 200
        assert len(session.scalars(sa.select(BrowserSession)).all()) == 1


def test_a_reader_who_has_forgotten_the_password_confirms_by_mail_and_sets_another(sign_in: SignIn) -> None:
    with time_machine.travel(NOON, tick=False):
        browser = sign_in(make_member())
    with time_machine.travel(LATER, tick=False):
        assert "/account/confirm/mail" in browser.get("/account/confirm?next=/account/password").text
        code_page = browser.post("/account/confirm/mail?next=/account/password").location
        assert browser.get("/account/password").status_code == 303
        came_back = browser.post(code_page, data={"code": mailed_code(EMAIL)})
        assert came_back.location == "/account/password"
        assert browser.post("/account/password", data={"password": "a newer password"}).status_code == 303


@pytest.mark.parametrize("role", ["reader", "author", "admin"])
def test_a_mailed_code_confirms_just_where_it_lets_somebody_in(
    app: Flask, sign_in: SignIn, client: FlaskClient, role: str
) -> None:
    with unit_of_work():
        person = create_person(EMAIL, "Anna de Vries", [] if role == "reader" else [role], PASSWORD)
    browser = sign_in(person)
    is_enough = role == "reader"
    assert browser.post("/account/confirm/mail").status_code == (303 if is_enough else 403)
    assert ("/account/confirm/mail" in browser.get("/account/confirm").text) is is_enough
    code_page = client.post("/account/sign-in", data={"email": EMAIL}).location
    assert client.post(code_page, data={"code": mailed_code(EMAIL)}).status_code == (
        303 if is_enough else 403
    )
    # What let them in counts as well: there is one rule.
    assert client.get("/account/address").status_code == (200 if is_enough else 302)


def test_a_mailed_code_confirms_nothing_where_an_app_is_asked_for(
    sign_in: SignIn, client: FlaskClient
) -> None:
    person = make_member()
    phone = TOTP(factors.app_secret_of(person, "salt"))
    with unit_of_work():
        factors.turn_app_on(person, "salt", phone.at(clock.now()), keep_session=None)
    assert sign_in(person).post("/account/confirm/mail").status_code == 403
    code_page = client.post("/account/sign-in", data={"email": EMAIL}).location
    assert client.post(code_page, data={"code": mailed_code(EMAIL)}).location == "/account/second-step"


def test_to_confirm_is_another_line_of_the_log_and_changes_not_how_somebody_came_in(sign_in: SignIn) -> None:
    person = make_member()
    phone = TOTP(factors.app_secret_of(person, "salt"))
    browser = sign_in(person)
    browser.post("/account/confirm/password", data={"password": PASSWORD})
    code_page = browser.post("/account/confirm/mail").location
    browser.post(code_page, data={"code": mailed_code(EMAIL)})
    with time_machine.travel(NOON, tick=False):
        browser = sign_in(person)
        with unit_of_work():
            factors.turn_app_on(person, "salt", phone.at(clock.now()), keep_session=None)
    with time_machine.travel(LATER, tick=False):
        browser = sign_in(person)
        assert browser.post("/account/confirm/code", data={"code": phone.at(clock.now())}).status_code == 303
    done = sa.select(AuditRecord).where(AuditRecord.act.in_(("signed in", "confirmed")))
    shown = [(record.act, record.details) for record in session.scalars(done.order_by(AuditRecord.id))]
    assert shown == [("confirmed", {"method": way}) for way in ("password", "code", "app")]
    assert set(session.scalars(sa.select(BrowserSession.method))) == {"password"}


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/%5Cevil.example"])
def test_confirming_sends_nobody_to_another_site(sign_in: SignIn, target: str) -> None:
    browser = sign_in(make_member())
    sent = browser.post(f"/account/confirm/password?next={target}", data={"password": PASSWORD})
    assert sent.location == "/account/"


def test_who_does_not_want_to_show_it_finds_a_way_back(sign_in: SignIn) -> None:
    browser = sign_in(make_member())
    for asked, back in (
        ("/account/password", "/account/"),
        ("/site/people", "/account/"),
        ("/account/invitation/abc", "/account/invitation/abc"),
    ):
        page = browser.get(f"/account/confirm?next={asked}").text
        assert re.search(
            rf'<a [^>]*href="{back}"[^>]*>(?:(?!</a>).)*Back, without changing anything', page, re.DOTALL
        )
    assert 'href="/account/"' in browser.get("/account/password").text


def test_an_admin_is_not_sent_to_themself(sign_in: SignIn) -> None:
    page = (
        sign_in(make_person(role="admin", email=EMAIL, password_hash="a hash")).get("/account/confirm").text
    )
    assert f"<code>flask people recover {EMAIL}</code>" in page
    assert "Whoever runs this site" not in page


def test_who_has_no_password_chooses_one(sign_in: SignIn, client: FlaskClient) -> None:
    browser = sign_in(make_person(email=EMAIL))
    assert "Choose a password" in browser.get("/account/").text
    chosen = browser.post("/account/password", data={"password": PASSWORD}, follow_redirects=True)
    assert "You have a password from now on." in chosen.text
    assert letters()[-1].subject == "Your account at Rejoinder: a password was chosen"
    assert PASSWORD not in letters()[-1].text
    assert client.post("/account/sign-in", data={"email": EMAIL, "password": PASSWORD}).location == "/"


def test_an_address_changes_once_the_new_mailbox_has_shown_itself(app: Flask, sign_in: SignIn) -> None:
    person = make_member()
    here, elsewhere = sign_in(person), sign_in(person)
    code_page = here.post("/account/address", data={"email": "New@example.org"}).location
    assert letters()[-1].recipient == "New@example.org"
    assert "http" not in letters()[-1].text
    assert person_by_email("new@example.org") is None
    assert here.post(code_page, data={"code": "abcdef"}).status_code == 422
    changed = here.post(code_page, data={"code": mailed_code("New@example.org")})
    assert changed.location == "/account/"
    assert (person.email, person.email_key) == ("New@example.org", "new@example.org")
    assert elsewhere.get("/account/").status_code == 302
    assert here.get("/account/").status_code == 200
    # The old mailbox hears of it.
    told = letters()[-1]
    assert (told.recipient, told.subject) == (
        EMAIL,
        "Your account at Rejoinder: the mail address was changed",
    )
    assert "New@example.org" not in told.text
    # Nobody signs in with that address any more, so nobody is sent there.
    assert "http" not in told.text
    assert "Write to whoever runs this site, who can give it back to you." in told.text


def test_the_old_mailbox_hears_whom_to_write_to_where_that_is_set(
    app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(current_settings(), contact="help@example.org")
    monkeypatch.setitem(app.extensions, "settings", settings)
    here = sign_in(make_member())
    code_page = here.post("/account/address", data={"email": "new@example.org"}).location
    here.post(code_page, data={"code": mailed_code("new@example.org")})
    assert "who can give it back to you: help@example.org\n" in letters()[-1].text


def test_the_code_for_an_address_lets_nobody_in_and_is_no_good_to_somebody_else(
    app: Flask, sign_in: SignIn
) -> None:
    person, stranger = make_member(), make_person()
    code_page = sign_in(person).post("/account/address", data={"email": "new@example.org"}).location
    token, code = code_page.rpartition("/")[2], mailed_code("new@example.org")
    visitor = app.test_client()
    assert visitor.post(f"/account/code/{token}", data={"code": code}).status_code == 404
    assert visitor.get("/account/").status_code == 302
    assert sign_in(stranger).post(code_page, data={"code": code}).status_code == 404
    assert person.email == EMAIL


def test_an_address_that_somebody_has_is_not_given_away_and_not_told(sign_in: SignIn) -> None:
    make_person(email="bert@example.org")
    browser = sign_in(make_member())
    free = browser.post("/account/address", data={"email": "free@example.org"})
    taken = browser.post("/account/address", data={"email": "bert@example.org"})
    assert (taken.status_code, taken.location[:17]) == (free.status_code, free.location[:17])
    refused = browser.post(taken.location, data={"code": mailed_code("bert@example.org")})
    assert refused.location == "/account/address"
    assert "This address has an account already." in browser.get("/account/address").text
    assert person_by_email(EMAIL) is not None


def test_a_code_for_an_address_dies_with_a_change_of_password(sign_in: SignIn) -> None:
    person = make_member()
    browser = sign_in(person)
    code_page = browser.post("/account/address", data={"email": "new@example.org"}).location
    code = mailed_code("new@example.org")
    browser.post("/account/password", data={"password": "a newer password"})
    assert browser.post(code_page, data={"code": code}).status_code == 404
    assert person.email == EMAIL


def make_member() -> Person:
    with unit_of_work():
        return create_person(EMAIL, "Anna de Vries", [], PASSWORD)


def letters() -> list[OutboxMessage]:
    return list(session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id)))


def mailed_code(recipient: str) -> str:
    letter = letters()[-1]
    assert letter.recipient == recipient
    found = re.search(r"\b(\d{3}) (\d{3})\b", letter.text)
    assert found is not None
    return found.group(1) + found.group(2)
