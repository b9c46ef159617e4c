"""Checkpoints: from time to time, and whenever something is decided, we sign how long a ledger is, and its root."""

import json

import sqlalchemy as sa
import structlog
from flask_babel import lazy_gettext as _

from blog.challenges.ledger import leaves
from blog.challenges.ledger.leaves import Kind
from blog.challenges.ledger.notes import Checkpoint
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.ledger import LedgerCheckpoint, LedgerLeaf
from blog.challenges.proofs import Tree, newest_checkpoint
from blog.challenges.recording import append, end_of_ledger, signer
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

    Raises `RuleBroken` for what was over before there were ledgers, and `LedgerChanged`, which is logged, where the
    rows under the newest checkpoint are not those that it was signed for.
    """
    end = end_of_ledger(challenge.id)
    size, last = end.size, end.at
    if not size:
        raise RuleBroken(
            _("“%(slug)s” was over before there were ledgers: it has none.", slug=challenge.slug)
        )
    newest = newest_checkpoint(challenge.id)
    if newest is not None and newest.size == size:
        return newest
    _refuse_changed(newest)
    # The site may have another address since.
    origin = _origin_in(challenge.id)
    by = signer(origin)
    if _key_in_force(challenge.id) != by.verifier_key:
        told = append(challenge.id, [leaves.new_key(by.verifier_key)])[-1]
        size, last = told.position + 1, told.at
    root, at = Tree(challenge.id, size).root(), max(clock.now(), last)
    signed = Checkpoint(origin, size, root, at)
    challenge.ledger_at = at
    checkpoint = LedgerCheckpoint(
        challenge_id=challenge.id, size=size, root=signed.root, at=signed.at, note=by.sign(signed)
    )
    session.add(checkpoint)
    session.flush()
    return checkpoint


def _refuse_changed(newest: LedgerCheckpoint | None) -> None:
    """Raise `LedgerChanged` where the ledger does not go on from its newest checkpoint."""
    if newest is None or Tree(newest.challenge_id, newest.size).root() == newest.root:
        return
    log.error(
        "a ledger is not what was signed: no checkpoint is made",
        challenge_id=newest.challenge_id,
        size=newest.size,
    )
    raise LedgerChanged(
        _(
            "The ledger is not signed: its first %(size)s rows are not what was signed before.",
            size=newest.size,
        )
    )


def _origin_in(challenge_id: int) -> str:
    """What a ledger is called, as its first row says it."""
    said = session.scalars(
        sa.select(LedgerLeaf.leaf).where(LedgerLeaf.challenge_id == challenge_id, LedgerLeaf.position == 0)
    ).one()
    return str(json.loads(said)["origin"])


def _key_in_force(challenge_id: int) -> str:
    """The key that verifies checkpoints, as the ledger says it."""
    said = session.scalars(
        sa.select(LedgerLeaf.leaf)
        .where(LedgerLeaf.challenge_id == challenge_id, LedgerLeaf.kind.in_((Kind.OPENED, Kind.KEY)))
        .order_by(LedgerLeaf.position.desc())
        .limit(1)
    ).one()
    return str(json.loads(said)["key"])
