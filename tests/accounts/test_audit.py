"""The audit log: written with the act, never rewritten, to be read by admins, and to be taken away."""

import csv
import io
import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from flask_babel import force_locale
from sqlalchemy.exc import DBAPIError

from blog.accounts import oversight
from blog.accounts.actions import people
from blog.accounts.actions.audit import Who, write_down
from blog.accounts.actions.factors import tell_of
from blog.accounts.actions.roles import grant_role
from blog.accounts.models.audit import AuditRecord, AuditSource
from blog.accounts.models.factors import CodeApp, Passkey
from blog.accounts.models.people import Person
from blog.accounts.values import AuditDoor, Role, SignInChange
from blog.accounts.views.proof import PROOF_LIFE
from blog.accounts.words import ACT_NAMES, AuditWords
from blog.articles.actions import publish_article
from blog.challenges.actions.verdicts import judge_entry
from blog.challenges.values import Judgement
from blog.core import clock
from blog.core.db import db, session, unit_of_work
from blog.core.retention import forget_what_is_old
from blog.moderation.actions import close_thread, remove_comment, reopen_thread
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.articles import make_article
from tests.factories.challenges import make_challenge, make_entry
from tests.factories.discussions import make_comment, make_thread
from tests.support.queries import counted_statements

PASSWORD = "correct horse battery"
Row = tuple[str, int | None, str, str | None, int | None, dict[str, object]]


def log() -> list[Row]:
    """What stands in the log."""
    session.rollback()
    return [
        (record.act, record.actor_id, record.door, record.subject_kind, record.subject_id, record.details)
        for record in session.scalars(sa.select(AuditRecord).order_by(AuditRecord.id))
    ]


def last() -> Row:
    return log()[-1]


def networks() -> list[str]:
    session.rollback()
    return list(session.scalars(sa.select(AuditSource.network)))


def make_member(*roles: str) -> Person:
    """Somebody who signs in with `PASSWORD`; the log is told of it, as by a command."""
    with unit_of_work():
        return people.create_person("anna@example.org", "Anna de Vries", roles, PASSWORD)


def write_some(how_many: int, person: Person | None = None) -> None:
    with unit_of_work():
        for _number in range(how_many):
            write_down("signed in", Who(person.id if person else None, AuditDoor.WEB, "192.0.2.1"))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_record SET act = 'nothing'",
        "UPDATE audit_record SET actor_id = NULL",
        "DELETE FROM audit_record",
        "UPDATE audit_source SET network = '192.0.2.99'",
    ],
)
def test_the_database_itself_refuses_to_rewrite_it(app: Flask, change: str) -> None:
    write_some(1, make_person())
    before = log()
    refused = pytest.raises(DBAPIError, match=r"append-only|may not be changed|may be removed")
    with refused, db.engine.begin() as connection:
        connection.exec_driver_sql(change)
    assert log() == before
    assert networks() == ["192.0.2.1"]


def test_the_database_itself_refuses_to_replace_or_empty_it(app: Flask) -> None:
    write_some(1)
    before = log()
    number = session.scalar(sa.select(AuditRecord.id))
    session.rollback()
    columns: dict[str, object] = {"id": number, "at": clock.now(), "door": "web", "act": "no", "details": {}}
    change = (
        sa.text("TRUNCATE audit_record CASCADE")
        if db.engine.dialect.name == "postgresql"
        else sa.insert(AuditRecord).prefix_with("OR REPLACE").values(columns)
    )
    with pytest.raises(DBAPIError, match=r"append-only|may not be changed"), db.engine.begin() as connection:
        connection.execute(change)
    assert log() == before


def test_the_program_refuses_to_rewrite_it(app: Flask) -> None:
    write_some(1)
    record = session.scalars(sa.select(AuditRecord)).one()
    with pytest.raises(TypeError, match="append-only"), unit_of_work():
        record.act = "nothing"
    with pytest.raises(TypeError, match="append-only"), unit_of_work():
        session.delete(session.scalars(sa.select(AuditRecord)).one())
    assert last()[0] == "signed in"


def test_there_is_no_act_without_its_line_and_no_line_without_its_act(app: Flask) -> None:
    person = make_person(password_hash="a hash")
    with pytest.raises(RuntimeError, match="stop"), unit_of_work():
        grant_role(person, Role.EDITOR)
        raise RuntimeError("stop")
    assert log() == []
    assert person.actor.roles == frozenset()


