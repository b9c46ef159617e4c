"""The demo."""

import secrets
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from blog.challenges.losses import losses
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.queries.ledger import newest_checkpoints
from blog.challenges.signed_notes import all_signed
from blog.challenges.witnessing import make_checkpoints
from blog.core import clock
from blog.core.db import session, unit_of_work
from blog.home.demo.building import JUDGED_CHALLENGE, build_demo
from blog.home.demo.letters import LETTERS
from blog.home.demo.people import make_password
from blog.home.demo.removal import remove_demo
from blog.mailroom.models import Delivery, OutboxMessage
from tests.factories.challenges import make_confirmation
from tests.factories.mailroom import make_sender_check


def test_its_answers_came_in_one_after_the_other_while_the_challenge_was_open(app: Flask) -> None:
    build_demo()
    challenge = session.scalars(sa.select(Challenge).where(Challenge.slug == JUDGED_CHALLENGE)).one()
    entries = session.scalars(
        sa.select(Entry).where(Entry.challenge_id == challenge.id).order_by(Entry.number)
    ).all()
    moments = [entry.received_at for entry in entries]
    assert len(set(moments)) == len(LETTERS)
    assert challenge.opens_at is not None
    in_order = [challenge.opens_at, *moments, clock.now()]
    assert in_order == sorted(in_order)
    assert [entry.delivery.received_at for entry in entries] == moments
    assert [entry.why_not for entry in entries if not entry.eligible] == ["automatic"]
    # Receipts tell the same moment as the pages.
    receipt = session.scalars(
        sa.select(OutboxMessage).where(OutboxMessage.cause == f"receipt:{entries[0].id}")
    ).one()
    assert f"{moments[0]:%M:%S}" in receipt.text


def test_it_goes_with_all_that_was_asked_of_those_who_answered(app: Flask) -> None:
    build_demo()
    entry_id, delivery_id = session.execute(sa.select(Entry.id, Entry.delivery_id).limit(1)).one()
    make_sender_check(session.get_one(Delivery, delivery_id), "unaligned")
    make_confirmation(session.get_one(Entry, entry_id))
    with unit_of_work():
        remove_demo()
    assert session.scalars(sa.select(Entry)).all() == []


def test_once_it_has_gone_nothing_is_missed_that_was_signed_and_it_can_come_again(app: Flask) -> None:
    build_demo()
    make_checkpoints({})
    assert all_signed()
    with unit_of_work():
        remove_demo()
    assert losses() == []
    build_demo()
    make_checkpoints({})
    assert losses() == []
    judged = session.scalars(sa.select(Challenge).where(Challenge.slug == JUDGED_CHALLENGE)).one()
    assert len(newest_checkpoints(judged)) == 1


def test_its_password_is_none_of_those_that_are_tried_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = ["5e2a90c4d1b7", "123456789012"]

    def draw(_size: int) -> str:
        return drawn.pop()

    monkeypatch.setattr(secrets, "token_hex", draw)

    assert make_password(tmp_path) == "demo-5e2a90c4d1b7"
