"""Whether two pictures are different photos of one place: their features fit two views of one rigid scene.

Two views of a rigid scene put each point of one picture on a line of the other (the epipolar line), whatever its
depth. Chance does that too, so what counts is how many fit how well: the number of such coincidences to expect among
unrelated pictures (Moisan and Stival, A Probabilistic Criterion to Detect Rigid Point Matches, IJCV 2004). No pixel is
compared, so copies, shared frames and lettering of one font pass as well; `without_perspective` says so.
"""

from dataclasses import dataclass
from math import hypot, lgamma, log, log10, pi
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from provenance.investigate.geometry import code_distances
from provenance.model.feature_arrays import FeatureArrays

Points = NDArray[np.float64]  # shape (n, 2): x right, y down
Rows = NDArray[np.intp]

# Chosen on 196 pairs of street photos up to 50 m apart and 2,200 unrelated pairs; checked on others.
BITS_AT_MOST = 80  # of 256, between matched codes
RATIO = 0.85  # of the distance to the next best code, at most (Lowe's test, here in both pictures)
TURN_WITHIN = 20 * pi / 180  # of each other: what a camera's roll does to all features alike
OCTAVES_WITHIN = 1.5  # wider: what is near grows faster than what is far
FRAME = 400  # positions are measured in this many parts of the picture's long side
SAMPLE = 7  # matches that fix the epipolar geometry
MODELS = 3  # geometries that one such sample can have
TOLERANCE, NARROWEST, WIDEST = 1.5, 0.5, 4.0  # half width of the band: for the search, and of those that are tried
STEPS = 1000

SIGNIFICANT_FROM = 2.0  # at most one false alarm is expected in 100 unrelated pairs; measured far fewer
SPREAD_FROM = 0.02  # of the frame's area; less is one object, or features along a line
FLAT_WITHIN = 3.0  # parts of FRAME
# What one program printed on both pictures has the same turn and size to the last digit; a photo's features have not,
# even of a camera that only moved aside. Lettering of one font and other sizes is less exact, but lies elsewhere.
PRINTED_TURN, PRINTED_OCTAVES, PRINTED_FROM = 2 * pi / 180, 0.1, 0.5
UNIFORM_TURN, UNIFORM_OCTAVES, UNIFORM_FROM = 6 * pi / 180, 0.2, 0.65
COHERENT_FROM, NEIGHBOURS, NEIGHBOUR_WITHIN = 0.85, 5, 0.5
SIMILARITY_FROM = 0.9


@dataclass(frozen=True, slots=True)
class SceneEvidence:
    """How two pictures fit as views of one place. The same for (a, b) and (b, a).

    `matches` features were paired, `inliers` of them fit one epipolar geometry. `significance` is minus the decimal
    logarithm of how many such fits chance gives in one unrelated pair. `spread` is the share of the frame within the
    inliers' convex hull, of the picture where it is less. Of the inliers, `homography_share` lie as one homography
    moves them (a plane, or a camera that only turned) and `similarity_share` as one similarity does (a copy);
    `printed_share` turn and scale exactly alike, `uniform_share` nearly, wherever they lie. `coherence` is how often a
    match's neighbours lie where its own turn and size say.
    """

    matches: int
    inliers: int
    significance: float
    spread: float
    homography_share: float
    similarity_share: float
    printed_share: float
    uniform_share: float
    coherence: float

    @property
    def without_perspective(self) -> bool:
        """Shifting, turning and scaling explain it: a copy, or a frame or lettering on both, rather than a place."""
        lettering = self.uniform_share >= UNIFORM_FROM and self.coherence < COHERENT_FROM
        return lettering or self.printed_share >= PRINTED_FROM or self.similarity_share >= SIMILARITY_FROM


