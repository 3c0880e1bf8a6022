"""The Merkle tree is that of RFC 6962, held against its definition written down once more, and against known roots."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance.ledger import chain

# The leaf data and the roots of their first n that Certificate Transparency's own implementations are tested with.
CT_LEAVES = [
    bytes.fromhex(data)
    for data in (
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
CT_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def rfc_root(data: list[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1, word for word."""
    n = len(data)
    if n == 0:
        return sha256(b"").digest()
    if n == 1:
        return sha256(b"\x00" + data[0]).digest()
    k = max(2**power for power in range(n) if 2**power < n)
    return sha256(b"\x01" + rfc_root(data[:k]) + rfc_root(data[k:])).digest()


def leaves_of(data: list[bytes]) -> list[bytes]:
    return [chain.leaf_hash(one) for one in data]


DATA = st.lists(st.binary(max_size=4), max_size=40)
calm = settings(deadline=None, max_examples=60)  # a busy machine is no failure


def test_the_roots_are_those_of_certificate_transparency() -> None:
    roots = [chain.tree_of(leaves_of(CT_LEAVES[:size])).root.hex() for size in range(1, 9)]
    assert roots == CT_ROOTS


@calm
@given(DATA)
def test_the_root_is_as_the_rfc_defines_it(data: list[bytes]) -> None:
    assert chain.tree_of(leaves_of(data)).root == rfc_root(data)


@calm
@given(DATA.filter(bool), st.data())
def test_every_leaf_has_a_path_to_the_root(data: list[bytes], draw: st.DataObject) -> None:
    leaves, index = leaves_of(data), draw.draw(st.integers(0, len(data) - 1))
    path = chain.inclusion_path(leaves, index)
    assert chain.includes(rfc_root(data), len(data), index, leaves[index], path)
    assert len(path) <= (len(data) - 1).bit_length()


@calm
@given(DATA.filter(lambda data: len(data) > 1), st.data())
def test_a_path_proves_nothing_else(data: list[bytes], draw: st.DataObject) -> None:
    data = [bytes([number]) for number in range(len(data))]  # no two leaves alike
    leaves, root, size = leaves_of(data), rfc_root(data), len(data)
    index = draw.draw(st.integers(0, size - 1))
    path = chain.inclusion_path(leaves, index)
    other = draw.draw(st.integers(-1, size).filter(lambda number: number != index))
    step = draw.draw(st.integers(0, len(path) - 1))
    assert not chain.includes(root, size, other, leaves[index], path)
    assert not chain.includes(root, size, index, leaves[index - 1], path)
    assert not chain.includes(root, size, index, leaves[index], path[:-1])
    assert not chain.includes(root, size, index, leaves[index], (*path, root))
    assert not chain.includes(root, size, index, leaves[index], (*path[:step], root, *path[step + 1 :]))


@calm
@given(DATA, st.data())
def test_a_tree_that_only_grew_can_show_it(data: list[bytes], draw: st.DataObject) -> None:
    earlier = draw.draw(st.integers(0, len(data)))
    path = chain.consistency_path(leaves_of(data), earlier)
    assert chain.extends(rfc_root(data[:earlier]), earlier, rfc_root(data), len(data), path)


@calm
@given(st.integers(2, 40), st.data())
def test_a_tree_that_was_rewritten_cannot_show_that_it_grew(size: int, draw: st.DataObject) -> None:
    data = [bytes([number]) for number in range(size)]
    earlier = draw.draw(st.integers(1, size))
    changed = draw.draw(st.integers(0, earlier - 1))
    rewritten = [*data[:changed], b"another", *data[changed + 1 :]]
    path = chain.consistency_path(leaves_of(rewritten), earlier)
    old, new = rfc_root(data[:earlier]), rfc_root(rewritten)
    assert not chain.extends(old, earlier, new, size, path)
    assert not chain.extends(old, earlier, new, size, (*path, old))
    assert not chain.extends(
        old, earlier, rfc_root(data), size, (*chain.consistency_path(leaves_of(data), earlier)[1:], new)
    )


@calm
@given(DATA)
def test_appending_needs_only_the_peaks(data: list[bytes]) -> None:
    tree = chain.Tree()
    for count, leaf in enumerate(leaves_of(data), 1):
        tree = chain.Tree(tree.size, tree.peaks).append(leaf)
        assert (tree.size, len(tree.peaks)) == (count, count.bit_count())
    assert tree.root == rfc_root(data)


@pytest.mark.parametrize(("size", "peaks"), [(1, ()), (2, (b"x" * 32,) * 2), (1, (b"x" * 31,)), (0, (b"x" * 32,))])
def test_peaks_that_no_tree_can_have_are_refused(size: int, peaks: tuple[bytes, ...]) -> None:
    with pytest.raises(ValueError):
        chain.Tree(size, peaks)


def test_a_leaf_or_a_beginning_that_is_not_there_has_no_proof() -> None:
    leaves = leaves_of(CT_LEAVES)
    for index in (-1, 8):
        with pytest.raises(ValueError):
            chain.inclusion_path(leaves, index)
    for earlier in (-1, 9):
        with pytest.raises(ValueError):
            chain.consistency_path(leaves, earlier)
    assert not chain.extends(b"x" * 32, 0, bytes.fromhex(CT_ROOTS[7]), 8, ())
    assert not chain.extends(bytes.fromhex(CT_ROOTS[7]), 9, bytes.fromhex(CT_ROOTS[7]), 8, ())


def test_a_commitment_hides_what_it_commits_to() -> None:
    assert chain.commitment(b"a" * 32, b"body") != chain.commitment(b"b" * 32, b"body")
    assert chain.commitment(b"a" * 32, b"body") == sha256(b"a" * 32 + b"body").digest()
