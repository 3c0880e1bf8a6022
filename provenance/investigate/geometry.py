"""Whether a part of one picture lies on a part of another: local features that one affine map explains together.

Every match of two features proposes a similarity by itself (position, size and angle). The best supported ones are
fitted to all matches that follow them, first as a similarity, then as an affine map; then every pair of features that
the map brings together is looked at again. How surprising the number of pairs is, against chance, is an a-contrario
count (Desolneux, Moisan, Morel: "From Gestalt Theory to Image Analysis", 2008): the expected number of accidental
alignments as good as this one, given as its negative decimal logarithm.
"""

from dataclasses import dataclass
from functools import cache
from math import atan2, isfinite, log10, pi, sqrt
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from provenance.model.feature_arrays import FeatureArrays

Matrix = NDArray[np.float64]  # (3, 3), on column vectors (x, y, 1)
Rows = NDArray[np.intp]
Reals = NDArray[np.floating[Any]]

# Distances of codes of 256 bits. Of the features of re-compressed photos that lie on each other 95 % differ by at most
# 46 bits and 99 % by 59; the nearest of 300 unrelated codes is 61 away in the median (docs/matching.md).
SAME_WITHIN = 56  # to propose a match
GUIDED_WITHIN = 76  # where the map already says that two features belong together
EXACT_PX = 1.5
TOLERANCE = 0.012  # of the known frame's long side
MATCHES_AT_MOST = 250
PROPOSALS = 60
TRIED = 3
SETTLED_FROM = 40.0  # digits, from which no other proposal is tried
_CELL_PX = 5.0  # one pair of features in each such cell of either picture: a spot gives several features
_TURN_WITHIN = 0.5  # radians
_SCALE_WITHIN = 0.7  # octaves
# Chance that an unrelated pair passes the two gates above: the share of angles, and of octaves as they are met.
_GATES = 2 * _TURN_WITHIN / (2 * pi) * 0.45
_TRIALS = 60.0  # maps tried for each feature of the query


@dataclass(frozen=True, slots=True)
class Laid:
    """How a query lies on a known picture: `matrix` maps px of the query's feature frame to px of the known's.

    `pairs` are (row of the query, row of the known picture), one to one, nearest codes first. `inside` is the number of
    query features that fall on the known picture, `chance` the probability that one of them finds a partner by
    accident; `digits` is -log10 of the expected number of accidents as good as this.
    """

    matrix: Matrix
    pairs: NDArray[np.intp]  # (k, 2)
    inside: int
    chance: float
    tried: int  # features of the query
    digits: float


def exactness(query: FeatureArrays, known: FeatureArrays, laid: Laid, *, perspective: bool) -> float:
    """The share of the pairs that the map brings within EXACT_PX of each other, 0..1.

    With `perspective` a homography fitted to the pairs may do it instead: a copy may be tilted. Features of a copy fall
    on each other but for the detector's error; those of another photo of the place only nearly, by their depth.
    """
    q, k = query.xy[laid.pairs[:, 0]].astype(np.float64), known.xy[laid.pairs[:, 1]].astype(np.float64)
    off = np.linalg.norm(q @ laid.matrix[:2, :2].T + laid.matrix[:2, 2] - k, axis=1)
    exact = float((off < EXACT_PX).mean())
    if not perspective or len(q) < 8:
        return exact
    found: Any = cv2.findHomography(q, k, cv2.RANSAC, 2.0, maxIters=500)[0]  # None where it finds none
    if found is None:
        return exact
    x, y, w = found @ np.vstack([q.T, np.ones(len(q))])
    with np.errstate(all="ignore"):
        off = np.hypot(x / w - k[:, 0], y / w - k[:, 1])
    return max(exact, float((off < EXACT_PX).mean()))


def code_distances(a: FeatureArrays, b: FeatureArrays) -> NDArray[np.uint16]:
    """Differing bits of each code of `a` (row) to each of `b` (column)."""
    x, y = a.codes.T[:, :, None], np.ascontiguousarray(b.codes.T)
    first = np.bitwise_count(x[0] ^ y[0])
    for word in (1, 2):
        first += np.bitwise_count(x[word] ^ y[word])  # at most 192 so far: a byte holds it
    return np.asarray(np.add(first, np.bitwise_count(x[3] ^ y[3]), dtype=np.uint16))


