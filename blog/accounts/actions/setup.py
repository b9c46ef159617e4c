"""The first admin comes in by a link that works once."""

from datetime import timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from blog.accounts import queries
from blog.accounts.actions.people import create_person
from blog.accounts.models.people import Person
from blog.accounts.models.sign_in import SetupLink
from blog.accounts.values import (
    Role,
)
from blog.core import clock
from blog.core.db import session, take_turns
from blog.core.errors import Conflict, NotFound
from blog.core.tokens import digest, new_token

SETUP_LINK_LIFE = timedelta(hours=24)


def make_setup_link() -> str:
    """The token of a fresh link for the first admin; older links stop working.

    Raises `Conflict` when there is an admin already.
    """
    take_turns("accounts.admins")
    if queries.has_admin():
        raise Conflict(_("There is an admin already, so nobody needs a set-up link."))
    session.execute(sa.delete(SetupLink).where(SetupLink.used_at.is_(None)))
    token = new_token()
    now = clock.now()
    session.add(SetupLink(token_digest=digest(token), created_at=now, expires_at=now + SETUP_LINK_LIFE))
    return token


def use_setup_link(token: str, name: str, email: str, password: str) -> Person:
    """Make the first admin. However many try at once, one succeeds.

    Raises `NotFound` for a link that is unknown, used, older than 24 hours, or late because there is an
    admin; `InvalidInput` (`name`, `email`, `password`).
    """
    take_turns("accounts.admins")
    link = queries.setup_link_by_digest(digest(token), clock.now())
    if link is None or queries.has_admin():
        raise NotFound(_("This set-up link does not work any more."))
    link.used_at = clock.now()
    return create_person(email, name, [Role.ADMIN], password)