def same_scene(query: FeatureArrays, known: FeatureArrays) -> SceneEvidence | None:
    """What speaks for two views of one place; None where there is less than chance would give. Deterministic."""
    one, two = sorted((query, known), key=_order)
    i, j = _matched(one, two)
    kept = _agreeing(one, two, i, j, TURN_WITHIN, OCTAVES_WITHIN)
    i, j = _one_a_spot(one, two, i[kept], j[kept])
    if len(i) <= SAMPLE:
        return None
    x, y = _positions(one, i), _positions(two, j)
    geometry = _epipolar(x, y)
    if geometry is None:
        return None
    errors = _distances(geometry, x, y)
    significance, within = _least_expected(errors, max(_chance(one), _chance(two)))
    inside = errors <= within
    x, y, i, j = x[inside], y[inside], i[inside], j[inside]
    spread = min(_hull(x) / _area(one), _hull(y) / _area(two))
    if significance < SIGNIFICANT_FROM or spread < SPREAD_FROM:
        return None
    return SceneEvidence(
        matches=len(errors),
        inliers=len(x),
        significance=significance,
        spread=spread,
        homography_share=_share(cv2.findHomography(x, y, cv2.USAC_MAGSAC, FLAT_WITHIN, maxIters=STEPS)[1]),
        similarity_share=_share(cv2.estimateAffinePartial2D(x, y, ransacReprojThreshold=FLAT_WITHIN)[1]),
        printed_share=float(_agreeing(one, two, i, j, PRINTED_TURN, PRINTED_OCTAVES).mean()),
        uniform_share=float(_agreeing(one, two, i, j, UNIFORM_TURN, UNIFORM_OCTAVES).mean()),
        coherence=_coherence(one, two, i, j),
    )


def _order(features: FeatureArrays) -> tuple[int, bytes, bytes]:
    return len(features), features.codes.tobytes(), features.xy.tobytes()


def _matched(one: FeatureArrays, two: FeatureArrays) -> tuple[Rows, Rows]:
    """Rows whose codes are each other's nearest, clearly nearer than the next: best first."""
    none = np.empty(0, np.intp)
    if min(len(one), len(two)) <= SAMPLE:
        return none, none
    bits = code_distances(one, two)
    to, back = bits.argmin(axis=1), bits.argmin(axis=0)
    i = np.flatnonzero(back[to] == np.arange(len(one)))
    j = to[i]
    best, at = bits[i, j], np.arange(len(i))
    along, across = bits[i], bits[:, j]
    along[at, j] = across[i, at] = np.iinfo(np.uint16).max
    clear = (best <= BITS_AT_MOST) & (best < RATIO * np.minimum(along.min(axis=1), across.min(axis=0)))
    first = np.argsort(best[clear], kind="stable")
    return i[clear][first], j[clear][first]


def _agreeing(
    one: FeatureArrays, two: FeatureArrays, i: Rows, j: Rows, turn_within: float, octaves_within: float
) -> NDArray[np.bool_]:
    """Which matches turn and scale like one of them does: the one that most agree with."""
    if not len(i):
        return np.zeros(0, np.bool_)
    turn, octaves = two.angle[j] - one.angle[i], np.log2(two.size[j] / one.size[i])
    apart = np.abs((turn[:, None] - turn + pi) % (2 * pi) - pi)
    agree = (apart < turn_within) & (np.abs(octaves[:, None] - octaves) < octaves_within)
    return np.asarray(agree[agree.sum(axis=1).argmax()])


def _coherence(one: FeatureArrays, two: FeatureArrays, i: Rows, j: Rows) -> float:
    """The share of the nearest neighbours, in either picture, that lie where either match's turn and size say."""
    x, y = (_positions(one, i) @ (1, 1j), _positions(two, j) @ (1, 1j))
    moved = two.size[j] / one.size[i] * np.exp(1j * (two.angle[j] - one.angle[i]))
    dx, dy = x - x[:, None], y - y[:, None]
    off = np.minimum(np.abs(moved * dx - dy), np.abs(moved[:, None] * dx - dy))
    lies = off < NEIGHBOUR_WITHIN * np.maximum(np.sqrt(np.abs(dx) * np.abs(dy)), 2 * FLAT_WITHIN)
    near = [np.argsort(np.abs(d), axis=1, kind="stable")[:, 1 : NEIGHBOURS + 1] for d in (dx, dy)]
    return float(np.mean([np.take_along_axis(lies, rows, axis=1).mean() for rows in near]))


