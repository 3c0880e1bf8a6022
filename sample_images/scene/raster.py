"""Which face is seen at each pixel, and how near it is: a depth buffer for a lens and for the sun."""

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from scene.geometry import Mesh, Paint

Array = NDArray[np.float32]

_NEAREST_M = 0.25


@dataclass(frozen=True)
class Solid:
    """A mesh made ready: one array of everything."""

    points: Array
    normals: Array
    faces: NDArray[np.int32]
    paint_of_face: NDArray[np.int32]
    paints: tuple[Paint, ...]
    closed: NDArray[np.bool_]

    @classmethod
    def of(cls, mesh: Mesh) -> "Solid":
        paints = tuple(dict.fromkeys(paint for paint, _ in mesh.paints))
        number = {paint: index for index, paint in enumerate(paints)}
        of_face = np.concatenate([np.full(count, number[paint], np.int32) for paint, count in mesh.paints])
        return cls(
            np.vstack(mesh.points),
            np.vstack(mesh.normals),
            np.vstack(mesh.faces),
            of_face,
            paints,
            np.concatenate(mesh.closed),
        )


class View(Protocol):
    """A projection under which flat faces have a `nearness` that is affine over the screen; larger is nearer."""

    width: int
    height: int

    def project(self, points: Array) -> tuple[Array, Array, Array]:
        """Screen x and y, and nearness; not finite behind the viewer."""
        ...

    def towards(self, points: Array) -> Array:
        """The direction from each point to the viewer, of any length."""
        ...


@dataclass(frozen=True)
class Camera:
    """A pinhole. `axes` holds right, up and forward as rows; nearness is 1 / distance along the axis."""

    position: Array
    axes: Array
    focal_px: float
    width: int
    height: int

    @classmethod
    def looking(
        cls,
        position: tuple[float, float, float],
        target: tuple[float, float, float],
        *,
        focal: float,
        width: int,
        height: int,
        roll_degrees: float = 0.0,
    ) -> "Camera":
        """A lens at a point, aimed at another; `focal` in picture widths (0.72 is a phone's main camera)."""
        forward = np.subtract(target, position).astype(float)
        forward /= np.linalg.norm(forward)
        right = np.cross([0.0, 1.0, 0.0], forward)
        right /= np.linalg.norm(right)
        up = np.cross(forward, right)
        cos, sin = np.cos(np.radians(roll_degrees)), np.sin(np.radians(roll_degrees))
        axes = np.array([right * cos + up * sin, up * cos - right * sin, forward], np.float32)
        return cls(np.asarray(position, np.float32), axes, focal * width, width, height)

    def scaled(self, factor: int) -> "Camera":
        return replace(self, focal_px=self.focal_px * factor, width=self.width * factor, height=self.height * factor)

    def reflected(self, level_m: float) -> "Camera":
        """The camera that sees what a water surface at this height shows."""
        flip = np.array([1, -1, 1], np.float32)
        position = self.position * flip + np.array([0, 2 * level_m, 0], np.float32)
        return replace(self, position=position, axes=self.axes * flip)

    def project(self, points: Array) -> tuple[Array, Array, Array]:
        local = (points - self.position) @ self.axes.T
        ahead = np.where(local[:, 2] > _NEAREST_M, local[:, 2], np.nan)
        x = self.width / 2 + self.focal_px * local[:, 0] / ahead
        y = self.height / 2 - self.focal_px * local[:, 1] / ahead
        return x, y, 1 / ahead

    def towards(self, points: Array) -> Array:
        return self.position - points

    def clipped(self, corners: Array) -> Array:
        """The part of a flat outline that lies before the lens and within a margin of the picture."""
        local = ((corners - self.position) @ self.axes.T).astype(np.float64)
        wide, tall = 0.6 * self.width / self.focal_px, 0.6 * self.height / self.focal_px
        for bound in ((0, 0, 1), (1, 0, wide), (-1, 0, wide), (0, 1, tall), (0, -1, tall)):
            local = _cut(local, local @ np.asarray(bound) - (2 * _NEAREST_M if bound == (0, 0, 1) else 0.0))
            if len(local) < 3:
                break
        return (local @ self.axes + self.position).astype(np.float32)

    def directions(self, top: int, bottom: int) -> Array:
        """The ray of every pixel of some rows, shape (rows, width, 3), one metre deep along the axis."""
        x = (np.arange(self.width, dtype=np.float32) + 0.5 - self.width / 2) / self.focal_px
        y = (self.height / 2 - np.arange(top, bottom, dtype=np.float32) - 0.5) / self.focal_px
        return x[None, :, None] * self.axes[0] + y[:, None, None] * self.axes[1] + self.axes[2]


