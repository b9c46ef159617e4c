"""What is handed out of a ledger, byte for byte as `docs/ledger.md` says: all of it, and what an entrant keeps.

Both are read from what was hashed, so that nothing is written anew on its way out. Nobody is named in the first. The
second tells its entrant what stands in the ledger of their own mail, so only they may have it.
"""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import cast

import sqlalchemy as sa

from blog.challenges import verifier
from blog.challenges.ledger.canonical import Value, canonical
from blog.challenges.ledger.commitments import commitment_hash
from blog.challenges.ledger.leaves import FORMAT, Kind, what_an_entry_hides
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.models.ledger import LedgerCheckpoint, LedgerLeaf, LedgerStamp
from blog.challenges.proofs import Tree, newest_checkpoint
from blog.challenges.queries.ledger import row_of_entry
from blog.challenges.queries.reasons import reasons_told
from blog.core.db import session
from blog.mailroom.models import Delivery

RECEIPT_FORMAT = "rejoinder-receipt-1"
VERIFIER_NAME = "verify_challenge.py"
_AT_ONCE = 2000


def verifier_source() -> bytes:
    """The program that anybody can check an export or a receipt with: one file of Python, without any library."""
    (folder,) = verifier.__path__
    return (Path(folder) / VERIFIER_NAME).read_bytes()


def export_bytes(challenge: Challenge) -> bytes | None:
    """The ledger of a challenge up to its newest checkpoint, as one JSON document; None before the first one.

    What is sealed is opened once the ledger says, under that checkpoint, that the challenge has ended.
    """
    newest = newest_checkpoint(challenge.id)
    return b"".join(_document(challenge.id, newest.size)) if newest is not None else None


def receipt_file(entry: Entry) -> bytes | None:
    """All that shows that an entry is in the ledger, for its sender; None until a checkpoint covers it.

    `private` is null once the answer has been forgotten: then nobody can open what stands for it any more.
    """
    newest = newest_checkpoint(entry.challenge_id)
    row = row_of_entry(entry)
    if newest is None or row is None or row.position >= newest.size:
        return None
    leaf = json.loads(row.leaf)
    path = Tree(entry.challenge_id, newest.size).inclusion(row.position)
    receipt: Mapping[str, Value] = {
        "format": RECEIPT_FORMAT,
        "key": _key_of(entry.challenge_id, newest.size),
        "leaf": leaf,
        "note": newest.note,
        "path": [each.hex() for each in path],
        "private": _private_of(entry, leaf["private"], row.private_salt),
        "reasons": reasons_told(entry, newest.size),
    }
    return canonical(receipt) + b"\n"


def _document(challenge_id: int, size: int) -> Iterator[bytes]:
    """The parts of the document, in order: names are sorted, so checkpoints come first."""
    yield b'{"checkpoints":' + canonical(_checkpoints(challenge_id, size))
    yield b',"format":' + canonical(FORMAT) + b',"rows":['
    is_opened = _has_ended(challenge_id, size)
    rows = session.execute(
        sa.select(LedgerLeaf.position, LedgerLeaf.hash, LedgerLeaf.leaf, LedgerLeaf.sealed, LedgerLeaf.salt)
        .where(LedgerLeaf.challenge_id == challenge_id, LedgerLeaf.position < size)
        .order_by(LedgerLeaf.position)
        .execution_options(yield_per=_AT_ONCE)
    )
    for position, row_hash, leaf, sealed, salt in rows:
        opening = "null"
        if is_opened and sealed is not None and salt is not None:
            opening = f'{{"content":{sealed},"salt":"{salt.hex()}"}}'
        comma = "," if position else ""
        yield f'{comma}{{"hash":"{row_hash.hex()}","leaf":{leaf},"open":{opening}}}'.encode()
    yield b"]}\n"


def _checkpoints(challenge_id: int, size: int) -> Sequence[Value]:
    stamps = _stamps(challenge_id, size)
    checkpoints = session.execute(
        sa.select(LedgerCheckpoint.size, LedgerCheckpoint.note)
        .where(LedgerCheckpoint.challenge_id == challenge_id, LedgerCheckpoint.size <= size)
        .order_by(LedgerCheckpoint.size)
    )
    return [{"note": note, "stamps": stamps.get(each_size, [])} for each_size, note in checkpoints]


def _stamps(challenge_id: int, size: int) -> Mapping[int, Sequence[Value]]:
    """The stamps by the size of their checkpoint, in the order of the rows that name them.

    One that no row names yet is left out: nothing would show whether it was changed.
    """
    tokens = {
        (checkpoint_size, stamp.authority, hashlib.sha256(stamp.token).hexdigest()): stamp.token
        for stamp, checkpoint_size in session.execute(
            sa.select(LedgerStamp, LedgerCheckpoint.size)
            .join(LedgerCheckpoint, LedgerCheckpoint.id == LedgerStamp.checkpoint_id)
            .where(LedgerCheckpoint.challenge_id == challenge_id)
        )
    }
    found: dict[int, list[Value]] = {}
    for said in session.scalars(
        sa.select(LedgerLeaf.leaf)
        .where(LedgerLeaf.challenge_id == challenge_id, LedgerLeaf.position < size)
        .where(LedgerLeaf.kind == Kind.ANCHOR)
        .order_by(LedgerLeaf.position)
    ):
        leaf = json.loads(said)
        token = tokens.get((leaf["size"], leaf["authority"], leaf["sha256"]))
        if token is not None:
            encoded = base64.b64encode(token).decode()
            found.setdefault(leaf["size"], []).append({"authority": leaf["authority"], "token": encoded})
    return found


def _has_ended(challenge_id: int, size: int) -> bool:
    """Whether the ledger says so within its first `size` rows, whatever was decided since."""
    ended = sa.select(LedgerLeaf.position).where(
        LedgerLeaf.challenge_id == challenge_id, LedgerLeaf.position < size, LedgerLeaf.kind == Kind.ENDED
    )
    return session.scalar(sa.select(ended.exists())) or False


def _key_of(challenge_id: int, size: int) -> str:
    """The key that verifies a checkpoint of that size: the last one that stands in a row under it."""
    said = session.scalars(
        sa.select(LedgerLeaf.leaf)
        .where(LedgerLeaf.challenge_id == challenge_id, LedgerLeaf.position < size)
        .where(LedgerLeaf.kind.in_((Kind.OPENED, Kind.KEY)))
        .order_by(LedgerLeaf.position.desc())
        .limit(1)
    ).one()
    return str(json.loads(said)["key"])


def _private_of(entry: Entry, digest: str, salt: bytes | None) -> Value:
    """What opens the private part of the row of an entry, as long as it is still known."""
    if salt is None:
        return None
    sha256, envelope_sender, forgotten_at = session.execute(
        sa.select(Delivery.sha256, Delivery.envelope_sender, Delivery.forgotten_at).where(
            Delivery.id == entry.delivery_id
        )
    ).one()
    content = what_an_entry_hides(sha256, envelope_sender)
    # Of a mail that was forgotten the sender is gone, and what is left does not open it.
    if forgotten_at is not None or commitment_hash(salt, canonical(content)).hex() != digest:
        return None
    return {"content": cast("Value", content), "salt": salt.hex()}
