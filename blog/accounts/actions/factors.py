"""What somebody can show beside a password: an app that makes codes, codes on paper, passkeys."""

from datetime import timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _
from sqlalchemy.exc import IntegrityError

from blog.accounts import passkeys, queries, totp
from blog.accounts.actions.admins import refuse_to_strand
from blog.accounts.actions.once import use_once
from blog.accounts.actions.sessions import end_all_sessions
from blog.accounts.actions.signing_in import SECOND_STEPS_KEPT, count_guess, count_guess_on_paper, forgive
from blog.accounts.events import (
    PasskeyRefused,
    PasskeyRenamed,
    SecondStepGuessed,
    SignInChanged,
    SignInRefused,
)
from blog.accounts.models.factors import CodeApp, Passkey, RecoveryCode
from blog.accounts.models.links import ProviderLink
from blog.accounts.models.people import Person
from blog.accounts.passkeys import Answer, NewKey, NotProven, Place
from blog.accounts.values import HeldSession, SignInChange, checked_key_name, on_paper_key, second_step_key
from blog.core import clock
from blog.core.config import current_settings
from blog.core.db import read_again, session
from blog.core.errors import Conflict, Forbidden, InvalidInput, NotFound, RuleBroken
from blog.core.events import publish

# A challenge is good for so long; what was signed is remembered for longer than that (`actions.once`).
CHALLENGE_LIFE = timedelta(minutes=5)
MAX_PASSKEYS = 20
# Three codes of an app are right at a time: so many guesses a day find one of an account in one year out of thirty.
MAX_WRONG_CODES_A_DAY = 30
# After so many in a day its owner is told: somebody has their password.
TOLD_AFTER = 5


class PasskeyNotAccepted(InvalidInput):
    """A passkey did not let in; the words are the same whatever was wrong. `person_id` is whose it is, if anybody's."""

    def __init__(self, person_id: int | None = None) -> None:
        super().__init__(_("This passkey was not accepted. Try again, or sign in another way."))
        self.person_id = person_id


def tell_of(person: Person, change: SignInChange) -> None:
    """Let somebody know that how they sign in has been changed."""
    publish(SignInChanged(person.id, person.email, person.language, change, clock.now(), person.time_zone))


def app_secret_of(person: Person, salt: str) -> str:
    """The secret of a person's app, in base32."""
    return totp.app_secret(current_settings().secret_key, person.id, salt)


def turn_app_on(
    person: Person, salt: str, typed: str, *, keep_session: HeldSession | None, is_let_in: bool = False
) -> list[str]:
    """Ask this person for a code of their app from now on. Returns their recovery codes, which are shown this once.

    One that they had before makes no right codes any more, nor do codes on paper that stood in for it: it was lost with
    a phone, or is in other hands. It is done in one act, so that who has nothing else is never without. `salt` is
    what the secret was made of that they have put into the app, `typed` the code that it shows. Other browsers are
    signed out: whoever is in there has shown less. `is_let_in` is whoever came by a link of whoever runs the site.
    Raises `InvalidInput` (`code`), `Conflict` when it is this app that they have already, and `Forbidden` for whom a
    password is not enough to set up a first one.
    """
    read_again(person)
    _refuse_first_factor(person, is_let_in=is_let_in)
    before = queries.code_app_of(person.id)
    if before is not None and before.salt == salt:
        raise Conflict(_("This app is set up already."))
    step = totp.matching_step(app_secret_of(person, salt), typed, clock.now())
    if step is None:
        message = _("This is not the code that the app shows now. Is the clock of your phone right?")
        raise InvalidInput(message, {"code": message})
    app = before or CodeApp(person_id=person.id)
    app.salt, app.last_step, app.created_at = salt, step, clock.now()
    session.add(app)
    codes = _replace_recovery_codes(person)
    end_all_sessions(person, except_session=keep_session)
    tell_of(person, SignInChange.APP_ON if before is None else SignInChange.APP_REPLACED)
    return codes


def turn_app_off(person: Person, *, keep_session: HeldSession | None) -> None:
    """Ask for codes no more. Codes on paper go too, unless a passkey is left that they stand in for.

    All browsers are signed out but the one with `keep_session`: the app may be in wrong hands. Raises `RuleBroken` for
    whom it would lock out, and for the last admin who has something of the kind.
    """
    read_again(person)
    app = queries.code_app_of(person.id)
    if app is None:
        return
    session.delete(app)
    session.flush()
    _refuse_to_lock_out(person)
    refuse_to_strand(person)
    _forget_useless_codes(person)
    end_all_sessions(person, except_session=keep_session)
    tell_of(person, SignInChange.APP_OFF)


