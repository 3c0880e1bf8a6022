"""Goods wagons and an engine, each with its middle at the origin, on the rails, along x."""

from itertools import pairwise

import numpy as np

from scene.geometry import Colour, Mesh, Paint
from scene.letters import lettering

_WHEEL_RADIUS = 0.475

_IRON = Paint("rust", (0.060, 0.045, 0.036))
_DARK = Paint("rust", (0.030, 0.027, 0.025))
_OLD_WOOD = Paint("timber", (0.17, 0.145, 0.12), snow=0.42)


def bogie() -> Mesh:
    """A two-axle cast-steel freight bogie, its middle at the origin of x and z."""
    mesh = Mesh()
    for axle in (-0.925, 0.925):
        mesh.tube((axle, _WHEEL_RADIUS, -0.95), (axle, _WHEEL_RADIUS, 0.95), (0.08, 0.08), _DARK, sides=8)
        for side in (-1, 1):
            inner, outer = side * 0.72, side * 0.85
            mesh.tube(
                (axle, _WHEEL_RADIUS, inner),
                (axle, _WHEEL_RADIUS, outer),
                (_WHEEL_RADIUS, _WHEEL_RADIUS),
                _IRON,
                sides=28,
            )
            mesh.tube(
                (axle, _WHEEL_RADIUS, outer), (axle, _WHEEL_RADIUS, outer + side * 0.02), (0.40, 0.36), _DARK, sides=24
            )
            mesh.box((axle - 0.17, 0.33, side * 1.00 - 0.10), (axle + 0.17, 0.62, side * 1.00 + 0.12), _IRON)
    for side in (-1, 1):
        z0, z1 = side * 1.03 - 0.07, side * 1.03 + 0.07
        outline = [
            (-1.15, 0.62),
            (-0.62, 0.78),
            (0.62, 0.78),
            (1.15, 0.62),
            (1.15, 0.50),
            (0.66, 0.60),
            (-0.66, 0.60),
            (-1.15, 0.50),
        ]
        _plate(mesh, [outline[i] for i in (0, 1, 6, 7)], z0, z1, _IRON)
        _plate(mesh, [outline[i] for i in (1, 2, 5, 6)], z0, z1, _IRON)
        _plate(mesh, [outline[i] for i in (2, 3, 4, 5)], z0, z1, _IRON)
        _plate(mesh, [(-0.70, 0.60), (-0.50, 0.60), (-0.30, 0.26), (-0.46, 0.26)], z0, z1, _IRON)
        _plate(mesh, [(0.70, 0.60), (0.50, 0.60), (0.30, 0.26), (0.46, 0.26)], z0, z1, _IRON)
        _plate(mesh, [(-0.46, 0.30), (0.46, 0.30), (0.40, 0.18), (-0.40, 0.18)], z0, z1, _IRON)
        for x in (-0.26, 0.0, 0.26):
            mesh.tube((x, 0.30, side * 1.03), (x, 0.60, side * 1.03), (0.095, 0.095), _DARK, sides=10)
    mesh.box((-0.22, 0.42, -1.2), (0.22, 0.72, 1.2), _DARK)
    return mesh


def _plate(mesh: Mesh, outline: list[tuple[float, float]], z0: float, z1: float, paint: Paint) -> None:
    """A flat piece of the given outline in x and y, between two z."""
    for z in (z0, z1):
        mesh.polygon([[x, y, z] for x, y in outline], paint)
    for (xa, ya), (xb, yb) in zip(outline, [*outline[1:], outline[0]], strict=True):
        mesh.polygon([[xa, ya, z0], [xb, yb, z0], [xb, yb, z1], [xa, ya, z1]], paint)


