"""Tiles of texture that repeat without a seam, made from noise, sampled in metres at any distance."""

from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

_TILE_PX = 1024


def fractal(rng: np.random.Generator, slope: float, *, stretch: float = 1.0, size: int = _TILE_PX) -> Array:
    """Noise whose amplitude falls as frequency to the power of -slope; mean 0, deviation 1, seamless.

    A stretch above 1 draws the grain out along the second axis.
    """
    rows = np.fft.fftfreq(size)[:, None] * size
    columns = np.fft.rfftfreq(size)[None, :] * size
    frequency = np.hypot(rows, columns * stretch)
    frequency[0, 0] = 1.0
    spectrum = np.fft.rfft2(rng.standard_normal((size, size))) * frequency**-slope
    spectrum[0, 0] = 0.0
    noise = np.fft.irfft2(spectrum, s=(size, size))
    return np.asarray(noise / noise.std(), np.float32)


def cells(rng: np.random.Generator, count: int, size: int = _TILE_PX) -> tuple[Array, Array]:
    """Voronoi cells as stones: a random shade for each (0..1), and their height (0 at the joints, up to 1)."""
    spots = rng.integers(0, size, (count, 2))
    shades = rng.random(count, np.float32)
    around = np.ones((3 * size, 3 * size), np.uint8)
    owner = np.zeros((3 * size, 3 * size), np.int32)
    for row in range(3):
        for column in range(3):
            around[spots[:, 0] + row * size, spots[:, 1] + column * size] = 0
            owner[spots[:, 0] + row * size, spots[:, 1] + column * size] = np.arange(count)
    _, labels = cv2.distanceTransformWithLabels(around, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    of_label = np.zeros(labels.max() + 1, np.int32)
    of_label[labels[around == 0]] = owner[around == 0]
    nearest = of_label[labels]
    joints = (nearest != np.roll(nearest, 1, 0)) | (nearest != np.roll(nearest, 1, 1))
    height = cv2.distanceTransform((~joints).astype(np.uint8), cv2.DIST_L2, 5)
    middle = slice(size, 2 * size)
    rounded = np.sqrt(np.clip(height[middle, middle] / (0.5 * size / np.sqrt(count)), 0, 1))
    return shades[nearest[middle, middle]], rounded.astype(np.float32)


def bricks(rng: np.random.Generator, courses: int, across: int, size: int = _TILE_PX) -> tuple[Array, Array]:
    """A running bond: a random shade for each brick (0..1), and 1 on brick, 0 in the joints between."""
    rows, columns = np.mgrid[0:size, 0:size] / size
    course = np.floor(rows * courses)
    shifted = columns * across + 0.5 * (course % 2)
    brick = (np.floor(shifted) % across).astype(int)
    shade = rng.random((courses, across), np.float32)[course.astype(int), brick]
    joint = 0.07
    in_course, in_brick = rows * courses % 1, shifted % 1
    solid = (in_course > 2 * joint) & (in_brick > joint)
    return shade, cv2.GaussianBlur(solid.astype(np.float32), (5, 5), 0)


class Tile:
    """A seamless square, `size_m` metres wide: a value, a mask, and a relief as slopes along u and v."""

    def __init__(self, value: Array, size_m: float, *, relief: Array | None = None, mask: Array | None = None) -> None:
        relief = value if relief is None else relief
        mask = np.zeros_like(value) if mask is None else mask
        along_u = (np.roll(relief, -1, 1) - np.roll(relief, 1, 1)) * 0.5
        along_v = (np.roll(relief, -1, 0) - np.roll(relief, 1, 0)) * 0.5
        self.size_m = size_m
        tile = np.dstack([value, mask, along_u, along_v]).astype(np.float32)
        self._finest_px = tile.shape[0]
        self._levels = []  # each with its first row and column again at the end, to blend across the seam
        while tile.shape[0] >= 8:
            self._levels.append(cv2.copyMakeBorder(tile, 0, 1, 0, 1, cv2.BORDER_WRAP))
            tile = cv2.resize(tile, (tile.shape[0] // 2, tile.shape[0] // 2), interpolation=cv2.INTER_AREA)

    def at(self, u: Array, v: Array, footprint_m: Array | float) -> Array:
        """Value, mask and both slopes, shape (n, 4), where one pixel covers `footprint_m` metres."""
        texel_m = self.size_m / self._finest_px
        level = np.log2(np.maximum(footprint_m, 1e-6) / texel_m) + np.float32(0.5)
        level = np.clip(np.broadcast_to(level, u.shape), 0, len(self._levels) - 1).astype(np.int8)
        out = np.empty((len(u), 4), np.float32)
        for index in range(int(level.min()), int(level.max()) + 1):
            here = np.flatnonzero(level == index)
            if len(here):
                out[here] = self._sample(self._levels[index], u[here], v[here])
        return out

    def _sample(self, tile: Array, u: Array, v: Array) -> Array:
        size = tile.shape[0] - 1
        wide = 4096  # cv2.remap takes no side above 32767
        pad = -len(u) % wide
        columns = np.pad(u / self.size_m % 1.0 * size, (0, pad)).astype(np.float32).reshape(-1, wide)
        rows = np.pad(v / self.size_m % 1.0 * size, (0, pad)).astype(np.float32).reshape(-1, wide)
        return cv2.remap(tile, columns, rows, cv2.INTER_LINEAR).reshape(-1, 4)[: len(u)]


class Textures:
    """The tiles of one scene. Another seed gives other stones, so two scenes share no detail."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def _rng(self, number: int) -> np.random.Generator:
        return np.random.default_rng([self.seed, number])

    @cached_property
    def fine(self) -> Tile:
        return Tile(fractal(self._rng(1), 0.9), 1.3)

    @cached_property
    def broad(self) -> Tile:
        return Tile(fractal(self._rng(2), 1.5), 11.0)

    @cached_property
    def vast(self) -> Tile:
        return Tile(fractal(self._rng(3), 1.6), 170.0)

    @cached_property
    def grain(self) -> Tile:
        """Long fibres along u: wood, brushed or streaked things."""
        return Tile(fractal(self._rng(4), 1.1, stretch=14.0), 1.9)

    @cached_property
    def stones(self) -> Tile:
        shade, height = cells(self._rng(5), 3400)
        rough = fractal(self._rng(6), 1.3)
        return Tile(shade, 2.6, relief=height * 4 + rough * 0.6, mask=height)

    @cached_property
    def bricks(self) -> Tile:
        shade, solid = bricks(self._rng(7), 28, 8)
        return Tile(shade, 2.1, relief=solid * 2.0, mask=solid)

    @cached_property
    def folds(self) -> Tile:
        """Creases that hang: drawn out along v."""
        return Tile(fractal(self._rng(8), 1.75, stretch=2.6).T.copy(), 3.4)

    @cached_property
    def waves(self) -> Tile:
        return Tile(fractal(self._rng(9), 1.35, stretch=0.45), 19.0)

    @cached_property
    def clouds(self) -> Tile:
        return Tile(fractal(self._rng(10), 1.45), 9000.0)
