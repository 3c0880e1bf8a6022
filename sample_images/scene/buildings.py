"""Houses, a station, a bridge, fences and lamps. Fronts look towards -z, where the camera usually is."""

import numpy as np

from scene.geometry import Colour, Mesh, Paint
from scene.letters import lettering, width_of

_WHITE = Paint("plaster", (0.62, 0.61, 0.58))
_PANE = Paint("glass", (0.018, 0.022, 0.027))
_BARE_IRON = Paint("rust", (0.05, 0.05, 0.052))


def window(
    mesh: Mesh,
    x: float,
    y: float,
    z: float,
    width: float,
    height: float,
    frame: Paint,
    *,
    surround: float = 0.12,
    depth: float = 0.10,
) -> None:
    """A window in a wall at this z, its lower middle at x, y: pane, bars, surround and sill."""
    half = width / 2
    mesh.polygon(
        [
            [x - half, y, z - 0.012],
            [x + half, y, z - 0.012],
            [x + half, y + height, z - 0.012],
            [x - half, y + height, z - 0.012],
        ],
        _PANE,
    )
    for low, high in (
        ((-half - surround, -surround), (-half, height + surround)),
        ((half, -surround), (half + surround, height + surround)),
        ((-half, height), (half, height + surround)),
        ((-half, -surround), (half, 0)),
    ):
        mesh.box((x + low[0], y + low[1], z - depth), (x + high[0], y + high[1], z + 0.02), frame)
    bar = Paint("paint", (0.60, 0.59, 0.56))
    mesh.box((x - 0.03, y, z - 0.045), (x + 0.03, y + height, z), bar)
    mesh.box((x - half, y + height * 0.66, z - 0.045), (x + half, y + height * 0.66 + 0.05, z), bar)
    mesh.box(
        (x - half - surround - 0.06, y - surround - 0.07, z - depth - 0.08),
        (x + half + surround + 0.06, y - surround, z + 0.02),
        Paint(frame.material, frame.tint, snow=0.8),
    )


def hipped_roof(
    mesh: Mesh,
    low: tuple[float, float],
    high: tuple[float, float],
    eaves: float,
    ridge: float,
    inset: float,
    paint: Paint,
) -> None:
    """A roof over the rectangle low..high in x and z; with inset 0 it has gables. The ridge runs along x."""
    (x0, z0), (x1, z1) = low, high
    middle = (z0 + z1) / 2
    a, b = (x0 + inset, ridge, middle), (x1 - inset, ridge, middle)
    mesh.polygon([(x0, eaves, z0), (x1, eaves, z0), b, a], paint)
    mesh.polygon([(x0, eaves, z1), (x1, eaves, z1), b, a], paint)
    mesh.polygon([(x0, eaves, z0), (x0, eaves, z1), a], paint)
    mesh.polygon([(x1, eaves, z0), (x1, eaves, z1), b], paint)
    mesh.box((x0, eaves - 0.16, z0), (x1, eaves, z1), Paint("steel", (0.10, 0.10, 0.10)))


