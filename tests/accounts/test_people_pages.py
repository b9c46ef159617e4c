"""Where admins look after people: finding them, what they may do, where they are signed in, what is noted."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from blog.accounts import oversight
from blog.accounts.models.audit import AuditRecord
from blog.accounts.models.factors import Passkey
from blog.accounts.models.notes import PersonNote
from blog.accounts.models.people import FormerAddress, FormerHandle, FormerName, Person
from blog.accounts.models.sign_in import BrowserSession
from blog.accounts.views.proof import PROOF_LIFE
from blog.core import clock
from blog.core.db import session, unit_of_work
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.support.queries import counted_statements

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def names_on(page: str) -> list[str]:
    """The people in the list, from top to bottom."""
    return re.findall(r'href="/site/people/\d+">([^<]+)</a> <span class="people__handle"', page)


def held(person: Person) -> set[str]:
    session.refresh(person)
    return {role.role for role in person.roles}


def sessions_of(person: Person) -> list[BrowserSession]:
    """The one that began first stands first."""
    theirs = sa.select(BrowserSession).where(BrowserSession.person_id == person.id)
    return list(session.scalars(theirs.order_by(BrowserSession.id)))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Zoë Öztürk", "100% Bo_Jansen", "Ada Bakker"]),
        ("q=ÖZTÜRK", ["Zoë Öztürk"]),
        ("q=zoe-o", ["Zoë Öztürk"]),
        ("q=%40zoe-o", ["Zoë Öztürk"]),
        ("q=BO@example", ["100% Bo_Jansen"]),
        ("q=100%25", ["100% Bo_Jansen"]),
        ("q=_", ["100% Bo_Jansen"]),
        ("q=%25", ["100% Bo_Jansen"]),
        ("q=\\", []),
        ("q=' OR 1=1 --", []),
        ("q=%00", ["Zoë Öztürk", "100% Bo_Jansen", "Ada Bakker"]),
        ("role=admin", ["Ada Bakker"]),
        ("role=editor", ["Zoë Öztürk"]),
        ("role=editor&q=bo", []),
        ("role=owner", ["Zoë Öztürk", "100% Bo_Jansen", "Ada Bakker"]),
    ],
)
def test_person_list_finds_people(sign_in: SignIn, query: str, found: list[str]) -> None:
    admin = make_person(name="Ada Bakker", role="admin", email="ada@example.org")
    make_person(name="100% Bo_Jansen", email="bo@example.org")
    zoe = make_person(name="Zoë Öztürk", role="editor", email="zo@example.org")
    zoe.handle = "zoe-ozturk"
    session.commit()
    page = sign_in(admin).get(f"/site/people?{query}")
    assert page.status_code == 200
    assert names_on(page.text) == found


@pytest.mark.parametrize("query", ["bakker", "@SANNE-B", "anne.bakker@example.net"])
def test_person_list_finds_people_by_what_they_were_called(sign_in: SignIn, query: str) -> None:
    person = make_person(name="Sanne de Vries", email="sanne@example.org")
    make_person(name="Somebody else")
    rename_all(person)
    page = sign_in(make_person(name="Ada", role="admin")).get(f"/site/people?q={query.replace('@', '%40')}")
    assert names_on(page.text) == ["Sanne de Vries"]


def test_person_detail_shows_what_they_were_called_and_leads_to_their_page(sign_in: SignIn) -> None:
    person = make_person(name="Sanne de Vries", email="sanne@example.org")
    browser = sign_in(make_person(role="admin"))
    assert 'id="earlier"' not in browser.get(f"/site/people/{person.id}").text
    rename_all(person)
    page = browser.get(f"/site/people/{person.id}").text
    told = re.findall(r"<li><span>until (.*?): <bdi>(.*?)</bdi></span></li>", page, re.DOTALL)
    assert [value for _day, value in told] == ["Sanne Bakker", "@sanne-b", "sanne.bakker@example.net"]
    assert ["3 May 2026" in day for day, _value in told] == [True, False, False]
    assert f'href="/people/{person.handle}"' in page


def rename_all(person: Person) -> None:
    """They were called something else in everything, until three days in May."""
    with unit_of_work():
        session.add_all(
            [
                FormerName(person_id=person.id, name="Sanne Bakker", until=datetime(2026, 5, 3, tzinfo=UTC)),
                FormerHandle(
                    person_id=person.id,
                    handle="sanne-b",
                    handle_key="sanneb",
                    left_at=datetime(2026, 5, 2, tzinfo=UTC),
                ),
                FormerAddress(
                    person_id=person.id,
                    email="sanne.bakker@example.net",
                    email_key="sanne.bakker@example.net",
                    until=datetime(2026, 5, 1, tzinfo=UTC),
                ),
            ]
        )


def test_person_list_refuses_an_endless_question(sign_in: SignIn) -> None:
    assert sign_in(make_person(role="admin")).get(f"/site/people?q={'x' * 300}").status_code == 422


def test_person_list_goes_on_where_it_stopped(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oversight, "PEOPLE_PAGE_SIZE", 2)
    admin = make_person(name="Ada", role="admin")
    for name in ("Bo", "Cees", "Dina"):
        make_person(name=f"{name} Smit")
    browser = sign_in(admin)
    first = browser.get("/site/people?q=smit").text
    assert names_on(first) == ["Dina Smit", "Cees Smit"]
    following = first.split('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    make_person(name="Eva Smit")
    assert names_on(browser.get(following).text) == ["Bo Smit"]


def test_person_list_and_detail_cost_the_same_whatever_they_show(app: Flask, sign_in: SignIn) -> None:
    browser = sign_in(make_person(role="admin"))
    person = make_person(role="editor", password_hash="a hash")
    costs: list[tuple[int, int]] = []
    for more in (1, 3):
        for number in range(more):
            make_person(role="author")
            sign_in(person)
            browser.post(f"/site/people/{person.id}/notes", data={"body": f"Note {number}"})
        with counted_statements() as on_list:
            browser.get("/site/people")
        with counted_statements() as on_detail:
            browser.get(f"/site/people/{person.id}")
        costs.append((len(on_list), len(on_detail)))
    assert costs[0] == costs[1]


def test_person_detail_shows_who_it_is(sign_in: SignIn) -> None:
    person = make_person(name="Bo Jansen", role="editor", email="bo@example.org")
    sign_in(person)
    page = sign_in(make_person(role="admin")).get(f"/site/people/{person.id}").text
    assert page.count("<h1") == 1
    for shown in ("Bo Jansen", "bo@example.org", ">editor<", "with mailed codes", "an unknown browser"):
        assert shown in page


def test_nobody_is_there(sign_in: SignIn) -> None:
    browser = sign_in(make_person(role="admin"))
    for path in ("", "/roles", "/roles/admin/take", "/sessions/end", "/sessions/1/end", "/notes"):
        answer = browser.get("/site/people/999") if path == "" else browser.post(f"/site/people/999{path}")
        assert answer.status_code == 404


def test_role_give_and_take(sign_in: SignIn) -> None:
    person = make_person(name="Bo Jansen", password_hash="a hash")
    theirs, browser = sign_in(person), sign_in(make_person(role="admin"))
    given = browser.post(f"/site/people/{person.id}/roles", data={"role": "moderator"}, follow_redirects=True)
    assert "Bo Jansen has another role, and signs in anew." in given.text
    assert held(person) == {"moderator"}
    assert theirs.get("/account/").status_code == 302
    again = sign_in(person)
    assert again.get("/moderation/").status_code == 200
    taken = browser.post(f"/site/people/{person.id}/roles/moderator/take", follow_redirects=True)
    assert "Bo Jansen has one role less, and signs in anew." in taken.text
    assert held(person) == set()
    assert again.get("/account/").status_code == 302


@pytest.mark.parametrize("role", ["", "reader", "owner", "admin\x00"])
def test_role_give_refuses_what_there_is_not(sign_in: SignIn, role: str) -> None:
    person = make_person(password_hash="a hash")
    browser = sign_in(make_person(role="admin"))
    assert browser.post(f"/site/people/{person.id}/roles", data={"role": role}).status_code == 422
    assert browser.post(f"/site/people/{person.id}/roles/owner/take").status_code == 404
    assert held(person) == set()


def test_role_give_locks_nobody_out(sign_in: SignIn) -> None:
    person = make_person()
    answer = sign_in(make_person(role="admin")).post(
        f"/site/people/{person.id}/roles", data={"role": "editor"}
    )
    assert answer.status_code == 422
    assert "Send them an invitation instead." in answer.text
    assert held(person) == set()


def test_role_give_takes_a_passkey_for_a_way_in(sign_in: SignIn) -> None:
    person = make_person()
    key = Passkey(
        person_id=person.id,
        credential_id="an id",
        user_handle="aGFuZGxl",
        public_key=b"a key",
        sign_count=0,
        name="A key",
        created_at=clock.now(),
    )
    with unit_of_work():
        session.add(key)
    browser = sign_in(make_person(role="admin"))
    assert browser.post(f"/site/people/{person.id}/roles", data={"role": "editor"}).status_code == 303
    assert held(person) == {"editor"}


def test_roles_are_given_and_taken_by_whom_has_just_shown_who_they_are(sign_in: SignIn) -> None:
    person = make_person(role="editor", password_hash="a hash")
    browser = sign_in(make_person(role="admin"))
    with time_machine.travel(clock.now() + PROOF_LIFE, tick=False):
        for path, data in (("roles", {"role": "admin"}), ("roles/editor/take", {})):
            late = browser.post(f"/site/people/{person.id}/{path}", data=data)
            assert (late.status_code, late.location) == (303, "/account/confirm?next=/account/")
    assert held(person) == {"editor"}


def test_an_admin_who_can_do_nothing_does_not_count_as_one(sign_in: SignIn) -> None:
    with time_machine.travel(NOON - timedelta(days=7), tick=False):
        # The roles of one rest, and the other has nothing to come in with.
        resting = make_person(role="admin", password_hash="a hash")
        make_person(role="admin")
    with time_machine.travel(NOON, tick=False):
        admin = make_person(role="admin", password_hash="a hash")
        browser = sign_in(admin)
        refused = browser.post(f"/site/people/{admin.id}/roles/admin/take")
        assert (refused.status_code, held(admin)) == (422, {"admin"})
        # With time they wake their roles by themself.
        assert browser.post(f"/site/people/{resting.id}/time").status_code == 303
        assert browser.post(f"/site/people/{admin.id}/roles/admin/take").status_code == 303
        assert held(admin) == set()


def test_the_last_admin_stays_one(sign_in: SignIn) -> None:
    admin = make_person(role="admin", password_hash="a hash")
    browser = sign_in(admin)
    refused = browser.post(f"/site/people/{admin.id}/roles/admin/take")
    assert refused.status_code == 422
    assert "This is the last admin who can do anything." in refused.text
    assert held(admin) == {"admin"}
    other = make_person(role="admin", password_hash="a hash")
    left = browser.post(f"/site/people/{admin.id}/roles/admin/take")
    assert (left.status_code, left.location) == (303, "/")
    assert (held(admin), held(other)) == (set(), {"admin"})
    assert browser.get("/site/people").status_code == 302


def test_sessions_of_somebody_end_one_and_all(sign_in: SignIn) -> None:
    person, stranger = make_person(), make_person()
    first, second = sign_in(person), sign_in(person)
    strangers = sign_in(stranger)
    browser = sign_in(make_person(role="admin"))
    ended = sessions_of(person)[0].id
    # An id of somebody else's browser is nothing on this person's page.
    wrong = browser.post(f"/site/people/{person.id}/sessions/{sessions_of(stranger)[0].id}/end")
    assert wrong.status_code == 404
    assert browser.post(f"/site/people/{person.id}/sessions/{ended}/end").status_code == 303
    assert (first.get("/account/").status_code, second.get("/account/").status_code) == (302, 200)
    assert browser.post(f"/site/people/{person.id}/sessions/end").status_code == 303
    assert second.get("/account/").status_code == 302
    assert strangers.get("/account/").status_code == 200
    assert [
        (record.act, record.subject_id, record.details)
        for record in session.scalars(sa.select(AuditRecord).order_by(AuditRecord.id))
    ] == [
        ("signed out from afar", person.id, {"browser": ended}),
        ("signed out from afar", person.id, {}),
    ]


def test_an_admin_who_ends_their_own_session_is_out(sign_in: SignIn) -> None:
    admin = make_person(role="admin")
    browser = sign_in(admin)
    left = browser.post(f"/site/people/{admin.id}/sessions/{sessions_of(admin)[0].id}/end")
    assert (left.location, left.headers["Clear-Site-Data"]) == ("/", '"cache"')
    again = sign_in(admin)
    assert again.post(f"/site/people/{admin.id}/sessions/end").location == "/"
    assert sessions_of(admin) == []


def test_person_note_is_dated_signed_and_for_admins(sign_in: SignIn) -> None:
    person = make_person()
    admin = make_person(name="Ada Bakker", role="admin")
    browser = sign_in(admin)
    words = "Called about <b>two</b> accounts.\nBoth are theirs."
    assert browser.post(f"/site/people/{person.id}/notes", data={"body": f" {words} "}).status_code == 303
    note = session.scalars(sa.select(PersonNote)).one()
    assert (note.body, note.written_by_id, note.person_id) == (words, admin.id, person.id)
    page = browser.get(f"/site/people/{person.id}").text
    assert "Called about &lt;b&gt;two&lt;/b&gt; accounts." in page
    assert re.search(r"Ada Bakker, <time", page)
    logged = session.scalars(sa.select(AuditRecord)).one()
    assert (logged.act, logged.details) == ("note written", {"note": note.id})


@pytest.mark.parametrize("body", ["", " \n ", "\x00", "x" * 2001])
def test_person_note_says_something(sign_in: SignIn, body: str) -> None:
    person = make_person()
    answer = sign_in(make_person(role="admin")).post(f"/site/people/{person.id}/notes", data={"body": body})
    assert answer.status_code == 422
    assert session.scalar(sa.select(sa.func.count(PersonNote.id))) == 0
