"""A long-barrelled gun on tracks under canvas, as it travels on a flat wagon."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from scene.geometry import Mesh, Paint

Array = NDArray[np.float64]

_DARK = Paint("rust", (0.030, 0.027, 0.025))
_OLD_WOOD = Paint("timber", (0.17, 0.145, 0.12), snow=0.42)


def covered_gun(seed: int, *, tint: tuple[float, float, float] = (0.076, 0.079, 0.058), snow: float = 0.4) -> Mesh:
    """A long-barrelled gun on tracks under canvas, on its wagon's floor: wheels below the hem, the barrel apart."""
    mesh = Mesh()
    rng = np.random.default_rng([seed, 1])
    floor = 1.30
    _running_gear(mesh, floor, -6.2, 0.9)
    cloth = Paint("canvas", tint, snow=snow)
    _hood(mesh, rng, floor, cloth)
    _wrapped_barrel(mesh, rng, floor, cloth)
    for x in (4.7, 5.1):
        for side in (-1, 1):
            mesh.beam((x, floor, side * 0.75), (x, floor + 1.52, side * 0.14), 0.16, 0.14, _OLD_WOOD)
    mesh.beam((4.9, floor + 0.55, -0.62), (4.9, floor + 0.55, 0.62), 0.5, 0.12, _OLD_WOOD)
    for x in (-6.45, 1.15):
        for side in (-1.25, 1.25):
            mesh.box((x - 0.22, floor, side - 0.22), (x + 0.22, floor + 0.26, side + 0.22), _OLD_WOOD)
    for x, y in ((-5.6, 1.35), (-2.9, 1.4), (0.4, 1.05)):
        for side in (-1, 1):
            mesh.tube(
                (x, floor + y, side * 1.2),
                (x + rng.uniform(-0.8, 0.8), floor + 0.02, side * 1.46),
                (0.014, 0.014),
                _DARK,
                sides=5,
            )
    return mesh


def _running_gear(mesh: Mesh, floor: float, x_from: float, x_to: float) -> None:
    white, tyre, links = (
        Paint("steel", (0.50, 0.49, 0.46)),
        Paint("rust", (0.022, 0.021, 0.020)),
        Paint("rust", (0.05, 0.044, 0.04), snow=0.4),
    )
    wheels = np.linspace(x_from + 0.75, x_to - 0.85, 6)
    for side in (-1, 1):
        inner, outer = side * 0.98, side * 1.42
        for x in wheels:
            mesh.tube((x, floor + 0.46, inner), (x, floor + 0.46, outer), (0.385, 0.385), tyre, sides=26)
            mesh.tube((x, floor + 0.46, outer), (x, floor + 0.46, outer + side * 0.03), (0.315, 0.300), white, sides=24)
            mesh.tube((x, floor + 0.46, outer), (x, floor + 0.46, outer + side * 0.08), (0.11, 0.09), tyre, sides=14)
            for angle in np.linspace(0, 2 * np.pi, 6, endpoint=False):
                spot = np.array([x + 0.20 * np.cos(angle), floor + 0.46 + 0.20 * np.sin(angle), outer + side * 0.03])
                mesh.tube(spot, spot + np.array([0, 0, side * 0.008]), (0.045, 0.045), tyre, sides=8)
        for x in (x_from + 0.25, x_to - 0.25):
            mesh.tube((x, floor + 0.60, inner), (x, floor + 0.60, outer), (0.30, 0.30), tyre, sides=18)
        path = [
            (x_from - 0.05, floor + 0.55),
            (x_from + 0.45, floor + 0.04),
            (x_to - 0.5, floor + 0.04),
            (x_to + 0.06, floor + 0.60),
            (x_to - 0.2, floor + 0.86),
            (x_from + 0.2, floor + 0.86),
            (x_from - 0.05, floor + 0.55),
        ]
        for (xa, ya), (xb, yb) in pairwise(path):
            count = max(1, round(np.hypot(xb - xa, yb - ya) / 0.16))
            for k in range(count):
                a, b = (
                    np.array([xa + (xb - xa) * t, ya + (yb - ya) * t, side * 1.2])
                    for t in (k / count, (k + 0.82) / count)
                )
                mesh.beam(a, b, 0.44, 0.07, links)
    mesh.box((x_from + 0.1, floor + 0.40, -1.0), (x_to - 0.1, floor + 1.1, 1.0), Paint("steel", (0.06, 0.065, 0.05)))


