"""What holds for each door: which instant decides order, and how long after it was sent a mail may still come by it.

Order is always that of our commits. What differs is how long a message can be with somebody else before it gets to us:
whoever decides early may not have seen all that was sent in time. Nothing waits for that by itself.
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
    """`settling`: for how long a mail may be with whoever hands it on; zero where nobody stands between.

    `decides` tells admins, at each mail that came by the door, which instant decides its place.
    """

    settling: timedelta
    decides: LazyString


_OURS = _(
    "Order is that in which we store the messages. Whoever hands one over hears that we have it only once it is stored."
)
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
            "Order is that in which we store the messages. Mailgun takes them in and hands them on at once. When it "
            "cannot reach us it tries again, so a message may come up to 8 hours after it was sent."
        ),
    ),
    Door.POSTMARK: Terms(
        POSTMARK_RETRIES + _SLOW_ATTEMPTS,
        _(
            "Order is that in which we store the messages. Postmark takes them in and hands them on at once. When it "
            "cannot reach us it tries again, so a message may come up to 10½ hours after it was sent."
        ),
    ),
    Door.IMAP: Terms(
        POLLED_EVERY + _LATE_LOOK,
        _(
            "Order is that in which we store the messages, not that of the mailbox. We look into it every minute; when "
            "that fails, a message may come a quarter of an hour after it was sent."
        ),
    ),
}


def terms_of(door: Door) -> Terms:
    """What holds for mail that comes in by `door`."""
    return _TERMS[door]
