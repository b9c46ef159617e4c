"""Reading the ledger: roots, and proofs that a row is in it."""

from collections.abc import Sequence

import sqlalchemy as sa

from blog.challenges.ledger.merkle import BLOCK, EMPTY_ROOT, inclusion_path, range_hash, root_of
from blog.challenges.models.ledger import LedgerBlock, LedgerCheckpoint, LedgerLeaf
from blog.core.db import session


class Tree:
    """The Merkle tree over the first `size` rows of a ledger. It reads what it is asked for, and that once."""

    def __init__(self, challenge_id: int, size: int) -> None:
        """Takes a size that the ledger has reached."""
        self.size = size
        self._challenge_id = challenge_id
        blocks = session.execute(
            sa.select(LedgerBlock.position, LedgerBlock.hash).where(
                LedgerBlock.challenge_id == challenge_id, LedgerBlock.position < size // BLOCK
            )
        )
        self._blocks = {row.position: row.hash for row in blocks}
        self._leaves: dict[int, Sequence[bytes]] = {}

    def root(self) -> bytes:
        """The hash that stands for all of it."""
        return range_hash(0, self.size, self._known) if self.size else EMPTY_ROOT

    def inclusion(self, position: int) -> list[bytes]:
        """The proof that a row is in it, from below upwards. Raises `ValueError` for a row that is not."""
        return inclusion_path(position, self.size, self._known)

    def _known(self, start: int, end: int) -> bytes:
        block = start // BLOCK
        if end - start == BLOCK and block in self._blocks:
            return self._blocks[block]
        if block not in self._leaves:
            self._leaves[block] = session.scalars(
                sa.select(LedgerLeaf.hash)
                .where(LedgerLeaf.challenge_id == self._challenge_id)
                .where(LedgerLeaf.position >= block * BLOCK, LedgerLeaf.position < (block + 1) * BLOCK)
                .order_by(LedgerLeaf.position)
            ).all()
        first = block * BLOCK
        return root_of(self._leaves[block][start - first : end - first])


def newest_checkpoint(challenge_id: int) -> LedgerCheckpoint | None:
    """The checkpoint that covers the most of a ledger; None before the first."""
    return session.scalar(
        sa.select(LedgerCheckpoint)
        .where(LedgerCheckpoint.challenge_id == challenge_id)
        .order_by(LedgerCheckpoint.size.desc())
        .limit(1)
    )
