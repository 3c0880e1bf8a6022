"""Whether two pictures agree pixel by pixel where one is laid on the other.

Works on the small grey previews, on a grid over the overlap: each window of 7 x 7 grid points is correlated with the
other picture's, shifted by up to one point to forgive a map that is slightly off. A window where neither picture has
texture says nothing.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from provenance.errors import StorageError
from provenance.model.findings import Preview
from provenance.model.preview_pixels import pixels

Grey = NDArray[np.float32]
Cells = NDArray[np.bool_]  # (REGION, REGION), a picture's area in so many rows and columns
Matrix = NDArray[np.float64]

GRID = 96  # points along the overlap's longer side
REGION = 64
AGREES_FROM = 0.6  # correlation
DISAGREES_BELOW = 0.3
_PATCH_FROM = 0.02  # of the overlap
_WINDOW = 7
_TEXTURE_FROM = 5.0  # standard deviation within a window, grey levels of 255
_SQUASHED_BELOW = 1e-9  # of its area: such a map cannot be turned around
_SHIFTS = [(dy, dx) for dy in (0, 1, 2) for dx in (0, 1, 2)]  # of a picture with a rim of one point


@dataclass(frozen=True, slots=True)
class Agreement:
    """How the overlap looks, in shares of 0..1.

    `agreeing`: of the textured overlap, how much agrees. `likeness`: its mean correlation, negative ones as 0.
    `largest_agreeing`: the largest connected area that agrees or is flat, of the smaller picture's area as laid.
    `largest_disagreeing`: the largest connected area that disagrees, of the overlap. `query_overlap` and
    `known_overlap`: what is shown of each area, without larger patches that disagree: something else lies there.
    """

    agreeing: float
    likeness: float
    largest_agreeing: float
    largest_disagreeing: float
    query_overlap: float
    known_overlap: float
    textured: int  # grid points
    grid: "Grid"


@dataclass(frozen=True, slots=True)
class Grid:
    """The points of the overlap: where they lie in each picture (cells of REGION x REGION), and what they say."""

    query_cells: NDArray[np.intp]  # flat cell numbers, one for each point of the overlap
    known_cells: NDArray[np.intp]
    agrees: NDArray[np.bool_]  # textured and correlated
    disagrees: NDArray[np.bool_]
    flat: NDArray[np.bool_]
    elsewhere: NDArray[np.bool_]  # in a larger area that disagrees

    @property
    def middle_of_known(self) -> tuple[float, float]:
        """The overlap's centre in the known picture: how far down and how far across, 0..1."""
        rows, columns = np.divmod(self.known_cells[~self.elsewhere], REGION)
        if not len(rows):
            return 0.5, 0.5
        return float(rows.mean() + 0.5) / REGION, float(columns.mean() + 0.5) / REGION

    def region(self, of_query: bool, points: NDArray[np.bool_]) -> Cells:
        """The cells of one picture that hold any of these points."""
        cells = np.zeros(REGION * REGION, bool)
        cells[(self.query_cells if of_query else self.known_cells)[points]] = True
        return cells.reshape(REGION, REGION)


class Levels:
    """A preview, or its mirror image, at full, half, quarter... size: a reduction samples it without aliasing.

    Unpacked when it is first sampled: of most candidates no pixel is ever looked at.
    """

    def __init__(self, preview: Preview, *, mirrored: bool = False) -> None:
        self._preview, self._mirrored = preview, mirrored

    @cached_property
    def levels(self) -> list[Grey]:
        try:
            grey = pixels(self._preview)
        except ValueError as damaged:
            raise StorageError(f"{damaged}; run `provenance ledger verify`") from damaged
        levels = [(grey[:, ::-1] if self._mirrored else grey).astype(np.float32)]
        while min(levels[-1].shape) > 8:
            levels.append(np.asarray(cv2.pyrDown(levels[-1]), np.float32))
        return levels

    @property
    def size(self) -> tuple[int, int]:
        return self._preview.width, self._preview.height

    def mirrored(self) -> "Levels":
        return Levels(self._preview, mirrored=not self._mirrored)

    def sampled(self, from_grid: Matrix, size: tuple[int, int]) -> Grey:
        """The picture on a grid of `size` (columns, rows) points; `from_grid` maps grid points to px of this one."""
        step = max(float(np.sqrt(abs(np.linalg.det(from_grid[:2, :2])))), 1e-6)
        level = int(np.clip(round(np.log2(step)), 0, len(self.levels) - 1))
        shrink = 0.5**level
        # pyrDown keeps every second pixel: pixel n of a level is pixel 2n of the one before, with no half between.
        matrix = np.diag([shrink, shrink, 1.0])[:2] @ from_grid
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return np.asarray(
            cv2.warpAffine(self.levels[level], matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE), np.float32
        )


