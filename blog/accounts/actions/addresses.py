"""Somebody gets another mail address, once they have shown that it is theirs."""

import hmac

from flask_babel import lazy_gettext as _
from sqlalchemy.exc import IntegrityError

from blog.accounts import queries
from blog.accounts.actions.codes import CodeCheck, WantedAct, ask_for_code, try_code
from blog.accounts.actions.factors import tell_of
from blog.accounts.actions.passwords import proof_mark
from blog.accounts.actions.sessions import end_all_sessions
from blog.accounts.models.codes import MailedCode
from blog.accounts.models.people import FormerAddress, Person
from blog.accounts.values import NEW_ADDRESS, HeldSession, SignInChange, checked_email, email_key
from blog.core import clock
from blog.core.db import conflict_of, read_again, session
from blog.core.errors import Conflict, InvalidInput


def ask_for_address(person: Person, email: str, *, source: str, language: str, goal: str) -> str:
    """Mail a code to the address that somebody wants. Returns the token of the page where it is typed.

    Says nothing about whether anybody has this address: only whoever reads its mail learns that. Raises
    `InvalidInput` (`email`) and `TooMany`.
    """
    read_again(person)
    if email_key(checked_email(email)) == person.email_key:
        message = _("This is your address already.")
        raise InvalidInput(message, {"email": message})
    wanted = WantedAct(NEW_ADDRESS, {"person": person.id, "mark": proof_mark(person)})
    return ask_for_code(email, source=source, language=language, goal=goal, act=wanted, person_id=person.id)


def is_for(person: Person, asked: MailedCode) -> bool:
    """Whether a mailed code is about a new address of this person, who signs in as they did when it was asked for."""
    data = asked.act_data or {}
    is_theirs = asked.act == NEW_ADDRESS and data.get("person") == person.id
    return is_theirs and hmac.compare_digest(str(data.get("mark")), proof_mark(person))


def change_address(
    person: Person, asked: MailedCode, typed: str, *, source: str, keep_session: HeldSession | None
) -> CodeCheck:
    """Give somebody the address whose code they typed, and sign them out everywhere else.

    The old address is told. A wrong code counts, so commit whatever comes of it. Raises `Conflict` when somebody
    else has the address, and `TooMany`.
    """
    read_again(person)
    check = try_code(asked, typed, source)
    if check is not CodeCheck.RIGHT or not is_for(person, asked):
        return check if check is not CodeCheck.RIGHT else CodeCheck.EXPIRED
    tell_of(person, SignInChange.ADDRESS)
    now = clock.now()
    former = FormerAddress(
        person_id=person.id,
        email=person.email,
        email_key=person.email_key,
        since=person.email_since,
        until=now,
    )
    try:
        with session.begin_nested():
            session.add(former)
            person.email, person.email_key = asked.email, asked.email_key
            session.flush()
            # Now that nobody else can get it, whoever had it before has left it.
            person.email_since = queries.address_begins(asked.email_key, now, person.id)
    except IntegrityError as error:
        if conflict_of(error) == "uq_person_email_key":
            raise Conflict(_("This address has an account already.")) from error
        raise
    end_all_sessions(person, except_session=keep_session)
    return check