def underframe(length_m: float, paint: Paint, number: str) -> Mesh:
    """Frame, bogies, couplers, brake gear and the number of any four-axle wagon; its floor is at 1.2 m."""
    mesh = Mesh()
    half = length_m / 2
    pivot = half - 1.85
    for x in (-pivot, pivot):
        mesh.put(bogie(), (x, 0, 0))
    for side in (-1, 1):
        z = side * 1.38
        mesh.box((-half, 1.00, z - 0.05), (half, 1.24, z + 0.05), paint)
        belly = [(-pivot + 1.4, 1.0), (-pivot + 2.3, 0.74), (pivot - 2.3, 0.74), (pivot - 1.4, 1.0)]
        _plate(mesh, belly, z - 0.03, z + 0.03, paint)
        for x in np.linspace(-half + 0.7, half - 0.7, 9):
            mesh.box((x - 0.06, 0.98, z - 0.10), (x + 0.06, 1.20, z + 0.10), paint)
    mesh.box((-half, 0.72, -0.18), (half, 1.10, 0.18), _DARK)
    mesh.tube((-1.3, 0.72, 0.7), (-0.2, 0.72, 0.7), (0.17, 0.17), _DARK, sides=12)
    mesh.tube((0.4, 0.70, -0.8), (1.5, 0.70, -0.8), (0.17, 0.17), _DARK, sides=12)
    mesh.beam((-pivot + 1, 0.62, -0.9), (pivot - 1, 0.62, -0.9), 0.04, 0.04, _DARK)
    for end in (-1, 1):
        mesh.box((end * half - 0.12, 0.86, -1.43), (end * half + 0.12, 1.24, 1.43), paint)
        mesh.box(
            (min(end * half, end * (half + 0.55)), 0.90, -0.13),
            (max(end * half, end * (half + 0.55)), 1.18, 0.13),
            _DARK,
        )
        mesh.box(
            (min(end * (half + 0.42), end * (half + 0.75)), 0.84, -0.22),
            (max(end * (half + 0.42), end * (half + 0.75)), 1.26, 0.22),
            _DARK,
        )
        mesh.tube((end * half, 0.86, 0.42), (end * (half + 0.6), 0.45, 0.30), (0.03, 0.03), _DARK, sides=6)
        mesh.tube((end * (half - 0.05), 0.55, -1.34), (end * (half - 0.05), 1.0, -1.34), (0.018, 0.018), _IRON, sides=6)
    white = Paint("paint", (0.62, 0.61, 0.58))
    mesh.put(lettering(number, 0.15, white, bold=0.17), (0.16, 1.045, -1.445))
    return mesh


def flat_wagon(number: str, *, snow: float = 0.45, colour: Colour = (0.078, 0.047, 0.040)) -> Mesh:
    """A four-axle flat wagon, 13.4 m, planked, its low side boards folded up."""
    paint = Paint("steel", colour, snow=snow)
    mesh = underframe(13.4, paint, number)
    mesh.box((-6.7, 1.24, -1.42), (6.7, 1.30, 1.42), Paint("timber", (0.16, 0.135, 0.11), snow=snow))
    board = Paint("steel", tuple(1.18 * part for part in colour), snow=snow)
    for side in (-1, 1):
        for x in np.arange(-6.6, 6.5, 1.66):
            mesh.box((x, 1.28, side * 1.47 - 0.022), (x + 1.60, 1.56, side * 1.47 + 0.022), board)
            for hinge in (x + 0.3, x + 1.3):
                mesh.box((hinge - 0.04, 1.10, side * 1.49 - 0.03), (hinge + 0.04, 1.52, side * 1.49 + 0.03), paint)
    mesh.put(lettering(number, 0.17, Paint("paint", (0.58, 0.57, 0.54)), bold=0.16), (-4.85, 1.335, -1.512))
    return mesh


def box_wagon(number: str, colour: Colour, *, snow: float = 0.6) -> Mesh:
    """A covered goods wagon with ribbed steel sides and a sliding door."""
    paint = Paint("steel", colour, snow=snow)
    mesh = underframe(14.0, Paint("steel", (0.05, 0.045, 0.042)), number)
    mesh.box((-7.0, 1.24, -1.40), (7.0, 3.75, 1.40), paint)
    rib = Paint("steel", tuple(1.1 * part for part in colour))
    for side in (-1, 1):
        for x in np.arange(-6.9, 6.95, 0.69):
            if abs(x) > 1.1:
                mesh.box((x - 0.05, 1.24, side * 1.43 - 0.04), (x + 0.05, 3.72, side * 1.43 + 0.04), rib)
        mesh.box((-1.05, 1.28, side * 1.46 - 0.03), (1.05, 3.62, side * 1.46 + 0.03), rib)
        for x in (-0.95, -0.35, 0.35, 0.95):
            mesh.box((x - 0.03, 1.28, side * 1.50 - 0.02), (x + 0.03, 3.62, side * 1.50 + 0.02), paint)
        mesh.box((-7.0, 3.66, side * 1.45 - 0.05), (7.0, 3.76, side * 1.45 + 0.05), rib)
        for x in (-5.2, 5.2):
            mesh.box(
                (x - 0.35, 3.05, side * 1.41 - 0.02),
                (x + 0.35, 3.40, side * 1.41 + 0.02),
                Paint("steel", (0.03, 0.03, 0.03)),
            )
    white = Paint("paint", (0.55, 0.55, 0.53))
    mesh.put(lettering(number, 0.30, white, bold=0.15), (2.0, 2.75, -1.50))
    _vaulted_roof(mesh, 14.0, 3.74, 1.46, 0.50, Paint("steel", (0.16, 0.16, 0.16), snow=min(1.0, snow * 1.4)))
    return mesh


