"""What stands beside a railway anywhere: verges, woods, masts and wires."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from scene.geometry import Paint, spaced
from scene.photograph import Plant, World
from scene.plants import CutOut
from scene.track import mast

Array = NDArray[np.float32]
Height = Callable[[Array, Array], Array]


def beside_track(
    world: World,
    tracks: Sequence[float],
    *,
    snow: float,
    grass: float,
    rise: Height | None = None,
    x_range: tuple[float, float] = (-60, 260),
    z_range: tuple[float, float] = (-45, 220),
) -> Height:
    """The land along tracks at these z: level at the foot of the ballast, uneven beyond. Returns its height."""
    rng = np.random.default_rng([world.seed, 31])
    phases, low, high = rng.uniform(0, 6.3, 6), min(tracks) - 2.6, max(tracks) + 2.6

    def height(x: Array, z: Array) -> Array:
        away = np.maximum(np.maximum(low - z, z - high), 0)
        bumps = 0.30 * np.sin(x * 0.21 + phases[0]) * np.sin(z * 0.33 + phases[1])
        bumps += 0.13 * np.sin(x * 0.83 + phases[2] + 2 * np.sin(z * 0.6)) + 0.10 * np.sin(
            z * 1.25 + phases[3] + x * 0.4
        )
        ditch = -0.35 * np.exp(-(((away - 2.2) / 1.1) ** 2))
        ground = -0.95 + ditch + bumps * np.clip(away / 6, 0, 1)
        return np.asarray(ground + (rise(x, z) if rise else 0), np.float32)

    xs = np.concatenate([np.linspace(x_range[0], 40, 110), spaced(41, x_range[1], 60)])
    zs = np.concatenate(
        [spaced(z_range[0], low, 50, power=0.8), np.linspace(low, high, 4)[1:-1], spaced(high, z_range[1], 70)]
    )
    world.mesh.ground(height, xs, zs, Paint("earth", (snow, grass, 0)))
    return height


def grow(
    world: World,
    kinds: Sequence[CutOut],
    count: int,
    where: Callable[[np.random.Generator], tuple[float, float]],
    height: Height,
    *,
    key: int,
    scales: tuple[float, float] = (0.75, 1.15),
) -> None:
    """Set plants of these kinds at places drawn by `where`, with their feet a little in the ground."""
    rng = np.random.default_rng([world.seed, key])
    for _ in range(count):
        x, z = where(rng)
        y = float(height(np.array([x]), np.array([z]))[0]) - 0.06
        kind = kinds[int(rng.integers(len(kinds)))]
        world.plants.append(Plant(kind, (x, y, z), rng.uniform(*scales), bool(rng.random() < 0.5)))


def overhead_line(world: World, mast_z: float, track_z: float, xs: Sequence[float]) -> None:
    """Masts at these x with a contact wire, the carrier above it and its droppers over one track."""
    contact, carrier = 6.15, 7.62
    for x in xs:
        world.mesh.put(mast(mast_z, track_z), (x, 0, 0))
    for start, end in pairwise(xs):
        world.wire((start, contact, track_z), (end, contact, track_z), sag_m=0.05, radius_m=0.009)
        world.wire((start, carrier, track_z), (end, carrier, track_z), sag_m=0.85, radius_m=0.009)
        for share in np.arange(0.08, 0.99, 0.12):
            x = start + (end - start) * share
            world.wire((x, contact, track_z), (x, carrier - 0.85 * 4 * share * (1 - share), track_z), radius_m=0.004)
        for y, dz in ((9.0, 0.0), (8.6, 0.4)):
            world.wire((start, y, mast_z + dz), (end, y, mast_z + dz), sag_m=0.9, radius_m=0.008)
