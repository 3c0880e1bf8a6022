"""How the pixels of a preview are kept: in 32 grey levels, as differences from row to row, deflated.

A preview of 256 px takes about 14 kB so, and 46 kB as it is; matching by it is as good (docs/matching.md).
"""

import zlib

import numpy as np
from numpy.typing import NDArray

from provenance.model.findings import Preview

_KEPT_BITS = 5


def packed(grey: NDArray[np.uint8]) -> Preview:
    """The preview of a picture of 8-bit luma, shape (height, width)."""
    levels = grey >> (8 - _KEPT_BITS)
    changes = np.diff(levels, axis=0, prepend=np.zeros((1, levels.shape[1]), np.uint8))
    return Preview(grey.shape[1], grey.shape[0], zlib.compress(changes.tobytes(), 6), "levels")


def pixels(preview: Preview) -> NDArray[np.uint8]:
    """The luma, shape (height, width), uint8. Raises ValueError where the bytes are not of so many."""
    size = preview.width * preview.height
    values = preview.pixels if preview.packing == "raw" else _inflated(preview.pixels, size)
    if len(values) != size:
        raise ValueError(f"a preview of {preview.width} x {preview.height} px with {len(values)} values")
    rows = np.frombuffer(values, np.uint8).reshape(preview.height, preview.width)
    if preview.packing == "raw":
        return rows
    levels = np.cumsum(rows, axis=0, dtype=np.uint8) & np.uint8((1 << _KEPT_BITS) - 1)
    return np.asarray((levels << (8 - _KEPT_BITS)) + (1 << (7 - _KEPT_BITS)), np.uint8)


def _inflated(data: bytes, at_most: int) -> bytes:
    """At most one byte more than `at_most`, however much the data would give."""
    try:
        return zlib.decompressobj().decompress(data, at_most + 1)
    except zlib.error as damaged:
        raise ValueError(f"a preview that cannot be read: {damaged}") from damaged
