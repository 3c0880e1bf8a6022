"""A world and a camera become a picture: faces, plants and wires in linear light, then what a lens and a sensor do."""

from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from scene.geometry import Colour, Mesh
from scene.light import Lit, Shadows
from scene.plants import CutOut
from scene.raster import Camera, Seen, Solid, SunView, rasterise
from scene.sky import Weather
from scene.texture import Textures

Array = NDArray[np.float32]

_SAMPLES = 2  # per pixel and axis
_SHADOW_PX = 3072


@dataclass(frozen=True)
class Plant:
    cut_out: CutOut
    foot: tuple[float, float, float]
    scale: float = 1.0
    flipped: bool = False


@dataclass(frozen=True)
class Wire:
    points: Array  # (n, 3)
    radius_m: float
    colour: Colour = (0.03, 0.03, 0.032)


@dataclass
class World:
    seed: int
    weather: Weather
    mesh: Mesh = field(default_factory=Mesh)
    plants: list[Plant] = field(default_factory=list)
    wires: list[Wire] = field(default_factory=list)
    shadow_centre: tuple[float, float, float] = (0.0, 0.0, 10.0)
    shadow_span_m: float = 90.0
    water_level_m: float | None = None

    def wire(
        self,
        start: tuple[float, float, float],
        end: tuple[float, float, float],
        *,
        sag_m: float = 0.0,
        radius_m: float = 0.008,
    ) -> None:
        t = np.linspace(0, 1, max(8, int(abs(end[0] - start[0]) / 1.5)), dtype=np.float32)[:, None]
        points = np.asarray(start, np.float32) * (1 - t) + np.asarray(end, np.float32) * t
        points[:, 1] -= (4 * sag_m * t * (1 - t))[:, 0]
        self.wires.append(Wire(points, radius_m))


@dataclass(frozen=True)
class Lens:
    """What the camera adds. `grain` and `vignette` are shares of full white; `soft_px` is the blur of the glass."""

    grain: float = 0.006
    vignette: float = 0.22
    soft_px: float = 0.55
    sharpen: float = 0.45
    fringe: float = 0.0004
    saturation: float = 1.0


def photograph(world: World, camera: Camera, lens: Lens, *, seed: int) -> NDArray[np.uint8]:
    """The picture, sRGB, shape (height, width, 3). The same arguments give the same picture."""
    textures = Textures(world.seed)
    solid = Solid.of(world.mesh)
    lit = Lit(solid, world.weather, textures, _cast_shadows(world, solid))
    fine = camera.scaled(_SAMPLES)
    mirror = None
    if world.water_level_m is not None:
        above = _above_water(solid, world.water_level_m)
        mirrored = Lit(above, world.weather, textures, lit.shadows)
        mirror = _view(world, above, mirrored, camera.reflected(world.water_level_m), None)
    return _develop(_view(world, solid, lit, fine, mirror), world.weather, lens, seed)


def _above_water(solid: Solid, level_m: float) -> Solid:
    """Only the faces that stand out of the water: its surface and its bed would hide what it mirrors."""
    return _only(solid, solid.points[solid.faces, 1].max(1) > level_m + 0.03)


def _casting(solid: Solid) -> Solid:
    """Only what throws shadows worth drawing: not the land and the water, which are nearly flat."""
    lying = [paint.material in ("earth", "water", "road", "ballast") for paint in solid.paints]
    return _only(solid, ~np.asarray(lying)[solid.paint_of_face])


def _only(solid: Solid, kept: NDArray[np.bool_]) -> Solid:
    return replace(solid, faces=solid.faces[kept], paint_of_face=solid.paint_of_face[kept], closed=solid.closed[kept])


def _view(world: World, solid: Solid, lit: Lit, camera: Camera, mirror: Array | None) -> Array:
    seen = rasterise(solid, camera, empty=0.0)
    light = lit.image(seen, camera, mirror=mirror)
    ahead = [(float((np.asarray(plant.foot) - camera.position) @ camera.axes[2]), plant) for plant in world.plants]
    for depth, plant in sorted(ahead, key=lambda pair: -pair[0]):
        if depth > 1.0:
            _stand(light, seen, camera, plant, world.weather)
    for wire in world.wires:
        _hang(light, seen, camera, wire, world.weather)
    return light


