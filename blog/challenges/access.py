"""The only door to challenges, entries and receipts for somebody: 404 to a stranger, 403 to who may not act."""

from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.queries.challenges import challenge_by_slug
from blog.challenges.queries.entries import entry_by_token_digest, entry_numbered
from blog.core.actor import Actor
from blog.core.errors import NotFound
from blog.core.permissions import allowed, require
from blog.core.tokens import digest


def challenge_for(actor: Actor, slug: str) -> Challenge:
    """The challenge at an address, if `actor` may see it. Raises `NotFound`, also for others' drafts."""
    challenge = challenge_by_slug(slug)
    if challenge is None or not allowed(actor, "challenge:read", challenge):
        raise NotFound()
    return challenge


def desk_challenge_for(actor: Actor, slug: str) -> Challenge:
    """A challenge at the desk. Raises `NotFound`, and `Forbidden` to who may only read it."""
    challenge = challenge_for(actor, slug)
    require(actor, "challenge:inspect", challenge)
    return challenge


def entry_for(actor: Actor, slug: str, number: int) -> Entry:
    """One entry of a challenge, for who judges it. Raises `NotFound` and `Forbidden`."""
    challenge = desk_challenge_for(actor, slug)
    require(actor, "entry:judge", challenge)
    entry = entry_numbered(challenge, number)
    if entry is None:
        raise NotFound()
    return entry


def receipt_for(token: str) -> Entry:
    """The entry with that receipt. Whoever has the token may see it. Raises `NotFound`."""
    entry = entry_by_token_digest(digest(token))
    if entry is None:
        raise NotFound()
    return entry
