"""What is forgotten in time, everywhere: to the second, in portions, and nothing that is still needed."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from blog.accounts.actions.audit import Who, write_down
from blog.accounts.actions.codes import ask_for_code
from blog.accounts.actions.invitations import invite
from blog.accounts.actions.sessions import start_session
from blog.accounts.models.audit import AuditRecord, AuditSource
from blog.accounts.models.codes import CodeMail, MailedCode, WrongCode
from blog.accounts.models.factors import UsedChallenge
from blog.accounts.models.invitations import Invitation
from blog.accounts.models.sign_in import BrowserSession, SetupLink, SignInFailure
from blog.accounts.values import AuditDoor, SignInMethod
from blog.challenges.actions import announce_winner, judge_entry
from blog.challenges.models import Challenge, Entry
from blog.challenges.values import Judgement
from blog.core import clock
from blog.core.db import Base, session, unit_of_work
from blog.core.retention import forget_what_is_old
from blog.mailroom import forgetting
from blog.mailroom.models import Delivery, OutboxMessage, ReadMessage
from blog.mailroom.values import OutboxState
from tests.factories.accounts import make_person
from tests.factories.challenges import make_challenge, make_entry
from tests.factories.mailroom import make_outbox_message
from tests.support.jobs import run_due_jobs

NOON = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_networks_go_after_thirty_days_and_acts_stay(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False), unit_of_work():
        write_down("signed in", Who(1, AuditDoor.WEB, "203.0.113.9"))
    forget_at(NOON + timedelta(days=30))
    assert count(AuditSource) == 1
    forget_at(NOON + timedelta(days=30) + SECOND)
    assert (count(AuditSource), count(AuditRecord)) == (0, 1)


def test_what_guesses_are_counted_by_goes_after_two_days(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False), unit_of_work():
        ask_for_code("anna@example.org", source="203.0.113.9", language="en", goal="/")
        session.add(WrongCode(mailbox="anna@example.org", source="203.0.113.9", at=NOON))
        session.add(SignInFailure(email_key="anna@example.org", source="203.0.113.9", at=NOON))
        session.add(UsedChallenge(challenge_digest="x", at=NOON))
        session.add(SetupLink(token_digest="x", created_at=NOON, expires_at=NOON))
    gone = (MailedCode, CodeMail, WrongCode, SignInFailure, UsedChallenge, SetupLink)
    forget_at(NOON + timedelta(days=2))
    assert [count(model) for model in gone] == [1] * len(gone)
    forget_at(NOON + timedelta(days=2) + SECOND)
    assert [count(model) for model in gone] == [0] * len(gone)


def test_invitations_go_after_they_have_ended(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        admin = make_person(role="admin")
        with unit_of_work():
            used = invite(admin.actor, "a@example.org", ["author"], language="en", source="x")
            invite(admin.actor, "b@example.org", ["author"], language="en", source="x")
            used.used_at = NOON
    forget_at(NOON + timedelta(days=90))
    assert count(Invitation) == 2
    forget_at(NOON + timedelta(days=90) + SECOND)
    assert session.scalars(sa.select(Invitation.email)).all() == ["b@example.org"]
    forget_at(NOON + timedelta(days=97) + SECOND)
    assert count(Invitation) == 0


def test_sessions_that_ran_out_go(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        person = make_person()
        with unit_of_work():
            start_session(person, "", SignInMethod.CODE)
    forget_at(NOON + timedelta(days=29))
    assert count(BrowserSession) == 1
    forget_at(NOON + timedelta(days=30) + SECOND)
    assert count(BrowserSession) == 0


def test_letters_lose_their_words_and_stay_sent(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "PORTION", 2)
    with time_machine.travel(NOON, tick=False):
        for number in range(5):
            make_outbox_message(cause=f"test:{number}", recipient="anna@example.org")
        run_due_jobs()
        waiting = make_outbox_message(cause="test:waiting")
    forget_at(NOON + timedelta(days=90))
    assert set(session.scalars(sa.select(OutboxMessage.state))) == {OutboxState.CAUGHT, OutboxState.WAITING}
    forget_at(NOON + timedelta(days=90) + SECOND)
    forgotten = session.execute(
        sa.select(OutboxMessage.recipient, OutboxMessage.subject, OutboxMessage.text).where(
            OutboxMessage.state == OutboxState.FORGOTTEN
        )
    ).all()
    assert [tuple(row) for row in forgotten] == [("", "", "")] * 5
    assert session.get_one(OutboxMessage, waiting.id).recipient == "reader@example.org"
    # What it was sent for is still known: it is not sent again.
    make_outbox_message(cause="test:1")
    assert count(OutboxMessage) == 6


def test_answers_go_after_the_announcement_and_the_winning_one_later(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        editor, challenge, running = make_person(role="editor"), make_challenge(), make_challenge()
        lost, won = make_entry(challenge, text="Wrong."), make_entry(challenge, text="Right.")
        waits = make_entry(running, text="Who knows.")
        for entry, judgement in ((lost, Judgement.INCORRECT), (won, Judgement.CORRECT)):
            with unit_of_work():
                judge_entry(editor.actor, entry, judgement)
        with unit_of_work():
            announce_winner(editor.actor, session.get_one(Challenge, challenge.id))
    digests = set(session.scalars(sa.select(Delivery.sha256)))
    forget_at(NOON + timedelta(days=30))
    assert texts() == {"Wrong.", "Right.", "Who knows."}
    forget_at(NOON + timedelta(days=30) + SECOND)
    assert texts() == {"Right.", "Who knows."}
    forget_at(NOON + timedelta(days=2557) + SECOND)
    assert texts() == {"Who knows."}
    assert session.get_one(Delivery, waits.delivery_id).raw != b""
    assert session.get_one(Delivery, lost.delivery_id).raw == b""
    # Numbers, eligibility and fingerprints are what anybody can still check.
    assert set(session.scalars(sa.select(Delivery.sha256))) == digests
    assert session.scalars(sa.select(Entry.eligible)).all() == [True, True, True]


def test_it_says_how_much_it_forgot_and_a_second_time_nothing(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False), unit_of_work():
        session.add(SignInFailure(email_key="anna@example.org", source="x", at=NOON - timedelta(days=3)))
    with time_machine.travel(NOON, tick=False):
        assert {name: n for name, n in forget_what_is_old().items() if n} == {"refused sign-ins": 1}
        assert {name: n for name, n in forget_what_is_old().items() if n} == {}


def forget_at(instant: datetime) -> None:
    with time_machine.travel(instant, tick=False):
        assert clock.now() == instant
        forget_what_is_old()
    session.expire_all()


def count(model: type[Base]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def texts() -> set[str]:
    return set(session.scalars(sa.select(ReadMessage.text))) - {""}
