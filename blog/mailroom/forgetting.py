"""What is left of mail that nobody needs any more, or whose person has left: that there was some, and its digest.

Plain statements: to everything else in the program these rows are append-only.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from blog.core import clock
from blog.core.db import session
from blog.mailroom.models import (
    HAS_NETWORK,
    HAS_WORDS,
    Delivery,
    OutboxMessage,
    ReadMessage,
    SenderCheckRecord,
)
from blog.mailroom.values import OutboxState

# Which deliveries have to be kept for a while although their person leaves, by the reason.
_kept: dict[str, Callable[[], sa.ColumnElement[bool]]] = {}
# Which deliveries keep their exact bytes, by the reason.
_kept_raw: dict[str, Callable[[], sa.ColumnElement[bool]]] = {}
# Both databases know the length of a value without reading it.
HAS_RAW = sa.func.length(Delivery.raw) > 0


def keep_deliveries(reason: str, which: Callable[[], sa.ColumnElement[bool]]) -> None:
    """Keep some deliveries although their sender leaves, because the law wants them kept (GDPR, article 17(3)(b)).

    Whoever asks for that has them forgotten in time. The same reason again replaces it: an application is made many
    times.
    """
    _kept[reason] = which


def must_be_kept() -> sa.ColumnElement[bool]:
    """The deliveries that some feature has to keep for now."""
    return sa.or_(sa.false(), *(which() for which in _kept.values()))


def keep_raw_mail(reason: str, which: Callable[[], sa.ColumnElement[bool]]) -> None:
    """Keep the exact bytes of some deliveries, however old they are, because somebody may still have to look at them.

    The same reason again replaces it.
    """
    _kept_raw[reason] = which


def nothing_delivered() -> Mapping[str, object]:
    """What a forgotten delivery holds: its digest, its size and its time stay, by which a receipt can be checked."""
    return {"raw": b"", "envelope_sender": None, "peer": "", "helo": "", "forgotten_at": clock.now()}


def nothing_read() -> Mapping[str, object]:
    """What is left of what was read in it; what kind of message it was stays."""
    return {
        "from_address": "",
        "from_name": "",
        "subject": "",
        "message_id": None,
        "in_reply_to": None,
        "date_claimed": None,
        "text": "",
        "elided": "",
        "defects": [],
        "attachments": [],
        "fingerprint": None,
    }


def nothing_known() -> Mapping[str, object]:
    """What is left of what was found out about who sent it: of which kind that was."""
    return {"from_domain": "", "results": {}}


def nothing_written() -> Mapping[str, object]:
    """What a forgotten letter of ours holds: what it was for, and since when it could be read, if ever.

    Time that somebody has runs from that: of one that reached nobody it must not begin when it is forgotten.
    """
    was_caught = OutboxMessage.state == OutboxState.CAUGHT
    return {
        "sent_at": sa.case((was_caught, OutboxMessage.created_at), else_=OutboxMessage.sent_at),
        "recipient": "",
        "subject": "",
        "text": "",
        "in_reply_to": None,
        "reply_to": None,
        "last_error": None,
        "state": OutboxState.FORGOTTEN,
    }


def forget_deliveries(ids: Sequence[int]) -> int:
    """Forget these deliveries, and what was read in them. Doing it again changes nothing. Returns how many it were."""
    # The delivery first: who is reading it holds its row, and what they have read is there when we go on.
    forgotten = session.execute(
        sa.update(Delivery)
        .where(Delivery.id.in_(ids), Delivery.forgotten_at.is_(None))
        .values(nothing_delivered())
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    ).all()
    session.execute(
        sa.update(ReadMessage)
        .where(ReadMessage.delivery_id.in_(ids))
        .values(nothing_read())
        .execution_options(synchronize_session=False)
    )
    _forget_checks(ids)
    return len(forgotten)


def forget_networks(ids: Sequence[int]) -> int:
    """Forget from which machines these deliveries came. Returns how many they were."""
    forgotten = session.execute(
        sa.update(Delivery)
        .where(Delivery.id.in_(ids), HAS_NETWORK)
        .values(peer="", helo="")
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    return len(forgotten.all())


def forget_senders(ids: Sequence[int]) -> int:
    """Forget whom these messages say they are from, and nothing else of them. Returns how many they were."""
    forgotten = session.execute(
        sa.update(ReadMessage)
        .where(ReadMessage.delivery_id.in_(ids))
        .values(from_address="", from_name="")
        .returning(ReadMessage.delivery_id)
        .execution_options(synchronize_session=False)
    )
    _forget_checks(ids)
    return len(forgotten.all())


def _forget_checks(ids: Sequence[int]) -> None:
    session.execute(
        sa.update(SenderCheckRecord)
        .where(SenderCheckRecord.delivery_id.in_(ids))
        .values(nothing_known())
        .execution_options(synchronize_session=False)
    )


def forget_letters(ids: Sequence[int]) -> int:
    """Forget these letters, whatever has become of them: one that waits is not sent. Returns how many they were."""
    return _forget_letters(OutboxMessage.id.in_(ids), OutboxMessage.state != OutboxState.FORGOTTEN)


def old_networks(before: datetime) -> sa.Select[int]:
    """The deliveries that came before an instant and still say from which machine."""
    return sa.select(Delivery.id).where(Delivery.received_at < before, HAS_NETWORK)


def old_raw_mail(before: datetime) -> sa.Select[int]:
    """The deliveries that came before an instant, were read, still have their bytes, and need them no more."""
    return sa.select(Delivery.id).where(_has_old_raw(before))


def forget_raw_mail(before: datetime, ids: Sequence[int]) -> int:
    """Forget the exact bytes of these deliveries, as far as nobody needs them. Returns how many they were."""
    forgotten = session.execute(
        sa.update(Delivery)
        .where(Delivery.id.in_(ids), _has_old_raw(before))
        .values(raw=b"")
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    return len(forgotten.all())


def _has_old_raw(before: datetime) -> sa.ColumnElement[bool]:
    was_read = sa.exists().where(ReadMessage.delivery_id == Delivery.id)
    is_needed = sa.or_(must_be_kept(), *(which() for which in _kept_raw.values()))
    return sa.and_(
        Delivery.received_at < before, Delivery.forgotten_at.is_(None), HAS_RAW, was_read, ~is_needed
    )


def old_letters(before: datetime) -> sa.Select[int]:
    """The letters that were written before an instant, and are not to be sent any more."""
    return sa.select(OutboxMessage.id).where(OutboxMessage.created_at < before, HAS_WORDS)


def forget_old_letters(ids: Sequence[int]) -> int:
    """Forget these letters, as far as they do not wait: that is still to be sent, however long it takes."""
    return _forget_letters(OutboxMessage.id.in_(ids), HAS_WORDS)


def _forget_letters(*which: sa.ColumnElement[bool] | sa.TextClause) -> int:
    forgotten = session.execute(
        sa.update(OutboxMessage)
        .where(*which)
        .values(nothing_written())
        .returning(OutboxMessage.id)
        .execution_options(synchronize_session=False)
    )
    return len(forgotten.all())
