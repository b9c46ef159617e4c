"""How long we keep what we have mailed, and from where mail came."""

from datetime import timedelta

from blog.core.config import Settings
from blog.core.retention import Retention
from blog.mailroom.forgetting import (
    forget_networks,
    forget_old_letters,
    forget_raw_mail,
    old_letters,
    old_networks,
    old_raw_mail,
)

# Longer than any limit counts letters to one address (a day).
_COUNTED = timedelta(days=2)
# Before any mail came in: nothing is older.
_FOR_EVER = timedelta(days=365 * 100)


def _letters(settings: Settings) -> timedelta:
    return max(timedelta(days=settings.keep_letters_days), _COUNTED)


def _raw_mail(settings: Settings) -> timedelta:
    days = settings.keep_raw_mail_days
    return timedelta(days=days) if days else _FOR_EVER


def _networks(settings: Settings) -> timedelta:
    return timedelta(days=settings.keep_networks_days)


RETENTIONS = (
    Retention("letters", _letters, old_letters, lambda _before, ids: forget_old_letters(ids)),
    Retention("raw mail", _raw_mail, old_raw_mail, forget_raw_mail),
    Retention("networks of mail", _networks, old_networks, lambda _before, ids: forget_networks(ids)),
)
