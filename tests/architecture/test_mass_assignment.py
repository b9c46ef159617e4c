"""What a form does not ask for, nobody can set by sending it all the same."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from blog.accounts.actions.invitations import invite
from blog.accounts.actions.passwords import recover
from blog.accounts.actions.setup import make_setup_link
from blog.accounts.events import CodeMailed, InvitationMailed
from blog.accounts.models.invitations import Invitation
from blog.accounts.models.people import Person, PersonRole
from blog.accounts.queries import person_by_email
from blog.articles.models import Article
from blog.challenges.models.awards import Award
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry, Verdict
from blog.core import clock
from blog.core.db import session, unit_of_work
from blog.discussions.models import Comment
from tests.architecture.matrix import Row
from tests.architecture.test_permission_matrix import TABLE, World
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.support.events import heard

_THEN = datetime(2001, 1, 1, tzinfo=UTC)
EXTRA = {
    "role": "admin",
    "roles": ["admin"],
    "is_admin": "1",
    "is_winner": "1",
    "is_demo": "1",
    "created_at": "2001-01-01T00:00:00",
    "updated_at": "2001-01-01T00:00:00",
    "author_id": "1",
    "person_id": "1",
    "id": "1",
    "number": "1",
    "email_key": "admin@example.org",
    "password_hash": "x",
    "status": "published",
    "eligible": "1",
    "listed": "1",
}
# Acts that change just this, for whoever may.
_MEANT = {
    "accounts.profile_edit_post",
    "people_desk.role_give",
    "people_desk.role_take",
    "articles.desk_unpublish",
    "accounts.invitation_accept",
    "challenges.desk_remove",
}
_FIELDS = (
    (Person, ("email_key", "handle", "password_hash", "is_demo", "created_at")),
    (Article, ("author_id", "status", "created_at", "published_at")),
    (Comment, ("author_id", "thread_id", "created_at")),
    (Entry, ("number", "eligible", "challenge_id", "received_at")),
    (Challenge, ("article_id", "created_at")),
)


def kept() -> dict[str, dict[int, tuple[object, ...]]]:
    """What no form may set, of every row."""
    session.rollback()
    found: dict[str, dict[int, tuple[object, ...]]] = {}
    for model, names in _FIELDS:
        columns = [getattr(model, name) for name in names]
        found[model.__name__] = {
            row[0]: tuple(row[1:]) for row in session.execute(sa.select(model.id, *columns))
        }
    return found


def roles() -> set[tuple[int, str]]:
    return {
        (person, role) for person, role in session.execute(sa.select(PersonRole.person_id, PersonRole.role))
    }


def decided() -> tuple[int | None, int | None]:
    """How many awards and verdicts there are."""
    return session.scalar(sa.select(sa.func.count(Award.id))), session.scalar(
        sa.select(sa.func.count(Verdict.id))
    )


# What a form takes is settled before a database is asked; that each of them works on both: test_permission_matrix.py.
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("role", ["visitor", "reader", "editor", "admin"])
def test_every_form_ignores_what_it_did_not_ask_for(app: Flask, sign_in: SignIn, role: str) -> None:
    world = World(app, sign_in, role)
    before, roles_before = kept(), roles()
    decided_before = decided()
    sent: list[Row] = []
    for row in TABLE:
        if row.method == "GET" or row.endpoint in _MEANT or (role == "visitor" and row.whose == "own"):
            continue
        sent.append(row)
        found = world.outcome(
            Row(row.endpoint, row.method, row.address, row.outcomes, row.whose, {**EXTRA, **row.body})
        )
        assert found != "fault", row.name
    after = kept()
    for name, rows in before.items():
        assert {number: after[name][number] for number in rows} == rows, name
    assert roles() == roles_before
    added = [row for number, row in after["Comment"].items() if number not in before["Comment"]]
    me = world.me.id if world.me else None
    # Their own comment, answer, and what they wrote before they signed in.
    assert {author for author, _thread, _created in added} <= {me}
    assert bool(added) == (me is not None)
    assert all(created != _THEN for _author, _thread, created in added)
    assert set(after["Person"]) == set(before["Person"])
    assert decided() == decided_before
    assert len(sent) > 30


def test_a_profile_takes_name_handle_and_words(app: Flask, sign_in: SignIn) -> None:
    person = make_person(email="anneke@example.org")
    before, roles_before = kept()["Person"][person.id], roles()
    profile = {"name": "Anneke Vos", "handle": "anneke-vos", "bio": "Some words."}
    more = {"email": "admin@example.org", "picture": "0" * 64, "handle_key": "x", "language": "en"}
    answer = sign_in(person).post("/account/profile", data={**EXTRA, **more, **profile})
    assert answer.status_code == 303
    email_key, _handle, *rest = before
    assert kept()["Person"][person.id] == (email_key, "anneke-vos", *rest)
    assert (person.name, person.bio, person.email) == ("Anneke Vos", "Some words.", "anneke@example.org")
    assert (person.picture, person.language) == (None, None)
    assert roles() == roles_before


def test_who_joins_is_a_reader_whatever_their_form_says(client: FlaskClient) -> None:
    with heard(CodeMailed) as mailed:
        page = client.post("/account/sign-in", data={**EXTRA, "email": "bo@example.org"}).location
    client.post(page, data={**EXTRA, "code": mailed[0].code})
    assert client.post("/account/introduce", data={**EXTRA, "name": "Bo"}).status_code == 303
    _assert_made_now("bo@example.org", set())


def test_who_takes_on_an_invitation_gets_what_it_says(client: FlaskClient, sign_in: SignIn) -> None:
    admin = make_person(role="admin", password_hash="a hash")
    editor = sign_in(make_person(role="editor", password_hash="a hash"))
    asked = {"email": "mallory@example.org", "roles": ["author"], "language": "en"}
    more = {"invited_by_id": str(admin.id), "expires_at": "2101-01-01T00:00:00", "mails": "-9"}
    assert editor.post("/site/invitations", data={**EXTRA, **more, **asked}).status_code == 303
    made = session.scalars(sa.select(Invitation)).one()
    assert (made.roles, made.mails, made.created_at > _THEN) == (["author"], 1, True)
    assert made.invited_by_id != admin.id

    with heard(InvitationMailed) as mailed, unit_of_work():
        invite(admin.actor, "bo@example.org", ["author"], language="en", source="a test")
    data = {**EXTRA, "email": "mallory@example.org", "name": "Bo", "password": "correct horse battery"}
    assert client.post(f"/account/invitation/{mailed[0].token}", data=data).status_code == 303
    _assert_made_now("bo@example.org", {"author"})
    assert person_by_email("mallory@example.org") is None


def test_a_link_makes_whom_it_is_for_and_nobody_else(app: Flask) -> None:
    with unit_of_work():
        setup = make_setup_link()
    data = {**EXTRA, "name": "Anna", "email": "anna@example.org", "password": "correct horse battery"}
    assert app.test_client().post(f"/account/set-up/{setup}", data=data).status_code == 303
    _assert_made_now("anna@example.org", {"admin"})
    reader = make_person(email="bo@example.org")
    with unit_of_work():
        token = recover(reader)
    assert app.test_client().post(f"/account/recover/{token}", data=data).status_code == 303
    _assert_made_now("bo@example.org", set())


_AS_JSON = ('{"role": "admin", "roles": ["admin"], "name": 5, "email": {"a": 1}}', '["admin"]', "NaN", "{")


@pytest.mark.parametrize("body", _AS_JSON)
def test_nothing_is_read_as_json(app: Flask, sign_in: SignIn, body: str) -> None:
    person, admin = make_person(name="Anneke"), make_person(role="admin", password_hash="a hash")
    before = roles()
    for kind, status in (("application/json", 415), ("application/x+json", 415), ("text/plain", 422)):
        for browser, address in (
            (app.test_client(), "/account/sign-in"),
            (sign_in(person), "/account/profile"),
            (sign_in(admin), f"/site/people/{person.id}/roles"),
        ):
            assert browser.post(address, data=body, content_type=kind).status_code == status
    assert (roles(), person.name) == (before, "Anneke")


def test_a_file_is_no_name(app: Flask, sign_in: SignIn) -> None:
    for browser, address in (
        (app.test_client(), "/account/sign-in"),
        (sign_in(make_person()), "/account/profile"),
    ):
        files = {name: (BytesIO(b"Bo"), "bo.txt") for name in ("name", "email", "handle", "password")}
        assert browser.post(address, data=files).status_code == 415


def _assert_made_now(address: str, held: set[str]) -> None:
    """Somebody has this address, and nothing that nobody has given them."""
    session.rollback()
    person = person_by_email(address)
    assert person is not None
    assert {role.role for role in person.roles} == held
    assert (person.is_demo, person.password_hash != "x", person.email) == (False, True, address)
    assert _THEN < person.created_at <= clock.now()
