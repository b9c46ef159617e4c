"""The demo."""

import sqlalchemy as sa
from flask import Flask

from blog.challenges.models import Challenge, Entry
from blog.core import clock
from blog.core.db import session
from blog.home.demo.building import JUDGED_CHALLENGE, build_demo
from blog.home.demo.letters import LETTERS
from blog.mailroom.models import OutboxMessage


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
