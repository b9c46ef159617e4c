"""Somebody comes from a provider: who they are here, and what is linked to whom.

An account here belongs to whoever holds its mailbox or its secrets; a provider only says that somebody is the same as
last time. So a mail address joins nobody to an account that is there, unless the site trusts the provider for
addresses, the provider calls it verified, and the account could be entered with a mailed code alone, too.
"""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _
from sqlalchemy.exc import IntegrityError

from blog.accounts import queries
from blog.accounts.actions.factors import tell_of
from blog.accounts.actions.people import checked_readers_name, create_person
from blog.accounts.actions.sessions import end_all_sessions
from blog.accounts.models.links import ProviderLink
from blog.accounts.models.people import Person
from blog.accounts.openid.provider import Arrival
from blog.accounts.values import HeldSession, SignInChange, checked_email
from blog.core import clock
from blog.core.db import read_again, session
from blog.core.errors import Conflict, InvalidInput, RuleBroken


def known_person(arrival: Arrival) -> Person | None:
    """Whose linked account this is, which has been used now; None when it is nobody's. Raises `NotFound`."""
    person = queries.person_known_as(arrival.issuer, arrival.subject)
    if person is None:
        return None
    read_again(person)
    # It may have been unlinked since.
    link = queries.link_at(person.id, arrival.issuer)
    if link is None or link.subject != arrival.subject:
        return None
    link.used_at = clock.now()
    return person


def usable_address(arrival: Arrival) -> str | None:
    """The mail address that the provider gives, if it is one."""
    try:
        return checked_email(arrival.email) if arrival.email else None
    except InvalidInput:
        return None


def usable_name(arrival: Arrival) -> str | None:
    """What the provider calls somebody, if they may be called so here."""
    try:
        return checked_readers_name(arrival.name) if arrival.name else None
    except InvalidInput:
        return None


def person_of_address(arrival: Arrival, *, language: str, name: str | None = None) -> Person | None:
    """Whom a newcomer is whose address the provider vouches for and is trusted with: linked from now on.

    That is whoever has an account with it, or somebody new under `name`, or else under the name that the provider
    gives. None when there is no name to make an account with. `name` is said on a page of its own, some time later:
    then it makes an account, and lets nobody into one that was made meanwhile. Raises `InvalidInput` (`name`),
    `Conflict`, and `RuleBroken` for an account that asks for more than its mailbox: its owner signs in to it and links
    from there.
    """
    address = usable_address(arrival)
    if address is None or not arrival.is_verified:
        raise RuleBroken(_("No mail address came with it."))
    person = queries.person_by_email(address)
    if person is None:
        called = name if name is not None else usable_name(arrival)
        person = create_person(address, called, language=language) if called is not None else None
    elif name is not None:
        raise Conflict(_("There is an account with this address by now. Sign in once more."))
    else:
        read_again(person)
        if not queries.lets_mail_in(person):
            raise RuleBroken(
                _(
                    "There is an account with your mail address, which asks for more. Sign in to it as you always do; "
                    "then you can link the two on the page of your account."
                )
            )
    if person is not None:
        link(person, arrival)
    return person


def link_if_new(person: Person, arrival: Arrival, *, asked_at: datetime) -> bool:
    """Link somebody who came from a provider and has shown their mailbox, if that made their account.

    An account that was there before `asked_at` stays as it is, and False is returned: a link is for ever, and who
    types a code means to sign in once. Raises `Conflict` and `RuleBroken`.
    """
    # Somebody may give them their first role at this moment.
    read_again(person)
    if person.created_at < asked_at or person.actor.is_staff:
        return False
    link(person, arrival)
    return True


def link(person: Person, arrival: Arrival) -> None:
    """Let somebody in by this account at a provider from now on, and tell them so.

    The caller has made sure that both are theirs. Raises `RuleBroken` when it is somebody else's or they have
    another one there, and `Conflict` when it is theirs already.
    """
    read_again(person)
    holder = queries.person_known_as(arrival.issuer, arrival.subject)
    if holder is not None and holder.id == person.id:
        raise Conflict(_("These two are linked already."))
    if holder is not None:
        raise RuleBroken(_("That account is linked to somebody else here. Nothing was changed."))
    if queries.link_at(person.id, arrival.issuer) is not None:
        raise RuleBroken(_("Another account there is linked to yours. Unlink that one first."))
    try:
        with session.begin_nested():
            session.add(
                ProviderLink(
                    person_id=person.id,
                    issuer=arrival.issuer,
                    subject=arrival.subject,
                    label=arrival.email or arrival.name,
                    linked_at=clock.now(),
                )
            )
    except IntegrityError as error:
        raise Conflict(_("These two are linked already.")) from error
    tell_of(person, SignInChange.PROVIDER_LINKED)


def end_links(person: Person) -> None:
    """Let nobody in by accounts elsewhere that somebody has linked until now, and tell them so if there were any.

    For whom is about to work here: as a reader they needed no more than their mailbox to link one. The caller has
    locked `person`.
    """
    ended = sa.delete(ProviderLink).where(ProviderLink.person_id == person.id).returning(ProviderLink.id)
    if session.scalars(ended).all():
        tell_of(person, SignInChange.LINKS_ENDED)


def unlink(person: Person, ended: ProviderLink, *, keep_session: HeldSession | None) -> None:
    """Let nobody in by this account any more, and sign out everywhere but in the browser with `keep_session`.

    It locks nobody out: readers come in with a mailed code, and who works here has something else, or got no role.
    Raises `NotFound`.
    """
    read_again(person)
    read_again(ended)
    session.delete(ended)
    session.flush()
    end_all_sessions(person, except_session=keep_session)
    tell_of(person, SignInChange.PROVIDER_UNLINKED)