def station(name: str) -> Mesh:
    """A small town's station of the old line: plastered, white-trimmed, its name on the middle bay. Front at z = 0."""
    mesh = Mesh()
    wall, plinth = Paint("plaster", (0.42, 0.37, 0.22)), Paint("concrete", (0.16, 0.155, 0.15), snow=0.2)
    roof = Paint("corrugated", (0.10, 0.17, 0.13), snow=0.56)
    mesh.box((-17, 0.8, 0), (17, 6.0, 11), wall)
    mesh.box((-17.1, -0.2, -0.12), (17.1, 0.8, 11.1), plinth)
    mesh.box((-5.2, 0.8, -1.1), (5.2, 7.3, 5), wall)
    mesh.box((-5.3, -0.2, -1.22), (5.3, 0.8, 5), plinth)
    for x in (-17, -11.2, 11.2, 17):
        mesh.box((x - 0.38, 0.8, -0.14), (x + 0.38, 5.7, 0.1), _WHITE)
    for x in (-5.2, -2.35, 2.35, 5.2):
        mesh.box((x - 0.34, 0.8, -1.24), (x + 0.34, 7.0, -1.0), _WHITE)
    for x0, x1, y, z in ((-17.5, 17.5, 5.7, -0.45), (-5.6, 5.6, 7.0, -1.55)):
        mesh.box((x0, y, z), (x1, y + 0.22, 11.4 if abs(x0) > 10 else 5.2), _WHITE)
        mesh.box(
            (x0 - 0.14, y + 0.22, z - 0.14),
            (x1 + 0.14, y + 0.42, 11.5 if abs(x0) > 10 else 5.3),
            Paint("plaster", (0.58, 0.57, 0.54), snow=0.7),
        )
    for x in (-14.9, -12.9, -9.4, -7.2, 7.2, 9.4, 12.9, 14.9):
        window(mesh, x, 1.75, 0.0, 1.15, 2.5, _WHITE, surround=0.2)
        mesh.box((x - 0.95, 4.55, -0.20), (x + 0.95, 4.72, 0.02), Paint("plaster", (0.6, 0.59, 0.56), snow=0.9))
        mesh.box((x - 0.6, 0.95, -0.06), (x + 0.6, 1.4, 0.02), _WHITE)
    for x in (-3.75, 3.75):
        window(mesh, x, 1.75, -1.1, 1.15, 2.5, _WHITE, surround=0.2)
    for x in (-3.75, 3.75):
        window(mesh, x, 5.15, -1.1, 1.0, 1.1, _WHITE, surround=0.14)
    _entrance(mesh)
    hipped_roof(mesh, (-17.6, -0.6), (17.6, 11.6), 6.12, 9.4, 5.5, roof)
    _pediment(mesh, roof)
    for x in (-9.0, 8.2):
        mesh.box((x, 6.5, 4.4), (x + 1.0, 10.2, 5.2), Paint("brickwork", (0.30, 0.115, 0.075)))
        mesh.box((x - 0.1, 10.1, 4.3), (x + 1.1, 10.3, 5.3), Paint("concrete", (0.3, 0.29, 0.28), snow=0.9))
    _name_board(mesh, name)
    return mesh


def _entrance(mesh: Mesh) -> None:
    door, canopy = Paint("timber", (0.16, 0.075, 0.04)), Paint("steel", (0.07, 0.12, 0.095), snow=0.85)
    mesh.box((-1.55, 0.35, -1.16), (1.55, 3.6, -1.08), _WHITE)
    for x in (-1.2, 0.06):
        mesh.box((x, 0.4, -1.24), (x + 1.14, 2.75, -1.14), door)
        mesh.box((x + 0.18, 1.35, -1.27), (x + 0.96, 2.55, -1.2), Paint("steel", (0.04, 0.035, 0.03)))
        mesh.polygon(
            [[x + 0.22, 1.4, -1.28], [x + 0.92, 1.4, -1.28], [x + 0.92, 2.5, -1.28], [x + 0.22, 2.5, -1.28]], _PANE
        )
    mesh.polygon([[-1.2, 2.85, -1.2], [1.2, 2.85, -1.2], [1.2, 3.45, -1.2], [-1.2, 3.45, -1.2]], _PANE)
    for step in range(3):
        mesh.box(
            (-2.3 - 0.2 * step, 0.12 * (2 - step) - 0.05, -1.9 - 0.36 * step),
            (2.3 + 0.2 * step, 0.12 * (3 - step), -1.2),
            Paint("concrete", (0.28, 0.275, 0.26), snow=0.35),
        )
    mesh.box((-2.2, 3.75, -2.9), (2.2, 3.93, -1.1), canopy)
    for x in (-2.05, 2.05):
        mesh.beam((x, 3.85, -2.8), (x, 5.0, -1.2), 0.04, 0.04, _BARE_IRON)
    sign = "ВОКЗАЛ"
    mesh.put(
        lettering(sign, 0.42, Paint("paint", (0.42, 0.05, 0.035)), bold=0.19), (-width_of(sign, 0.42) / 2, 4.50, -1.18)
    )


