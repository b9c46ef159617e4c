"""What accounts forget in time."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from blog.accounts.actions.people import HANDLE_KEPT
from blog.accounts.models.audit import AuditRecord, AuditSource
from blog.accounts.models.codes import CodeMail, MailedCode, WrongCode
from blog.accounts.models.factors import UsedChallenge
from blog.accounts.models.invitations import Invitation
from blog.accounts.models.people import LeftHandle
from blog.accounts.models.sign_in import BrowserSession, SetupLink, SignInFailure
from blog.accounts.queries import DAY
from blog.core.config import Settings
from blog.core.retention import rows_that_go

# Longer than any limit counts them (a day), and than a comment waits for its code (a day).
_COUNTED = timedelta(days=2)


def _networks(settings: Settings) -> timedelta:
    return timedelta(days=settings.keep_networks_days)


def _invitations(settings: Settings) -> timedelta:
    return timedelta(days=settings.keep_invitations_days)


def _counted(_settings: Settings) -> timedelta:
    return _COUNTED


def _handles(_settings: Settings) -> timedelta:
    # What is known is the day only: it has to be over.
    return HANDLE_KEPT + DAY


def _at_once(_settings: Settings) -> timedelta:
    return timedelta()


def _have_ended(before: datetime) -> sa.ColumnElement[bool]:
    """Invitations that were used, taken back or ran out: an open one is never older than a week."""
    return sa.func.coalesce(Invitation.used_at, Invitation.revoked_at, Invitation.expires_at) < before


def _of_old_acts(before: datetime) -> sa.ColumnElement[bool]:
    """From which networks something was done; that it was done stays."""
    return sa.exists().where(AuditRecord.id == AuditSource.record_id, AuditRecord.at < before)


RETENTIONS = (
    rows_that_go("networks", _networks, AuditSource, _of_old_acts),
    rows_that_go("invitations", _invitations, Invitation, _have_ended),
    rows_that_go("mailed codes", _counted, MailedCode, lambda before: MailedCode.created_at < before),
    rows_that_go("mails of codes", _counted, CodeMail, lambda before: CodeMail.at < before),
    rows_that_go("wrong codes", _counted, WrongCode, lambda before: WrongCode.at < before),
    rows_that_go("refused sign-ins", _counted, SignInFailure, lambda before: SignInFailure.at < before),
    rows_that_go("answered challenges", _counted, UsedChallenge, lambda before: UsedChallenge.at < before),
    rows_that_go(
        "handles of those who were erased", _handles, LeftHandle, lambda before: LeftHandle.left_at < before
    ),
    rows_that_go(
        "links of the first admin", _counted, SetupLink, lambda before: SetupLink.expires_at < before
    ),
    rows_that_go("sessions", _at_once, BrowserSession, lambda now: BrowserSession.expires_at < now),
)
