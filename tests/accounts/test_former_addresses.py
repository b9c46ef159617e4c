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
from blog.accounts.actions.invitations import invite
from blog.accounts.actions.people import create_person
from blog.accounts.erasure_log import FILE_NAME, FormerMark, Marks, logged_erasures
from blog.accounts.holdings import CommentsFate
from blog.accounts.models.codes import MailedCode, WrongCode
from blog.accounts.models.erasures import Erasure
from blog.accounts.models.invitations import Invitation
from blog.accounts.models.people import FormerAddress, Person
from blog.accounts.models.sign_in import SignInFailure
from blog.accounts.queries import actor_at
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


def test_an_address_without_an_account_is_erased_from_when_its_last_holder_left_it(app: Flask) -> None:
    with time_machine.travel(NOON - DAY, tick=False):
        make_entry(make_challenge(), from_address=OLD, text="Of Anna")
        make_outbox_message(cause="a", recipient=OLD, text="To Anna")
    anna_who_moved()
    with time_machine.travel(NOON + DAY, tick=False):
        make_entry(make_challenge(), from_address=OLD, text="Of a stranger")
        made = app.test_cli_runner().invoke(args=["people", "erase", OLD])
    assert made.exit_code == 0
    texts = session.scalars(sa.select(ReadMessage.text)).all()
    assert sorted(texts) == ["", "Of Anna"]
    assert "To Anna" in session.scalars(sa.select(OutboxMessage.text)).all()
    (logged,) = logged_erasures()
    assert logged.marks.since == NOON


def test_an_invitation_goes_with_whoever_has_the_address_now(app: Flask) -> None:
    admin = make_person(role="admin", password_hash="a hash")
    anna_who_moved()
    with time_machine.travel(NOON + DAY, tick=False), unit_of_work():
        invite(actor_at(admin, NOON + DAY), OLD, ["author"], language="en", source="203.0.113.9")
    with time_machine.travel(NOON + 2 * DAY, tick=False):
        with unit_of_work():
            piet = create_person(OLD, "Piet Post", language="nl")
        with unit_of_work():
            asked = ask_for_erasure(piet, CommentsFate.KEEP, piet.actor)
        jobs.erase({"erasure": asked.id})
    assert session.scalars(sa.select(Invitation)).all() == []


def test_a_log_that_nobody_can_read_keeps_nobody_from_joining(app: Flask) -> None:
    (current_settings().instance / FILE_NAME).write_bytes(b"\xff\xfe\n")
    with unit_of_work():
        piet = create_person(OLD, "Piet Post", language="nl")
    assert piet.email_since is None


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


@pytest.mark.parametrize("take_over", ["join", "move"])
def test_who_has_an_address_after_somebody_else_has_what_comes_from_then_on(
    app: Flask, sign_in: SignIn, take_over: str
) -> None:
    """Whether they have it still, or left it as well; and nothing of before is nobody's."""
    quirine, piet = quirine_and_then_piet(take_over)
    # What came in between is of neither: who sent it has no account, or another address.
    assert texts_of(quirine, sign_in) == ["Of Quirine"]
    assert texts_of(piet, sign_in) == ["Of Piet"]
    with time_machine.travel(NOON + 3 * DAY, tick=False):
        assert move(again(piet), "piet.new@example.org") is CodeCheck.RIGHT
        run_due_jobs()
    with time_machine.travel(NOON + 4 * DAY, tick=False):
        make_entry(make_challenge(), from_address=OLD, text="Of neither")
    assert texts_of(quirine, sign_in) == ["Of Quirine"]
    assert texts_of(piet, sign_in) == ["Of Piet"]


@pytest.mark.parametrize("leaves_it", [True, False])
@pytest.mark.parametrize("take_over", ["join", "move"])
def test_who_leaves_takes_along_nothing_of_who_had_their_address_before(
    app: Flask, take_over: str, *, leaves_it: bool
) -> None:
    quirine, piet = quirine_and_then_piet(take_over)
    with time_machine.travel(NOON + 3 * DAY, tick=False):
        if leaves_it:
            move(again(piet), "piet.new@example.org")
            run_due_jobs()
        erase_now(again(piet))
    assert texts_left() == ["Of Quirine", "Of neither"]
    with time_machine.travel(NOON + 4 * DAY, tick=False):
        erase_now(again(quirine))
    assert texts_left() == ["Of neither"]


@pytest.mark.parametrize("leaves_it", [True, False])
def test_nor_does_a_backup_from_before_they_came_forget_it(app: Flask, *, leaves_it: bool) -> None:
    with time_machine.travel(NOON - DAY, tick=False):
        quirine = join("Quirine Quist", OLD)
        make_entry(make_challenge(), from_address=OLD, text="Of Quirine")
    with time_machine.travel(NOON, tick=False):
        move(quirine, NEW)
        run_due_jobs()
    with time_machine.travel(NOON + 2 * DAY, tick=False):
        # Mail of Piet that this backup holds, of whom it knows nothing.
        make_entry(make_challenge(), from_address=OLD, text="Of Piet")
        backup = take_snapshot()
        piet = join("Piet Post", OLD)
    with time_machine.travel(NOON + 3 * DAY, tick=False):
        if leaves_it:
            move(again(piet), "piet.new@example.org")
            run_due_jobs()
        erase_now(again(piet))
        put_back(backup)
        assert jobs.erase_again() == 1
    assert texts_left() == ["Of Quirine"]


