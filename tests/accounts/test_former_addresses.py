"""Addresses that somebody had before: what came and went while they were theirs is theirs, and no more."""

import json
import re
import zipfile
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from blog.accounts import jobs
from blog.accounts.actions.addresses import ask_for_address, change_address
from blog.accounts.actions.codes import CodeCheck, ask_for_code
from blog.accounts.actions.erasing import ask_for_erasure, erasure_of
from blog.accounts.erasure_log import FILE_NAME, logged_erasures
from blog.accounts.holdings import CommentsFate
from blog.accounts.models.codes import MailedCode, WrongCode
from blog.accounts.models.erasures import Erasure
from blog.accounts.models.people import FormerAddress, Person
from blog.accounts.models.sign_in import SignInFailure
from blog.core.config import current_settings
from blog.core.db import session, unit_of_work
from blog.core.errors import Conflict
from blog.mailroom.models import OutboxMessage, ReadMessage
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.challenges import make_challenge, make_entry
from tests.factories.mailroom import make_outbox_message
from tests.support.jobs import run_due_jobs
from tests.support.snapshots import put_back, take_snapshot
from tests.support.traces import traces_of

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
OLD, NEW = "anna.old@example.org", "anna.new@example.org"


def test_an_address_that_was_left_has_its_day(app: Flask) -> None:
    anna = anna_who_moved()
    rows = session.execute(sa.select(FormerAddress.email, FormerAddress.email_key, FormerAddress.until)).all()
    assert [tuple(row) for row in rows] == [(OLD, OLD, NOON)]
    assert session.get_one(Person, anna.id).email == NEW


def test_an_address_that_could_not_be_had_leaves_nothing_behind(app: Flask) -> None:
    anna = make_person(email=OLD)
    make_person(email=NEW)
    with pytest.raises(Conflict, match="has an account already"):
        move(anna, NEW)
    assert session.scalars(sa.select(FormerAddress)).all() == []
    assert session.get_one(Person, anna.id).email == OLD


def test_the_archive_holds_what_was_mailed_from_it_and_to_it_while_it_was_theirs(
    app: Flask, sign_in: SignIn
) -> None:
    with time_machine.travel(NOON - DAY, tick=False):
        make_entry(make_challenge(), from_address=OLD, text="From when it was mine.")
        make_outbox_message(cause="a", recipient=OLD, text="To me.")
    anna = anna_who_moved()
    with time_machine.travel(NOON + DAY, tick=False):
        make_entry(make_challenge(), from_address=OLD, text="From whoever has it now.")
        make_outbox_message(cause="b", recipient=OLD, text="To whoever has it now.")
    tables = archive_of(anna, sign_in)
    assert [row["email"] for row in tables["former_address"]["rows"]] == [OLD]
    assert [row["text"] for row in tables["read_message"]["rows"]] == ["From when it was mine."]
    assert len(tables["entry"]["rows"]) == 1
    letters = [(row["recipient"], row["cause"].split(":")[0]) for row in tables["outbox_message"]["rows"]]
    assert sorted(letters) == [(OLD, "a"), (OLD, "sign-in-changed")]


def test_what_an_account_has_now_is_not_theirs_any_more(app: Flask, sign_in: SignIn) -> None:
    with time_machine.travel(NOON - DAY, tick=False):
        make_entry(make_challenge(), from_address=OLD, text="From this mailbox.")
    anna = anna_who_moved()
    with time_machine.travel(NOON + DAY, tick=False):
        make_person(name="Bo", email=OLD)
    tables = archive_of(anna, sign_in)
    assert tables["read_message"]["rows"] == []
    # What was changed about her account went there, and is about her all the same.
    assert [row["cause"].split(":")[0] for row in tables["outbox_message"]["rows"]] == ["sign-in-changed"]


def test_all_of_it_goes_with_them_and_what_came_later_stays(app: Flask) -> None:
    with time_machine.travel(NOON - DAY, tick=False):
        make_entry(make_challenge(), from_address=OLD, text="Old answer")
        make_outbox_message(cause="a", recipient="Anna.Old@example.org")
        with unit_of_work():
            ask_for_code(OLD, source="203.0.113.9", language="en", goal="/")
            session.add(WrongCode(mailbox=OLD, source="203.0.113.9", at=NOON - DAY))
            session.add(SignInFailure(email_key=OLD, source="203.0.113.9", at=NOON - DAY))
    anna = anna_who_moved()
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        erase_now(anna)
        assert "\n".join(traces_of(["anna"])) == ""
        make_entry(make_challenge(), from_address=OLD, text="Later")
    assert session.scalars(sa.select(ReadMessage.text).where(ReadMessage.text != "")).all() == ["Later"]