def test_signing_in_and_being_refused(client: FlaskClient) -> None:
    person = make_member()
    for email, password in (
        ("anna@example.org", "wrong and wrong"),
        ("nobody@example.org", "wrong and wrong"),
        ("anna@example.org", PASSWORD),
    ):
        client.post("/account/sign-in", data={"email": email, "password": password})
    assert log() == [
        ("joined", None, "command line", "person", person.id, {"roles": []}),
        ("sign-in refused", None, "web", "person", person.id, {}),
        ("sign-in refused", None, "web", None, None, {}),
        ("signed in", person.id, "web", "person", person.id, {"method": "password"}),
    ]
    assert networks() == ["127.0.0.1"] * 3


@pytest.mark.parametrize("email", ["anna@example.org", "nobody@example.org"])
def test_too_many_wrong_passwords_stand_in_it_once_for_each_network_and_window(
    app: Flask, email: str
) -> None:
    person = make_member()
    is_there = email == person.email
    held_back: Row = (
        ("sign-in held back", None, "web", "person", person.id, {})
        if is_there
        else ("sign-in held back", None, "web", None, None, {})
    )
    begun = clock.now()

    def guess(network: str, how_often: int) -> set[int]:
        data = {"email": email, "password": "wrong and wrong"}
        at = {"REMOTE_ADDR": network}
        answers = (
            app.test_client().post("/account/sign-in", data=data, environ_base=at)
            for _guess in range(how_often)
        )
        return {answer.status_code for answer in answers}

    with time_machine.travel(begun, tick=False):
        assert guess("192.0.2.1", 10) == {422}
        assert held_back not in log()
        assert guess("192.0.2.1", 50) == {429}
        assert log().count(held_back) == 1
        assert guess("192.0.2.2", 15) == {422, 429}
        assert log().count(held_back) == 2
    with time_machine.travel(begun + timedelta(minutes=15), tick=False):
        assert guess("192.0.2.1", 15) == {422, 429}
        assert log().count(held_back) == 3
    assert len(log()) == 1 + 30 + 3


def test_too_many_wrong_codes_stand_in_it(app: Flask) -> None:
    person = make_member()
    held_back: Row = ("sign-in held back", None, "web", "person", person.id, {})
    with unit_of_work():
        session.add(CodeApp(person_id=person.id, salt="a salt", last_step=0, created_at=clock.now()))
    browser = app.test_client()
    browser.post("/account/sign-in", data={"email": "anna@example.org", "password": PASSWORD})
    typed = [
        browser.post("/account/second-step", data={"code": "000000"}).status_code for _guess in range(13)
    ]
    assert typed == [422] * 10 + [429] * 3
    assert log().count(held_back) == 1
    # Those that come by mail: ten a day of one mailbox.
    other = app.test_client()
    other.environ_base["REMOTE_ADDR"] = "192.0.2.1"
    for _code in range(3):
        page = other.post("/account/sign-in", data={"email": "anna@example.org"}).location
        for _guess in range(5):
            other.post(page, data={"code": "000000"})
    assert log().count(held_back) == 2


def test_a_passkey_that_is_refused_stands_in_it_once_in_a_while(app: Flask, sign_in: SignIn) -> None:
    person = make_member()
    with unit_of_work():
        session.add(
            Passkey(
                person_id=person.id,
                credential_id="a2V5",
                user_handle="aGFuZGxl",
                public_key=b"a key",
                sign_count=0,
                name="my phone",
                created_at=clock.now(),
            )
        )
    theirs: Row = ("passkey refused", None, "web", "person", person.id, {})
    nobodys: Row = ("passkey refused", None, "web", None, None, {})
    for credential, line in (("a2V5", theirs), ("eA", nobodys), ("{", nobodys)):
        sent = json.dumps({"id": credential, "response": {}}) if credential != "{" else credential
        for _time in range(5):
            browser = app.test_client()
            browser.get("/account/passkey/options")
            assert browser.post("/account/passkey", data={"credential": sent}).status_code == 303
        assert log().count(line) == 1
    signed_in = sign_in(person)
    signed_in.get("/account/passkey/options")
    signed_in.post("/account/confirm/passkey", data={"credential": "x"})
    assert len(log()) == 3
    # Whoever lets the time run out has been refused nothing.
    app.test_client().post("/account/passkey", data={"credential": "x"})
    assert len(log()) == 3


