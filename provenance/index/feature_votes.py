"""From pairs of near codes to pictures: votes, counted where features agree on how much one is turned and scaled."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from provenance.index.feature_postings import Geometry, Near

# A query feature speaks for its nearest known ones only, so that what is common (lettering, fences) drowns nothing.
NEAREST_A_FEATURE = 3

# So many of picture and view, by the plain number of votes, are looked at for agreement.
_COUNTED = 200

# Bins of an octave and of 30°, as in Lowe (IJCV 2004, section 7.3), in four grids shifted by half a bin, so that what
# agrees is never cut by all.
_OCTAVES, _TURNS = 11, 12
_GRIDS = ((0.0, 0.0), (0.0, 0.5), (0.5, 0.0), (0.5, 0.5))


def nearest_only(near: Near) -> Near:
    """Without pairs that are farther apart than the third nearest of their query feature. Ties stay."""
    order = np.lexsort((near.apart, near.query))
    query, apart = near.query[order], near.apart[order]
    begins = np.flatnonzero(np.diff(query, prepend=-1))
    sizes = np.diff(begins, append=len(query))
    farthest = apart[begins + np.minimum(sizes, NEAREST_A_FEATURE) - 1]
    kept = order[apart <= np.repeat(farthest, sizes)]
    columns: Iterator[NDArray[Any]] = (column[kept] for column in near)
    return Near(*columns)


def votes(near: Near, query_geometry: Geometry) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Candidates and their votes, in no order, each candidate once.

    `near.picture` names the candidate, at least 0, a picture in one view. Each query feature has one vote in a bin.
    """
    candidates, candidate, counts = np.unique(near.picture, return_inverse=True, return_counts=True)
    if not len(candidates):
        return candidates, counts
    enough = np.sort(counts)[-min(_COUNTED, len(counts))]
    counted = np.flatnonzero(counts >= enough)
    place = np.full(len(candidates), -1)
    place[counted] = np.arange(len(counted))
    rows = np.flatnonzero(place[candidate] >= 0)
    slot, query = place[candidate[rows]], near.query[rows]
    differing = near.geometry[rows].astype(np.int64) - query_geometry[query]
    octaves = differing[:, 0] / 16 + _OCTAVES // 2
    turns = differing[:, 1] % 256 * (_TURNS / 256)
    best = np.zeros(len(counted), np.int64)
    for shift, turned in _GRIDS:
        octave = np.clip(np.floor(octaves + shift).astype(np.int64), 0, _OCTAVES - 1)
        turn = np.floor(turns + turned).astype(np.int64) % _TURNS
        bins = (slot * _OCTAVES + octave) * _TURNS + turn
        once = np.unique(bins * len(query_geometry) + query) // len(query_geometry)
        in_bin = np.bincount(once, minlength=len(counted) * _OCTAVES * _TURNS)
        best = np.maximum(best, in_bin.reshape(len(counted), -1).max(axis=1))
    return candidates[counted], best
