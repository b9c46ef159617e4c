"""Every read about what was changed after opening, and about whom to tell."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from blog.accounts.values import email_key
from blog.challenges.models.challenges import Amendment, Challenge, Prize
from blog.challenges.models.entries import Entry
from blog.challenges.queries.entrants import entrants_of
from blog.challenges.queries.pages import WITH_ARTICLE
from blog.core.db import session
from blog.mailroom.models import Delivery, OutboxMessage


def amendments_of(challenge: Challenge) -> Sequence[Amendment]:
    """What was changed of a challenge after opening, the last first."""
    query = sa.select(Amendment).where(Amendment.challenge_id == challenge.id)
    return session.scalars(query.order_by(Amendment.id.desc())).all()


def last_amended(challenges: Collection[Challenge]) -> Mapping[int, datetime]:
    """When the terms of challenges were last changed after opening, by challenge; those of which never are left out."""
    query = (
        sa.select(Amendment.challenge_id, sa.func.max(Amendment.at).label("last"))
        .where(Amendment.challenge_id.in_([each.id for each in challenges]))
        .group_by(Amendment.challenge_id)
    )
    return {row.challenge_id: row.last for row in session.execute(query)}


def is_judged_again_since(challenge_id: int, instant: datetime) -> bool:
    """Whether the terms of a challenge were changed after `instant` in a way that has all answers judged again."""
    query = sa.select(Amendment.id).where(
        Amendment.challenge_id == challenge_id, Amendment.rejudge, Amendment.at > instant
    )
    return session.scalar(query.limit(1)) is not None


def amendment_numbered(amendment_id: int) -> Amendment | None:
    """One amendment."""
    return session.get(Amendment, amendment_id)


def entries_to_tell(challenge_id: int, news: str) -> Sequence[int]:
    """The first entry of everybody who is told news of a challenge and has not heard them yet, in order of arrival.

    `news` is what the causes of these letters begin with. An earlier entry of somebody may be read, or confirmed, when
    they have been told already.
    """
    letters = sa.select(OutboxMessage.recipient).where(OutboxMessage.cause.startswith(f"{news}:"))
    told = {email_key(recipient) for recipient in session.scalars(letters)}
    to_tell: list[int] = []
    for entry, address in entrants_of(challenge_id):
        key = email_key(address)
        if key and key not in told:
            told.add(key)
            to_tell.append(entry.id)
    return to_tell


def is_still_read(challenge_id: int) -> bool:
    """Whether a program has still to read messages to a challenge."""
    unread = sa.select(Entry.id).where(Entry.challenge_id == challenge_id, Entry.eligible.is_(None)).limit(1)
    return session.scalar(unread) is not None


def entry_to_tell(entry_id: int) -> Entry | None:
    """One entry with its challenge, its delivery and what it says; None when it is gone."""
    return session.scalar(
        sa.select(Entry)
        .where(Entry.id == entry_id)
        .options(
            joinedload(Entry.challenge).options(WITH_ARTICLE),
            joinedload(Entry.delivery).joinedload(Delivery.message),
        )
    )


def is_picture_shown(digest: str) -> bool:
    """Whether some prize has this picture."""
    return session.scalar(sa.select(Prize.id).where(Prize.picture == digest).limit(1)) is not None
