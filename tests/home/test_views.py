"""The front page, what machines ask for, and the page of the operator."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from blog.articles.values import ArticleStatus
from blog.challenges.ledger.notes import Checkpoint, Signer
from blog.challenges.signed_notes import keep_signed
from blog.challenges.values import ChallengeStatus
from blog.core import clock
from blog.core.db import db, session, unit_of_work
from blog.core.jobs.models import Work
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.articles import make_article
from tests.factories.challenges import make_challenge, make_entry
from tests.factories.discussions import make_comment, make_thread
from tests.support.jobs import run_due_jobs
from tests.support.queries import counted_statements

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MACHINE_PAGES = ("/healthz", "/readyz", "/robots.txt", "/.well-known/security.txt")


def make_set_aside_work() -> int:
    """Work that was tried too often. Returns its id."""
    now = clock.now()
    with unit_of_work():
        work = Work(kind="mailroom.send", payload={}, created_at=now, run_at=now, attempts=12)
        work.failed_at, work.last_error = now, "ConnectionRefusedError"
        session.add(work)
    return work.id


def make_front(number: int) -> None:
    """One article with a comment, and one open challenge."""
    article = make_article(title=f"Article number {number}")
    make_comment(thread=make_thread(article=article))
    make_challenge(title=f"Challenge number {number}", closes_at=clock.now() + timedelta(days=3))


def test_front_shows_what_is_published_what_is_open_and_what_moves(client: FlaskClient) -> None:
    with time_machine.travel(NOON, tick=False):
        article = make_article(
            title="The price of a discount", slug="the-price", author=make_person(name="Eva Smit")
        )
        thread = make_thread(article=article, proposition="Who gives first, loses.")
        make_comment(thread=thread)
        make_comment(thread=thread)
        challenge = make_challenge(
            title="The puzzle", slug="puzzle", prize="A book", closes_at=NOON + timedelta(days=3)
        )
        make_entry(challenge)
        page = client.get("/").text
    assert page.count("<h1") == 1
    assert '<a class="teaser__link" href="/articles/the-price">The price of a discount</a>' in page
    assert "<span>Eva Smit</span>" in page
    assert "23 November 2026" in page
    assert page.count("<span>2 comments</span>") == 2
    assert f'<a href="/debates/{thread.id}-{thread.slug}">Who gives first, loses.</a>' in page
    assert '<a href="/challenges/puzzle">The puzzle</a>' in page
    assert "A book" in page
    assert "3 days left" in page
    assert "<span>1 entry</span>" in page


def test_front_shows_nothing_that_is_not_public(client: FlaskClient) -> None:
    article = make_article(title="A secret draft")
    thread = make_thread(article=article, title="A secret debate")
    make_comment(thread=thread)
    with unit_of_work():
        article.status, thread.is_listed = ArticleStatus.DRAFT, False
    make_challenge(title="A secret challenge", status=ChallengeStatus.DRAFT)
    make_challenge(title="A challenge that is over", closes_at=clock.now() - timedelta(seconds=1))
    page = client.get("/").text
    assert "secret" not in page
    assert "that is over" not in page


def test_front_shows_debates_that_move_behind_new_ones_that_do_not(client: FlaskClient) -> None:
    make_comment(thread=make_thread(title="The lively one"))
    for number in range(6):
        make_thread(title=f"Silent {number}")
    page = client.get("/").text
    assert "The lively one" in page
    assert "Silent" not in page


def test_front_names_a_debate_by_its_sentence_and_then_its_article(client: FlaskClient) -> None:
    article = make_article(title="De prijs", language="nl")
    thread = make_thread(article=article, title="De prijs", proposition="Zwijgen loont.", language="nl")
    make_comment(thread=thread)
    page = client.get("/").text
    assert ">Zwijgen loont.</a></h3>" in page
    assert 'on the article “<bdi lang="nl">De prijs</bdi>”' in page
    assert re.search(r"<span>last comment <time [^>]+>just now</time></span>", page)


def test_front_links_all_articles_when_there_are_more(client: FlaskClient) -> None:
    for number in range(9):
        make_article(title=f"Article number {number}")
    assert 'href="/articles/"' not in client.get("/").text
    make_article()
    assert '<a href="/articles/">All articles</a>' in client.get("/").text


def test_front_teaches_whoever_finds_it_empty(client: FlaskClient, sign_in: SignIn) -> None:
    assert "flask people setup-link" in client.get("/").text
    editor = sign_in(make_person(role="editor"))
    assert 'href="/desk/articles/new"' in editor.get("/").text
    make_person(role="admin")
    page = client.get("/").text
    assert "Come back soon." in page
    assert "setup-link" not in page


def test_front_costs_the_same_queries_for_one_and_for_three(client: FlaskClient) -> None:
    make_front(1)
    with counted_statements() as for_one:
        assert client.get("/").status_code == 200
    make_front(2)
    make_front(3)
    with counted_statements() as for_three:
        assert "Article number 3" in client.get("/").text
    assert len(for_one) == len(for_three) == 5


@pytest.mark.parametrize("language", ["nl", "en"])
def test_front_speaks_the_language_that_is_asked_for(client: FlaskClient, language: str) -> None:
    assert f'<html lang="{language}">' in client.get(f"/?lang={language}").text


@pytest.mark.parametrize("address", ["/", "/articles/the-price", *MACHINE_PAGES])
def test_a_visitor_gets_no_cookie(client: FlaskClient, address: str) -> None:
    make_thread(article=make_article(slug="the-price"))
    response = client.get(address)
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers


def test_a_page_is_kept_for_visitors_and_never_for_members(client: FlaskClient, sign_in: SignIn) -> None:
    assert client.get("/").headers["Cache-Control"] == "no-cache"
    assert "Cookie" in client.get("/").headers["Vary"]
    assert sign_in(make_person()).get("/").headers["Cache-Control"] == "private, no-store"


def test_healthz_asks_nobody(client: FlaskClient) -> None:
    with counted_statements() as statements:
        response = client.get("/healthz")
    assert (response.status_code, response.text) == (200, "ok\n")
    assert statements == []


def test_readyz_is_ready_with_all_tables(client: FlaskClient) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.text) == (200, "ready\n")
    assert response.headers["Cache-Control"] == "no-store"


def test_readyz_is_not_ready_behind_on_migrations(client: FlaskClient, app: Flask) -> None:
    """A database from another release: the name of its migration is none that we have."""
    with db.engine.begin() as connection:
        had_table = sa.inspect(connection).has_table("alembic_version")
        if not had_table:
            connection.execute(sa.text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        before = connection.scalars(sa.text("SELECT version_num FROM alembic_version")).all()
        connection.execute(sa.text("DELETE FROM alembic_version"))
        connection.execute(sa.text("INSERT INTO alembic_version VALUES ('of another release')"))
    try:
        response = client.get("/readyz")
        assert (response.status_code, response.text) == (503, "not ready\n")
    finally:
        with db.engine.begin() as connection:
            connection.execute(sa.text("DELETE FROM alembic_version"))
            for version in before:
                connection.execute(sa.text("INSERT INTO alembic_version VALUES (:v)"), {"v": version})
            if not had_table:
                connection.execute(sa.text("DROP TABLE alembic_version"))


def test_readyz_says_no_more_than_no_when_the_database_is_gone(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object, **_more: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("could not connect to /secret/path"))

    monkeypatch.setattr(db.engine, "connect", refuse)
    response = client.get("/readyz")
    assert (response.status_code, response.text) == (503, "not ready\n")


def test_robots_keeps_search_engines_out_of_work_and_secrets(client: FlaskClient) -> None:
    response = client.get("/robots.txt")
    assert response.mimetype == "text/plain"
    for path in ("/account/", "/desk/", "/moderation/", "/receipts/", "/site/"):
        assert f"Disallow: {path}\n" in response.text
    assert "Allow: /moderation/log\n" in response.text


def test_security_txt_names_whom_to_tell_and_until_when(client: FlaskClient) -> None:
    with time_machine.travel(NOON, tick=False):
        response = client.get("/.well-known/security.txt")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.text.splitlines() == [
        "Contact: mailto:security@localhost",
        "Expires: 2027-05-22T00:00:00Z",
        "Preferred-Languages: nl, en",
        "Canonical: http://localhost/.well-known/security.txt",
    ]


@pytest.mark.parametrize("role", ["reader", "author", "editor", "moderator"])
def test_site_is_for_admins_only(client: FlaskClient, sign_in: SignIn, role: str) -> None:
    browser = sign_in(make_person(role=role))
    work_id = make_set_aside_work()
    assert browser.get("/site/").status_code == 403
    assert browser.post(f"/site/work/{work_id}/retry").status_code == 403
    assert client.get("/site/").status_code == 302
    assert client.post(f"/site/work/{work_id}/retry").status_code == 401
    assert session.get_one(Work, work_id).failed_at is not None


def test_site_shows_what_runs_and_what_is_stuck(app: Flask, sign_in: SignIn) -> None:
    make_front(1)
    make_set_aside_work()
    page = sign_in(make_person(role="admin")).get("/site/").text
    assert page.count("<h1") == 1
    assert ("SQLite 3." in page) is (db.engine.dialect.name == "sqlite")
    assert ("PostgreSQL " in page) is (db.engine.dialect.name == "postgresql")
    assert "mailroom.send" in page
    assert "ConnectionRefusedError" in page
    assert page.count("Try again") == 1


def test_site_shows_which_ledgers_are_not_signed(sign_in: SignIn) -> None:
    browser = sign_in(make_person(role="admin"))
    challenge = make_challenge(slug="a-question")
    make_entry(challenge)
    run_due_jobs()
    assert "Ledgers that are not signed" not in browser.get("/site/").text
    keep_signed(
        "localhost/challenges/a-question",
        Signer("localhost", b"k" * 32).sign(
            Checkpoint("localhost/challenges/a-question", 41, b"r" * 32, clock.now())
        ),
    )
    page = browser.get("/site/").text
    assert "Ledgers that are not signed" in page
    assert "localhost/challenges/a-question: 41 rows were signed on " in page
    assert "It has 3 rows now" in page


def test_retry_work_gives_it_a_fresh_start(sign_in: SignIn) -> None:
    work_id = make_set_aside_work()
    browser = sign_in(make_person(role="admin"))
    for _press in range(2):
        response = browser.post(f"/site/work/{work_id}/retry")
        assert (response.status_code, response.headers["Location"]) == (303, "/site/")
    work = session.get_one(Work, work_id)
    assert (work.failed_at, work.attempts) == (None, 0)
    assert "Nothing is stuck" in browser.get("/site/").text


def test_retry_work_leaves_work_alone_that_is_done_or_under_way(sign_in: SignIn) -> None:
    now = clock.now()
    with unit_of_work():
        under_way = Work(kind="mailroom.send", payload={}, created_at=now, run_at=now, attempts=3)
        session.add(under_way)
    browser = sign_in(make_person(role="admin"))
    assert browser.post(f"/site/work/{under_way.id}/retry").status_code == 303
    assert browser.post("/site/work/999999/retry").status_code == 303
    assert session.get_one(Work, under_way.id).attempts == 3
