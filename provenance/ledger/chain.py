"""The Merkle tree of RFC 6962 over SHA-256, and the salted commitments its leaves are made of.

Hashes are 32 bytes. Definitions: RFC 6962, 2.1 (tree), 2.1.1 (audit path), 2.1.2 (consistency proof).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

HASH_BYTES = 32
SALT_BYTES = 32  # as long as the hash, so that guessing a short content from its commitment is as hard as the salt


def commitment(salt: bytes, body: bytes) -> bytes:
    """What stands for `body` in the tree. Once salt and body are gone, nothing about the body can be tried on it."""
    return sha256(salt + body).digest()


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Tree:
    """All that is needed to go on appending: how many leaves, and the roots of the perfect subtrees they fill.

    `peaks` are from left to right, so from the largest on; there is one for each 1 bit of `size`.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if len(self.peaks) != self.size.bit_count() or any(len(peak) != HASH_BYTES for peak in self.peaks):
            raise ValueError(f"{len(self.peaks)} peaks cannot be those of a tree of {self.size} leaves")

    def append(self, leaf: bytes) -> "Tree":
        """The tree with one more leaf hash, after O(log size) hashes."""
        peaks = [*self.peaks, leaf]
        height_bits = self.size
        while height_bits & 1:  # the last two peaks are of one height
            right = peaks.pop()
            peaks.append(node_hash(peaks.pop(), right))
            height_bits >>= 1
        return Tree(self.size + 1, tuple(peaks))

    @property
    def root(self) -> bytes:
        """The root hash; of the empty tree, the hash of nothing."""
        if not self.peaks:
            return sha256().digest()
        *larger, root = self.peaks
        for peak in reversed(larger):
            root = node_hash(peak, root)
        return root


def tree_of(leaves: Iterable[bytes]) -> Tree:
    tree = Tree()
    for leaf in leaves:
        tree = tree.append(leaf)
    return tree


def inclusion_path(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The audit path of leaf `index`, from the leaf upwards. Raises ValueError when there is no such leaf."""
    if not 0 <= index < len(leaves):
        raise ValueError(f"leaf {index}, but the tree has {len(leaves)}")
    if len(leaves) == 1:
        return ()
    split = _split(len(leaves))
    left, right = leaves[:split], leaves[split:]
    if index < split:
        return (*inclusion_path(left, index), tree_of(right).root)
    return (*inclusion_path(right, index - split), tree_of(left).root)


def includes(root: bytes, size: int, index: int, leaf: bytes, path: Sequence[bytes]) -> bool:
    """Whether `path` shows that the tree of `size` leaves and this root has `leaf` at `index`."""
    return 0 <= index < size and _root_by_path(size, index, leaf, path) == root


def _root_by_path(size: int, index: int, leaf: bytes, path: Sequence[bytes]) -> bytes | None:
    if size == 1:
        return None if path else leaf
    if not path:
        return None
    split = _split(size)
    if index < split:
        below = _root_by_path(split, index, leaf, path[:-1])
        return below and node_hash(below, path[-1])
    below = _root_by_path(size - split, index - split, leaf, path[:-1])
    return below and node_hash(path[-1], below)


def consistency_path(leaves: Sequence[bytes], earlier: int) -> tuple[bytes, ...]:
    """The proof that the tree of the first `earlier` leaves is a beginning of the tree of all of them."""
    if not 0 <= earlier <= len(leaves):
        raise ValueError(f"an earlier tree of {earlier} leaves, but there are {len(leaves)}")
    return _subproof(leaves, earlier, known=True) if earlier else ()


def _subproof(leaves: Sequence[bytes], earlier: int, *, known: bool) -> tuple[bytes, ...]:
    if earlier == len(leaves):
        return () if known else (tree_of(leaves).root,)
    split = _split(len(leaves))
    left, right = leaves[:split], leaves[split:]
    if earlier <= split:
        return (*_subproof(left, earlier, known=known), tree_of(right).root)
    return (*_subproof(right, earlier - split, known=False), tree_of(left).root)


def extends(earlier_root: bytes, earlier: int, root: bytes, size: int, path: Sequence[bytes]) -> bool:
    """Whether `path` shows that the tree of `size` leaves only appended to the earlier one."""
    if earlier == 0:
        return not path and earlier_root == Tree().root
    if not 0 < earlier <= size:
        return False
    return _roots_by_path(earlier, size, path, known=earlier_root) == (earlier_root, root)


def _roots_by_path(
    earlier: int, size: int, path: Sequence[bytes], *, known: bytes | None
) -> tuple[bytes, bytes] | None:
    """The earlier and the present root of this subtree; `known` where it begins with the whole earlier tree."""
    if earlier == size:
        if known is not None:
            return None if path else (known, known)
        return (path[0], path[0]) if len(path) == 1 else None
    if not path:
        return None
    split = _split(size)
    if earlier <= split:
        below = _roots_by_path(earlier, split, path[:-1], known=known)
        return below and (below[0], node_hash(below[1], path[-1]))
    below = _roots_by_path(earlier - split, size - split, path[:-1], known=None)
    return below and (node_hash(path[-1], below[0]), node_hash(path[-1], below[1]))


def _split(size: int) -> int:
    """The largest power of two below `size`: how many leaves stand left of the root."""
    return int(1 << ((size - 1).bit_length() - 1))