def _cut(corners: NDArray[np.float64], inside_by: NDArray[np.float64]) -> NDArray[np.float64]:
    """An outline without the part where `inside_by` is negative."""
    kept = []
    for i in range(len(corners)):
        j = (i + 1) % len(corners)
        if inside_by[i] >= 0:
            kept.append(corners[i])
        if (inside_by[i] >= 0) != (inside_by[j] >= 0):
            kept.append(corners[i] + (corners[j] - corners[i]) * (inside_by[i] / (inside_by[i] - inside_by[j])))
    return np.asarray(kept).reshape(-1, 3)


@dataclass(frozen=True)
class SunView:
    """The scene as the sun sees it: parallel rays, a square of `span_m` metres about a centre."""

    centre: Array
    axes: Array
    span_m: float
    width: int
    height: int

    @classmethod
    def from_direction(
        cls, towards_sun: Array, centre: tuple[float, float, float], span_m: float, size: int
    ) -> "SunView":
        right = np.cross(towards_sun, [0.0, 1.0, 0.0])
        right /= np.linalg.norm(right)
        axes = np.array([right, np.cross(right, towards_sun), towards_sun], np.float32)
        return cls(np.asarray(centre, np.float32), axes, span_m, size, size)

    def project(self, points: Array) -> tuple[Array, Array, Array]:
        local = (points - self.centre) @ self.axes.T
        px_per_m = self.width / self.span_m
        return self.width / 2 + local[:, 0] * px_per_m, self.height / 2 - local[:, 1] * px_per_m, local[:, 2]

    def towards(self, points: Array) -> Array:
        return np.broadcast_to(self.axes[2], points.shape)


@dataclass
class Seen:
    """For each pixel the nearness of what is there (0 or -inf: nothing) and its face (-1: none)."""

    nearness: Array
    face: NDArray[np.int32]


def rasterise(solid: Solid, view: View, *, empty: float) -> Seen:
    shape = (view.height, view.width)
    seen = Seen(np.full(shape, empty, np.float32), np.full(shape, -1, np.int32))
    corners = np.stack(view.project(solid.points), 1)[solid.faces]
    first, second, third = (solid.points[solid.faces[:, k]] for k in range(3))
    facing = np.einsum("ij,ij->i", np.cross(second - first, third - first), view.towards(first)) > 0
    shown = facing | ~solid.closed
    whole = np.isfinite(corners).all((1, 2))
    low, high = corners[:, :, :2].min(1), corners[:, :, :2].max(1)
    large = np.abs(high - low).max(1) > 4 * view.width
    usual = (
        shown
        & whole
        & ~large
        & (high > 0).all(1)
        & (low < (view.width, view.height)).all(1)
        & ((high - low).max(1) > 1.1)
    )
    convex = _are_convex(corners[:, :, :2])
    faces, bent = np.flatnonzero(usual & convex), np.flatnonzero(usual & ~convex)
    _fill(seen, corners[faces], faces)
    for half in ([0, 1, 2, 2], [0, 2, 3, 3]):
        _fill(seen, corners[bent][:, half], bent)
    if isinstance(view, Camera):
        for face in np.flatnonzero(shown & (~whole | large)):
            clipped = view.clipped(solid.points[solid.faces[face]])
            if len(clipped) > 2:
                _fill(seen, np.stack(view.project(clipped), 1)[None], np.array([face]))
    return seen


