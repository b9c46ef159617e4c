"""People for tests."""

from itertools import count

from blog.accounts import queries
from blog.accounts.models.people import Person, PersonRole
from blog.core import clock
from blog.core.db import session, unit_of_work

_numbers = count(1)


def make_person(
    *,
    name: str | None = None,
    role: str = "reader",
    email: str | None = None,
    password_hash: str | None = None,
    language: str | None = None,
) -> Person:
    """Somebody with an account; a reader unless `role` says more."""
    number = next(_numbers)
    address = email or f"person{number}@example.org"
    person = Person(
        email=address,
        email_key=address.lower(),
        name=name or f"Person {number}",
        handle=f"person{number}",
        password_hash=password_hash,
        language=language,
        created_at=clock.now(),
    )
    if role != "reader":
        person.roles.append(PersonRole(role=role))
    with unit_of_work():
        session.add(person)
        session.flush()
        person.email_since = queries.address_begins(person.email_key, person.created_at)
    return person
