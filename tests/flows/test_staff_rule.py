"""Who works here needs a second factor or a passkey after their first week; until then they are told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from pyotp.totp import TOTP
from werkzeug.test import TestResponse

from blog.accounts.actions import factors, roles
from blog.accounts.actions.people import create_person
from blog.accounts.models.people import Person
from blog.accounts.values import Role
from blog.core import clock
from blog.core.config import Settings
from blog.core.db import session, unit_of_work
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.discussions import make_thread

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
PASSWORD = "correct horse battery"
EMAIL = "anna@example.org"
RESTS = "Your role rests until your account has a passkey or a second factor."
SOON = "Set up a passkey or a second factor before"


def test_within_the_week_they_work_and_are_told_until_when(sign_in: SignIn) -> None:
    with time_machine.travel(NOON, tick=False):
        person = make_person(role="editor")
    with time_machine.travel(NOON + WEEK - timedelta(seconds=1), tick=False):
        browser = sign_in(person)
        for path in ("/desk/", "/account/"):
            page = browser.get(path)
            assert page.status_code == 200
            assert SOON in page.text
            assert "30 November 2026" in page.text


@pytest.mark.parametrize(
    ("role", "path"),
    [("editor", "/desk/"), ("moderator", "/moderation/"), ("admin", "/site/"), ("author", "/desk/")],
)
def test_after_the_week_their_pages_lead_to_where_it_is_set_up(sign_in: SignIn, role: str, path: str) -> None:
    with time_machine.travel(NOON, tick=False):
        person = make_person(role=role)
    with time_machine.travel(NOON + WEEK, tick=False):
        browser = sign_in(person)
        led = browser.get(path)
        assert led.status_code == 302
        assert led.location.startswith("/account/second-factor?next=%2F")
        page = browser.get(led.location)
        assert page.status_code == 200
        assert RESTS in page.text


def test_after_the_week_they_read_and_write_as_readers_do_and_no_more(sign_in: SignIn) -> None:
    with time_machine.travel(NOON, tick=False):
        person, thread = make_person(role="admin"), make_thread()
    with time_machine.travel(NOON + WEEK, tick=False):
        browser = sign_in(person)
        page = browser.get(f"/debates/{thread.id}-{thread.slug}")
        assert 'id="composer"' in page.text
        assert "/moderation/threads" not in page.text
        assert "Your role rests" in page.text
        refused = browser.post(f"/moderation/threads/{thread.id}/close", data={"reason": "because"})
        assert (refused.status_code, "Your role rests until" in refused.text) == (403, True)
        session.expire_all()
        assert thread.mode == "open"


def test_once_it_is_set_up_they_work_again_at_once(sign_in: SignIn) -> None:
    with time_machine.travel(NOON, tick=False):
        person = make_person(role="editor", password_hash="a hash")
    with time_machine.travel(NOON + WEEK, tick=False):
        browser = sign_in(person)
        phone = TOTP(factors.app_secret_of(person, "salt"))
        set_up = browser.post(
            "/account/second-factor/app", data={"salt": "salt", "code": phone.at(clock.now())}
        )
        assert set_up.status_code == 200
        page = browser.get("/desk/")
        assert page.status_code == 200
        assert SOON not in page.text
        assert RESTS not in page.text
        back = browser.get("/account/second-factor?next=/desk/")
        assert 'href="/desk/"' in back.text
        # It is not done without again.
        browser.post("/account/second-factor/app/off")
        assert browser.get("/desk/").status_code == 302


def test_the_week_begins_with_the_role(sign_in: SignIn) -> None:
    with time_machine.travel(NOON - 100 * WEEK, tick=False):
        person = make_person(password_hash="a hash")
    with time_machine.travel(NOON, tick=False), unit_of_work():
        roles.grant_role(person, Role.EDITOR)
    with time_machine.travel(NOON + WEEK - timedelta(days=1), tick=False):
        assert sign_in(person).get("/desk/").status_code == 200
        with unit_of_work():
            roles.grant_role(person, Role.MODERATOR)
    with time_machine.travel(NOON + WEEK, tick=False):
        # Another role gives no second week.
        assert sign_in(person).get("/desk/").status_code == 302


def test_readers_and_the_people_of_the_demo_need_nothing(sign_in: SignIn) -> None:
    with time_machine.travel(NOON, tick=False), unit_of_work():
        reader = create_person("reader@example.org", "Sander", [])
        editor = create_person("editor@example.org", "Eva", ["editor"], is_demo=True)
    with time_machine.travel(NOON + 10 * WEEK, tick=False):
        assert RESTS not in sign_in(reader).get("/account/").text
        page = sign_in(editor).get("/desk/")
        assert page.status_code == 200
        assert RESTS not in page.text


def test_how_many_days_is_a_setting(app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    settings: Settings = app.extensions["settings"]
    changed = replace(settings, staff_second_factor_days=0)
    monkeypatch.setitem(app.extensions, "settings", changed)
    assert sign_in(make_person(role="editor")).get("/desk/").status_code == 302


def test_who_has_lost_everything_is_let_back_in_on_the_command_line(
    app: Flask, sign_in: SignIn, runner: FlaskCliRunner
) -> None:
    person = make_editor_with_app()
    there = sign_in(person)
    printed = runner.invoke(args=["people", "recover", EMAIL])
    assert (printed.exit_code, printed.stderr) == (0, "")
    link = printed.stdout.strip()
    assert link.startswith("http://localhost/account/recover/")
    assert there.get("/account/").status_code == 302
    browser = app.test_client()
    # The old password opens nothing any more, and looking uses nothing up.
    assert send_password(browser, PASSWORD).status_code == 422
    for _look in range(3):
        assert browser.get(link).status_code == 200
    assert browser.post(link, data={"password": "short"}).status_code == 422
    came_in = browser.post(link, data={"password": "a newer password"})
    assert came_in.location == "/account/second-factor"
    assert browser.get("/desk/").status_code == 200
    assert send_password(app.test_client(), "a newer password").location == "/"
    # Once.
    again = app.test_client().post(link, data={"password": "one more password"})
    assert again.status_code == 404


def test_a_link_to_come_back_in_stops_with_a_later_one_and_after_a_day(
    app: Flask, runner: FlaskCliRunner
) -> None:
    with time_machine.travel(NOON, tick=False):
        make_editor_with_app()
        first, second = (
            runner.invoke(args=["people", "recover", EMAIL]).stdout.strip() for _time in range(2)
        )
        assert app.test_client().get(first).status_code == 404
        assert app.test_client().get(second).status_code == 200
    with time_machine.travel(NOON + timedelta(hours=24, seconds=1), tick=False):
        assert app.test_client().get(second).status_code == 404


@pytest.mark.parametrize("token", ["x", "W251bGxd.x.y", "%00", "é"])
def test_a_made_up_link_lets_nobody_in(app: Flask, token: str) -> None:
    assert app.test_client().get(f"/account/recover/{token}").status_code == 404


def make_editor_with_app() -> Person:
    with unit_of_work():
        person = create_person(EMAIL, "Anna de Vries", ["editor"], PASSWORD)
    phone = TOTP(factors.app_secret_of(person, "salt"))
    with unit_of_work():
        factors.turn_app_on(person, "salt", phone.at(clock.now()), keep_token=None)
    return person


def send_password(browser: FlaskClient, password: str) -> TestResponse:
    return browser.post("/account/sign-in", data={"email": EMAIL, "password": password})