def distant_wagon(colour: Colour, *, snow: float = 0.6) -> Mesh:
    """A covered wagon too far away to show more than its outline."""
    mesh = Mesh()
    paint = Paint("steel", colour, snow=snow)
    mesh.box((-7.0, 1.0, -1.43), (7.0, 3.75, 1.43), paint)
    for x in (-5.2, 5.2):
        mesh.box((x - 1.3, 0.05, -0.95), (x + 1.3, 0.85, 0.95), _DARK)
    mesh.box((-7.5, 0.7, -0.2), (7.5, 1.1, 0.2), _DARK)
    _vaulted_roof(mesh, 14.0, 3.74, 1.46, 0.50, Paint("steel", (0.16, 0.16, 0.16), snow=min(1.0, snow * 1.4)))
    return mesh


def _vaulted_roof(mesh: Mesh, length: float, eaves: float, half_width: float, rise: float, paint: Paint) -> None:
    angle = np.linspace(0, np.pi, 15)
    xs = np.linspace(-length / 2, length / 2, 5)
    x, a = np.meshgrid(xs, angle, indexing="ij")
    mesh.sheet(np.dstack([x, eaves + np.sin(a) * rise, np.cos(a) * half_width]).astype(np.float32), paint)
    for end in (-length / 2, length / 2):
        mesh.polygon(np.stack([np.full(15, end), eaves + np.sin(angle) * rise, np.cos(angle) * half_width], 1), paint)


def tank_wagon(number: str, colour: Colour, *, snow: float = 0.6) -> Mesh:
    """A tank wagon, its boiler on saddles, with ladder and dome."""
    paint = Paint("steel", colour, snow=snow)
    mesh = underframe(10.8, Paint("steel", (0.04, 0.04, 0.042), snow=snow), number)
    mesh.tube((-5.2, 2.75, 0), (5.2, 2.75, 0), (1.5, 1.5), paint, sides=40)
    for end in (-1, 1):
        mesh.tube((end * 5.2, 2.75, 0), (end * 5.5, 2.75, 0), (1.48, 1.1), paint, sides=40)
        mesh.box((end * 4.4 - 0.3, 1.24, -1.2), (end * 4.4 + 0.3, 1.9, 1.2), _DARK)
    for x in (-3.4, -1.1, 1.1, 3.4):
        mesh.tube((x - 0.04, 2.75, 0), (x + 0.04, 2.75, 0), (1.515, 1.515), _DARK, sides=40)
    mesh.tube((0, 4.1, 0), (0, 4.55, 0), (0.36, 0.36), paint, sides=18)
    mesh.box((-1.0, 4.22, -0.55), (1.0, 4.27, 0.55), Paint("timber", (0.12, 0.11, 0.10), snow=snow))
    for x in (-0.28, 0.28):
        mesh.tube((x, 1.3, -1.62), (x, 4.3, -1.1), (0.025, 0.025), _DARK, sides=6)
    for y in np.arange(1.5, 4.2, 0.3):
        z = -1.62 + (y - 1.3) * 0.52 / 3.0
        mesh.tube((-0.28, y, z), (0.28, y, z), (0.018, 0.018), _DARK, sides=6)
    white = Paint("paint", (0.60, 0.60, 0.58))
    mesh.put(lettering(number, 0.32, white, bold=0.15), (-4.6, 2.66, -1.535))
    return mesh