def test_a_new_password(sign_in: SignIn) -> None:
    person = make_member()
    browser = sign_in(person)
    browser.post("/account/confirm/password", data={"password": "wrong and wrong"})
    assert last() == ("confirmation refused", person.id, "web", "person", person.id, {})
    assert browser.post("/account/password", data={"password": "short"}).status_code == 422
    assert len(log()) == 2
    browser.post("/account/password", data={"password": "a newer passphrase"})
    assert last() == ("password changed", person.id, "web", "person", person.id, {})


def test_a_wrong_second_step(client: FlaskClient) -> None:
    person = make_member()
    with unit_of_work():
        session.add(CodeApp(person_id=person.id, salt="a salt", last_step=0, created_at=clock.now()))
    client.post("/account/sign-in", data={"email": "anna@example.org", "password": PASSWORD})
    for page, typed in (
        ("second-step", {"code": "000001"}),
        ("second-step/recovery", {"recovery_code": "1"}),
    ):
        assert client.post(f"/account/{page}", data=typed).status_code == 422
    # Nobody was signed in by the password alone.
    assert log()[1:] == [("sign-in refused", None, "web", "person", person.id, {})] * 2


@pytest.mark.parametrize("change", SignInChange)
def test_every_change_of_how_somebody_signs_in(app: Flask, change: SignInChange) -> None:
    person = make_person()
    with unit_of_work():
        tell_of(person, change)
    act, *rest = last()
    assert rest == [None, "command line", "person", person.id, {}]
    assert ACT_NAMES[act] != act


def test_every_change_is_an_act_of_its_own(app: Flask) -> None:
    person = make_person()
    with unit_of_work():
        for change in SignInChange:
            tell_of(person, change)
    assert len({row[0] for row in log()}) == len(SignInChange)


def test_roles_from_the_page_and_from_the_command_line(sign_in: SignIn, runner: FlaskCliRunner) -> None:
    admin, person = make_person(role="admin"), make_person(email="bo@example.org", password_hash="a hash")
    sign_in(admin).post(f"/site/people/{person.id}/roles", data={"role": "editor"})
    assert last() == ("role given", admin.id, "web", "person", person.id, {"role": "editor"})
    assert runner.invoke(args=["people", "revoke", "bo@example.org", "editor"]).exit_code == 0
    assert last() == ("role taken", None, "command line", "person", person.id, {"role": "editor"})
    runner.invoke(args=["people", "revoke", "bo@example.org", "editor"])
    assert len(log()) == 2


@pytest.mark.parametrize(
    ("changed", "acts"),
    [
        ({"name": "Anneke Vos"}, ["name changed"]),
        ({"handle": "anneke-vos"}, ["handle changed"]),
        ({"name": "Anneke Vos", "handle": "anneke-vos"}, ["name changed", "handle changed"]),
        ({"bio": "Some words."}, []),
        ({"name": "Anneke Vos", "handle": "!"}, []),
    ],
)
def test_another_name_or_handle_of_staff_stands_in_it_without_saying_which(
    sign_in: SignIn, changed: dict[str, str], acts: list[str]
) -> None:
    person = make_person(name="Bo Jansen", role="author")
    profile = {"name": person.name, "handle": person.handle, "bio": ""}
    sign_in(person).post("/account/profile", data={**profile, **changed})
    assert log() == [(act, person.id, "web", "person", person.id, {}) for act in acts]


def test_names_of_readers_are_their_own_affair(sign_in: SignIn) -> None:
    reader = make_person()
    profile = {"name": "Anneke Vos", "handle": "anneke-vos", "bio": ""}
    assert sign_in(reader).post("/account/profile", data=profile).status_code == 303
    assert (reader.name, log()) == ("Anneke Vos", [])


def test_a_passkey_that_is_called_otherwise(sign_in: SignIn) -> None:
    person = make_person()
    key = Passkey(
        person_id=person.id,
        credential_id="a2V5",
        user_handle="aGFuZGxl",
        public_key=b"a key",
        sign_count=0,
        name="my phone",
        created_at=clock.now(),
    )
    with unit_of_work():
        session.add(key)
    browser = sign_in(person)
    for name in ("my phone", "", "Bo's phone"):
        browser.post(f"/account/passkeys/{key.id}/name", data={"name": name})
    assert log() == [("passkey renamed", person.id, "web", "person", person.id, {})]


