"""What people may do here is given and taken."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from blog.accounts.actions.sessions import end_all_sessions
from blog.accounts.models.people import Person, PersonRole
from blog.accounts.values import (
    Role,
)
from blog.core.db import session, take_turns
from blog.core.errors import RuleBroken


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


def _roles_of(person: Person) -> set[str]:
    return {held.role for held in person.roles}
