"""Every read of people and their sign-ins."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import InstrumentedAttribute, aliased, joinedload, lazyload

from blog.accounts import erasure_log
from blog.accounts.holdings import PastAddress, Somebody
from blog.accounts.models.audit import AuditRecord, AuditSource
from blog.accounts.models.codes import CodeMail, MailedCode, WrongCode
from blog.accounts.models.erasures import Erasure
from blog.accounts.models.factors import CodeApp, Passkey, RecoveryCode
from blog.accounts.models.invitations import Invitation
from blog.accounts.models.links import ProviderLink
from blog.accounts.models.people import (
    FormerAddress,
    FormerHandle,
    FormerName,
    LeftHandle,
    Person,
    PersonRole,
)
from blog.accounts.models.sign_in import BrowserSession, SetupLink, SignInFailure
from blog.accounts.names import look_mac
from blog.accounts.policy import awake, first_factor_until, may_give
from blog.accounts.values import ACTS_OF_CHANGE, ON_PAPER, Role, SignInChange, email_key
from blog.core.actor import Actor
from blog.core.config import current_settings
from blog.core.db import UtcDateTime, session

# A handle of somebody who was erased is kept until the day is over on which they left it: no more is known of it.
DAY = timedelta(days=1)
log = structlog.get_logger(__name__)
_Holder = aliased(Person)
# Whoever takes their last factor away sets the next one up within this time.
REPLACING_LIFE = timedelta(hours=1)
_FACTOR_REMOVED = (ACTS_OF_CHANGE[SignInChange.APP_OFF], ACTS_OF_CHANGE[SignInChange.PASSKEY_REMOVED])


def person_by_id(person_id: int) -> Person | None:
    """The person with this id."""
    return session.get(Person, person_id)


def is_being_erased(person_id: int) -> bool:
    """Whether somebody's erasure has begun: from then on nothing is to become theirs any more."""
    begun = sa.select(Erasure.id).where(Erasure.person_id == person_id, Erasure.started_at.is_not(None))
    return session.scalar(begun) is not None


def person_by_email(address: str) -> Person | None:
    """The person with this mail address, however it is written."""
    return session.scalar(sa.select(Person).where(Person.email_key == email_key(address)))


def has_account(key: str) -> bool:
    """Whether somebody has an account with the address of this `email_key`; costs the same either way."""
    return session.scalar(sa.select(sa.exists().where(Person.email_key == key))) is True


def account_at(address: str) -> Person | None:
    """The same without their roles, which are one more query where there is somebody: its time would tell."""
    by_address = sa.select(Person).where(Person.email_key == email_key(address))
    return session.scalar(by_address.options(lazyload(Person.roles)))


def person_by_handle(handle: str) -> Person | None:
    """The person with this handle."""
    return session.scalar(sa.select(Person).where(Person.handle == handle))


def people_by_ids(ids: Iterable[int]) -> dict[int, Person]:
    """People by their ids, in one query; who does not exist is missing."""
    wanted = set(ids)
    if not wanted:
        return {}
    people = session.scalars(sa.select(Person).where(Person.id.in_(wanted)))
    return {person.id: person for person in people}


def all_people() -> Sequence[Person]:
    """Everybody with an account, in the order in which they came."""
    return session.scalars(sa.select(Person).order_by(Person.id)).all()


def has_admin() -> bool:
    """Whether anybody is an admin yet."""
    admins = sa.select(PersonRole.person_id).where(PersonRole.role == Role.ADMIN)
    return session.scalar(sa.select(admins.exists())) is True


def has_working_admin(at: datetime, *, except_id: int) -> bool:
    """Whether anybody but one person is an admin who can do something, or can see to it by themself that they can.

    Perhaps for some days only: see `lasting_admins`.
    """
    admins = session.scalars(sa.select(Person).where(_is_admin_who_stays(), Person.id != except_id))
    return any(is_able(admin, at) for admin in admins)


def is_able(admin: Person, at: datetime) -> bool:
    """Whether an admin can do something, or can see to it by themself that they can."""
    return can_work_here(admin) and may_set_up_factor(admin, at)


