"""Somebody has their account erased: a day to change their mind, then nothing leads to them, and the thread reads."""

import re
import smtplib
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner

from blog.accounts.actions.people import create_person
from blog.accounts.models.erasures import Erasure
from blog.accounts.models.notes import PersonNote
from blog.accounts.models.people import Person
from blog.core import clock
from blog.core.db import session, unit_of_work
from blog.discussions.models import Thread
from blog.mailroom.models import OutboxMessage
from blog.moderation.actions import close_thread, remove_comment
from tests.conftest import SignIn
from tests.discussions.recount import recounted, stored_counters
from tests.factories.accounts import make_person
from tests.factories.articles import make_article
from tests.factories.challenges import make_challenge
from tests.factories.discussions import make_comment, make_thread
from tests.support.jobs import run_due_jobs
from tests.support.mail_door import mail, open_mail_door
from tests.support.picture_files import jpeg, picture_field
from tests.support.traces import traces_of

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ELSEWHERE = {"REMOTE_ADDR": "203.0.113.9"}
LETTER = b"""From: Anna Bos <Anna.Bos@Example.org>\r
To: slot@answers.example.org\r
Subject: Antwoord van Anna Bos\r
Message-ID: <anna@example.org>\r
\r
Vraag wat hij echt zoekt. Groet, Anna\r
"""
# Everything by which she can be found: her names, handles, addresses, network, and what she wrote to be gone.
TRACES = ["anna", "de vries", "annabos", "203.0.113.9", "aan de gracht"]


def test_a_reader_leaves_and_the_thread_still_reads(
    app: Flask, sign_in: SignIn, runner: FlaskCliRunner
) -> None:
    with time_machine.travel(NOON, tick=False):
        anna, thread = let_anna_live_here(app, sign_in)
        assert "person.name: anna" in traces_of(TRACES)
        browser = sign_in(anna)
        asked = browser.get("/account/erase")
        assert "Je naam boven 3 reacties in 2 debatten." in asked.text
        assert "1 antwoord van je dat nog meedoet: het wordt teruggetrokken." in asked.text
        sent = browser.post("/account/erase", data={"comments": "keep"})
        assert (sent.status_code, sent.location) == (303, "/account/")
        assert "Je account wordt op 5 mei 2026 om 14:00 gewist." in browser.get("/account/").text
        run_due_jobs()

    with time_machine.travel(NOON + DAY - timedelta(minutes=1), tick=False):
        run_due_jobs()
        assert browser.get("/people/annabos").status_code == 200

    with time_machine.travel(NOON + DAY, tick=False):
        run_due_jobs()
        assert "\n".join(traces_of(TRACES)) == ""
        assert browser.get("/account/").status_code == 302
        visitor = app.test_client()
        assert visitor.get("/people/annabos").status_code == 404
        assert visitor.get("/people/anna-de-vries").status_code == 404
        page = visitor.get(f"/debates/{thread}", follow_redirects=True).text
        export = runner.invoke(args=["articles", "export", "geen-slechte-klanten"]).output

    # What everybody reads: the words are all there, and whom they are said to is somebody, and the same one.
    assert texts_in(page) == [
        "<p>Er zijn geen <em>slechte</em> klanten.</p>",
        ("<p>Beste Oud-lezer 1, daar ben ik het niet mee eens. Ook Oud-lezer 1 en Oud-lezer 1 niet.</p>"),
        "<blockquote> <p>Oud-lezer 1 schreef iets</p> </blockquote> <p>Precies.</p>",
    ]
    assert page.count("Oud-lezer 1") >= 5
    for word in TRACES[1:]:
        assert word not in page.lower()
        assert word not in export.lower()
    stored, counted = stored_counters(thread), recounted(thread)
    assert stored == counted


