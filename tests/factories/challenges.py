"""Challenges and entries for tests."""

import base64
import hashlib
from dataclasses import asdict
from datetime import datetime
from itertools import count

from blog.articles.models import Article
from blog.challenges.ledger import leaves
from blog.challenges.ledger.commitments import commitment_to
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry, EntryConfirmation
from blog.challenges.recording import append, end_of_ledger, record_standing, sender_name
from blog.challenges.tokens import receipt_token
from blog.challenges.values import ChallengeStatus, Ineligible
from blog.core import clock
from blog.core.config import current_settings
from blog.core.db import session, unit_of_work
from blog.core.tokens import digest
from blog.mailroom.models import Delivery, OutboxMessage, ReadMessage
from blog.mailroom.parser.reading import read_message
from blog.mailroom.values import Door

_numbers = count(1)


def make_challenge(  # noqa: PLR0913 - each test says only what matters to it
    *,
    slug: str | None = None,
    article: Article | None = None,
    title: str = "A small challenge",
    question_html: str = "<p>What is the answer?</p>",
    prize: str = "A good book",
    language: str = "en",
    status: ChallengeStatus = ChallengeStatus.OPEN,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
) -> Challenge:
    """A challenge that takes answers, unless told otherwise; no event is told to anybody."""
    now = clock.now()
    challenge = Challenge(
        slug=slug or f"challenge-{next(_numbers)}",
        article_id=article.id if article else None,
        title=title,
        question_html=question_html,
        prize=prize,
        judging="editor",
        language=language,
        status=status,
        opens_at=None if status is ChallengeStatus.DRAFT else opens_at or now,
        closes_at=closes_at,
        created_at=now,
    )
    with unit_of_work():
        session.add(challenge)
    return challenge


def make_entry(  # noqa: PLR0913 - each test says only what matters to it
    challenge: Challenge,
    *,
    text: str = "Forty-two.",
    elided: str = "",
    from_name: str = "Piet van den Berg",
    from_address: str | None = None,
    envelope_sender_known: bool = True,
    eligible: bool | None = True,
    why_not: Ineligible | None = None,
    received_at: datetime | None = None,
    raw: bytes | None = None,
    message_id: str | None = None,
    attachments: list[dict[str, object]] | None = None,
    door: Door = Door.SMTP,
) -> Entry:
    """The next entry of a challenge, with its delivery and, unless `eligible` is None, what it says."""
    unique = next(_numbers)
    address = from_address if from_address is not None else f"reader{unique}@example.org"
    content = raw if raw is not None else _raw(from_name, address, text)
    with unit_of_work():
        owner = session.get_one(Challenge, challenge.id, with_for_update=True, populate_existing=True)
        # Else beginning it would find the entry, and what is new would stand in it twice.
        end_of_ledger(owner.id)
        owner.entry_total += 1
        sender = address if envelope_sender_known else None
        delivery = make_delivery(owner.slug, content, sender, received_at or clock.now(), door)
        session.add(delivery)
        session.flush()
        entry = Entry(
            challenge=owner,
            number=owner.entry_total,
            delivery=delivery,
            received_at=delivery.received_at,
            token_digest=digest(_token(owner, owner.entry_total, delivery.sha256)),
            eligible=False if why_not else eligible,
            why_not=why_not,
        )
        session.add(entry)
        session.flush()
        _note_in_ledger(entry, delivery)
        if eligible is not None:
            session.add(
                make_message(
                    delivery,
                    from_name=from_name,
                    from_address=address,
                    text=text,
                    elided=elided,
                    message_id=message_id,
                    attachments=attachments,
                )
            )
            entry.sender = sender_name(owner, address)
            record_standing([entry])
    return entry


def make_entry_with_file(
    challenge: Challenge, content: bytes = b"\x89PNG pixels", kind: str = "image/png", *, text: str = ""
) -> Entry:
    """The next entry of a challenge, with a file attached to it."""
    raw = (
        f"From: Piet van den Berg <piet@example.org>\r\nSubject: My answer\r\n"
        f'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain\r\n\r\n{text}\r\n"
        f'--b\r\nContent-Type: {kind}; name="piet"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        f"{base64.b64encode(content).decode()}\r\n--b--\r\n"
    )
    attached = [asdict(each) for each in read_message(raw.encode()).attachments]
    return make_entry(challenge, text=text, raw=raw.encode(), attachments=attached)


def _note_in_ledger(entry: Entry, delivery: Delivery) -> None:
    hidden = leaves.what_an_entry_hides(delivery.sha256, delivery.envelope_sender)
    append(
        entry.challenge_id,
        [
            leaves.entry(
                entry_id=entry.id,
                number=entry.number,
                at=entry.received_at,
                door=delivery.door,
                stamped_at=delivery.stamped_at,
                private=commitment_to(hidden),
            )
        ],
    )


def make_confirmation(
    entry: Entry, *, confirmed_by: str | None = None, letter: OutboxMessage | None = None
) -> EntryConfirmation:
    """Somebody was asked whether an answer is theirs, and has confirmed it if there is a way how.

    With a `letter` nothing else stands between the entry and the prize, and it has asked for that.
    """
    now = clock.now()
    confirmation = EntryConfirmation(
        entry_id=entry.id,
        asked_at=now,
        code_digest=digest("a code"),
        confirmed_at=now if confirmed_by else None,
        confirmed_by=confirmed_by,
        first_since=now if letter else None,
        letter_id=letter.id if letter else None,
    )
    with unit_of_work():
        session.add(confirmation)
    return confirmation


def make_delivery(
    slug: str, raw: bytes, sender: str | None, received_at: datetime, door: Door = Door.SMTP
) -> Delivery:
    """A delivery for a challenge's address, as the built-in SMTP door would store it; not added."""
    return Delivery(
        received_at=received_at,
        door=door,
        route="answers",
        recipient=f"{slug}@answers.example.org",
        envelope_sender=sender,
        peer="192.0.2.1",
        helo="mail.example.org",
        tls=False,
        sha256=hashlib.sha256(raw).hexdigest(),
        size=len(raw),
        raw=raw,
    )


def make_message(  # noqa: PLR0913 - each test says only what matters to it
    delivery: Delivery,
    *,
    text: str = "Forty-two.",
    elided: str = "",
    from_name: str = "Piet van den Berg",
    from_address: str = "piet@example.org",
    kind: str = "person",
    automatic_reason: str | None = None,
    readable: bool = True,
    message_id: str | None = None,
    attachments: list[dict[str, object]] | None = None,
) -> ReadMessage:
    """What a reading of `delivery` says; not added."""
    return ReadMessage(
        delivery_id=delivery.id,
        parser_version=1,
        read_at=clock.now(),
        readable=readable,
        kind=kind,
        automatic_reason=automatic_reason or (None if kind == "person" else "a test says so"),
        from_address=from_address,
        from_name=from_name,
        subject="My answer",
        message_id=message_id,
        in_reply_to=None,
        date_claimed=None,
        text=text,
        elided=elided,
        defects=[],
        attachments=attachments or [],
    )


def token_of(entry: Entry) -> str:
    """The secret in the address of an entry's receipt."""
    return _token(entry.challenge, entry.number, entry.delivery.sha256)


def _token(challenge: Challenge, number: int, sha256: str) -> str:
    secret_key = current_settings().secret_key
    return receipt_token(secret_key, challenge_id=challenge.id, number=number, sha256=sha256)


def _raw(name: str, address: str, text: str) -> bytes:
    return f"From: {name} <{address}>\r\nSubject: My answer\r\n\r\n{text}\r\n".encode()