def test_the_code_by_which_they_came_goes_though_it_was_mailed_before_they_had_the_address(
    app: Flask,
) -> None:
    with time_machine.travel(NOON - DAY, tick=False):
        quirine = join("Quirine Quist", OLD)
        make_outbox_message(cause="a", recipient=OLD, text="To Quirine")
    with time_machine.travel(NOON, tick=False):
        move(quirine, NEW)
        run_due_jobs()
    with time_machine.travel(NOON + DAY, tick=False), unit_of_work():
        ask_for_code(OLD, source="203.0.113.9", language="en", goal="/")
    with time_machine.travel(NOON + DAY + timedelta(minutes=5), tick=False):
        run_due_jobs()
        piet = join("Piet Post", OLD)
        erase_now(piet)
    to_it = sa.select(OutboxMessage.cause, OutboxMessage.text).where(OutboxMessage.recipient == OLD)
    letters = [
        (cause.split(":")[0], text) for cause, text in session.execute(to_it.order_by(OutboxMessage.id))
    ]
    assert [cause for cause, _text in letters] == ["a", "sign-in-changed"]
    assert letters[0] == ("a", "To Quirine")


def test_of_who_was_erased_nothing_that_stays_is_of_who_comes_after_them(app: Flask, sign_in: SignIn) -> None:
    """What had to be kept of them; but not what has come since, though nobody had an account then."""
    with time_machine.travel(NOON - DAY, tick=False):
        quirine = join("Quirine Quist", OLD)
    with time_machine.travel(NOON, tick=False):
        erase_now(quirine)
    with time_machine.travel(NOON - timedelta(hours=1), tick=False):
        make_entry(make_challenge(), from_address=OLD, text="Kept of Quirine")
    with time_machine.travel(NOON + DAY, tick=False):
        make_entry(make_challenge(), from_address=OLD, text="Since then")
    with time_machine.travel(NOON + 2 * DAY, tick=False):
        piet = join("Piet Post", OLD)
    assert texts_of(piet, sign_in) == ["Since then"]
    erase_now(again(piet))
    assert texts_left() == ["Kept of Quirine"]


def test_while_nobody_can_tell_who_was_erased_they_have_what_comes_from_then_on(
    app: Flask, sign_in: SignIn
) -> None:
    with time_machine.travel(NOON - DAY, tick=False):
        make_entry(make_challenge(), from_address=OLD, text="Of whomever")
    log_file = current_settings().instance / FILE_NAME
    log_file.mkdir()
    try:
        with time_machine.travel(NOON, tick=False):
            piet = join("Piet Post", OLD)
    finally:
        log_file.rmdir()
    with time_machine.travel(NOON + DAY, tick=False):
        make_entry(make_challenge(), from_address=OLD, text="Of Piet")
    assert texts_of(piet, sign_in) == ["Of Piet"]


def test_who_takes_their_own_address_back_has_all_of_it(app: Flask, sign_in: SignIn) -> None:
    with time_machine.travel(NOON - DAY, tick=False):
        make_entry(make_challenge(), from_address=OLD, text="Old answer")
    anna = anna_who_moved()
    with time_machine.travel(NOON + DAY, tick=False):
        make_entry(make_challenge(), from_address=OLD, text="From in between")
        assert move(anna, OLD) is CodeCheck.RIGHT
    assert texts_of(anna, sign_in) == ["From in between", "Old answer"]


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
    assert logged.marks.since is None


def test_what_a_line_says_of_beginnings_is_read_again(app: Flask) -> None:
    marks = Marks(("a",), (FormerMark("b", NOON, NOON - DAY), FormerMark("c", NOON)), NOON + DAY)
    assert Marks.of(json.loads(json.dumps(marks.as_data()))) == marks
    assert [marks.took_along("b", NOON - DAY - late) for late in (timedelta(), timedelta(seconds=1))] == [
        True,
        False,
    ]
    assert [marks.took_along("a", NOON + DAY - late) for late in (timedelta(), timedelta(seconds=1))] == [
        True,
        False,
    ]
    assert marks.took_along("c", NOON - 9 * DAY)


def quirine_and_then_piet(take_over: str) -> tuple[Person, Person]:
    """Quirine has an address up to noon and is still here; two days later Piet has it, and she has another one."""
    with time_machine.travel(NOON - DAY, tick=False):
        quirine = join("Quirine Quist", OLD)
        make_entry(make_challenge(), from_address=OLD, text="Of Quirine")
    with time_machine.travel(NOON, tick=False):
        move(quirine, NEW)
        run_due_jobs()
        piet = join("Piet Post", "piet.before@example.org") if take_over == "move" else None
    with time_machine.travel(NOON + DAY, tick=False):
        make_entry(make_challenge(), from_address=OLD, text="Of neither")
    with time_machine.travel(NOON + 2 * DAY, tick=False):
        if piet is None:
            piet = join("Piet Post", OLD)
        else:
            assert move(again(piet), OLD) is CodeCheck.RIGHT
        run_due_jobs()
        make_entry(make_challenge(), from_address=OLD, text="Of Piet")
    return again(quirine), again(piet)


def join(name: str, email: str) -> Person:
    with unit_of_work():
        return create_person(email, name)


def again(person: Person) -> Person:
    return session.get_one(Person, person.id)


def texts_of(person: Person, sign_in: SignIn) -> list[str]:
    return sorted(row["text"] for row in archive_of(again(person), sign_in)["read_message"]["rows"])


def texts_left() -> list[str]:
    return sorted(session.scalars(sa.select(ReadMessage.text).where(ReadMessage.text != "")))


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
        return change_address(anna, asked, code, source="203.0.113.9", keep_session=None)


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
