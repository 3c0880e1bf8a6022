"""Light on what the camera sees: sun with shadows, sky, haze, mirror of water; in bands of rows, to save memory."""

from dataclasses import dataclass, fields
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from scene.materials import MATERIALS, Look, Surface, smoothstep, snow_look
from scene.raster import Camera, Seen, Solid, SunView
from scene.sky import Weather, sky_light
from scene.texture import Textures

Array = NDArray[np.float32]

_BAND_ROWS = 256
_EAST, _NORTH = np.array([1, 0, 0], np.float32), np.array([0, 0, 1], np.float32)
_GROUND_BOUNCE = np.array([0.30, 0.29, 0.28], np.float32)


@dataclass
class Shadows:
    """The nearness to the sun of the first thing its light meets."""

    view: SunView
    nearness: Array

    def light_on(self, points: Array, normals: Array, towards_sun: Array) -> Array:
        """1 in the sun, 0 in shadow, between at soft edges. Outside the map everything is in the sun."""
        texel_m = self.view.span_m / self.view.width
        x, y, nearness = self.view.project(points + normals * (1.6 * texel_m))
        inside = (x > 2) & (y > 2) & (x < self.view.width - 3) & (y < self.view.height - 3)
        columns, rows = np.where(inside, x, 2).astype(np.int32), np.where(inside, y, 2).astype(np.int32)
        limit = nearness + np.float32(1.2 * texel_m)
        lit = np.zeros(len(points), np.float32)
        taps = [(0, 0), (-1, -1), (1, -1), (-1, 1), (1, 1)]
        for dx, dy in taps:
            lit += self.nearness[rows + dy, columns + dx] < limit
        return np.where(inside, lit / len(taps), 1).astype(np.float32)