def _cast_shadows(world: World, solid: Solid) -> Shadows:
    view = SunView.from_direction(world.weather.towards_sun, world.shadow_centre, world.shadow_span_m, _SHADOW_PX)
    nearness = rasterise(_casting(solid), view, empty=-np.inf).nearness
    for plant in world.plants:
        _shade_with(nearness, view, plant)
    return Shadows(view, nearness)


def _shade_with(nearness: Array, view: SunView, plant: Plant) -> None:
    """Lay a plant's outline into the sun's view, turned square to the sun."""
    foot = np.asarray(plant.foot, np.float32)
    top = foot + np.array([0, plant.cut_out.height_m * plant.scale, 0], np.float32)
    x, y, near = view.project(np.stack([foot, top]))
    half = plant.cut_out.width_m * plant.scale * view.width / view.span_m / 2
    left, right = int(min(x) - half), int(max(x) + half) + 1
    upper, lower = int(min(y)), int(max(y)) + 1
    if right <= 0 or lower <= 0 or left >= view.width or upper >= view.height or lower - upper < 3:
        return
    cover = plant.cut_out.sized(right - left, lower - upper)[:, :, 3]
    share = np.linspace(1, 0, lower - upper, dtype=np.float32)[:, None]
    rise = near[0] + (near[1] - near[0]) * share
    x0, x1, y0, y1 = max(left, 0), min(right, view.width), max(upper, 0), min(lower, view.height)
    part = nearness[y0:y1, x0:x1]
    inside = cover[y0 - upper : y1 - upper, x0 - left : x1 - left] > 0.45
    np.copyto(part, np.maximum(part, np.broadcast_to(rise[y0 - upper : y1 - upper], part.shape)), where=inside)


def _stand(light: Array, seen: Seen, camera: Camera, plant: Plant, weather: Weather) -> None:
    """Draw a plant where nothing nearer hides it, faded by the haze between."""
    foot = np.asarray(plant.foot, np.float32)
    top = foot + np.array([0, plant.cut_out.height_m * plant.scale, 0], np.float32)
    x, y, near = camera.project(np.stack([foot, top]))
    upright = y[1] < y[0]
    upper, lower = int(min(y)), int(max(y)) + 1
    wide = max(2, int(plant.cut_out.width_m * plant.scale * camera.focal_px * near[0]))
    left = int(x[0] - wide / 2)
    x0, x1, y0, y1 = max(left, 0), min(left + wide, camera.width), max(upper, 0), min(lower, camera.height)
    if x1 <= x0 or y1 <= y0 or lower - upper < 3:
        return
    flip = (slice(None, None, 1 if upright else -1), slice(None, None, -1 if plant.flipped else 1))
    sheet = plant.cut_out.sized(wide, lower - upper)[flip][y0 - upper : y1 - upper, x0 - left : x1 - left]
    known = seen.nearness[y0:y1, x0:x1]
    cover = sheet[:, :, 3] * (near[0] > known)
    if not cover.any():
        return
    colour = sheet[:, :, :3]
    dome = 0.5 * np.asarray(weather.horizon, np.float32) + 0.5 * np.asarray(weather.zenith, np.float32)
    colour = colour * (0.75 * dome + 0.62 * np.asarray(weather.sun, np.float32))
    clear = np.exp(-float(np.linalg.norm(foot - camera.position)) / weather.haze_m)
    colour = colour * clear + np.asarray(weather.horizon, np.float32) * (1 - clear)
    light[y0:y1, x0:x1] += (colour - light[y0:y1, x0:x1]) * cover[:, :, None]
    np.copyto(known, near[0], where=cover > 0.5)


