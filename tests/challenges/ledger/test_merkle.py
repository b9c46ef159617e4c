"""Trees as RFC 6962 has them, and proofs that whoever has only a root can check."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.challenges.ledger.merkle import (
    BLOCK,
    EMPTY_ROOT,
    inclusion_path,
    leaf_hash,
    range_hash,
    root_from_path,
    root_of,
)

# Leaves and roots with which the implementations of certificate transparency are tested everywhere.
KNOWN_LEAVES = [
    bytes.fromhex(each)
    for each in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
KNOWN_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
sizes = st.one_of(st.integers(1, 70), st.sampled_from([BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 1000]))


def leaves(count: int) -> list[bytes]:
    """Hashes of so many different leaves."""
    return [leaf_hash(str(number).encode()) for number in range(count)]


def reader(hashes: Sequence[bytes]) -> Callable[[int, int], bytes]:
    """What a database can tell: hashes of full blocks, and of what lies within one."""

    def known(start: int, end: int) -> bytes:
        assert start // BLOCK == (end - 1) // BLOCK, "it lies in two blocks"
        return root_of(hashes[start:end])

    return known


@pytest.mark.parametrize("count", range(9))
def test_roots_are_those_that_everybody_knows(count: int) -> None:
    assert root_of([leaf_hash(leaf) for leaf in KNOWN_LEAVES[:count]]).hex() == KNOWN_ROOTS[count]
    assert KNOWN_ROOTS[0] == EMPTY_ROOT.hex()


@given(sizes, st.data())
def test_a_proof_leads_from_a_leaf_to_the_root_and_no_other_leaf_there(
    size: int, data: st.DataObject
) -> None:
    hashes = leaves(size)
    position = data.draw(st.integers(0, size - 1))
    root = range_hash(0, size, reader(hashes))
    path = inclusion_path(position, size, reader(hashes))

    assert root == root_of(hashes)
    assert root_from_path(hashes[position], position, size, path) == root
    assert root_from_path(leaf_hash(b"another"), position, size, path) != root
    if size > 1:
        elsewhere = (position + 1) % size
        assert root_from_path(hashes[position], elsewhere, size, path) != root
        assert root_from_path(hashes[position], position, size, path[:-1]) != root
    assert root_from_path(hashes[position], position, size, [*path, root]) is None


def test_what_is_in_no_tree_has_no_proof() -> None:
    known = reader(leaves(3))
    for position, size in ((3, 3), (-1, 3), (0, 0)):
        with pytest.raises(ValueError, match="no such leaf"):
            inclusion_path(position, size, known)
        assert root_from_path(leaf_hash(b""), position, size, []) is None
