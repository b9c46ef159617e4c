"""Somebody tries a password, and comes in or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _
from flask_babel import lazy_ngettext

from blog.accounts import passwords, queries
from blog.accounts.actions.locks import clear_away
from blog.accounts.events import SignInHeldBack, SignInRefused
from blog.accounts.known_browsers import is_known
from blog.accounts.models.people import Person
from blog.accounts.models.sign_in import SignInFailure
from blog.accounts.values import ON_PAPER, SECOND_STEP, email_key
from blog.core import clock
from blog.core.db import session, take_turns
from blog.core.errors import InvalidInput, TooMany
from blog.core.events import publish

# Guessing a password is slowed down to this many failures in the time of the window. The first limit counts an
# account at one source: who guesses elsewhere does not lock its owner out. The last one is against many sources.
GUESSING_WINDOW = timedelta(minutes=15)
MAX_FAILURES_OF_ACCOUNT_AT_SOURCE = 10
MAX_FAILURES_OF_SOURCE = 30
MAX_FAILURES_OF_ACCOUNT = 100
# Those of the second step count for a day.
SECOND_STEPS_KEPT = timedelta(days=1)
# For how long a network is known as one from which somebody signs in.
KNOWN_FOR = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody tries a password. It stands as a failure until it proves right."""

    email_key: str
    source: str
    person_id: int | None
    password_hash: str | None


@dataclass(frozen=True, slots=True)
class Proof:
    """The password of an attempt was right. `new_hash` replaces a hash of other parameters than today's."""

    attempt: Attempt
    person_id: int
    new_hash: str | None