def corner_shade(seen: Seen, camera: Camera, *, radius_m: float = 0.9) -> Array:
    """How much sky reaches each pixel past its surroundings (1: all of it), from the depth buffer alone."""
    half = (camera.width // 2, camera.height // 2)
    depth = 1 / np.maximum(cv2.resize(seen.nearness, half, interpolation=cv2.INTER_NEAREST), 1e-4)
    reach_px = np.clip(radius_m * camera.focal_px / 2 / depth, 2, 90)
    rows, columns = np.mgrid[0 : half[1], 0 : half[0]].astype(np.float32)
    jitter = np.random.default_rng(0).random(depth.shape, np.float32)
    hidden = np.zeros_like(depth)
    directions = 14
    for index in range(directions):
        angle = (index + jitter) * 2 * np.pi / directions
        length = reach_px * (0.25 + 0.75 * ((index * 0.618 + jitter) % 1.0))
        there = cv2.remap(
            depth,
            columns + np.cos(angle) * length,
            rows + np.sin(angle) * length,
            cv2.INTER_NEAREST,
            borderMode=cv2.BORDER_REPLICATE,
        )
        rise = depth - there
        hidden += smoothstep(0.02, 0.30, rise) * smoothstep(2.5 * radius_m, 1.0 * radius_m, rise)
    open_sky = 1 - np.clip(hidden / directions * 1.25, 0, 0.85)
    blurred = cv2.bilateralFilter(open_sky.astype(np.float32), 7, 0.25, 3)
    return cv2.resize(blurred, (camera.width, camera.height), interpolation=cv2.INTER_LINEAR)


@dataclass(frozen=True)
class _Points:
    """What is known of the pixels to be shaded, one row of each array for a pixel."""

    face: NDArray[np.int32]
    rays: Array
    nearness: Array
    open_sky: Array
    size_px: Array
    row: NDArray[np.int64]
    column: NDArray[np.int64]

    def only(self, kept: NDArray[np.bool_]) -> "_Points":
        return _Points(**{part.name: getattr(self, part.name)[kept] for part in fields(self)})


def _worth_shading(face: NDArray[np.int32]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which pixels to shade, and which of them stand for a square of four that shows one face only."""
    shape = face.shape
    strange = face != _doubled(face[::2, ::2], shape)
    padded = np.pad(strange, ((0, shape[0] % 2), (0, shape[1] % 2)))
    mixed = padded.reshape(padded.shape[0] // 2, 2, padded.shape[1] // 2, 2).any((1, 3))
    chosen = _doubled(mixed, shape)
    wide = ~chosen
    chosen[::2, ::2] = True
    return chosen, wide


def _doubled(small: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    return np.repeat(np.repeat(small, 2, 0), 2, 1)[: shape[0], : shape[1]]


class Lit:
    """Turns what a camera sees of a solid into light, shape (height, width, 3)."""

    def __init__(self, solid: Solid, weather: Weather, textures: Textures, shadows: Shadows) -> None:
        self.solid, self.weather, self.textures, self.shadows = solid, weather, textures, shadows
        self._corners = solid.points[solid.faces]
        flat = np.cross(self._corners[:, 1] - self._corners[:, 0], self._corners[:, 2] - self._corners[:, 0])
        self._flat_normals = flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-9)
        self._smooth = np.abs(solid.normals[solid.faces[:, 0]]).sum(1) > 0

    def image(self, seen: Seen, camera: Camera, *, mirror: Array | None = None) -> Array:
        shade = corner_shade(seen, camera)
        light = np.empty((camera.height, camera.width, 3), np.float32)
        for top in range(0, camera.height, _BAND_ROWS):
            rows = slice(top, min(top + _BAND_ROWS, camera.height))
            chosen, wide = _worth_shading(seen.face[rows])
            row, column = np.nonzero(chosen)
            points = _Points(
                face=seen.face[rows][chosen],
                rays=camera.directions(rows.start, rows.stop)[chosen],
                nearness=seen.nearness[rows][chosen],
                open_sky=shade[rows][chosen],
                size_px=np.where(wide[chosen], 1.6, 1.0).astype(np.float32),
                row=row + top,
                column=column,
            )
            band = light[rows]
            band[chosen] = self._colours(points, camera, mirror)
            band[:] = np.where(chosen[:, :, None], band, _doubled(band[::2, ::2], band.shape[:2]))
        return light

    def _colours(self, points: "_Points", camera: Camera, mirror: Array | None) -> Array:
        colours = np.empty((len(points.face), 3), np.float32)
        empty = points.face < 0
        if empty.any():
            colours[empty] = sky_light(points.rays[empty], self.weather, self.textures)
        if not empty.all():
            colours[~empty] = self._surfaces(points.only(~empty), camera, mirror)
        return colours

    def _surfaces(self, at: "_Points", camera: Camera, mirror: Array | None) -> Array:
        depth = 1 / at.nearness
        points = camera.position + at.rays * depth[:, None]
        normals = self._normals(at.face, points)
        length = np.linalg.norm(at.rays, axis=1, keepdims=True)
        towards_eye = -at.rays / length
        facing = np.einsum("ij,ij->i", normals, towards_eye)
        normals *= np.where(facing < 0, -1, 1).astype(np.float32)[:, None]
        footprint = at.size_px * depth / camera.focal_px / np.maximum(np.abs(facing), 0.12) ** 0.6
        albedo = np.empty_like(points)
        bumped = np.empty_like(points)
        gloss = np.zeros(len(at.face), np.float32)
        watery = np.zeros(len(at.face), bool)
        paint_of_pixel = self.solid.paint_of_face[at.face]
        for number in np.unique(paint_of_pixel):
            here = np.flatnonzero(paint_of_pixel == number)
            look, bumped[here] = self._look(number, points[here], normals[here], footprint[here])
            albedo[here], gloss[here] = look.albedo, look.gloss
            watery[here] = self.solid.paints[number].material == "water"
        light = self._light(points, normals, bumped, albedo, at.open_sky)
        light += self._shine(bumped, towards_eye, gloss * ~watery, at.open_sky)
        if mirror is not None and watery.any():
            light[watery] = _water(bumped[watery], towards_eye[watery], albedo[watery], at.only(watery), camera, mirror)
        clear = np.exp(-(depth * length[:, 0]) / self.weather.haze_m)[:, None]
        return np.asarray(light * clear + np.asarray(self.weather.horizon, np.float32) * (1 - clear), np.float32)

    def _normals(self, face: NDArray[np.int32], points: Array) -> Array:
        normals = self._flat_normals[face].astype(np.float32)
        smooth = np.flatnonzero(self._smooth[face])
        if len(smooth):
            which = face[smooth]
            a, b, c = (self._corners[which, k] for k in range(3))
            across, down, to = b - a, c - a, points[smooth] - a
            dot = np.einsum
            bb, bc, cc = (dot("ij,ij->i", p, q) for p, q in ((across, across), (across, down), (down, down)))
            pb, pc = dot("ij,ij->i", to, across), dot("ij,ij->i", to, down)
            area = np.maximum(bb * cc - bc * bc, 1e-12)
            s, t = (cc * pb - bc * pc) / area, (bb * pc - bc * pb) / area
            own = self.solid.normals[self.solid.faces[which, :3]]
            mixed = own[:, 0] + s[:, None] * (own[:, 1] - own[:, 0]) + t[:, None] * (own[:, 2] - own[:, 0])
            normals[smooth] = mixed / np.maximum(np.linalg.norm(mixed, axis=1, keepdims=True), 1e-6)
        return normals

    def _look(self, number: int, points: Array, normals: Array, footprint: Array) -> tuple[Look, Array]:
        """What the surface looks like there, snow on it included, and its normals with the relief."""
        painted = self.solid.paints[number]
        level = np.abs(normals[:, 1]) > 0.72
        side = np.where(
            level[:, None], _EAST, np.stack([normals[:, 2], np.zeros_like(normals[:, 1]), -normals[:, 0]], 1)
        )
        side = side / np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-6)
        rise = np.where(level[:, None], _NORTH, np.cross(normals, side))
        u, v = np.einsum("ij,ij->i", points, side), np.einsum("ij,ij->i", points, rise)
        surface = Surface(
            points,
            u.astype(np.float32),
            v.astype(np.float32),
            footprint.astype(np.float32),
            np.asarray(painted.tint, np.float32),
            self.textures,
        )
        look = MATERIALS[painted.material](surface)
        if painted.snow > 0:
            lying = snow_look(surface)
            patch = self.textures.broad.at(points[:, 0] * 2.1, points[:, 2] * 2.1 + points[:, 1], footprint)[:, 0]
            speck = self.textures.fine.at(points[:, 0], points[:, 2] + points[:, 1], footprint)[:, 0]
            steep = normals[:, 1] - 0.16 * look.slope[:, 1] * (np.abs(normals[:, 1]) < 0.72)
            cover = smoothstep(0.52, 0.80, steep) * smoothstep(
                -0.3, 0.5, patch + 0.4 * speck + 4 * (painted.snow - 0.5)
            )
            look.albedo = look.albedo + (lying.albedo - look.albedo) * cover[:, None]
            look.slope = look.slope + (lying.slope - look.slope) * cover[:, None]
            look.gloss = look.gloss * (1 - cover)
        bumped = normals - side * look.slope[:, :1] - rise * look.slope[:, 1:]
        return look, bumped / np.linalg.norm(bumped, axis=1, keepdims=True)

    def _light(self, points: Array, normals: Array, bumped: Array, albedo: Array, shade: Array) -> Array:
        weather = self.weather
        straight = np.clip(bumped @ weather.towards_sun, 0, 1) * smoothstep(-0.02, 0.12, normals @ weather.towards_sun)
        straight *= self.shadows.light_on(points, normals, weather.towards_sun)
        open_above = (0.5 + 0.5 * bumped[:, 1])[:, None]
        dome = 0.55 * np.asarray(weather.zenith, np.float32) + 0.45 * np.asarray(weather.horizon, np.float32)
        veil = np.asarray(weather.cloud, np.float32)
        dome = dome + (veil - dome) * (0.75 * weather.cloud_cover)
        from_sky = dome * open_above + (dome + 0.35 * np.asarray(weather.sun, np.float32)) * _GROUND_BOUNCE * (
            1 - open_above
        )
        return np.asarray(
            albedo * (from_sky * shade[:, None] + straight[:, None] * np.asarray(weather.sun, np.float32)), np.float32
        )

    def _shine(self, normals: Array, towards_eye: Array, gloss: Array, shade: Array) -> Array:
        """What a glossy surface throws back of sky and sun."""
        facing = np.clip(np.einsum("ij,ij->i", normals, towards_eye), 0, 1)
        back = 2 * facing[:, None] * normals - towards_eye
        fresnel = gloss * (0.05 + 0.95 * (1 - facing) ** 5) + 0.42 * np.clip(gloss - 0.6, 0, 1)
        up = np.clip(back[:, 1:2] * 1.5, 0, 1)
        weather = self.weather
        sky = np.asarray(weather.horizon, np.float32) * (1 - up) + np.asarray(weather.zenith, np.float32) * up
        ground = np.array([0.06, 0.06, 0.06], np.float32)
        mirrored = np.where(back[:, 1:2] > 0, sky, ground)
        spot = np.clip(back @ weather.towards_sun, 0, 1)[:, None] ** 60 * np.asarray(weather.sun, np.float32) * 0.8
        return np.asarray((fresnel * shade)[:, None] * (mirrored + spot), np.float32)


def _water(normals: Array, towards_eye: Array, deep: Array, at: _Points, camera: Camera, mirror: Array) -> Array:
    """The mirror image, shaken by the waves, over the colour of the water."""
    facing = np.clip(np.einsum("ij,ij->i", normals, towards_eye), 0.02, 1)
    fresnel = (0.03 + 0.97 * (1 - facing) ** 5)[:, None]
    scale = mirror.shape[1] / camera.width
    reach = camera.focal_px * 0.16
    column = np.clip((at.column + normals[:, 0] * reach * 0.6) * scale, 0, mirror.shape[1] - 1).astype(np.int64)
    row = np.clip((at.row + normals[:, 2] * reach) * scale, 0, mirror.shape[0] - 1).astype(np.int64)
    return np.asarray(mirror[row, column] * fresnel + deep * (1 - fresnel), np.float32)