def test_what_staff_do(app: Flask) -> None:
    editor, moderator = make_person(role="editor"), make_person(role="moderator")
    article = make_article(published=False)
    said = make_comment(thread=make_thread())
    entry = make_entry(make_challenge())
    with unit_of_work():
        publish_article(article, by=editor.actor)
    with unit_of_work():
        close_thread(moderator.actor, said.thread, reason="Enough for today.")
    with unit_of_work():
        reopen_thread(moderator.actor, said.thread, reason="A new day.")
    with unit_of_work():
        remove_comment(moderator.actor, said, reason="It names a neighbour.")
    with unit_of_work():
        verdict = judge_entry(editor.actor, entry, Judgement.CORRECT, "Yes.")
    assert [row for row in log() if row[0] != "joined"] == [
        ("article published", editor.id, "command line", "article", article.id, {}),
        ("thread mode changed", moderator.id, "command line", "thread", said.thread_id, {"mode": "closed"}),
        ("thread mode changed", moderator.id, "command line", "thread", said.thread_id, {"mode": "open"}),
        ("comment removed", moderator.id, "command line", "comment", said.id, {}),
        (
            "entry judged",
            editor.id,
            "command line",
            "entry",
            entry.id,
            {"number": 1, "verdict": verdict.judgement},
        ),
    ]


def test_where_acts_came_from_can_be_forgotten_and_the_acts_stay(app: Flask) -> None:
    anna, bo = make_person(), make_person()
    with time_machine.travel(clock.now() - timedelta(days=100)):
        write_some(2, anna)
    write_some(1, anna)
    write_some(1, bo)
    assert forget_what_is_old()["networks"] == 2
    assert len(networks()) == 2
    assert [row[1] for row in log()] == [anna.id, anna.id, anna.id, bo.id]


def test_it_outlives_the_person_without_naming_them(app: Flask, sign_in: SignIn) -> None:
    person = make_person(name="Bo Jansen")
    write_some(1, person)
    number = person.id
    with unit_of_work():
        session.delete(person)
    assert last()[1] == number
    page = sign_in(make_person(role="admin")).get("/site/audit").text
    assert f"person {number}" in page
    assert "Bo Jansen" not in page


def test_audit_list_shows_who_did_what_to_whom(sign_in: SignIn) -> None:
    admin = make_person(name="Ada Bakker", role="admin")
    person = make_person(name="Bo Jansen", password_hash="a hash")
    browser = sign_in(admin)
    browser.post(f"/site/people/{person.id}/roles", data={"role": "editor"})
    page = browser.get("/site/audit").text
    for shown in ("Role given", "Ada Bakker", "Bo Jansen", ">editor<", "127.0.0.1"):
        assert shown in page
    assert f'href="/site/people/{person.id}"' in page


@pytest.mark.parametrize(
    ("details", "english", "dutch"),
    [
        ({"role": "editor"}, "editor", "redacteur"),
        ({"roles": ["author", "admin"]}, "author, admin", "auteur, beheerder"),
        ({"method": "app"}, "with a code of the app", "met een code van de app"),
        (
            {"invited_by": 6, "role": "author"},
            "invited by person 6; author",
            "uitgenodigd door persoon 6; auteur",
        ),
        ({"invited_by": 7}, "invited by Ada Bakker", "uitgenodigd door Ada Bakker"),
        ({"comments": "keep"}, "comments stay, without the name", "reacties blijven, zonder de naam"),
        ({"comments": "go"}, "comments go, too", "reacties gaan ook weg"),
        ({"mode": "open"}, "opened", "geopend"),
        ({"mode": "closed"}, "closed", "gesloten"),
        ({"number": 4, "verdict": "correct"}, "number 4; correct", "nummer 4; goed"),
        ({"number": 4, "verdict": "incorrect"}, "number 4; incorrect", "nummer 4; fout"),
        ({"number": 4, "verdict": "unclear"}, "number 4; unclear", "nummer 4; onduidelijk"),
        ({"file": "csv"}, "as a table (CSV)", "als tabel (CSV)"),
        ({"file": "jsonl"}, "as JSON lines", "als JSON-regels"),
        (
            {"until": "2026-11-01T23:30:00+00:00"},
            "until 2 November 2026 at 00:30",
            "tot 2 november 2026 om 00:30",
        ),
        ({"until": None}, "until somebody closes it", "tot iemand de uitdaging sluit"),
        ({"browser": "x", "note": 3, "invitation": 2}, "", ""),
    ],
)
def test_details_read_as_words(app: Flask, details: dict[str, object], english: str, dutch: str) -> None:
    for language, words in (("en", english), ("nl", dutch)):
        with app.test_request_context(), force_locale(language):
            assert AuditWords({7: "Ada Bakker"}).details(details) == words