def lasting_admins() -> frozenset[int]:
    """The admins whose roles never come to rest: those with a passkey or an app, and those of the demo."""
    lasts = sa.or_(_has_factor(Person.id), sa.and_(Person.is_demo, Person.password_hash.is_not(None)))
    return frozenset(session.scalars(sa.select(Person.id).where(_is_admin_who_stays(), lasts)))


def _is_admin_who_stays() -> sa.ColumnElement[bool]:
    is_admin = sa.exists().where(PersonRole.person_id == Person.id, PersonRole.role == Role.ADMIN)
    is_leaving = sa.exists().where(Erasure.person_id == Person.id, Erasure.started_at.is_not(None))
    return sa.and_(is_admin, ~is_leaving)


def person_of_former_handle(handle: str) -> Person | None:
    """Whoever had this handle before, unless somebody has it now."""
    return session.scalar(
        sa.select(Person)
        .join(FormerHandle, FormerHandle.person_id == Person.id)
        .where(FormerHandle.handle == handle, ~sa.exists().where(_Holder.handle == handle))
    )


def holder_of_look(handle_keys: Iterable[str], kept_since: datetime) -> int | None:
    """The id of whoever has a handle that looks like one of these, or had it and left it after `kept_since`.

    First who has one, then who had one, in this order: whoever gives one up in between is found by the second question.
    """
    keys = list(handle_keys)
    holder = session.scalar(sa.select(Person.id).where(Person.handle_key.in_(keys)).limit(1))
    if holder is not None:
        return holder
    return session.scalar(
        sa.select(FormerHandle.person_id)
        .where(FormerHandle.handle_key.in_(keys), FormerHandle.left_at > kept_since)
        .limit(1)
    )


def looks_taken(beginning: str, kept_since: datetime) -> frozenset[str]:
    """What the handles look like that begin with this look, and are somebody's as in `holder_of_look`."""
    held = sa.select(Person.handle_key).where(Person.handle_key.startswith(beginning, autoescape=True))
    kept = sa.select(FormerHandle.handle_key).where(
        FormerHandle.handle_key.startswith(beginning, autoescape=True), FormerHandle.left_at > kept_since
    )
    return frozenset(session.scalars(held)) | frozenset(session.scalars(kept))


def is_left(handle_keys: Iterable[str], kept_since: datetime) -> bool:
    """Whether a handle that looks like one of these was somebody's who was erased after `kept_since`, or that day."""
    secret_key = current_settings().secret_key
    macs = [look_mac(secret_key, key) for key in handle_keys]
    left = sa.exists().where(LeftHandle.look_mac.in_(macs), LeftHandle.left_at > kept_since - DAY)
    return session.scalar(sa.select(left)) is True


def somebody(person: Person) -> Somebody:
    """A person as whom rows are about."""
    former = former_addresses_of(person.id)
    return Somebody(person.id, person.email, person.email_key, since=person.email_since, former=former)


def former_addresses_of(person_id: int) -> tuple[PastAddress, ...]:
    """Mail addresses that somebody had before, the first one first."""
    rows = session.scalars(
        sa.select(FormerAddress).where(FormerAddress.person_id == person_id).order_by(FormerAddress.id)
    )
    return tuple(PastAddress(row.email, row.email_key, row.until, row.since) for row in rows)


def left_at(key: str) -> datetime | None:
    """When the last of those who are here left an address (its comparable form); None when nobody has had it."""
    query = sa.select(sa.func.max(FormerAddress.until, type_=UtcDateTime()))
    return session.scalar(query.where(FormerAddress.email_key == key))


