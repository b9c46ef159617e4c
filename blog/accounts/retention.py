"""What accounts forget in time."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from blog.accounts.actions.audit import forget_networks
from blog.accounts.models.codes import CodeMail, MailedCode, WrongCode
from blog.accounts.models.factors import UsedChallenge
from blog.accounts.models.invitations import Invitation
from blog.accounts.models.sign_in import BrowserSession, SetupLink, SignInFailure
from blog.core.config import Settings
from blog.core.db import Base, session
from blog.core.retention import Retention

# Longer than any limit counts them (a day), and than a comment waits for its code (a day).
_COUNTED = timedelta(days=2)


def _networks(settings: Settings) -> timedelta:
    return timedelta(days=settings.keep_networks_days)


def _invitations(settings: Settings) -> timedelta:
    return timedelta(days=settings.keep_invitations_days)


def _counted(_settings: Settings) -> timedelta:
    return _COUNTED


def _at_once(_settings: Settings) -> timedelta:
    return timedelta()


def _remove(model: type[Base], which: sa.ColumnElement[bool]) -> int:
    """Remove rows by which nobody is found any more. Returns how many."""
    key = sa.inspect(model).primary_key[0]
    gone = session.execute(
        sa.delete(model).where(which).returning(key).execution_options(synchronize_session=False)
    )
    return len(gone.all())


def _forget_invitations(before: datetime) -> int:
    """Those that were used, taken back or ran out: an open one is never older than a week."""
    ended = sa.func.coalesce(Invitation.used_at, Invitation.revoked_at, Invitation.expires_at)
    return _remove(Invitation, ended < before)


RETENTIONS = (
    Retention("networks", _networks, forget_networks),
    Retention("invitations", _invitations, _forget_invitations),
    Retention("mailed codes", _counted, lambda before: _remove(MailedCode, MailedCode.created_at < before)),
    Retention("mails of codes", _counted, lambda before: _remove(CodeMail, CodeMail.at < before)),
    Retention("wrong codes", _counted, lambda before: _remove(WrongCode, WrongCode.at < before)),
    Retention("refused sign-ins", _counted, lambda before: _remove(SignInFailure, SignInFailure.at < before)),
    Retention(
        "answered challenges", _counted, lambda before: _remove(UsedChallenge, UsedChallenge.at < before)
    ),
    Retention(
        "links of the first admin", _counted, lambda before: _remove(SetupLink, SetupLink.expires_at < before)
    ),
    Retention("sessions", _at_once, lambda now: _remove(BrowserSession, BrowserSession.expires_at < now)),
)
