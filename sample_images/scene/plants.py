"""Trees, bushes and grass, drawn stroke by stroke as flat cut-outs that stand upright before the camera."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Random = np.random.Generator

_SHIFT = 4


@dataclass(frozen=True)
class CutOut:
    """Linear colour and coverage (0..1) of one plant, (height, width, 4); its foot is mid-way along the bottom edge."""

    sheet: Array
    height_m: float

    @property
    def width_m(self) -> float:
        return self.height_m * self.sheet.shape[1] / self.sheet.shape[0]

    @cached_property
    def _halves(self) -> list[Array]:
        sheets = [self.sheet]
        while min(sheets[-1].shape[:2]) > 16:
            height, width = sheets[-1].shape[:2]
            sheets.append(cv2.resize(sheets[-1], (width // 2, height // 2), interpolation=cv2.INTER_AREA))
        return sheets

    def sized(self, width: int, height: int) -> Array:
        """The sheet at another size, with averaged colours weighted by coverage close enough for strokes."""
        fitting = [sheet for sheet in self._halves if sheet.shape[0] >= height] or [self.sheet]
        return cv2.resize(fitting[-1], (width, height), interpolation=cv2.INTER_AREA)


class _Sketch:
    """Strokes on a transparent sheet. Colours are linear 0..1 and kept at 8 bits under a square root."""

    def __init__(self, height: int, width: int, backing: tuple[float, float, float]) -> None:
        self.colour = np.empty((height, width, 3), np.uint8)
        self.colour[:] = self._code(np.asarray(backing))
        self.cover = np.zeros((height, width), np.uint8)

    @staticmethod
    def _code(colour: Array) -> NDArray[np.uint8]:
        return np.asarray(np.clip(np.sqrt(np.maximum(colour, 0)) * 255, 0, 255), np.uint8)

    def strokes(self, lines: list[Array] | Array, width: float, colour: Array, *, cover: float = 1.0) -> None:
        """Lines of one width and colour; with a cover below 1 what lies behind shows through."""
        fixed = [np.rint(line * (1 << _SHIFT)).astype(np.int32).reshape(-1, 1, 2) for line in lines]
        thick = max(1, round(width))
        shade = tuple(int(part) for part in self._code(colour))
        cv2.polylines(self.colour, fixed, False, shade, thick + 1, cv2.LINE_8, _SHIFT)
        fade = int(255 * cover * min(1.0, width))
        if fade >= 250:
            cv2.polylines(self.cover, fixed, False, 255, thick, cv2.LINE_AA, _SHIFT)
            return
        everywhere = np.concatenate(fixed)
        left, top = np.maximum(everywhere.min((0, 1)) // (1 << _SHIFT) - thick - 1, 0)
        right, bottom = everywhere.max((0, 1)) // (1 << _SHIFT) + thick + 2
        part = self.cover[top:bottom, left:right]
        if part.size:
            mask = np.zeros_like(part)
            corner = np.array([left, top], np.int32) * (1 << _SHIFT)
            cv2.polylines(mask, [line - corner for line in fixed], False, fade, thick, cv2.LINE_AA, _SHIFT)
            np.maximum(part, mask, out=part)

    def cut_out(self, height_m: float) -> CutOut:
        colour = (self.colour.astype(np.float32) / 255) ** 2
        return CutOut(np.dstack([colour, self.cover.astype(np.float32) / 255]), height_m)


def _curve(
    start: Array, angle: float, length: float, bend: float, steps: int = 5, *, rng: Random | None = None
) -> Array:
    """A line that turns as it goes, unsteadily if given chance; radians from straight up, positive to the right."""
    angles = angle + bend * np.arange(steps) / steps
    if rng is not None:
        angles = angles + np.cumsum(rng.normal(0, 0.14, steps))
    moves = length / steps * np.stack([np.sin(angles), -np.cos(angles)], 1)
    return np.vstack([start, start + np.cumsum(moves, 0)])


def birch(rng: Random, light_from: float) -> CutOut:
    """A bare birch: white bark with dark marks, a haze of wine-brown twigs. `light_from` is -1 left .. 1 right."""
    height, width = 1150, 680
    sheet = _Sketch(height, width, (0.11, 0.085, 0.08))
    trunk = _curve(np.array([width / 2, height - 1.0]), rng.normal(0, 0.03), height * 0.90, rng.normal(0, 0.10), 26)
    _birch_limbs(sheet, rng, trunk, light_from, rng.uniform(11, 16))
    _birch_trunk(sheet, trunk, rng, light_from)
    return sheet.cut_out(rng.uniform(14, 20))


def _birch_limbs(sheet: _Sketch, rng: Random, trunk: Array, light_from: float, spread: float) -> None:
    for _ in range(int(rng.integers(44, 60))):
        where = rng.uniform(0.22, 1.0)
        foot = trunk[int(where * (len(trunk) - 1))]
        side = rng.choice([-1, 1])
        long = spread * (4 + 19 * np.sin(np.pi * np.clip((where - 0.12) / 0.95, 0, 1)) ** 0.8) * rng.uniform(0.5, 1.05)
        limb = _curve(foot, side * rng.uniform(0.30, 0.75), long, side * rng.uniform(-0.45, 0.35), 9, rng=rng)
        tone = rng.uniform(0.6, 1.1) * (1 + 0.35 * side * light_from)
        sheet.strokes([limb], 1 + 3.0 * (1 - where), np.array([0.20, 0.165, 0.15]) * tone)
        forks = [
            _curve(
                limb[k], side * rng.uniform(-0.5, 1.1), long * rng.uniform(0.25, 0.5), rng.normal(0, 0.7), 6, rng=rng
            )
            for k in rng.integers(2, 9, 6)
        ]
        sheet.strokes(forks, 1.0, np.array([0.17, 0.13, 0.115]) * tone, cover=0.8)
        for fork in [limb, *forks]:
            leans = side * rng.uniform(-0.6, 1.5, 9)
            twigs = [
                _curve(
                    fork[rng.integers(2, len(fork))],
                    lean,
                    rng.uniform(18, 58),
                    np.sign(lean) * rng.uniform(0.2, 1.9),
                    4,
                    rng=rng,
                )
                for lean in leans
            ]
            sheet.strokes(
                twigs, 1.0, np.array([0.15, 0.092, 0.08]) * rng.uniform(0.6, 1.5), cover=rng.uniform(0.28, 0.62)
            )


def _birch_trunk(sheet: _Sketch, trunk: Array, rng: Random, light_from: float) -> None:
    thick = rng.uniform(13, 19)
    for i in range(len(trunk) - 1):
        share = 1 - i / len(trunk)
        for lane in np.linspace(-1, 1, 7):
            shade = 0.42 + 0.24 * lane * light_from - 0.10 * abs(lane)
            bark = np.array([1.0, 0.97, 0.92]) * shade * rng.uniform(0.85, 1.1)
            offset = np.array([lane * thick * share / 2, 0])
            sheet.strokes([trunk[i : i + 2] + offset], max(1.0, thick * share / 5), bark)
        for _ in range(int(rng.integers(2, 6) * (1.5 if share > 0.85 else 1))):
            at = trunk[i] + (trunk[i + 1] - trunk[i]) * rng.random()
            reach = thick * share * rng.uniform(0.15, 0.5)
            middle = at + np.array([rng.uniform(-0.4, 0.4) * thick * share, 0])
            mark = np.array([middle - (reach, 0), middle + np.array([reach, rng.uniform(-1, 1)])])
            sheet.strokes([mark], rng.uniform(1, 3), np.array([0.035, 0.03, 0.028]))


def pine(rng: Random, light_from: float, *, snow: float) -> CutOut:
    """A Scots pine: bare orange-brown trunk, tufts of needles in uneven storeys, snow on them as told (0..1)."""
    height, width = 1150, 760
    sheet = _Sketch(height, width, (0.022, 0.034, 0.022))
    trunk = _curve(np.array([width / 2, height - 1.0]), rng.normal(0, 0.025), height * 0.88, rng.normal(0, 0.06), 22)
    for i in range(len(trunk) - 1):
        share = i / len(trunk)
        bark = np.array([0.10, 0.075, 0.06]) * (1 - share) + np.array([0.27, 0.135, 0.065]) * share
        for lane in np.linspace(-1, 1, 5):
            tone = (0.75 + 0.4 * lane * light_from) * rng.uniform(0.7, 1.25)
            offset = np.array([lane * 8 * (1.15 - share), 0])
            sheet.strokes([trunk[i : i + 2] + offset], 4.0 * (1.2 - share), bark * tone)
    tufts = []
    for _ in range(int(rng.integers(30, 42))):
        where = rng.uniform(0.40, 1.0) ** 0.75
        side = rng.choice([-1, 1])
        long = 250 * np.clip(1.08 - where, 0, 1) ** 0.55 * rng.uniform(0.45, 1.1) * (0.75 if where < 0.6 else 1)
        limb = _curve(
            trunk[int(where * (len(trunk) - 1))],
            side * rng.uniform(0.9, 1.5),
            long,
            -side * rng.uniform(0.1, 0.8),
            6,
            rng=rng,
        )
        sheet.strokes([limb], 2.6, np.array([0.15, 0.085, 0.05]))
        tufts += [(point + rng.normal(0, 9, 2), rng.uniform(15, 34)) for point in limb[2:]]
    tufts += [(trunk[-1] + rng.normal(0, 15, 2), rng.uniform(16, 30)) for _ in range(7)]
    for centre, radius in sorted(tufts, key=lambda tuft: tuft[0][1]):
        _tuft(sheet, rng, centre, radius, light_from, snow)
    return sheet.cut_out(rng.uniform(15, 22))


def _tuft(sheet: _Sketch, rng: Random, centre: Array, radius: float, light_from: float, snow: float) -> None:
    """Needles around a point in five tones, the lightest last and highest."""
    count = int(radius * 2.4)
    angle, reach = rng.uniform(0, 2 * np.pi, count), radius * np.sqrt(rng.random(count))
    feet = centre + np.stack([np.cos(angle) * 1.35, np.sin(angle) * 0.55], 1) * reach[:, None]
    tips = feet + np.stack([np.cos(angle), np.sin(angle) - 0.45], 1) * rng.uniform(5, 12, (count, 1))
    tone = (
        0.7 + 0.45 * (centre[1] - feet[:, 1]) / radius + 0.35 * np.cos(angle) * light_from + rng.normal(0, 0.2, count)
    )
    order = np.argsort(tone)
    for part in np.array_split(order, 5):
        shade = max(0.22, float(tone[part].mean()))
        sheet.strokes(
            np.stack([feet[part], tips[part]], 1), rng.uniform(1.0, 2.2), np.array([0.036, 0.058, 0.031]) * shade
        )
    white = order[count - int(count * 0.30 * snow) :]
    if len(white):
        sheet.strokes(np.stack([feet[white], tips[white]], 1), 1.8, np.array([0.52, 0.56, 0.62]))


def spruce(rng: Random, light_from: float, *, snow: float) -> CutOut:
    """A spruce: drooping tiers from the ground to a point."""
    height, width = 1050, 520
    sheet = _Sketch(height, width, (0.018, 0.028, 0.02))
    middle = width / 2
    sheet.strokes([np.array([[middle, height - 1], [middle, 22]])], 6, np.array([0.05, 0.04, 0.032]))
    for y in np.linspace(30, height - 60, 58):
        share = y / height
        reach = width * 0.45 * share**0.80 * rng.uniform(0.62, 1.06)
        for side in (-1, 1, -1, 1):
            long = reach * rng.uniform(0.30, 1.0)
            bough = _curve(np.array([middle, y]), side * 1.25, long, side * rng.uniform(0.4, 0.9), 6)
            _boughs(sheet, rng, bough[1:], long, side * light_from, snow)
    return sheet.cut_out(rng.uniform(11, 19))


def _boughs(sheet: _Sketch, rng: Random, bough: Array, long: float, lit: float, snow: float) -> None:
    count = int(12 + long / 5)
    feet = bough[rng.integers(0, len(bough), count)] + rng.normal(0, [9, 4], (count, 2))
    tips = feet + np.stack([rng.normal(0, 6, count), rng.uniform(7, 21, count)], 1)
    for part in np.array_split(np.argsort(rng.random(count)), 3):
        tone = max(0.25, 0.75 + 0.4 * lit + rng.normal(0, 0.28))
        sheet.strokes(
            np.stack([feet[part], tips[part]], 1), rng.uniform(1.2, 2.6), np.array([0.030, 0.047, 0.032]) * tone
        )
    white = feet[: int(count * 0.5 * snow)]
    if len(white):
        lying = np.stack([white - np.array([5, 1]), white + np.array([6, 1])], 1)
        sheet.strokes(lying, rng.uniform(1.4, 3.0), np.array([0.55, 0.59, 0.65]) * (0.85 + 0.25 * lit))


def broadleaf(rng: Random, light_from: float, leaf: tuple[float, float, float]) -> CutOut:
    """A tree in leaf, of the colour told."""
    height, width = 1000, 780
    sheet = _Sketch(height, width, (0.05, 0.05, 0.02))
    trunk = _curve(np.array([width / 2, height - 1.0]), rng.normal(0, 0.03), height * 0.76, rng.normal(0, 0.1), 18)
    sheet.strokes([trunk], 10, np.array([0.14, 0.12, 0.10]))
    tufts = []
    for _ in range(46):
        where = rng.uniform(0.22, 1.0)
        long = rng.uniform(60, 280) * (1.2 - where) ** 0.5
        limb = _curve(trunk[int(where * (len(trunk) - 1))], rng.uniform(-1.2, 1.2), long, rng.normal(0, 0.3), rng=rng)
        sheet.strokes([limb], 2, np.array([0.12, 0.10, 0.085]))
        tufts += [(limb[k] + rng.normal(0, 18, 2), rng.uniform(18, 42)) for k in (2, 4, 5)]
    for index in rng.permutation(len(tufts)):
        centre, radius = tufts[index]
        count = int(radius * 2.4)
        angle, reach = rng.uniform(0, 2 * np.pi, count), radius * np.sqrt(rng.random(count))
        feet = centre + np.stack([np.cos(angle), np.sin(angle)], 1) * reach[:, None]
        tone = 0.75 - 0.4 * np.sin(angle) + 0.35 * np.cos(angle) * light_from + rng.normal(0, 0.25, count)
        for part in np.array_split(np.argsort(tone), 5):
            colour = np.asarray(leaf) * max(0.2, float(tone[part].mean())) * rng.uniform(0.85, 1.15, 3)
            tips = feet[part] + rng.normal(0, 4, (len(part), 2))
            sheet.strokes(np.stack([feet[part], tips], 1), rng.uniform(2, 4), colour, cover=0.95)
    return sheet.cut_out(rng.uniform(8, 14))


def bush(rng: Random, light_from: float) -> CutOut:
    """Bare willow and alder scrub."""
    height, width = 420, 620
    sheet = _Sketch(height, width, (0.09, 0.07, 0.055))
    for _ in range(90):
        foot = np.array([width / 2 + rng.normal(0, 55), height - 1.0])
        stem = _curve(foot, rng.normal(0, 0.34), rng.uniform(110, 370), rng.normal(0, 0.5), 7, rng=rng)
        brown = (
            np.array([0.135, 0.098, 0.072])
            * rng.uniform(0.5, 1.5)
            * (1 + 0.2 * light_from * np.sign(stem[-1][0] - foot[0]))
        )
        sheet.strokes([stem], rng.uniform(1, 1.9), brown, cover=0.75)
        twigs = [
            _curve(point, rng.normal(0, 0.7), rng.uniform(18, 62), rng.normal(0, 0.5), 3, rng=rng) for point in stem[2:]
        ]
        sheet.strokes(twigs, 1.0, brown, cover=0.42)
    return sheet.cut_out(rng.uniform(1.6, 3.4))


def grass(rng: Random, light_from: float) -> CutOut:
    """A tuft of dead grass and weed stalks."""
    height, width = 260, 320
    sheet = _Sketch(height, width, (0.24, 0.18, 0.10))
    for _ in range(100):
        foot = np.array([width / 2 + rng.normal(0, 30), height - 1.0])
        lean = rng.normal(0, 0.36)
        blade = _curve(foot, lean, rng.uniform(50, 215), lean * rng.uniform(0.5, 2.4), 6)
        straw = np.array([0.34, 0.26, 0.15]) * rng.uniform(0.3, 1.2) * (1 + 0.25 * light_from * np.sign(lean))
        sheet.strokes([blade], rng.uniform(0.8, 1.9), straw, cover=0.85)
        if rng.random() < 0.22:
            sheet.strokes(blade[-1] + rng.normal(0, 5, (7, 2, 2)), 1.6, straw * 0.7, cover=0.85)
    return sheet.cut_out(rng.uniform(0.3, 0.7))
