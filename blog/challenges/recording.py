"""Writing the ledger: rows are appended under the lock of the challenge, in the transaction of what they say.

It runs for every answer between the end of its data and our `250`, so it writes plain rows, and a batch at once.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypedDict, cast

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import contains_eager

from blog.challenges import alike
from blog.challenges.ledger import leaves
from blog.challenges.ledger.canonical import Value, canonical, instant_text
from blog.challenges.ledger.commitments import commitment_to
from blog.challenges.ledger.leaves import MOMENTS, NewLeaf
from blog.challenges.ledger.merkle import BLOCK, leaf_hash, root_of
from blog.challenges.ledger.notes import Signer, signer_from
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry, EntryConfirmation, Verdict
from blog.challenges.models.ledger import LedgerBlock, LedgerLeaf
from blog.challenges.policy import is_late
from blog.challenges.queries.entries import address_of, message_of
from blog.challenges.terms import origin_of, terms_of
from blog.challenges.values import NO_TERMS, RULE_LABEL, ChallengeStatus, Ineligible
from blog.core import clock
from blog.core.config import current_settings
from blog.core.db import session
from blog.core.jobs.queue import enqueue
from blog.mailroom.doors.terms import terms_of as terms_of_door
from blog.mailroom.models import Delivery, ReadMessage
from blog.mailroom.values import Door

# The least by which two instants differ, here and in both databases.
MOMENT = timedelta(microseconds=1)
_SENDER_KEY_BYTES = 32
# Signs a ledger, and shows that to others, soon after something was decided (`witnessing.py`).
WITNESS_JOB = "challenges.witness"
log = structlog.get_logger(__name__)

_challenges = cast("sa.Table", Challenge.__table__)
_leaves = cast("sa.Table", LedgerLeaf.__table__)
_blocks = cast("sa.Table", LedgerBlock.__table__)
_PLACE = (
    sa.select(_challenges.c.ledger_size, _challenges.c.ledger_at)
    .where(_challenges.c.id == sa.bindparam("challenge_id"))
    .with_for_update(key_share=True)
)
_GROW = (
    sa.update(_challenges)
    .where(_challenges.c.id == sa.bindparam("challenge_id"))
    .values(ledger_size=sa.bindparam("size"), ledger_at=sa.bindparam("at"))
)
_ADD = sa.insert(_leaves)


@dataclass(frozen=True, slots=True)
class Place:
    """The end of a ledger: how many rows it has, and the instant of the last one; none comes before that."""

    size: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Recorded:
    """A row that has been appended."""

    position: int
    at: datetime
    hash: bytes


class _Row(TypedDict):
    challenge_id: int
    position: int
    kind: str
    at: datetime
    leaf: str
    hash: bytes
    entry_id: int | None
    sealed: str | None
    salt: bytes | None
    private_salt: bytes | None


def append(challenge_id: int, new: Sequence[NewLeaf]) -> list[Recorded]:
    """Append rows to the ledger of a challenge, which is begun if it has none yet. Returns them in the same order.

    What was over before there were ledgers keeps none: then nothing is written, and nothing returned. The row of the
    challenge stays locked until the unit of work ends. A clock that was set back changes nothing: no row is earlier
    than the one before.
    """
    place = end_of_ledger(challenge_id)
    return _append(challenge_id, place, new) if place.size else []


def end_of_ledger(challenge_id: int, *, since: datetime | None = None) -> Place:
    """Where the next row of a ledger goes, under the lock of its challenge. Begins the ledger if there is none.

    `since`: when that happened for which it is begun, if a moment ago; that does not become later by it. Of a challenge
    that was over before there were ledgers the size stays 0: it keeps none.
    """
    place = _place(challenge_id)
    if place.size or ChallengeStatus(session.get_one(Challenge, challenge_id).status).is_over:
        return place
    return begin(challenge_id, since)


def begin(challenge_id: int, since: datetime | None = None) -> Place:
    """Write row 0, and what came in before there were ledgers. The terms are those of this moment.

    A challenge whose time has come is open from then on: by its first answer, if nothing else came before.
    """
    challenge = session.get_one(Challenge, challenge_id)
    now = clock.now()
    if challenge.status == ChallengeStatus.SCHEDULED:
        challenge.status = ChallengeStatus.OPEN
    if challenge.sender_key is None and not ChallengeStatus(challenge.status).is_over:
        challenge.sender_key = secrets.token_bytes(_SENDER_KEY_BYTES)
        session.flush()
    opened_at = min(challenge.opens_at or now, now)
    begun_at = max(opened_at, min(since or now, now))
    arrived = _what_had_arrived(challenge, opened_at)
    has_closed = challenge.status == ChallengeStatus.CLOSED
    closed_at = _when_it_closed(challenge, arrived, now) if has_closed else None
    if closed_at is not None and challenge.closes_at is not None:
        # Nothing closes later than was said.
        challenge.closes_at = max(challenge.closes_at, closed_at)
    first = _opening_of(challenge, opened_at, begun_at)
    challenge.closes_at = closed_at or challenge.closes_at
    before = _what_was_before(challenge, arrived)
    if closed_at is not None:
        before.append(replace(leaves.closed(closes_at=closed_at), at=closed_at))
    _append(challenge_id, Place(0, opened_at), [first, *before])
    # Nothing that follows is earlier than that, whatever the clock says by then.
    place = _place(challenge_id)
    size, last = place.size, max(place.at, begun_at)
    session.execute(_GROW, {"challenge_id": challenge_id, "size": size, "at": last})
    return Place(size, last)


def _opening_of(challenge: Challenge, opened_at: datetime, begun_at: datetime) -> NewLeaf:
    origin = origin_of(challenge)
    return leaves.opened(
        origin=origin,
        key=signer(origin).verifier_key,
        at=opened_at,
        begun_at=begun_at,
        closes_at=challenge.closes_at,
        terms=terms_of(challenge),
    )


def _what_had_arrived(challenge: Challenge, opened_at: datetime) -> Sequence[Entry]:
    """The entries of before, in order, each with the instant that its row will have: none is earlier than another."""
    entries = session.scalars(
        sa.select(Entry)
        .join(Entry.delivery)
        .where(Entry.challenge_id == challenge.id)
        .order_by(Entry.number)
        .options(
            contains_eager(Entry.delivery)
            .load_only(Delivery.door, Delivery.sha256, Delivery.envelope_sender, Delivery.stamped_at)
            .joinedload(Delivery.message)
            .load_only(ReadMessage.from_address)
        )
    ).all()
    last = opened_at
    for entry in entries:
        last = entry.received_at = max(last, entry.received_at)
    return entries


def _when_it_closed(challenge: Challenge, arrived: Sequence[Entry], now: datetime) -> datetime:
    """When one closed that had done so before there were ledgers: as promised, or after every answer that was in time.

    The clock may have been set back since an answer came; and then somebody may have closed it, who wrote down an hour
    at which it had not come yet. After the first one that was late nobody was in time, whatever their clocks said.
    """
    first = max(now, arrived[-1].received_at + MOMENT) if arrived else now
    if challenge.closes_at is None:
        return first
    left_out = [entry.received_at for entry in arrived if entry.eligible and _is_late(entry)]
    if not left_out:
        return min(challenge.closes_at, first)
    late = [entry.received_at for entry in arrived if entry.why_not == Ineligible.LATE]
    return min([max(left_out) + MOMENT, *late])


def _is_late(entry: Entry) -> bool:
    return is_late(entry, terms_of_door(Door(entry.delivery.door)).settling)


def signer(origin: str) -> Signer:
    """Who signs the checkpoints of the ledger of that origin, by the name that the site had when it was begun."""
    return signer_from(origin.partition("/")[0], current_settings().ledger_secret)


def sender_name(challenge: Challenge, address: str) -> str | None:
    """What the sender of a message is called in the ledger of a challenge; None where it names nobody.

    The key is random and in no export, so the name leads no reader of a ledger to the address. Whoever has our database
    could try addresses until the challenge has ended: then the key is forgotten, and nobody is given a name any more.
    """
    return alike.sender_name(address, challenge.sender_key)


def record_standing(entries: Iterable[Entry], *, reason: bytes | None = None) -> None:
    """Append whether entries can win as they stand now; of one challenge, that is locked or is going to be."""
    by_number = sorted(entries, key=_number)
    if not by_number:
        return
    session.flush()
    challenge_id = by_number[0].challenge_id
    # A ledger that is begun by this gives the senders their names: they are read behind that.
    place = end_of_ledger(challenge_id)
    if not place.size:
        return
    proven = _proven([entry.id for entry in by_number])
    standings = [_standing_of(entry, is_proven=entry.id in proven, reason=reason) for entry in by_number]
    _append(challenge_id, place, standings)


def _standing_of(entry: Entry, *, is_proven: bool, reason: bytes | None = None) -> NewLeaf:
    return leaves.standing(
        entry_id=entry.id,
        number=entry.number,
        eligible=bool(entry.eligible),
        why=entry.why_not,
        proven=is_proven,
        sender=entry.sender,
        reason=reason,
    )


def _proven(entry_ids: Sequence[int]) -> set[int]:
    """Those of which it is sure that they are of whom they name, or of which that is not asked."""
    waiting = session.scalars(
        sa.select(EntryConfirmation.entry_id).where(
            EntryConfirmation.entry_id.in_(entry_ids), EntryConfirmation.confirmed_at.is_(None)
        )
    )
    return set(entry_ids) - set(waiting)


def _place(challenge_id: int) -> Place:
    size, at = session.execute(_PLACE, {"challenge_id": challenge_id}).one()
    return Place(size, at or clock.now())


def _append(challenge_id: int, place: Place, new: Sequence[NewLeaf]) -> list[Recorded]:
    if not new:
        return []
    now, last, rows = clock.now(), place.at, list[_Row]()
    for position, each in enumerate(new, start=place.size):
        last = max(last, each.at or now)
        rows.append(_row(challenge_id, position, last, each))
    session.execute(_ADD, rows)
    size = place.size + len(rows)
    session.execute(_GROW, {"challenge_id": challenge_id, "size": size, "at": last})
    _keep_blocks(challenge_id, place.size, size)
    if any(each.kind in MOMENTS for each in new):
        enqueue(WITNESS_JOB, {"challenge_id": challenge_id})
    return [Recorded(row["position"], row["at"], row["hash"]) for row in rows]


def _row(challenge_id: int, position: int, at: datetime, new: NewLeaf) -> _Row:
    leaf: dict[str, Value] = {"at": instant_text(at), "i": position, "kind": new.kind.value, **new.public}
    opening = commitment_to(new.sealed) if new.sealed is not None else None
    if opening is not None:
        leaf["sealed"] = opening.digest.hex()
    if new.private is not None:
        leaf["private"] = new.private.digest.hex()
    data = canonical(leaf)
    return {
        "challenge_id": challenge_id,
        "position": position,
        "kind": new.kind.value,
        "at": at,
        "leaf": data.decode(),
        "hash": leaf_hash(data),
        "entry_id": new.entry_id,
        "sealed": opening.content.decode() if opening else None,
        "salt": opening.salt if opening else None,
        "private_salt": new.private.salt if new.private else None,
    }


def _keep_blocks(challenge_id: int, before: int, after: int) -> None:
    """Keep the hash over each block of leaves that has become full: proofs read it instead of the leaves."""
    for position in range(before // BLOCK, after // BLOCK):
        hashes = session.scalars(
            sa.select(_leaves.c.hash)
            .where(_leaves.c.challenge_id == challenge_id)
            .where(_leaves.c.position >= position * BLOCK, _leaves.c.position < (position + 1) * BLOCK)
            .order_by(_leaves.c.position)
        ).all()
        block = {"challenge_id": challenge_id, "position": position, "hash": root_of(hashes)}
        session.execute(sa.insert(_blocks), block)


def _what_was_before(challenge: Challenge, arrived: Sequence[Entry]) -> list[NewLeaf]:
    """Entries, standings and verdicts of a challenge that was opened before there were ledgers."""
    if not arrived:
        return []
    found = [
        leaves.entry(
            entry_id=entry.id,
            number=entry.number,
            at=entry.received_at,
            door=entry.delivery.door,
            stamped_at=entry.delivery.stamped_at,
            private=commitment_to(
                leaves.what_an_entry_hides(entry.delivery.sha256, entry.delivery.envelope_sender)
            ),
        )
        for entry in arrived
    ]
    read = [entry for entry in arrived if entry.eligible is not None]
    for entry in read:
        if entry.eligible and _is_late(entry):
            # It came after a late one, with a clock that had been set back.
            entry.eligible, entry.why_not = False, Ineligible.LATE
        # So that what its sender sends from now on is known to be theirs.
        entry.sender = sender_name(challenge, address_of(entry, message_of(entry))) or entry.sender
    proven = _proven([entry.id for entry in read])
    found += [_standing_of(entry, is_proven=entry.id in proven) for entry in read]
    verdicts = session.scalars(
        sa.select(Verdict).join(Entry).where(Entry.challenge_id == challenge.id).order_by(Verdict.id)
    ).all()
    told = [verdict for verdict in verdicts if verdict.entry.eligible]
    untold = [verdict for verdict in verdicts if not verdict.entry.eligible]
    _rename(told, _names_of_judges(told))
    # Of what could not win then the ledger says nothing: it is judged anew if it can win again.
    _rename(untold, _names_of_judges(untold, "u"), terms_version=NO_TERMS)
    for entry in {verdict.entry for verdict in untold}:
        entry.ruling = None
    session.flush()
    return found + [verdict_leaf(verdict) for verdict in told]


def _names_of_judges(verdicts: Iterable[Verdict], letter: str = "j") -> Mapping[str, str]:
    """What judges are called from now on, by what they were called: 1, 2 … in the order of their first verdicts."""
    names: dict[str, str] = {RULE_LABEL: RULE_LABEL}
    for verdict in verdicts:
        names.setdefault(verdict.judge_label, f"{letter}{len(names)}")
    return names


def _rename(verdicts: Sequence[Verdict], names: Mapping[str, str], **more: int) -> None:
    """Call the judges of these verdicts otherwise: no row has named them yet.

    Verdicts are append-only to everything else in the program: the database alone changes this.
    """
    if not verdicts:
        return
    session.execute(
        sa.update(Verdict)
        .where(Verdict.id.in_([verdict.id for verdict in verdicts]))
        .values(judge_label=sa.case(dict(names), value=Verdict.judge_label), **more)
        .execution_options(synchronize_session=False)
    )
    for verdict in verdicts:
        session.expire(verdict, ["judge_label", *more])


def verdict_leaf(verdict: Verdict, reason: bytes | None = None) -> NewLeaf:
    """The row of a verdict; `reason` is the hash that stands for what the judge wrote."""
    return leaves.verdict(
        entry_id=verdict.entry_id,
        number=verdict.entry.number,
        judge=verdict.judge_label,
        judgement=verdict.judgement,
        terms=verdict.terms_version,
        rubric=verdict.rubric,
        reason=reason,
    )


def _number(entry: Entry) -> int:
    return entry.number
