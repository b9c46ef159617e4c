"""What accounts, and the work that waits in core, hold of a person."""

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import InstrumentedAttribute

from blog.accounts.erasing import erase_from_accounts
from blog.accounts.holdings import Erased, Goes, Holding, NotPersonal, Somebody, Stays, within
from blog.accounts.models.audit import AuditRecord, AuditSource
from blog.accounts.models.codes import CodeMail, MailedCode, WrongCode
from blog.accounts.models.erasures import Erasure
from blog.accounts.models.factors import CodeApp, Passkey, RecoveryCode, UsedChallenge
from blog.accounts.models.invitations import Invitation
from blog.accounts.models.links import ProviderLink
from blog.accounts.models.notes import PersonNote
from blog.accounts.models.people import (
    FormerAddress,
    FormerHandle,
    FormerName,
    LeftHandle,
    Person,
    PersonRole,
)
from blog.accounts.models.sign_in import BrowserSession, SetupLink, SignInFailure
from blog.accounts.values import COUNTED_FOR, mailbox_of, on_paper_key, second_step_key
from blog.core import clock
from blog.core.jobs.models import Work


def _recorded(person: Somebody) -> sa.ColumnElement[bool]:
    """What somebody did, and what was done to their account."""
    return sa.or_(
        AuditRecord.actor_id == person.id,
        sa.and_(AuditRecord.subject_kind == "person", AuditRecord.subject_id == person.id),
    )


def _acted_from(person: Somebody) -> sa.ColumnElement[bool]:
    """The networks of what somebody did themself: where somebody else was who did something to them is not theirs."""
    return AuditSource.record_id.in_(sa.select(AuditRecord.id).where(AuditRecord.actor_id == person.id))


def _networks_around(person: Somebody) -> sa.ColumnElement[bool]:
    """With them go the networks of whoever did something to their account, or tried: it may have been themself."""
    return AuditSource.record_id.in_(sa.select(AuditRecord.id).where(_recorded(person)))


Column = InstrumentedAttribute[Any]


def _of_their_address(column: Column, at: Column, person: Somebody) -> sa.ColumnElement[bool]:
    """Rows of somebody's address, and of those that they had before, from while they had them."""
    return sa.or_(
        sa.and_(column == person.email_key, within(at, person.since)),
        *(sa.and_(column == each.email_key, within(at, each.since, each.until)) for each in person.former),
    )


def _of_their_mailbox(column: Column, at: Column, person: Somebody) -> sa.ColumnElement[bool]:
    """The same of mailboxes, which several addresses may stand for."""
    return sa.or_(
        sa.and_(column == mailbox_of(person.email_key), within(at, person.since)),
        *(
            sa.and_(column == mailbox_of(each.email_key), within(at, each.since, each.until))
            for each in person.former
        ),
    )


def _counted(mailbox: Column, at: Column, person: Somebody) -> sa.ColumnElement[bool]:
    """What counts guesses and mails for their mailbox; for others that they wanted, what counts for nobody any more."""
    wanted = [mailbox_of(key) for key in person.wanted]
    is_over = at <= clock.now() - COUNTED_FOR
    return sa.or_(_of_their_mailbox(mailbox, at, person), sa.and_(mailbox.in_(wanted), is_over))


def _asked_for(person: Somebody) -> sa.ColumnElement[bool]:
    """All codes for somebody's address. Strangers may have typed it: what waited there is not shown, and goes, too."""
    return sa.or_(
        MailedCode.person_id == person.id,
        _of_their_address(MailedCode.email_key, MailedCode.created_at, person),
    )


