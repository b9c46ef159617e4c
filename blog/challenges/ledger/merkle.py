"""Merkle trees as certificates are logged in (RFC 6962 §2.1, RFC 9162 §2.1): hashes, proofs, and their verification.

Pure functions. A tree that is kept in a database is read through a `RangeHash`, so that a proof reads only what it
needs: the hashes of the block of leaves around the leaf, those of the last block, and one hash for each full block.
"""

import hashlib
from collections.abc import Callable, Sequence

# Leaves under one kept hash: 2**8, as in the tiles of transparency logs (C2SP tlog-tiles).
BLOCK = 256
EMPTY_ROOT = hashlib.sha256(b"").digest()

# The hash over the leaves from `start` up to, but not including, `end`.
RangeHash = Callable[[int, int], bytes]


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf (RFC 6962 §2.1): the byte 0 keeps it from ever being taken for a node."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root over the hashes of leaves (RFC 6962 §2.1, MTH)."""
    if not hashes:
        return EMPTY_ROOT
    level = list(hashes)
    while len(level) > 1:
        # A last one without a partner goes up as it is: that is what splitting at the largest power of two means.
        paired = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = paired + level[len(level) - len(level) % 2 :]
    return level[0]


def range_hash(start: int, end: int, known: RangeHash) -> bytes:
    """The hash over a range of leaves that is a subtree, from what `known` gives of its parts.

    `known` is asked for full blocks, and for ranges that lie within one block.
    """
    if end - start <= BLOCK:
        return known(start, end)
    middle = start + _largest_power_below(end - start)
    return node_hash(range_hash(start, middle, known), range_hash(middle, end, known))


def inclusion_path(position: int, size: int, known: RangeHash) -> list[bytes]:
    """The proof that a leaf is in the tree of `size` leaves (RFC 6962 §2.1.1, PATH): siblings, from below upwards.

    Raises `ValueError` for a position that is not in it.
    """
    if not 0 <= position < size:
        raise ValueError("there is no such leaf in a tree of that size")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _largest_power_below(end - start)
        if position < middle:
            path.append(range_hash(middle, end, known))
            end = middle
        else:
            path.append(range_hash(start, middle, known))
            start = middle
    return path[::-1]


def root_from_path(leaf: bytes, position: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that a proof leads to (RFC 9162 §2.1.3.2); None for a proof that fits no tree of that size."""
    if not 0 <= position < size:
        return None
    node, last, result = position, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if node % 2 or node == last:
            result = node_hash(sibling, result)
            while node and not node % 2:
                node, last = node >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        node, last = node >> 1, last >> 1
    return result if last == 0 else None


def _largest_power_below(count: int) -> int:
    """The largest power of two smaller than `count`, which is at least 2."""
    return 1 << ((count - 1).bit_length() - 1)
