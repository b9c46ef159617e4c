"""What is forgotten in time, everywhere: to the second, in portions, and nothing that is still needed."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from blog.accounts.actions.audit import Who, write_down
from blog.accounts.actions.codes import ask_for_code
from blog.accounts.actions.erasing import ask_for_erasure
from blog.accounts.actions.invitations import invite
from blog.accounts.actions.sessions import start_session
from blog.accounts.holdings import CommentsFate
from blog.accounts.jobs import erase
from blog.accounts.models.audit import AuditRecord, AuditSource
from blog.accounts.models.codes import CodeMail, MailedCode, WrongCode
from blog.accounts.models.factors import UsedChallenge
from blog.accounts.models.invitations import Invitation
from blog.accounts.models.people import LeftHandle
from blog.accounts.models.sign_in import BrowserSession, SetupLink, SignInFailure
from blog.accounts.values import AuditDoor, SignInMethod
from blog.challenges.actions.awards import announce_winner
from blog.challenges.actions.challenges import close_challenge
from blog.challenges.actions.prizes import mark_returned, mark_sent
from blog.challenges.actions.verdicts import judge_entry
from blog.challenges.models.awards import Award
from blog.challenges.models.challenges import Challenge, Prize
from blog.challenges.models.entries import Entry
from blog.challenges.queries.entries import receipts_sent
from blog.challenges.values import ChallengeStatus, Ineligible, Judgement
from blog.core import clock, portions
from blog.core.config import Settings
from blog.core.db import Base, session, unit_of_work
from blog.core.retention import Retention, forget_what_is_old, register_retention, retentions
from blog.mailroom.models import Delivery, DoorReceipt, OutboxMessage, ReadMessage
from blog.mailroom.values import OutboxState
from tests.factories.accounts import make_person
from tests.factories.challenges import make_challenge, make_delivery, make_entry, make_message
from tests.factories.mailroom import make_mail, make_outbox_message
from tests.support.jobs import run_due_jobs
from tests.support.prizes import claim

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
    monkeypatch.setattr(portions, "PORTION", 2)
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
        claim(won)
        with unit_of_work():
            mark_sent(editor.actor, session.get_one(Challenge, challenge.id), 2)
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


def test_from_which_machine_mail_came_goes_after_thirty_days_and_the_mail_stays(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        make_entry(make_challenge(), text="An answer.")
    forget_at(NOON + timedelta(days=30))
    assert session.execute(sa.select(Delivery.peer, Delivery.helo)).one() == ("192.0.2.1", "mail.example.org")
    forget_at(NOON + timedelta(days=30) + SECOND)
    assert session.execute(sa.select(Delivery.peer, Delivery.helo)).one() == ("", "")
    assert texts() == {"An answer."}


def test_what_cannot_win_goes_once_its_challenge_takes_no_answers_any_more(app: Flask) -> None:
    later = NOON + timedelta(days=40)
    with time_machine.travel(NOON, tick=False):
        running, closing = make_challenge(), make_challenge(closes_at=later)
        closed = make_challenge(status=ChallengeStatus.CLOSED, closes_at=NOON - SECOND)
        make_entry(running, text="Automatic, still open.", why_not=Ineligible.AUTOMATIC)
        make_entry(closing, text="Automatic.", why_not=Ineligible.AUTOMATIC)
        make_entry(closing, text="May win.")
        make_entry(closed, text="Late.", why_not=Ineligible.LATE)
    forget_at(NOON + timedelta(days=30))
    assert texts() == {"Automatic, still open.", "Automatic.", "May win.", "Late."}
    forget_at(NOON + timedelta(days=30) + SECOND)
    assert texts() == {"Automatic, still open.", "Automatic.", "May win."}
    forget_at(later - SECOND)
    assert "Automatic." in texts()
    forget_at(later)
    assert texts() == {"Automatic, still open.", "May win."}


def test_what_can_still_take_part_again_is_kept_until_its_challenge_is_over(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        challenge = make_challenge()
        right = make_entry(challenge, text="Right.")
        make_entry(challenge, text="Automatic.", why_not=Ineligible.AUTOMATIC)
        make_entry(challenge, text="Disqualified.", why_not=Ineligible.DISQUALIFIED)
        make_entry(challenge, text="Unconfirmed.", why_not=Ineligible.UNCONFIRMED)
    over = NOON + timedelta(days=40)
    editor = make_person(role="editor").actor
    with time_machine.travel(over - timedelta(days=1), tick=False), unit_of_work():
        close_challenge(editor, challenge)
    forget_at(over - SECOND)
    assert texts() == {"Right.", "Disqualified.", "Unconfirmed."}
    with time_machine.travel(over, tick=False):
        announce(right)
    forget_at(over + timedelta(days=30))
    assert texts() == {"Right.", "Disqualified.", "Unconfirmed."}
    forget_at(over + timedelta(days=30) + SECOND)
    assert texts() == {"Right."}


def test_what_comes_in_after_the_announcement_is_kept_as_long_from_then_on(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        challenge = make_challenge()
        announce(make_entry(challenge, text="Right."))
    late = NOON + timedelta(days=100)
    with time_machine.travel(late, tick=False):
        make_entry(challenge, text="Late.", why_not=Ineligible.LATE)
    forget_at(late + timedelta(days=30))
    assert texts() == {"Right.", "Late."}
    forget_at(late + timedelta(days=30) + SECOND)
    assert texts() == {"Right."}


def test_what_nobody_decides_on_goes_a_year_after_closing(app: Flask) -> None:
    with time_machine.travel(NOON - timedelta(days=100), tick=False):
        running = make_challenge()
        closed = make_challenge()
        past = make_challenge(closes_at=NOON)
        make_entry(running, text="Still open.")
        make_entry(closed, text="Closed by hand.")
        make_entry(past, text="Closed by the clock.")
    editor = make_person(role="editor").actor
    with time_machine.travel(NOON, tick=False), unit_of_work():
        close_challenge(editor, closed)
    forget_at(NOON + timedelta(days=365))
    assert texts() == {"Still open.", "Closed by hand.", "Closed by the clock."}
    forget_at(NOON + timedelta(days=365) + SECOND)
    assert texts() == {"Still open."}


def test_mail_that_waits_for_no_challenge_goes_a_year_after_it_came(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        make_entry(make_challenge(status=ChallengeStatus.DRAFT), text="For a draft.")
        with unit_of_work():
            delivery = make_delivery("elsewhere", b"Elsewhere.", "anna@example.org", NOON)
            session.add(delivery)
            session.flush()
            session.add(make_message(delivery, text="Elsewhere."))
    forget_at(NOON + timedelta(days=365))
    assert texts() == {"For a draft.", "Elsewhere."}
    forget_at(NOON + timedelta(days=365) + SECOND)
    assert texts() == set()


@pytest.mark.parametrize("is_sent", [True, False])
def test_a_winner_who_has_left_is_forgotten_in_time_like_any_other_and_at_once_where_they_get_no_prize(
    app: Flask, is_sent: bool
) -> None:
    editor = make_person(role="editor").actor
    with time_machine.travel(NOON, tick=False):
        challenge = make_challenge()
        announce(make_entry(challenge, from_address="anna@example.org", text="Right."))
        if is_sent:
            with unit_of_work():
                mark_sent(editor, challenge, 1)
        anna = make_person(email="anna@example.org")
        with unit_of_work():
            erasure = ask_for_erasure(anna, CommentsFate.KEEP, anna.actor).id
        erase({"erasure": erasure})
    assert texts() == ({"Right."} if is_sent else set())
    if not is_sent:
        return
    forget_at(NOON + timedelta(days=2557))
    assert texts() == {"Right."}
    forget_at(NOON + timedelta(days=2557) + SECOND)
    assert texts() == set()


def test_where_a_prize_was_sent_is_kept_as_long_as_the_law_wants_and_where_it_was_not_a_year_longer(
    app: Flask,
) -> None:
    with time_machine.travel(NOON, tick=False):
        sent, unsent = make_entry(make_challenge()), make_entry(make_challenge())
        for entry in (sent, unsent):
            announce(entry)
        editor = make_person(role="editor").actor
        with unit_of_work():
            mark_sent(editor, sent.challenge, 1)
    kept = timedelta(days=2557)
    for later, left in (
        (kept, 2),
        (kept + SECOND, 1),
        (kept + timedelta(days=365), 1),
        (kept + timedelta(days=365) + SECOND, 0),
    ):
        forget_at(NOON + later)
        assert session.scalar(sa.select(sa.func.count()).where(Award.address != "")) == left, later


@pytest.mark.parametrize("days", [0, 5])
def test_what_has_won_is_kept_for_so_long_after_its_prize_was_sent_and_all_was_over(
    app: Flask, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    """However short that is, its winner can be written to and their prize sent; also once a parcel came back."""
    settings: Settings = app.extensions["settings"]
    monkeypatch.setitem(app.extensions, "settings", replace(settings, keep_winners_days=days))
    editor = make_person(role="editor").actor
    with time_machine.travel(NOON, tick=False):
        challenge = make_challenge()
        anna, bert = (make_entry(challenge, text=name) for name in ("Anna", "Bert"))
        with unit_of_work():
            session.add_all(Prize(challenge_id=challenge.id, rank=rank, title="Book") for rank in (1, 2))
        for entry in (anna, bert):
            with unit_of_work():
                judge_entry(editor, entry, Judgement.CORRECT)
        with unit_of_work():
            announce_winner(editor, session.get_one(Challenge, challenge.id))

    def after(later: int, *, and_a: timedelta = timedelta()) -> tuple[set[str], list[str]]:
        forget_at(NOON + timedelta(days=later) + and_a)
        return texts(), [*session.scalars(sa.select(Award.address).order_by(Award.rank))]

    assert after(30) == ({"Anna", "Bert"}, ["", ""])
    with time_machine.travel(NOON + timedelta(days=30), tick=False):
        claim(anna, address="Kade 1")
        with unit_of_work():
            mark_sent(editor, challenge, 1)
    # It is not over yet: the other one has still to claim theirs.
    assert after(60) == ({"Anna", "Bert"}, ["Kade 1", ""])
    with time_machine.travel(NOON + timedelta(days=60), tick=False):
        claim(bert, address="Kade 2")
        with unit_of_work():
            mark_returned(editor, challenge, 1)
        claim(anna, address="Kade 3")
    assert after(90) == ({"Anna", "Bert"}, ["Kade 3", "Kade 2"])
    with time_machine.travel(NOON + timedelta(days=90), tick=False), unit_of_work():
        mark_sent(editor, challenge, 1)
    assert after(90 + days) == ({"Anna", "Bert"}, ["Kade 3", "Kade 2"])
    assert after(90 + days, and_a=SECOND) == ({"Bert"}, ["", "Kade 2"])
    # What nobody says was sent is kept a year longer: then nobody sends it any more.
    assert after(60 + days + 365) == ({"Bert"}, ["", "Kade 2"])
    assert after(60 + days + 365, and_a=SECOND) == (set(), ["", ""])


def test_a_letter_that_still_counts_against_a_limit_is_not_forgotten(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings: Settings = app.extensions["settings"]
    monkeypatch.setitem(app.extensions, "settings", replace(settings, keep_letters_days=0))
    with time_machine.travel(NOON, tick=False):
        challenge = make_challenge()
        make_outbox_message(cause=f"receipt:{make_entry(challenge).id}", recipient="anna@example.org")
        run_due_jobs()
    forget_at(NOON + timedelta(days=2))
    assert receipts_sent(challenge, "anna@example.org", NOON) == (1, 1)
    forget_at(NOON + timedelta(days=2) + SECOND)
    assert receipts_sent(challenge, "anna@example.org", NOON) == (0, 0)


def test_nobody_waits_for_more_than_a_portion(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portions, "PORTION", 2)
    fill_up(5)
    asked: defaultdict[str, list[int]] = defaultdict(list)
    before = retentions()
    register_retention(*(replace(each, forget=noting(each, asked)) for each in before))
    try:
        forget_at(NOON + timedelta(days=4000))
    finally:
        register_retention(*before)
    assert set(asked) == {each.name for each in before}
    assert {name: sizes for name, sizes in asked.items() if len(sizes) < 3 or max(sizes) > 2} == {}


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("letters", "ix_outbox_message_words"),
        ("networks of mail", "ix_delivery_network"),
        ("answers", "ix_delivery_kept"),
        ("mail to ourselves", "ix_delivery_kept"),
        ("undecided answers", "ix_delivery_kept"),
    ],
)
def test_what_was_forgotten_costs_nothing_any_more(app: Flask, name: str, index: str) -> None:
    """Only indexes without what was forgotten are looked into, where there may be a million of it."""
    bind = session().get_bind()
    is_postgres = bind.dialect.name == "postgresql"
    if is_postgres:
        # With empty tables it would look through all of them.
        session.execute(sa.text("SET LOCAL enable_seqscan = off"))
    find = next(each.find for each in retentions() if each.name == name)
    query = find(NOON).compile(dialect=bind.dialect, compile_kwargs={"literal_binds": True})
    explain = "EXPLAIN" if is_postgres else "EXPLAIN QUERY PLAN"
    plan = "\n".join(str(tuple(row)) for row in session.execute(sa.text(f"{explain} {query}")))
    assert index in plan
    session.rollback()


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


def announce(entry: Entry) -> None:
    editor = make_person(role="editor")
    with unit_of_work():
        judge_entry(editor.actor, entry, Judgement.CORRECT)
    with unit_of_work():
        announce_winner(editor.actor, session.get_one(Challenge, entry.challenge_id))
    claim(entry, address="Kade 1")


def fill_up(total: int) -> None:
    """So many rows of everything that is forgotten in time."""
    with time_machine.travel(NOON, tick=False):
        admins = [make_person(role="admin") for _each in range(total)]
        draft = make_challenge(status=ChallengeStatus.DRAFT)
        over = make_challenge(status=ChallengeStatus.CLOSED, closes_at=NOON)
        for number, admin in enumerate(admins):
            announce(make_entry(make_challenge()))
            make_entry(draft, text="Undecided.")
            make_entry(over, why_not=Ineligible.LATE)
            make_mail(route="loopback")
            make_outbox_message(cause=f"loopback:{number}")
            with unit_of_work():
                write_down("signed in", Who(admin.id, AuditDoor.WEB, "203.0.113.9"))
                start_session(admin, "", SignInMethod.CODE)
                invite(admin.actor, f"a{number}@example.org", ["author"], language="en", source="x")
                ask_for_code(f"b{number}@example.org", source="203.0.113.9", language="en", goal="/")
                session.add(WrongCode(mailbox="anna@example.org", source="203.0.113.9", at=NOON))
                session.add(SignInFailure(email_key="anna@example.org", source="203.0.113.9", at=NOON))
                session.add(UsedChallenge(challenge_digest=f"x{number}", at=NOON))
                session.add(SetupLink(token_digest=f"x{number}", created_at=NOON, expires_at=NOON))
                session.add(LeftHandle(look_mac=f"x{number}", left_at=NOON))
                session.add(DoorReceipt(door="mailgun", key=f"x{number}", told=["entry 1"], at=NOON))
        run_due_jobs()


def noting(
    retention_: Retention, asked: defaultdict[str, list[int]]
) -> Callable[[datetime, Sequence[Any]], int]:
    def forget(before: datetime, keys: Sequence[Any]) -> int:
        asked[retention_.name].append(len(keys))
        return retention_.forget(before, keys)

    return forget


def count(model: type[Base]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def texts() -> set[str]:
    return set(session.scalars(sa.select(ReadMessage.text))) - {""}
