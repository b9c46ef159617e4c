"""What the page of a person shows of what they have said, and what it never shows."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from blog.accounts.models.people import Person
from blog.core.db import session, unit_of_work
from blog.core.pagination import encode_cursor
from blog.discussions.actions import delete_comment, import_comment, remove_comment
from blog.discussions.models import Comment, Thread
from blog.discussions.queries import SAID_ON_A_PAGE, said_by
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.articles import make_article
from tests.factories.discussions import make_comment, make_thread
from tests.support.queries import counted_statements

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def page_of(client: FlaskClient, person: Person, after: str = "") -> str:
    page = client.get(f"/people/{person.handle}" + (f"?after={after}" if after else ""))
    assert page.status_code == 200
    return page.text


def test_only_what_is_published_where_everybody_finds_it(
    app: Flask, client: FlaskClient, sign_in: SignIn
) -> None:
    anna, moderator = make_person(name="Anna"), make_person(name="Mila", role="moderator")
    thread = make_thread(title="A debate")
    shown = make_comment(thread=thread, author=anna, body="Shown words.")
    deleted = make_comment(thread=thread, author=anna, body="Words taken back.")
    removed = make_comment(thread=thread, author=anna, body="Words removed.")
    # Something below them: they are tombstones, which a debate still shows.
    for gone in (deleted, removed):
        make_comment(thread=thread, answers=gone)
    make_comment(thread=thread, body="Words of another.")
    draft = make_thread(title="A secret title", proposition="A secret sentence")
    make_comment(thread=draft, author=anna, body="Words under a draft.")
    with unit_of_work():
        delete_comment(anna.actor, deleted)
        remove_comment(moderator.actor, removed, reason="Not nice.")
        session.get_one(Thread, draft.id).is_listed = False
    for browser in (client, sign_in(anna), sign_in(make_person(role="admin"))):
        page = page_of(browser, anna)
        assert "Shown words." in page
        assert f'href="/c/{shown.id}#comment-{shown.id}"' in page
        for words in ("taken back", "Words removed", "Not nice", "of another", "under a draft", "secret"):
            assert words not in page


def test_whom_they_answered_is_named_only_while_that_is_there(client: FlaskClient) -> None:
    anna, bert = make_person(name="Anna"), make_person(name="Bert Bos")
    said = make_comment(author=bert)
    make_comment(answers=said, author=anna)
    assert "in answer to <bdi>Bert Bos</bdi>" in page_of(client, anna)
    with unit_of_work():
        delete_comment(bert.actor, said)
    assert "Bert Bos" not in page_of(client, anna)


def test_the_newest_comes_first_and_pages_follow_each_other(app: Flask, client: FlaskClient) -> None:
    anna, thread = make_person(name="Anna"), make_thread()
    total = 2 * SAID_ON_A_PAGE + 1
    numbers: list[int] = []
    for number in range(total):
        # Three at a time at the same instant: the number of the comment decides then.
        with time_machine.travel(NOON + timedelta(minutes=number // 3), tick=False):
            numbers.append(make_comment(thread=thread, author=anna, body=f"Words {number}.").id)
    cursor, seen, pages = None, list[int](), 0
    while pages == 0 or cursor:
        page = said_by(anna.id, cursor)
        seen += [view.id for view in page.items]
        cursor, pages = page.next_cursor, pages + 1
    assert seen == numbers[::-1]
    assert pages == 3

    first = page_of(client, anna)
    assert f"Words {total - 1}." in first
    assert "Words 0." not in first
    assert "The newest comments" not in first
    cursor = said_by(anna.id).next_cursor
    assert cursor is not None
    second = page_of(client, anna, cursor)
    assert f"Words {total - SAID_ON_A_PAGE - 1}." in second
    assert "The newest comments" in second
    # Search engines know one address of it.
    assert 'rel="canonical" href="http://localhost/people/' + anna.handle + '"' in second


def test_a_page_costs_the_same_for_one_comment_and_for_twenty(client: FlaskClient) -> None:
    counts: list[int] = []
    for comments in (1, 3, 20):
        person = make_person()
        for _number in range(comments):
            make_comment(author=person)
        path = f"/people/{person.handle}"
        with counted_statements() as statements:
            assert client.get(path).status_code == 200
        counts.append(len(statements))
    # Who it is with their roles, what they were called before, what they have written and said.
    assert counts == [5, 5, 5]


def test_an_author_has_their_published_articles_there(client: FlaskClient) -> None:
    eva = make_person(role="author")
    published = make_article(author=eva, title="Published words")
    make_article(author=eva, title="A secret draft", published=False)
    make_article(title="Of another")
    page = page_of(client, eva)
    assert f'href="/articles/{published.slug}"' in page
    assert "A secret draft" not in page
    assert "Of another" not in page
    assert "noindex" not in page
    make_comment(author=eva)
    cursor = encode_cursor(2**50, 1)
    assert "Published words" not in page_of(client, eva, cursor)


@pytest.mark.parametrize("cursor", ["x", "W10", "WzEsMiwzXQ", "\u00e9", "%00", "WyIxIiwgMV0"])
def test_a_damaged_address_is_told(client: FlaskClient, cursor: str) -> None:
    anna = make_person()
    assert client.get(f"/people/{anna.handle}?after={cursor}").status_code == 422


def test_in_a_debate_only_who_has_a_page_has_a_link(client: FlaskClient) -> None:
    anna, thread = make_person(name="Anna"), make_thread()
    make_comment(thread=thread, author=anna)
    with unit_of_work():
        import_comment(
            session.get_one(Thread, thread.id),
            external_id="1",
            parent=None,
            author_name="Somebody of old",
            body="Imported words.",
            created_at=NOON,
        )
    page = client.get(f"/debates/{thread.id}-{thread.slug}").text
    assert f'<a href="/people/{anna.handle}"><bdi>Anna</bdi></a>' in page
    assert "<bdi>Somebody of old</bdi>" in page
    assert page.count('href="/people/') == 1


def test_of_what_is_gone_a_debate_tells_neither_page_nor_picture(client: FlaskClient) -> None:
    anna = make_person(name="Anna")
    with unit_of_work():
        session.get_one(Person, anna.id).picture = "a" * 32
    said = make_comment(author=anna)
    make_comment(answers=said)
    path = f"/debates/{said.thread_id}-{said.thread.slug}"
    assert f"/media/{'a' * 32}-96.webp" in client.get(path).text
    with unit_of_work():
        delete_comment(anna.actor, session.get_one(Comment, said.id))
    page = client.get(path).text
    assert anna.handle not in page.replace(f"person{anna.id}-", "")
    assert "a" * 32 not in page


@pytest.mark.parametrize(
    ("byline", "leads"),
    [("Eva Smit", True), ("Eva de Vries", True), ("Eva Smit en Jan Bos", False), ("Redactie", False)],
)
def test_a_byline_leads_to_its_author_under_the_old_name_too(
    client: FlaskClient, sign_in: SignIn, byline: str, leads: bool
) -> None:
    eva = make_person(name="Eva de Vries", role="author")
    sign_in(eva).post("/account/profile", data={"name": "Eva Smit", "handle": eva.handle, "bio": ""})
    article = make_article(author=session.get_one(Person, eva.id))
    with unit_of_work():
        article.byline = byline
    page = client.get(f"/articles/{article.slug}").text
    assert (f'<a href="/people/{eva.handle}" rel="author">{byline}</a>' in page) is leads