def _fill(seen: Seen, corners: Array, faces: NDArray[np.int64]) -> None:
    """Draw these faces, all of one number of corners, where they are nearer than what is known."""
    height, width = seen.face.shape
    low = np.maximum(np.floor(corners[:, :, :2].min(1)), 0).astype(int)
    high = np.minimum(np.ceil(corners[:, :, :2].max(1)) + 1, (width, height)).astype(int)
    right, down, sound = _slopes(corners)
    sides = _sides(corners[:, :, :2] - low[:, None] - 0.5)
    start = (
        corners[:, 0, 2] + right * (low[:, 0] + 0.5 - corners[:, 0, 0]) + down * (low[:, 1] + 0.5 - corners[:, 0, 1])
    )
    nearest, farthest = corners[:, :, 2].max(1), corners[:, :, 2].min(1)
    columns, rows = np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)[:, None]
    for i in np.flatnonzero(sound & (high > low).all(1)).tolist():
        (x0, y0), (x1, y1) = low[i].tolist(), high[i].tolist()
        across, along = columns[: x1 - x0], rows[: y1 - y0]
        nearness = across * right[i] + (along * down[i] + start[i])
        np.minimum(nearness, nearest[i], out=nearness)
        np.maximum(nearness, farthest[i], out=nearness)
        known = seen.nearness[y0:y1, x0:x1]
        won = nearness > known
        for a, b, c in sides[i]:
            won &= across * a >= along * b + c
        np.copyto(known, nearness, where=won)
        np.copyto(seen.face[y0:y1, x0:x1], faces[i], where=won)


def _are_convex(outlines: Array) -> NDArray[np.bool_]:
    """Whether each outline bulges everywhere; four corners of a curved sheet may not, seen from the side."""
    ahead = np.roll(outlines, -1, 1) - outlines
    next_ahead = np.roll(ahead, -1, 1)
    turns = ahead[:, :, 0] * next_ahead[:, :, 1] - ahead[:, :, 1] * next_ahead[:, :, 0]
    return np.asarray((turns >= 0).all(1) | (turns <= 0).all(1))


def _sides(outlines: Array) -> list[list[tuple[float, float, float]]]:
    """For each side of each outline a, b, c: a pixel x, y is on the inner side where a x >= b y + c."""
    ahead = np.roll(outlines, -1, 1).astype(np.float64)
    a, b = outlines[:, :, 1] - ahead[:, :, 1], outlines[:, :, 0] - ahead[:, :, 0]
    c = a * outlines[:, :, 0] - b * outlines[:, :, 1]
    middle = outlines.mean(1, keepdims=True)
    outer = a * middle[:, :, 0] < b * middle[:, :, 1] + c
    flip = np.where(outer, -1.0, 1.0)
    return np.stack([a * flip, b * flip, c * flip - 1e-4], 2).astype(np.float32).tolist()


def _slopes(corners: Array) -> tuple[Array, Array, NDArray[np.bool_]]:
    """How nearness grows per pixel right and down, and whether that can be told: not for a face seen edge on."""
    from_first = corners[:, 1:].astype(np.float64) - corners[:, :1]
    a = from_first[:, 0]
    areas = a[:, None, 0] * from_first[:, 1:, 1] - a[:, None, 1] * from_first[:, 1:, 0]
    widest = np.abs(areas).argmax(1)
    b, area = from_first[:, 1:][np.arange(len(a)), widest], areas[np.arange(len(a)), widest]
    sound = np.abs(area) > 1e-3
    area = np.where(sound, area, 1.0)
    right = (a[:, 2] * b[:, 1] - b[:, 2] * a[:, 1]) / area
    down = (a[:, 0] * b[:, 2] - b[:, 0] * a[:, 2]) / area
    return right.astype(np.float32), down.astype(np.float32), sound
