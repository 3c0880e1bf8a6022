"""Blocks of 8 x 8 px and their DCT coefficients, as JPEG has them (ITU-T T.81, A.3.3)."""

import numpy as np
from numpy.typing import NDArray

from provenance.examine.traces.ijg_quality import ZIG_ZAG

FREQUENCIES = 16  # after DC, in zig-zag order: beyond them most coefficients of most pictures are zero
MAX_BLOCKS = 16384  # evenly spread over the picture; 1 megapixel has as many

Coefficients = NDArray[np.float32]


def _basis() -> NDArray[np.float32]:
    k = np.arange(8)
    cosines = np.cos((2 * k[None] + 1) * k[:, None] * np.pi / 16) / 2
    cosines[0] /= np.sqrt(2)
    rows = [np.outer(cosines[at // 8], cosines[at % 8]).ravel() for at in ZIG_ZAG[1 : 1 + FREQUENCIES]]
    return np.array(rows, np.float32).T


BASIS = _basis()  # shape (64, FREQUENCIES): 64 pixels of a block, row by row, times this are its coefficients


def coefficients(luma: NDArray[np.uint8], *, right: int = 0, down: int = 0) -> Coefficients:
    """The first AC coefficients of whole blocks, shape (blocks, FREQUENCIES), not quantised.

    The grid begins `right` and `down` px from the upper left corner. At most about MAX_BLOCKS of the blocks, and none
    with a pixel of 0 or 255: a decoder may have clipped it, and then the coefficients are no longer those it had.
    """
    tall, wide = ((size - skip) // 8 for size, skip in zip(luma.shape, (down, right), strict=True))
    if tall < 1 or wide < 1:
        return np.zeros((0, FREQUENCIES), np.float32)
    grid = luma[down : down + 8 * tall, right : right + 8 * wide].reshape(tall, 8, wide, 8)
    every = -(-tall * wide // MAX_BLOCKS)
    grid = grid[::every] if tall >= every else grid[:, :, ::every]
    blocks = grid.transpose(0, 2, 1, 3).reshape(-1, 64)
    blocks = blocks[(blocks.min(axis=1) > 0) & (blocks.max(axis=1) < 255)]
    product: Coefficients = blocks.astype(np.float32) @ BASIS
    return product


def distinct(values: Coefficients) -> Coefficients:
    """Without blocks that repeat another's: of a drawing or a border they would count as so many witnesses."""
    weights = np.sqrt(np.arange(2, 2 + values.shape[1]))  # sums that are equal by accident are rare
    _, first = np.unique(values.astype(np.float64) @ weights, return_index=True)
    return values[first]