def lay(query: FeatureArrays, known: FeatureArrays) -> Laid | None:
    """The best map of the query onto the known picture; None where fewer than three features agree on any."""
    if min(len(query), len(known)) < 3:
        return None
    apart = code_distances(query, known)
    matches = _Matches.nearest(query, known, apart)
    if matches is None:
        return None
    alike = np.divmod(np.flatnonzero(apart < GUIDED_WITHIN), len(known))  # far quicker than nonzero
    best: Laid | None = None
    for followers in matches.proposals():
        matrix = matches.fitted(followers)
        if matrix is None:
            continue
        laid = _guided(query, known, apart, alike, matrix)
        if laid is not None and (best is None or laid.digits > best.digits):
            best = laid
        if best is not None and best.digits >= SETTLED_FROM:
            break
    return best


class _Matches:
    """Tentative matches, the nearest codes first."""

    def __init__(self, query: FeatureArrays, known: FeatureArrays, rows: Rows, columns: Rows, weight: Matrix) -> None:
        self.q, self.k = query.xy[rows].astype(np.float64), known.xy[columns].astype(np.float64)
        self.octaves = np.log2(known.size[columns] / query.size[rows]).astype(np.float64)
        self.turns = (known.angle[columns] - query.angle[rows]).astype(np.float64)
        self.weight = weight
        self.tolerance = TOLERANCE * max(known.width, known.height)

    @classmethod
    def nearest(cls, query: FeatureArrays, known: FeatureArrays, apart: NDArray[np.uint16]) -> "_Matches | None":
        columns = apart.argmin(axis=1)
        least = apart[np.arange(len(query)), columns]
        rows = np.flatnonzero(least <= SAME_WITHIN)
        if len(rows) < 3:
            return None
        rows = rows[np.argsort(least[rows], kind="stable")][:MATCHES_AT_MOST]
        return cls(query, known, rows, columns[rows], 1.05 - least[rows] / SAME_WITHIN)

    def proposals(self) -> list[NDArray[np.bool_]]:
        """Who follows the best supported similarities, each proposed by one match; at most TRIED different ones."""
        n = min(len(self.q), PROPOSALS)
        scale, turn = np.exp2(self.octaves[:n]), self.turns[:n]
        c, s = (scale * np.cos(turn))[:, None], (scale * np.sin(turn))[:, None]
        x, y = self.q.T
        off_x = (c * x - s * y) - np.diag(c * x[:n] - s * y[:n])[:, None] - (self.k[:, 0] - self.k[:n, 0, None])
        off_y = (s * x + c * y) - np.diag(s * x[:n] + c * y[:n])[:, None] - (self.k[:, 1] - self.k[:n, 1, None])
        follows = off_x**2 + off_y**2 < (4 * self.tolerance) ** 2
        by, who = np.divmod(np.flatnonzero(follows), len(self.q))
        follows[by, who] = (np.abs(self.octaves[who] - self.octaves[by]) < 0.8) & (
            _turned(self.turns[who] - self.turns[by]) < _TURN_WITHIN
        )
        followers = follows.sum(axis=1)
        met = np.zeros(n, bool)  # mostly the followers of one that was taken
        found: list[NDArray[np.bool_]] = []
        for nth in np.argsort(-(follows @ self.weight), kind="stable"):
            if followers[nth] < 3 or len(found) == TRIED:
                break
            if not met[nth]:
                found.append(follows[nth])
                met |= (follows & follows[nth]).sum(axis=1) > 0.7 * followers
        return found

    def fitted(self, followers: NDArray[np.bool_]) -> Matrix | None:
        """The affine map, or the similarity where fewer than six matches follow, tightened in four rounds."""
        octave, turn = np.median(self.octaves[followers]), _mean_turn(self.turns[followers])
        alike = (np.abs(self.octaves - octave) < 1) & (_turned(self.turns - turn) < 0.7)
        matrix = _similarity(self.q[followers], self.k[followers])
        for reach, affine in ((3, False), (2, False), (1.5, True), (1, True)):
            if not is_plausible(matrix):
                return None
            near = np.linalg.norm(self.q @ matrix[:2, :2].T + matrix[:2, 2] - self.k, axis=1) < reach * self.tolerance
            near &= alike
            if near.sum() < 3:
                return None
            fit = _affine if affine and near.sum() >= 6 else _similarity
            matrix = fit(self.q[near], self.k[near])
        return matrix if is_plausible(matrix) else None