def gondola(number: str, colour: Colour, *, coal: bool, snow: float = 0.3) -> Mesh:
    """An open high-sided wagon, empty or heaped with coal."""
    paint = Paint("steel", colour, snow=snow)
    mesh = underframe(12.7, Paint("steel", (0.05, 0.045, 0.04)), number)
    for side in (-1, 1):
        mesh.box((-6.35, 1.24, side * 1.44 - 0.04), (6.35, 3.30, side * 1.44 + 0.04), paint)
        mesh.box((-6.35, 3.22, side * 1.47 - 0.06), (6.35, 3.34, side * 1.47 + 0.06), paint)
        for x in np.linspace(-6.25, 6.25, 9):
            mesh.box((x - 0.09, 1.20, side * 1.50 - 0.07), (x + 0.09, 3.25, side * 1.50 + 0.07), paint)
    for end in (-6.35, 6.35):
        mesh.box((end - 0.04, 1.24, -1.44), (end + 0.04, 3.30, 1.44), paint)
    white = Paint("paint", (0.62, 0.62, 0.58))
    mesh.put(lettering(number, 0.30, white, bold=0.15), (1.7, 2.45, -1.50))
    if coal:
        rng = np.random.default_rng(int(number))
        x, z = np.meshgrid(np.linspace(-6.2, 6.2, 60), np.linspace(-1.35, 1.35, 20))
        heap = (
            3.12
            + 0.42 * (1 - (z / 1.4) ** 2) * (1 - (x / 6.4) ** 8)
            + 0.10 * np.sin(x * 1.7)
            + rng.normal(0, 0.035, x.shape)
        )
        mesh.sheet(np.dstack([x, heap, z]).astype(np.float32), Paint("rust", (0.016, 0.016, 0.018), snow=snow))
    else:
        mesh.box((-6.3, 1.2, -1.4), (6.3, 1.3, 1.4), _OLD_WOOD)
    return mesh


def locomotive(colour: Colour, stripe: Colour) -> Mesh:
    """An electric freight locomotive section, its cab towards -x, one pantograph up."""
    mesh = underframe(15.2, Paint("rust", (0.035, 0.034, 0.035)), "")
    body, band = Paint("enamel", colour, snow=0.3), Paint("enamel", stripe)
    dark, louvre = Paint("enamel", (0.02, 0.02, 0.022)), Paint("corrugated", (0.045, 0.047, 0.05))
    half, wide = 7.4, 1.5
    mesh.box((-half + 0.7, 1.2, -wide), (half, 3.95, wide), body)
    for side in (-1, 1):
        near, far = sorted((side * wide, side * (wide + 0.02)))
        mesh.box((-half + 0.72, 1.58, near), (half - 0.02, 1.92, far), band)
        mesh.box((-half + 0.72, 1.22, near), (half - 0.02, 1.36, far), dark)
        for x in np.arange(-2.6, 6.5, 1.5):
            mesh.box((x - 0.58, 2.56, near), (x + 0.58, 3.52, far), dark)
            mesh.box((x - 0.5, 2.64, near - 0.015), (x + 0.5, 3.44, far + 0.015), louvre)
        for x in np.arange(-3.35, 7.2, 1.5):
            mesh.box((x - 0.02, 1.95, near), (x + 0.02, 3.9, far), body)
        mesh.box((-half + 1.15, 2.5, near), (-half + 2.15, 3.42, far), dark)
        mesh.box(
            (-half + 1.22, 2.57, near - 0.012), (-half + 2.08, 3.35, far + 0.012), Paint("glass", (0.02, 0.025, 0.03))
        )
        mesh.box(
            (-half + 2.45, 1.3, near), (-half + 3.2, 3.55, far), Paint("enamel", tuple(0.85 * part for part in colour))
        )
        mesh.box(
            (-half + 2.62, 2.65, near - 0.012), (-half + 3.03, 3.35, far + 0.012), Paint("glass", (0.02, 0.025, 0.03))
        )
        for x in (-half + 2.36, -half + 3.29):
            mesh.tube(
                (x, 1.3, side * 1.57), (x, 3.3, side * 1.57), (0.02, 0.02), Paint("paint", (0.5, 0.5, 0.5)), sides=6
            )
    front = [(-half, 1.2), (-half - 0.05, 2.35), (-half + 0.45, 3.75), (-half + 0.75, 3.95), (-half + 0.75, 1.2)]
    for z in (-wide, wide):
        mesh.polygon([[x, y, z] for x, y in front], body)
    for (xa, ya), (xb, yb) in pairwise(front[:4]):
        mesh.polygon([[xa, ya, -wide], [xb, yb, -wide], [xb, yb, wide], [xa, ya, wide]], body)
    _cab_front(mesh, half, band)
    roof = Paint("steel", (0.07, 0.07, 0.072), snow=0.6)
    mesh.box((-half + 1.2, 3.95, -1.05), (half - 0.4, 4.25, 1.05), roof)
    _pantograph(mesh, -3.2, 4.25, 6.1)
    _pantograph(mesh, 4.6, 4.25, 4.75)
    for x in (-0.5, 0.7, 1.9):
        mesh.tube((x, 4.25, 0.5), (x, 4.75, 0.5), (0.10, 0.08), Paint("paint", (0.13, 0.045, 0.03)), sides=10)
    return mesh


