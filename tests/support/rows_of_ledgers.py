"""What the ledger says of a delivery, for who is told so by a door."""

import sqlalchemy as sa

from blog.challenges.ledger.leaves import Kind
from blog.challenges.models.entries import Entry
from blog.challenges.models.ledger import LedgerLeaf
from blog.core.db import session


def leaf_of(delivery_id: int) -> str:
    """The hash of the row that says that a delivery arrived, as it is told behind `250`."""
    hashes = (
        sa.select(LedgerLeaf.hash)
        .join(Entry, Entry.id == LedgerLeaf.entry_id)
        .where(Entry.delivery_id == delivery_id, LedgerLeaf.kind == Kind.ENTRY)
    )
    return session.scalars(hashes).one().hex()
