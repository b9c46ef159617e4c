"""Ledgers of which rows are missing that were signed: an older copy of the database was put back.

Nothing is signed of such a ledger, and nobody is told that they have won or that nobody has, until somebody has said in
a row of it what was lost (`actions/restoring.py`). What arrives is taken and stored as ever.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
import structlog
from flask_babel import lazy_gettext as _

from blog.challenges.ledger.leaves import Kind
from blog.challenges.ledger.notes import Checkpoint
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.ledger import LedgerCheckpoint, LedgerLeaf
from blog.challenges.proofs import Tree
from blog.challenges.signed_notes import all_signed, newest_signed
from blog.core.db import session
from blog.core.errors import RuleBroken

log = structlog.get_logger(__name__)


class RowsLost(RuleBroken):
    """Rows of a ledger are missing that were signed, and no row says so."""


@dataclass(frozen=True, slots=True)
class Loss:
    """A ledger that does not go on from what was signed. `signed` is None where the file about it cannot be read.

    `slug`: of the challenge that has the ledger now, with so many `rows`; None where none has it.
    """

    origin: str
    slug: str | None
    rows: int
    signed: Checkpoint | None


def losses() -> Sequence[Loss]:
    """Every ledger that is not signed any more, by origin; three queries, if nothing is lost."""
    signed = all_signed()
    ledgers = _ledgers() if signed else dict[str, Challenge]()
    known = _checkpoints(
        [(ledgers[origin].id, each.size) for origin, each in signed.items() if each and origin in ledgers]
    )
    found: list[Loss] = []
    for origin, each in signed.items():
        challenge = ledgers.get(origin)
        if challenge is None:
            found.append(Loss(origin, None, 0, each))
        elif each is None or (
            (challenge.id, each.size, each.root) not in known
            and _is_lost(challenge.id, challenge.ledger_size, each)
        ):
            found.append(Loss(origin, challenge.slug, challenge.ledger_size, each))
    return found


def lost_checkpoint(challenge: Challenge) -> Checkpoint | None:
    """The newest checkpoint that was signed of a ledger whose rows are not there any more, as far as no row says so.

    Raises `RowsLost` where the file about it cannot be read: nobody knows then.
    """
    origin = origin_in(challenge.id)
    if origin is None:
        return None
    try:
        signed = newest_signed(origin)
    except (OSError, ValueError) as error:
        log.warning("what was signed last cannot be read", slug=challenge.slug, error=str(error))
        raise RowsLost(
            _("What was signed last of “%(slug)s” cannot be read: see the log.", slug=challenge.slug)
        ) from error
    # Not as it was read before: rows may have been appended since.
    rows = session.scalars(sa.select(Challenge.ledger_size).where(Challenge.id == challenge.id)).one()
    return signed if signed and _is_lost(challenge.id, rows, signed) else None


def refuse_lost(challenge: Challenge) -> None:
    """Raise `RowsLost`, and log it, where rows are missing that were signed. The caller has locked the challenge."""
    lost = lost_checkpoint(challenge)
    if lost is None:
        return
    log.error(
        "rows of a ledger are lost that were signed: nothing is signed until that is said in a row",
        challenge_id=challenge.id,
        slug=challenge.slug,
        size=lost.size,
    )
    raise RowsLost(
        _(
            "An older copy of the database was put back: %(size)s rows of the ledger of “%(slug)s” had been "
            "signed, and not all of them are in it. Nothing is signed or announced until somebody has said so in it "
            "(“flask challenges admit-loss”).",
            size=lost.size,
            slug=challenge.slug,
        )
    )


def origin_in(challenge_id: int) -> str | None:
    """What a ledger is called, as its first row says it; None where there is none."""
    said = session.scalar(
        sa.select(LedgerLeaf.leaf).where(LedgerLeaf.challenge_id == challenge_id, LedgerLeaf.position == 0)
    )
    return _origin(said) if said is not None else None


def goes_on_from(challenge_id: int, rows: int, signed: Checkpoint | LedgerCheckpoint) -> bool:
    """Whether the first rows of a ledger, which has so many, are those over which a checkpoint was signed."""
    return signed.size <= rows and Tree(challenge_id, signed.size).root() == signed.root


def _is_lost(challenge_id: int, rows: int, signed: Checkpoint) -> bool:
    # Whether the rows are still those of a checkpoint that the database has is looked at before the next one.
    if _checkpoints([(challenge_id, signed.size)]) == {(challenge_id, signed.size, signed.root)}:
        return False
    return not goes_on_from(challenge_id, rows, signed) and not _is_admitted(challenge_id, signed)


def _is_admitted(challenge_id: int, signed: Checkpoint) -> bool:
    """Whether a row says that these rows are lost."""
    said = session.scalars(
        sa.select(LedgerLeaf.leaf).where(
            LedgerLeaf.challenge_id == challenge_id, LedgerLeaf.kind == Kind.RESTORED
        )
    )
    return any(
        (leaf["size"], leaf["root"]) == (signed.size, signed.root.hex()) for leaf in map(json.loads, said)
    )


def _ledgers() -> Mapping[str, Challenge]:
    rows = session.execute(
        sa.select(LedgerLeaf.leaf, Challenge)
        .join(Challenge, LedgerLeaf.challenge_id == Challenge.id)
        .where(LedgerLeaf.position == 0)
        .execution_options(populate_existing=True)
    ).all()
    return {_origin(leaf): challenge for leaf, challenge in rows}


def _checkpoints(sizes: Collection[tuple[int, int]]) -> Collection[tuple[int, int, bytes]]:
    """Those of certain ledgers, by the id of the challenge, and sizes."""
    one = LedgerCheckpoint
    query = sa.select(one.challenge_id, one.size, one.root).where(
        sa.tuple_(one.challenge_id, one.size).in_(sizes)
    )
    return {(row.challenge_id, row.size, row.root) for row in session.execute(query)} if sizes else set()


def _origin(leaf: str) -> str:
    return str(json.loads(leaf)["origin"])
