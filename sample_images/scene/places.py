"""The pictures of places: a station with its name, a bridge, a street."""

import numpy as np
from numpy.typing import NDArray

from scene import plants
from scene.buildings import board_fence, lamp_post, log_house, panel_block, pier, station, truss_span, utility_pole
from scene.camera import Picture, camera
from scene.geometry import Mesh, Paint, spaced
from scene.land import grow
from scene.photograph import Lens, World, photograph
from scene.sky import Hills, Weather
from scene.track import track
from scene.wagons import gondola


def station_front() -> Picture:
    """The station of Зима from its platform."""
    weather = Weather(
        sun_azimuth=222,
        sun_height=20,
        sun=(3.2, 2.75, 2.2),
        zenith=(0.30, 0.47, 0.86),
        horizon=(0.74, 0.81, 0.90),
        cloud_cover=0.30,
        cloud=(1.0, 0.99, 0.98),
        haze_m=1500,
        brightness=0.55,
    )
    world = World(seed=2, weather=weather, shadow_centre=(0, 0, 0), shadow_span_m=75)
    world.mesh.put(station("ЗИМА"))
    _platform(world.mesh)

    def level(x: NDArray[np.float32], z: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(-0.1 + 0.05 * np.sin(x * 0.7) * np.sin(z * 0.9), np.float32)

    world.mesh.ground(level, np.linspace(-80, 80, 60), np.linspace(2, 90, 30), Paint("earth", (0.75, 0.5, 0)))
    for x in (-8.6, 7.0, 20.5):
        world.mesh.put(lamp_post(6.2), (x, 0, -5.2))
    for x in (-11.5, -8.0, 7.4, 11.0):
        _bench(world.mesh, x, -1.5)
    rng = np.random.default_rng(22)
    trees = [plants.birch(rng, -0.5) for _ in range(4)] + [plants.pine(rng, -0.5, snow=0.35) for _ in range(3)]
    trees += [plants.spruce(rng, -0.5, snow=0.4) for _ in range(2)]
    grow(world, trees, 60, lambda r: (r.uniform(-70, 70), r.uniform(17, 60)), level, key=1, scales=(0.8, 1.2))
    grow(world, trees[:4], 4, lambda r: (r.uniform(19, 27), r.uniform(1, 6)), level, key=2, scales=(0.5, 0.7))
    return photograph(world, camera((-9.0, 1.75, -19.5), (-0.4, 3.35, 0.0), 0.72, -0.4), Lens(), seed=3)


def _platform(mesh: Mesh) -> None:
    """A swept platform with its edge line, and the near rails."""
    mesh.polygon([[-80, 0, -9.5], [80, 0, -9.5], [80, 0, 2], [-80, 0, 2]], Paint("road", (-4.2, 1.0, 0.35)))
    slab = Paint("concrete", (0.30, 0.295, 0.28), snow=0.55)
    for x in np.arange(-80, 80, 3.0):
        mesh.box((x, -0.14, -9.95), (x + 2.97, 0.015, -9.5), slab)
        mesh.box((x + 0.02, -1.9, -9.8), (x + 2.95, -0.15, -9.6), Paint("concrete", (0.23, 0.225, 0.215)))
    mesh.box((-80, -1.9, -9.7), (80, -0.1, -9.5), Paint("concrete", (0.08, 0.08, 0.08)))
    mesh.polygon(
        [[-80, 0.012, -9.2], [80, 0.012, -9.2], [80, 0.012, -9.05], [-80, 0.012, -9.05]],
        Paint("paint", (0.50, 0.38, 0.05), snow=0.55),
    )
    for z in (-11.8, -17.1, -22.4):
        mesh.put(track(z, -60, 80, snow=0.62), (0, -1.1, 0))
    mesh.polygon(
        [[-80, -1.95, -60], [80, -1.95, -60], [80, -1.95, -9.9], [-80, -1.95, -9.9]], Paint("earth", (0.7, 0.4, 0))
    )


def _bench(mesh: Mesh, x: float, z: float) -> None:
    for k in range(4):
        mesh.box(
            (x - 0.9, 0.45, z - 0.05 - 0.12 * k),
            (x + 0.9, 0.49, z + 0.04 - 0.12 * k),
            Paint("timber", (0.20, 0.10, 0.05), snow=0.6),
        )
    for y in (0.62, 0.80):
        mesh.box((x - 0.9, y, z + 0.08), (x + 0.9, y + 0.10, z + 0.12), Paint("timber", (0.20, 0.10, 0.05)))
    for side in (-0.75, 0.75):
        mesh.box((x + side - 0.04, 0, z - 0.42), (x + side + 0.04, 0.92, z + 0.1), Paint("rust", (0.05, 0.05, 0.05)))


def _river_bed(x: NDArray[np.float32], z: NDArray[np.float32]) -> NDArray[np.float32]:
    near, far = np.clip((-15 - z) * 0.30, 0, 9), np.clip((z - 150) * 0.16, 0, 22)
    left = np.clip((-62 - x) * 0.30, 0, 10)
    rough = 0.28 * np.sin(x * 0.61 + z * 0.3) + 0.22 * np.sin(x * 0.23 - z * 0.55) + 0.15 * np.sin(x * 1.3 + 2)
    return np.asarray(-1.6 + near + far + left + rough, np.float32)


def bridge_river() -> Picture:
    """A railway bridge of three trusses over a river before the ice; a goods train crosses."""
    weather = Weather(
        sun_azimuth=236,
        sun_height=13,
        sun=(3.1, 2.35, 1.55),
        zenith=(0.34, 0.48, 0.80),
        horizon=(0.86, 0.84, 0.83),
        cloud_cover=0.50,
        cloud=(1.0, 0.95, 0.92),
        haze_m=1500,
        hills=(Hills(2.4, 0.6, 900, snow=0.3), Hills(4.6, 1.2, 2600, (0.05, 0.06, 0.065), snow=0.45)),
        brightness=0.50,
    )
    world = World(seed=4, weather=weather, shadow_centre=(10, 5, 50), shadow_span_m=230, water_level_m=0.0)
    deck = 11.5
    for i in range(5):
        x = -86 + i * 57
        world.mesh.put(truss_span(56, 9.2, 8, (0.13, 0.155, 0.15)), (x, deck + 1.0, 62))
        world.mesh.put(pier(deck + 0.6, -1), (x - 0.5, 0, 62))
    for i in range(7):
        x = -40 + i * 13.6
        world.mesh.put(gondola(f"6140285{i}", (0.11, 0.06, 0.05), coal=i % 3 != 1), (x, deck + 1.45, 62))
    world.mesh.polygon(
        [[-400, 0, -20], [500, 0, -20], [500, 0, 400], [-400, 0, 400]], Paint("water", (0.018, 0.030, 0.034))
    )
    xs = np.concatenate([spaced(-30, -300, 40)[::-1], np.linspace(-29, 60, 110), spaced(61, 400, 40)])
    zs = np.concatenate([np.linspace(-45, -8, 80), [140.0], spaced(141, 380, 40)])
    world.mesh.ground(_river_bed, xs, zs, Paint("earth", (0.60, 0.62, 0)))
    rng = np.random.default_rng(44)
    trees = [plants.birch(rng, -0.6) for _ in range(4)] + [plants.pine(rng, -0.6, snow=0.15) for _ in range(3)]
    trees += [plants.spruce(rng, -0.6, snow=0.15) for _ in range(2)]
    tufts, bushes = [plants.grass(rng, -0.6) for _ in range(5)], [plants.bush(rng, -0.6) for _ in range(3)]
    grow(
        world,
        trees,
        900,
        lambda r: (r.uniform(-240, 330), 158 + 110 * r.random() ** 1.3),
        _river_bed,
        key=1,
        scales=(0.7, 1.2),
    )
    grow(world, bushes, 60, lambda r: (r.uniform(-200, 260), r.uniform(152, 166)), _river_bed, key=2)
    grow(
        world, tufts, 420, lambda r: (r.uniform(-30, 30), -18.5 - 10 * r.random()), _river_bed, key=3, scales=(0.5, 1.0)
    )
    grow(
        world,
        bushes,
        9,
        lambda r: (r.choice([-11, 9]) + r.uniform(-4, 8), r.uniform(-20, -16)),
        _river_bed,
        key=4,
        scales=(0.6, 1.1),
    )
    return photograph(world, camera((-4.0, 4.9, -32), (13.0, 6.4, 62), 0.80), Lens(), seed=5)


def street() -> Picture:
    """A street of wooden houses in the snow, a block of flats beyond the roofs."""
    weather = Weather(
        sun_azimuth=20,
        sun_height=16,
        sun=(2.9, 2.3, 1.6),
        zenith=(0.32, 0.48, 0.84),
        horizon=(0.80, 0.82, 0.88),
        cloud_cover=0.38,
        cloud=(1.0, 0.97, 0.95),
        haze_m=420,
        brightness=0.55,
    )
    world = World(seed=5, weather=weather, shadow_centre=(22, 0, 0), shadow_span_m=95)
    road_width = 3.4
    world.mesh.polygon(
        [[-20, 0, -road_width], [170, 0, -road_width], [170, 0, road_width], [-20, 0, road_width]],
        Paint("road", (0.0, road_width, 0.25)),
    )

    def banks(x: NDArray[np.float32], z: NDArray[np.float32]) -> NDArray[np.float32]:
        away = np.abs(z) - road_width
        heap = (
            0.52 * np.exp(-(((away - 1.1) / 0.75) ** 2)) * (0.8 + 0.35 * np.sin(x * 0.9 + z) + 0.25 * np.sin(x * 2.3))
        )
        return np.asarray(-0.04 + heap + 0.10 * np.clip(away, 0, 3) + 0.05 * np.sin(x * 0.4 + z * 0.8), np.float32)

    xs = np.concatenate([np.linspace(-20, 45, 190), spaced(46, 200, 50)])
    for zs in (np.linspace(road_width - 0.15, 30, 64), np.linspace(-30, -road_width + 0.15, 64)):
        world.mesh.ground(banks, xs, zs, Paint("earth", (0.92, 0.5, 0)))
    rng = np.random.default_rng(55)
    woods = [(0.17, 0.125, 0.085), (0.13, 0.11, 0.095), (0.20, 0.14, 0.08), (0.15, 0.10, 0.07)]
    trims = [(0.10, 0.20, 0.36), (0.55, 0.54, 0.50), (0.12, 0.26, 0.18), (0.50, 0.48, 0.44)]
    roofs = [(0.22, 0.225, 0.225), (0.24, 0.10, 0.07), (0.20, 0.21, 0.215), (0.09, 0.16, 0.13)]
    for side in (1, -1):
        for i in range(8):
            pick = (i * 3 + (side > 0)) % 4
            house = log_house(
                i + 10 * side + 20,
                wood=woods[pick],
                trim=trims[(i + 2 * (side > 0)) % 4],
                roof=roofs[(i * 2 + (side < 0)) % 4],
            )
            x = 10 + i * 17 + (4 if side > 0 else -1)
            world.mesh.put(house, (x, 0.15, side * 8.4), turn_degrees=0 if side > 0 else 180)
            colour = [(0.16, 0.14, 0.12), (0.11, 0.17, 0.13), (0.19, 0.13, 0.08)][int(rng.integers(3))]
            world.mesh.put(board_fence(8.4, i + 50 * side + 60, colour), (x + 4.0, 0.2, side * 7.6))
    world.mesh.put(panel_block(5, 14), (150, 0, 24), turn_degrees=-90)
    for i, x in enumerate(np.arange(2, 150, 24.0)):
        world.mesh.put(utility_pole(), (x, 0, 5.5))
        for z in (-0.8, -0.35, 0.35, 0.8) if i else ():
            world.wire((x - 24, 8.26, 5.5 + z), (x, 8.26, 5.5 + z), sag_m=0.5, radius_m=0.007)
    birches, pines = [plants.birch(rng, 0.4) for _ in range(4)], [plants.pine(rng, 0.4, snow=0.12) for _ in range(2)]
    bushes = [plants.bush(rng, 0.4) for _ in range(3)]
    grow(
        world,
        birches + pines,
        46,
        lambda r: (r.uniform(8, 165), r.choice([-1, 1]) * r.uniform(12, 30)),
        banks,
        key=1,
        scales=(0.55, 0.95),
    )
    grow(
        world,
        bushes,
        26,
        lambda r: (r.uniform(4, 110), r.choice([-1, 1]) * r.uniform(5.9, 7.3)),
        banks,
        key=2,
        scales=(0.5, 0.9),
    )
    return photograph(world, camera((-7.5, 1.7, -1.2), (30.0, 3.0, 0.6), 0.74, 0.6), Lens(), seed=6)
