"""Which person a browser belongs to, for how long, and what it costs to know."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from blog.accounts.actions import roles, sessions
from blog.accounts.actions.passwords import set_password
from blog.accounts.actions.signing_in import Attempt, Proof, prove
from blog.accounts.models.people import Person
from blog.accounts.models.sign_in import BrowserSession
from blog.accounts.passwords import hashed
from blog.accounts.sessions import let_in, source_address
from blog.accounts.values import HeldSession, Role, SignInMethod
from blog.core.db import session, unit_of_work
from blog.core.errors import SignInNeeded
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.support.queries import counted_statements

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def seen_at() -> datetime:
    """When the only session was last used."""
    return session.scalars(sa.select(BrowserSession.seen_at)).one()


def test_a_session_is_over_at_once_when_it_is_ended_elsewhere(sign_in: SignIn) -> None:
    person = make_person()
    browser = sign_in(person)
    assert browser.get("/account/").status_code == 200
    with unit_of_work():
        sessions.end_all_sessions(person)
    assert browser.get("/account/").status_code == 302


def test_a_request_that_was_under_way_when_they_were_signed_out_sets_no_password(app: Flask) -> None:
    person = make_person()
    with unit_of_work():
        token = sessions.start_session(person, "a browser", SignInMethod.PASSWORD)
    number = session.scalars(sa.select(BrowserSession.id)).one()
    with unit_of_work():
        sessions.sign_out_everywhere(person)
    with pytest.raises(SignInNeeded), unit_of_work():
        set_password(person, "a password of a thief", keep_session=HeldSession(number, token))
    assert session.scalars(sa.select(Person.password_hash)).all() == [None]


def test_a_request_that_was_held_back_while_they_showed_who_they_are_sets_no_password(app: Flask) -> None:
    """A thief has a copy of the cookie, sends the head of a request, and its body once the owner has confirmed."""
    person = make_person(password_hash=hashed("a password of hers"))
    with unit_of_work():
        copied = sessions.start_session(person, "a browser", SignInMethod.PASSWORD)
    number = session.scalars(sa.select(BrowserSession.id)).one()
    with unit_of_work():
        anew = sessions.renew_session(person, number, "a browser", SignInMethod.PASSWORD)
    with pytest.raises(SignInNeeded), unit_of_work():
        set_password(person, "a password of a thief", keep_session=HeldSession(number, copied))
    with unit_of_work():
        set_password(person, "another one of hers", keep_session=HeldSession(number, anew))
    assert session.scalars(sa.select(BrowserSession.id)).all() == [number]


def test_nor_does_it_begin_another_session(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are signed out by another process between what a request reads and what it writes."""
    person = make_person(password_hash=hashed("a password of hers"))
    number, browser = person.id, app.test_client()
    form = {"email": person.email, "password": "a password of hers"}
    assert browser.post("/account/sign-in", data=form).status_code == 303

    def ended_meanwhile(attempt: Attempt, password: str) -> Proof:
        with unit_of_work():
            sessions.sign_out_everywhere(session.get_one(Person, number))
        return prove(attempt, password)

    monkeypatch.setattr("blog.accounts.views.confirming.signing_in.prove", ended_meanwhile)
    refused = browser.post("/account/confirm/password", data={"password": "a password of hers"})
    assert refused.status_code == 401
    assert session.scalars(sa.select(BrowserSession.id)).all() == []


def test_whoever_is_signed_out_while_coming_in_is_told_to_sign_in(app: Flask) -> None:
    with app.test_request_context("/account/sign-in", method="POST"), pytest.raises(SignInNeeded):
        let_in("the token of a session that has ended")


def test_a_session_is_over_when_its_person_is_gone(sign_in: SignIn) -> None:
    person = make_person()
    browser = sign_in(person)
    with unit_of_work():
        session.execute(sa.delete(Person))
    assert browser.get("/account/").status_code == 302


def test_a_session_is_over_when_the_role_changes(sign_in: SignIn) -> None:
    person = make_person(password_hash="a hash")
    browser = sign_in(person)
    with unit_of_work():
        roles.grant_role(person, Role.EDITOR)
    assert browser.get("/account/").status_code == 302


def test_a_session_ends_when_it_is_not_used(sign_in: SignIn) -> None:
    with time_machine.travel(NOON, tick=False):
        browser = sign_in(make_person(role="editor"))
    with time_machine.travel(NOON + timedelta(hours=11, minutes=59), tick=False):
        assert browser.get("/account/").status_code == 200
    with time_machine.travel(NOON + timedelta(hours=23), tick=False):
        assert browser.get("/account/").status_code == 200
    with time_machine.travel(NOON + timedelta(hours=35), tick=False):
        assert browser.get("/account/").status_code == 302


def test_use_is_written_down_every_five_minutes_and_not_at_every_click(sign_in: SignIn) -> None:
    with time_machine.travel(NOON, tick=False):
        browser = sign_in(make_person())
    with time_machine.travel(NOON + timedelta(minutes=4, seconds=59), tick=False):
        browser.get("/account/")
        assert seen_at() == NOON
    with time_machine.travel(NOON + timedelta(minutes=5), tick=False):
        browser.get("/account/")
        assert seen_at() == NOON + timedelta(minutes=5)


def test_knowing_who_asks_costs_one_query(sign_in: SignIn) -> None:
    browser = sign_in(make_person(role="editor"))
    with counted_statements() as statements:
        assert browser.get("/nothing-here").status_code == 404
    assert len(statements) == 1


def test_a_visitor_costs_no_query_and_gets_no_cookie(client: FlaskClient) -> None:
    with counted_statements() as statements:
        response = client.get("/nothing-here")
    assert statements == []
    assert "Set-Cookie" not in response.headers
    assert "Cookie" in response.headers["Vary"]


def test_a_cookie_that_we_did_not_sign_is_nobodys(client: FlaskClient) -> None:
    client.set_cookie("session", "eyJfdXNlcl9pZCI6IjEifQ.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb")
    assert client.get("/account/").status_code == 302


def test_the_id_of_a_person_is_no_token(client: FlaskClient) -> None:
    person = make_person()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = str(person.id)
    assert client.get("/account/").status_code == 302


@pytest.mark.parametrize(
    ("remote", "source"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", "unknown"),
    ],
)
def test_source_address_counts_a_whole_network_as_one(app: Flask, remote: str, source: str) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": remote}):
        assert source_address() == source
