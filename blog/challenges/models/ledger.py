"""The ledger of each challenge: rows that are only added, hashes over them, and who has seen how many of them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from blog.core.db import AppendOnly, Base, UtcDateTime


class LedgerLeaf(AppendOnly, Base):
    """One row of a ledger (`docs/ledger.md`): its leaf as it was hashed, and what opens what is sealed in it."""

    __tablename__ = "ledger_leaf"

    challenge_id: Mapped[int] = mapped_column(sa.ForeignKey("challenge.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    # In its canonical form, byte for byte.
    leaf: Mapped[str] = mapped_column(sa.Text)
    hash: Mapped[bytes] = mapped_column(sa.LargeBinary)
    entry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("entry.id"), index=True)
    # What is sealed, in its canonical form, with its salt.
    sealed: Mapped[str | None] = mapped_column(sa.Text)
    salt: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    # What only the entrant can open: forgotten with the answer, and then nobody can.
    private_salt: Mapped[bytes | None] = mapped_column(sa.LargeBinary)


class LedgerBlock(AppendOnly, Base):
    """The hash over one full block of leaves (`merkle.BLOCK`), so that a proof need not read all of them."""

    __tablename__ = "ledger_block"

    challenge_id: Mapped[int] = mapped_column(sa.ForeignKey("challenge.id"), primary_key=True)
    # Which block, from 0.
    position: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[bytes] = mapped_column(sa.LargeBinary)


class LedgerCheckpoint(AppendOnly, Base):
    """A signed note that says how long a ledger was, and its root."""

    __tablename__ = "ledger_checkpoint"
    __table_args__ = (sa.UniqueConstraint("challenge_id", "size"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    challenge_id: Mapped[int] = mapped_column(sa.ForeignKey("challenge.id"))
    size: Mapped[int] = mapped_column()
    root: Mapped[bytes] = mapped_column(sa.LargeBinary)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(sa.Text)

    stamps: Mapped[list["LedgerStamp"]] = relationship(back_populates="checkpoint", order_by="LedgerStamp.id")


class LedgerStamp(AppendOnly, Base):
    """What a time-stamp authority gave us for a checkpoint (RFC 3161): the whole answer, as it came."""

    __tablename__ = "ledger_stamp"
    __table_args__ = (sa.UniqueConstraint("checkpoint_id", "authority"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    checkpoint_id: Mapped[int] = mapped_column(sa.ForeignKey("ledger_checkpoint.id"))
    authority: Mapped[str] = mapped_column(sa.String(255))
    token: Mapped[bytes] = mapped_column(sa.LargeBinary)
    stamped_at: Mapped[datetime] = mapped_column(UtcDateTime)

    checkpoint: Mapped[LedgerCheckpoint] = relationship(back_populates="stamps")


class LedgerRefusal(Base):
    """How many messages a door did not take for a challenge, until that stands in a row of the ledger."""

    __tablename__ = "ledger_refusal"

    challenge_id: Mapped[int] = mapped_column(sa.ForeignKey("challenge.id"), primary_key=True)
    door: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    why: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    total: Mapped[int] = mapped_column()
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