def _pediment(mesh: Mesh, roof: Paint) -> None:
    wall = Paint("plaster", (0.42, 0.37, 0.22))
    mesh.polygon([[-5.6, 7.42, -1.2], [5.6, 7.42, -1.2], [0, 9.9, -1.2]], wall)
    for side in (-1, 1):
        mesh.beam((side * 5.8, 7.5, -1.45), (0, 10.05, -1.45), 0.5, 0.22, Paint("plaster", (0.6, 0.59, 0.56), snow=0.8))
        mesh.polygon([[side * 5.9, 7.5, -1.7], [0, 10.12, -1.7], [0, 10.12, 5.2], [side * 5.9, 7.5, 5.2]], roof)
    angle = np.linspace(0, 2 * np.pi, 32, endpoint=False)
    for radius, z, paint in ((0.72, -1.22, _BARE_IRON), (0.64, -1.24, Paint("paint", (0.72, 0.71, 0.66)))):
        mesh.polygon(np.stack([radius * np.cos(angle), 8.45 + radius * np.sin(angle), np.full(32, z)], 1), paint)
    for hour in range(12):
        a = hour * np.pi / 6
        out = np.array([np.sin(a), np.cos(a), 0])
        middle = np.array([0, 8.45, -1.26])
        mesh.beam(middle + 0.48 * out, middle + 0.60 * out, 0.02, 0.04, _BARE_IRON)
    mesh.beam((0, 8.45, -1.27), (0.24, 8.22, -1.27), 0.02, 0.07, _BARE_IRON)
    mesh.beam((0, 8.45, -1.28), (-0.16, 8.95, -1.28), 0.02, 0.05, _BARE_IRON)


def _name_board(mesh: Mesh, name: str) -> None:
    height = 0.98
    half = width_of(name, height) / 2
    mesh.box((-half - 0.45, 5.02, -1.46), (half + 0.45, 6.72, -1.26), Paint("steel", (0.035, 0.075, 0.20), snow=0.6))
    mesh.box((-half - 0.37, 5.10, -1.48), (half + 0.37, 6.64, -1.44), Paint("steel", (0.045, 0.10, 0.27)))
    mesh.put(lettering(name, height, Paint("paint", (0.86, 0.86, 0.84)), bold=0.17), (-half, 5.38, -1.51))


def log_house(seed: int, *, wood: Colour, trim: Colour, roof: Colour) -> Mesh:
    """A wooden house with its gable to the street (towards -z), 7 by 9 m."""
    mesh = Mesh()
    rng = np.random.default_rng([seed, 71])
    half, eaves, ridge = 3.5, 3.05, 5.7
    mesh.box((-half, 0, 0), (half, 0.45, 9), Paint("concrete", (0.24, 0.235, 0.22)))
    mesh.box((-half, 0.45, 0), (half, eaves, 9), Paint("logs", wood))
    for x in (-half, half):
        mesh.box((x - 0.13, 0.45, -0.10), (x + 0.13, eaves, 0.16), Paint("timber", trim))
    gable = Paint("timber", tuple(0.85 * part for part in wood))
    mesh.polygon([[-half, eaves, 0], [half, eaves, 0], [0, ridge, 0]], gable)
    tin = Paint("corrugated", roof, snow=0.62)
    for side in (-1, 1):
        mesh.polygon(
            [
                [side * (half + 0.5), eaves - 0.35, -0.6],
                [0, ridge + 0.08, -0.6],
                [0, ridge + 0.08, 9.6],
                [side * (half + 0.5), eaves - 0.35, 9.6],
            ],
            tin,
        )
        mesh.beam(
            (side * (half + 0.5), eaves - 0.38, -0.62), (0, ridge + 0.05, -0.62), 0.05, 0.24, Paint("timber", trim)
        )
    for x in (-2.1, 0.0, 2.1):
        window(mesh, x, 1.25, 0.0, 0.85, 1.25, Paint("timber", trim), surround=0.16, depth=0.07)
        crest = [
            [x - 0.62, 2.66, -0.09],
            [x + 0.62, 2.66, -0.09],
            [x + 0.35, 2.92, -0.09],
            [x, 3.02, -0.09],
            [x - 0.35, 2.92, -0.09],
        ]
        mesh.polygon(crest, Paint("timber", trim))
    window(mesh, 0.0, 3.75, 0.0, 0.55, 0.65, Paint("timber", trim), surround=0.1, depth=0.06)
    for z in (2.0, 4.8, 7.4):
        for side in (-1, 1):
            mesh.box((side * half - 0.07, 1.1, z - 0.6), (side * half + 0.07, 2.65, z + 0.6), Paint("timber", trim))
            mesh.box((side * half - 0.085, 1.25, z - 0.43), (side * half + 0.085, 2.5, z + 0.43), _PANE)
    chimney = float(rng.uniform(3.5, 6))
    mesh.box((0.5, 4.6, chimney), (1.1, 6.7, chimney + 0.6), Paint("brickwork", (0.30, 0.13, 0.09)))
    mesh.box((0.42, 6.65, chimney - 0.08), (1.18, 6.8, chimney + 0.68), Paint("concrete", (0.3, 0.3, 0.29), snow=1.0))
    return mesh


