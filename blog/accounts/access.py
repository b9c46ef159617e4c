"""The only door to an account's own things, and to what everybody may see of a person."""

import sqlalchemy as sa

from blog.accounts.models.factors import Passkey
from blog.accounts.models.invitations import Invitation
from blog.accounts.models.links import ProviderLink
from blog.accounts.models.people import Person
from blog.accounts.models.sign_in import BrowserSession
from blog.accounts.names import is_handle
from blog.accounts.queries import invitation_by_id, person_by_handle, person_by_id, person_of_former_handle
from blog.core.actor import Actor
from blog.core.db import session
from blog.core.errors import NotFound
from blog.core.permissions import allowed


def person_for(actor: Actor) -> Person:
    """The person who acts. Raises `NotFound` for a visitor, and when the account is gone."""
    person = person_by_id(actor.person_id) if actor.person_id is not None else None
    if person is None:
        raise NotFound()
    return person


def person_to_oversee(actor: Actor, person_id: int) -> Person:
    """Somebody's page for admins. Raises `NotFound` for nobody, and to whoever looks after nobody."""
    person = person_by_id(person_id)
    if person is None or not allowed(actor, "person:oversee", person):
        raise NotFound()
    return person


def invitation_for(actor: Actor, invitation_id: int) -> Invitation:
    """An invitation that somebody may handle. Raises `NotFound` for those of others."""
    invitation = invitation_by_id(invitation_id)
    if invitation is None or not allowed(actor, "invitation:handle", invitation):
        raise NotFound()
    return invitation


def browser_session_of(person: Person, session_id: int) -> BrowserSession:
    """A session of one person. Raises `NotFound` for everybody else's."""
    found = session.get(BrowserSession, session_id)
    if found is None or found.person_id != person.id:
        raise NotFound()
    return found


def browser_session_for(actor: Actor, session_id: int) -> BrowserSession:
    """A session of the person who acts. Raises `NotFound` for everybody else's."""
    found = session.scalar(
        sa.select(BrowserSession).where(
            BrowserSession.id == session_id, BrowserSession.person_id == actor.person_id
        )
    )
    if found is None:
        raise NotFound()
    return found


def passkey_for(actor: Actor, passkey_id: int) -> Passkey:
    """A passkey of the person who acts. Raises `NotFound` for everybody else's."""
    found = session.scalar(
        sa.select(Passkey).where(Passkey.id == passkey_id, Passkey.person_id == actor.person_id)
    )
    if found is None:
        raise NotFound()
    return found


def provider_link_for(actor: Actor, link_id: int) -> ProviderLink:
    """A linked account of the person who acts. Raises `NotFound` for everybody else's."""
    found = session.scalar(
        sa.select(ProviderLink).where(ProviderLink.id == link_id, ProviderLink.person_id == actor.person_id)
    )
    if found is None:
        raise NotFound()
    return found


def person_shown(handle: str) -> Person:
    """Whoever has this handle, or had it before anybody else; capitals make no difference. Raises `NotFound`."""
    wanted = handle.lower()
    # Asked by whoever types an address: no database must see a NUL.
    person = (person_by_handle(wanted) or person_of_former_handle(wanted)) if is_handle(wanted) else None
    if person is None:
        raise NotFound()
    return person
