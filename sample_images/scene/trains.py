"""The pictures of trains: the founding scene in two frames, open country, December, a lake shore."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from scene import plants
from scene.buildings import lamp_post
from scene.camera import HEIGHT, WIDTH, Picture, camera
from scene.geometry import Mesh, Paint, spaced
from scene.gun import covered_gun
from scene.land import beside_track, grow, overhead_line
from scene.photograph import Lens, World, photograph
from scene.sky import Hills, Weather
from scene.track import track
from scene.wagons import box_wagon, distant_wagon, flat_wagon, gondola, locomotive, tank_wagon

_WAGON_M = 14.7

_NOVEMBER = Weather(
    sun_azimuth=215,
    sun_height=15,
    sun=(3.0, 2.4, 1.75),
    zenith=(0.50, 0.62, 0.86),
    horizon=(0.82, 0.84, 0.88),
    cloud_cover=0.42,
    cloud=(0.95, 0.94, 0.95),
    haze_m=900,
    hills=(Hills(4.2, 0.8, 900, snow=0.32), Hills(7.0, 1.5, 2200, (0.045, 0.055, 0.06), snow=0.4)),
    brightness=0.52,
)


def founding_scene() -> World:
    """Two guns under canvas on flat wagons, covered wagons after them, thin snow, the wood behind."""
    world = World(seed=1, weather=_NOVEMBER, shadow_centre=(8, 0, 4), shadow_span_m=90)
    for z in (0.0, -5.3):
        world.mesh.put(track(z, -60, 400, snow=0.43 if z else 0.36))
    height = beside_track(world, (0, -5.3), snow=0.46, grass=0.62)
    for i, (number, gun) in enumerate([("94371605", 3), ("94418273", 4)]):
        world.mesh.put(flat_wagon(number, snow=0.42), (2 + i * _WAGON_M, 0, 0))
        world.mesh.put(covered_gun(gun), (2 + i * _WAGON_M, 0, 0))
    world.mesh.put(box_wagon("52790418", (0.12, 0.06, 0.045)), (2 - _WAGON_M, 0, 0))
    for i in range(2, 12):
        colour = (0.105, 0.055 + 0.004 * (i % 3), 0.045)
        wagon = box_wagon(f"5279041{i}", colour) if i < 4 else distant_wagon(colour)
        world.mesh.put(wagon, (2 + i * _WAGON_M, 0, 0))
    overhead_line(world, 3.4, 0.0, [-48, -1.5, 50, 98, 146, 200])
    overhead_line(world, -8.7, -5.3, [-72, -24, 27, 75, 123, 171])
    rng = np.random.default_rng(5)
    birches = [plants.birch(rng, -0.5) for _ in range(5)]
    conifers = [plants.pine(rng, -0.5, snow=0.12) for _ in range(3)] + [
        plants.spruce(rng, -0.5, snow=0.12) for _ in range(3)
    ]
    bushes = [plants.bush(rng, -0.5) for _ in range(3)]
    tufts = [plants.grass(rng, -0.5) for _ in range(4)]
    grow(world, conifers + birches, 420, lambda r: (r.uniform(-70, 420), r.uniform(50, 105)), height, key=1)
    grow(world, birches + conifers[:2], 90, lambda r: (r.uniform(-30, 260), r.uniform(30, 52)), height, key=2)
    grow(world, bushes, 60, lambda r: (r.uniform(-30, 120), r.uniform(8, 40)), height, key=3)
    grow(world, tufts, 420, lambda r: (r.uniform(-20, 40), -8.5 - 12 * r.random() ** 1.2), height, key=4)
    grow(world, tufts, 260, lambda r: (r.uniform(-20, 60), r.uniform(3.5, 22)), height, key=5)
    return world


def train_krasnoyarsk_1() -> Picture:
    return photograph(founding_scene(), camera((-9.5, 1.9, -15.5), (6.5, 1.9, 0.0), 0.80, 0.5), Lens(), seed=1)


def train_krasnoyarsk_2() -> Picture:
    """The same train a moment later, from four metres further on and higher, turned towards the second gun."""
    return photograph(founding_scene(), camera((-5.2, 2.6, -16.6), (8.2, 1.7, 0.0), 0.84, -0.4), Lens(), seed=2)


def open_line() -> Picture:
    """An engine with a mixed goods train in open country on a clear afternoon."""
    weather = Weather(
        sun_azimuth=150,
        sun_height=17,
        sun=(3.3, 2.7, 2.0),
        zenith=(0.20, 0.38, 0.82),
        horizon=(0.72, 0.80, 0.92),
        cloud_cover=0.26,
        cloud=(1.05, 1.02, 1.0),
        haze_m=1800,
        hills=(Hills(2.0, 0.7, 1500, snow=0.4), Hills(4.2, 1.7, 5200, (0.05, 0.06, 0.07), snow=0.55)),
        brightness=0.55,
    )
    world = World(seed=3, weather=weather, shadow_centre=(14, 0, 2), shadow_span_m=110)
    for z in (0.0, 4.6):
        world.mesh.put(track(z, -60, 700, snow=0.50))

    def swell(x: NDArray[np.float32], z: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(np.clip(z - 14, 0, 90) * 0.022 - np.clip(-6 - z, 0, 60) * 0.03, np.float32)

    height = beside_track(world, (0, 4.6), snow=0.60, grass=0.60, rise=swell, x_range=(-60, 600))
    x = 6.0
    world.mesh.put(locomotive((0.030, 0.072, 0.055), (0.42, 0.30, 0.045)), (x, 0, 0))
    makers: list[Callable[[int], Mesh]] = [
        lambda i: tank_wagon(f"7364820{i}", (0.05, 0.052, 0.055), snow=0.4),
        lambda i: gondola(f"6021935{i}", (0.10, 0.05, 0.04), coal=True, snow=0.3),
        lambda i: box_wagon(f"5218406{i}", (0.075, 0.09, 0.07)),
    ]
    x += 15.6
    for i, kind in enumerate([1, 1, 0, 0, 2]):
        x += (7.1, 7.0, 7.3)[kind] + (0.6 if i else 0)
        world.mesh.put(makers[kind](i), (x - 6.8, 0, 0))
        x += (6.1, 7.0, 7.7)[kind]
    for i in range(30):
        world.mesh.put(distant_wagon((0.10, 0.06 + 0.01 * (i % 3), 0.05)), (x + 2 + i * 15, 0, 0))
    overhead_line(world, 7.9, 4.6, [-44, 4, 54, 104, 154, 204, 254])
    overhead_line(world, -3.5, 0.0, [-70, 40, 88, 138, 188, 238])
    rng = np.random.default_rng(33)
    birches = [plants.birch(rng, 0.5) for _ in range(5)]
    firs = [plants.spruce(rng, 0.5, snow=0.25) for _ in range(3)]
    tufts = [plants.grass(rng, 0.5) for _ in range(5)]
    bushes = [plants.bush(rng, 0.5) for _ in range(3)]
    grow(world, birches + firs, 230, lambda r: (r.uniform(-40, 560), 75 + 40 * r.random()), height, key=1)
    grow(world, birches, 22, lambda r: (r.uniform(-10, 220), r.uniform(16, 60)), height, key=2, scales=(0.45, 0.9))
    grow(world, bushes, 70, lambda r: (r.uniform(-10, 160), r.uniform(10, 50)), height, key=3)
    grow(world, tufts, 900, lambda r: (r.uniform(-25, 60), -3.5 - 17 * r.random() ** 1.3), height, key=4)
    return photograph(world, camera((-13.5, 2.3, -13.0), (7.0, 2.2, 1.0), 0.86, 0.3), Lens(grain=0.005), seed=4)


def december_train() -> Picture:
    """Another train, in deep snow and falling snow: shorter covered loads, tank wagons, seen from a footbridge."""
    weather = Weather(
        sun_azimuth=140,
        sun_height=24,
        sun=(0.35, 0.36, 0.40),
        zenith=(0.56, 0.62, 0.72),
        horizon=(0.70, 0.74, 0.80),
        cloud_cover=1.0,
        cloud=(0.74, 0.77, 0.83),
        haze_m=210,
        brightness=0.60,
        warmth=0.95,
    )
    world = World(seed=6, weather=weather, shadow_centre=(10, 0, 0), shadow_span_m=90)
    for z in (0.0, -5.3, 5.3, 10.6):
        world.mesh.put(track(z, -60, 300, snow=0.80))
    height = beside_track(world, (-5.3, 10.6), snow=1.0, grass=0.5, z_range=(-50, 200))
    for i, number in enumerate(["94602817", "94602833", "94573301"]):
        world.mesh.put(
            flat_wagon(number, snow=0.85, colour=(0.055, 0.06, 0.062)), (-3 + i * _WAGON_M, 0, 0), turn_degrees=180
        )
        load = covered_gun(60 + i, tint=(0.135, 0.12, 0.088), snow=0.68)
        world.mesh.put(load, (-3 + i * _WAGON_M, 0, 0), turn_degrees=180)
    for i in range(12):
        wagon = (
            tank_wagon(f"5077214{i}", (0.34, 0.345, 0.35), snow=0.8)
            if i < 3
            else distant_wagon((0.12, 0.12, 0.13), snow=0.9)
        )
        world.mesh.put(wagon, (39.9 + i * 12.7, 0, 0))
    for i in range(9):
        wagon = (
            gondola(f"6388102{i}", (0.07, 0.10, 0.085), coal=False, snow=0.7)
            if i < 5
            else distant_wagon((0.08, 0.10, 0.09), snow=0.9)
        )
        world.mesh.put(wagon, (12 + i * 14.0, 0, 10.6))
    overhead_line(world, 7.95, 5.3, [-40, 6, 52, 98, 144])
    for x in (4, 34, 64, 94):
        world.mesh.put(lamp_post(9.0), (x, -0.9, -10.5), turn_degrees=180)
    rng = np.random.default_rng(66)
    firs = [plants.spruce(rng, 0.0, snow=0.5) for _ in range(4)] + [plants.pine(rng, 0.0, snow=0.45) for _ in range(3)]
    birches = [plants.birch(rng, 0.0) for _ in range(4)]
    grow(world, firs + birches, 240, lambda r: (r.uniform(-40, 260), r.uniform(22, 75)), height, key=1)
    grow(
        world,
        [plants.bush(rng, 0.0) for _ in range(3)],
        50,
        lambda r: (r.uniform(-20, 120), r.uniform(15, 24)),
        height,
        key=2,
    )
    picture = photograph(world, camera((-17.0, 6.8, -10.5), (8.0, 1.0, 1.0), 0.80, -0.3), Lens(grain=0.010), seed=7)
    return _snowfall(picture, np.random.default_rng(67))


def _snowfall(picture: Picture, rng: np.random.Generator) -> Picture:
    flakes = np.zeros(picture.shape[:2], np.float32)
    for count, size, light in ((2600, 1.1, 0.30), (700, 2.0, 0.26), (90, 4.5, 0.16)):
        layer = np.zeros_like(flakes)
        for x, y, strength in zip(
            rng.uniform(0, WIDTH, count), rng.uniform(0, HEIGHT, count), rng.uniform(0.4, 1, count), strict=True
        ):
            slant = np.array([rng.normal(-2.2, 1.0), rng.normal(5.0, 1.2)]) * size / 2
            ends = [(round(v[0] * 16), round(v[1] * 16)) for v in ((x, y), (x + slant[0], y + slant[1]))]
            cv2.line(layer, ends[0], ends[1], float(strength), max(1, round(size)), cv2.LINE_AA, 4)
        flakes += light * cv2.GaussianBlur(layer, (0, 0), 0.5 * size)
    share = np.clip(flakes, 0, 0.7)[:, :, None]
    return np.asarray(picture + (238 - picture.astype(np.float32)) * share, np.uint8)


def _shore(x: NDArray[np.float32], z: NDArray[np.float32]) -> NDArray[np.float32]:
    bank = np.clip((-9 - z) * 0.42, 0, 30)
    beach = np.clip((z - 5) * 0.22, 0, 3.6)
    rough = 0.22 * np.sin(x * 0.5 + z * 0.4) + 0.16 * np.sin(x * 1.1 - z * 0.7)
    return np.asarray(-0.95 + bank - beach + rough * np.clip((np.abs(z) - 4) / 4, 0, 1), np.float32)


def lakeside() -> Picture:
    """Coal wagons along a lake shore in late September, mountains across the water."""
    weather = Weather(
        sun_azimuth=205,
        sun_height=32,
        sun=(3.1, 2.85, 2.4),
        zenith=(0.16, 0.34, 0.78),
        horizon=(0.70, 0.80, 0.92),
        cloud_cover=0.28,
        cloud=(1.05, 1.04, 1.03),
        haze_m=22000,
        hills=(Hills(2.6, 1.25, 16000, (0.06, 0.075, 0.085), snow=0.12),),
        brightness=0.50,
    )
    world = World(seed=7, weather=weather, shadow_centre=(12, 0, 0), shadow_span_m=110, water_level_m=-2.4)
    world.mesh.put(track(0.0, -80, 500, snow=0.0))
    xs = np.concatenate([np.linspace(-50, 70, 160), spaced(71, 420, 60)])
    world.mesh.ground(_shore, xs, np.linspace(-48, 16, 150), Paint("earth", (0.0, 0.75, 0)))
    world.mesh.polygon(
        [[-600, -2.4, 4], [3000, -2.4, 4], [3000, -2.4, 9000], [-600, -2.4, 9000]],
        Paint("water", (0.012, 0.040, 0.055)),
    )
    for i in range(22):
        colour = [(0.10, 0.055, 0.045), (0.06, 0.09, 0.075), (0.12, 0.06, 0.045)][i % 3]
        wagon = gondola(f"5603917{i}", colour, coal=True, snow=0.0) if i < 8 else distant_wagon(colour, snow=0.0)
        world.mesh.put(wagon, (-18 + i * 13.9, 0, 0))
    rng = np.random.default_rng(77)
    gold = [
        plants.broadleaf(rng, -0.4, leaf)
        for leaf in ((0.42, 0.27, 0.035), (0.36, 0.20, 0.03), (0.22, 0.22, 0.04), (0.13, 0.16, 0.035))
    ]
    pines = [plants.pine(rng, -0.4, snow=0.0) for _ in range(3)]
    bushes, tufts = [plants.bush(rng, -0.4) for _ in range(3)], [plants.grass(rng, -0.4) for _ in range(5)]
    grow(world, gold + pines, 40, lambda r: (r.uniform(26, 260), r.uniform(-24, -8)), _shore, key=1, scales=(0.5, 0.9))
    grow(world, gold, 12, lambda r: (r.uniform(10, 120), r.uniform(8, 11)), _shore, key=2, scales=(0.3, 0.55))
    grow(world, bushes, 40, lambda r: (r.uniform(-30, 90), r.uniform(-14, -8)), _shore, key=3, scales=(0.5, 0.9))
    grow(world, tufts, 1300, lambda r: (r.uniform(-45, 45), r.uniform(-33, -6)), _shore, key=4, scales=(0.9, 1.8))
    return photograph(world, camera((-26, 11.5, -31), (16, 0.6, 6), 0.80), Lens(grain=0.005), seed=8)
