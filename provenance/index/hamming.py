"""256-bit hashes as arrays of four 64-bit words, and the flat scan over them."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

HASH_BYTES = 32
HASH_BITS = 256

Words = NDArray[np.uint64]  # shape (rows, 4)

# Words compared at once: 512 KiB of them stay in a core's second-level cache.
_SCAN_WORDS = 65_536


class Near(NamedTuple):
    """Hits as arrays of one length: which query, which row, and how many bits apart. In no order."""

    query: NDArray[np.int64]
    row: NDArray[np.int64]
    apart: NDArray[np.int64]


def check_hash(value: bytes) -> bytes:
    """The same bytes. Raises ValueError when they are not 32."""
    if len(value) != HASH_BYTES:
        raise ValueError(f"a hash of {len(value)} bytes, {HASH_BYTES} wanted")
    return value


def check_distance(distance: int) -> None:
    """Raises ValueError for a distance outside 0..256."""
    if not 0 <= distance <= HASH_BITS:
        raise ValueError(f"distance {distance} is outside 0..{HASH_BITS}")


def as_words(hashes: Iterable[bytes]) -> Words:
    """The hashes as rows of four words, read only. Raises ValueError when one is not 32 bytes."""
    return np.frombuffer(b"".join(map(check_hash, hashes)), np.uint64).reshape(-1, 4)


def bits_between(known: Words, queries: Words) -> NDArray[np.int64]:
    """Distances of row pairs. Summed wide: 256 differing bits would be 0 in the bytes bitwise_count gives."""
    apart: NDArray[np.int64] = np.bitwise_count(known ^ queries).sum(axis=1, dtype=np.int64)
    return apart


def flat_scan(known: Words, queries: Words, distance: int) -> Near:
    """Every pair within `distance`, by looking at all of them. Exact at any distance.

    Half of the bits are compared first: pairs that differ too much in these need no second look, and of unlike
    pictures hardly any pass (64 of 128 bits expected, standard deviation 6).
    """
    block = max(1, _SCAN_WORDS // max(1, len(queries)))
    found = []
    for start in range(0, len(known), block):
        part = known[start : start + block]
        half = np.bitwise_count(part[:, 0] ^ queries[:, :1])
        half += np.bitwise_count(part[:, 1] ^ queries[:, 1:2])
        query, row = np.nonzero(half <= distance)
        apart = bits_between(part[row], queries[query])
        close = apart <= distance
        found.append(Near(query[close], row[close] + start, apart[close]))
    return joined(found)


def joined(parts: Sequence[Near]) -> Near:
    """All hits of several scans, one after the other."""
    if not parts:
        return Near(*(np.empty(0, np.int64) for _ in Near._fields))
    return Near(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
