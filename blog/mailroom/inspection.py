"""What admins do with mail that came in: look at its bytes, take them away, have it read once more."""

from flask_babel import lazy_gettext as _

from blog.core.actor import Actor
from blog.core.db import session, take_turns
from blog.core.errors import Conflict, NotFound
from blog.core.events import publish
from blog.core.jobs.queue import enqueue
from blog.mailroom.events import MailReadAgain, OlderMailReadAgain, RawMailShown, RawMailTaken
from blog.mailroom.models import Delivery
from blog.mailroom.oversight import has_raw, is_to_be_read, key_of_reading, read_by_older

AT_ONCE = 1000
"""How much is queued by one press of a button: more would keep other writers waiting."""


def show_raw(delivery_id: int, *, by: Actor) -> None:
    """Write down that somebody looks at the exact bytes of a delivery, before they are shown."""
    publish(RawMailShown(delivery_id, by))


def take_raw(delivery_id: int, *, by: Actor) -> None:
    """Write down that somebody takes the exact bytes of a delivery away, before they are sent."""
    publish(RawMailTaken(delivery_id, by))


def read_again(delivery_id: int, *, by: Actor) -> bool:
    """Have a delivery read once more; what was read in it before stays until then.

    Returns False when it is to be read anyway. Raises `NotFound`, and `Conflict` where its bytes are not kept any more.
    """
    delivery = session.get(Delivery, delivery_id, with_for_update=True)
    if delivery is None:
        raise NotFound()
    if not has_raw(delivery_id):
        raise Conflict(_("This message is not kept any more as it arrived, so it cannot be read again."))
    take_turns("mailroom.read_again")
    if is_to_be_read(delivery_id):
        return False
    _enqueue(delivery_id)
    publish(MailReadAgain(delivery_id, by))
    return True


def read_older_again(*, by: Actor) -> int:
    """Have what an older reader has read be read once more, the oldest first, `AT_ONCE` at most. Returns how much."""
    take_turns("mailroom.read_again")
    ids = session.scalars(read_by_older().order_by(Delivery.id).limit(AT_ONCE)).all()
    for delivery_id in ids:
        _enqueue(delivery_id)
    if ids:
        publish(OlderMailReadAgain(len(ids), by))
    return len(ids)


def _enqueue(delivery_id: int) -> None:
    enqueue("mailroom.read", {"delivery_id": delivery_id}, key=key_of_reading(delivery_id))
