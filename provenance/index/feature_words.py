"""The word under which a local feature's code is filed: the signs of 22 sums over its bits, the most telling first.

A code says of each of SIFT's 128 numbers whether it is above its descriptor's median, and above the upper quartile:
0, 1 or 2 of them. The sums weigh these by products of waves, cosines over the 4 rows and the 4 columns of cells and
over the 8 directions. That is close to the principal components of such codes without anything trained: of verified
matches of photos 0.596 share one of 16 words of 20 signs, and with the components 0.591 (docs/matching.md).

A word of fewer signs is the beginning of a longer one.
"""

from functools import cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from provenance.model.feature_arrays import Codes

SIGNS = 22

Words = NDArray[np.uint32]  # shape (n,), SIGNS bits, the first sum the highest
Sums = NDArray[np.float32]  # shape (n, SIGNS), whole numbers, less the middle value of each

# Waves over rows, columns and turn (and whether this is a sine), with the middle value of their sum, by how much they
# vary. Order and middle values are those of the 95,000 features of 315 photos; on others words are filled less evenly.
_WAVES: tuple[tuple[int, int, int, bool, int], ...] = (
    (0, 1, 1, False, 0),
    (0, 0, 1, False, 704),
    (0, 0, 1, True, 0),
    (0, 0, 2, False, 896),
    (1, 0, 1, True, 0),
    (0, 3, 1, False, 0),
    (0, 2, 1, False, -609),
    (0, 0, 2, True, 0),
    (2, 0, 1, True, 0),
    (0, 1, 2, False, 0),
    (0, 1, 0, False, 0),
    (1, 1, 1, True, 282),
    (1, 0, 2, False, 0),
    (0, 1, 1, True, 0),
    (1, 1, 1, False, 0),
    (1, 0, 2, True, 0),
    (3, 0, 1, True, 0),
    (1, 2, 1, True, 0),
    (2, 1, 1, True, 0),
    (0, 1, 2, True, 0),
    (1, 2, 1, False, 0),
    (1, 0, 1, False, 0),
)

_UNSURE = 10  # signs that may be turned
_WEIGHT = 512  # of a wave of length 1: as whole numbers the sums are exact, whatever adds them up
_CODES_AT_ONCE = 2_048  # 1 MiB of numbers: stays in a core's cache
# Products of so few rows OpenBLAS computes in the calling thread. Larger ones it shares out among threads that wait
# for each other by spinning: on busy cores that took 20 times the CPU (measured).
_ROWS_A_PRODUCT = 64


def sums(codes: Codes) -> Sums:
    """The 22 sums of each code. Close to 0: the sign may differ in another copy of the spot."""
    weights, middles = _weights()
    out = np.empty((len(codes), SIGNS), np.float32)
    for start in range(0, len(codes), _CODES_AT_ONCE):
        part = np.ascontiguousarray(codes[start : start + _CODES_AT_ONCE])
        bits = np.unpackbits(part.view(np.uint8).reshape(-1, 32), axis=1)
        counts = np.zeros((-(-len(part) // _ROWS_A_PRODUCT), _ROWS_A_PRODUCT, 128), np.float32)
        np.add(bits[:, :128], bits[:, 128:], out=counts.reshape(-1, 128)[: len(part)], casting="unsafe")
        out[start : start + len(part)] = (counts @ weights).reshape(-1, SIGNS)[: len(part)]
    out -= middles
    return out


def words(codes: Codes) -> Words:
    """The word of each code."""
    out = np.empty(len(codes), np.uint32)
    for start in range(0, len(codes), _CODES_AT_ONCE):
        out[start : start + _CODES_AT_ONCE] = of_sums(sums(codes[start : start + _CODES_AT_ONCE]))
    return out


def of_sums(values: Sums) -> Words:
    """The words that these sums spell."""
    places = np.float32(2) ** np.arange(SIGNS - 1, -1, -1, dtype=np.float32)
    return ((values > 0).astype(np.float32) @ places).astype(np.uint32)


def likely(values: Sums, bits: int, probes: int) -> NDArray[np.uint32]:
    """Words of `bits` signs under which another copy may be filed, most likely first: shape (n, probes).

    Besides the word itself those with the least certain signs turned. Which ranks of certainty are turned is the same
    for each code: the k-th least certain sum is about k times as far from 0 as the least, so subsets come by the sum
    of their ranks (Lv et al., "Multi-Probe LSH", VLDB 2007).
    """
    ranks = _turned_ranks(probes, bits)
    unsure = np.argsort(np.abs(values[:, :bits]), axis=1)[:, : ranks.shape[1]]
    flips = np.uint32(1) << (bits - 1 - unsure).astype(np.uint32)
    out = np.repeat((of_sums(values) >> np.uint32(SIGNS - bits))[:, None], probes, axis=1)
    for rank, turned in enumerate(ranks.T):
        out ^= flips[:, rank, None] * turned
    return out


@cache
def _turned_ranks(probes: int, bits: int) -> NDArray[np.uint32]:
    """Row by row which of the least certain signs to turn, as 0 and 1."""
    most = min(bits, _UNSURE)
    subsets = sorted(
        (subset for size in range(most + 1) for subset in combinations(range(most), size)),
        key=lambda subset: (sum(rank + 1 for rank in subset), subset),
    )[:probes]
    rows = np.zeros((len(subsets), most), np.uint32)
    for row, subset in enumerate(subsets):
        rows[row, list(subset)] = 1
    return rows


@cache
def _weights() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    cell, turn = np.arange(4) + 0.5, np.arange(8) * (np.pi / 4)
    columns = []
    for rows, across, turns, sine, _ in _WAVES:
        around = np.sin(turns * turn) if sine else np.cos(turns * turn)
        wave = np.einsum("i,j,k", np.cos(np.pi / 4 * rows * cell), np.cos(np.pi / 4 * across * cell), around).ravel()
        columns.append(np.rint(wave * (_WEIGHT / np.linalg.norm(wave))))
    return np.stack(columns, axis=1).astype(np.float32), np.array([wave[-1] for wave in _WAVES], np.float32)
