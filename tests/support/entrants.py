"""People who answer a challenge by mail and are asked whether it was them, and the editors who judge and announce."""

import re
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from flask import Flask

from blog.challenges.actions.awards import announce_winner
from blog.challenges.actions.verdicts import judge_entry
from blog.challenges.models.entries import Entry, EntryConfirmation
from blog.challenges.values import Judgement
from blog.core.actor import Actor
from blog.core.db import session, unit_of_work
from blog.mailroom.accepting import Incoming
from blog.mailroom.doors.intake import Accepted, accept
from blog.mailroom.models import OutboxMessage
from blog.mailroom.routes import resolve
from blog.mailroom.values import Door, Envelope
from tests.support.jobs import run_due_jobs

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
SLUG = "a-question"
ZOE, BRAM = "zoe@example.org", "bram@example.net"
CODE = re.compile(r"^    (\S{4}-\S{4}-\S{4})$", re.MULTILINE)


def mail(
    app: Flask,
    sender: str,
    *,
    to: str = f"{SLUG}@answers.example.org",
    headers: str = "",
    text: str = "Forty-two.",
    subject: str = "Answer",
    read: bool = True,
) -> None:
    """A mail comes in at the pipe door, and is read."""
    destination = resolve(to, "answers.example.org")
    session.rollback()
    assert destination is not None
    charset = "Content-Type: text/plain; charset=utf-8\r\n"
    raw = f"From: {sender}\r\n{headers}{charset}Subject: {subject}\r\n\r\n{text}\r\n".encode()
    envelope = Envelope(Door.PIPE, sender, (to,), "local", "", tls=False)
    assert isinstance(accept(app, Incoming(envelope, (destination,), raw)), Accepted)
    if read:
        run_due_jobs()


def reply(
    app: Flask, sender: str, text: str = "Yes", *, to: str = "", headers: str = "", read: bool = True
) -> None:
    """Somebody answers the last mail that they got from us, or one of before, whose address for that was `to`."""
    mail(app, sender, to=to or letters(sender)[0].reply_to or "", headers=headers, text=text, read=read)


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