@pytest.mark.parametrize(
    ("query", "acts"),
    [
        ("", ["role given", "signed in", "signed in"]),
        ("act=role+given", ["role given"]),
        ("act=", ["role given", "signed in", "signed in"]),
        ("who=bo", ["role given", "signed in"]),
        ("who=%40bo", ["role given", "signed in"]),
        ("who=Bo%40example.org", ["role given", "signed in"]),
        ("since=2026-11-02", ["role given"]),
        ("until=2026-11-01", ["signed in", "signed in"]),
        ("since=2026-11-02&until=2026-11-02", ["role given"]),
        ("since=0001-01-01&until=2026-11-02", ["role given", "signed in", "signed in"]),
        ("since=2026-11-02&until=9999-12-31", ["role given"]),
        ("who=%00", ["role given", "signed in", "signed in"]),
    ],
)
def test_the_filter_is_the_same_for_the_page_and_both_files(
    sign_in: SignIn, query: str, acts: list[str]
) -> None:
    admin, bo = make_person(role="admin"), make_person(email="bo@example.org", password_hash="a hash")
    bo.handle = "bo"
    session.commit()
    # In the zone of the site the second of November begins an hour earlier than in UTC.
    with time_machine.travel("2026-11-01T22:59:59Z", tick=False):
        write_some(1, admin)
        write_some(1, bo)
    with time_machine.travel("2026-11-01T23:00:00Z", tick=False), unit_of_work():
        grant_role(bo, Role.EDITOR)
    browser = sign_in(admin)
    page = browser.get(f"/site/audit?{query}")
    assert page.text.count('<td role="rowheader"') == len(acts)
    assert page.status_code == 200
    # That they were made stands in them, too.
    lines = [json.loads(line) for line in browser.get(f"/site/audit.jsonl?{query}").text.splitlines()]
    rows = [*csv.DictReader(io.StringIO(browser.get(f"/site/audit.csv?{query}").text))]
    for exported in (lines, rows):
        assert sorted(row["act"] for row in exported if row["act"] != "log exported") == acts


@pytest.mark.parametrize(
    ("query", "field", "fault"),
    [
        ("act=nonsense", "What", "Not a valid choice."),
        ("who=nobody", "Who", "Nobody here has this mail address or handle."),
        (f"who={'x' * 300}", "Who", "Field cannot be longer than 254 characters."),
        ("since=garbage", "From", "Not a valid date value."),
        ("until=2026-02-30", "Until and including", "Not a valid date value."),
    ],
)
def test_what_cannot_be_asked_for_is_told_and_gives_no_empty_file(
    sign_in: SignIn, query: str, field: str, fault: str
) -> None:
    admin = make_person(role="admin")
    write_some(1, admin)
    browser = sign_in(admin)
    for ending in ("csv", "jsonl"):
        answer = browser.get(f"/site/audit.{ending}?{query}")
        assert (answer.status_code, answer.content_type) == (422, "text/plain; charset=utf-8")
        assert answer.text == f"Nothing was exported.\n{field}: {fault}\n"
        assert "Content-Disposition" not in answer.headers
    page = browser.get(f"/site/audit?{query}")
    assert (page.status_code, page.text.count('<td role="rowheader"')) == (422, 0)
    assert fault in page.text
    assert "Nothing like that was done" not in page.text


def test_the_files_hold_everything_in_order(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oversight, "_EXPORTED_AT_ONCE", 3)
    admin = make_person(role="admin")
    write_some(10, admin)
    browser = sign_in(admin)
    answer = browser.get("/site/audit.jsonl")
    assert answer.headers["Content-Type"] == "application/jsonl"
    assert answer.headers["Cache-Control"] == "private, no-store"
    numbers = [json.loads(line)["id"] for line in answer.text.splitlines()]
    assert numbers == sorted(numbers)
    assert len(numbers) == 10 + 1
    first = json.loads(answer.text.splitlines()[0])
    assert first == {
        "id": numbers[0],
        "at": first["at"],
        "door": "web",
        "actor_id": admin.id,
        "actor": admin.handle,
        "act": "signed in",
        "subject_kind": None,
        "subject_id": None,
        "place": None,
        "details": {},
        "network": "192.0.2.1",
    }
    table = browser.get("/site/audit.csv")
    assert table.headers["Content-Disposition"].startswith('attachment; filename="audit-')
    assert [int(row["id"]) for row in csv.DictReader(io.StringIO(table.text))][:-1] == numbers


