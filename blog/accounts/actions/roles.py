"""What people may do here is given and taken."""

from flask_babel import lazy_gettext as _

from blog.accounts import queries
from blog.accounts.actions.admins import refuse_last_admin
from blog.accounts.actions.factors import tell_of
from blog.accounts.actions.providers import end_links
from blog.accounts.actions.sessions import end_all_sessions
from blog.accounts.events import RoleGiven, RoleTaken
from blog.accounts.models.invitations import Invitation
from blog.accounts.models.people import Person, PersonRole
from blog.accounts.values import Role, SignInChange
from blog.core import clock
from blog.core.actor import Actor
from blog.core.db import read_again, session
from blog.core.errors import Forbidden, RuleBroken
from blog.core.events import publish
from blog.core.permissions import require


def grant_role(person: Person, role: Role, *, invitation: Invitation | None = None) -> None:
    """Give somebody a role. Ends their sessions: who may do more signs in anew (ASVS 5.0, 7.2.4).

    With the first one the accounts elsewhere that they came in with are unlinked: somebody who reads needed no more
    than their mailbox to link one, and who works here is not let in by that.

    `invitation` is the one by which they take it on. Raises `RuleBroken` for whom it would lock out.
    """
    _lock(person)
    if role == Role.READER or role in _roles_of(person):
        return
    if not queries.can_work_here(person):
        # A mailed code does not let staff in; an invitation asks for what does.
        raise RuleBroken(
            _(
                "This person has nothing but mailed codes, which is not enough for staff. "
                "Send them an invitation instead."
            )
        )
    if not person.roles:
        end_links(person)
    person.roles.append(PersonRole(role=role))
    end_all_sessions(person)
    session.flush()
    publish(RoleGiven(person, role, invitation))


def give_role(actor: Actor, person: Person, role: Role) -> None:
    """What an admin does: give somebody a role. Raises `Forbidden`, and `RuleBroken` for whom it would lock out."""
    require(actor, "person:oversee", person)
    grant_role(person, role)


def take_role(actor: Actor, person: Person, role: Role) -> None:
    """What an admin does: take a role from somebody. Raises `Forbidden`, and `RuleBroken` for the last admin."""
    require(actor, "person:oversee", person)
    revoke_role(person, role)


def give_time(actor: Actor, person: Person) -> None:
    """What an admin does who has made sure that it is them: let somebody wake their roles once more.

    As in their first week a password is enough again to set up a passkey or an app. They hear of it by mail. Raises
    `Forbidden`, also for oneself, and `RuleBroken` for whom needs none.
    """
    require(actor, "person:oversee", person)
    if person.id == actor.person_id:
        raise Forbidden(_("Somebody else has to give you time."))
    _lock(person)
    if queries.may_set_up_factor(person, clock.now()):
        raise RuleBroken(_("They need no time: they can set up a passkey or an app as it is."))
    person.time_given_at = clock.now()
    end_all_sessions(person)
    session.flush()
    tell_of(person, SignInChange.TIME_GIVEN)


def revoke_role(person: Person, role: Role) -> None:
    """Take a role from somebody, and end their sessions. Raises `RuleBroken` for the last admin who can do anything."""
    _lock(person)
    if role not in _roles_of(person):
        return
    if role == Role.ADMIN:
        refuse_last_admin(person)
    person.roles = [held for held in person.roles if held.role != role]
    end_all_sessions(person)
    session.flush()
    publish(RoleTaken(person, role))


def _lock(person: Person) -> None:
    """Read the roles as they are now, and let nobody else change them until the unit of work ends."""
    # Reading anew forgets what has been changed and not been sent yet.
    session.flush()
    read_again(person)
    read_again(person, ["roles"], lock=False)


def _roles_of(person: Person) -> set[str]:
    return {held.role for held in person.roles}
