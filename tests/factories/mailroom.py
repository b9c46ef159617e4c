"""Mail for tests."""

import hashlib
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from blog.core import clock
from blog.core.db import session, unit_of_work
from blog.core.jobs.models import Work
from blog.mailroom.actions import send_mail
from blog.mailroom.models import Delivery, OutboxMessage, ReadMessage, SenderCheckRecord
from blog.mailroom.parser.message import PARSER_VERSION
from blog.mailroom.queries import key_of_sending
from blog.mailroom.values import Door, OutboxState


def make_mail(
    *,
    raw: bytes = b"From: anna@example.org\r\nSubject: Hello\r\n\r\nSome words.\r\n",
    route: str = "postmaster",
    door: Door = Door.SMTP,
    recipient: str = "postmaster@answers.example.org",
    envelope_sender: str | None = "anna@example.org",
    received_at: datetime | None = None,
    is_read: bool = True,
    **read: Any,
) -> Delivery:
    """Mail that came in, with what was read in it (`read` sets columns of that) unless it waits to be read."""
    with unit_of_work():
        delivery = Delivery(
            received_at=received_at or clock.now(),
            door=door,
            route=route,
            recipient=recipient,
            envelope_sender=envelope_sender,
            peer="192.0.2.1",
            helo="mail.example.org",
            tls=True,
            sha256=hashlib.sha256(raw).hexdigest(),
            size=len(raw),
            raw=raw,
        )
        session.add(delivery)
        session.flush()
        if is_read:
            session.add(ReadMessage(**{**_reading_of(delivery), **read}))
    return delivery


def _reading_of(delivery: Delivery) -> dict[str, object]:
    return {
        "delivery_id": delivery.id,
        "parser_version": PARSER_VERSION,
        "read_at": clock.now(),
        "readable": True,
        "kind": "person",
        "from_address": "anna@example.org",
        "from_name": "Anna Vos",
        "subject": "Hello",
        "text": "Some words.",
        "elided": "",
        "defects": [],
        "attachments": [],
    }


def make_sender_check(delivery: Delivery, sender_class: str = "aligned") -> SenderCheckRecord:
    """What was found out about who sent a delivery."""
    record = SenderCheckRecord(
        delivery_id=delivery.id,
        checker_version=1,
        checked_at=clock.now(),
        sender_class=sender_class,
        from_domain="example.org",
        results={},
    )
    with unit_of_work():
        session.add(record)
    return record


def make_outbox_message(  # noqa: PLR0913 - a mail has so many parts
    *,
    cause: str,
    recipient: str = "reader@example.org",
    subject: str = "A subject",
    text: str = "Some text.",
    language: str = "en",
    in_reply_to: str | None = None,
    is_automatic: bool = False,
    is_secret: bool = False,
    good_until: datetime | None = None,
) -> OutboxMessage:
    """A message of ours that waits to be sent."""
    with unit_of_work():
        return send_mail(
            cause=cause,
            recipient=recipient,
            language=language,
            subject=subject,
            text=text,
            in_reply_to=in_reply_to,
            is_automatic=is_automatic,
            is_secret=is_secret,
            good_until=good_until,
        )


def make_stuck_message(*, cause: str, is_secret: bool = False) -> OutboxMessage:
    """A message of ours that the relay has refused for good."""
    message = make_outbox_message(cause=cause, is_secret=is_secret)
    with unit_of_work():
        message.note_attempt(OutboxState.FAILED, "refused with 550")
        session.execute(sa.delete(Work).where(Work.key == key_of_sending(message.id)))
    return message
