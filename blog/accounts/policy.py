"""Who may look after people, who may invite whom, and what an account needs before its roles may be used."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from blog.accounts.models.invitations import Invitation
from blog.accounts.models.people import Person
from blog.accounts.values import Role
from blog.core.actor import Actor
from blog.core.permissions import Rule, any_role

# For so long after their first role, or after they were given time, a password alone sets up somebody's first factor.
FIRST_FACTOR_LIFE = timedelta(days=7)
INVITERS = (Role.EDITOR.value,)
is_admin = any_role(Role.ADMIN)
may_invite = any_role(*INVITERS)
# Never above one's own: what a role may do, its invitations may give. Moderators invite nobody.
_GIVES = {
    Role.ADMIN: frozenset({Role.AUTHOR, Role.EDITOR, Role.MODERATOR, Role.ADMIN}),
    Role.EDITOR: frozenset({Role.AUTHOR}),
}


def roles_to_give(actor: Actor) -> frozenset[Role]:
    """The roles that somebody may invite others to."""
    return frozenset[Role]().union(*(roles for giver, roles in _GIVES.items() if giver in actor.roles))


def may_give(actor: Actor, roles: Iterable[str]) -> bool:
    """Whether somebody may invite others to each of `roles`; to none at all, nobody may."""
    wanted = set(roles)
    return bool(wanted) and wanted <= roles_to_give(actor)


def is_inviter(actor: Actor, invitation: Invitation) -> bool:
    """It is this person's own invitation, and they still invite people."""
    own = actor.person_id is not None and invitation.invited_by_id == actor.person_id
    return own and may_invite(actor, invitation)


def second_factor_due(person: Person, *, has_factor: bool, days: int) -> datetime | None:
    """When the roles of a person begin to rest, for want of a second factor or a passkey; None when they never do.

    `days` after the first of the roles that they have was given, or after they were given time. Readers need none;
    neither do the people of the demo, whose password stands on the screen of whoever runs it.
    """
    if has_factor or person.is_demo or not person.roles:
        return None
    return _begun_at(person) + timedelta(days=days)


def awake(person: Person, *, has_factor: bool, days: int, at: datetime) -> Actor:
    """The person as somebody who acts at the instant `at`: roles that rest by then are theirs, and of no use."""
    due = second_factor_due(person, has_factor=has_factor, days=days)
    if due is None or at < due:
        return person.actor
    return replace(person.actor, roles=frozenset(), resting=person.actor.roles)


def first_factor_until(person: Person, *, days: int) -> datetime | None:
    """Until when a password alone is enough to set up a first passkey or app; None for whom it always is.

    Later it would make whoever has found the password of an account that rests one of the staff. Never before the
    roles rest, and never within the first week, so that they can be woken at all where they rest from the start.
    """
    if person.is_demo or not person.roles:
        return None
    return _begun_at(person) + max(timedelta(days=days), FIRST_FACTOR_LIFE)


def _begun_at(person: Person) -> datetime:
    """From when the time of somebody who works here runs."""
    first_role_at = min(held.granted_at for held in person.roles)
    return max(first_role_at, person.time_given_at or first_role_at)


POLICY: dict[str, tuple[Rule, ...]] = {
    "person:oversee": (is_admin,),
    "audit:read": (is_admin,),
    "invitation:make": (may_invite,),
    # To see one, mail it again, and take it back.
    "invitation:handle": (is_inviter, is_admin),
}
