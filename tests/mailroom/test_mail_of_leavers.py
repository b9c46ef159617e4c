"""Mail of people who leave: theirs goes, that of others stays, whenever it comes in, and whatever it says of itself."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from blog.accounts.actions import erasing
from blog.accounts.actions.invitations import invite
from blog.accounts.erasure_log import FILE_NAME
from blog.accounts.holdings import CommentsFate, Leaving
from blog.accounts.jobs import carry_out, erase
from blog.accounts.models.invitations import Invitation
from blog.accounts.models.people import FormerAddress, Person
from blog.challenges.actions.awards import announce_winner
from blog.challenges.actions.prizes import mark_returned, mark_sent
from blog.challenges.actions.verdicts import judge_entry
from blog.challenges.models.challenges import Challenge, Prize
from blog.challenges.models.entries import Entry
from blog.challenges.values import Ineligible, Judgement
from blog.core.config import MailRelay, Settings, current_settings
from blog.core.db import session, unit_of_work
from blog.mailroom import jobs, transport
from blog.mailroom.accepting import Incoming
from blog.mailroom.doors.intake import accept
from blog.mailroom.models import Delivery, OutboxMessage, ReadMessage
from blog.mailroom.own_holdings import in_the_name_of
from blog.mailroom.routes import resolve
from blog.mailroom.values import Door, Envelope, OutboxState
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.challenges import make_challenge, make_entry
from tests.factories.mailroom import make_outbox_message
from tests.support.jobs import run_due_jobs
from tests.support.prizes import claim
from tests.support.traces import traces_of

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ADDRESS = "a-question@answers.example.org"
FROM_ANNA = b"From: Anna Bos <anna@example.org>\r\nSubject: My answer\r\n\r\nForty-two.\r\n"


@pytest.fixture(autouse=True)
def empty_log(app: Flask) -> Iterator[None]:
    """Nobody has left yet."""
    path = current_settings().instance / FILE_NAME
    path.unlink(missing_ok=True)
    yield
    Path(path).unlink(missing_ok=True)


def test_who_has_no_address_finds_nobody(app: Flask) -> None:
    make_entry(make_challenge(), from_address="")
    make_entry(make_challenge(), from_address="bo@example.org")
    for nobody in (Leaving(0, "", ""), Leaving(0, " ", "")):
        assert session.scalars(sa.select(Delivery.id).where(in_the_name_of(nobody))).all() == []


def test_an_answer_of_somebody_else_that_says_it_is_theirs_stays_and_loses_their_address(app: Flask) -> None:
    challenge = make_challenge()
    forged = make_entry(challenge, from_address="bo@example.org", text="Bo's answer")
    with unit_of_work():
        message = session.get_one(ReadMessage, forged.delivery_id)
        message.from_address, message.from_name = "Anna@example.org", "Anna Bos"
    own = make_entry(challenge, from_address="anna@example.org", text="Anna's answer")
    unknown = make_entry(challenge, from_address="anna@example.org", envelope_sender_known=False)

    erase_now(make_person(email="anna@example.org"))

    assert withdrawn() == [own.number, unknown.number]
    kept = session.get_one(ReadMessage, forged.delivery_id)
    assert (kept.from_address, kept.from_name, kept.text) == ("", "", "Bo's answer")
    assert session.get_one(Delivery, forged.delivery_id).forgotten_at is None
    for gone in (own, unknown):
        assert session.get_one(Delivery, gone.delivery_id).raw == b""
        assert session.get_one(ReadMessage, gone.delivery_id).text == ""


def test_what_was_not_read_yet_goes_when_it_is_read(app: Flask) -> None:
    anna = make_person(email="anna@example.org")
    make_challenge(slug="a-question")
    hand_in(app, FROM_ANNA, sender=None)
    erase_now(anna)
    run_due_jobs()
    assert "\n".join(traces_of(["anna"])) == ""
    assert withdrawn() == [1]
    assert (
        session.scalars(sa.select(OutboxMessage.id).where(OutboxMessage.cause.startswith("receipt"))).all()
        == []
    )


@pytest.mark.parametrize(
    ("late", "is_hers"),
    [
        (timedelta(), True),
        (SECOND, False),
        (-timedelta(hours=1), True),
        (-timedelta(hours=1) - SECOND, False),
    ],
)
def test_what_was_not_read_yet_from_an_address_before_is_theirs_for_its_time(
    app: Flask, late: timedelta, is_hers: bool
) -> None:
    with time_machine.travel(NOON, tick=False):
        anna = make_person(email="new@example.org")
        make_challenge(slug="a-question")
        before = FormerAddress(
            person_id=anna.id,
            email="anna@example.org",
            email_key="anna@example.org",
            since=NOON - timedelta(hours=1),
            until=NOON,
        )
        with unit_of_work():
            session.add(before)
    with time_machine.travel(NOON + late, tick=False):
        hand_in(app, FROM_ANNA, sender=None)
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        erase_now(anna)
        run_due_jobs()
    assert (traces_of(["anna"]) == []) is is_hers
    assert withdrawn() == ([1] if is_hers else [])


@pytest.mark.parametrize(("late", "is_hers"), [(timedelta(), True), (-SECOND, False)])
def test_what_was_not_read_yet_from_an_address_that_another_had_is_theirs_from_their_time_on(
    app: Flask, late: timedelta, is_hers: bool
) -> None:
    make_challenge(slug="a-question")
    with time_machine.travel(NOON, tick=False):
        anna = make_person(email="anna@example.org")
        with unit_of_work():
            session.get_one(Person, anna.id).email_since = NOON
    with time_machine.travel(NOON + late, tick=False):
        hand_in(app, FROM_ANNA, sender=None)
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        erase_now(anna)
        run_due_jobs()
    assert (traces_of(["anna"]) == []) is is_hers
    assert withdrawn() == ([1] if is_hers else [])


def test_what_was_not_read_yet_of_somebody_else_is_read_without_their_address(app: Flask) -> None:
    anna = make_person(email="anna@example.org")
    make_challenge(slug="a-question")
    hand_in(app, FROM_ANNA, sender="bo@example.org")
    erase_now(anna)
    run_due_jobs()
    message = session.scalars(sa.select(ReadMessage)).one()
    assert (message.from_address, message.from_name, message.text.strip()) == ("", "", "Forty-two.")
    assert session.scalars(sa.select(Entry.eligible)).all() == [True]
    receipt = session.scalars(sa.select(OutboxMessage).where(OutboxMessage.cause.startswith("receipt"))).one()
    assert receipt.recipient == "bo@example.org"


def test_who_comes_back_is_read_as_anybody(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        erase_now(make_person(email="anna@example.org"))
    with time_machine.travel(NOON + SECOND, tick=False):
        make_challenge(slug="a-question")
        hand_in(app, FROM_ANNA, sender=None)
        run_due_jobs()
    assert session.scalars(sa.select(ReadMessage.from_address)).all() == ["anna@example.org"]
    assert session.scalars(sa.select(Entry.eligible)).all() == [True]


def test_what_comes_in_while_they_are_erased_goes_in_the_last_step(app: Flask) -> None:
    challenge, anna = make_challenge(), make_person(name="Anna Bos", email="anna@example.org")
    erasure = ask(anna)
    with unit_of_work():
        leaving = erasing.begin_erasure(erasure)
    assert leaving is not None
    for eraser in erasing.erasers():
        eraser(leaving)
    make_entry(challenge, from_address="anna@example.org", from_name="Anna Bos")
    forged = make_entry(challenge, from_address="bo@example.org")
    with unit_of_work():
        session.get_one(ReadMessage, forged.delivery_id).from_address = "anna@example.org"
    make_outbox_message(cause="a", recipient="anna@example.org")
    with unit_of_work():
        assert erasing.remove_rows(leaving, is_last_try=False)
    carry_out(erasure, [])
    assert "\n".join(traces_of(["anna"])) == ""
    assert withdrawn() == [1]


def test_invitations_by_them_are_forgotten_and_they_are_told_how_many_end(
    app: Flask, sign_in: SignIn
) -> None:
    ada, other = make_person(name="Ada Root", role="admin"), make_person(role="admin", password_hash="a hash")
    with unit_of_work():
        for email in ("bo@example.org", "cees@example.org"):
            invite(ada.actor, email, ["author"], language="en", source="203.0.113.9")
        invite(other.actor, "dirk@example.org", ["author"], language="en", source="203.0.113.9")
    run_due_jobs()
    page = sign_in(ada).get("/account/erase").text
    assert "2 open invitations of yours: they end" in page
    # One that never left is as secret as one that did, and one that waits is not sent.
    with unit_of_work():
        session.execute(
            sa.update(OutboxMessage)
            .where(OutboxMessage.recipient == "cees@example.org")
            .values(state=OutboxState.WAITING)
        )
    erase_now(ada)
    assert "\n".join(traces_of(["ada root"])) == ""
    assert session.scalars(sa.select(OutboxMessage.recipient).where(OutboxMessage.text != "")).all() == [
        "dirk@example.org"
    ]
    assert session.scalars(sa.select(Invitation.email)).all() == ["dirk@example.org"]


def test_who_has_nobody_invited_hears_nothing_of_it(sign_in: SignIn) -> None:
    assert "open invitation" not in sign_in(make_person()).get("/account/erase").text


@pytest.mark.parametrize("days", [2557, 0])
def test_the_answer_whose_prize_was_sent_stays_in_the_books_and_the_page_says_so(
    app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    keep_for(app, monkeypatch, keep_winners_days=days)
    with time_machine.travel(NOON, tick=False):
        anna = make_person(name="Anna Bos", email="anna@example.org")
        challenge = make_challenge(prize="A good book")
        lost = make_entry(challenge, from_address="anna@example.org", text="Anna's first")
        won = make_entry(challenge, from_address="anna@example.org", text="Anna's second")
        decide({lost: Judgement.INCORRECT, won: Judgement.CORRECT})
        send_prize(challenge, 2)
        page = sign_in(anna).get("/account/erase").text
        in_books = "The answer that won and its address stay in our books until 4 May 2033, as the law wants."
        assert (in_books in page, "nobody can tell any more" in page) == (days > 0, days == 0)
        erase_now(anna)
    assert texts() == ({"Anna's second"} if days else set())
    assert session.get_one(Delivery, won.delivery_id).envelope_sender == (
        "anna@example.org" if days else None
    )
    # From which machine it came no book has to know.
    assert set(session.scalars(sa.select(Delivery.peer))) == {""}
    assert "Anna" not in app.test_client().get(f"/challenges/{challenge.slug}").text


@pytest.mark.parametrize("came_back", [False, True])
def test_who_leaves_before_their_prize_is_sent_does_not_get_it_and_the_page_says_so(
    app: Flask, sign_in: SignIn, came_back: bool
) -> None:
    """Although the challenge is over, as with one prize it is at once when that is claimed."""
    anna = make_person(name="Anna Bos", email="anna@example.org")
    challenge = make_challenge(prize="A good book")
    decide({make_entry(challenge, from_address="anna@example.org", text="Anna's answer"): Judgement.CORRECT})
    editor = make_person(role="editor").actor
    if came_back:
        send_prize(challenge, 1)
        with unit_of_work():
            mark_returned(editor, challenge, 1)
    page = sign_in(anna).get("/account/erase").text
    assert "“A good book”, which you have won: it does not come to you any more." in page
    assert "in our books" not in page
    erase_now(anna)
    assert texts() == set()
    assert "somebody who has left" in app.test_client().get(f"/challenges/{challenge.slug}").text


def test_while_it_is_not_over_the_page_says_how_long_after_that_the_answer_stays(sign_in: SignIn) -> None:
    anna = make_person(name="Anna Bos", email="anna@example.org")
    challenge = make_challenge()
    with unit_of_work():
        session.add_all(Prize(challenge_id=challenge.id, rank=rank, title=f"Book {rank}") for rank in (1, 2))
    first, second = make_entry(challenge, from_address="anna@example.org"), make_entry(challenge)
    decide({second: Judgement.CORRECT, first: Judgement.CORRECT})
    send_prize(challenge, 1)
    page = sign_in(anna).get("/account/erase").text
    assert "stay in our books until 2557 days after the challenge is over, as the law wants." in page


def send_prize(challenge: Challenge, number: int) -> None:
    editor = make_person(role="editor").actor
    with unit_of_work():
        mark_sent(editor, session.get_one(Challenge, challenge.id), number)


def test_a_letter_that_is_forgotten_while_it_is_sent_stays_forgotten(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, ends in enumerate((None, transport.RefusedForGood(550), TimeoutError())):
        anna = make_person(email=f"anna{number}@example.org")
        letter = make_outbox_message(cause=f"test:{number}", recipient=anna.email)
        monkeypatch.setitem(app.extensions, "settings", with_relay(app))
        monkeypatch.setattr(jobs, "send", sending(anna, ends))
        try:
            jobs.send_message({"outbox_id": letter.id})
        except TimeoutError:
            session.rollback()
        row = session.get_one(OutboxMessage, letter.id, populate_existing=True)
        assert (row.state, row.recipient, row.attempts) == (OutboxState.FORGOTTEN, "", 0)


def test_a_secret_that_was_refused_for_good_is_not_kept(app: Flask) -> None:
    letter = make_outbox_message(cause="test")
    with unit_of_work():
        row = session.get_one(OutboxMessage, letter.id)
        row.is_secret = True
        row.note_attempt(OutboxState.FAILED, "refused with 550")
    assert session.get_one(OutboxMessage, letter.id).text == ""


def hand_in(app: Flask, raw: bytes, sender: str | None) -> None:
    destination = resolve(ADDRESS, "answers.example.org")
    session.rollback()
    assert destination is not None
    accept(
        app, Incoming(Envelope(Door.PIPE, sender, (ADDRESS,), "local", "", tls=False), (destination,), raw)
    )


def decide(judgements: dict[Entry, Judgement]) -> None:
    editor = make_person(role="editor")
    for entry, judgement in judgements.items():
        with unit_of_work():
            judge_entry(editor.actor, entry, judgement, "Because." if judgement is Judgement.UNCLEAR else "")
    challenge = next(iter(judgements)).challenge_id
    with unit_of_work():
        won = announce_winner(editor.actor, session.get_one(Challenge, challenge)).entry
    claim(won)


def keep_for(app: Flask, monkeypatch: pytest.MonkeyPatch, *, keep_winners_days: int) -> None:
    settings: Settings = app.extensions["settings"]
    monkeypatch.setitem(app.extensions, "settings", replace(settings, keep_winners_days=keep_winners_days))


def with_relay(app: Flask) -> Settings:
    settings: Settings = app.extensions["settings"]
    return replace(settings, relay=MailRelay("relay.example.org", 25, False, False, None, None))


def sending(leaver: Person, ends: Exception | None) -> Callable[[OutboxMessage], None]:
    """A relay that takes its time: meanwhile the recipient leaves."""

    def send(_row: OutboxMessage) -> None:
        erase_now(session.get_one(Person, leaver.id))
        if ends is not None:
            raise ends

    return send


def ask(person: Person) -> str:
    with unit_of_work():
        return erasing.ask_for_erasure(person, CommentsFate.KEEP, person.actor).id


def erase_now(person: Person) -> None:
    erase({"erasure": ask(person)})


def withdrawn() -> list[int]:
    return list(
        session.scalars(
            sa.select(Entry.number).where(Entry.why_not == Ineligible.WITHDRAWN).order_by(Entry.number)
        )
    )


def texts() -> set[str]:
    return set(session.scalars(sa.select(ReadMessage.text))) - {""}