def panel_block(storeys: int, bays: int) -> Mesh:
    """A block of flats of prefabricated panels, front towards -z."""
    mesh = Mesh()
    bay, storey = 3.2, 2.8
    width = bays * bay
    mesh.box((0, 0, 0), (width, storeys * storey + 1.2, 12), Paint("concrete", (0.36, 0.345, 0.315)))
    mesh.box(
        (-0.15, storeys * storey + 1.1, -0.15),
        (width + 0.15, storeys * storey + 1.45, 12.15),
        Paint("concrete", (0.3, 0.29, 0.28), snow=1.0),
    )
    seam = Paint("paint", (0.13, 0.125, 0.12))
    for level in range(storeys + 1):
        mesh.box((0, level * storey + 0.55, -0.015), (width, level * storey + 0.62, 0.01), seam)
    for column in range(bays):
        mesh.box((column * bay - 0.03, 0, -0.015), (column * bay + 0.03, storeys * storey + 1.2, 0.01), seam)
        for level in range(storeys):
            x, y = (column + 0.5) * bay, level * storey + 1.55
            if column % 3 == 1:
                mesh.box((x - 1.3, y - 0.85, -1.1), (x + 1.3, y + 0.15, -1.0), Paint("steel", (0.20, 0.24, 0.26)))
                mesh.box(
                    (x - 1.35, y - 0.95, -1.15), (x + 1.35, y - 0.83, 0), Paint("concrete", (0.3, 0.3, 0.29), snow=0.6)
                )
            window(mesh, x, y, 0.0, 1.5, 1.3, Paint("paint", (0.45, 0.44, 0.42)), surround=0.05, depth=0.03)
    return mesh


def board_fence(length_m: float, seed: int, colour: Colour, *, height: float = 1.65) -> Mesh:
    """Upright boards of uneven length along x."""
    mesh = Mesh()
    rng = np.random.default_rng([seed, 72])
    for y in (0.45, height - 0.4):
        mesh.box((0, y, 0.02), (length_m, y + 0.09, 0.07), Paint("timber", colour, snow=0.5))
    for x in np.arange(0, length_m, 0.145):
        tone = float(rng.uniform(0.72, 1.2))
        top = height + float(rng.normal(0, 0.025))
        mesh.box(
            (x, 0.05, -0.012), (x + 0.135, top, 0.012), Paint("steel", tuple(round(part * tone, 2) for part in colour))
        )
    for x in np.arange(0, length_m, 2.6):
        mesh.box((x, -0.3, 0.03), (x + 0.13, height + 0.12, 0.16), Paint("timber", colour, snow=0.9))
    return mesh


def lamp_post(height: float = 7.5) -> Mesh:
    mesh = Mesh()
    iron = Paint("steel", (0.12, 0.125, 0.13))
    mesh.tube((0, -0.3, 0), (0, height, 0), (0.10, 0.06), iron, sides=12)
    mesh.beam((0, height, 0), (0, height + 0.25, -1.3), 0.06, 0.06, iron)
    mesh.box((-0.16, height + 0.16, -1.75), (0.16, height + 0.34, -1.1), Paint("steel", (0.3, 0.31, 0.32), snow=0.8))
    return mesh