def _guided(
    query: FeatureArrays, known: FeatureArrays, apart: NDArray[np.uint16], alike: tuple[Rows, ...], matrix: Matrix
) -> Laid | None:
    """Every pair of `alike` that the map brings together, one to one, and how surprising their number is."""
    tolerance = TOLERANCE * max(known.width, known.height)
    at = query.xy @ matrix[:2, :2].T + matrix[:2, 2]
    inside = np.all((at > -tolerance) & (at < (known.width + tolerance, known.height + tolerance)), axis=1)
    shown = int(inside.sum())
    if shown < 3:
        return None
    a, b = (rows[inside[alike[0]]] for rows in alike)
    alike_share = len(a) / (shown * len(known))
    off = at[a] - known.xy[b]
    together = off[:, 0] ** 2 + off[:, 1] ** 2 < tolerance**2
    a, b = a[together], b[together]
    octave = 0.5 * np.log2(abs(np.linalg.det(matrix[:2, :2])))
    turn = atan2(matrix[1, 0] - matrix[0, 1], matrix[0, 0] + matrix[1, 1])
    fits = np.abs(np.log2(known.size[b] / query.size[a]) - octave) < _SCALE_WITHIN
    fits &= _turned(known.angle[b] - query.angle[a] - turn) < _TURN_WITHIN
    a, b = a[fits], b[fits]
    pairs = _one_to_one(query, known, a, b, apart[a, b])
    if len(pairs) < 3:
        return None
    density = len(known) * pi * tolerance**2 / (known.width * known.height)
    chance = 1 - np.exp(-density * max(alike_share, 0.002) * _GATES)
    n = max(shown, len(pairs))
    chance = float(min(0.5, max(1e-6, chance)))
    return Laid(matrix, pairs, n, chance, len(query), accidents(n, len(pairs), chance, len(query)))


def _one_to_one(
    query: FeatureArrays, known: FeatureArrays, a: Rows, b: Rows, apart: NDArray[np.uint16]
) -> NDArray[np.intp]:
    cells = [
        (features.xy[rows] // _CELL_PX).astype(np.int64) @ np.array([1, 1 << 16])
        for features, rows in ((query, a), (known, b))
    ]
    used: tuple[set[int], ...] = (set(), set(), set(), set())
    kept = []
    for nth in np.argsort(apart, kind="stable").tolist():
        keys = (int(a[nth]), int(b[nth]), int(cells[0][nth]), int(cells[1][nth]))
        if any(key in seen for key, seen in zip(keys, used, strict=True)):
            continue
        for key, seen in zip(keys, used, strict=True):
            seen.add(key)
        kept.append(nth)
    return np.stack([a[kept], b[kept]], axis=1).reshape(-1, 2)


def accidents(n: int, k: int, chance: float, tried: int) -> float:
    """-log10 of the expected number of maps by which at least k of n features find a partner by accident."""
    j = np.arange(k, n + 1)
    logs = _log_factorials()
    terms = logs[n] - logs[j] - logs[n - j] + j * np.log(chance) + (n - j) * np.log1p(-chance)
    most = terms.max()
    tail = most + np.log(np.exp(terms - most).sum())
    return float(-tail / np.log(10) - log10(tried * _TRIALS))


def is_plausible(matrix: Matrix) -> bool:
    """Whether an edit can have done this: not mirrored, between a 25th and 25 times the size, stretched up to 2.6."""
    (a, b), (c, d) = matrix[:2, :2].tolist()
    area, square = a * d - b * c, (a * a + b * b + c * c + d * d) / 2
    if not (np.isfinite(matrix).all() and isfinite(square) and area > 0):
        return False
    long = sqrt(square + sqrt(max(0.0, square * square - area * area)))  # the singular values of a 2 x 2 matrix
    short = area / long
    return short > 0.04 and long < 25 and long / short < 2.6


def _similarity(q: Matrix, k: Matrix) -> Matrix:
    """The least-squares similarity (Umeyama 1991, without reflection)."""
    q0, k0 = q.mean(axis=0), k.mean(axis=0)
    x, y = q - q0, k - k0
    spread = (x * x).sum() + 1e-9
    a, b = (x * y).sum() / spread, (x[:, 0] * y[:, 1] - x[:, 1] * y[:, 0]).sum() / spread
    linear = np.array([[a, -b], [b, a]])
    return _with_shift(linear, k0 - linear @ q0)


def _affine(q: Matrix, k: Matrix) -> Matrix:
    solved, *_ = np.linalg.lstsq(np.c_[q, np.ones(len(q))], k, rcond=None)
    return _with_shift(solved[:2].T, solved[2])


def _with_shift(linear: Reals, shift: Reals) -> Matrix:
    matrix = np.eye(3)
    matrix[:2, :2], matrix[:2, 2] = linear, shift
    return matrix


def _turned(angles: Reals) -> Reals:
    """The size of each angle, 0..pi."""
    return np.asarray(np.abs((angles + pi) % (2 * pi) - pi))


def _mean_turn(angles: Matrix) -> float:
    return atan2(np.sin(angles).sum(), np.cos(angles).sum())


@cache
def _log_factorials() -> Matrix:
    return np.concatenate([[0], np.cumsum(np.log(np.arange(1, 20_000)))])
