"""Which part of each of two frames the other shows, when one is laid on the other by a 3 x 3 matrix.

Points are rows of (x, y), float64, shape (n, 2), in upright pixels whose centres are at whole numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]  # shape (3, 3), on column vectors (x, y, 1)
Points = NDArray[np.float64]

_AREA_AT_LEAST = 16.0  # square pixels: what is smaller can neither be outlined nor looked at
_FLATTEST = 1e-9  # of the horizon's w: below, a corner lies on or behind the horizon of a perspective


@dataclass(frozen=True, slots=True)
class Overlap:
    """The matrix from A to B, and the outline (convex, 3 to 8 corners) of what they share in each of the two."""

    matrix: Matrix
    in_a: Points
    in_b: Points


def overlap(
    matrix: Sequence[Sequence[float]] | None, a_size: tuple[int, int], b_size: tuple[int, int]
) -> Overlap | None:
    """What two frames (width, height) share; None where the matrix lays nothing of one on the other.

    That includes matrices that are singular, not finite, or put the horizon into a picture.
    """
    if matrix is None:
        return None
    forth = np.asarray(matrix, np.float64)
    if forth.shape != (3, 3) or not np.isfinite(forth).all():
        return None
    with np.errstate(all="ignore"):
        try:
            back = np.asarray(np.linalg.inv(forth), np.float64)
        except np.linalg.LinAlgError:
            return None
        a_on_b, b_on_a = mapped(forth, corners(a_size)), mapped(back, corners(b_size))
        if a_on_b is None or b_on_a is None:
            return None
        in_b, in_a = clipped(a_on_b, b_size), clipped(b_on_a, a_size)
        if min(area(in_a), area(in_b)) < _AREA_AT_LEAST:
            return None
    return Overlap(forth, in_a, in_b)


def corners(size: tuple[int, int]) -> Points:
    """The outer corners of a frame: half a pixel outside the centres of its outermost pixels."""
    right, bottom = size[0] - 0.5, size[1] - 0.5
    return np.array([(-0.5, -0.5), (right, -0.5), (right, bottom), (-0.5, bottom)])


def mapped(matrix: Matrix, points: Points) -> Points | None:
    """The points where the matrix puts them; None when one lies behind the horizon or is not finite."""
    x, y, w = matrix @ np.column_stack([points, np.ones(len(points))]).T
    if not (np.all(w > _FLATTEST) or np.all(w < -_FLATTEST)):
        return None
    found = np.column_stack([x / w, y / w])
    return found if np.isfinite(found).all() else None


def moved(matrix: Matrix, points: Points) -> Points:
    """The points where a matrix without a horizon, such as scaling's, puts them."""
    return points @ matrix[:2, :2].T + matrix[:2, 2]


def clipped(polygon: Points, size: tuple[int, int]) -> Points:
    """The part of a convex polygon inside a frame (Sutherland and Hodgman 1974); empty where there is none."""
    low, high = corners(size)[0], corners(size)[2]
    for axis, bound, sign in ((0, low[0], 1), (0, high[0], -1), (1, low[1], 1), (1, high[1], -1)):
        inside = sign * (polygon[:, axis] - bound)
        kept: list[Points] = []
        for here, there, at, then in zip(
            polygon, np.roll(polygon, -1, axis=0), inside, np.roll(inside, -1), strict=True
        ):
            if at >= 0:
                kept.append(here)
            if (at >= 0) != (then >= 0):
                kept.append(here + (there - here) * (at / (at - then)))
        if not kept:
            return np.empty((0, 2))
        polygon = np.array(kept)
    return polygon


def area(polygon: Points) -> float:
    """Square pixels inside a polygon; 0 for an empty one."""
    x, y = polygon.T
    found = abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2
    return found if np.isfinite(found) else 0.0


def scaling(from_size: tuple[int, int], to_size: tuple[int, int], at: tuple[float, float] = (0, 0)) -> Matrix:
    """From the pixels of a frame to those of the same frame in another size, whose first pixel lies at `at`."""
    x, y = to_size[0] / from_size[0], to_size[1] / from_size[1]
    return np.array([(x, 0, (x - 1) / 2 + at[0]), (0, y, (y - 1) / 2 + at[1]), (0, 0, 1)])
