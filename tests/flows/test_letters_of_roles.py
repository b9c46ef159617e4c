"""Whoever gets another role here, or loses one, hears of it by mail: from whom, what it means, and what to do."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskCliRunner
from pyotp.totp import TOTP

from blog.accounts.actions import factors
from blog.accounts.actions.people import create_person
from blog.accounts.actions.roles import grant_role
from blog.accounts.models.people import Person
from blog.accounts.values import Role
from blog.core import clock
from blog.core.config import current_settings
from blog.core.db import session, unit_of_work
from blog.mailroom.models import OutboxMessage
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.support.jobs import run_due_jobs
from tests.support.traces import traces_of

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
BO = "bo@example.org"


def test_who_gets_a_role_hears_from_whom_what_it_is_and_what_it_takes(sign_in: SignIn) -> None:
    with time_machine.travel(NOON, tick=False):
        bo, admins = make_bo(), sign_in(make_person(name="Ada Bakker", role="admin"))
        admins.post(f"/site/people/{bo.id}/roles", data={"role": "editor"})
    told = letter()
    assert (told.recipient, told.subject) == (BO, "Your account at Rejoinder: another role, editor")
    assert told.text.startswith(
        "Ada Bakker has given you another role at Rejoinder: editor.\nYou publish articles,"
    )
    assert "before 11 May 2026; from then on the role rests" in told.text
    assert "http://localhost/account/second-factor" in told.text
    assert not told.is_secret


def test_it_is_written_in_their_language(sign_in: SignIn) -> None:
    bo = make_bo()
    with unit_of_work():
        bo.language = "nl"
    sign_in(make_person(name="Ada Bakker", role="admin")).post(
        f"/site/people/{bo.id}/roles", data={"role": "author"}
    )
    assert letter().text.startswith("Ada Bakker heeft je bij Rejoinder een nieuwe rol gegeven: auteur.\n")


def test_whose_roles_would_rest_at_once_hears_that_first(
    app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(current_settings(), staff_second_factor_days=0)
    monkeypatch.setitem(app.extensions, "settings", settings)
    admin = make_person(name="Ada Bakker", role="admin")
    with_app(admin)
    sign_in(admin).post(f"/site/people/{make_bo().id}/roles", data={"role": "author"})
    assert "First set up a passkey or an app with codes: until then the role rests." in letter().text


def test_whose_time_is_over_is_told_who_can_help(sign_in: SignIn) -> None:
    with time_machine.travel(NOON, tick=False) as time:
        bo = make_bo()
        with unit_of_work():
            grant_role(bo, Role.AUTHOR)
        time.move_to(NOON + timedelta(days=60))
        admin = make_person(name="Ada Bakker", role="admin")
        with_app(admin)
        sign_in(admin).post(f"/site/people/{bo.id}/roles", data={"role": "editor"})
    assert "Ask an admin to give you time again." in letter().text
    assert "/account/second-factor" not in letter().text


def test_who_has_an_app_already_is_asked_for_nothing(sign_in: SignIn) -> None:
    bo = make_bo()
    with_app(bo)
    sign_in(make_person(role="admin")).post(f"/site/people/{bo.id}/roles", data={"role": "author"})
    assert "second-factor" not in letter().text


def test_who_loses_a_role_hears_of_it(sign_in: SignIn) -> None:
    bo = make_bo("editor", "moderator")
    admins = sign_in(make_person(name="Ada Bakker", role="admin"))
    admins.post(f"/site/people/{bo.id}/roles/editor/take")
    told = letter()
    assert (told.recipient, told.subject) == (BO, "Your account at Rejoinder: no longer editor")
    assert told.text.startswith("Ada Bakker has taken a role at Rejoinder back from you: editor.\n")


def test_what_was_done_on_the_command_line_names_nobody(app: Flask, runner: FlaskCliRunner) -> None:
    make_bo()
    for command, words in (
        ("grant", "You have another role at Rejoinder: author."),
        ("revoke", "A role at Rejoinder is no longer yours: author."),
    ):
        assert runner.invoke(args=["people", command, BO, "author"]).exit_code == 0
        assert letter().text.startswith(words)


def test_a_role_that_one_had_already_is_no_news(sign_in: SignIn) -> None:
    bo = make_bo("editor")
    sign_in(make_person(role="admin")).post(f"/site/people/{bo.id}/roles", data={"role": "editor"})
    assert session.scalars(sa.select(OutboxMessage)).all() == []


def test_who_gave_it_stands_in_no_letter_once_they_are_erased(sign_in: SignIn) -> None:
    with time_machine.travel(NOON, tick=False):
        make_person(role="admin", password_hash="a hash")
        bo, ada = make_bo(), make_person(name="Ada Root", role="admin", password_hash="a hash")
        admins = sign_in(ada)
        admins.post(f"/site/people/{bo.id}/roles", data={"role": "editor"})
        admins.post(f"/site/people/{bo.id}/roles/editor/take")
        assert any("outbox" in trace for trace in traces_of(["Ada Root"]))
        assert admins.post("/account/erase", data={"comments": "keep"}).status_code == 303
    with time_machine.travel(NOON + timedelta(days=1, minutes=1), tick=False):
        run_due_jobs()
        assert traces_of(["Ada Root"]) == []


def make_bo(*roles: str) -> Person:
    with unit_of_work():
        return create_person(BO, "Bo Jansen", roles, "correct horse battery")


def with_app(person: Person) -> None:
    phone = TOTP(factors.app_secret_of(person, "salt"))
    with unit_of_work():
        factors.turn_app_on(person, "salt", phone.at(clock.now()), keep_session=None)


def letter() -> OutboxMessage:
    return (
        session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id.desc())).first() or OutboxMessage()
    )
