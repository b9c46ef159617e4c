"""People get accounts and handles, and say how the site is shown to them."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import count

from flask_babel import lazy_gettext as _
from sqlalchemy.exc import IntegrityError

from blog.accounts import passwords, queries
from blog.accounts.events import PersonJoined
from blog.accounts.models.people import Person, PersonRole
from blog.accounts.names import (
    MAX_HANDLE,
    MIN_HANDLE,
    can_be_taken_for,
    handle_from,
    is_former_readers,
    is_kept_handle,
)
from blog.accounts.offices import speaks_for_site
from blog.accounts.values import (
    Role,
    checked_email,
    checked_name,
    email_key,
)
from blog.core import clock
from blog.core.config import current_settings
from blog.core.db import conflict_of, session
from blog.core.errors import Conflict, InvalidInput
from blog.core.events import publish
from blog.core.lookalikes import look

# A handle that somebody gave up stays theirs for so long: links to it lead to them, and nobody else can have it. That
# of somebody who was erased is nobody's for as long.
HANDLE_KEPT = timedelta(days=365)
# Whoever has one of these speaks for the site, and may be called what they are.
_SPEAK_FOR_SITE = frozenset({Role.ADMIN, Role.EDITOR})
_HANDLE_TRIES = 20
_ROOM_FOR_NUMBER = len("-1000000")


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
    when the address has an account already, or when they would be taken for somebody who works here.
    """
    address = checked_email(email)
    held = sorted(set(roles) - {Role.READER})
    own_name = checked_own_name(name, held)
    person = Person(
        email=address,
        email_key=email_key(address),
        name=own_name,
        password_hash=passwords.hashed(passwords.checked(password, own_name, address))
        if password is not None
        else None,
        language=language,
        is_demo=is_demo,
        created_at=clock.now(),
    )
    person.roles = [PersonRole(role=Role(role)) for role in held]
    _add_with_handle(person)
    # Now that nobody else can get it, whoever had it before has left it.
    person.email_since = queries.address_begins(person.email_key, person.created_at)
    publish(PersonJoined(person))
    return person


def choose_locale(person: Person, language: str | None, time_zone: str | None) -> None:
    """Show the site to a person in this language and zone; None leaves it to the browser and the site."""
    person.language = language
    person.time_zone = time_zone


def checked_own_name(typed: str, roles: Iterable[str] = (), *, except_id: int | None = None) -> str:
    """The name of somebody with these roles, as it is shown. Raises `InvalidInput` (`name`).

    Besides what `checked_name` refuses: what those are called who have left, and the name of somebody who works here,
    whatever letters it is written with; of all but admins and editors also the site's own name, or an office of it.
    `except_id` is the person whose own name this is.
    """
    name = checked_name(typed)
    if is_former_readers(name):
        message = _("People who have left are called like this. Choose another one.")
        raise InvalidInput(message, {"name": message})
    if _SPEAK_FOR_SITE.isdisjoint(roles) and speaks_for_site(name, current_settings().site_name):
        message = _("This name is kept for the people who make this site. Choose another one.")
        raise InvalidInput(message, {"name": message})
    if can_be_taken_for(name, queries.names_of_staff(except_id=except_id)):
        # Whoever has a name already is signed in.
        message = (
            _("Somebody who works here has this name. Add something to it; or sign in, if it is you.")
            if except_id is None
            else _("Somebody who works here has this name. Add something to it.")
        )
        raise InvalidInput(message, {"name": message})
    return name


def checked_readers_name(typed: str) -> str:
    """The name of somebody new who does not work here. Raises `InvalidInput` (`name`), see `checked_own_name`."""
    return checked_own_name(typed)


def _add_with_handle(person: Person) -> None:
    """Add a person under the first free handle; the constraints decide when two come at once."""
    beginning = handle_from(person.name)
    if is_kept_handle(beginning, current_settings().site_name):
        beginning = "reader"
    for _turn in range(_HANDLE_TRIES):
        person.handle = _free_handle(beginning)
        try:
            with session.begin_nested():
                session.add(person)
        except IntegrityError as error:
            if conflict_of(error) in {"uq_person_handle", "uq_person_handle_key"}:
                continue
            if conflict_of(error) == "uq_person_email_key":
                message = _("This address has an account already.")
                raise InvalidInput(message, {"email": message}) from error
            raise
        return
    raise Conflict(_("Too many people came at once. Please try again."))


def _free_handle(beginning: str) -> str:
    """The first of `beginning`, `beginning-2` … that looks like nobody's, in at most `MAX_HANDLE` letters."""
    # The last letter may be half of a pair that looks like one.
    short = beginning[: MAX_HANDLE - _ROOM_FOR_NUMBER].rstrip("-")
    shared = look(beginning) if short == beginning else look(short)[:-1]
    kept_since = clock.now() - HANDLE_KEPT
    taken = queries.looks_taken(shared, kept_since)

    def is_free(handle: str) -> bool:
        return look(handle) not in taken and not queries.is_left([look(handle)], kept_since)

    if len(beginning) >= MIN_HANDLE and is_free(beginning):
        return beginning
    return next(handle for number in count(2) if is_free(handle := f"{short}-{number}"))