def address_begins(key: str, at: datetime, person_id: int | None = None) -> datetime | None:
    """From when on what comes from an address (its comparable form) is whose it becomes `at` an instant.

    None for all that ever came from it: nobody else is known to have had it. Of somebody who is still here nothing
    before that instant goes to who comes after them; of whoever was erased nothing is left but what has to be kept.
    """
    is_anothers = FormerAddress.person_id != person_id if person_id is not None else sa.true()
    had = sa.exists().where(FormerAddress.email_key == key, is_anothers)
    if session.scalar(sa.select(had)):
        return at
    try:
        return erasure_log.erased_until(key)
    except (OSError, ValueError):
        # A log that cannot be read keeps nobody from coming, and gives nobody what may be another's.
        log.exception("the log of erasures cannot be read")
        return at


def has_left_since(address: str, instant: datetime) -> bool:
    """Whether whoever had this mail address at an instant was erased after it, as far as the log of erasures goes."""
    erasures = set(erasure_log.erasures_of_address(email_key(address), instant)) if address else set[str]()
    if not erasures:
        return False
    done_before = sa.select(Erasure.id).where(Erasure.id.in_(erasures), Erasure.done_at < instant)
    return not erasures <= set(session.scalars(done_before))


def former_names_of(person_id: int) -> Sequence[FormerName]:
    """What somebody was called before, the last one first."""
    return session.scalars(
        sa.select(FormerName)
        .where(FormerName.person_id == person_id)
        .order_by(FormerName.until.desc(), FormerName.id.desc())
    ).all()


def names_left_since(person_id: int, since: datetime) -> int:
    """How often somebody has taken another name after `since`."""
    left = sa.select(sa.func.count()).where(FormerName.person_id == person_id, FormerName.until > since)
    return session.scalar(left) or 0


def handles_left_since(person_id: int, since: datetime) -> int:
    """How often somebody has taken another handle after `since`."""
    left = sa.select(sa.func.count()).where(FormerHandle.person_id == person_id, FormerHandle.left_at > since)
    return session.scalar(left) or 0


def person_called(person_id: int, name: str) -> Person | None:
    """The person with this id, if `name` is or was theirs."""
    was_theirs = sa.exists().where(FormerName.person_id == person_id, FormerName.name == name)
    return session.scalar(
        sa.select(Person).where(Person.id == person_id, sa.or_(Person.name == name, was_theirs))
    )


def names_of_staff(*, except_id: int | None = None) -> Sequence[str]:
    """What the people are called who work here, all but one of them."""
    works_here = sa.exists().where(PersonRole.person_id == Person.id)
    names = sa.select(Person.name).where(works_here)
    if except_id is not None:
        names = names.where(Person.id != except_id)
    return session.scalars(names).all()


def is_picture_used(digest: str) -> bool:
    """Whether anybody has this picture."""
    return session.scalar(sa.select(sa.exists().where(Person.picture == digest))) is True


def setup_link_by_digest(token_digest: str, at: datetime) -> SetupLink | None:
    """The set-up link with this digest that can still be used at the instant `at`."""
    return session.scalar(
        sa.select(SetupLink).where(
            SetupLink.token_digest == token_digest, SetupLink.used_at.is_(None), SetupLink.expires_at > at
        )
    )


def code_by_ask(ask_digest: str) -> MailedCode | None:
    """The mailed code that the browser with this token asked for."""
    return session.scalar(sa.select(MailedCode).where(MailedCode.ask_digest == ask_digest))


def code_by_link(link_digest: str) -> MailedCode | None:
    """The mailed code whose mail holds the link with this token."""
    return session.scalar(sa.select(MailedCode).where(MailedCode.link_digest == link_digest))