def test_comments_go_when_their_author_wants_it(app: Flask, sign_in: SignIn) -> None:
    with time_machine.travel(NOON, tick=False):
        anna, thread = let_anna_live_here(app, sign_in)
        sign_in(anna).post("/account/erase", data={"comments": "go"})
    with time_machine.travel(NOON + DAY, tick=False):
        run_due_jobs()
        assert "\n".join(traces_of([*TRACES, "geen *slechte* klanten"])) == ""
        page = app.test_client().get(f"/debates/{thread}", follow_redirects=True).text
    assert "daar ben ik het niet mee eens" in page
    assert "slechte</em> klanten" not in page
    assert stored_counters(thread) == recounted(thread)


def test_the_account_is_kept_from_the_mail_without_signing_in(
    app: Flask, sign_in: SignIn, client: FlaskClient
) -> None:
    with time_machine.travel(NOON, tick=False):
        anna = make_person(name="Anna Bos", email="anna@example.org")
        sign_in(anna).post("/account/erase", data={"comments": "keep"})
        link = re.findall(r"http://localhost(/account/keep/\S+)", last_letter().text)[0]
    with time_machine.travel(NOON + timedelta(hours=20), tick=False):
        page = client.get(link)
        assert "Do you want to keep it after all?" in page.text
        assert "Set-Cookie" not in {name for name, _value in client.get("/").headers}
        # Programs open links: opening the page changes nothing.
        assert session.scalar(sa.select(sa.func.count()).select_from(Erasure)) == 1
        assert client.post(link.split("?")[0]).status_code == 303
        assert client.post(link.split("?")[0]).status_code == 404
    with time_machine.travel(NOON + DAY, tick=False):
        run_due_jobs()
        assert session.get(Person, anna.id) is not None


def test_the_account_is_kept_by_its_button_and_can_be_erased_later(sign_in: SignIn) -> None:
    with time_machine.travel(NOON, tick=False):
        anna = make_person()
        browser = sign_in(anna)
        browser.post("/account/erase", data={"comments": "keep"})
        assert browser.post("/account/erase/keep").status_code == 303
        assert "will be erased" not in browser.get("/account/").text
        browser.post("/account/erase", data={"comments": "go"})
        # Twice is once.
        browser.post("/account/erase", data={"comments": "keep"})
        assert session.scalars(sa.select(Erasure.comments)).all() == ["go"]


def test_an_admin_has_somebody_erased_who_asked_for_it(sign_in: SignIn) -> None:
    with time_machine.travel(NOON, tick=False):
        anna, admin = make_person(email="anna@example.org"), make_person(role="admin")
        desk = sign_in(admin)
        desk.post(f"/site/people/{anna.id}/erase", data={"comments": "go"})
        assert "Whoever runs Rejoinder was asked to erase your account there." in last_letter().text
        page = desk.get(f"/site/people/{anna.id}").text
        assert "This account will be erased on" in page
        desk.post(f"/site/people/{anna.id}/erase/keep")
        assert "This account will be erased on" not in desk.get(f"/site/people/{anna.id}").text
        assert desk.post(f"/site/people/{anna.id}/erase/keep").status_code == 404


def test_the_last_admin_stays(sign_in: SignIn) -> None:
    with time_machine.travel(NOON, tick=False):
        admin, other = (make_person(role="admin", password_hash="a hash") for _admin in range(2))
        browser = sign_in(admin)
        browser.post("/account/erase", data={"comments": "keep"})
        assert session.scalar(sa.select(sa.func.count()).select_from(Erasure)) == 1
        sign_in(other).post("/account/erase", data={"comments": "keep"})
    with time_machine.travel(NOON + DAY, tick=False):
        run_due_jobs()
        left = session.scalars(sa.select(Person.id)).all()
        assert len(left) == 1
        # Whoever is left is told why, and can do it once there is somebody else.
        again = sign_in(session.get_one(Person, left[0]))
        again.post("/account/erase", data={"comments": "keep"})
        assert "This is the last admin who can do anything." in again.get("/account/").text


@pytest.mark.parametrize("path", ["/account/erase", "/account/erase/keep", "/site/people/1/erase"])
def test_a_visitor_erases_nobody(client: FlaskClient, path: str) -> None:
    assert client.post(path, data={"comments": "go"}).status_code == 401


