"""Whether pixels come from a JPEG whose grid lies elsewhere, or that is a JPEG no longer: where, and at which quality.

Decoded pixels have DCT coefficients near whole multiples of the steps, as long as their own grid is found. How near is
measured as Bianchi and Piva (2012) do it for DC: by the mean of cos(2 pi c / step), here over the coefficients of 16
AC frequencies and the steps of a whole table. It is 1 for exact multiples and 0 for any smooth density.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from provenance.examine.traces.dct_blocks import BASIS, FREQUENCIES, Coefficients, coefficients, distinct
from provenance.examine.traces.ijg_quality import scaled

QUALITIES = range(20, 97)  # a table of 97 or more has hardly a step over 1, and nothing can be near or far from those

# A fit counts that is so many deviations from 0, and so many times the best of grids that share neither its columns nor
# its rows. Among 268 pictures of no earlier grid the largest ratio of fits over 7 was 1.23 (docs/traces.md).
LEAST_DEVIATIONS = 7.0
LEAST_OVER_RIVALS = 1.5

_MAX_STEP = 64
_PATCHES = 512  # of 15 x 15 px, in which each of the 64 grids has a block
_PER_UNIT, _REACH = (
    2,
    192,
)  # coefficients are binned to halves up to 192: beyond are few, and quality 20 has steps of 60
_BINS = _PER_UNIT * _REACH
_FEWEST = 300  # coefficients over half a step, without which nothing is said

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Grid:
    """A grid that coefficients fit: its distance from the upper left corner, the quality, and how well they fit."""

    right: int
    down: int
    quality: int
    near: float  # mean cosine over the whole picture, 0 to 1
    deviations: float  # of the mean over the patches from 0, in its standard deviations
    rival: float  # the same of the best grid elsewhere


def earlier_grid(luma: Pixels, *, own: bool) -> Grid | None:
    """The grid of an earlier JPEG; None where none fits well enough.

    With `own` the pixels are those of a JPEG, whose steps they fit at (0, 0), and partly at grids in the same rows or
    columns: these are left out, so that a crop by whole blocks in one direction is not seen.
    """
    patches = _patches(luma)
    if not len(patches):
        return None
    tried = [(right, down) for down in range(own, 8) for right in range(own, 8)]
    fits = {(right, down): _fit(patches[:, down, right] @ BASIS)[2] for right, down in tried}
    right, down = max(tried, key=lambda at: fits[at])
    rival = max(fits[at] for at in tried if at[0] != right and at[1] != down)
    if fits[right, down] < max(LEAST_DEVIATIONS, LEAST_OVER_RIVALS * rival):
        return None
    quality, near, _ = _fit(distinct(coefficients(luma, right=right, down=down)))
    return Grid(right, down, quality, near, fits[right, down], rival)


def _patches(luma: Pixels) -> NDArray[np.float32]:
    """Every block of evenly spread patches, none of them twice: shape (patches, 8 down, 8 right, 64)."""
    tall, wide = (size // 8 - 1 for size in luma.shape)
    if tall < 1 or wide < 1:
        return np.zeros((0, 8, 8, 64), np.float32)
    at = np.linspace(0, tall * wide - 1, min(_PATCHES, tall * wide)).astype(np.int64)
    windows = sliding_window_view(luma, (15, 15))[8 * (at // wide), 8 * (at % wide)]
    windows = distinct(windows.reshape(len(at), -1).astype(np.float32)).reshape(-1, 15, 15)
    return sliding_window_view(windows, (8, 8), axis=(1, 2)).reshape(-1, 8, 8, 64)


def _fit(found: Coefficients) -> tuple[int, float, float]:
    """The quality whose steps the coefficients fit best; how near they are; by how many deviations."""
    bins = np.minimum((np.abs(found) * _PER_UNIT + 0.5).astype(np.int64), _BINS)
    bins += np.arange(FREQUENCIES) * (_BINS + 1)
    counts = np.bincount(bins.ravel(), minlength=FREQUENCIES * (_BINS + 1)).reshape(FREQUENCIES, _BINS + 1)
    cosines, seen = _waves()
    counts = counts[:, :_BINS].astype(np.float32)
    rows, steps = np.arange(FREQUENCIES), _steps()
    near = (counts @ cosines)[rows, steps].sum(axis=1)
    many = (counts @ seen)[rows, steps].sum(axis=1)
    deviations = np.where(many >= _FEWEST, near / np.sqrt(np.maximum(many, 1) / 2), 0)
    best = int(deviations.argmax())
    return QUALITIES[best], float(near[best] / max(many[best], 1)), float(deviations[best])


@lru_cache(maxsize=1)
def _waves() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """By bin and step: the cosine, and whether the coefficient counts. Those under half a step are near 0 anyhow."""
    value = np.arange(_BINS)[:, None] / _PER_UNIT
    step = np.arange(_MAX_STEP + 1)[None].clip(1)
    counts = (value > step / 2) & (np.arange(_MAX_STEP + 1) > 1)
    return (np.cos(2 * np.pi * value / step) * counts).astype(np.float32), counts.astype(np.float32)


@lru_cache(maxsize=1)
def _steps() -> NDArray[np.int64]:
    """Of the frequencies looked at, for each quality: shape (qualities, FREQUENCIES)."""
    tables = np.array([scaled(quality)[1 : 1 + FREQUENCIES] for quality in QUALITIES], np.int64)
    return np.minimum(tables, _MAX_STEP)
