"""An answer in somebody's name is theirs once whoever reads their mail has said so: before that it cannot win."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from blog.accounts.holdings import Leaving
from blog.challenges.erasing import erase_from_challenges
from blog.challenges.jobs import ask_senders
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry, EntryConfirmation
from blog.challenges.queries.outcomes import outcome_of
from blog.challenges.values import Judgement
from blog.core.actor import Actor
from blog.core.db import session, unit_of_work
from blog.core.errors import RuleBroken
from blog.core.events import publish
from blog.core.jobs.models import Work
from blog.core.jobs.queue import enqueue
from blog.mailroom.events import SenderProven
from blog.mailroom.routes import resolve
from blog.mailroom.values import Door
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.challenges import make_challenge, make_confirmation, make_entry, token_of
from tests.support.entrants import (
    BRAM,
    NOON,
    SLUG,
    WEEK,
    ZOE,
    announce,
    code_for,
    confirmed_by,
    entry,
    judge,
    letters,
    mail,
    reply,
)
from tests.support.jobs import run_due_jobs


@pytest.fixture(autouse=True)
def challenge(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Challenge:
    """An open challenge of a site that finds out who sends its mail."""
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], check_senders=True))
    return make_challenge(slug=SLUG)


@pytest.fixture
def editor(app: Flask) -> Actor:
    return make_person(role="editor").actor


def test_the_first_correct_answer_wins_once_its_sender_has_answered_their_receipt(
    app: Flask, editor: Actor
) -> None:
    mail(app, ZOE)
    (receipt,) = letters(ZOE)
    assert "confirm that this answer is yours" in receipt.text
    assert receipt.reply_to is not None
    judge(editor)
    with pytest.raises(RuleBroken, match="is theirs has not left yet"):
        announce(editor)
    run_due_jobs()
    with pytest.raises(RuleBroken, match="Its sender has been asked to confirm that it is theirs"):
        announce(editor)
    # Nothing but their word is missing: they are asked once more.
    asked = letters(ZOE)[0]
    assert asked.subject == "Is this your answer to “A small challenge”?"
    assert asked.reply_to == receipt.reply_to

    reply(app, ZOE)

    assert confirmed_by() == "reply"
    assert announce(editor) == 1


def test_it_is_confirmed_with_the_code_on_its_page_and_by_nothing_less(
    app: Flask, client: FlaskClient
) -> None:
    mail(app, ZOE)
    page = f"/receipts/{token_of(entry())}"
    code = code_for(ZOE)
    assert "Is this answer yours?" in client.get(page).text
    for nothing, fault in (
        ("", "Type the code that we mailed to you."),
        ("AAAA-AAAA-AAAA", "This is not the code from the mail"),
    ):
        refused = client.post(f"{page}/confirm", data={"code": nothing})
        assert (refused.status_code, fault in refused.text) == (422, True)
    # To load that page again is no fault of anybody, and nothing.
    assert client.get(f"{page}/confirm").location == page
    assert confirmed_by() is None

    assert client.post(f"{page}/confirm", data={"code": code.lower().replace("-", " ")}).location == page

    assert confirmed_by() == "code"
    assert "Is this answer yours?" not in client.get(page).text


def test_after_five_wrong_codes_only_an_answer_to_the_mail_confirms_it(
    app: Flask, client: FlaskClient
) -> None:
    mail(app, ZOE)
    address = f"/receipts/{token_of(entry())}/confirm"
    for _nothing in range(9):
        client.post(address, data={"code": " "})
    for _guess in range(5):
        client.post(address, data={"code": "AAAA-AAAA-AAAA"})
    refused = client.post(address, data={"code": code_for(ZOE)})
    ways = "Answer the mail with your receipt with YES instead, or sign in with the address that the answer names"
    assert (refused.status_code, ways in refused.text) == (422, True)
    reply(app, ZOE)
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
    ["Auto-Submitted: auto-replied", "X-Autoreply: yes", "List-Id: <x.example.org>"],
)
def test_a_program_that_answers_mail_confirms_nothing(app: Flask, header: str) -> None:
    mail(app, ZOE)
    reply(app, ZOE, headers=f"{header}\r\n")
    assert confirmed_by() is None


@pytest.mark.parametrize(
    ("header", "sender"),
    [("Precedence: bulk", ZOE), ("List-Unsubscribe: <x>", ZOE), ("X-Nothing: x", "postmaster@zoe.example")],
)
def test_whoever_only_looks_like_a_program_is_obeyed_and_not_answered(
    app: Flask, header: str, sender: str, editor: Actor
) -> None:
    """No program says yes to a secret address, and who is asked has to be able to answer."""
    mail(app, sender, headers=f"{header}\r\n")
    judge(editor)
    written = len(letters(sender))
    reply(app, sender, "Your ticket has been created.", headers=f"{header}\r\n")
    assert (confirmed_by(), len(letters(sender))) == (None, written)
    reply(app, sender, headers=f"{header}\r\n")
    assert confirmed_by() == "reply"


@pytest.mark.parametrize("text", ["Your ticket has been created.", "I am away until Monday.", "{whole}"])
def test_a_mail_that_says_nothing_of_it_confirms_nothing(app: Flask, text: str) -> None:
    """Ticket systems and holiday notices do not always say what they are, and some send back what they got."""
    mail(app, ZOE)
    said = text.format(whole=f"Thank you for your mail:\r\n{letters(ZOE)[0].text}")
    for _again in range(3):
        reply(app, ZOE, said, headers="X-Auto-Response-Suppress: All\r\n")
    assert confirmed_by() is None
    # If it was somebody, they are told what to do: once, and so that no program answers.
    answer, _receipt = letters(ZOE)
    assert (answer.subject, answer.is_automatic) == ("Your mail about entry 1 of “A small challenge”", True)
    assert "could not tell whether that answer is yours" in answer.text
    reply(app, ZOE, "Dag,\r\n\r\nJa, die is van mij!")
    assert confirmed_by() == "reply"


def test_the_code_in_an_answer_confirms_it_too(app: Flask) -> None:
    mail(app, ZOE)
    reply(app, ZOE, f"Hello, this is it: {code_for(ZOE)}")
    assert confirmed_by() == "reply"


def test_whoever_says_that_it_is_not_theirs_does_not_confirm_it_and_the_editors_see_that(
    app: Flask, sign_in: SignIn, editor: Actor
) -> None:
    mail(app, ZOE)
    judge(editor)
    reply(app, ZOE, "Yes, I got this. I never sent it! Not mine, do not count it.")
    assert confirmed_by() is None
    desk = sign_in(make_person(role="editor", email="desk@example.org"))
    for page in (f"/desk/challenges/{SLUG}", f"/desk/challenges/{SLUG}/entries/1"):
        shown = desk.get(page).text
        assert ("not theirs, says whoever reads that mail" in shown, ZOE in shown) == (True, False)
    with pytest.raises(RuleBroken):
        announce(editor)
    # A slip is put right by whoever made it.
    reply(app, ZOE, "Yes")
    assert "not theirs" not in desk.get(f"/desk/challenges/{SLUG}").text
    assert confirmed_by() == "reply"


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
        run_due_jobs()
        reply(app, BRAM)
        now.move_to(NOON + WEEK - timedelta(seconds=1))
        ask_senders({})
        assert outcome_of(entry().challenge).unconfirmed == 1
        now.move_to(NOON + WEEK)
        ask_senders({})
        assert outcome_of(entry().challenge).candidate == 2
        # What is over stays over, and mail about it does not come back as if its address had never been there.
        place = letters(ZOE)[0].reply_to or ""
        reply(app, ZOE, to=place)
        assert announce(editor) == 2
        assert (entry(1).eligible, entry(1).why_not) == (False, "unconfirmed")
        reply(app, ZOE, to=place)
        assert confirmed_by(1) is None
        assert ["Alas, it came too late" in letter.text for letter in letters(ZOE)] == [True, False, False]


def test_an_answer_to_the_receipt_that_came_in_time_counts_when_it_is_read_late(
    app: Flask, editor: Actor
) -> None:
    with time_machine.travel(NOON, tick=False) as now:
        mail(app, ZOE)
        mail(app, BRAM)
        judge(editor, 1)
        judge(editor, 2)
        run_due_jobs()
        now.move_to(NOON + WEEK - timedelta(seconds=1))
        reply(app, ZOE, read=False)
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
        run_due_jobs()
        assert "Please do so before 4 December 2026 at " in client.get(page).text
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


def test_the_page_of_an_answer_that_was_typed_does_not_speak_of_a_mail(
    client: FlaskClient, challenge: Challenge
) -> None:
    typed, mailed = make_entry(challenge, door=Door.FORM), make_entry(challenge)
    for each in (typed, mailed):
        make_confirmation(each)
    of_a_form = ("Anybody can type an address in a form", "Fingerprint of what we have stored (SHA-256)")
    of_a_mail = ("Anybody can write an address on a mail", "Fingerprint of your message (SHA-256)")
    shown = [client.get(f"/receipts/{token_of(each)}").text for each in (typed, mailed)]
    for said in of_a_form:
        assert [said in page for page in shown] == [True, False]
    for said in of_a_mail:
        assert [said in page for page in shown] == [False, True]


def test_who_leaves_takes_the_code_along_and_nothing_asks_for_their_word_any_more(
    app: Flask, editor: Actor
) -> None:
    mail(app, ZOE)
    judge(editor)
    run_due_jobs()
    zoe = make_person(email=ZOE)
    erase_from_challenges(Leaving(zoe.id, ZOE, zoe.email_key))
    asked = session.scalars(sa.select(EntryConfirmation)).one()
    assert (asked.code_digest, asked.letter_id, entry().why_not) == ("", None, "withdrawn")
