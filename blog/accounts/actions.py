"""What happens to people: they get accounts and roles, sign in and out, and change their password."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _
from flask_babel import lazy_ngettext
from sqlalchemy.exc import IntegrityError

from blog.accounts import passwords, queries
from blog.accounts.models import BrowserSession, Person, PersonRole, SetupLink, SignInFailure
from blog.accounts.values import (
    READER_LIMITS,
    STAFF_LIMITS,
    Role,
    checked_email,
    checked_name,
    checked_password,
    email_key,
    handle_from,
)
from blog.core import clock
from blog.core.db import conflict_of, session, take_turns
from blog.core.errors import Conflict, InvalidInput, NotFound, RuleBroken, TooMany
from blog.core.tokens import digest, new_token

# Guessing a password is slowed down to this many failures in the time of the window. The first limit counts an
# account at one source: who guesses elsewhere does not lock its owner out. The last one is against many sources.
GUESSING_WINDOW = timedelta(minutes=15)
MAX_FAILURES_OF_ACCOUNT_AT_SOURCE = 10
MAX_FAILURES_OF_SOURCE = 30
MAX_FAILURES_OF_ACCOUNT = 100
SETUP_LINK_LIFE = timedelta(hours=24)
_MAX_USER_AGENT = 200
_HANDLE_TRIES = 20


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody tries a password. It stands as a failure until it proves right."""

    email_key: str
    source: str
    failure_id: int
    person_id: int | None
    password_hash: str | None


@dataclass(frozen=True, slots=True)
class Proof:
    """The password of an attempt was right. `new_hash` replaces a hash of other parameters than today's."""

    attempt: Attempt
    person_id: int
    new_hash: str | None


def create_person(
    email: str,
    name: str,
    roles: Iterable[str] = (),
    password: str | None = None,
    *,
    language: str | None = None,
    is_demo: bool = False,
) -> Person:
    """Give somebody an account, with `roles` on top of being a reader.

    Without a password nobody can sign in to it. Raises `InvalidInput` (`email`, `name`, `password`), also
    when the address has an account already.
    """
    address = checked_email(email)
    person = Person(
        email=address,
        email_key=email_key(address),
        name=checked_name(name),
        password_hash=passwords.hashed(checked_password(password)) if password is not None else None,
        language=language,
        is_demo=is_demo,
        created_at=clock.now(),
    )
    person.roles = [PersonRole(role=Role(role)) for role in sorted(set(roles) - {Role.READER})]
    _add_with_handle(person)
    return person


def grant_role(person: Person, role: Role) -> None:
    """Give somebody a role. Ends their sessions: who may do more signs in anew (ASVS 5.0, 7.2.4)."""
    if role == Role.READER or role in _roles_of(person):
        return
    person.roles.append(PersonRole(role=role))
    end_all_sessions(person)
    session.flush()


def revoke_role(person: Person, role: Role) -> None:
    """Take a role from somebody, and end their sessions. Raises `RuleBroken` for the last admin."""
    if role not in _roles_of(person):
        return
    if role == Role.ADMIN:
        take_turns("accounts.admins")
        others = sa.select(PersonRole.person_id).where(
            PersonRole.role == Role.ADMIN, PersonRole.person_id != person.id
        )
        if session.scalar(others.limit(1)) is None:
            raise RuleBroken(_("This is the last admin. Make somebody else an admin first."))
    person.roles = [held for held in person.roles if held.role != role]
    end_all_sessions(person)
    session.flush()


def begin_attempt(email: str, source: str) -> Attempt:
    """Count a try to sign in as `email` from the network address `source`, before its password is checked.

    Commit this first and check the password after it: so however many try at once, no more than the limit
    gets as far as a password. Raises `TooMany`, for unknown addresses as for known ones.
    """
    key = email_key(email)[:254]
    now = clock.now()
    since = now - GUESSING_WINDOW
    take_turns(f"accounts.attempt.account.{key}")
    take_turns(f"accounts.attempt.source.{source}")
    at_source = queries.failures_of_account_at_source(key, source, since)
    _refuse_at_limit(at_source, MAX_FAILURES_OF_ACCOUNT_AT_SOURCE)
    _refuse_at_limit(queries.failures_of_source(source, since), MAX_FAILURES_OF_SOURCE)
    _refuse_at_limit(queries.failures_of_account(key, since), MAX_FAILURES_OF_ACCOUNT)
    session.execute(sa.delete(SignInFailure).where(SignInFailure.at <= since))
    failure = SignInFailure(email_key=key, source=source, at=now)
    session.add(failure)
    session.flush()
    person = queries.person_by_email(email)
    return Attempt(
        email_key=key,
        source=source,
        failure_id=failure.id,
        person_id=person.id if person else None,
        password_hash=person.password_hash if person else None,
    )


def prove(attempt: Attempt, password: str) -> Proof:
    """Check the password of an attempt, outside of any unit of work.

    Raises `InvalidInput`, in the same words and after the same time whatever was wrong.
    """
    right = passwords.matches(attempt.password_hash, password)
    if not right or attempt.person_id is None or attempt.password_hash is None:
        raise InvalidInput(_("This address and this password do not belong together."))
    outdated = passwords.is_outdated(attempt.password_hash)
    return Proof(attempt, attempt.person_id, passwords.hashed(password) if outdated else None)


