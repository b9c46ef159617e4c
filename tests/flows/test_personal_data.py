"""Somebody asks for everything that we hold of them, and gets that: all of it, and nothing of anybody else."""

import io
import json
import smtplib
import zipfile
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from blog.mailroom.values import Door
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.challenges import make_challenge
from tests.factories.discussions import make_comment
from tests.factories.mailroom import make_mail
from tests.support.jobs import run_due_jobs
from tests.support.mail_door import mail, open_mail_door

LETTER = b"""From: Anna de Vries <Anna@Example.org>\r
To: slot@answers.example.org\r
Subject: Mijn antwoord\r
Message-ID: <anna@example.org>\r
\r
Vraag wat hij echt zoekt.\r
"""


def test_one_button_gives_everything_and_nothing_of_others(app: Flask, sign_in: SignIn) -> None:
    anna = make_person(name="Anna de Vries", email="anna@example.org")
    bob = make_person(name="Bob Smit", email="bob@example.org")
    mine = make_comment(author=anna, body="Van Anna.")
    make_comment(author=bob, answers=mine, body="Van Bob.")
    make_challenge(slug="slot")
    with open_mail_door(app) as port, smtplib.SMTP("127.0.0.1", port, timeout=30) as door:
        mail(door, "slot@answers.example.org", LETTER, "anna@example.org")
        mail(door, "slot@answers.example.org", LETTER.replace(b"nna", b"gnes"), "agnes@example.org")
    run_due_jobs()

    with sign_in(anna).post("/account/data") as answer:
        content = answer.data

    assert answer.mimetype == "application/zip"
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    files = zipfile.ZipFile(io.BytesIO(content))
    tables = rows_by_table(files)
    assert [row["email"] for row in tables["person"]] == ["anna@example.org"]
    assert [row["body"] for row in tables["comment"]] == ["Van Anna."]
    assert [row["number"] for row in tables["entry"]] == [1]
    assert [row["text"] for row in tables["read_message"]] == ["Vraag wat hij echt zoekt."]
    assert [row["recipient"] for row in tables["outbox_message"]] == ["Anna@example.org"]
    assert len(tables["browser_session"]) == 1
    assert files.read(tables["delivery"][0]["raw"]) == LETTER
    readable = files.read("personal-data.html").decode()
    assert "Van Anna." in readable
    assert "Vraag wat hij echt zoekt." in readable
    everything = " ".join(files.read(name).decode() for name in files.namelist())
    for secret_or_other in ("Van Bob.", "bob@example.org", "agnes", "$argon2", "token_digest"):
        assert secret_or_other not in everything


def test_of_a_mail_whose_bytes_are_gone_there_is_no_file_and_it_says_so(app: Flask, sign_in: SignIn) -> None:
    anna = make_person(name="Anna de Vries", email="anna@example.org")
    make_mail(door=Door.IMAP, raw=b"")

    with sign_in(anna).post("/account/data") as answer:
        files = zipfile.ZipFile(io.BytesIO(answer.data))

    assert [name for name in files.namelist() if name.endswith(".eml")] == []
    assert [row["raw"] for row in rows_by_table(files)["delivery"]] == [None]
    readable = files.read("personal-data.html").decode()
    assert "not kept any more: only what was read in it" in readable
    assert ".eml" not in readable
    # Nobody knows how it came to the mailbox.
    assert "not encrypted" not in readable


def test_what_admins_noted_and_did_is_somebodys_own_and_where_admins_were_is_not(sign_in: SignIn) -> None:
    anna = make_person(email="anna@example.org", password_hash="a hash")
    bob, admin = make_person(email="bob@example.org"), make_person(role="admin", email="ada@example.org")
    desk = sign_in(admin)
    at_work = {"REMOTE_ADDR": "192.0.2.77"}
    for person, words in ((anna, "About Anna."), (bob, "About Bob.")):
        desk.post(f"/site/people/{person.id}/notes", data={"body": words}, environ_base=at_work)
    for email in ("Anna@example.org", "bob@example.org"):
        data = {"email": email, "roles": ["author"], "language": "en"}
        desk.post("/site/invitations", data=data, environ_base=at_work)
    theirs = sign_in(anna)
    theirs.post("/account/sessions/end", environ_base={"REMOTE_ADDR": "198.51.100.5"})

    with sign_in(anna).post("/account/data") as answer:
        content = answer.data

    files = zipfile.ZipFile(io.BytesIO(content))
    tables = rows_by_table(files)
    assert [row["body"] for row in tables["person_note"]] == ["About Anna."]
    assert [row["email"] for row in tables["invitation"]] == ["Anna@example.org"]
    assert [row["act"] for row in tables["audit_record"]] == ["note written", "signed out from afar"]
    assert [row["network"] for row in tables["audit_source"]] == ["198.51.100.5"]
    everything = " ".join(files.read(name).decode() for name in files.namelist())
    for secret_or_other in ("About Bob.", "bob@example.org", "ada@example.org", "192.0.2.77", "token_digest"):
        assert secret_or_other not in everything


def test_a_visitor_gets_nothing(client: FlaskClient) -> None:
    assert client.post("/account/data").status_code == 401


def rows_by_table(files: zipfile.ZipFile) -> dict[str, list[dict[str, Any]]]:
    document = json.loads(files.read("personal-data.json"))
    return {name: table["rows"] for name, table in document["tables"].items()}