def _hood(mesh: Mesh, rng: np.random.Generator, floor: float, cloth: Paint) -> None:
    """The canvas over hull and mount: a tunnel of changing width and height with folds and rope marks."""
    keys = np.array([-6.62, -6.58, -6.45, -5.9, -4.6, -3.7, -3.1, -2.2, -1.3, -0.6, 0.2, 0.9, 1.25, 1.38, 1.42])
    heights = np.array([0.66, 1.05, 1.32, 1.42, 1.46, 1.62, 2.32, 2.50, 2.38, 1.98, 1.62, 1.40, 1.22, 1.0, 0.66])
    widths = np.array([1.30, 1.34, 1.40, 1.48, 1.51, 1.53, 1.53, 1.53, 1.53, 1.52, 1.51, 1.47, 1.42, 1.36, 1.30])
    shoulders = np.array([0.80, 0.80, 0.85, 0.85, 0.85, 0.8, 0.62, 0.58, 0.60, 0.66, 0.78, 0.85, 0.85, 0.8, 0.8])
    along = np.linspace(keys[0], keys[-1], 104)
    around = np.linspace(-1, 1, 43)
    height, width, shoulder = (np.interp(along, keys, values)[:, None] for values in (heights, widths, shoulders))
    hem = 0.60 + 0.10 * _wander(rng, along, 7)[:, None]
    t = np.abs(around)[None, :]
    top = np.clip(t / 0.52, 0, 1)
    side = np.clip((t - 0.52) / 0.48, 0, 1)
    z = np.sign(around)[None, :] * (
        width * shoulder * top + (width - width * shoulder) * np.sin(side * np.pi / 2) ** 0.8
    )
    y = height - 0.14 * top**3 - side**1.15 * (height - 0.14 - hem)
    hang = 0.05 * _wander(rng, along, 40)[:, None] * side + 0.035 * _wander(rng, along, 90)[:, None] * side**2
    sag = 0.05 * _wander(rng, along, 22)[:, None] * _wander(rng, around, 9)[None, :]
    for rope in (-5.6, -4.2, -2.9, -1.5, 0.4):
        sag = sag - 0.05 * np.exp(-(((along - rope) / 0.13) ** 2))[:, None]
    z = z + np.sign(around)[None, :] * hang
    grid = np.dstack([np.broadcast_to(along[:, None], y.shape), floor + y + sag * (1 - 0.6 * side), z]).astype(
        np.float32
    )
    mesh.sheet(grid, cloth)
    rope_paint = Paint("paint", (0.22, 0.19, 0.13))
    for rope in (-5.6, -4.2, -2.9, -1.5, 0.4):
        row = grid[np.abs(along - rope).argmin()]
        out = np.array([0, 0.012, 0])
        for a, b in zip(row[::2], row[2::2], strict=False):
            mesh.beam(a + out, b + out, 0.03, 0.03, rope_paint)


def _wrapped_barrel(mesh: Mesh, rng: np.random.Generator, floor: float, cloth: Paint) -> None:
    """The barrel in its own sleeve, tied at intervals, thicker at the muzzle."""
    along = np.linspace(-1.6, 6.95, 96)
    radius = np.interp(
        along, [-1.6, 0.2, 0.6, 3.0, 6.1, 6.2, 6.85, 6.95], [0.42, 0.40, 0.31, 0.255, 0.20, 0.26, 0.25, 0.10]
    )
    axis = floor + 1.86 - 0.025 * along - 0.012 * np.clip(along - 1, 0, 9) ** 1.2
    for tie in np.arange(0.7, 6.2, 0.78):
        radius = radius - 0.028 * np.exp(-(((along - tie) / 0.07) ** 2))
    angle = np.linspace(0, 2 * np.pi, 19)
    loose = 0.028 * _wander(rng, along, 34)[:, None] * (1 + np.cos(angle + 2.5))[None, :] + 0.012 * _wander(
        rng, along, 70
    )[:, None] * np.sin(3 * angle)
    wrap = radius[:, None] + loose
    hang = 0.08 * np.clip(-np.sin(angle), 0, 1)[None, :] ** 3
    y = axis[:, None] + np.sin(angle)[None, :] * wrap - hang
    z = np.cos(angle)[None, :] * wrap
    mesh.sheet(np.dstack([np.broadcast_to(along[:, None], y.shape), y, z]).astype(np.float32), cloth)


def _wander(rng: np.random.Generator, positions: Array, waves: int) -> Array:
    """A smooth random line, about -1 to 1, with up to so many waves over the whole length."""
    t = np.linspace(0, 2 * np.pi, len(positions))
    total = np.zeros(len(positions))
    for k in range(1, waves + 1):
        total += rng.normal(0, 1) * np.sin(k * t + rng.uniform(0, 6.3)) / np.sqrt(waves)
    return np.clip(total, -1.6, 1.6)
