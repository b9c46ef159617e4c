"""Somebody is erased, or something of theirs taken away, while a form about it is on its way: no fault of ours."""

import io
from collections.abc import Generator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from pyotp.totp import TOTP
from sqlalchemy.orm import Session

from blog.accounts import passwords
from blog.accounts.actions import factors
from blog.accounts.actions.invitations import invite
from blog.accounts.models.factors import CodeApp, Passkey
from blog.accounts.models.people import Person
from blog.accounts.models.sign_in import BrowserSession
from blog.accounts.queries import actor_at
from blog.core import clock
from blog.core.db import Base, db, read_again, session, unit_of_work
from blog.core.errors import NotFound
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.discussions import make_comment, make_thread
from tests.support.picture_files import jpeg

Form = tuple[str, dict[str, str]]
PASSWORD = "correct horse battery"
NEW = {"password": "a newer password"}
MINE: tuple[Form, ...] = (
    ("/account/password", NEW),
    ("/account/address", {"email": "new@example.org"}),
    ("/account/second-factor/app", {"salt": "salt", "code": "{code}"}),
    ("/account/second-factor/app/off", {}),
    ("/account/second-factor/codes", {}),
    ("/account/passkeys/{passkey}/name", {"name": "my phone"}),
    ("/account/passkeys/{passkey}/remove", {}),
    ("/account/profile", {"name": "Anneke Vos", "handle": "anneke-vos", "bio": ""}),
    ("/account/picture", {}),
    ("/account/picture/remove", {}),
    ("/account/locale", {"language": "en", "time_zone": ""}),
    ("/account/language", {"language": "en"}),
    ("/account/sessions/{session}/end", {}),
    ("/account/sessions/end", {}),
    ("/account/sign-out", {}),
    ("/account/confirm/password", {"password": PASSWORD}),
    ("/account/confirm/password", {"password": "wrong and wrong"}),
    ("/account/confirm/code", {"code": "{code}"}),
    ("/account/confirm/code", {"code": "000000"}),
    ("/account/confirm/mail", {}),
    ("/account/data", {}),
    ("/account/erase", {"comments": "keep"}),
    ("/account/erase/keep", {}),
    ("/debates/{thread}/comments", {"body": "Some words.", "submission_key": "0123456789abcdef"}),
    ("/c/{comment}/answer", {"body": "Some words.", "submission_key": "1123456789abcdef"}),
    ("/account/sign-in", {"email": "anneke@example.org", "password": PASSWORD}),
)
THEIRS: tuple[Form, ...] = (
    ("/site/people/{person}/roles", {"role": "author"}),
    ("/site/people/{person}/roles/editor/take", {}),
    ("/site/people/{person}/time", {}),
    ("/site/people/{person}/sessions/{session}/end", {}),
    ("/site/people/{person}/sessions/end", {}),
    ("/site/people/{person}/notes", {"body": "A note."}),
    ("/site/people/{person}/erase", {"comments": "keep"}),
    ("/site/people/{person}/erase/keep", {}),
    ("/site/invitations/{invitation}/again", {}),
    ("/site/invitations/{invitation}/revoke", {}),
)


@pytest.mark.parametrize("has_app", [True, False])
@pytest.mark.parametrize("unit", [1, 2])
@pytest.mark.parametrize(("path", "data"), MINE)
def test_who_is_gone_when_their_form_comes_is_told_so(
    sign_in: SignIn, path: str, data: dict[str, str], unit: int, has_app: bool
) -> None:
    person = make_person(email="anneke@example.org", password_hash=passwords.hashed(PASSWORD))
    places = _things_of(person, path, has_app=has_app)
    browser = sign_in(person)
    places["session"] = str(session.scalar(sa.select(sa.func.max(BrowserSession.id))))
    with _gone_before_unit(unit, Person, person.id):
        assert _status(browser, path, data, places) < 500


@pytest.mark.parametrize("unit", [1, 2])
@pytest.mark.parametrize(("path", "data"), THEIRS)
def test_an_admin_is_told_that_somebody_is_gone(
    sign_in: SignIn, path: str, data: dict[str, str], unit: int
) -> None:
    person = make_person(role="editor", password_hash="a hash")
    places = _things_of(person, path, has_app=False)
    sign_in(person)
    places["session"] = str(session.scalar(sa.select(sa.func.max(BrowserSession.id))))
    admin = sign_in(make_person(role="admin", password_hash="a hash"))
    with _gone_before_unit(unit, Person, person.id):
        assert _status(admin, path, data, places) < 500