def agreement(query: Levels, known: Levels, matrix: Matrix) -> Agreement | None:
    """How far the two agree once the query is laid on the known picture; None where they hardly overlap.

    `matrix` maps px of the query's preview to px of the known's.
    """
    if not np.isfinite(matrix).all() or abs(np.linalg.det(matrix[:2, :2])) < _SQUASHED_BELOW:
        return None
    (qw, qh), (kw, kh) = query.size, known.size
    corners = np.array([(0, 0), (qw, 0), (qw, qh), (0, qh)], float) @ matrix[:2, :2].T + matrix[:2, 2]
    low, high = np.maximum(corners.min(axis=0), 0), np.minimum(corners.max(axis=0), (kw, kh))
    if (high - low < 2).any():
        return None
    step = float((high - low).max()) / GRID
    columns, rows = np.maximum(8, np.ceil((high - low) / step)).astype(int).tolist()
    to_known = np.array([(step, 0, low[0] + step / 2 - 0.5), (0, step, low[1] + step / 2 - 0.5), (0, 0, 1)])
    to_query = np.linalg.inv(matrix) @ to_known
    k, q = known.sampled(to_known, (columns, rows)), query.sampled(to_query, (columns, rows))
    y, x = np.mgrid[0:rows, 0:columns]
    at_query = [to_query[i, 0] * x + to_query[i, 1] * y + to_query[i, 2] + 0.5 for i in (0, 1)]
    at_known = [to_known[i, i] * (x, y)[i] + to_known[i, 2] + 0.5 for i in (0, 1)]
    shown = (at_query[0] >= 0) & (at_query[0] < qw) & (at_query[1] >= 0) & (at_query[1] < qh)
    shown &= (at_known[0] < kw) & (at_known[1] < kh)  # a very narrow overlap is sampled on a wider grid
    known_cells, query_cells = _cells(at_known, (kw, kh)), _cells(at_query, (qw, qh))
    correlation, textured = _correlation(k, q)
    textured &= shown
    points, seen = int(shown.sum()), int(textured.sum())
    if points == 0:
        return None
    agrees, disagrees = textured & (correlation > AGREES_FROM), textured & (correlation < DISAGREES_BELOW)
    flat = shown & ~textured
    query_area = abs(float(np.linalg.det(matrix[:2, :2]))) * qw * qh
    opened = cv2.morphologyEx((agrees | flat).astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    closed = cv2.morphologyEx(disagrees.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    elsewhere = _patches(closed, at_least=_PATCH_FROM * points)
    area = (points - int(elsewhere.sum())) * step * step
    return Agreement(
        agreeing=float(agrees.sum()) / max(1, seen),
        likeness=float(np.clip(correlation[textured], 0, 1).sum()) / max(1, seen),
        largest_agreeing=min(1.0, _largest(opened) * step * step / min(kw * kh, query_area)),
        largest_disagreeing=_largest(closed) / points,
        query_overlap=min(1.0, area / query_area),
        known_overlap=min(1.0, area / (kw * kh)),
        textured=seen,
        grid=Grid(
            query_cells[shown], known_cells[shown], agrees[shown], disagrees[shown], flat[shown], elsewhere[shown]
        ),
    )


def _cells(at: list[NDArray[np.float64]], size: tuple[int, int]) -> NDArray[np.intp]:
    column, row = (np.clip(at[i] * (REGION / size[i]), 0, REGION - 1).astype(np.intp) for i in (0, 1))
    return row * REGION + column


def _correlation(k: Grey, q: Grey) -> tuple[Grey, NDArray[np.bool_]]:
    """The best correlation of each window among small shifts of the query, and where either picture has texture."""
    k_mean = _blurred(k)
    k_spread = np.maximum(_blurred(k * k) - k_mean * k_mean, 0)
    q_mean = _blurred(q)
    q_spread = np.maximum(_blurred(q * q) - q_mean * q_mean, 0)
    best = np.full(k.shape, -1, np.float32)
    rows, columns = k.shape
    around = [np.pad(each, 1, mode="wrap") for each in (q, q_mean, q_spread + 4)]
    k_spread_4 = k_spread + 4
    for dy, dx in _SHIFTS:
        moved, mean, spread_4 = (each[dy : dy + rows, dx : dx + columns] for each in around)
        product = _blurred(k * moved) - k_mean * mean
        np.maximum(best, product / np.sqrt(k_spread_4 * spread_4), out=best)
    return best, (k_spread > _TEXTURE_FROM**2) | (q_spread > _TEXTURE_FROM**2)


def _blurred(grey: Grey) -> Grey:
    return np.asarray(cv2.blur(grey, (_WINDOW, _WINDOW), borderType=cv2.BORDER_REFLECT), np.float32)


def _patches(mask: NDArray[Any], *, at_least: float) -> NDArray[np.bool_]:
    """The connected areas of a mask that have so many points."""
    _, labels, sizes, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
    large = sizes[:, cv2.CC_STAT_AREA] >= at_least
    large[0] = False
    return np.asarray(large[labels])


def _largest(mask: NDArray[Any]) -> int:
    if not mask.any():
        return 0
    return int(cv2.connectedComponentsWithStats(mask, connectivity=4)[2][1:, cv2.CC_STAT_AREA].max())
