"""How long the exact bytes of mail are kept: what was read in it stays, and so does what may still be disputed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
import time_machine
from flask import Flask

from blog.challenges.actions.awards import announce_winner
from blog.challenges.actions.verdicts import judge_entry
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.values import Judgement
from blog.core.db import session, unit_of_work
from blog.core.retention import forget_what_is_old
from blog.mailroom.models import Delivery, ReadMessage
from tests.factories.accounts import make_person
from tests.factories.challenges import make_challenge, make_entry
from tests.factories.mailroom import make_mail
from tests.support.prizes import claim

NOON = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
RAW = b"From: anna@example.org\r\nSubject: Hello\r\n\r\nA question.\r\n"


def _forget_after(days: int, *, and_a: timedelta = SECOND) -> dict[str, int]:
    with time_machine.travel(NOON + timedelta(days=days) + and_a, tick=False):
        forgotten = forget_what_is_old()
    session.expire_all()
    return forgotten


def _raw(delivery: Delivery) -> bytes:
    session.rollback()
    return session.scalars(sa.select(Delivery.raw).where(Delivery.id == delivery.id)).one()


def _decide(entry: Entry, *, others: tuple[Entry, ...] = ()) -> None:
    editor = make_person(role="editor").actor
    for other in others:
        with unit_of_work():
            judge_entry(editor, other, Judgement.INCORRECT)
    with unit_of_work():
        judge_entry(editor, entry, Judgement.CORRECT)
    with unit_of_work():
        announce_winner(editor, session.get_one(Challenge, entry.challenge_id))
    claim(entry)


def _keep_for(app: Flask, **days: int) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"], **days)


def test_bytes_go_after_ninety_days_and_what_was_read_stays(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        mail = make_mail(raw=RAW, text="A question.")
    assert _forget_after(90, and_a=timedelta())["raw mail"] == 0
    assert _raw(mail) == RAW

    assert _forget_after(90)["raw mail"] == 1

    kept = session.get_one(Delivery, mail.id)
    assert (kept.raw, kept.size, kept.received_at, kept.forgotten_at) == (b"", len(RAW), NOON, None)
    assert len(kept.sha256) == 64
    assert session.get_one(ReadMessage, mail.id).text == "A question."
    assert _forget_after(91)["raw mail"] == 0


def test_what_was_not_read_yet_keeps_its_bytes(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        unread = make_mail(raw=RAW, is_read=False)

    _forget_after(200)

    assert _raw(unread) == RAW


def test_answers_without_a_decision_keep_their_bytes(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        waiting = make_entry(make_challenge()).delivery
    waits = session.get_one(Delivery, waiting.id)

    _forget_after(1000)

    assert _raw(waits) != b""


def test_what_has_won_keeps_its_bytes_and_the_others_lose_theirs(app: Flask) -> None:
    original = app.extensions["settings"]
    # Longer than the bytes, so that it is the bytes alone that go.
    _keep_for(app, keep_answers_days=1000)
    try:
        with time_machine.travel(NOON, tick=False):
            challenge = make_challenge()
            lost, won = make_entry(challenge, text="No."), make_entry(challenge, text="Yes.")
            _decide(won, others=(lost,))
        ids = lost.delivery_id, won.delivery_id

        _forget_after(91)

        lost_mail, won_mail = (session.get_one(Delivery, each) for each in ids)
        assert (_raw(lost_mail), _raw(won_mail) == b"") == (b"", False)
        assert session.get_one(ReadMessage, ids[0]).text == "No."
    finally:
        app.extensions["settings"] = original


def test_nought_days_keep_bytes_as_long_as_their_message(app: Flask) -> None:
    original = app.extensions["settings"]
    _keep_for(app, keep_raw_mail_days=0)
    try:
        with time_machine.travel(NOON, tick=False):
            mail = make_mail(raw=RAW)
        assert _forget_after(364)["raw mail"] == 0
        assert _raw(mail) == RAW
    finally:
        app.extensions["settings"] = original