def test_what_came_from_it_when_it_was_no_longer_theirs_stays(app: Flask) -> None:
    anna = anna_who_moved()
    with time_machine.travel(NOON + DAY, tick=False):
        make_entry(make_challenge(), from_address=OLD, text="Not hers")
        make_outbox_message(cause="b", recipient=OLD, text="Nor this")
        erase_now(anna)
    assert session.scalars(sa.select(ReadMessage.text)).all() == ["Not hers"]
    assert session.scalars(sa.select(OutboxMessage.text).where(OutboxMessage.text != "")).all() == [
        "Nor this"
    ]


def test_letters_about_the_account_go_wherever_they_went(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        anna = make_person(email=OLD)
        with unit_of_work():
            ask_for_erasure(anna, CommentsFate.KEEP, anna.actor)
        assert move(anna, NEW) is CodeCheck.RIGHT
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        make_person(name="Bo", email=OLD)
        erase_now(session.get_one(Person, anna.id))
        run_due_jobs()
    assert set(session.scalars(sa.select(OutboxMessage.text))) == {""}


def test_a_backup_from_before_they_had_an_account_forgets_it_for_its_time(app: Flask) -> None:
    with time_machine.travel(NOON - DAY, tick=False):
        make_entry(make_challenge(), from_address=OLD, text="Old answer")
        make_outbox_message(cause="a", recipient="Anna.Old@example.org", text="To Anna")
        backup = take_snapshot()
    anna = anna_who_moved()
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        erase_now(anna)
    put_back(backup)
    with time_machine.travel(NOON + DAY, tick=False):
        make_entry(make_challenge(), from_address=OLD, text="Not hers")
        make_outbox_message(cause="b", recipient=OLD, text="Nor this")
        assert jobs.erase_again() == 1
    assert session.scalars(sa.select(ReadMessage.text).where(ReadMessage.text != "")).all() == ["Not hers"]
    assert session.scalars(sa.select(OutboxMessage.text).where(OutboxMessage.text != "")).all() == [
        "Nor this"
    ]


def test_what_an_account_of_the_backup_has_is_not_theirs(app: Flask) -> None:
    with time_machine.travel(NOON - DAY, tick=False):
        bo = make_person(email=OLD)
        make_entry(make_challenge(), from_address=OLD, text="Of Bo")
        backup = take_snapshot()
        with unit_of_work():
            session.delete(session.get_one(Person, bo.id))
    anna = anna_who_moved()
    with time_machine.travel(NOON + DAY, tick=False):
        erase_now(anna)
        put_back(backup)
        assert jobs.erase_again() == 1
    assert session.scalars(sa.select(ReadMessage.text)).all() == ["Of Bo"]


def test_a_line_from_before_such_addresses_were_written_down_is_read_as_it_is(app: Flask) -> None:
    erase_now(anna_who_moved())
    path = current_settings().instance / FILE_NAME
    line = json.loads(path.read_text())
    assert [until for _mark, until in line.pop("former")] == [NOON.isoformat()]
    path.write_text(json.dumps(line))
    (logged,) = logged_erasures()
    assert (logged.id, len(logged.marks.addresses), logged.marks.former) == (line["id"], 1, ())


def anna_who_moved() -> Person:
    with time_machine.travel(NOON, tick=False):
        anna = make_person(name="Anna Bos", email=OLD)
        assert move(anna, NEW) is CodeCheck.RIGHT
        run_due_jobs()
        return session.get_one(Person, anna.id)


def move(anna: Person, email: str) -> CodeCheck:
    with unit_of_work():
        ask_for_address(anna, email, source="203.0.113.9", language="en", goal="/")
    letter = session.scalars(
        sa.select(OutboxMessage.text)
        .where(OutboxMessage.recipient == email)
        .order_by(OutboxMessage.id.desc())
    ).first()
    asked = session.scalars(sa.select(MailedCode).order_by(MailedCode.id.desc())).first()
    assert asked is not None
    assert letter is not None
    code = re.sub(r"\D", "", letter.splitlines()[0])
    with unit_of_work():
        return change_address(anna, asked, code, source="203.0.113.9", keep_token=None)


def archive_of(person: Person, sign_in: SignIn) -> dict[str, dict[str, list[dict[str, str]]]]:
    with sign_in(person).post("/account/data") as sent:
        content = sent.data
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return json.loads(archive.read("personal-data.json"))["tables"]


def erase_now(person: Person) -> None:
    number = person.id
    if erasure_of(number) is None:
        with unit_of_work():
            ask_for_erasure(session.get_one(Person, number), CommentsFate.KEEP, person.actor)
    jobs.erase({"erasure": session.scalars(sa.select(Erasure.id).where(Erasure.person_id == number)).one()})
