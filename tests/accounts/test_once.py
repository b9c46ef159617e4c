"""What works once works once, however many use it at the same moment; and what it dies of.

Codes, app, recovery codes, invitations and the provider's answers: `test_silence`, `test_second_factor`,
`test_invitations`, `test_provider`.
"""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from blog.accounts.actions.addresses import ask_for_address, change_address
from blog.accounts.actions.codes import CodeCheck, ask_for_code, person_of_mailbox, try_code, use_link
from blog.accounts.actions.erasing import ask_for_erasure, erasure_by_token, take_erasure_back
from blog.accounts.actions.invitations import accept_invitation, invite
from blog.accounts.actions.passwords import recover, set_password, use_recovery_link
from blog.accounts.actions.people import create_person
from blog.accounts.events import CodeMailed, ErasureAsked, InvitationMailed
from blog.accounts.holdings import CommentsFate
from blog.accounts.models.codes import MailedCode
from blog.accounts.models.erasures import Erasure
from blog.accounts.models.invitations import Invitation
from blog.accounts.models.people import Person, PersonRole
from blog.accounts.queries import code_by_ask, person_by_email
from blog.core import clock
from blog.core.actor import ANONYMOUS
from blog.core.db import session, unit_of_work
from blog.core.errors import Conflict, NotFound
from blog.core.tokens import digest
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.support.at_once import at_once
from tests.support.events import heard

EMAIL = "anna@example.org"
PASSWORD = "correct horse battery"
SOURCE = "192.0.2.1"


def test_twenty_uses_of_one_recovery_link_at_once_set_one_password(app: Flask) -> None:
    person = make_person()
    with unit_of_work():
        token = recover(person)

    def use(number: int) -> None:
        with unit_of_work():
            use_recovery_link(token, f"{PASSWORD} {number}")

    assert [type(refusal) for refusal in at_once(app, 20, use)] == [NotFound] * 19


def test_ten_presses_and_ten_codes_of_one_mail_at_once_are_one(app: Flask) -> None:
    with heard(CodeMailed) as mailed, unit_of_work():
        token = ask_for_code(EMAIL, source=SOURCE, language="en", goal="/")
    code, checks = mailed[0].code, list[CodeCheck]()

    def use(number: int) -> None:
        asked = asked_with(token)
        with unit_of_work():
            checks.append(try_code(asked, code, SOURCE) if number % 2 else use_link(asked))

    assert at_once(app, 20, use) == []
    assert sorted(checks) == sorted([CodeCheck.RIGHT] + [CodeCheck.USED] * 19)


def test_of_twenty_who_introduce_themselves_with_one_code_at_once_one_comes_in(app: Flask) -> None:
    with heard(CodeMailed) as mailed, unit_of_work():
        token = ask_for_code(EMAIL, source=SOURCE, language="en", goal="/")
    with unit_of_work():
        assert try_code(asked_with(token), mailed[0].code, SOURCE) is CodeCheck.RIGHT
    joined: list[int] = []

    def introduce(number: int) -> None:
        asked = asked_with(token)
        with unit_of_work():
            person = person_of_mailbox(asked, f"Anna {number}")
            assert person is not None
            joined.append(person.id)

    refusals = at_once(app, 20, introduce)
    assert {type(refusal) for refusal in refusals} == {Conflict}
    assert (len(joined), len(refusals), count_of(Person)) == (1, 19, 1)


def test_twenty_who_want_one_address_at_once_get_it_once(app: Flask) -> None:
    """Each has asked for it before, and has its mailbox open."""
    wanted: list[tuple[int, str, str]] = []
    for number in range(20):
        person = make_person()
        with heard(CodeMailed) as mailed, unit_of_work():
            token = ask_for_address(person, EMAIL, source=f"192.0.2.{number}", language="en", goal="/")
        wanted.append((person.id, token, mailed[0].code))
    # One mail is enough: whatever code its mailbox has is good for all of them.
    code = wanted[0][2]
    checks: list[CodeCheck] = []

    def use(number: int) -> None:
        person_id, token, _code = wanted[number]
        person, asked = session.get_one(Person, person_id), asked_with(token)
        with unit_of_work():
            checks.append(change_address(person, asked, code, source=f"192.0.2.{number}", keep_session=None))

    refusals = at_once(app, 20, use)
    assert checks.count(CodeCheck.RIGHT) == 1
    assert len(checks) + len(refusals) == 20
    assert count_of(Person, Person.email_key == EMAIL) == 1


