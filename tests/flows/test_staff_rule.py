"""Who works here needs a second factor or a passkey after their first week; until then they are told."""

import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from pyotp.totp import TOTP
from werkzeug.test import TestResponse

from blog.accounts.actions import factors, roles
from blog.accounts.actions.people import create_person
from blog.accounts.events import CodeMailed
from blog.accounts.models.audit import AuditRecord
from blog.accounts.models.people import Person
from blog.accounts.passkeys import NewKey
from blog.accounts.queries import code_app_of, has_factor
from blog.accounts.values import Role, SignInChange
from blog.core import clock
from blog.core.config import Settings
from blog.core.db import session, unit_of_work
from blog.core.errors import Forbidden
from blog.mailroom.models import OutboxMessage
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.discussions import make_thread
from tests.support.events import heard

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


def test_once_it_is_set_up_they_work_again_at_once(
    app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_days(app, monkeypatch, 0)
    with time_machine.travel(NOON, tick=False):
        person = make_person(role="editor", password_hash="a hash")
    with time_machine.travel(NOON + WEEK - timedelta(seconds=1), tick=False):
        browser = sign_in(person)
        assert browser.get("/desk/").status_code == 302
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


def test_a_password_alone_wakes_no_role_that_has_rested_for_a_week(sign_in: SignIn) -> None:
    with time_machine.travel(NOON, tick=False):
        person = make_person(role="admin", password_hash="a hash")
    with time_machine.travel(NOON + WEEK, tick=False):
        thief = sign_in(person)
        page = thief.get("/account/second-factor")
        assert (page.status_code, "press “Give them time”" in page.text) == (200, True)
        for offered in ("/account/second-factor/app", "/account/passkeys"):
            assert f'"{offered}"' not in page.text
        phone = TOTP(factors.app_secret_of(person, "salt"))
        assert thief.get("/account/second-factor/app").location == "/account/second-factor"
        thief.post("/account/second-factor/app", data={"salt": "salt", "code": phone.at(clock.now())})
        assert thief.get("/account/passkeys/options").status_code == 403
        assert code_app_of(person.id) is None
        assert thief.get("/site/people").status_code == 302


def test_whose_roles_rest_for_good_is_told_so_where_they_are_and_led_nowhere(sign_in: SignIn) -> None:
    with time_machine.travel(NOON, tick=False):
        editor, admin = (make_person(role=role, password_hash="a hash") for role in ("editor", "admin"))
    with time_machine.travel(NOON + WEEK, tick=False):
        pages = [sign_in(person).get("/account/").text for person in (editor, admin)]
    for page in pages:
        assert "press “Give them time”" in page
        assert "Set one up" not in page
    assert "Whoever runs this site can let you back in." in pages[0]
    # An admin may well be whoever runs it.
    assert f"<code>flask people recover {admin.email}</code>" in pages[1]


def test_the_rule_stands_where_it_is_done_not_only_on_the_page(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        person = make_person(role="admin", password_hash="a hash")
    key = NewKey("credential", b"a key", 0)
    with time_machine.travel(NOON + WEEK, tick=False):
        code = TOTP(factors.app_secret_of(person, "salt")).at(clock.now())
        with pytest.raises(Forbidden), unit_of_work():
            factors.turn_app_on(person, "salt", code, keep_session=None)
        with pytest.raises(Forbidden), unit_of_work():
            factors.add_passkey(
                person, key, name="mine", user_handle="handle", challenge="challenge", keep_session=None
            )
        assert not has_factor(person.id)


def test_an_admin_gives_them_time_and_they_wake_their_roles(sign_in: SignIn) -> None:
    with time_machine.travel(NOON, tick=False):
        person = make_person(role="editor", password_hash="a hash")
    with time_machine.travel(NOON + 3 * WEEK, tick=False):
        admin, thief = sign_in(make_person(role="admin", password_hash="a hash")), sign_in(person)
        page = admin.get(f"/site/people/{person.id}").text
        assert f'action="/site/people/{person.id}/time"' in page
        assert admin.post(f"/site/people/{person.id}/time").status_code == 303
        # Whoever is in with their password only is out.
        assert thief.get("/account/").status_code == 302
        assert acts_on(person)[-1] == "time given"
        told = session.scalars(sa.select(OutboxMessage).where(OutboxMessage.recipient == person.email)).one()
        assert "an admin gave you time to set up a passkey or an app" in told.subject
        assert f'action="/site/people/{person.id}/time"' not in admin.get(f"/site/people/{person.id}").text
        browser = sign_in(person)
        assert browser.get("/desk/").status_code == 200
        code = TOTP(factors.app_secret_of(person, "salt")).at(clock.now())
        set_up = browser.post("/account/second-factor/app", data={"salt": "salt", "code": code})
        assert set_up.status_code == 200
        # Who needs none is given none.
        assert admin.post(f"/site/people/{person.id}/time").status_code == 422
    with time_machine.travel(NOON + 5 * WEEK, tick=False):
        assert sign_in(person).get("/desk/").status_code == 200


def test_time_is_given_and_the_role_stays_as_old_as_it_is(sign_in: SignIn) -> None:
    with time_machine.travel(NOON, tick=False):
        person = make_person(role="editor", password_hash="a hash")
    with time_machine.travel(NOON + 3 * WEEK, tick=False):
        admin = sign_in(make_person(role="admin", password_hash="a hash"))
        assert (
            "Time for a passkey or an app was last given" not in admin.get(f"/site/people/{person.id}").text
        )
        admin.post(f"/site/people/{person.id}/time")
        page = re.sub(r"<[^>]+>", "", admin.get(f"/site/people/{person.id}").text)
        assert "since 23 November 2026" in page
        assert "Time for a passkey or an app was last given on 14 December 2026." in page
        with sign_in(person).post("/account/data") as answer:
            data = json.loads(zipfile.ZipFile(io.BytesIO(answer.data)).read("personal-data.json"))
        (account,), (role,) = data["tables"]["person"]["rows"], data["tables"]["person_role"]["rows"]
        assert role["granted_at"] == NOON.isoformat()
        assert account["time_given_at"] == (NOON + 3 * WEEK).isoformat()
    with time_machine.travel(NOON + 4 * WEEK - timedelta(seconds=1), tick=False):
        assert sign_in(person).get("/desk/").status_code == 200
    with time_machine.travel(NOON + 4 * WEEK, tick=False):
        assert sign_in(person).get("/desk/").status_code == 302


def test_a_role_that_is_given_later_has_its_own_week(sign_in: SignIn) -> None:
    with time_machine.travel(NOON, tick=False):
        person = make_person(role="editor", password_hash="a hash")
    with time_machine.travel(NOON + 2 * WEEK, tick=False):
        admin = make_person(role="admin").actor
        with unit_of_work():
            roles.give_time(admin, person)
    with time_machine.travel(NOON + 20 * WEEK, tick=False):
        with unit_of_work():
            roles.revoke_role(person, Role.EDITOR)
        with unit_of_work():
            roles.grant_role(person, Role.AUTHOR)
        assert sign_in(person).get("/desk/").status_code == 200


def test_nobody_gives_themself_time(app: Flask) -> None:
    person = make_person(role="admin")
    with pytest.raises(Forbidden), unit_of_work():
        roles.give_time(person.actor, person)


def test_who_takes_another_phone_sets_it_up_within_the_hour(sign_in: SignIn) -> None:
    with time_machine.travel(NOON, tick=False):
        person = make_editor_with_app()
    code = {"salt": "salt"}
    with time_machine.travel(NOON + 3 * WEEK, tick=False):
        browser = sign_in(person)
        assert browser.post("/account/second-factor/app/off").status_code == 303
        assert browser.get("/desk/").status_code == 302
    for late, status in ((timedelta(hours=1), 303), (timedelta(minutes=59), 200)):
        with time_machine.travel(NOON + 3 * WEEK + late, tick=False):
            phone = TOTP(factors.app_secret_of(person, "salt"))
            again = sign_in(person).post(
                "/account/second-factor/app", data=code | {"code": phone.at(clock.now())}
            )
            assert again.status_code == status


def test_who_was_let_back_in_by_link_sets_it_up_however_late(app: Flask, runner: FlaskCliRunner) -> None:
    with time_machine.travel(NOON, tick=False):
        person = make_editor_with_app()
    with time_machine.travel(NOON + 30 * WEEK, tick=False):
        link = runner.invoke(args=["people", "recover", EMAIL]).stdout.strip()
        browser = app.test_client()
        assert browser.post(link, data={"password": "a newer password"}).status_code == 303
    with time_machine.travel(NOON + 30 * WEEK + timedelta(minutes=11), tick=False):
        # Whoever is slow shows once more that it is them, and is still who came by the link.
        assert browser.get("/account/second-factor").status_code == 303
        browser.post("/account/confirm/password", data={"password": "a newer password"})
        phone = TOTP(factors.app_secret_of(person, "salt"))
        code = phone.at(clock.now())
        # Another browser, with the new password, is not.
        other = app.test_client()
        assert send_password(other, "a newer password").location == "/"
        assert other.get("/account/passkeys/options").status_code == 403
        set_up = browser.post("/account/second-factor/app", data={"salt": "salt", "code": code})
        assert set_up.status_code == 200
        assert browser.get("/desk/").status_code == 200


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
    set_days(app, monkeypatch, 0)
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


@pytest.mark.parametrize("way", ["a code by mail", "another app", "another address"])
def test_a_link_to_come_back_in_stops_when_its_owner_comes_in_otherwise_or_changes_how(
    app: Flask, runner: FlaskCliRunner, way: str
) -> None:
    with unit_of_work():
        person = create_person(EMAIL, "Anna de Vries", [], PASSWORD)
    link = runner.invoke(args=["people", "recover", EMAIL]).stdout.strip()
    browser = app.test_client()
    # Somebody who tries and fails ends nothing.
    assert send_password(browser, PASSWORD).status_code == 422
    assert browser.get(link).status_code == 200
    if way == "a code by mail":
        with heard(CodeMailed) as mailed:
            page = browser.post("/account/sign-in", data={"email": EMAIL}).location
        assert browser.post(page, data={"code": mailed[0].code}).status_code == 303
        browser.post("/account/sign-out")
    elif way == "another app":
        with unit_of_work():
            code = TOTP(factors.app_secret_of(person, "salt")).at(clock.now())
            factors.turn_app_on(person, "salt", code, keep_session=None)
    else:
        with unit_of_work():
            factors.tell_of(person, SignInChange.ADDRESS)
            person.email, person.email_key = "new@example.org", "new@example.org"
    assert app.test_client().get(link).status_code == 404
    assert app.test_client().post(link, data={"password": "a newer password"}).status_code == 404
    # The next one works.
    address = person.email
    later = runner.invoke(args=["people", "recover", address]).stdout.strip()
    assert app.test_client().post(later, data={"password": "a newer password"}).status_code == 303


@pytest.mark.parametrize("token", ["x", "W251bGxd.x.y", "%00", "é"])
def test_a_made_up_link_lets_nobody_in(app: Flask, token: str) -> None:
    assert app.test_client().get(f"/account/recover/{token}").status_code == 404


def set_days(app: Flask, monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    settings: Settings = app.extensions["settings"]
    monkeypatch.setitem(app.extensions, "settings", replace(settings, staff_second_factor_days=days))


def acts_on(person: Person) -> list[str]:
    acts = sa.select(AuditRecord.act).where(AuditRecord.subject_id == person.id).order_by(AuditRecord.id)
    return list(session.scalars(acts))


def make_editor_with_app() -> Person:
    with unit_of_work():
        person = create_person(EMAIL, "Anna de Vries", ["editor"], PASSWORD)
    phone = TOTP(factors.app_secret_of(person, "salt"))
    with unit_of_work():
        factors.turn_app_on(person, "salt", phone.at(clock.now()), keep_session=None)
    return person


def send_password(browser: FlaskClient, password: str) -> TestResponse:
    return browser.post("/account/sign-in", data={"email": EMAIL, "password": password})