HOLDINGS = (
    Holding(
        Person,
        _("Your account"),
        lambda person: Person.id == person.id,
        Goes(),
        frozenset({"password_hash", "handle_key"}),
        address="email_key",
    ),
    Holding(PersonRole, _("Your roles"), lambda person: PersonRole.person_id == person.id, Goes()),
    Holding(
        FormerHandle,
        _("Addresses that your page had before"),
        lambda person: FormerHandle.person_id == person.id,
        Goes(),
        frozenset({"handle_key"}),
    ),
    Holding(
        FormerName, _("What you were called before"), lambda person: FormerName.person_id == person.id, Goes()
    ),
    Holding(
        FormerAddress,
        _("Mail addresses that you had before"),
        lambda person: FormerAddress.person_id == person.id,
        Goes(),
    ),
    Holding(
        BrowserSession,
        _("Browsers in which you are signed in"),
        lambda person: BrowserSession.person_id == person.id,
        Goes(),
        frozenset({"token_digest"}),
    ),
    Holding(
        MailedCode,
        _("Codes by which you came in or changed your address, and what had waited for them"),
        lambda person: MailedCode.person_id == person.id,
        Goes(_asked_for),
        frozenset({"ask_digest", "link_digest", "code_mac"}),
        address="email_key",
    ),
    # Whoever else typed this address did so at a network of their own: where that was is theirs.
    Holding(
        CodeMail,
        _("When codes and invitations were asked for to be mailed to you"),
        lambda person: _of_their_mailbox(CodeMail.mailbox, CodeMail.at, person),
        Goes(lambda leaving: _counted(CodeMail.mailbox, CodeMail.at, leaving)),
        frozenset({"source"}),
        address="email_key",
    ),
    Holding(
        WrongCode,
        _("When wrong codes were typed for your address"),
        lambda person: _of_their_mailbox(WrongCode.mailbox, WrongCode.at, person),
        Goes(lambda leaving: _counted(WrongCode.mailbox, WrongCode.at, leaving)),
        frozenset({"source"}),
    ),
    Holding(
        SignInFailure,
        _("Sign-ins to your account that went wrong"),
        lambda person: sa.or_(
            _of_their_address(SignInFailure.email_key, SignInFailure.at, person),
            SignInFailure.email_key.in_((second_step_key(person.id), on_paper_key(person.id))),
        ),
        Goes(),
        frozenset({"source"}),
    ),
    Holding(
        CodeApp,
        _("The app that gives you codes"),
        lambda person: CodeApp.person_id == person.id,
        Goes(),
        frozenset({"salt", "last_step"}),
    ),
    Holding(
        RecoveryCode,
        _("Your recovery codes: when they were made and used"),
        lambda person: RecoveryCode.person_id == person.id,
        Goes(),
        frozenset({"code_digest"}),
    ),
    Holding(
        Passkey,
        _("Your passkeys"),
        lambda person: Passkey.person_id == person.id,
        Goes(),
        frozenset({"credential_id", "public_key", "user_handle"}),
    ),
    Holding(
        ProviderLink,
        _("Accounts elsewhere with which you sign in"),
        lambda person: ProviderLink.person_id == person.id,
        Goes(),
    ),
    Holding(
        Invitation,
        _("Invitations to work here: to you, and by you"),
        lambda person: sa.or_(
            _of_their_address(Invitation.email_key, Invitation.created_at, person),
            # It is good for whoever has the address now.
            sa.and_(Invitation.email_key == person.email_key, Invitation.used_by_id.is_(None)),
            Invitation.invited_by_id == person.id,
            Invitation.used_by_id == person.id,
        ),
        Goes(),
        frozenset({"token_digest"}),
        address="email_key",
    ),
    Holding(
        PersonNote,
        _("What admins have noted about you"),
        lambda person: PersonNote.person_id == person.id,
        # Sees to notes about others that refer to them, and to what others say of themselves, as well.
        Erased(erase_from_accounts),
    ),
    Holding(
        AuditRecord,
        _("What you did, and what was done to your account"),
        _recorded,
        Stays("it names people by numbers only, and no number comes to stand for somebody else"),
    ),
    Holding(AuditSource, _("From which networks you did it"), _acted_from, Goes(_networks_around)),
    Holding(
        Erasure,
        _("That you want your account to be erased"),
        lambda person: Erasure.person_id == person.id,
        Stays("it holds a number and instants, and is how an erasure is known to be done"),
        frozenset({"keep_digest", "asked_by_id"}),
    ),
    NotPersonal(UsedChallenge, "digests of random numbers that a passkey or a provider has answered"),
    NotPersonal(
        LeftHandle, "keyed digests of handles whose people were erased, and the day; they name nobody"
    ),
    NotPersonal(SetupLink, "the link of the first admin, who is nobody yet"),
    NotPersonal(Work, "numbers of rows that something has still to be done for"),
)
