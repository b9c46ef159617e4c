"""How a person reads what they mailed us, and what we mailed them."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from blog.accounts.chapters import Chapter, Fact, Folded, Place, Told
from blog.accounts.holdings import Somebody, holding_of, rows_about
from blog.core.i18n import format_datetime_long
from blog.core.portions import rows_in_portions
from blog.mailroom.forgetting import HAS_RAW
from blog.mailroom.models import Delivery, OutboxMessage, ReadMessage, SenderCheckRecord
from blog.mailroom.values import OutboxState
from blog.mailroom.words import SENDER_WORDS, way_words

_DELIVERIES: sa.Select[*tuple[Any, ...]] = (
    sa.select(
        Delivery.id,
        Delivery.received_at,
        Delivery.door,
        Delivery.recipient,
        Delivery.envelope_sender,
        Delivery.peer,
        Delivery.helo,
        Delivery.tls,
        Delivery.forgotten_at,
        HAS_RAW.label("has_raw"),
        ReadMessage.readable,
        ReadMessage.kind,
        ReadMessage.automatic_reason,
        ReadMessage.from_address,
        ReadMessage.from_name,
        ReadMessage.subject,
        ReadMessage.date_claimed,
        ReadMessage.text,
        ReadMessage.elided,
        ReadMessage.attachments,
        SenderCheckRecord.sender_class,
    )
    .outerjoin(ReadMessage, ReadMessage.delivery_id == Delivery.id)
    .outerjoin(SenderCheckRecord, SenderCheckRecord.delivery_id == Delivery.id)
    .order_by(Delivery.received_at.desc(), Delivery.id.desc())
)
_LETTERS: sa.Select[*tuple[Any, ...]] = sa.select(
    OutboxMessage.recipient,
    OutboxMessage.subject,
    OutboxMessage.text,
    OutboxMessage.language,
    OutboxMessage.state,
    OutboxMessage.created_at,
    OutboxMessage.sent_at,
).order_by(OutboxMessage.created_at.desc(), OutboxMessage.id.desc())


def _mailed_to_us(person: Somebody) -> Iterator[Told]:
    for rows in rows_in_portions(_DELIVERIES.where(rows_about(person, Delivery))):
        for row in rows:
            yield _delivery(row)


def _delivery(row: Any) -> Told:
    folded = [Folded(gettext("Quoted text and signature"), row.elided)] if row.elided else []
    way = [fact for fact in _way_of(row) if fact.value]
    return Told(
        row.subject or gettext("A mail without a subject"),
        at=row.received_at,
        notes=_state_of(row),
        words=row.text or "",
        facts=[fact for fact in _facts_of(row) if fact.value],
        folded=[*folded, Folded(gettext("How it came to us"), facts=way)],
    )


def _state_of(row: Any) -> Sequence[str]:
    if row.forgotten_at:
        return [
            gettext("not kept any more since %(instant)s", instant=format_datetime_long(row.forgotten_at))
        ]
    if row.readable is None:
        return [gettext("not read yet")]
    notes = [] if row.readable else [gettext("for a person to read")]
    if not row.automatic_reason:
        return notes
    by_whom = gettext("perhaps sent by a program") if row.kind == "person" else gettext("sent by a program")
    return [*notes, by_whom]


def _facts_of(row: Any) -> Iterator[Fact]:
    yield Fact(gettext("To"), row.recipient)
    names = [str(each.get("name") or gettext("a file without a name")) for each in row.attachments or ()]
    yield Fact(gettext("Attachments"), ", ".join(names))
    if row.has_raw:
        file = holding_of(Delivery).file_of("raw", row.id)
        yield Fact(gettext("As it arrived"), file.rpartition("/")[2], file)
    elif not row.forgotten_at:
        yield Fact(gettext("As it arrived"), gettext("not kept any more: only what was read in it"))


def _way_of(row: Any) -> Iterator[Fact]:
    yield Fact(gettext("From, by the envelope"), row.envelope_sender or "")
    says = " ".join(part for part in (row.from_name, row.from_address) if part)
    yield Fact(gettext("From, as it says"), says)
    yield Fact(gettext("Who sent it"), str(SENDER_WORDS.get(row.sender_class, "")))
    if row.date_claimed:
        yield Fact(gettext("Written, as it says"), format_datetime_long(row.date_claimed))
    yield Fact(gettext("Network"), row.peer)
    yield Fact(gettext("Mail server"), row.helo)
    yield Fact(gettext("On its way"), str(way_words(row.door, tls=row.tls)))


def _mailed_by_us(person: Somebody) -> Iterator[Told]:
    for rows in rows_in_portions(_LETTERS.where(rows_about(person, OutboxMessage))):
        for row in rows:
            yield Told(
                row.subject,
                language=row.language,
                at=row.created_at,
                notes=[_how_it_went(row)],
                words=row.text,
                words_language=row.language,
                facts=[Fact(gettext("To"), row.recipient)],
            )


def _how_it_went(row: Any) -> str:
    if row.sent_at:
        return gettext("sent on %(instant)s", instant=format_datetime_long(row.sent_at))
    return {
        OutboxState.CAUGHT: gettext("not sent: this site keeps its mail to itself"),
        OutboxState.FAILED: gettext("your mail server did not take it"),
    }.get(OutboxState(row.state), gettext("waits to be sent"))


CHAPTERS = (
    Chapter(
        "mail-from-you",
        _("What you mailed us"),
        Place.MAIL,
        (Delivery, ReadMessage, SenderCheckRecord),
        _mailed_to_us,
    ),
    Chapter(
        "mail-to-you",
        _("What we mailed you"),
        Place.MAIL,
        (OutboxMessage,),
        _mailed_by_us,
        intro=_("Without the mails with codes: nobody keeps those."),
    ),
)