def sign_in(proof: Proof, user_agent: str) -> str:
    """Sign somebody in to one browser. Returns the token for its cookie.

    Raises `InvalidInput` when the password was changed since it was checked.
    """
    person = _person_of(proof)
    if proof.new_hash is not None:
        person.password_hash = proof.new_hash
    _forget_failures(proof.attempt)
    return start_session(person, user_agent)


def start_session(person: Person, user_agent: str) -> str:
    """Open a session for one browser and return its token. Sessions that ran out are cleared away."""
    now = clock.now()
    session.execute(sa.delete(BrowserSession).where(BrowserSession.expires_at <= now))
    token = new_token()
    started = BrowserSession(
        person_id=person.id,
        token_digest=digest(token),
        user_agent=user_agent[:_MAX_USER_AGENT],
        created_at=now,
        seen_at=now,
        expires_at=_session_end(now, now, is_staff=person.actor.is_staff),
    )
    session.add(started)
    session.flush()
    return token


def keep_session_alive(session_id: int, *, is_staff: bool) -> None:
    """Note that a session is in use, which moves its end; one that has been ended meanwhile stays ended."""
    used = session.get(BrowserSession, session_id)
    if used is not None:
        used.seen_at = clock.now()
        used.expires_at = _session_end(used.created_at, used.seen_at, is_staff=is_staff)


def sign_out(token: str) -> None:
    """End the session of one browser."""
    session.execute(sa.delete(BrowserSession).where(BrowserSession.token_digest == digest(token)))


def end_session(ended: BrowserSession) -> None:
    """Sign one browser out from afar."""
    session.delete(ended)


def end_all_sessions(person: Person, *, except_token: str | None = None) -> None:
    """Sign a person out everywhere, except in the browser that carries `except_token`."""
    ended = sa.delete(BrowserSession).where(BrowserSession.person_id == person.id)
    if except_token is not None:
        ended = ended.where(BrowserSession.token_digest != digest(except_token))
    session.execute(ended)


def change_password(proof: Proof, password: str, *, keep_token: str | None) -> None:
    """Give the person who proved the old password a new one, and sign them out everywhere else.

    Raises `InvalidInput` (`password`).
    """
    person = _person_of(proof)
    person.password_hash = passwords.hashed(checked_password(password))
    _forget_failures(proof.attempt)
    end_all_sessions(person, except_token=keep_token)


def choose_locale(person: Person, language: str | None, time_zone: str | None) -> None:
    """Show the site to a person in this language and zone; None leaves it to the browser and the site."""
    person.language = language
    person.time_zone = time_zone


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


def _add_with_handle(person: Person) -> None:
    """Add a person under the first free handle; the constraints decide when two come at once."""
    beginning = handle_from(person.name)
    for _turn in range(_HANDLE_TRIES):
        person.handle = _free_handle(beginning)
        try:
            with session.begin_nested():
                session.add(person)
        except IntegrityError as error:
            if conflict_of(error) == "uq_person_handle":
                continue
            if conflict_of(error) == "uq_person_email_key":
                message = _("This address has an account already.")
                raise InvalidInput(message, {"email": message}) from error
            raise
        return
    raise Conflict(_("Too many people came at once. Please try again."))


def _free_handle(beginning: str) -> str:
    taken = queries.similar_handles(beginning)
    if beginning not in taken:
        return beginning
    number = 2
    while f"{beginning}-{number}" in taken:
        number += 1
    return f"{beginning}-{number}"


def _roles_of(person: Person) -> set[str]:
    return {held.role for held in person.roles}


def _person_of(proof: Proof) -> Person:
    """The person of a proof, if the password that was proven is still theirs."""
    person = session.get(Person, proof.person_id, with_for_update=True)
    if person is None or person.password_hash != proof.attempt.password_hash:
        raise InvalidInput(_("This address and this password do not belong together."))
    return person


def _forget_failures(attempt: Attempt) -> None:
    """The right password forgives the wrong ones typed before it at the same place, and nobody else's."""
    session.execute(
        sa.delete(SignInFailure).where(
            SignInFailure.email_key == attempt.email_key, SignInFailure.source == attempt.source
        )
    )


def _refuse_at_limit(failures: Sequence[datetime], limit: int) -> None:
    """Raise `TooMany` when `failures` (the latest first) reach `limit`; the oldest of them makes room."""
    if len(failures) < limit:
        return
    retry_at = failures[limit - 1] + GUESSING_WINDOW
    minutes = math.ceil((retry_at - clock.now()) / timedelta(minutes=1))
    message = lazy_ngettext(
        "Too many sign-ins went wrong here. Try again in %(num)s minute.",
        "Too many sign-ins went wrong here. Try again in %(num)s minutes.",
        max(minutes, 1),
    )
    raise TooMany(message, retry_at=retry_at)


def _session_end(created_at: datetime, seen_at: datetime, *, is_staff: bool) -> datetime:
    idle, absolute = STAFF_LIMITS if is_staff else READER_LIMITS
    return min(seen_at + idle, created_at + absolute)