def test_an_invitation_is_taken_on_by_one_of_twenty_people(app: Flask) -> None:
    """Nineteen others have the link, too."""
    admin = make_person(role="admin", password_hash="a hash")
    ids = [make_person(password_hash="a hash").id for _number in range(19)]
    ids.append(make_person(email=EMAIL, password_hash="a hash").id)
    with heard(InvitationMailed) as mailed, unit_of_work():
        invite(admin.actor, EMAIL, ["editor"], language="en", source=SOURCE)
    token = mailed[0].token

    def accept(number: int) -> None:
        with unit_of_work():
            accept_invitation(session.get_one(Person, ids[number]), token)

    assert [type(refusal) for refusal in at_once(app, 20, accept)] == [NotFound] * 19
    assert session.scalars(sa.select(PersonRole.person_id).where(PersonRole.role == "editor")).all() == [
        ids[-1]
    ]
    assert session.scalars(sa.select(Invitation.used_by_id)).all() == [ids[-1]]


def test_twenty_who_keep_one_account_at_once_keep_it(app: Flask) -> None:
    person = make_person()
    with heard(ErasureAsked) as asked, unit_of_work():
        ask_for_erasure(person, CommentsFate.KEEP, person.actor)
    token = asked[0].token

    def keep(_number: int) -> None:
        found = erasure_by_token(token)
        if found is not None:
            with unit_of_work():
                take_erasure_back(found, ANONYMOUS)

    # Whoever had found it, and came second, is told that it is gone.
    assert {type(refusal) for refusal in at_once(app, 20, keep)} <= {NotFound}
    assert (count_of(Erasure), count_of(Person)) == (0, 1)


@pytest.mark.parametrize("cause", ["time", "password", "another address", "use"])
def test_the_code_for_an_address_dies(app: Flask, cause: str) -> None:
    with unit_of_work():
        person = create_person(EMAIL, "Anna de Vries", [], PASSWORD)
    asked, code = _asked_for_address(person, "new@example.org")
    other, other_code = _asked_for_address(person, "other@example.org")
    later = clock.now() + timedelta(minutes=30 if cause == "time" else 1)
    with time_machine.travel(later, tick=False):
        with unit_of_work():
            if cause == "password":
                set_password(person, "a newer password")
            elif cause == "another address":
                assert _change(person, other, other_code) is CodeCheck.RIGHT
            elif cause == "use":
                assert _change(person, asked, code) is CodeCheck.RIGHT
                person.email, person.email_key = EMAIL, EMAIL
        with unit_of_work():
            assert _change(person, asked, code) in {CodeCheck.EXPIRED, CodeCheck.USED}
    assert person.email != "new@example.org"


def test_a_code_mailed_to_the_address_before_lets_nobody_into_the_account(
    app: Flask, sign_in: SignIn
) -> None:
    person = make_person(email=EMAIL)
    thief = app.test_client()
    with heard(CodeMailed) as mailed:
        page = thief.post("/account/sign-in", data={"email": EMAIL}).location
    code = mailed[0].code
    asked, new_code = _asked_for_address(person, "new@example.org")
    with unit_of_work():
        assert _change(person, asked, new_code) is CodeCheck.RIGHT
    # The mailbox is theirs, and the account is not.
    assert thief.post(page, data={"code": code}).location == "/account/introduce"
    assert thief.get("/account/").status_code == 302
    assert person_by_email("new@example.org") is person


def _asked_for_address(person: Person, address: str) -> tuple[MailedCode, str]:
    with heard(CodeMailed) as mailed, unit_of_work():
        token = ask_for_address(person, address, source=SOURCE, language="en", goal="/")
    return asked_with(token), mailed[0].code


def _change(person: Person, asked: MailedCode, code: str) -> CodeCheck:
    return change_address(person, asked, code, source=SOURCE, keep_session=None)


def asked_with(token: str) -> MailedCode:
    asked = code_by_ask(digest(token))
    assert asked is not None
    return asked


def count_of(model: type[Person] | type[Erasure], *which: sa.ColumnElement[bool]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(model).where(*which)) or 0
