"""Who may look after people, who may invite whom, and what an account needs before its roles may be used."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from blog.accounts.models.invitations import Invitation
from blog.accounts.models.people import Person
from blog.accounts.values import Role
from blog.core.actor import Actor
from blog.core.permissions import Rule, any_role

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

    `days` after the first of the roles that they have was given. Readers need none; neither do the people of the
    demo, whose password stands on the screen of whoever runs it.
    """
    if has_factor or person.is_demo or not person.roles:
        return None
    return min(held.granted_at for held in person.roles) + timedelta(days=days)


POLICY: dict[str, tuple[Rule, ...]] = {
    "person:oversee": (is_admin,),
    "audit:read": (is_admin,),
    "invitation:make": (may_invite,),
    # To see one, mail it again, and take it back.
    "invitation:handle": (is_inviter, is_admin),
}
