"""What may be sent once and never again."""

from datetime import timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy.exc import IntegrityError

from blog.accounts.actions.locks import clear_away
from blog.accounts.models.factors import UsedChallenge
from blog.core import clock
from blog.core.db import session, take_turns
from blog.core.errors import Conflict
from blog.core.tokens import digest

# What is used once is remembered for so long; by then it must have ended by itself.
REMEMBERED = timedelta(minutes=10)


def use_once(challenge: str) -> None:
    """Use up something random that we have given out. Raises `Conflict` for the second time, whoever sends it."""
    now = clock.now()
    take_turns("accounts.challenges")
    clear_away(UsedChallenge, UsedChallenge.at <= now - REMEMBERED)
    try:
        with session.begin_nested():
            session.add(UsedChallenge(challenge_digest=digest(challenge), at=now))
    except IntegrityError as error:
        raise Conflict(_("This was sent before. Try again.")) from error
