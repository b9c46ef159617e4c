"""A site keeps an admin who stays able: nobody takes the last one away, not even their last passkey or app."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from pyotp.totp import TOTP

from blog.accounts import jobs, passkeys
from blog.accounts.actions import erasing, factors, roles
from blog.accounts.actions.erasing import ask_for_erasure, begin_erasure
from blog.accounts.holdings import CommentsFate
from blog.accounts.models.erasures import Erasure
from blog.accounts.models.factors import CodeApp, Passkey
from blog.accounts.models.people import Person, PersonRole
from blog.accounts.passkeys import NewKey
from blog.accounts.queries import lasting_admins
from blog.accounts.values import Role
from blog.core import clock
from blog.core.actor import ANONYMOUS
from blog.core.db import session, unit_of_work
from blog.core.errors import RuleBroken
from blog.mailroom.models import OutboxMessage
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.support.at_once import at_once
from tests.support.crossing import Act, cross

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
SET_UP = "Add another one first, or let another admin set one up."
LET_ANOTHER = "Let another admin set one up first."


def make_admin(*, passkey: bool = False) -> Person:
    person = make_person(role="admin", password_hash="a hash")
    if passkey:
        add_passkey(person)
    return person


def add_passkey(person: Person) -> Passkey:
    key = NewKey(f"key-{person.id}-{len(passkeys_left())}", b"a key", 0)
    with unit_of_work():
        return factors.add_passkey(
            person,
            key,
            name="mine",
            user_handle="aGFuZGxl",
            challenge=passkeys.new_challenge(),
            keep_session=None,
        )


def turn_app_on(person: Person) -> None:
    code = TOTP(factors.app_secret_of(person, "salt")).at(clock.now())
    with unit_of_work():
        factors.turn_app_on(person, "salt", code, keep_session=None)


def passkeys_left() -> list[int]:
    return list(session.scalars(sa.select(Passkey.id).order_by(Passkey.id)))


def take_admin_from(person: Person) -> None:
    with unit_of_work():
        roles.revoke_role(person, Role.ADMIN)


@pytest.mark.parametrize("weeks", [0, 3])
def test_the_only_admin_keeps_their_last_passkey_and_is_told_what_to_do(sign_in: SignIn, weeks: int) -> None:
    with time_machine.travel(NOON, tick=False):
        admin = make_admin()
        key_id = add_passkey(admin).id
    with time_machine.travel(NOON + weeks * WEEK, tick=False):
        browser = sign_in(admin)
        page = browser.post(f"/account/passkeys/{key_id}/remove", follow_redirects=True)
        assert SET_UP in page.text
        assert passkeys_left() == [key_id]
        assert browser.get("/site/people").status_code == 200
        # With an app beside it they can; then the app is the last one.
        turn_app_on(admin)
        browser = sign_in(admin)
        browser.post(f"/account/passkeys/{key_id}/remove")
        assert passkeys_left() == []
        page = browser.post("/account/second-factor/app/off", follow_redirects=True)
        assert SET_UP in page.text
        assert session.get(CodeApp, admin.id) is not None


def test_beside_an_admin_who_stays_able_they_may_and_set_it_up_anew(sign_in: SignIn) -> None:
    with time_machine.travel(NOON, tick=False):
        admin, other = make_admin(passkey=True), make_admin()
        (key_id,) = passkeys_left()
    with time_machine.travel(NOON + timedelta(days=6), tick=False):
        # Somebody who is an admin for one more day is none who stays.
        page = sign_in(admin).post(f"/account/passkeys/{key_id}/remove", follow_redirects=True)
        assert SET_UP in page.text
        add_passkey(other)
        sign_in(admin).post(f"/account/passkeys/{key_id}/remove")
        assert key_id not in passkeys_left()


def test_an_admin_who_can_be_spared_of_two_factors_takes_one_away(app: Flask) -> None:
    admin = make_admin(passkey=True)
    second = add_passkey(admin)
    with unit_of_work():
        factors.remove_passkey(admin, second, keep_session=None)
    assert lasting_admins() == {admin.id}


def test_two_admins_who_take_away_their_last_ones_at_once_are_not_both_let(app: Flask) -> None:
    people = [make_admin(passkey=True).id for _number in range(2)]
    keys = passkeys_left()

    def remove(number: int) -> None:
        person, key = session.get_one(Person, people[number]), session.get_one(Passkey, keys[number])
        with unit_of_work():
            factors.remove_passkey(person, key, keep_session=None)

    (refusal,) = at_once(app, 2, remove)
    assert isinstance(refusal, RuleBroken)
    assert len(lasting_admins()) == len(passkeys_left()) == 1


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_wherever_the_one_is_the_other_one_takes_away_theirs(app: Flask) -> None:
    def scene() -> tuple[Act, Act]:
        with unit_of_work():
            session.execute(sa.delete(PersonRole))
        numbers = [(person.id, add_passkey(person).id) for person in (make_admin(), make_admin())]
        return remover(*numbers[0]), remover(*numbers[1])

    def remover(person_id: int, key_id: int) -> Act:
        def remove() -> None:
            person, key = session.get_one(Person, person_id), session.get_one(Passkey, key_id)
            with unit_of_work():
                factors.remove_passkey(person, key, keep_session=None)

        return remove

    def one_is_left() -> None:
        assert len(lasting_admins()) == 1

    assert cross(app, scene, one_is_left) > 2


def test_who_stays_able_is_not_followed_by_who_does_for_some_days(app: Flask) -> None:
    admin, newcomer = make_admin(passkey=True), make_admin()
    with pytest.raises(RuleBroken, match=LET_ANOTHER):
        take_admin_from(admin)
    with pytest.raises(RuleBroken, match=LET_ANOTHER), unit_of_work():
        ask_for_erasure(admin, CommentsFate.KEEP, admin.actor)
    # The newcomer can go: whoever stays, stays able.
    take_admin_from(newcomer)
    with unit_of_work():
        roles.grant_role(newcomer, Role.ADMIN)
    add_passkey(newcomer)
    take_admin_from(admin)
    assert lasting_admins() == {newcomer.id}


def test_in_the_first_week_of_a_site_any_admin_who_can_set_one_up_will_do(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        first = make_admin()
        with pytest.raises(RuleBroken, match="Make somebody else an admin first"):
            take_admin_from(first)
        second = make_admin()
        take_admin_from(first)
    with time_machine.travel(NOON + WEEK, tick=False):
        third = make_admin()
        # Nobody stays able, and the one whose time is over does not count.
        with pytest.raises(RuleBroken, match="Make somebody else an admin first"):
            take_admin_from(third)
        assert {second.id, third.id}.isdisjoint(lasting_admins())


def test_whose_role_rests_is_missed_by_nobody(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        admins = [make_admin(), make_admin()]
    with time_machine.travel(NOON + 2 * WEEK, tick=False):
        for admin in admins:
            take_admin_from(admin)
        assert session.scalars(sa.select(PersonRole.role)).all() == []


def test_who_is_being_erased_is_no_admin_who_stays(app: Flask) -> None:
    leaving, staying = make_admin(passkey=True), make_admin(passkey=True)
    with unit_of_work():
        asked = ask_for_erasure(leaving, CommentsFate.KEEP, ANONYMOUS)
    with unit_of_work():
        begin_erasure(asked.id)
    with pytest.raises(RuleBroken, match=LET_ANOTHER):
        take_admin_from(staying)
    with pytest.raises(RuleBroken), unit_of_work():
        factors.remove_passkey(staying, session.get_one(Passkey, passkeys_left()[1]), keep_session=None)
    jobs.erase({"erasure": asked.id})
    assert lasting_admins() == {staying.id}


def test_whose_erasure_cannot_be_carried_out_any_more_is_told_what_it_takes(app: Flask) -> None:
    leaving, staying = make_admin(passkey=True), make_admin(passkey=True)
    with unit_of_work():
        asked = ask_for_erasure(leaving, CommentsFate.KEEP, leaving.actor)
    # Asked for is not gone: they may change their mind, so the other one may go meanwhile.
    with unit_of_work():
        factors.remove_passkey(staying, session.get_one(Passkey, passkeys_left()[1]), keep_session=None)
    jobs.erase({"erasure": asked.id})
    assert erasing.erasure_of(leaving.id) is None
    assert session.scalars(sa.select(Erasure.id)).all() == []
    told = session.scalars(
        sa.select(OutboxMessage.text).where(OutboxMessage.cause.startswith("erasure-imp"))
    ).one()
    assert "an admin who has a passkey or an app" in told


def test_an_admin_of_the_demo_needs_none(app: Flask) -> None:
    admin = make_admin(passkey=True)
    with unit_of_work():
        session.get_one(Person, admin.id).is_demo = True
    with unit_of_work():
        factors.remove_passkey(admin, session.get_one(Passkey, passkeys_left()[0]), keep_session=None)
    assert lasting_admins() == {admin.id}
