"""What holds for each door: which instant decides order, and how long after closing mail may still be on its way.

Order is always that of our commits. What differs is how long a message can be with somebody else before it gets to us:
a challenge may be decided only when nothing that came in time can still be underway.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from blog.mailroom.values import Door

# How often a mailbox is looked into.
POLLED_EVERY = timedelta(minutes=1)
# For how long a provider goes on trying when we do not answer: Mailgun after 10, 15 and 30 minutes, 1, 2 and 4 hours
# (its documentation, "Receiving Messages via HTTP"), Postmark ten times, the last one 6 hours after the one before
# ("Understanding Inbound Webhook Retries").
MAILGUN_RETRIES = timedelta(hours=8)
POSTMARK_RETRIES = timedelta(hours=10, minutes=30)
# Each of those attempts may itself wait for an answer: Postmark does so for two minutes.
_SLOW_ATTEMPTS = timedelta(minutes=30)
# A look into a mailbox that failed, and the long one after it.
_LATE_LOOK = timedelta(minutes=14)


@dataclass(frozen=True, slots=True)
class Terms:
    """How long settling must wait for a door, and the sentence that tells readers which instant decides."""

    settling: timedelta
    decides: LazyString


_OURS = _("Order is that in which our own mail server stores the messages. Nothing is underway after that.")
_TERMS: Mapping[Door, Terms] = {
    Door.SMTP: Terms(timedelta(0), _OURS),
    Door.LMTP: Terms(timedelta(0), _OURS),
    Door.PIPE: Terms(timedelta(0), _OURS),
    Door.FORM: Terms(
        timedelta(0), _("Order is that in which we store the answers, together with those that come by mail.")
    ),
    Door.MAILGUN: Terms(
        MAILGUN_RETRIES + _SLOW_ATTEMPTS,
        _(
            "Order is that in which we store the messages. Mailgun takes them in and hands them on at once; when we "
            "cannot be reached it tries again for up to 8 hours, so the result waits for as long."
        ),
    ),
    Door.POSTMARK: Terms(
        POSTMARK_RETRIES + _SLOW_ATTEMPTS,
        _(
            "Order is that in which we store the messages. Postmark takes them in and hands them on at once; when we "
            "cannot be reached it tries again for up to 10½ hours, so the result waits for as long."
        ),
    ),
    Door.IMAP: Terms(
        POLLED_EVERY + _LATE_LOOK,
        _(
            "Order is that of the mailbox, which knows the time to one second. We look into it every minute, so the "
            "result waits for a quarter of an hour."
        ),
    ),
}


def terms_of(door: Door) -> Terms:
    """What holds for mail that comes in by `door`."""
    return _TERMS[door]
