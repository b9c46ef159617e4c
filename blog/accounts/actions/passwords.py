"""Passwords are set, and whoever has lost everything comes back in."""

import hashlib
import hmac
from datetime import timedelta

from flask_babel import lazy_gettext as _
from itsdangerous import BadSignature, URLSafeTimedSerializer

from blog.accounts import passwords, queries
from blog.accounts.actions.factors import remove_all_factors, tell_of
from blog.accounts.actions.sessions import end_all_sessions
from blog.accounts.models.people import Person
from blog.accounts.values import HeldSession, SignInChange
from blog.core.config import current_settings
from blog.core.db import read_again
from blog.core.errors import NotFound

RECOVERY_LINK_LIFE = timedelta(hours=24)


def set_password(person: Person, password: str, *, keep_session: HeldSession | None = None) -> None:
    """Give somebody a password, whether they had one or not, and sign them out everywhere else.

    The caller has made sure that it is them. Raises `InvalidInput` (`password`).
    """
    read_again(person)
    is_first = person.password_hash is None
    person.password_hash = passwords.hashed(passwords.checked(password, person.name, person.email))
    end_all_sessions(person, except_session=keep_session)
    tell_of(person, SignInChange.FIRST_PASSWORD if is_first else SignInChange.PASSWORD)


def recover(person: Person) -> str:
    """Take away every way in of somebody who has lost theirs. Returns the token of a link to set a new password.

    Passkeys, app and recovery codes are gone, the old password opens nothing, and all browsers are signed out. The
    link works once, for 24 hours; a later one makes it stop, and so does every other way in that they find.
    """
    read_again(person)
    remove_all_factors(person)
    # A password that nobody knows: the mark of the link is of this one, and of no other.
    person.password_hash = passwords.hashed(passwords.random_password())
    end_all_sessions(person)
    tell_of(person, SignInChange.RECOVERED)
    return _links().dumps([person.id, proof_mark(person), queries.last_record_of(person.id)])


def person_of_link(token: str) -> Person:
    """Whose link this is, if it works still. Raises `NotFound`."""
    gone = NotFound(_("This link does not work any more. Ask whoever runs this site for a new one."))
    try:
        person_id, mark, made_after = _links().loads(token, max_age=int(RECOVERY_LINK_LIFE.total_seconds()))
    except (BadSignature, TypeError, ValueError) as error:
        raise gone from error
    person = queries.person_by_id(person_id)
    if person is None or not hmac.compare_digest(proof_mark(person), str(mark)):
        raise gone
    # They have found another way in, so nobody needs it; and it may lie somewhere that they have forgotten.
    if queries.has_come_in_after(person.id, made_after):
        raise gone
    return person


def use_recovery_link(token: str, password: str) -> Person:
    """Set the password of whoever has this link, which then works no more, however many use it at once.

    Raises `NotFound`, and `InvalidInput` (`password`).
    """
    read_again(person_of_link(token))
    person = person_of_link(token)
    set_password(person, password)
    return person


def proof_mark(person: Person) -> str:
    """A mark of what somebody signs in with: another one as soon as their password or address is changed."""
    key = current_settings().secret_key.encode()
    made_of = f"proof:{person.id}:{person.email_key}:{person.password_hash}"
    return hmac.new(key, made_of.encode(), hashlib.sha256).hexdigest()[:32]


def _links() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_settings().secret_key, salt="accounts.recovery-link")
