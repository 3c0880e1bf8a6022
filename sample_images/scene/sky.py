"""Light from outside the scene: sky, clouds, sun and far hills, all a function of the direction looked in."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scene.materials import smoothstep
from scene.texture import Textures

Array = NDArray[np.float32]
Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Hills:
    """One wooded ridge: how high it stands (degrees), how rough, how far."""

    height_degrees: float
    rough_degrees: float
    distance_m: float
    colour: Colour = (0.035, 0.045, 0.045)
    snow: float = 0.3


@dataclass(frozen=True)
class Weather:
    """The light of a scene. Angles in degrees; azimuth 0 is +z, 90 is +x."""

    sun_azimuth: float
    sun_height: float
    sun: Colour
    zenith: Colour
    horizon: Colour
    cloud_cover: float  # 0 clear .. 1 closed
    cloud: Colour
    haze_m: float  # distance at which two thirds of the colour is haze
    hills: tuple[Hills, ...] = ()
    brightness: float = 0.42  # where the middle of the picture should come to lie, 0..1
    warmth: float = 1.0  # red against blue of the camera's white balance

    @property
    def towards_sun(self) -> Array:
        azimuth, height = np.radians(self.sun_azimuth), np.radians(self.sun_height)
        flat = np.cos(height)
        return np.array([np.sin(azimuth) * flat, np.sin(height), np.cos(azimuth) * flat], np.float32)


def sky_light(directions: Array, weather: Weather, textures: Textures) -> Array:
    """The sky's light along each direction, shape (n, 3); the hills stand before it."""
    unit = directions / np.linalg.norm(directions, axis=1, keepdims=True)
    light = _sky(unit, weather, textures)
    azimuth = np.arctan2(unit[:, 0], unit[:, 2])
    elevation = np.degrees(np.arcsin(np.clip(unit[:, 1], -1, 1)))
    for number, hills in enumerate(sorted(weather.hills, key=lambda ridge: -ridge.distance_m)):
        _raise_hills(light, azimuth, elevation, hills, number, weather, textures)
    return light


def _sky(unit: Array, weather: Weather, textures: Textures) -> Array:
    up = np.clip(unit[:, 1], 0.0, 1.0)
    share = (1 - np.exp(-up * 3.2))[:, None]
    light = np.asarray(weather.horizon, np.float32) * (1 - share) + np.asarray(weather.zenith, np.float32) * share
    towards = np.clip(unit @ weather.towards_sun, 0, 1)
    glow = 0.30 * towards**8 + 0.5 * towards**90
    light = light + glow[:, None] * np.asarray(weather.sun, np.float32) * 0.25
    rise = np.maximum(up, 0.012) + 0.06
    u, v = unit[:, 0] / rise * 1500, unit[:, 2] / rise * 1500
    footprint = 2.0 / rise**2
    cloud = (
        textures.clouds.at(u, v, footprint)[:, 0] + 0.35 * textures.clouds.at(u * 3.7, v * 3.7, footprint * 3.7)[:, 0]
    )
    sunward = weather.towards_sun[[0, 2]] * 380
    lit = cloud - textures.clouds.at(u + sunward[0], v + sunward[1], footprint)[:, 0]
    cover = smoothstep(-0.5, 1.0, cloud + 3.2 * (weather.cloud_cover - 0.5)) * smoothstep(0.0, 0.12, up) ** 0.5
    body = (
        np.asarray(weather.cloud, np.float32)
        * (1 - 0.13 * np.clip(cloud, -1.5, 2.2) + 0.16 * np.clip(lit, -1.5, 1.5))[:, None]
    )
    body = (
        body * (0.75 + 0.25 * smoothstep(0.0, 0.35, up))[:, None]
        + glow[:, None] * np.asarray(weather.sun, np.float32) * 0.1
    )
    return np.asarray(light + (body - light) * (cover * 0.92)[:, None], np.float32)


def _raise_hills(
    light: Array, azimuth: Array, elevation: Array, hills: Hills, number: int, weather: Weather, textures: Textures
) -> None:
    """Lay one ridge over the sky, in place: an uneven crest of tree tops, woods and clearings below."""
    along = azimuth * 60
    crest = textures.broad.at(along * 0.10 + 17 * number, along * 0 + 3.1 * number, 0.05)[:, 0]
    tops = textures.fine.at(along * 1.4, along * 0 + 0.13 * number, 0.0)[:, 0]
    edge = hills.height_degrees + hills.rough_degrees * crest + 0.05 * min(1.0, 900 / hills.distance_m) * tops
    below = np.flatnonzero(elevation < edge)
    if not len(below):
        return
    u, v = along[below] * 1.1, elevation[below] * 1.1
    woods = textures.fine.at(u * 0.9, v * 0.8, 0.004)[:, 0] + 0.6 * textures.fine.at(u * 3.1, v * 1.2, 0.01)[:, 0]
    land = textures.broad.at(u * 0.5 + 7 * number, v * 1.6, 0.01)[:, 0]
    colour = np.asarray(hills.colour, np.float32) * (1 + 0.34 * np.clip(woods, -2, 2))[:, None]
    clearing = smoothstep(0.3, 1.4, land + 3 * (hills.snow - 0.5) + 0.25 * woods)
    colour = colour + (np.array([0.42, 0.46, 0.52], np.float32) - colour) * clearing[:, None]
    haze = 1 - np.exp(-hills.distance_m / weather.haze_m)
    light[below] = colour * (1 - haze) + np.asarray(weather.horizon, np.float32) * haze