def let_anna_live_here(app: Flask, sign_in: SignIn) -> tuple[Person, int]:
    """Somebody who has done everything that a reader can do. Returns them, and the debate in which they spoke most."""
    with unit_of_work():
        anna = create_person("anna.bos@example.org", "Anna de Vries", language="nl")
    admin = make_person(role="admin")
    article = make_article(slug="geen-slechte-klanten", language="nl")
    thread = make_thread(article=article, slug="slechte-klanten", language="nl")
    other = make_thread(language="nl")
    browser = sign_in(anna)
    said = make_comment(
        thread=thread, author=anna, body="Er zijn geen *slechte* klanten, zei Anna aan de gracht."
    )
    browser.post(f"/c/{said.id}/edit", data={"body": "Er zijn geen *slechte* klanten.", "revision": 1})
    browser.post("/account/picture", data=picture_field(jpeg()))
    browser.post(
        "/account/profile", data={"name": "Anna Bos", "handle": "annabos", "bio": "Woont aan de gracht."}
    )
    answer = make_comment(
        thread=thread,
        answers=said,
        body="Beste Anna, daar ben ik het niet mee eens. Ook anna de  vries en @annabos niet.",
    )
    make_comment(thread=thread, answers=answer, author=anna, body="> Anna de Vries schreef iets\n\nPrecies.")
    make_comment(thread=other, author=anna, body="Ook hier. Groet, Anna")
    make_comment(body="Vraag het [haar](http://localhost/people/anna-de-vries), of anna.bos@example.org.")
    speak_of_anna(other, sign_in)
    make_challenge(slug="slot")
    with open_mail_door(app) as port, smtplib.SMTP("127.0.0.1", port, timeout=30) as door:
        mail(door, "slot@answers.example.org", LETTER, "anna.bos@example.org")
    sign_in(admin).post(f"/site/people/{anna.id}/notes", data={"body": "Belde over Anna Bos."})
    stranger = app.test_client()
    stranger.post(
        "/account/sign-in",
        data={"email": "anna.bos@example.org", "password": "not this one at all"},
        environ_base=ELSEWHERE,
    )
    stranger.post(
        "/account/sign-in", data={"email": "Anna.Bos@example.org", "password": ""}, environ_base=ELSEWHERE
    )
    browser.post("/account/address", data={"email": "anna.elders@example.org"}, environ_base=ELSEWHERE)
    run_due_jobs()
    session.expire_all()
    return anna, thread.id


def speak_of_anna(thread: Thread, sign_in: SignIn) -> None:
    """Others name her: in words that they change, in what moderators write, in what is said of others and by them."""
    bo, moderator = make_person(name="Bo Smit"), make_person(role="moderator")
    changed = make_comment(author=bo, body="Zoals @annabos zei.")
    sign_in(bo).post(f"/c/{changed.id}/edit", data={"body": "Zoals iemand zei.", "revision": 1})
    sign_in(bo).post(
        "/account/profile", data={"name": "Bo Smit", "handle": "bosmit", "bio": "Vriend van @annabos."}
    )
    insult = make_comment(thread=thread, author=bo, body="Anna&nbsp;Bos is dom.")
    with unit_of_work():
        remove_comment(moderator.actor, insult, reason="Scheldt Anna Bos (@annabos) uit.")
    with unit_of_work():
        close_thread(moderator.actor, thread, reason="Anna Bos verdient beter.")
    with unit_of_work():
        session.add(PersonNote(person_id=bo.id, body="Zie anna.bos@example.org.", written_at=clock.now()))


def texts_in(page: str) -> list[str]:
    shown = re.findall(r'<div class="comment__body prose[^>]*>(.*?)</div>', page, re.DOTALL)
    return [" ".join(text.split()) for text in shown]


def last_letter() -> OutboxMessage:
    return session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id.desc())).first() or pytest.fail(
        "none"
    )
