"""Somebody who has moved, mailed, invited and won has their account erased: the mail goes, and the books stay right."""

import re
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
import time_machine
from flask import Flask

from blog.accounts.models.people import Person, PersonRole
from blog.challenges.actions.awards import announce_winner
from blog.challenges.actions.prizes import mark_sent
from blog.challenges.actions.verdicts import judge_entry
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.queries.entries import entry_numbered
from blog.challenges.values import Ineligible, Judgement
from blog.core.db import session, unit_of_work
from blog.core.retention import forget_what_is_old
from blog.mailroom.accepting import Incoming
from blog.mailroom.doors.intake import Accepted, accept
from blog.mailroom.models import Delivery, OutboxMessage, ReadMessage
from blog.mailroom.routes import resolve
from blog.mailroom.values import Door, Envelope
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.challenges import make_challenge
from tests.support.jobs import run_due_jobs
from tests.support.prizes import claim
from tests.support.traces import traces_of

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
OLD, NEW = "ada.old@example.org", "ada.new@example.org"
# When the law no longer wants the answer that won.
SEVEN_YEARS = timedelta(days=2557)


def test_an_admin_who_moved_invited_and_won_leaves(app: Flask, sign_in: SignIn) -> None:
    with time_machine.travel(NOON, tick=False):
        make_person(role="admin", password_hash="a hash", email="eva@example.org")
        ada = make_person(name="Ada Root", email=OLD)
        won, lost, running = (make_challenge(slug=slug) for slug in ("won", "lost", "running"))
        for challenge in (won, lost, running):
            hand_in(app, challenge.slug, letter("Ada Root", OLD), OLD)
        hand_in(app, "lost", letter("Bo", "bo@example.org"), "bo@example.org")
        # Whoever this is writes in her name, from their own mailbox.
        hand_in(app, "running", letter("Ada Root", OLD), "cees@example.org")
        run_due_jobs()
        judge(won, {1: Judgement.CORRECT})
        judge(lost, {1: Judgement.INCORRECT, 2: Judgement.CORRECT})
        with unit_of_work():
            session.get_one(Person, ada.id).roles.append(PersonRole(role="admin"))
        move(sign_in, ada)
        browser = sign_in(session.get_one(Person, ada.id))
        invited = {"email": "dirk@example.org", "roles": ["author"], "language": "en"}
        browser.post("/site/invitations", data=invited)
        run_due_jobs()
        page = browser.get("/account/erase").text
        assert "stay in our books until 4 May 2033" in page
        assert "1 answer of yours that still takes part: it is withdrawn." in page
        assert "1 open invitation of yours: it ends" in page
        assert f"person.email: {NEW}" in traces_of([NEW])
        assert browser.post("/account/erase", data={"comments": "keep"}).status_code == 303

    with time_machine.travel(NOON + DAY, tick=False):
        run_due_jobs()
        assert traces_of([NEW]) == []
        # Of her own mail only the answer that won is left, and what somebody else sent in her name.
        assert kept_mail() == [(OLD, OLD), ("bo@example.org", "bo@example.org"), ("cees@example.org", "")]
        visitor = app.test_client()
        for path in ("/challenges/won", "/challenges/lost", "/challenges/running"):
            assert "Ada" not in visitor.get(path).text
        assert "somebody who has left" in visitor.get("/challenges/won").text
        assert why_not("running") == [Ineligible.WITHDRAWN, None]
        # As a word: the random letters of an address may happen to have it in them.
        letters = session.execute(sa.select(OutboxMessage.cause, OutboxMessage.text))
        assert [cause for cause, text in letters if re.search(r"\bAda\b", text)] == []

    with time_machine.travel(NOON + SEVEN_YEARS + timedelta(seconds=1), tick=False):
        forget_what_is_old()
        # What is open stays open: somebody will be told that they have won it.
        assert kept_mail() == [("cees@example.org", "")]


def letter(name: str, address: str) -> bytes:
    return f"From: {name} <{address}>\r\nSubject: My answer\r\n\r\nMy answer, by {name}.\r\n".encode()


def hand_in(app: Flask, slug: str, raw: bytes, sender: str) -> None:
    """A message comes in at the door of this process, whose clock stands still."""
    address = f"{slug}@answers.example.org"
    destination = resolve(address, "answers.example.org")
    session.rollback()
    assert destination is not None
    envelope = Envelope(Door.SMTP, sender, (address,), "192.0.2.1", "mail.example.org", tls=True)
    assert isinstance(accept(app, Incoming(envelope, (destination,), raw)), Accepted)


def judge(challenge: Challenge, judgements: dict[int, Judgement]) -> None:
    editor = make_person(role="editor")
    for number, judgement in judgements.items():
        entry = entry_numbered(session.get_one(Challenge, challenge.id), number)
        assert entry is not None
        with unit_of_work():
            judge_entry(editor.actor, entry, judgement)
    with unit_of_work():
        won = announce_winner(editor.actor, session.get_one(Challenge, challenge.id)).entry
    claim(won)
    with unit_of_work():
        mark_sent(editor.actor, session.get_one(Challenge, challenge.id), won.number)


def move(sign_in: SignIn, person: Person) -> None:
    """With the code that came by mail they get the address that they want."""
    browser = sign_in(person)
    page = browser.post("/account/address", data={"email": NEW}).location
    text = session.scalars(sa.select(OutboxMessage.text).where(OutboxMessage.recipient == NEW)).one()
    browser.post(page, data={"code": re.sub(r"\D", "", text.splitlines()[0])})
    session.expire_all()
    assert person.email == NEW


def kept_mail() -> list[tuple[str | None, str]]:
    """From where the messages came that are still here: by the envelope, and by what they say."""
    rows = session.execute(
        sa.select(Delivery.envelope_sender, ReadMessage.from_address)
        .join(ReadMessage, ReadMessage.delivery_id == Delivery.id)
        .where(Delivery.forgotten_at.is_(None))
        .order_by(Delivery.id)
    )
    return [(sender, address) for sender, address in rows]


def why_not(slug: str) -> list[str | None]:
    query = sa.select(Entry.why_not).join(Challenge, Challenge.id == Entry.challenge_id)
    return list(session.scalars(query.where(Challenge.slug == slug).order_by(Entry.number)))
