"""How long we keep what we have mailed."""

from datetime import timedelta

from blog.core.config import Settings
from blog.core.retention import Retention
from blog.mailroom.forgetting import forget_letters


def _letters(settings: Settings) -> timedelta:
    return timedelta(days=settings.keep_letters_days)


RETENTIONS = (Retention("letters", _letters, forget_letters),)
