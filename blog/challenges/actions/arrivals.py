"""What arrives becomes an entry. It runs between the end of a message and our `250`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import TypedDict, cast

import sqlalchemy as sa

from blog.challenges.ledger import leaves
from blog.challenges.ledger.commitments import commitment_to
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.recording import append, end_of_ledger
from blog.challenges.tokens import receipt_token
from blog.core.config import current_settings
from blog.core.db import session
from blog.core.errors import NotFound
from blog.core.tokens import digest
from blog.mailroom.values import Arrival

_challenges = cast("sa.Table", Challenge.__table__)
_entries = cast("sa.Table", Entry.__table__)
# Plain rows, made once: this runs for every answer between the end of its data and our `250`.
_TAKE_NUMBERS = (
    sa.update(_challenges)
    .where(_challenges.c.id == sa.bindparam("challenge_id"))
    .values(entry_total=_challenges.c.entry_total + sa.bindparam("how_many"))
    .returning(_challenges.c.entry_total)
)
_RECORD_ENTRIES = sa.insert(_entries).returning(_entries.c.id, sort_by_parameter_order=True)


class _Row(TypedDict):
    challenge_id: int
    number: int
    delivery_id: int
    received_at: datetime
    token_digest: str


def take_numbers(challenge_id: int, how_many: int) -> int:
    """The number of the next entry, the first of so many without gaps and in the order of the commits.

    The row stays locked until the commit, so whoever comes next gets the next number and a later instant.
    Raises `NotFound` when the challenge is gone.
    """
    last = session.execute(_TAKE_NUMBERS, {"challenge_id": challenge_id, "how_many": how_many}).scalar()
    if last is None:
        raise NotFound()
    return last - how_many + 1


def record_entries(arrivals: Sequence[Arrival]) -> Mapping[int, bytes]:
    """Add the entries that deliveries are, and their rows in the ledgers of their challenges.

    Nothing of the messages has been read yet. Returns the hash of each row, by delivery; of a challenge that was over
    before there were ledgers there is none.
    """
    hashes: dict[int, bytes] = {}
    for challenge_id, theirs in groupby(sorted(arrivals, key=_place), key=_challenge_id):
        hashes |= _record_in(challenge_id, list(theirs))
    return hashes


def _record_in(challenge_id: int, arrivals: Sequence[Arrival]) -> Mapping[int, bytes]:
    secret_key = current_settings().secret_key
    last = end_of_ledger(challenge_id, since=min(arrival.received_at for arrival in arrivals)).at
    rows: list[_Row] = []
    for arrival in arrivals:
        # A clock that was set back makes nobody earlier than who came before.
        last = max(last, arrival.received_at)
        token = receipt_token(
            secret_key, challenge_id=challenge_id, number=arrival.place, sha256=arrival.sha256
        )
        rows.append(
            {
                "challenge_id": challenge_id,
                "number": arrival.place,
                "delivery_id": arrival.delivery_id,
                "received_at": last,
                "token_digest": digest(token),
            }
        )
    ids = session.scalars(_RECORD_ENTRIES, rows).all()
    recorded = append(
        challenge_id,
        [
            leaves.entry(
                entry_id=entry_id,
                number=arrival.place,
                at=row["received_at"],
                door=arrival.door.value,
                stamped_at=arrival.stamped_at,
                private=commitment_to(leaves.what_an_entry_hides(arrival.sha256, arrival.envelope_sender)),
            )
            for arrival, row, entry_id in zip(arrivals, rows, ids, strict=True)
        ],
    )
    if not recorded:
        return {}
    return {arrival.delivery_id: row.hash for arrival, row in zip(arrivals, recorded, strict=True)}


def _place(arrival: Arrival) -> tuple[int, int]:
    return arrival.target_id, arrival.place


def _challenge_id(arrival: Arrival) -> int:
    return arrival.target_id
