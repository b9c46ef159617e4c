"""What happens in the mailroom once mail was accepted: it is read, and answers are sent."""

import hashlib
import re
import uuid
from datetime import datetime

import sqlalchemy as sa

from blog.accounts.queries import has_left_since
from blog.core import clock
from blog.core.config import current_settings
from blog.core.db import session, take_turns
from blog.core.jobs.queue import enqueue
from blog.mailroom.authentication.results import SenderCheck
from blog.mailroom.forgetting import forget_deliveries, forget_senders
from blog.mailroom.models import Delivery, OutboxMessage, ReadMessage
from blog.mailroom.parser.message import PARSER_VERSION, ParsedMail
from blog.mailroom.queries import key_of_sending
from blog.mailroom.routes import local_part_of, route_named
from blog.mailroom.senders import note_sender
from blog.mailroom.values import OutboxState

MAX_SUBJECT_LENGTH = 300
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def store_reading(delivery_id: int, parsed: ParsedMail, check: SenderCheck | None = None) -> bool:
    """Keep what the parser read in a delivery, and let its route react. Doing it again replaces the reading.

    `check` is what was found out about who sent it; None where nobody was asked.

    A delivery that was forgotten while it was read stays so. Whoever it is from may have left since it arrived: then
    their address is not kept, and where the envelope names nobody the message goes as theirs. Returns whether they had.
    """
    # Not against being referred to: whoever reads a copy of it may say so meanwhile.
    delivery = session.get_one(Delivery, delivery_id, with_for_update={"key_share": True})
    if delivery.forgotten_at is not None:
        return False
    message = _reading(delivery, parsed)
    _link_same(message)
    session.flush()
    if check is not None:
        note_sender(delivery, check)
    has_left = has_left_since(message.from_address, delivery.received_at)
    if has_left:
        _take_along(delivery)
    route_named(delivery.route).process(delivery, message)
    return has_left


def _take_along(delivery: Delivery) -> None:
    """Do what was not done when the sender of a message left, who was not known yet."""
    if delivery.envelope_sender:
        forget_senders([delivery.id])
    else:
        forget_deliveries([delivery.id])
    session.expire_all()


def _fingerprint(delivery: Delivery, parsed: ParsedMail) -> str | None:
    """The same for a mail that came twice: its sender's server had not heard our answer, and sent it again.

    Message-IDs alone are no proof: some programs use one again. None for what says no words that could be read, and for
    what has no Message-ID and no date: whoever writes the same words twice has written twice. What a person has to read
    is one mail when it comes twice, too.
    """
    written = parsed.message_id or (parsed.date_claimed.isoformat() if parsed.date_claimed else "")
    if not parsed.body_sha256 or not written:
        return None
    parts = (
        delivery.route,
        local_part_of(delivery.recipient),
        delivery.envelope_sender or "",
        parsed.from_address,
        written,
        parsed.subject,
        parsed.body_sha256,
        *sorted(attachment.sha256 for attachment in parsed.attachments),
    )
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "replace")).hexdigest()


def _link_same(message: ReadMessage) -> None:
    """Let a mail that came more than once name the delivery in which it came first, in whatever order they are read."""
    message.duplicate_of_id = None
    session.flush()
    if message.fingerprint is None:
        return
    # Whoever reads the other one at the same moment waits, and then sees this one: one of them must know of both.
    take_turns(f"mailroom.same.{message.fingerprint}")
    same = sa.select(ReadMessage.delivery_id).where(ReadMessage.fingerprint == message.fingerprint)
    first, *others = session.scalars(same.order_by(ReadMessage.delivery_id))
    if others:
        session.execute(
            sa.update(ReadMessage).where(ReadMessage.delivery_id.in_(others)).values(duplicate_of_id=first)
        )


def _reading(delivery: Delivery, parsed: ParsedMail) -> ReadMessage:
    message = session.get(ReadMessage, delivery.id) or ReadMessage(delivery_id=delivery.id)
    message.fingerprint = _fingerprint(delivery, parsed)
    message.parser_version = PARSER_VERSION
    message.read_at = clock.now()
    message.readable = parsed.readable
    message.kind = parsed.kind
    message.automatic_reason = parsed.automatic_reason
    message.from_address = one_line(parsed.from_address, 320)
    message.from_name = one_line(parsed.from_name, 200)
    message.subject = one_line(parsed.subject, 998)
    message.message_id = one_line(parsed.message_id, 998) if parsed.message_id else None
    message.in_reply_to = one_line(parsed.in_reply_to, 998) if parsed.in_reply_to else None
    message.date_claimed = parsed.date_claimed
    message.text = parsed.text
    message.elided = parsed.elided
    message.defects = list(parsed.defects)
    message.attachments = [attachment.to_json() for attachment in parsed.attachments]
    session.add(message)
    return message


def send_mail(  # noqa: PLR0913 - a mail has so many parts, and each has its name
    *,
    cause: str,
    recipient: str,
    language: str,
    subject: str,
    text: str,
    in_reply_to: str | None = None,
    reply_to: str | None = None,
    is_automatic: bool = False,
    is_secret: bool = False,
    good_until: datetime | None = None,
) -> OutboxMessage:
    """Put a message in the outbox, in the current unit of work.

    `cause` names what it is sent for (`receipt:17`): the same cause is one message, the first one.
    `reply_to` is where an answer to it goes, if not to where it comes from.
    `is_automatic` marks an automatic reply (RFC 3834): it goes out with the null sender, so that nothing
    answers it. `is_secret` keeps its text from staff. From `good_until` on it is not sent any more. Control
    characters are taken out of everything that becomes a header.
    """
    existing = session.scalar(sa.select(OutboxMessage).where(OutboxMessage.cause == cause))
    if existing is not None:
        return existing
    message = OutboxMessage(
        cause=cause,
        created_at=clock.now(),
        recipient=one_line(recipient, 320),
        language=language,
        subject=one_line(subject, MAX_SUBJECT_LENGTH),
        text=text,
        message_id=f"<{uuid.uuid4().hex}@{current_settings().answer_domain}>",
        in_reply_to=one_line(in_reply_to, 998) if in_reply_to else None,
        reply_to=one_line(reply_to, 320) if reply_to else None,
        is_automatic=is_automatic,
        is_secret=is_secret,
        good_until=good_until,
        state=OutboxState.WAITING,
    )
    session.add(message)
    session.flush()
    have_sent(message.id)
    return message


def call_back(message: OutboxMessage) -> None:
    """Let a message that has not left yet leave no more: what it says is no longer so.

    One that somebody is sending at this moment leaves all the same.
    """
    if message.state == OutboxState.WAITING:
        message.good_until = clock.now()
        session.flush()


def have_sent(outbox_id: int) -> None:
    """Leave it to the workers to send a message. One that waits for that already goes on waiting."""
    enqueue("mailroom.send", {"outbox_id": outbox_id}, key=key_of_sending(outbox_id))


def one_line(text: str, limit: int) -> str:
    """`text` as one line without control, line or direction characters, at most `limit` long.

    Some Python versions let a decoded line break start a new header (CVE-2024-6923): it must never get there.
    Lone surrogates, which no database stores, become question marks.
    """
    clean = _UNPRINTABLE.sub(" ", text).encode("utf-8", "replace").decode("utf-8")
    return " ".join(clean.split())[:limit]
