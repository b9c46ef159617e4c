"""People are invited to work here, and take that on."""

from collections.abc import Iterable
from datetime import timedelta

from flask_babel import lazy_gettext as _

from blog.accounts import queries
from blog.accounts.actions.codes import count_mail
from blog.accounts.actions.locks import take_mailbox
from blog.accounts.actions.passwords import set_password
from blog.accounts.actions.people import create_person
from blog.accounts.actions.roles import grant_role
from blog.accounts.events import InvitationMailed, InvitationRevoked, InvitationUsed
from blog.accounts.models.invitations import Invitation
from blog.accounts.models.people import Person
from blog.accounts.policy import may_give
from blog.accounts.values import Role, checked_email, email_key
from blog.core import clock
from blog.core.actor import Actor
from blog.core.db import read_again, session
from blog.core.errors import Conflict, Forbidden, InvalidInput, NotFound, TooMany
from blog.core.events import publish
from blog.core.permissions import require
from blog.core.tokens import digest, new_token

INVITATION_LIFE = timedelta(days=7)
# Somebody whose account is in wrong hands cannot mail the world from here.
MAX_OPEN_OF_ONE_PERSON = 50


def invite(actor: Actor, email: str, roles: Iterable[str], *, language: str, source: str) -> Invitation:
    """Mail somebody an invitation to take on `roles`. Whether they have an account makes no difference here.

    Raises `InvalidInput` (`email`, `roles`), `Forbidden` for roles above the actor's own, and `TooMany` when the
    mailbox has had its mails of this hour or the actor has too many invitations open.
    """
    require(actor, "invitation:make")
    address = checked_email(email)
    wanted = _checked_roles(actor, roles)
    # By this they come one after the other, and are counted.
    read_again(_inviter(actor))
    if queries.open_invitations_by(actor.person_id or 0, clock.now()) >= MAX_OPEN_OF_ONE_PERSON:
        raise TooMany(_("You have too many invitations open. Take some back first."))
    invitation = Invitation(
        email=address,
        email_key=email_key(address),
        roles=wanted,
        language=language,
        invited_by_id=actor.person_id,
        mails=0,
        created_at=clock.now(),
    )
    _mail(actor, invitation, source)
    return invitation


def invite_again(actor: Actor, invitation: Invitation, source: str) -> None:
    """Mail an invitation with a new link, good for a week; the link before it stops working.

    Raises `Forbidden`, `Conflict` when it has been used or taken back, and `TooMany`.
    """
    require(actor, "invitation:handle", invitation)
    _lock(invitation)
    _refuse_done(invitation)
    # An admin may mail again what an editor asked for, and nobody what the inviter may not give any more.
    if not queries.is_given(invitation, clock.now()):
        raise Forbidden(_("Who invited them may not give these roles now. Invite them yourself."))
    _mail(actor, invitation, source)


def revoke_invitation(actor: Actor, invitation: Invitation) -> None:
    """Take an invitation back. Raises `Forbidden`, and `Conflict` when it has been used or taken back."""
    require(actor, "invitation:handle", invitation)
    _lock(invitation)
    _refuse_done(invitation)
    invitation.revoked_at = clock.now()
    session.flush()
    publish(InvitationRevoked(invitation, actor))


def join_by_invitation(token: str, name: str, password: str) -> Person:
    """Somebody who has no account yet takes on what they were invited to. However many try at once, one does.

    Raises `NotFound` for an invitation that cannot be used (any more), `Conflict` when its address has an account by
    now, `InvalidInput` (`name`, `password`).
    """
    invitation = _usable(token)
    try:
        person = create_person(
            invitation.email, name, invitation.roles, password, language=invitation.language
        )
    except InvalidInput as error:
        if "email" in error.fields:
            raise Conflict(_("This address has an account already. Sign in with it first.")) from error
        raise
    _use(invitation, person)
    return person


def accept_invitation(person: Person, token: str, password: str | None = None) -> None:
    """Somebody who has an account takes on more roles, and is signed out everywhere.

    Who has no password, app or passkey gives a password: a mailed code alone does not let staff in. Raises `NotFound`
    for an invitation that cannot be used (any more) or that was mailed to another address, and `InvalidInput`
    (`password`).
    """
    read_again(person)
    invitation = _usable(token)
    if invitation.email_key != person.email_key:
        raise no_longer_open()
    if not queries.can_work_here(person):
        set_password(person, password or "")
    for role in invitation.roles:
        grant_role(person, Role(role), invitation=invitation)
    _use(invitation, person)


def no_longer_open() -> NotFound:
    """What is told of an invitation that is unknown, used, taken back, too old, or not given at this moment."""
    return NotFound(
        _(
            "An invitation works once, for a week, and while whoever sent it may invite you. Ask them for a new one."
        )
    )


def _inviter(actor: Actor) -> Person:
    person = queries.person_by_id(actor.person_id or 0)
    if person is None:
        raise NotFound()
    return person


def _checked_roles(actor: Actor, roles: Iterable[str]) -> list[str]:
    wanted = sorted(set(roles))
    if not wanted or not set(wanted) <= {role.value for role in Role} - {Role.READER.value}:
        message = _("Choose what they may do here.")
        raise InvalidInput(message, {"roles": message})
    if not may_give(actor, wanted):
        raise Forbidden(_("You can only invite people to what you may do yourself."))
    return wanted


def _mail(actor: Actor, invitation: Invitation, source: str) -> None:
    if not count_mail(invitation.email_key, source):
        raise TooMany(_("This mailbox has had three mails of ours this hour. Try again later."))
    token = new_token()
    invitation.token_digest = digest(token)
    invitation.expires_at = clock.now() + INVITATION_LIFE
    invitation.mails += 1
    session.add(invitation)
    session.flush()
    publish(InvitationMailed(invitation, token, actor))


def _usable(token: str) -> Invitation:
    """The invitation with this token, locked. What its inviter may not give any more, nobody can take."""
    invitation = queries.invitation_by_digest(digest(token))
    if invitation is not None:
        _lock(invitation)
    # It may have been mailed again, with another link, while we waited for it.
    if (
        invitation is None
        or invitation.token_digest != digest(token)
        or not queries.is_open(invitation, clock.now())
    ):
        raise no_longer_open()
    return invitation


def _use(invitation: Invitation, person: Person) -> None:
    invitation.used_at = clock.now()
    invitation.used_by_id = person.id
    session.flush()
    publish(InvitationUsed(invitation, person))


def _refuse_done(invitation: Invitation) -> None:
    if invitation.used_at is not None:
        raise Conflict(_("This invitation has been used already."))
    if invitation.revoked_at is not None:
        raise Conflict(_("This invitation has been taken back already."))


def _lock(invitation: Invitation) -> None:
    take_mailbox(invitation.email_key)
    read_again(invitation)
