"""An answer in somebody's name is theirs once whoever reads their mail has said so: before that it cannot win."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from blog.challenges.actions import announce_winner, judge_entry
from blog.challenges.jobs import ask_senders
from blog.challenges.models import Challenge, Entry, EntryConfirmation
from blog.challenges.queries import outcome_of
from blog.challenges.values import Judgement
from blog.core.actor import Actor
from blog.core.db import session, unit_of_work
from blog.core.errors import RuleBroken
from blog.core.events import publish
from blog.core.jobs.models import Work
from blog.core.jobs.queue import enqueue
from blog.mailroom.accepting import Incoming
from blog.mailroom.doors.intake import Accepted, accept
from blog.mailroom.events import SenderProven
from blog.mailroom.models import OutboxMessage
from blog.mailroom.routes import resolve
from blog.mailroom.values import Door, Envelope
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.challenges import make_challenge, token_of
from tests.support.jobs import run_due_jobs

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
SLUG = "a-question"
ZOE, BRAM = "zoe@example.org", "bram@example.net"
CODE = re.compile(r"^    (\S{4}-\S{4}-\S{4})$", re.MULTILINE)


@pytest.fixture(autouse=True)
def challenge(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Challenge:
    """An open challenge of a site that finds out who sends its mail."""
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], check_senders=True))
    return make_challenge(slug=SLUG)


@pytest.fixture
def editor(app: Flask) -> Actor:
    return make_person(role="editor").actor


def mail(
    app: Flask, sender: str, *, to: str = f"{SLUG}@answers.example.org", headers: str = "", read: bool = True
) -> None:
    """A mail comes in at the pipe door, and is read."""
    destination = resolve(to, "answers.example.org")
    session.rollback()
    assert destination is not None
    raw = f"From: {sender}\r\n{headers}Subject: Answer\r\n\r\nForty-two, by {sender}.\r\n".encode()
    envelope = Envelope(Door.PIPE, sender, (to,), "local", "", tls=False)
    assert isinstance(accept(app, Incoming(envelope, (destination,), raw)), Accepted)
    if read:
        run_due_jobs()


def entry(number: int = 1) -> Entry:
    session.rollback()
    return session.scalars(sa.select(Entry).where(Entry.number == number)).one()


def letters(to: str) -> list[OutboxMessage]:
    """What we have written to an address, the last first."""
    session.rollback()
    of_them = sa.select(OutboxMessage).where(OutboxMessage.recipient == to)
    return [*session.scalars(of_them.order_by(OutboxMessage.id.desc()))]


def code_for(to: str) -> str:
    found = CODE.search(letters(to)[0].text)
    assert found is not None
    return found[1]


def judge(editor: Actor, number: int = 1, verdict: Judgement = Judgement.CORRECT) -> None:
    with unit_of_work():
        judge_entry(editor, entry(number), verdict, "As it has to be.")


def announce(editor: Actor) -> int:
    with unit_of_work():
        return announce_winner(editor, entry().challenge).entry.number


def confirmed_by(number: int = 1) -> str | None:
    session.rollback()
    asked = session.get(EntryConfirmation, entry(number).id)
    assert asked is not None
    return asked.confirmed_by


def test_the_first_correct_answer_wins_once_its_sender_has_answered_their_receipt(
    app: Flask, editor: Actor
) -> None:
    mail(app, ZOE)
    (receipt,) = letters(ZOE)
    assert "confirm that this answer is yours" in receipt.text
    assert receipt.reply_to is not None
    judge(editor)
    with pytest.raises(RuleBroken, match="Its sender has been asked to confirm that it is theirs"):
        announce(editor)
    # Nothing but their word is missing: they are asked once more, and until when.
    asked = letters(ZOE)[0]
    assert asked.subject == "Is this your answer to “A small challenge”?"
    assert asked.reply_to == receipt.reply_to

    mail(app, ZOE, to=receipt.reply_to)

    assert confirmed_by() == "reply"
    assert announce(editor) == 1


def test_it_is_confirmed_with_the_code_on_its_page_and_by_nothing_less(
    app: Flask, client: FlaskClient
) -> None:
    mail(app, ZOE)
    page = f"/receipts/{token_of(entry())}"
    code = code_for(ZOE)
    assert "Is this answer yours?" in client.get(page).text
    for nothing in ("", "AAAA-AAAA-AAAA"):
        refused = client.post(f"{page}/confirm", data={"code": nothing})
        assert (refused.status_code, "This is not the code from the mail" in refused.text) == (422, True)
    assert confirmed_by() is None

    assert client.post(f"{page}/confirm", data={"code": code.lower().replace("-", " ")}).location == page

    assert confirmed_by() == "code"
    assert "Is this answer yours?" not in client.get(page).text


def test_after_five_wrong_codes_only_an_answer_to_the_mail_confirms_it(
    app: Flask, client: FlaskClient
) -> None:
    mail(app, ZOE)
    address = f"/receipts/{token_of(entry())}/confirm"
    for _guess in range(5):
        client.post(address, data={"code": "AAAA-AAAA-AAAA"})
    refused = client.post(address, data={"code": code_for(ZOE)})
    assert (refused.status_code, "Answer the mail with your receipt instead" in refused.text) == (422, True)
    mail(app, ZOE, to=letters(ZOE)[0].reply_to or "")
    assert confirmed_by() == "reply"


def test_whoever_is_signed_in_with_the_address_needs_no_code_and_nobody_else_does_without(
    app: Flask, sign_in: SignIn
) -> None:
    mail(app, ZOE)
    page = f"/receipts/{token_of(entry())}"
    other = sign_in(make_person(email=BRAM))
    assert other.post(f"{page}/confirm").status_code == 422
    assert confirmed_by() is None
    zoe = sign_in(make_person(email=ZOE))
    assert "You are signed in with the address" in zoe.get(page).text
    assert zoe.post(f"{page}/confirm").status_code == 303
    assert confirmed_by() == "sign-in"


@pytest.mark.parametrize(
    "header",
    ["Auto-Submitted: auto-replied", "Precedence: bulk", "X-Autoreply: yes", "List-Unsubscribe: <x>"],
)
def test_a_program_that_answers_mail_confirms_nothing(app: Flask, header: str) -> None:
    mail(app, ZOE)
    mail(app, ZOE, to=letters(ZOE)[0].reply_to or "", headers=f"{header}\r\n")
    assert confirmed_by() is None


def test_nobody_makes_up_where_an_entry_is_confirmed(app: Flask) -> None:
    mail(app, ZOE)
    right = letters(ZOE)[0].reply_to or ""
    number, mac = right.partition("@")[0].removeprefix("confirm.").split(".")
    for wrong in (
        f"confirm.{number}.{'a' * len(mac)}",
        f"confirm.{int(number) + 1}.{mac}",
        f"confirm.{number}",
        f"confirm.0{number}.{mac}",
        f"confirm.{'9' * 30}.{mac}",
        "confirm.",
        f"{number}.{mac}",
    ):
        assert resolve(f"{wrong}@answers.example.org", "answers.example.org") is None, wrong
    assert resolve(right.upper(), "answers.example.org") is not None


def test_after_a_week_it_keeps_nobody_waiting(app: Flask, editor: Actor) -> None:
    with time_machine.travel(NOON, tick=False) as now:
        mail(app, ZOE)
        mail(app, BRAM)
        judge(editor, 1)
        judge(editor, 2)
        # Both are given the same week: else each of them would cost one.
        assert letters(BRAM)[0].subject.startswith("Is this your answer")
        mail(app, BRAM, to=letters(BRAM)[0].reply_to or "")
        now.move_to(NOON + WEEK - timedelta(seconds=1))
        ask_senders({})
        assert outcome_of(entry().challenge).unconfirmed == 1
        now.move_to(NOON + WEEK)
        ask_senders({})
        assert outcome_of(entry().challenge).candidate == 2
        # What is over stays over: nobody takes mail for it any more.
        assert resolve(letters(ZOE)[0].reply_to or "", "answers.example.org") is None
        assert announce(editor) == 2
        assert (entry(1).eligible, entry(1).why_not) == (False, "unconfirmed")


def test_an_answer_to_the_receipt_that_came_in_time_counts_when_it_is_read_late(
    app: Flask, editor: Actor
) -> None:
    with time_machine.travel(NOON, tick=False) as now:
        mail(app, ZOE)
        mail(app, BRAM)
        judge(editor, 1)
        judge(editor, 2)
        now.move_to(NOON + WEEK - timedelta(seconds=1))
        mail(app, ZOE, to=letters(ZOE)[0].reply_to or "", read=False)
        now.move_to(NOON + WEEK + timedelta(hours=1))
        ask_senders({})
        assert outcome_of(entry().challenge).unconfirmed == 1
        run_due_jobs()
        assert (confirmed_by(1), announce(editor)) == ("reply", 1)


def test_whoever_comes_to_stand_first_without_a_verdict_is_asked(app: Flask, editor: Actor) -> None:
    """Nobody is kept waiting for ever: the one before them was not read yet, and turns out to be of a program."""
    mail(app, BRAM, headers="Auto-Submitted: auto-replied\r\n", read=False)
    number = session.scalars(sa.select(Entry.delivery_id)).one()
    session.rollback()
    with unit_of_work():
        session.execute(sa.delete(Work))
    mail(app, ZOE)
    judge(editor, 2)
    assert len(letters(ZOE)) == 1
    with unit_of_work():
        enqueue("mailroom.read", {"delivery_id": number})
    run_due_jobs()
    ask_senders({})
    assert letters(ZOE)[0].subject.startswith("Is this your answer")


def test_reading_an_entry_again_asks_nobody_anything(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = app.extensions["settings"]
    monkeypatch.setitem(app.extensions, "settings", replace(settings, check_senders=False))
    mail(app, ZOE)
    monkeypatch.setitem(app.extensions, "settings", settings)
    with unit_of_work():
        enqueue("mailroom.read", {"delivery_id": entry().delivery_id})
    run_due_jobs()
    assert session.scalars(sa.select(EntryConfirmation)).all() == []


def test_too_late_is_said_on_the_page(app: Flask, client: FlaskClient, editor: Actor) -> None:
    with time_machine.travel(NOON, tick=False) as now:
        mail(app, ZOE)
        judge(editor)
        code, page = code_for(ZOE), f"/receipts/{token_of(entry())}"
        now.move_to(NOON + WEEK)
        answer = client.post(f"{page}/confirm", data={"code": code})
        assert answer.location == page
        assert "It is too late to confirm this answer" in client.get(page).text
        assert confirmed_by() is None
        ask_senders({})
        assert "Nobody confirmed in time that this answer is theirs" in client.get(page).text


def test_nobody_is_asked_twice_by_verdicts_that_change_nothing(app: Flask, editor: Actor) -> None:
    mail(app, ZOE)
    judge(editor)
    judge(editor, verdict=Judgement.UNCLEAR)
    judge(editor)
    assert len(letters(ZOE)) == 2


def test_who_is_proven_after_all_has_nothing_to_confirm(app: Flask, editor: Actor) -> None:
    """Their domain did not answer us when the mail was read, and has since."""
    mail(app, ZOE)
    with unit_of_work():
        publish(SenderProven(entry().delivery_id))
    assert confirmed_by() == "domain"
    judge(editor)
    assert announce(editor) == 1
    assert not any(letter.subject.startswith("Is this your answer") for letter in letters(ZOE))


def test_a_site_that_checks_no_senders_asks_nobody(
    app: Flask, monkeypatch: pytest.MonkeyPatch, editor: Actor
) -> None:
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], check_senders=False))
    mail(app, ZOE)
    assert "confirm" not in letters(ZOE)[0].text
    judge(editor)
    assert announce(editor) == 1


def test_an_answer_that_cannot_win_is_not_asked_about(app: Flask) -> None:
    make_person(role="editor", email=ZOE)
    mail(app, ZOE)
    assert entry().why_not == "staff"
    assert session.scalars(sa.select(EntryConfirmation)).all() == []
