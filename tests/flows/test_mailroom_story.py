"""A day in the mailroom, as its admin lives it: mail comes in, some of it is doubtful, and every bit of it adds up."""

import re

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner

from blog.core.db import session
from blog.mailroom.models import Delivery
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.challenges import make_challenge
from tests.flows.story import OUT_OF_OFFICE, letter
from tests.support.jobs import run_due_jobs

ADDRESS = "luistervraag@answers.example.org"
ANSWER = letter("Anja Bos", "anja@example.org", "Waarom niet?")
BROKEN = b"From: x@example.net\r\n" + b"".join(
    b'Content-Type: multipart/mixed; boundary="x%d"\r\n\r\n--x%d\r\n' % (depth, depth) for depth in range(200)
)


def test_a_day_in_the_mailroom(app: Flask, runner: FlaskCliRunner, sign_in: SignIn) -> None:
    make_challenge(slug="luistervraag")
    admin = sign_in(make_person(role="admin", language="en"))

    answers_and_other_mail_come_in(runner)
    the_page_counts_them_before_they_are_read(admin)
    run_due_jobs()
    the_page_says_what_each_became(admin)
    the_admin_reads_what_no_program_could(admin)
    and_has_it_read_again(admin)
    the_log_says_who_looked(admin)
    a_judge_sees_nothing_of_it(sign_in)


def answers_and_other_mail_come_in(runner: FlaskCliRunner) -> None:
    for raw in (ANSWER, OUT_OF_OFFICE, BROKEN):
        taken = runner.invoke(args=["mail", "receive", "--to", ADDRESS, "--from", "x@example.net"], input=raw)
        assert taken.exit_code == 0, taken.stderr


def the_page_counts_them_before_they_are_read(admin: FlaskClient) -> None:
    assert "3 accepted = 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 3." in admin.get("/site/mail").text


def the_page_says_what_each_became(admin: FlaskClient) -> None:
    page = admin.get("/site/mail").text

    assert "3 accepted = 1 + 0 + 0 + 0 + 1 + 1 + 0 + 0 + 0." in page
    assert "Anja Bos" in page
    assert 'href="/desk/challenges/luistervraag"' in page


def the_admin_reads_what_no_program_could(admin: FlaskClient) -> None:
    only_that = admin.get("/site/mail?became=unparsed").text
    [number] = re.findall(r'table__main.*?<a href="/site/mail/(\d+)', only_that)

    detail = admin.get(f"/site/mail/{number}").text
    raw = admin.get(f"/site/mail/{number}/raw").text
    file = admin.get(f"/site/mail/{number}.eml").data

    assert "No program could read all of this message" in detail
    assert "its parts are nested too deeply" in detail
    assert "boundary=&#34;x199&#34;" in raw
    assert file == BROKEN


def and_has_it_read_again(admin: FlaskClient) -> None:
    first = session.scalars(sa.select(sa.func.min(Delivery.id))).one()
    answered = admin.post(f"/site/mail/{first}/again", follow_redirects=True)
    assert "It is going to be read again." in answered.text

    run_due_jobs()

    page = admin.get(f"/site/mail/{first}").text
    assert "It is going to be read again." not in page
    assert "Waarom niet?" in page


def the_log_says_who_looked(admin: FlaskClient) -> None:
    log = admin.get("/site/audit").text

    for act in ("Mail looked at as it arrived", "Mail taken away as a file", "Mail read again"):
        assert act in log.split("<table")[1], act


def a_judge_sees_nothing_of_it(sign_in: SignIn) -> None:
    editor = sign_in(make_person(role="editor"))

    assert editor.get("/site/mail").status_code == 403
    assert "anja@example.org" not in editor.get("/desk/challenges/luistervraag/entries/1").text