def _cab_front(mesh: Mesh, half: float, band: Paint) -> None:
    pane, frame = Paint("glass", (0.015, 0.02, 0.025)), Paint("enamel", (0.02, 0.02, 0.022))
    for z0, z1 in ((-1.28, -0.08), (0.08, 1.28)):
        for grow, forward, paint in ((0.06, 0.010, frame), (0.0, 0.022, pane)):
            low, high = (-half + 0.018 - forward, 2.52 - grow), (-half + 0.343 - forward, 3.45 + grow)
            mesh.polygon(
                [
                    [low[0], low[1], z0 - grow],
                    [high[0], high[1], z0 - grow],
                    [high[0], high[1], z1 + grow],
                    [low[0], low[1], z1 + grow],
                ],
                paint,
            )
        mesh.beam((-half + 0.0, 2.5, z0 + 0.25), (-half + 0.17, 3.1, z0 + 0.75), 0.02, 0.03, frame)
    mesh.box((-half - 0.06, 1.58, -1.5), (-half - 0.01, 1.92, 1.5), band)
    rim, lamp, red = (
        Paint("enamel", (0.05, 0.05, 0.05)),
        Paint("paint", (0.80, 0.78, 0.66)),
        Paint("paint", (0.30, 0.02, 0.015)),
    )
    for z in (-1.05, 1.05):
        mesh.tube((-half - 0.05, 1.75, z), (-half - 0.15, 1.75, z), (0.20, 0.18), rim, sides=18)
        mesh.tube((-half - 0.15, 1.75, z), (-half - 0.17, 1.75, z), (0.14, 0.12), lamp, sides=16)
        mesh.tube((-half - 0.05, 2.12, z), (-half - 0.11, 2.12, z), (0.075, 0.065), red, sides=12)
    mesh.tube((-half + 0.62, 3.86, 0), (-half + 0.28, 3.86, 0), (0.25, 0.25), rim, sides=18)
    mesh.tube((-half + 0.28, 3.86, 0), (-half + 0.26, 3.86, 0), (0.20, 0.19), lamp, sides=16)
    for z in (-1.2, 1.2):
        mesh.tube(
            (-half - 0.12, 1.28, z - 0.28),
            (-half - 0.12, 1.28, z + 0.28),
            (0.018, 0.018),
            Paint("paint", (0.55, 0.5, 0.1)),
            sides=6,
        )
    mesh.box((-half - 0.3, 0.35, -1.4), (-half + 0.2, 0.95, 1.4), Paint("steel", (0.20, 0.035, 0.028), snow=0.3))
    for z in np.arange(-1.2, 1.3, 0.4):
        mesh.box((-half - 0.32, 0.40, z - 0.09), (-half - 0.29, 0.90, z + 0.09), Paint("paint", (0.42, 0.41, 0.39)))


def _pantograph(mesh: Mesh, x: float, foot: float, head: float) -> None:
    arm = Paint("paint", (0.10, 0.035, 0.03))
    knee = (foot + head) / 2
    for z in (-0.55, 0.55):
        for lean in (-1, 1):
            mesh.tube((x + lean * 0.3, foot, z), (x + lean * 0.95, knee, z * 0.8), (0.035, 0.03), arm, sides=6)
            mesh.tube((x + lean * 0.95, knee, z * 0.8), (x + lean * 0.12, head, z * 0.6), (0.025, 0.02), arm, sides=6)
    mesh.beam((x, head, -0.95), (x, head, 0.95), 0.3, 0.05, arm)