@pytest.mark.parametrize(
    ("path", "table"),
    [
        ("/account/passkeys/{passkey}/name", Passkey),
        ("/account/passkeys/{passkey}/remove", Passkey),
        ("/account/second-factor/app/off", CodeApp),
        ("/account/sessions/{session}/end", BrowserSession),
    ],
)
def test_what_another_tab_has_taken_away_is_gone_and_no_fault(
    sign_in: SignIn, path: str, table: type[Base]
) -> None:
    person = make_person(password_hash="a hash")
    places = _things_of(person, path, has_app=True)
    sign_in(person)
    places["session"] = str(session.scalar(sa.select(sa.func.max(BrowserSession.id))))
    numbers: dict[type[Base], str] = {
        Passkey: places["passkey"],
        CodeApp: str(person.id),
        BrowserSession: places["session"],
    }
    browser = sign_in(person)
    with _gone_before_unit(1, table, int(numbers[table])):
        assert _status(browser, path, {"name": "my phone"}, places) < 500


def test_a_page_about_somebody_who_goes_while_it_is_made_is_not_found(sign_in: SignIn) -> None:
    person = make_person(password_hash=passwords.hashed(PASSWORD))
    browser = sign_in(person)
    # The second one writes down that the password was wrong; the page after it says whose account it is.
    with _gone_before_unit(2, Person, person.id):
        answer = browser.post("/account/confirm/password", data={"password": "wrong and wrong"})
    assert answer.status_code == 404


def test_a_row_that_is_gone_is_not_found(app: Flask) -> None:
    person = make_person()
    with pytest.raises(NotFound), unit_of_work():
        gone = sa.delete(Person).where(Person.id == person.id)
        session.execute(gone.execution_options(synchronize_session=False))
        read_again(person)


def _status(browser: FlaskClient, path: str, data: dict[str, str], places: dict[str, str]) -> int:
    sent: dict[str, object] = {name: value.format_map(places) for name, value in data.items()}
    if path.endswith("/picture"):
        sent["picture"] = (io.BytesIO(jpeg()), "me.jpg")
    with browser.post(path.format_map(places), data=sent) as response:
        return response.status_code


def _things_of(person: Person, path: str, *, has_app: bool) -> dict[str, str]:
    """What belongs to somebody, and what else the address of a form names."""
    passkey = Passkey(
        person_id=person.id,
        credential_id="a2V5",
        user_handle="aGFuZGxl",
        public_key=b"a key",
        sign_count=0,
        name="my phone",
        created_at=clock.now(),
    )
    code = TOTP(factors.app_secret_of(person, "salt")).at(clock.now())
    with unit_of_work():
        session.add(passkey)
        if has_app:
            session.add(CodeApp(person_id=person.id, salt="salt", last_step=0, created_at=clock.now()))
    places = {"person": str(person.id), "code": code, "passkey": str(passkey.id)}
    actor = actor_at(person, clock.now())
    if actor.is_staff:
        with unit_of_work():
            made = invite(actor, "bo@example.org", ["author"], language="en", source="a test")
        places["invitation"] = str(made.id)
    if "{thread}" in path:
        places["thread"] = str(make_thread().id)
    if "{comment}" in path:
        places["comment"] = str(make_comment().id)
    return places


@contextmanager
def _gone_before_unit(number: int, table: type[Base], row_id: int) -> Generator[None]:
    """Take a row away just before the unit of work with this number begins: it was read, and is there no more."""
    key = next(iter(table.__table__.primary_key))
    begun, end_reading = 0, Session.rollback

    def take_away(reading: Session) -> None:
        nonlocal begun
        end_reading(reading)
        begun += 1
        if begun == number:
            with db.engine.begin() as connection:
                connection.execute(sa.delete(table).where(key == row_id))

    session.rollback()
    with pytest.MonkeyPatch.context() as patch:
        # With that every unit of work begins.
        patch.setattr(Session, "rollback", take_away)
        yield
