"""Every read of what the desk counts of a challenge."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.queries.outcomes import over_limit_of
from blog.challenges.values import Ineligible, Judgement
from blog.core.db import session
from blog.mailroom.models import Delivery
from blog.mailroom.values import Door


class Kind(StrEnum):
    """What has become of an entry, for a chart: what cannot take part is one kind, however that came."""

    CORRECT = "correct"
    INCORRECT = "incorrect"
    # Without a ruling, or unclear.
    OPEN = "open"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Figures:
    """What is counted of a challenge: entries by what became of them, why some cannot win, and by which door.

    `arrivals` says of each entry when it came, in that order.
    """

    kinds: Mapping[Kind, int]
    unclear: int
    why_not: Mapping[Ineligible, int]
    doors: Mapping[Door, int]
    arrivals: Sequence[tuple[datetime, Kind]]


def figures_of(challenge: Challenge) -> Figures:
    """The figures of a challenge as they are now."""
    rows = session.execute(
        sa.select(Entry.number, Entry.received_at, Entry.eligible, Entry.why_not, Entry.ruling, Delivery.door)
        .join(Delivery, Delivery.id == Entry.delivery_id)
        .where(Entry.challenge_id == challenge.id)
        .order_by(Entry.number)
    ).all()
    over_limit = over_limit_of(challenge)
    reasons = [Ineligible.OVER_LIMIT if row.number in over_limit else row.why_not for row in rows]
    arrivals = [
        (row.received_at, Kind.OUT if why_not is not None else _kind(row.eligible, row.ruling))
        for row, why_not in zip(rows, reasons, strict=True)
    ]
    return Figures(
        kinds=Counter(kind for _at, kind in arrivals),
        unclear=sum(
            1
            for row, why_not in zip(rows, reasons, strict=True)
            if why_not is None and row.eligible and row.ruling == Judgement.UNCLEAR
        ),
        why_not=Counter(Ineligible(why_not) for why_not in reasons if why_not is not None),
        doors=Counter(Door(row.door) for row in rows),
        arrivals=arrivals,
    )


def _kind(eligible: bool | None, ruling: str | None) -> Kind:
    if eligible is False:
        return Kind.OUT
    if ruling in {Judgement.CORRECT, Judgement.INCORRECT}:
        return Kind(ruling)
    return Kind.OPEN