def renew_recovery_codes(person: Person) -> list[str]:
    """Ten fresh codes on paper, shown this once; older ones stop working.

    Raises `RuleBroken` when there is nothing that they could stand in for.
    """
    read_again(person)
    if not queries.has_factor(person.id):
        raise RuleBroken(_("Set up an app or a passkey first: recovery codes stand in for it."))
    codes = _replace_recovery_codes(person)
    tell_of(person, SignInChange.RECOVERY_CODES)
    return codes


def try_app_code(person: Person, typed: str, source: str) -> bool:
    """Whether `typed` is a code of the app of this person, which is used up by it. Commit whatever comes of it.

    Every code works once, however it is typed and however many send it at once (RFC 6238, 5.2). Raises `TooMany`.
    """
    read_again(person)
    # Counted apart from passwords: the right password forgives wrong passwords, and no wrong codes.
    key = second_step_key(person.id)
    app = queries.code_app_of(person.id)
    # Who came in before there was an app has never shown it: they are at home nowhere yet.
    at_home_since = app.created_at if app else None
    count_guess(key, source, person.id, per_day=MAX_WRONG_CODES_A_DAY, at_home_since=at_home_since)
    return _settle(person, key, source, is_right=_takes_app_code(person, typed))


def try_recovery_code(person: Person, typed: str, source: str) -> bool:
    """Whether `typed` is a recovery code of this person, which is used up by it. Commit whatever comes of it.

    Nobody guesses one, so they open the account also after too many guesses at the app, wherever these were made.
    Raises `TooMany`.
    """
    read_again(person)
    key = on_paper_key(person.id)
    count_guess_on_paper(key, source)
    return _settle(person, key, source, is_right=_takes_recovery_code(person, typed))


def add_passkey(
    person: Person,
    key: NewKey,
    *,
    name: str,
    user_handle: str,
    challenge: str,
    keep_session: HeldSession | None,
    is_let_in: bool = False,
) -> Passkey:
    """Keep a passkey that has been made and checked, and sign out everywhere but in the browser with `keep_session`.

    Whoever is in elsewhere has shown less, and must not get by it what rests until somebody shows more. `is_let_in` is
    whoever came by a link of whoever runs the site. Raises `InvalidInput` (`name`), `Conflict` when it is known
    already or made for a challenge that was used, `RuleBroken` when there are too many, and `Forbidden` for whom a
    password is not enough to make a first one.
    """
    called = checked_key_name(name)
    read_again(person)
    _refuse_first_factor(person, is_let_in=is_let_in)
    use_once(challenge)
    known = queries.passkeys_of(person.id)
    if len(known) >= MAX_PASSKEYS:
        raise RuleBroken(_("You have 20 passkeys. Remove one that you use no more."))
    added = Passkey(
        person_id=person.id,
        credential_id=key.credential_id,
        user_handle=user_handle,
        public_key=key.public_key,
        sign_count=key.sign_count,
        name=called,
        created_at=clock.now(),
    )
    try:
        with session.begin_nested():
            session.add(added)
    except IntegrityError as error:
        raise Conflict(_("This passkey is known here already.")) from error
    end_all_sessions(person, except_session=keep_session)
    tell_of(person, SignInChange.PASSKEY_ADDED)
    return added


def use_passkey(place: Place, challenge: str, answer: Answer) -> Person:
    """Whose passkey has signed this challenge; each challenge is signed once.

    Raises `PasskeyNotAccepted`, in the same words whatever was wrong.
    """
    key = queries.passkey_by_credential(answer.credential_id)
    refusal = PasskeyNotAccepted(key.person_id if key else None)
    if key is None or answer.user_handle not in {None, key.user_handle}:
        raise refusal
    person = queries.person_by_id(key.person_id)
    if person is None:
        raise refusal
    try:
        read_again(person)
        read_again(key)
    except NotFound as gone:
        raise refusal from gone
    try:
        count = passkeys.checked_use(
            place, challenge, answer, public_key=key.public_key, sign_count=key.sign_count
        )
    except NotProven as error:
        raise refusal from error
    use_once(challenge)
    key.sign_count = count
    key.used_at = clock.now()
    return person


