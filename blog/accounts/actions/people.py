"""People get accounts and handles, and say how the site is shown to them."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _
from sqlalchemy.exc import IntegrityError

from blog.accounts import passwords, queries
from blog.accounts.models.people import Person, PersonRole
from blog.accounts.values import (
    Role,
    checked_email,
    checked_name,
    email_key,
    handle_from,
)
from blog.core import clock
from blog.core.db import conflict_of, session
from blog.core.errors import Conflict, InvalidInput

_HANDLE_TRIES = 20


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
        password_hash=passwords.hashed(passwords.checked(password, name, address))
        if password is not None
        else None,
        language=language,
        is_demo=is_demo,
        created_at=clock.now(),
    )
    person.roles = [PersonRole(role=Role(role)) for role in sorted(set(roles) - {Role.READER})]
    _add_with_handle(person)
    return person


def choose_locale(person: Person, language: str | None, time_zone: str | None) -> None:
    """Show the site to a person in this language and zone; None leaves it to the browser and the site."""
    person.language = language
    person.time_zone = time_zone


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
