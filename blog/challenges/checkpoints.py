"""Checkpoints: from time to time, and whenever something is decided, we sign how long a ledger is, and its root."""

import json

import sqlalchemy as sa
import structlog
from flask_babel import lazy_gettext as _

from blog.challenges.ledger import leaves
from blog.challenges.ledger.leaves import Kind
from blog.challenges.ledger.notes import Checkpoint
from blog.challenges.losses import goes_on_from, origin_in, refuse_lost
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.ledger import LedgerCheckpoint, LedgerLeaf
from blog.challenges.proofs import Tree, newest_checkpoint
from blog.challenges.recording import append, end_of_ledger, signer
from blog.challenges.signed_notes import keep_signed
from blog.core import clock
from blog.core.db import session
from blog.core.errors import RuleBroken

log = structlog.get_logger(__name__)


class LedgerChanged(RuleBroken):
    """The rows that were signed before are not there any more as they were: nothing is signed on top of that."""


def make_checkpoint(challenge: Challenge) -> LedgerCheckpoint:
    """Sign the ledger of a challenge as it is now, under its lock; the newest checkpoint if nothing was added since.

    Another key than the last one is told in a row of its own before. No row that comes later is earlier than the
    checkpoint, and none under it later: so nothing can be put in behind it that is said to have been there before.

    What was signed is kept outside of the database, too, before anybody can have it: so rows that are not committed yet
    belong under no checkpoint. Raises `RuleBroken` for what was over before there were ledgers, and `LedgerChanged`,
    or `RowsLost`, which are logged, where the ledger does not go on from what was signed of it, here or there.
    """
    end = end_of_ledger(challenge.id)
    origin = origin_in(challenge.id)
    if origin is None:
        raise RuleBroken(
            _("“%(slug)s” was over before there were ledgers: it has none.", slug=challenge.slug)
        )
    newest = newest_checkpoint(challenge.id)
    if newest is not None and newest.size == end.size:
        return newest
    _refuse_changed(challenge, end.size, newest)
    refuse_lost(challenge)
    tell_key(challenge)
    end = end_of_ledger(challenge.id)
    root, at = Tree(challenge.id, end.size).root(), max(clock.now(), end.at)
    signed = Checkpoint(origin, end.size, root, at)
    challenge.ledger_at = at
    note = signer(origin).sign(signed)
    checkpoint = LedgerCheckpoint(challenge_id=challenge.id, size=end.size, root=root, at=at, note=note)
    session.add(checkpoint)
    session.flush()
    keep_signed(origin, note)
    return checkpoint


def tell_key(challenge: Challenge) -> None:
    """Say in the ledger of a challenge, which is locked, that another key signs from now on, if one does.

    In a unit of work of its own before the checkpoint: then that is over nothing that is not committed yet. A ledger
    that is not there yet is begun.
    """
    end_of_ledger(challenge.id)
    origin = origin_in(challenge.id)
    if origin is None:
        return
    key = signer(origin).verifier_key
    if _key_in_force(challenge.id) != key:
        append(challenge.id, [leaves.new_key(key)])


def _refuse_changed(challenge: Challenge, rows: int, newest: LedgerCheckpoint | None) -> None:
    """Raise `LedgerChanged` where the ledger does not go on from its newest checkpoint."""
    if newest is None or goes_on_from(challenge.id, rows, newest):
        return
    log.error(
        "a ledger is not what was signed: no checkpoint is made",
        challenge_id=challenge.id,
        size=newest.size,
    )
    raise LedgerChanged(
        _(
            "The ledger is not signed: its first %(size)s rows are not what was signed before.",
            size=newest.size,
        )
    )


def _key_in_force(challenge_id: int) -> str:
    """The key that verifies checkpoints, as the ledger says it."""
    said = session.scalars(
        sa.select(LedgerLeaf.leaf)
        .where(LedgerLeaf.challenge_id == challenge_id, LedgerLeaf.kind.in_((Kind.OPENED, Kind.KEY)))
        .order_by(LedgerLeaf.position.desc())
        .limit(1)
    ).one()
    return str(json.loads(said)["key"])