def live_codes_of(key: str, at: datetime) -> Sequence[MailedCode]:
    """The codes of this address that are good at the instant `at`, locked, the oldest first."""
    return session.scalars(
        sa.select(MailedCode)
        .where(MailedCode.email_key == key, MailedCode.used_at.is_(None), MailedCode.expires_at > at)
        .order_by(MailedCode.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def mails_asked_for(mailbox: str, since: datetime) -> Sequence[datetime]:
    """When somebody wanted a mail to this mailbox after `since`, whether it was sent or not, the latest first."""
    return _instants(CodeMail.at, CodeMail.mailbox == mailbox, since)


def code_mails_to(mailbox: str, since: datetime, *, only: str | None = None) -> Sequence[datetime]:
    """When mails with a code went to this mailbox after `since`, or to this one spelling of it, the latest first."""
    which = sa.and_(CodeMail.mailbox == mailbox, CodeMail.was_sent.is_(True))
    if only is not None:
        which = sa.and_(which, CodeMail.email_key == only)
    return _instants(CodeMail.at, which, since)


def code_mails_from(source: str, since: datetime) -> Sequence[datetime]:
    """When a code was asked for from this network address after `since`, the latest first."""
    return _instants(CodeMail.at, CodeMail.source == source, since)


def invitation_by_id(invitation_id: int) -> Invitation | None:
    """The invitation with this id, in whatever state."""
    return session.get(Invitation, invitation_id)


def invitation_by_digest(token_digest: str) -> Invitation | None:
    """The invitation whose last mail holds the token with this digest, in whatever state."""
    return session.scalar(sa.select(Invitation).where(Invitation.token_digest == token_digest))


def is_open(invitation: Invitation, at: datetime) -> bool:
    """Whether an invitation can be used at the instant `at`. What its inviter may not give by then, nobody takes."""
    is_done = invitation.used_at is not None or invitation.revoked_at is not None
    return not is_done and at < invitation.expires_at and is_given(invitation, at)


def is_given(invitation: Invitation, at: datetime) -> bool:
    """Whether the inviter may give what they invited to: while their roles rest, they do not."""
    return may_give(actor_at(invitation.invited_by, at), invitation.roles)


def open_invitations_by(person_id: int, at: datetime) -> int:
    """How many invitations of one person can still be used at the instant `at`."""
    waiting = sa.select(sa.func.count()).where(
        Invitation.invited_by_id == person_id,
        Invitation.used_at.is_(None),
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > at,
    )
    return session.scalar(waiting) or 0


def wrong_codes_for(mailbox: str, since: datetime) -> Sequence[datetime]:
    """When a wrong code was typed for this mailbox after `since`, the latest first."""
    return _instants(WrongCode.at, WrongCode.mailbox == mailbox, since)


def wrong_codes_for_at(mailbox: str, source: str, since: datetime) -> Sequence[datetime]:
    """When a wrong code was typed for this mailbox at this network or browser after `since`, the latest first."""
    return _instants(WrongCode.at, sa.and_(WrongCode.mailbox == mailbox, WrongCode.source == source), since)


def wrong_codes_from(source: str, since: datetime) -> Sequence[datetime]:
    """When a wrong code was typed at this network address after `since`, the latest first."""
    return _instants(WrongCode.at, WrongCode.source == source, since)


def _instants(
    column: InstrumentedAttribute[datetime], which: sa.ColumnElement[bool], since: datetime
) -> Sequence[datetime]:
    return session.scalars(sa.select(column).where(which, column > since).order_by(column.desc())).all()


def browser_session_by_digest(token_digest: str, at: datetime) -> tuple[BrowserSession, Person, bool] | None:
    """The session with this digest that is good at the instant `at`, and its person with roles; one query.

    The third says whether they have a second factor or a passkey.
    """
    row = session.execute(
        sa.select(BrowserSession, Person, _has_factor(Person.id))
        .join(Person, Person.id == BrowserSession.person_id)
        .options(joinedload(Person.roles))
        .where(BrowserSession.token_digest == token_digest, BrowserSession.expires_at > at)
    ).first()
    return (row[0], row[1], row[2]) if row else None


def browser_sessions_of(person_id: int, at: datetime) -> Sequence[BrowserSession]:
    """The browsers in which a person is signed in at the instant `at`, the last used first."""
    return session.scalars(
        sa.select(BrowserSession)
        .where(BrowserSession.person_id == person_id, BrowserSession.expires_at > at)
        .order_by(BrowserSession.seen_at.desc(), BrowserSession.id.desc())
    ).all()


def code_app_of(person_id: int) -> CodeApp | None:
    """The app of a person that makes codes."""
    return session.get(CodeApp, person_id)


def passkeys_of(person_id: int) -> Sequence[Passkey]:
    """The passkeys of a person, the first made first."""
    return session.scalars(
        sa.select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.id)
    ).all()


def passkey_by_credential(credential_id: str) -> Passkey | None:
    """The passkey that devices call by this identifier."""
    return session.scalar(sa.select(Passkey).where(Passkey.credential_id == credential_id))


def person_known_as(issuer: str, subject: str) -> Person | None:
    """Whoever is linked to this account at a provider."""
    return session.scalar(
        sa.select(Person)
        .join(ProviderLink, ProviderLink.person_id == Person.id)
        .where(ProviderLink.issuer == issuer, ProviderLink.subject == subject)
    )


def links_of(person_id: int) -> Sequence[ProviderLink]:
    """The accounts at providers by which somebody comes in, the first linked first."""
    return session.scalars(
        sa.select(ProviderLink).where(ProviderLink.person_id == person_id).order_by(ProviderLink.id)
    ).all()


def link_at(person_id: int, issuer: str) -> ProviderLink | None:
    """The account of somebody at one provider."""
    return session.scalar(
        sa.select(ProviderLink).where(ProviderLink.person_id == person_id, ProviderLink.issuer == issuer)
    )


def recovery_codes_left(person_id: int) -> int:
    """How many codes on paper a person has that were not used yet."""
    left = sa.select(sa.func.count()).where(
        RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
    )
    return session.scalar(left) or 0


def has_factor(person_id: int) -> bool:
    """Whether somebody can show more than a password or a mailbox: a passkey, or an app with codes."""
    return session.scalar(sa.select(_has_factor(sa.literal(person_id)))) is True


def actor_at(person: Person, at: datetime) -> Actor:
    """The person as somebody who acts at the instant `at`, without the roles that rest by then."""
    days = current_settings().staff_second_factor_days
    return awake(person, has_factor=has_factor(person.id), days=days, at=at)


def may_set_up_factor(person: Person, at: datetime) -> bool:
    """Whether this person may set up a passkey or an app, with no more than their password to show.

    Who has one already has shown it. For a first one see `policy.first_factor_until`; whoever has just taken theirs
    away is let do it, too: they had shown it.
    """
    until = first_factor_until(person, days=current_settings().staff_second_factor_days)
    if until is None or at < until or has_factor(person.id):
        return True
    removed = sa.exists().where(
        AuditRecord.actor_id == person.id,
        AuditRecord.act.in_(_FACTOR_REMOVED),
        AuditRecord.at > at - REPLACING_LIFE,
    )
    return session.scalar(sa.select(removed)) is True


def needs_second_step(person: Person) -> bool:
    """Whether a password or a mailed code does not let this person in yet.

    An app says so for everybody. A passkey does for staff; to a reader it is one more way in, and the others stay
    open: somebody who reads on a second device is not to be shut out of it.
    """
    if code_app_of(person.id) is not None:
        return True
    return person.actor.is_staff and has_factor(person.id)


def lets_mail_in(person: Person) -> bool:
    """Whether a mailed code, and nothing else, shows who this person is: to come in, and to show it once more.

    For readers the mailbox is what everything hangs on. Whoever reads it can set a password; so to ask for the
    password instead would stop nobody but its owner who has forgotten it. Who works here, or has an app, shows more.
    """
    return not person.actor.is_staff and not needs_second_step(person)


def can_work_here(person: Person) -> bool:
    """Whether somebody can sign in to an account that may do more: with more than a mailed code alone."""
    return person.password_hash is not None or has_factor(person.id)


def failures_of_account(key: str, since: datetime) -> Sequence[datetime]:
    """When sign-in with this address failed after `since`, the latest first."""
    return _failures(SignInFailure.email_key == key, since)


def failures_of_account_at_source(key: str, source: str, since: datetime) -> Sequence[datetime]:
    """When sign-in with this address from this network address failed after `since`, the latest first."""
    return _failures(sa.and_(SignInFailure.email_key == key, SignInFailure.source == source), since)


def failures_of_source(source: str, since: datetime) -> Sequence[datetime]:
    """When sign-in from this network address failed after `since`, the latest first. Codes on paper count apart."""
    return _failures(sa.and_(SignInFailure.source == source, ~is_of_kind(ON_PAPER)), since)


def failures_of_kind_at_source(kind: str, source: str, since: datetime) -> Sequence[datetime]:
    """When what is counted by keys that begin with `kind` failed from this network after `since`, the latest first."""
    return _failures(sa.and_(is_of_kind(kind), SignInFailure.source == source), since)


def is_of_kind(kind: str) -> sa.ColumnElement[bool]:
    """What is counted by keys that begin with `kind`, to the letter: LIKE takes `paper:` for it on SQLite.

    Anybody can type such a thing as their address, which is kept in small letters.
    """
    return sa.func.substr(SignInFailure.email_key, 1, len(kind)) == kind


def times_asked_to_erase(person_id: int, since: datetime) -> Sequence[datetime]:
    """When somebody asked to have their account erased after `since`, the latest first; also what they took back."""
    asked = sa.and_(
        AuditRecord.actor_id == person_id,
        AuditRecord.act == "erasure asked for",
        AuditRecord.subject_kind == "person",
        AuditRecord.subject_id == person_id,
    )
    return _instants(AuditRecord.at, asked, since)


def has_signed_in_from(person_id: int, network: str, since: datetime) -> bool:
    """Whether somebody has signed in from this network after `since`."""
    known = (
        sa.select(AuditRecord.id)
        .join(AuditSource, AuditSource.record_id == AuditRecord.id)
        .where(
            AuditRecord.actor_id == person_id,
            AuditRecord.act == "signed in",
            AuditRecord.at > since,
            AuditSource.network == network,
        )
    )
    return session.scalar(sa.select(known.exists())) is True


def times_of(person_id: int, act: str, since: datetime) -> Sequence[datetime]:
    """When somebody did this after `since`, as the log says, the latest first."""
    did = sa.and_(AuditRecord.actor_id == person_id, AuditRecord.act == act)
    return _instants(AuditRecord.at, did, since)


def last_record_of(person_id: int) -> int:
    """The number of the last line in the log about a person; 0 when there is none."""
    last = sa.select(sa.func.max(AuditRecord.id)).where(
        AuditRecord.subject_kind == "person", AuditRecord.subject_id == person_id
    )
    return session.scalar(last) or 0


def has_come_in_after(person_id: int, record_id: int) -> bool:
    """Whether somebody has signed in after this line of the log, or how they sign in has been changed."""
    acts = ("signed in", *ACTS_OF_CHANGE.values())
    later = sa.exists().where(
        AuditRecord.subject_kind == "person",
        AuditRecord.subject_id == person_id,
        AuditRecord.act.in_(acts),
        AuditRecord.id > record_id,
    )
    return session.scalar(sa.select(later)) is True


def was_written(act: str, person_id: int | None, since: datetime, *, network: str | None = None) -> bool:
    """Whether the audit log has this act since `since`, done to a person or (None) to nobody we know.

    With a `network`: from there.
    """
    written = sa.select(AuditRecord.id).where(
        AuditRecord.act == act, AuditRecord.subject_id == person_id, AuditRecord.at > since
    )
    if network is not None:
        written = written.join(AuditSource, AuditSource.record_id == AuditRecord.id).where(
            AuditSource.network == network
        )
    return session.scalar(sa.select(written.exists())) is True


def _failures(which: sa.ColumnElement[bool], since: datetime) -> Sequence[datetime]:
    return session.scalars(
        sa.select(SignInFailure.at)
        .where(which, SignInFailure.at > since)
        .order_by(SignInFailure.at.desc(), SignInFailure.id.desc())
    ).all()


def _has_factor(person_id: sa.ColumnElement[int] | InstrumentedAttribute[int]) -> sa.ColumnElement[bool]:
    app = sa.exists().where(CodeApp.person_id == person_id)
    return sa.or_(app, sa.exists().where(Passkey.person_id == person_id))
