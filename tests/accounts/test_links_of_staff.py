"""What let a reader in from elsewhere lets nobody in who works here: with the first role it ends."""

import pytest
import sqlalchemy as sa
from flask import Flask

from blog.accounts.actions import invitations, providers
from blog.accounts.actions.roles import grant_role, revoke_role
from blog.accounts.events import InvitationMailed
from blog.accounts.models.audit import AuditRecord
from blog.accounts.models.people import Person
from blog.accounts.openid.provider import Arrival
from blog.accounts.queries import actor_at, links_of
from blog.accounts.values import Role
from blog.core import clock
from blog.core.db import session, unit_of_work
from blog.mailroom.models import OutboxMessage
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.support.events import heard

SAYS_SO = "Accounts elsewhere with which"
TOLD = "accounts elsewhere let you in no more, because you work here now; you can link them anew"


def make_linked(role: str = "reader") -> Person:
    person = make_person(role=role, password_hash="a hash")
    link(person)
    return person


def link(person: Person) -> None:
    with unit_of_work():
        providers.link(person, arrival_of(person))


def arrival_of(person: Person) -> Arrival:
    return Arrival("https://provider.example", f"number {person.id}", None, is_verified=False, name=None)


def who_comes(person: Person) -> Person | None:
    with unit_of_work():
        return providers.known_person(arrival_of(person))


def letters_to(person: Person) -> list[str]:
    letters = sa.select(OutboxMessage.text).where(OutboxMessage.recipient == person.email)
    return list(session.scalars(letters.order_by(OutboxMessage.id)))


def test_an_admin_who_gives_the_first_role_unlinks_them_and_they_are_told(sign_in: SignIn) -> None:
    person, admin = make_linked(), sign_in(make_person(role="admin", password_hash="a hash"))
    assert who_comes(person) == person
    assert SAYS_SO in admin.get(f"/site/people/{person.id}").text
    assert admin.post(f"/site/people/{person.id}/roles", data={"role": "author"}).status_code == 303
    assert who_comes(person) is None
    assert [TOLD in letter for letter in letters_to(person)].count(True) == 1
    written = sa.select(AuditRecord.act).where(AuditRecord.subject_id == person.id)
    acts = session.scalars(written.order_by(AuditRecord.id)).all()
    assert acts[-2:] == ["links ended", "role given"]
    assert SAYS_SO not in admin.get(f"/site/people/{person.id}").text


def test_whoever_accepts_an_invitation_reads_it_before_and_is_told_after(sign_in: SignIn) -> None:
    person, admin = make_linked(), make_person(role="admin", password_hash="a hash")
    with heard(InvitationMailed) as mailed, unit_of_work():
        by = actor_at(admin, clock.now())
        invitations.invite(by, person.email, ["author", "editor"], language="en", source="a test")
    browser, page = sign_in(person), f"/account/invitation/{mailed[0].token}"
    assert SAYS_SO in browser.get(page).text
    assert browser.post(page).status_code == 303
    assert who_comes(person) is None
    assert [TOLD in letter for letter in letters_to(person)].count(True) == 1


def test_what_they_link_when_they_work_here_stays_with_the_next_role(app: Flask) -> None:
    person = make_linked("author")
    with unit_of_work():
        grant_role(person, Role.EDITOR)
    assert who_comes(person) == person


def test_who_comes_back_to_work_here_links_anew(app: Flask) -> None:
    person = make_linked("author")
    with unit_of_work():
        revoke_role(person, Role.AUTHOR)
    assert who_comes(person) == person
    with unit_of_work():
        grant_role(person, Role.AUTHOR)
    assert who_comes(person) is None


@pytest.mark.parametrize("role", ["author", "admin"])
def test_who_has_linked_nothing_hears_nothing_of_links(app: Flask, role: str) -> None:
    person = make_person(password_hash="a hash")
    with unit_of_work():
        grant_role(person, Role(role))
    assert links_of(person.id) == []
    assert not any(TOLD in letter for letter in letters_to(person))
