"""What admins do with a letter of ours that did not get out: have it sent once more."""

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from blog.core import clock
from blog.core.actor import Actor
from blog.core.db import session
from blog.core.errors import Conflict, NotFound
from blog.core.events import publish
from blog.mailroom.actions import have_sent
from blog.mailroom.events import LetterSentAgain
from blog.mailroom.models import OutboxMessage
from blog.mailroom.queries import is_to_be_sent
from blog.mailroom.values import OutboxState


def is_stuck(message: OutboxMessage) -> bool:
    """Whether nobody is going to send a letter that was not sent: it failed, or its work was set aside."""
    if message.state == OutboxState.WAITING:
        return not is_to_be_sent(message.id)
    return message.state == OutboxState.FAILED


def hindrance(message: OutboxMessage) -> LazyString | None:
    """Why a letter that is stuck cannot be sent once more; None where it can."""
    if not message.text:
        return _(
            "It held what lets its reader in. That was taken out of it when it could not be sent, so that nobody else "
            "reads it here: it cannot be sent again, and its reader has to ask for a new one."
        )
    if message.good_until is not None and clock.now() >= message.good_until:
        return _("What it says is no longer good, so it is not sent again.")
    return None


def send_again(message_id: int, *, by: Actor) -> bool:
    """Have a letter that is stuck sent once more, as patiently as a new one. Returns False when it is sent anyway.

    Raises `NotFound`, and `Conflict` where it was sent, or where nothing is left that could be.
    """
    message = session.get(OutboxMessage, message_id, with_for_update=True)
    if message is None:
        raise NotFound()
    if not is_stuck(message):
        if message.state == OutboxState.WAITING:
            return False
        raise Conflict(_("Only what could not be sent can be sent again."))
    reason = hindrance(message)
    if reason is not None:
        raise Conflict(reason)
    message.state = OutboxState.WAITING
    message.asked_again_at = clock.now()
    session.flush()
    have_sent(message.id)
    publish(LetterSentAgain(message.id, by))
    return True
