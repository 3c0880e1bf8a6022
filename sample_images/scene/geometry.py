"""Solid things as flat faces of three or four corners: metres, y up, x along the track, z away from the viewer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float32]
Colour = tuple[float, float, float]  # linear light, 0..1
Point = tuple[float, float, float]

_BOX_SIDES = np.array([[0, 2, 3, 1], [4, 5, 7, 6], [0, 1, 5, 4], [2, 6, 7, 3], [0, 4, 6, 2], [1, 3, 7, 5]])


@dataclass(frozen=True)
class Paint:
    """What a face is made of: a name in materials.py, a tint, and how much snow lies where it faces up (0..1)."""

    material: str
    tint: Colour = (0.5, 0.5, 0.5)
    snow: float = 0.0


@dataclass
class Mesh:
    """Faces gathered one by one. A zero normal means the face is flat; others are smoothed between corners.

    Faces of a closed body are never seen from behind, which spares drawing half of them.
    """

    points: list[Array] = field(default_factory=list)
    normals: list[Array] = field(default_factory=list)
    faces: list[NDArray[np.int32]] = field(default_factory=list)
    paints: list[tuple[Paint, int]] = field(default_factory=list)
    closed: list[NDArray[np.bool_]] = field(default_factory=list)
    count: int = 0

    def add(
        self,
        points: ArrayLike,
        faces: ArrayLike,
        paint: Paint,
        *,
        normals: ArrayLike | None = None,
        closed: bool = False,
    ) -> None:
        corners = np.asarray(points, np.float32).reshape(-1, 3)
        sides = np.asarray(faces, np.int32).reshape(-1, 4)
        if closed:
            sides = _outwards(corners, sides)
        self.closed.append(np.full(len(sides), closed))
        self.points.append(corners)
        self.normals.append(np.zeros_like(corners) if normals is None else np.asarray(normals, np.float32))
        self.faces.append(sides + self.count)
        self.paints.append((paint, len(sides)))
        self.count += len(corners)

    def put(self, other: "Mesh", at: Sequence[float] = (0, 0, 0), *, turn_degrees: float = 0.0) -> None:
        """Add a copy of another mesh, turned about the vertical, then moved."""
        cos, sin = np.cos(np.radians(turn_degrees)), np.sin(np.radians(turn_degrees))
        turn = np.array([[cos, 0, -sin], [0, 1, 0], [sin, 0, cos]], np.float32)
        self.points += [points @ turn + np.asarray(at, np.float32) for points in other.points]
        self.normals += [normals @ turn for normals in other.normals]
        self.faces += [faces + self.count for faces in other.faces]
        self.paints += other.paints
        self.closed += other.closed
        self.count += other.count

    def polygon(self, corners: ArrayLike, paint: Paint) -> None:
        """A flat convex outline of any number of corners."""
        points = np.asarray(corners, np.float32)
        last = len(points) - 1
        fan = [[0, i, min(i + 1, last), min(i + 2, last)] for i in range(1, last, 2)]
        self.add(points, fan, paint)

    def box(self, low: Sequence[float], high: Sequence[float], paint: Paint) -> None:
        corners = np.array([[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])])
        self.add(corners, _BOX_SIDES, paint, closed=True)

    def beam(self, start: Sequence[float], end: Sequence[float], width: float, height: float, paint: Paint) -> None:
        """A bar of rectangular section between two points; its height lies as upright as it can."""
        a, b = np.asarray(start, float), np.asarray(end, float)
        along = (b - a) / np.linalg.norm(b - a)
        up = np.array([0.0, 1.0, 0.0]) if abs(along[1]) < 0.95 else np.array([1.0, 0.0, 0.0])
        side = np.cross(along, up)
        side /= np.linalg.norm(side)
        up = np.cross(side, along)
        corners = [p + side * s * width / 2 + up * t * height / 2 for p in (a, b) for s in (-1, 1) for t in (-1, 1)]
        self.add(np.array(corners), _BOX_SIDES, paint, closed=True)

    def tube(
        self, start: Sequence[float], end: Sequence[float], radii: tuple[float, float], paint: Paint, *, sides: int = 14
    ) -> None:
        """A round bar or cone between two points, its ends closed."""
        a, b = np.asarray(start, float), np.asarray(end, float)
        along = (b - a) / np.linalg.norm(b - a)
        helper = np.array([0.0, 1.0, 0.0]) if abs(along[1]) < 0.9 else np.array([1.0, 0.0, 0.0])
        right = np.cross(along, helper)
        right /= np.linalg.norm(right)
        up = np.cross(right, along)
        angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)
        out = np.cos(angle)[:, None] * right + np.sin(angle)[:, None] * up
        rings = np.vstack([a + out * radii[0], b + out * radii[1]])
        i = np.arange(sides)
        j = (i + 1) % sides
        self.add(rings, np.stack([i, j, j + sides, i + sides], 1), paint, normals=np.vstack([out, out]), closed=True)
        self.polygon(rings[:sides], paint)
        self.polygon(rings[sides:], paint)

    def sheet(self, grid: Array, paint: Paint) -> None:
        """A smooth surface through a grid of points, shape (rows, columns, 3)."""
        rows, columns = grid.shape[:2]
        normal = np.cross(np.gradient(grid, axis=1), np.gradient(grid, axis=0))
        normal /= np.maximum(np.linalg.norm(normal, axis=2, keepdims=True), 1e-9)
        corner = np.arange(rows * columns).reshape(rows, columns)
        a, b, c, d = (part.ravel() for part in (corner[:-1, :-1], corner[:-1, 1:], corner[1:, 1:], corner[1:, :-1]))
        self.add(grid.reshape(-1, 3), np.stack([a, b, c, d], 1), paint, normals=normal.reshape(-1, 3))

    def ground(self, height: Callable[[Array, Array], Array], xs: Array, zs: Array, paint: Paint) -> None:
        """A terrain over a grid of x and z."""
        x, z = np.meshgrid(xs.astype(np.float32), zs.astype(np.float32))
        self.sheet(np.dstack([x, height(x, z), z]), paint)


def _outwards(corners: Array, faces: NDArray[np.int32]) -> NDArray[np.int32]:
    """The faces of a convex body, each turned so that its normal leaves the body."""
    seen = corners[faces]
    normal = np.cross(seen[:, 1] - seen[:, 0], seen[:, 2] - seen[:, 0])
    inwards = np.einsum("ij,ij->i", normal, seen.mean(1) - corners.mean(0)) < 0
    return np.where(inwards[:, None], faces[:, ::-1], faces)


def spaced(near: float, far: float, count: int, *, power: float = 2.0) -> Array:
    """Numbers from near to far, close together at the near end."""
    return (near + (far - near) * np.linspace(0, 1, count) ** power).astype(np.float32)
