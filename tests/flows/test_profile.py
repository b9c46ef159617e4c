"""A reader makes a page of their own, takes another name, and is still found by whoever knew the old one."""

from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from blog.accounts.actions import people
from blog.accounts.models.people import Person
from blog.core.db import session, unit_of_work
from tests.conftest import SignIn
from tests.factories.discussions import make_comment, make_thread
from tests.support.picture_files import jpeg, picture_field

MARCH = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)


def test_a_reader_makes_their_page_renames_and_the_old_mention_leads_right(
    app: Flask, sign_in: SignIn
) -> None:
    with time_machine.travel(MARCH, tick=False):
        with unit_of_work():
            anna = people.create_person("anna@example.org", "Anna de Vries")
        thread = make_thread(title="Slechte klanten")
        said = make_comment(thread=thread, author=anna, body="Er zijn geen *slechte* klanten.")
        make_comment(thread=thread, answers=said, body="Anna de Vries heeft gelijk.")
        browser = sign_in(anna)

        # Their name in a debate leads to their page.
        visitor = app.test_client()
        assert link_of(visitor, thread_address(thread.id), "Anna de Vries") == "/people/anna-de-vries"
        page = visitor.get("/people/anna-de-vries")
        assert page.status_code == 200
        assert "<em>slechte</em>" in page.text
        assert "Slechte klanten" in page.text
        assert f"/c/{said.id}#comment-{said.id}" in page.text
        assert "noindex" not in page.text

        # From the account they change it.
        assert "/account/profile" in browser.get("/account/").text
        form = browser.get("/account/profile")
        assert 'value="Anna de Vries"' in form.text
        assert 'value="anna-de-vries"' in form.text
        sent = browser.post("/account/picture", data=picture_field(jpeg()))
        assert sent.status_code == 303
        sent = browser.post(
            "/account/profile",
            data={"name": "Anna Bos", "handle": "annabos", "bio": "Verkoopt **niets**.\r\nVraagt veel."},
        )
        assert (sent.status_code, sent.location) == (303, "/people/annabos")

    # Whoever knew the old name still finds her.
    moved = visitor.get("/people/anna-de-vries")
    assert (moved.status_code, moved.location) == (301, "/people/annabos")
    page = visitor.get("/people/annabos")
    assert "Anna Bos" in page.text
    assert "<strong>niets</strong>" in page.text
    assert (
        'until <time datetime="2026-03-03T12:00:00+00:00">3 March 2026</time>: <bdi>Anna de Vries</bdi>'
        in page.text
    )
    picture = f"/media/{anna.picture}-192.webp"
    assert picture in page.text
    assert visitor.get(picture).status_code == 200
    assert link_of(visitor, thread_address(thread.id), "Anna Bos") == "/people/annabos"
    assert 'value="annabos"' in sign_in(anna).get("/account/profile").text


def test_the_page_says_it_in_dutch(client: FlaskClient) -> None:
    with time_machine.travel(MARCH, tick=False), unit_of_work():
        anna = people.create_person("anna@example.org", "Anna de Vries")
    assert 'lang="nl"' in client.get(f"/people/{anna.handle}?lang=nl").text


def test_who_has_said_nothing_is_not_for_search_engines(client: FlaskClient) -> None:
    with unit_of_work():
        anna = people.create_person("anna@example.org", "Anna de Vries")
    page = client.get(f"/people/{anna.handle}")
    assert page.status_code == 200
    assert '<meta name="robots" content="noindex">' in page.text
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize("handle", ["nobody", "a" * 200, "%00", "anna%00", "..%2fadmin", "anna_b", "anna'--"])
def test_nobody_is_not_found(client: FlaskClient, handle: str) -> None:
    with unit_of_work():
        people.create_person("anna@example.org", "Anna")
    assert client.get(f"/people/{handle}").status_code == 404


def test_capitals_in_the_address_make_no_difference(client: FlaskClient) -> None:
    with unit_of_work():
        people.create_person("anna@example.org", "Anna")
    moved = client.get("/people/ANNA?after=x&lang=nl&other=1")
    assert (moved.status_code, moved.location) == (301, "/people/anna?after=x&lang=nl")


@pytest.mark.parametrize(
    "path", ["/account/profile", "/account/picture", "/account/picture/remove", "/account/locale"]
)
def test_nothing_but_the_fields_of_a_form_can_be_changed(sign_in: SignIn, path: str) -> None:
    with unit_of_work():
        anna = people.create_person("anna@example.org", "Anna")
    anna_id = anna.id
    more = {
        "role": "admin", "roles": "admin", "is_demo": "1", "handle_key": "root", "id": "999", "email": "x@example.org",
        "email_key": "x@example.org", "password_hash": "x", "created_at": "2000-01-01",
    }  # fmt: skip
    fields = {"name": "Anna", "handle": "anna", "bio": "", "language": "nl", "time_zone": ""}
    # Only where a file is taken: elsewhere a form with one is refused.
    picture = picture_field(jpeg()) if path == "/account/picture" else {}
    sent = sign_in(anna).post(path, data={**fields, **more, **picture})
    assert sent.status_code == 303
    session.expire_all()
    kept = session.get_one(Person, anna_id)
    assert (kept.handle, kept.handle_key, kept.is_demo) == ("anna", "anna", False)
    assert (kept.email, kept.email_key) == ("anna@example.org", "anna@example.org")
    assert kept.roles == []
    assert kept.password_hash is None
    assert kept.created_at.year > 2000


def test_the_pages_of_ones_account_are_nobody_elses(client: FlaskClient, sign_in: SignIn) -> None:
    assert client.get("/account/profile").status_code == 302
    for path in ("/account/profile", "/account/picture", "/account/picture/remove"):
        assert client.post(path, data=picture_field(jpeg())).status_code == 401
    with unit_of_work():
        anna = people.create_person("anna@example.org", "Anna")
    page = sign_in(anna).get("/account/profile")
    assert page.headers["Cache-Control"] == "private, no-store"


def thread_address(thread_id: int) -> str:
    return f"/debates/{thread_id}"


def link_of(client: FlaskClient, path: str, name: str) -> str:
    """Where the name of an author leads on a page."""
    page = client.get(path, follow_redirects=True).text
    return page.partition(f'"><bdi>{name}</bdi></a>')[0].rpartition('href="')[2]