def utility_pole() -> Mesh:
    mesh = Mesh()
    wood = Paint("concrete", (0.13, 0.11, 0.092))
    mesh.tube((0, -0.5, 0), (0, 8.6, 0), (0.14, 0.10), wood, sides=12)
    mesh.beam((0, 8.0, -0.9), (0, 8.0, 0.9), 0.10, 0.12, wood)
    for z in (-0.8, -0.35, 0.35, 0.8):
        mesh.tube((0, 8.06, z), (0, 8.28, z), (0.05, 0.035), Paint("paint", (0.55, 0.55, 0.53)), sides=8)
    return mesh


def truss_span(length_m: float, height_m: float, panels: int, tint: Colour) -> Mesh:
    """A through truss from x = 0, its deck at y = 0, two planes of steel at z = +-2.9."""
    mesh = Mesh()
    paint = Paint("steel", tint, snow=0.45)
    xs = np.linspace(0, length_m, panels + 1)
    for z in (-2.9, 2.9):
        mesh.beam((0, 0, z), (length_m, 0, z), 0.5, 0.62, paint)
        mesh.beam((xs[1], height_m, z), (xs[-2], height_m, z), 0.5, 0.55, paint)
        for x in xs[1:-1]:
            mesh.beam((x, 0, z), (x, height_m, z), 0.32, 0.30, paint)
        for i in range(panels):
            rising = i == 0 or (i % 2 == 0 and i != panels - 1)
            a, b = ((xs[i], 0), (xs[i + 1], height_m)) if rising else ((xs[i], height_m), (xs[i + 1], 0))
            mesh.beam((a[0], a[1], z), (b[0], b[1], z), 0.42 if i in (0, panels - 1) else 0.34, 0.40, paint)
    for i in range(1, panels):
        mesh.beam((xs[i], height_m, -2.9), (xs[i], height_m, 2.9), 0.3, 0.35, paint)
        if i < panels - 1:
            mesh.beam((xs[i], height_m, -2.9), (xs[i + 1], height_m, 2.9), 0.18, 0.18, paint)
            mesh.beam((xs[i], height_m, 2.9), (xs[i + 1], height_m, -2.9), 0.18, 0.18, paint)
    for x in np.arange(0, length_m + 0.1, length_m / panels / 2):
        mesh.beam((x, -0.1, -2.9), (x, -0.1, 2.9), 0.35, 0.6, paint)
    mesh.box((0, 0.05, -1.6), (length_m, 0.28, 1.6), Paint("timber", (0.12, 0.10, 0.09), snow=0.5))
    for z in (-4.1, 4.1):
        mesh.box((0, 0.0, z - 0.5), (length_m, 0.08, z + 0.5), Paint("timber", (0.14, 0.125, 0.11), snow=0.7))
        for y in (0.6, 1.1):
            mesh.beam((0, y, z * 1.1), (length_m, y, z * 1.1), 0.05, 0.05, paint)
        for x in np.arange(0, length_m, 2.2):
            mesh.beam((x, 0, z * 1.1), (x, 1.12, z * 1.1), 0.05, 0.05, paint)
    return mesh


def pier(top: float, bottom: float) -> Mesh:
    """A granite bridge pier with a pointed foot upstream and downstream, about x = 0."""
    mesh = Mesh()
    stone = Paint("brickwork", (0.23, 0.215, 0.20), snow=0.3)
    outline = [(-1.9, -4.4), (0, -6.6), (1.9, -4.4), (1.9, 4.4), (0, 6.6), (-1.9, 4.4)]
    for i in range(6):
        (xa, za), (xb, zb) = outline[i], outline[(i + 1) % 6]
        mesh.polygon(
            [
                [xa * 1.25, bottom, za * 1.1],
                [xb * 1.25, bottom, zb * 1.1],
                [xb, top - 0.7, zb * 0.9],
                [xa, top - 0.7, za * 0.9],
            ],
            stone,
        )
    mesh.box((-2.3, top - 0.7, -5.2), (2.3, top, 5.2), Paint("concrete", (0.30, 0.295, 0.28), snow=0.8))
    return mesh
