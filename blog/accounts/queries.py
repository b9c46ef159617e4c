"""Every read of people and their sign-ins."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from blog.accounts.models.codes import CodeMail, MailedCode
from blog.accounts.models.people import Person, PersonRole
from blog.accounts.models.sign_in import BrowserSession, SetupLink, SignInFailure
from blog.accounts.values import Role, email_key
from blog.core.db import session


def person_by_id(person_id: int) -> Person | None:
    """The person with this id."""
    return session.get(Person, person_id)


def person_by_email(address: str) -> Person | None:
    """The person with this mail address, however it is written."""
    return session.scalar(sa.select(Person).where(Person.email_key == email_key(address)))


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


def similar_handles(beginning: str) -> frozenset[str]:
    """The handles in use that are `beginning`, alone or with a number after it."""
    like = Person.handle.startswith(f"{beginning}-", autoescape=True)
    handles = sa.select(Person.handle).where(sa.or_(Person.handle == beginning, like))
    return frozenset(session.scalars(handles))


def setup_link_by_digest(token_digest: str, at: datetime) -> SetupLink | None:
    """The set-up link with this digest that can still be used at the instant `at`."""
    return session.scalar(
        sa.select(SetupLink).where(
            SetupLink.token_digest == token_digest, SetupLink.used_at.is_(None), SetupLink.expires_at > at
        )
    )


def code_by_id(code_id: int) -> MailedCode | None:
    """The mailed code with this id."""
    return session.get(MailedCode, code_id)


def code_by_ask(ask_digest: str) -> MailedCode | None:
    """The mailed code that the browser with this token asked for."""
    return session.scalar(sa.select(MailedCode).where(MailedCode.ask_digest == ask_digest))


def code_by_link(link_digest: str) -> MailedCode | None:
    """The mailed code whose mail holds the link with this token."""
    return session.scalar(sa.select(MailedCode).where(MailedCode.link_digest == link_digest))


def code_mails_to(key: str, since: datetime) -> int:
    """How many mails with a code went to this address after `since`."""
    sent = sa.select(sa.func.count()).where(
        CodeMail.email_key == key, CodeMail.was_sent.is_(True), CodeMail.at > since
    )
    return session.scalar(sent) or 0


def code_mails_from(source: str, since: datetime) -> Sequence[datetime]:
    """When a code was asked for from this network address after `since`, the latest first."""
    asked = sa.select(CodeMail.at).where(CodeMail.source == source, CodeMail.at > since)
    return session.scalars(asked.order_by(CodeMail.at.desc(), CodeMail.id.desc())).all()


def browser_session_by_digest(token_digest: str, at: datetime) -> tuple[BrowserSession, Person] | None:
    """The session with this digest that is good at the instant `at`, with its person and roles; one query."""
    row = session.execute(
        sa.select(BrowserSession, Person)
        .join(Person, Person.id == BrowserSession.person_id)
        .options(joinedload(Person.roles))
        .where(BrowserSession.token_digest == token_digest, BrowserSession.expires_at > at)
    ).first()
    return (row[0], row[1]) if row else None


def browser_sessions_of(person_id: int, at: datetime) -> Sequence[BrowserSession]:
    """The browsers in which a person is signed in at the instant `at`, the last used first."""
    return session.scalars(
        sa.select(BrowserSession)
        .where(BrowserSession.person_id == person_id, BrowserSession.expires_at > at)
        .order_by(BrowserSession.seen_at.desc(), BrowserSession.id.desc())
    ).all()


def failures_of_account(key: str, since: datetime) -> Sequence[datetime]:
    """When sign-in with this address failed after `since`, the latest first."""
    return _failures(SignInFailure.email_key == key, since)


def failures_of_account_at_source(key: str, source: str, since: datetime) -> Sequence[datetime]:
    """When sign-in with this address from this network address failed after `since`, the latest first."""
    return _failures(sa.and_(SignInFailure.email_key == key, SignInFailure.source == source), since)


def failures_of_source(source: str, since: datetime) -> Sequence[datetime]:
    """When sign-in from this network address failed after `since`, the latest first."""
    return _failures(SignInFailure.source == source, since)


def _failures(which: sa.ColumnElement[bool], since: datetime) -> Sequence[datetime]:
    return session.scalars(
        sa.select(SignInFailure.at)
        .where(which, SignInFailure.at > since)
        .order_by(SignInFailure.at.desc(), SignInFailure.id.desc())
    ).all()
