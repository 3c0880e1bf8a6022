"""The line itself: ballast, sleepers, rails, masts. Tracks lie along x; heights count from the top of the rail."""

from itertools import pairwise

import numpy as np

from scene.geometry import Mesh, Paint

_GAUGE_HALF = 0.78

_IRON = Paint("rust", (0.060, 0.045, 0.036))


def track(z: float, x_from: float, x_to: float, *, snow: float, detail_to: float = 90.0) -> Mesh:
    """Ballast bed, concrete sleepers and two rails at this z."""
    mesh = Mesh()
    bed = [(-2.7, -0.95), (-1.75, -0.24), (-0.5, -0.17), (0.5, -0.17), (1.75, -0.24), (2.7, -0.95)]
    for (z0, y0), (z1, y1) in pairwise(bed):
        corners = [[x_from, y0, z + z0], [x_to, y0, z + z0], [x_to, y1, z + z1], [x_from, y1, z + z1]]
        mesh.polygon(corners, Paint("ballast", (snow, 0.5 if abs(z0 + z1) > 1 else 0.15, 0)))
    sleeper = Paint("concrete", (0.27, 0.265, 0.25), snow=min(0.9, snow))
    for x in np.arange(max(x_from, -detail_to), min(x_to, detail_to), 0.543):
        if abs(x) > 40:
            mesh.polygon(
                [[x + a, -0.145, z + b] for a, b in ((-0.13, -1.35), (0.13, -1.35), (0.13, 1.35), (-0.13, 1.35))],
                sleeper,
            )
            continue
        mesh.box((x - 0.13, -0.30, z - 1.35), (x + 0.13, -0.145, z + 1.35), sleeper)
        for side in (-_GAUGE_HALF, _GAUGE_HALF) if abs(x) < 30 else ():
            mesh.box((x - 0.07, -0.15, z + side - 0.16), (x + 0.07, -0.11, z + side + 0.16), _IRON)
    for side in (-_GAUGE_HALF, _GAUGE_HALF):
        _rail(mesh, z + side, x_from, x_to)
    return mesh


def _rail(mesh: Mesh, z: float, x_from: float, x_to: float) -> None:
    side = Paint("rust", (0.072, 0.050, 0.040))
    edges = np.append(np.arange(x_from, x_to, 12.5), x_to)
    for start, end in pairwise(edges):
        mesh.box((start, -0.16, z - 0.066), (end, -0.135, z + 0.066), side)
        mesh.box((start, -0.14, z - 0.012), (end, -0.03, z + 0.012), side)
        mesh.box((start, -0.035, z - 0.036), (end, -0.002, z + 0.036), side)
        top = [[start, 0.0, z - 0.030], [end, 0.0, z - 0.030], [end, 0.0, z + 0.030], [start, 0.0, z + 0.030]]
        mesh.polygon(top, Paint("polished"))


def mast(z: float, reach_z: float, *, height: float = 9.6) -> Mesh:
    """A concrete mast of the overhead line at this z, its bracket holding wires over reach_z."""
    mesh = Mesh()
    grey = Paint("concrete", (0.30, 0.295, 0.28), snow=0.1)
    arm = Paint("rust", (0.09, 0.085, 0.08))
    mesh.tube((0, -1.5, z), (0, height, z), (0.21, 0.15), grey, sides=16)
    mesh.beam((0, 8.0, z), (0, 7.55, reach_z), 0.06, 0.10, arm)
    mesh.beam((0, 9.3, z), (0, 7.6, reach_z * 0.75 + z * 0.25), 0.025, 0.025, arm)
    middle = reach_z * 0.72 + z * 0.28
    mesh.beam((0, 7.67, middle), (0, 6.35, middle), 0.03, 0.03, arm)
    mesh.beam((0, 6.35, z), (0, 6.20, reach_z), 0.03, 0.035, arm)
    brown = Paint("paint", (0.17, 0.06, 0.035))
    for share in (0.04, 0.07, 0.10):
        at = z + (reach_z - z) * share
        mesh.tube((0, 7.98, at), (0, 7.98, at + 0.02 * np.sign(reach_z - z)), (0.12, 0.12), brown, sides=12)
    mesh.tube((0, 7.45, reach_z), (0, 7.75, reach_z), (0.06, 0.06), brown, sides=8)
    return mesh