def test_who_is_asked_first_comes_back_to_the_list_and_in_its_language_is_told_what_is_wrong(
    sign_in: SignIn,
) -> None:
    browser = sign_in(make_person(role="admin"))
    page = browser.get("/site/audit?lang=nl&since=2026-99-01").text
    assert "Ongeldige datum." in page
    assert "Not a valid" not in page

    with time_machine.travel(clock.now() + PROOF_LIFE, tick=False):
        asked = browser.get("/site/audit.csv?since=2026-11-01&_external=1")

    # A file is no page to come back to.
    back = "/site/audit?since%3D2026-11-01%26_external%3D1"
    assert (asked.status_code, asked.location) == (303, f"/account/confirm?next={back}")


def test_whoever_takes_it_away_stands_in_it(sign_in: SignIn) -> None:
    admin = make_person(role="admin")
    browser = sign_in(admin)
    for ending in ("csv", "jsonl"):
        written = len(log())
        for nothing in (
            browser.head(f"/site/audit.{ending}"),
            browser.get(f"/site/audit.{ending}?who=nobody"),
        ):
            assert len(log()) == written, nothing.status
        assert "log exported" in browser.get(f"/site/audit.{ending}").text
        assert last() == ("log exported", admin.id, "web", None, None, {"file": ending})


def test_which_lines_were_taken_away_stands_in_it_too(sign_in: SignIn) -> None:
    bo = make_person(email="bo@example.org", name="Bo Vos", password_hash="a hash")
    with unit_of_work():
        grant_role(bo, Role.EDITOR)
    browser = sign_in(make_person(role="admin"))
    browser.get("/site/audit.csv?act=role+given&who=bo%40example.org&since=2026-11-02&until=2026-11-03")
    *_who, details = last()
    assert details == {
        "file": "csv",
        "act": "role given",
        "person": bo.id,
        "since": "2026-11-02T00:00:00+01:00",
        "before": "2026-11-04T00:00:00+01:00",
    }
    told = browser.get("/site/audit?act=log+exported").text
    for words in ("Role given", "about Bo Vos", "from 2 November 2026", "until 4 November 2026"):
        assert words in told


def test_a_page_costs_the_same_whatever_it_shows(app: Flask, sign_in: SignIn) -> None:
    browser = sign_in(make_person(role="admin"))
    counts: list[int] = []
    for more in (1, 2):
        for _person in range(more):
            write_some(1, make_person())
        with counted_statements() as queries:
            browser.get("/site/audit")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_it_is_read_page_by_page(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oversight.audit_page, "__kwdefaults__", {"size": 2})
    browser = sign_in(make_person(role="admin"))
    write_some(3)
    first = browser.get("/site/audit?act=signed+in").text
    assert first.count('<td role="rowheader"') == 2
    following = first.split('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "act=signed+in" in following
    write_some(5)
    assert browser.get(following).text.count('<td role="rowheader"') == 1
    assert browser.get("/site/audit?after=nonsense").status_code == 422


def test_the_command_prints_it(runner: FlaskCliRunner) -> None:
    person = make_member("editor")
    write_some(2, person)
    printed = runner.invoke(args=["people", "audit", "--json", "--limit", "2"])
    assert [line["act"] for line in json.loads(printed.stdout)] == ["signed in", "signed in"]
    one = json.loads(runner.invoke(args=["people", "audit", "--json", "--act", "joined"]).stdout)
    assert [(line["subject_id"], line["details"]) for line in one] == [(person.id, {"roles": ["editor"]})]
    text = runner.invoke(args=["people", "audit", "--who", "anna@example.org"]).stdout
    assert text.count("signed in\tanna-de-vries\t-\t") == 2
    refused = runner.invoke(args=["people", "audit", "--who", "nobody@example.org"])
    assert refused.exit_code == 1
