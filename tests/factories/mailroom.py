"""Mail for tests."""

from blog.core import clock
from blog.core.db import session, unit_of_work
from blog.mailroom.actions import send_mail
from blog.mailroom.models import Delivery, OutboxMessage, SenderCheckRecord


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


def make_outbox_message(
    *,
    cause: str,
    recipient: str = "reader@example.org",
    subject: str = "A subject",
    text: str = "Some text.",
    language: str = "en",
    in_reply_to: str | None = None,
    is_automatic: bool = False,
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
        )
