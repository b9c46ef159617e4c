"""Nobody is flooded with receipts by somebody who answers in their name."""

import pytest
import sqlalchemy as sa
from flask import Flask

from blog.challenges.models.challenges import Challenge
from blog.challenges.receivers import PROVEN_RECEIPTS_A_DAY
from blog.core.db import session
from blog.mailroom.accepting import Incoming
from blog.mailroom.doors.intake import accept
from blog.mailroom.models import Delivery, OutboxMessage
from blog.mailroom.routes import resolve
from blog.mailroom.values import Door, Envelope
from tests.factories.challenges import make_challenge
from tests.factories.mailroom import make_sender_check
from tests.support.jobs import run_due_jobs


def answer_in_the_name_of(app: Flask, challenge: Challenge, address: str) -> None:
    """A mail comes in that says to be of this address."""
    recipient = f"{challenge.slug}@answers.example.org"
    destination = resolve(recipient, "answers.example.org")
    session.rollback()
    assert destination is not None
    envelope = Envelope(Door.PIPE, "attacker@example.net", (recipient,), "local", "", tls=False)
    accept(app, Incoming(envelope, (destination,), f"From: {address}\r\n\r\nAn answer\r\n".encode()))


@pytest.mark.parametrize(
    "spellings", [["victim@example.org"] * 5, ["victim@example.org", "VICTIM@example.org"] * 3]
)
def test_an_address_gets_three_receipts_a_day_in_any_spelling(app: Flask, spellings: list[str]) -> None:
    challenge = make_challenge()
    for address in spellings:
        answer_in_the_name_of(app, challenge, address)

    run_due_jobs()

    assert session.scalar(sa.select(sa.func.count(OutboxMessage.id))) == 3


def test_who_is_proven_to_have_sent_them_gets_one_for_each_try(app: Flask) -> None:
    challenge = make_challenge()
    for _turn in range(PROVEN_RECEIPTS_A_DAY + 1):
        answer_in_the_name_of(app, challenge, "anna@example.org")
    for delivery in session.scalars(sa.select(Delivery)).all():
        make_sender_check(delivery)

    run_due_jobs()

    subjects = session.scalars(sa.select(OutboxMessage.subject).order_by(OutboxMessage.id)).all()
    assert len(subjects) == PROVEN_RECEIPTS_A_DAY
    assert "1" in subjects[0]
    assert str(PROVEN_RECEIPTS_A_DAY) in subjects[-1]


def test_an_address_gets_ten_receipts_a_day_of_all_challenges(app: Flask) -> None:
    for challenge in [make_challenge() for _number in range(4)]:
        for _turn in range(3):
            answer_in_the_name_of(app, challenge, "victim@example.org")

    run_due_jobs()

    assert session.scalar(sa.select(sa.func.count(OutboxMessage.id))) == 10
