"""What a form does not ask for, nobody can set by sending it all the same."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from blog.accounts.models.people import Person, PersonRole
from blog.articles.models import Article
from blog.challenges.models import Award, Challenge, Entry, Verdict
from blog.core.db import session
from blog.discussions.models import Comment
from tests.architecture.matrix import Row
from tests.architecture.test_permission_matrix import TABLE, World
from tests.conftest import SignIn
from tests.factories.accounts import make_person

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


@pytest.mark.parametrize("role", ["visitor", "reader", "editor", "admin"])
def test_every_form_ignores_what_it_did_not_ask_for(app: Flask, sign_in: SignIn, role: str) -> None:
    world = World(app, sign_in, role)
    before, roles_before = kept(), roles()
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
    assert session.scalar(sa.select(sa.func.count(Award.id))) == 0
    assert session.scalar(sa.select(sa.func.count(Verdict.id))) == 0
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