def begin_attempt(email: str, source: str) -> Attempt:
    """Count a try to sign in as `email` from `source`, a network or a known browser, before its password is checked.

    Commit this first and check the password after it: so however many try at once, no more than the limit
    gets as far as a password. Raises `TooMany`, for unknown addresses as for known ones.
    """
    key = email_key(email)[:254]
    person = queries.account_at(email)
    count_guess(key, source, person.id if person else None)
    return Attempt(
        email_key=key,
        source=source,
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


def accept(proof: Proof) -> Person:
    """Whose password an attempt has proven. What they have to show beside it is for the caller to ask.

    Raises `InvalidInput` when the password was changed since it was checked.
    """
    person = session.get(Person, proof.person_id, with_for_update=True)
    if person is None or person.password_hash != proof.attempt.password_hash:
        raise InvalidInput(_("This address and this password do not belong together."))
    if proof.new_hash is not None:
        person.password_hash = proof.new_hash
    forgive(proof.attempt.email_key, proof.attempt.source)
    return person


def note_refusal(attempt: Attempt) -> None:
    """Write down that an attempt was refused: the same for an account that is there as for one that is not."""
    publish(SignInRefused(attempt.person_id))


def note_held_back(email: str) -> None:
    """Write down that somebody was told to come back later: the same for an account that is there as for none."""
    person = queries.account_at(email)
    publish(SignInHeldBack(person.id if person else None))


def count_guess(
    key: str,
    source: str,
    person_id: int | None,
    *,
    per_day: int | None = None,
    at_home_since: datetime | None = None,
    at_source: int = MAX_FAILURES_OF_ACCOUNT_AT_SOURCE,
) -> None:
    """Write down a guess as `key` from `source`, a network address or a browser, as a failure until it proves right.

    In a browser that is known nothing counts but what failed there. No more than `at_source` of this key may fail at
    one source, and in a day no more than `per_day`, if given: everywhere together, but at home only what failed there.
    That is a known browser, or a network from which `person_id` has signed in after `at_home_since`.
    Raises `TooMany` when there were too many of them.
    """
    now = clock.now()
    since = now - GUESSING_WINDOW
    take_turns(f"accounts.attempt.account.{key}")
    take_turns(f"accounts.attempt.source.{source}")
    _refuse_at_limit(queries.failures_of_account_at_source(key, source, since), at_source)
    _refuse_at_limit(queries.failures_of_source(source, since), MAX_FAILURES_OF_SOURCE)
    of_account = queries.failures_of_account(key, since)
    # Whoever guesses from everywhere does not keep the owner out of a browser where they are known. A network would not
    # do: what is answered there must not tell their neighbours who has an account.
    if not is_known(source):
        _refuse_at_limit(of_account, MAX_FAILURES_OF_ACCOUNT)
    if per_day is not None:
        is_at_home = is_known(source) or _was_here(person_id, source, at_home_since)
        _refuse_for_today(key, source, per_day, is_at_home=is_at_home)
    _note_guess(key, source, now)


def count_guess_on_paper(key: str, source: str) -> None:
    """Write down a guess at a code on paper, as a failure until it proves right.

    Nobody guesses one, so this only keeps whoever tries from costing us much: it counts nothing but such codes, of one
    account at one network and of that network, and nothing that fails elsewhere. Raises `TooMany`.
    """
    now = clock.now()
    since = now - GUESSING_WINDOW
    take_turns(f"accounts.attempt.account.{key}")
    take_turns(f"accounts.attempt.source.{source}")
    _refuse_at_limit(
        queries.failures_of_account_at_source(key, source, since), MAX_FAILURES_OF_ACCOUNT_AT_SOURCE
    )
    _refuse_at_limit(queries.failures_of_kind_at_source(ON_PAPER, source, since), MAX_FAILURES_OF_SOURCE)
    _note_guess(key, source, now)


def _note_guess(key: str, source: str, now: datetime) -> None:
    _forget_failures(now)
    session.add(SignInFailure(email_key=key, source=source, at=now))
    session.flush()


def _forget_failures(now: datetime) -> None:
    """Throw away what no limit counts any more."""
    is_second = sa.or_(*(queries.is_of_kind(kind) for kind in (SECOND_STEP, ON_PAPER)))
    is_over = sa.or_(
        SignInFailure.at <= now - SECOND_STEPS_KEPT,
        sa.and_(SignInFailure.at <= now - GUESSING_WINDOW, ~is_second),
    )
    clear_away(SignInFailure, is_over)


def forgive(key: str, source: str) -> None:
    """What proved right forgives the wrong guesses before it at the same place, and nobody else's."""
    session.execute(
        sa.delete(SignInFailure).where(SignInFailure.email_key == key, SignInFailure.source == source)
    )


def _refuse_for_today(key: str, source: str, limit: int, *, is_at_home: bool) -> None:
    """Raise `TooMany` when enough has failed in a day: everywhere together, but at home only what failed there."""
    since = clock.now() - SECOND_STEPS_KEPT
    if is_at_home:
        failures = queries.failures_of_account_at_source(key, source, since)
    else:
        failures = queries.failures_of_account(key, since)
    if len(failures) >= limit:
        message = _(
            "Too many wrong codes were typed for this account today. Use a passkey or a recovery code, "
            "or sign in where you did before."
        )
        raise TooMany(message, retry_at=failures[limit - 1] + SECOND_STEPS_KEPT)


def _was_here(person_id: int | None, network: str, since: datetime | None) -> bool:
    """Whether somebody has signed in from this network after `since`, and not long ago."""
    if person_id is None or since is None:
        return False
    return queries.has_signed_in_from(person_id, network, max(since, clock.now() - KNOWN_FOR))


def _refuse_at_limit(failures: Sequence[datetime], limit: int) -> None:
    """Raise `TooMany` when `failures` (the latest first) reach `limit`; the oldest of them makes room."""
    if len(failures) < limit:
        return
    retry_at = failures[limit - 1] + GUESSING_WINDOW
    message = lazy_ngettext(
        "Too many sign-ins went wrong here. Try again in %(num)s minute.",
        "Too many sign-ins went wrong here. Try again in %(num)s minutes.",
        clock.minutes_until(retry_at),
    )
    raise TooMany(message, retry_at=retry_at)
