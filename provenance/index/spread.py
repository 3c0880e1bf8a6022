"""The bits of a hash in another order, so that neighbouring ones, which real photos set alike, share no chunk.

PDQ's bits are the signs of a 16 x 16 table of frequencies, row by row. Cut into chunks in that order, lists of real
photos' hashes are longer than chance would make them, and some much longer. Distances do not change by it.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from provenance.index.hamming import HASH_BITS, HASH_BYTES, Words

# Bit k of the new order is bit 37 k of the old, modulo 256: 37 is odd, so each comes once, and neighbours within a
# row or a column lie many chunks apart. See docs/index.md for what it changes on photos.
_ORDER = np.arange(HASH_BITS) * 37 % HASH_BITS

# From here on a table of what each byte becomes is faster, up to three times (measured).
_MANY_ROWS = 1_024
_ROWS_AT_ONCE = 16_384


def spread(hashes: Words) -> Words:
    """The same hashes with their bits in the new order."""
    return _by_table(hashes) if len(hashes) >= _MANY_ROWS else _by_bits(hashes)


def _by_bits(hashes: Words) -> Words:
    bits = np.unpackbits(hashes.view(np.uint8), axis=1)
    return np.packbits(bits.take(_ORDER, axis=1), axis=1).view(np.uint64)


def _by_table(hashes: Words) -> Words:
    table = _table()
    out = np.empty_like(hashes)
    for start in range(0, len(hashes), _ROWS_AT_ONCE):
        columns = np.ascontiguousarray(hashes[start : start + _ROWS_AT_ONCE].view(np.uint8).T)
        part = out[start : start + _ROWS_AT_ONCE]
        part[:] = table[0].take(columns[0], axis=0)
        for place in range(1, HASH_BYTES):
            part |= table[place].take(columns[place], axis=0)
    return out


@cache
def _table() -> NDArray[np.uint64]:
    """For each of the 32 bytes, for each of its 256 values: the spread hash of that byte alone."""
    alone = np.zeros((HASH_BYTES, 256, HASH_BYTES), np.uint8)
    place = np.arange(HASH_BYTES)
    alone[place, :, place] = np.arange(256, dtype=np.uint8)
    return _by_bits(alone.reshape(-1, HASH_BYTES).view(np.uint64)).reshape(HASH_BYTES, 256, 4)