def _hang(light: Array, seen: Seen, camera: Camera, wire: Wire, weather: Weather) -> None:
    x, y, near = camera.project(wire.points)
    drawn = (
        np.isfinite(x) & (x > -camera.width) & (x < 2 * camera.width) & (y > -camera.height) & (y < 2 * camera.height)
    )
    if drawn.sum() < 2:
        return
    left, right = int(np.clip(x[drawn].min() - 4, 0, camera.width)), int(np.clip(x[drawn].max() + 5, 0, camera.width))
    top, bottom = int(np.clip(y[drawn].min() - 4, 0, camera.height)), int(np.clip(y[drawn].max() + 5, 0, camera.height))
    if right <= left or bottom <= top:
        return
    cover = np.zeros((bottom - top, right - left), np.uint8)
    for i in np.flatnonzero(drawn[:-1] & drawn[1:]):
        column = int(np.clip((x[i] + x[i + 1]) / 2, left, right - 1))
        row = int(np.clip((y[i] + y[i + 1]) / 2, top, bottom - 1))
        if seen.nearness[row, column] > near[i] * 1.002:
            continue
        thick = 2 * wire.radius_m * camera.focal_px * near[i]
        ends = [(round(float(x[k] - left) * 16), round(float(y[k] - top) * 16)) for k in (i, i + 1)]
        cv2.line(cover, ends[0], ends[1], int(255 * min(1.0, thick)), max(1, round(thick)), cv2.LINE_AA, 4)
    clear = np.exp(-float(np.linalg.norm(wire.points.mean(0) - camera.position)) / weather.haze_m)
    colour = np.asarray(wire.colour, np.float32) * clear + np.asarray(weather.horizon, np.float32) * (1 - clear)
    touched = np.flatnonzero(cover.any(1))
    for row in touched:
        hit = np.flatnonzero(cover[row])
        line = light[top + row, left:right]
        line[hit] += (colour - line[hit]) * (cover[row, hit, None].astype(np.float32) / 255)


def _develop(light: Array, weather: Weather, lens: Lens, seed: int) -> NDArray[np.uint8]:
    height, width = light.shape[0] // _SAMPLES, light.shape[1] // _SAMPLES
    glare = cv2.resize(light, (width // 4, height // 4), interpolation=cv2.INTER_AREA)
    glare = cv2.GaussianBlur(np.maximum(glare - 0.9, 0), (0, 0), 12)
    light = cv2.GaussianBlur(light, (0, 0), lens.soft_px * _SAMPLES)
    light = cv2.resize(light, (width, height), interpolation=cv2.INTER_AREA)
    light += 0.10 * cv2.resize(glare, (width, height), interpolation=cv2.INTER_LINEAR)
    light = _fringed(light, lens.fringe)
    light *= _falloff(height, width, lens.vignette)
    light *= np.array([weather.warmth**0.5, 1.0, weather.warmth**-0.5], np.float32)
    grey = light @ np.array([0.21, 0.72, 0.07], np.float32)
    light *= -np.log(1 - weather.brightness**2.2) / np.exp(np.log(np.maximum(grey, 1e-3)).mean())
    tone = 1 - np.exp(-light)
    tone = np.clip(tone * 1.04, 0, 1) ** (1 / 2.2)
    tone = tone + 0.30 * np.sin(2 * np.pi * (tone - 0.5)) / (2 * np.pi)
    luma = (tone @ np.array([0.30, 0.59, 0.11], np.float32))[:, :, None]
    tone = luma + (tone - luma) * lens.saturation
    tone += lens.sharpen * (tone - cv2.GaussianBlur(tone, (0, 0), 1.1))
    tone += _film_grain(height, width, luma[:, :, 0], lens.grain, seed)
    return np.asarray(np.clip(tone * 255 + 0.5, 0, 255), np.uint8)


def _fringed(light: Array, strength: float) -> Array:
    """Red and blue imaged at slightly different sizes, as by plain glass."""
    height, width = light.shape[:2]
    channels = []
    for channel, sign in ((0, 1), (1, 0), (2, -1)):
        scale = 1 + sign * strength
        warp = np.array([[scale, 0, (1 - scale) * width / 2], [0, scale, (1 - scale) * height / 2]])
        plane = np.ascontiguousarray(light[:, :, channel])
        channels.append(
            cv2.warpAffine(plane, warp, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            if sign
            else plane
        )
    return np.dstack(channels)


def _falloff(height: int, width: int, strength: float) -> Array:
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    return np.asarray(1 - strength * ((x * x + y * y) / 2) ** 1.3, np.float32)[:, :, None]


def _film_grain(height: int, width: int, luma: Array, strength: float, seed: int) -> Array:
    rng = np.random.default_rng([seed, 99])
    grey = cv2.GaussianBlur(rng.standard_normal((height, width), np.float32), (0, 0), 0.7) * 2.2
    colour = cv2.GaussianBlur(rng.standard_normal((height, width, 3), np.float32), (0, 0), 1.3) * 3.0
    weight = 0.45 + 0.9 * np.sqrt(np.clip(luma * (1 - luma), 0, 1))
    return (grey[:, :, None] + 0.35 * colour) * (strength * weight[:, :, None])