def _one_a_spot(one: FeatureArrays, two: FeatureArrays, i: Rows, j: Rows) -> tuple[Rows, Rows]:
    """Only the first match at each spot of either picture: SIFT gives some spots several angles and sizes."""
    for in_one in (True, False):
        spots = np.rint(_positions(one, i) if in_one else _positions(two, j)).astype(np.int64)
        first = np.sort(np.unique(spots, axis=0, return_index=True)[1])
        i, j = i[first], j[first]
    return i, j


def _positions(features: FeatureArrays, rows: Rows) -> Points:
    return np.asarray(features.xy[rows] * (FRAME / max(features.width, features.height)), np.float64)


def _area(features: FeatureArrays) -> float:
    return features.width * features.height * (FRAME / max(features.width, features.height)) ** 2


def _chance(features: FeatureArrays) -> float:
    """How likely a random point falls within 1 of a line: at most 2 diagonals by the frame's area."""
    return 2 * hypot(features.width, features.height) * FRAME / max(features.width, features.height) / _area(features)


def _epipolar(x: Points, y: Points) -> Points | None:
    """The fundamental matrix that most matches fit; None where the points do not fix one."""
    try:
        found, _ = cv2.findFundamentalMat(x, y, cv2.USAC_MAGSAC, TOLERANCE, 0.9999, STEPS)
    except cv2.error:  # OpenCV 5.0 asserts on degenerate points
        return None
    return (
        np.asarray(found, np.float64)
        if found is not None and found.shape == (3, 3) and np.isfinite(found).all()
        else None
    )


def _distances(geometry: Points, x: Points, y: Points) -> NDArray[np.float64]:
    """Of each match from its epipolar lines, in the picture where it is further."""
    x, y = np.column_stack([x, np.ones(len(x))]), np.column_stack([y, np.ones(len(y))])
    in_two, in_one = x @ geometry.T, y @ geometry
    steepness = np.minimum(np.hypot(*in_two[:, :2].T), np.hypot(*in_one[:, :2].T))
    return np.asarray(np.abs((y * in_two).sum(axis=1)) / np.maximum(steepness, 1e-12))


def _least_expected(errors: NDArray[np.float64], chance: float) -> tuple[float, float]:
    """Minus the decimal logarithm of the number of false alarms, least over all bands, and that band's half width.

    k of n matches lie within a band: by chance 3 (n - 7) C(n, k) C(k, 7) p^(k - 7) times in one pair, where p is the
    chance for one random match (Moisan and Stival 2004; Moisan, Moulon and Monasse, Image Processing On Line 2016,
    doi 10.5201/ipol.2016.147).
    """
    n = len(errors)
    k = np.arange(SAMPLE + 1, n + 1)
    width = np.maximum(np.sort(errors)[SAMPLE:], NARROWEST)
    ways = np.array([_log10_ways(n, int(a)) + _log10_ways(int(a), SAMPLE) for a in k])
    expected = log10(MODELS * (n - SAMPLE)) + ways + (k - SAMPLE) * np.log10(np.minimum(chance * width, 1))
    expected[width > WIDEST] = np.inf
    best = int(expected.argmin())
    return -float(expected[best]), float(width[best])


def _log10_ways(n: int, k: int) -> float:
    return (lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)) / log(10)


def _hull(points: Points) -> float:
    return float(cv2.contourArea(cv2.convexHull(points.astype(np.float32))))


def _share(mask: NDArray[Any] | None) -> float:
    return 0.0 if mask is None else float(mask.mean())
