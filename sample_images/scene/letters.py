"""A small stroke alphabet, so that signs read the same on a machine without fonts: capitals in Cyrillic, digits."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from scene.geometry import Mesh, Paint

Array = NDArray[np.float32]
Point = tuple[float, float]

# Polylines on a field 4 wide and 6 high, from the bottom left.
_STROKES: dict[str, tuple[tuple[Point, ...], ...]] = {
    "А": (((0, 0), (2, 6), (4, 0)), ((0.75, 2), (3.25, 2))),
    "В": (
        ((0, 0), (0, 6), (2.6, 6), (3.5, 5.5), (3.5, 3.8), (2.6, 3.2), (0, 3.2)),
        ((2.6, 3.2), (3.8, 2.5), (3.8, 0.7), (2.8, 0), (0, 0)),
    ),
    "З": (
        ((0.2, 5.2), (1.1, 6), (2.8, 6), (3.6, 5.3), (3.6, 3.9), (2.7, 3.2), (1.4, 3.2)),
        ((2.7, 3.2), (3.9, 2.4), (3.9, 0.9), (2.9, 0), (1, 0), (0.1, 0.9)),
    ),
    "И": (((0, 6), (0, 0), (4, 6), (4, 0)),),
    "К": (((0, 0), (0, 6)), ((3.8, 6), (0, 2.6)), ((1.2, 3.6), (4, 0))),
    "Л": (((0, 0), (0.6, 0.4), (1.2, 6), (4, 6), (4, 0)),),
    "М": (((0, 0), (0, 6), (2, 2), (4, 6), (4, 0)),),
    "О": (((1.2, 0), (0, 1.3), (0, 4.7), (1.2, 6), (2.8, 6), (4, 4.7), (4, 1.3), (2.8, 0), (1.2, 0)),),
    "0": (((1.2, 0), (0, 1.3), (0, 4.7), (1.2, 6), (2.4, 6), (3.6, 4.7), (3.6, 1.3), (2.4, 0), (1.2, 0)),),
    "1": (((0.6, 4.6), (2, 6), (2, 0)),),
    "2": (((0.2, 4.8), (1.2, 6), (2.8, 6), (3.6, 5), (3.4, 3.6), (0.1, 0), (3.7, 0)),),
    "3": (((0.2, 6), (3.5, 6), (1.8, 3.6), (3, 3.2), (3.7, 2), (3.2, 0.5), (2, 0), (0.3, 0.5)),),
    "4": (((2.8, 0), (2.8, 6), (0, 1.8), (3.9, 1.8)),),
    "5": (((3.5, 6), (0.5, 6), (0.3, 3.4), (2.4, 3.6), (3.7, 2.4), (3.4, 0.7), (2, 0), (0.2, 0.4)),),
    "6": (
        ((3.2, 5.7), (2, 6), (0.5, 4.5), (0.1, 2), (1, 0.1), (2.6, 0), (3.7, 1.2), (3.4, 2.9), (2, 3.5), (0.3, 2.6)),
    ),
    "7": (((0.1, 6), (3.7, 6), (1.4, 0)),),
    "8": (
        (
            (1.9, 3.2),
            (0.5, 4),
            (0.5, 5.3),
            (1.4, 6),
            (2.4, 6),
            (3.3, 5.3),
            (3.3, 4),
            (1.9, 3.2),
            (0.2, 2.2),
            (0.2, 0.8),
            (1.2, 0),
            (2.6, 0),
            (3.6, 0.8),
            (3.6, 2.2),
            (1.9, 3.2),
        ),
    ),
    "9": (
        ((0.4, 0.3), (1.6, 0), (3.1, 1.4), (3.5, 4), (2.6, 5.9), (1, 6), (0, 4.8), (0.3, 3.1), (1.6, 2.5), (3.3, 3.4)),
    ),
    " ": (),
}

_ADVANCE = 5.6


def width_of(text: str, height_m: float) -> float:
    return (len(text) * _ADVANCE - (_ADVANCE - 4)) * height_m / 6


def lettering(text: str, height_m: float, paint: Paint, *, bold: float = 0.15) -> Mesh:
    """The text as solid strokes in the plane z = 0, its lower left corner at the origin; stroke width in heights."""
    mesh = Mesh()
    scale = height_m / 6
    thick = bold * height_m
    for place, letter in enumerate(text):
        for line in _STROKES[letter]:
            points = [np.array([(x + place * _ADVANCE) * scale, y * scale, 0.0]) for x, y in line]
            for start, end in pairwise(points):
                mesh.beam(start, end, 0.02, thick, paint)
            for point in points:
                _joint(mesh, point, thick / 2, paint)
    return mesh


def _joint(mesh: Mesh, centre: Array, radius_m: float, paint: Paint) -> None:
    angle = np.linspace(0, 2 * np.pi, 10, endpoint=False)
    ring = np.stack([np.cos(angle) * radius_m, np.sin(angle) * radius_m, np.full(10, -0.011)], 1)
    mesh.polygon(centre + ring, paint)