def note_refused_passkey(refusal: PasskeyNotAccepted) -> None:
    """Write down that a passkey was refused."""
    publish(PasskeyRefused(refusal.person_id))


def rename_passkey(key: Passkey, name: str) -> None:
    """Call a passkey by another name. Raises `InvalidInput` (`name`)."""
    chosen = checked_key_name(name)
    if chosen != key.name:
        key.name = chosen
        publish(PasskeyRenamed(key.person_id))


def remove_passkey(person: Person, key: Passkey, *, keep_session: HeldSession | None) -> None:
    """Take a passkey no more, and sign out everywhere but in the browser with `keep_session`: a device may be lost.

    Raises `NotFound`, and `RuleBroken` for whom it would lock out and for the last admin who has something of the kind.
    """
    read_again(person)
    # It may have been removed in another tab.
    read_again(key)
    session.delete(key)
    session.flush()
    _refuse_to_lock_out(person)
    refuse_to_strand(person)
    _forget_useless_codes(person)
    end_all_sessions(person, except_session=keep_session)
    tell_of(person, SignInChange.PASSKEY_REMOVED)


def remove_all_factors(person: Person) -> None:
    """Take away whatever somebody could show beside a password, or in its place."""
    for table in (CodeApp, RecoveryCode, Passkey, ProviderLink):
        session.execute(sa.delete(table).where(table.person_id == person.id))


def refuse_first_factor() -> Forbidden:
    """What is told to whom a password is not enough to set up a first passkey or app."""
    return Forbidden(
        _("Your password alone is not enough to set this up any more. Ask an admin to give you time for it.")
    )


def _refuse_first_factor(person: Person, *, is_let_in: bool) -> None:
    if not is_let_in and not queries.may_set_up_factor(person, clock.now()):
        raise refuse_first_factor()


def _refuse_to_lock_out(person: Person) -> None:
    """Whoever works here does not come in with a mailed code alone: something else must be left to them."""
    if person.roles and not queries.can_work_here(person):
        raise RuleBroken(_("You would have nothing left to sign in with. Set a password first."))


def _settle(person: Person, key: str, source: str, *, is_right: bool) -> bool:
    """What comes of a guess that was counted: a right one forgives those before it, a wrong one may be told."""
    if is_right:
        forgive(key, source)
        return True
    publish(SignInRefused(person.id))
    _tell_of_guessing(person)
    return False


def _tell_of_guessing(person: Person) -> None:
    """Let somebody know, once a day, that whoever shows their password fails at what comes after it."""
    now = clock.now()
    keys = (second_step_key(person.id), on_paper_key(person.id))
    if sum(len(queries.failures_of_account(key, now - SECOND_STEPS_KEPT)) for key in keys) < TOLD_AFTER:
        return
    if not queries.was_written("second step guessed", person.id, now - SECOND_STEPS_KEPT):
        publish(SecondStepGuessed(person, now))


def _takes_app_code(person: Person, typed: str) -> bool:
    app = queries.code_app_of(person.id)
    if app is None:
        return False
    step = totp.matching_step(app_secret_of(person, app.salt), typed, clock.now())
    if step is None:
        return False
    # The database decides who is first: time only goes forward.
    taken = session.execute(
        sa.update(CodeApp)
        .where(CodeApp.person_id == person.id, CodeApp.last_step < step)
        .values(last_step=step)
        .returning(CodeApp.person_id)
    )
    return taken.first() is not None


def _takes_recovery_code(person: Person, typed: str) -> bool:
    used = session.execute(
        sa.update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person.id,
            RecoveryCode.code_digest == totp.recovery_digest(typed),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
        .returning(RecoveryCode.id)
    )
    if used.first() is None:
        return False
    tell_of(person, SignInChange.RECOVERY_CODE_USED)
    return True


def _replace_recovery_codes(person: Person) -> list[str]:
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    codes, now = totp.new_recovery_codes(), clock.now()
    session.add_all(
        RecoveryCode(person_id=person.id, code_digest=totp.recovery_digest(code), created_at=now)
        for code in codes
    )
    session.flush()
    return codes


def _forget_useless_codes(person: Person) -> None:
    if not queries.has_factor(person.id):
        session.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
