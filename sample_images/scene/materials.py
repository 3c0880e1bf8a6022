"""What things are made of: colour, relief and gloss at a point of a surface. Colours are linear light."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scene.texture import Textures

Array = NDArray[np.float32]


@dataclass
class Surface:
    """Points of one material: where they are, and how wide a pixel is there."""

    position: Array  # (n, 3) metres
    u: Array  # metres along the surface, level
    v: Array  # metres along the surface, upwards or away
    footprint_m: Array
    tint: Array  # (3,)
    textures: Textures


@dataclass
class Look:
    albedo: Array  # (n, 3)
    slope: Array  # (n, 2) relief along u and v
    gloss: Array | float = 0.0


def mix(a: Array, b: Array, share: Array) -> Array:
    return a + (b - a) * share[:, None]


def smoothstep(low: float, high: float, value: Array) -> Array:
    t = np.clip((value - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def _rgb(r: float, g: float, b: float) -> Array:
    return np.array([[r, g, b]], np.float32)


def snow_look(s: Surface) -> Look:
    broad = s.textures.broad.at(s.u, s.v, s.footprint_m)
    fine = s.textures.fine.at(s.u, s.v, s.footprint_m)
    shade = 0.80 + 0.035 * broad[:, 0] + 0.045 * fine[:, 0]
    albedo = shade[:, None] * _rgb(0.97, 0.985, 1.0)
    return Look(albedo, broad[:, 2:] * 1.4 + fine[:, 2:] * 0.14)


def earth(s: Surface) -> Look:
    """A verge in early winter: soil, straw-coloured grass lying down, patches of thin snow. Tint: (snow, grass, -)."""
    fine = s.textures.fine.at(s.u, s.v, s.footprint_m)
    lying = s.textures.grain.at(s.u * 0.9 + s.v * 1.4, s.v * 0.9 - s.u * 1.4, s.footprint_m * 1.7)
    across = s.textures.grain.at(s.v * 1.7 - s.u * 0.4, s.u * 1.7 + s.v * 0.4, s.footprint_m * 1.7)
    clump = s.textures.stones.at(s.u * 0.45, s.v * 0.45, s.footprint_m * 0.45)
    broad = s.textures.broad.at(s.u, s.v, s.footprint_m)
    vast = s.textures.vast.at(s.u, s.v, s.footprint_m)
    turned = smoothstep(-0.4, 0.4, broad[:, 0] + 0.8 * vast[:, 0] - 0.5 * fine[:, 0])[:, None]
    straw = lying * turned + across * (1 - turned)
    straw[:, 0] = 0.7 * straw[:, 0] + 1.1 * (clump[:, 1] - 0.5) + 0.5 * (clump[:, 0] - 0.5)
    soil = _rgb(0.085, 0.066, 0.048) * (1 + 0.35 * fine[:, :1] + 0.2 * broad[:, :1])
    grass = _rgb(0.27, 0.205, 0.105) * (1 + 0.30 * straw[:, :1] + 0.18 * fine[:, :1])
    albedo = mix(soil, grass, smoothstep(-0.6, 0.7, broad[:, 0] + 0.5 * straw[:, 0] + 2.5 * (s.tint[1] - 0.5)))
    slope = fine[:, 2:] * 0.32 + straw[:, 2:] * 0.2 + clump[:, 2:] * 0.12
    depth = 0.55 * vast[:, 0] + 0.65 * broad[:, 0] - 0.35 * straw[:, 0] + 0.30 * fine[:, 0] + 4.5 * (s.tint[0] - 0.5)
    cover = smoothstep(-0.35, 0.55, depth)
    snow = snow_look(s)
    albedo = mix(np.maximum(albedo, 0.01), snow.albedo, cover)
    return Look(albedo, slope * (1 - cover[:, None]) + snow.slope * cover[:, None])


def ballast(s: Surface) -> Look:
    """Broken stone between and beside the rails, oily brown near them. Tint: (snow, grey, -)."""
    stones = s.textures.stones.at(s.u, s.v, s.footprint_m)
    broad = s.textures.broad.at(s.u, s.v, s.footprint_m)
    fine = s.textures.fine.at(s.u, s.v, s.footprint_m)
    tone = 0.06 + 0.24 * stones[:, 0] ** 1.4 + 0.02 * broad[:, 0]
    grey, brown = _rgb(1.0, 0.98, 0.95), _rgb(1.05, 0.82, 0.62)
    albedo = tone[:, None] * mix(grey, brown, smoothstep(-1, 1, broad[:, 0] + 1.2 - 2 * s.tint[1]))
    albedo = albedo * (0.35 + 0.75 * stones[:, 1:2])
    depth = (
        0.5 * (0.7 - stones[:, 1])
        + 0.75 * (0.5 - stones[:, 0])
        + 0.30 * broad[:, 0]
        + 0.25 * fine[:, 0]
        + 4 * (s.tint[0] - 0.5)
    )
    cover = smoothstep(-0.25, 0.75, depth)
    snow = snow_look(s)
    return Look(mix(albedo, snow.albedo, cover), stones[:, 2:] * (0.9 - 0.6 * cover[:, None]))


def steel(s: Surface) -> Look:
    """Painted steel with dust, streaks and rust spots."""
    fine = s.textures.fine.at(s.u, s.v, s.footprint_m)
    broad = s.textures.broad.at(s.u * 2, s.v * 2, s.footprint_m * 2)
    streak = s.textures.folds.at(s.u * 3, s.v * 0.8, s.footprint_m * 3)
    albedo = s.tint[None, :] * (1 + 0.10 * fine[:, :1] + 0.14 * streak[:, :1])
    rusty = smoothstep(1.5, 2.7, broad[:, 0] + 0.6 * fine[:, 0] + 0.5 * streak[:, 0])
    albedo = mix(albedo, _rgb(0.13, 0.055, 0.028) * (1 + 0.3 * fine[:, :1]), rusty * 0.8)
    dust = smoothstep(-0.5, 2.5, broad[:, 0] - 0.5 * fine[:, 0])
    albedo = mix(albedo, _rgb(0.20, 0.18, 0.155), dust * 0.35)
    return Look(np.maximum(albedo, 0.005), fine[:, 2:] * 0.02 + broad[:, 2:] * 0.05, 0.16 * (1 - dust))


def enamel(s: Surface) -> Look:
    """Well-kept paint with road dust low down, as on an engine."""
    fine = s.textures.fine.at(s.u, s.v, s.footprint_m)
    streak = s.textures.folds.at(s.u * 3, s.v * 0.8, s.footprint_m * 3)
    albedo = s.tint[None, :] * (1 + 0.06 * fine[:, :1] + 0.08 * streak[:, :1])
    dust = smoothstep(2.6, 1.1, s.v + 0.3 * streak[:, 0]) * 0.5
    albedo = mix(albedo, _rgb(0.13, 0.115, 0.10) * (1 + 0.2 * fine[:, :1]), dust)
    return Look(np.maximum(albedo, 0.004), streak[:, 2:] * 0.05, 0.30 * (1 - dust))


def rust(s: Surface) -> Look:
    """Bare old iron: bogies, rail sides."""
    fine = s.textures.fine.at(s.u, s.v, s.footprint_m)
    broad = s.textures.broad.at(s.u * 3, s.v * 3, s.footprint_m * 3)
    albedo = s.tint[None, :] * (1 + 0.28 * fine[:, :1] + 0.2 * broad[:, :1])
    return Look(np.maximum(albedo, 0.004), fine[:, 2:] * 0.08, 0.04)


def polished(s: Surface) -> Look:
    """The running face of a rail."""
    streak = s.textures.grain.at(s.u * 0.4, s.v * 5, s.footprint_m)
    return Look(_rgb(0.30, 0.31, 0.33) * (1 + 0.15 * streak[:, :1]), streak[:, 2:] * 0.02, 0.75)


def timber(s: Surface) -> Look:
    """Planks laid side by side across v, 15 cm wide."""
    plank_m = 0.15
    plank = np.floor(s.v / plank_m)
    own = s.textures.fine.at(plank * 0.37, plank * 0.61, 0.0)[:, 0]
    grain = s.textures.grain.at(s.u + plank * 0.71, s.v * 2.2, s.footprint_m * 2)
    fine = s.textures.fine.at(s.u, s.v, s.footprint_m)
    edge = np.abs(s.v / plank_m % 1.0 - 0.5)
    gap = smoothstep(0.5 - 0.05, 0.5, edge) * np.clip(0.02 / np.maximum(s.footprint_m, 1e-4), 0, 1)
    albedo = s.tint[None, :] * (1 + 0.20 * own[:, None] + 0.20 * grain[:, :1] + 0.10 * fine[:, :1])
    albedo = np.maximum(albedo, 0.01) * (1 - 0.75 * gap[:, None])
    return Look(albedo, grain[:, 2:] * 0.08 + fine[:, 2:] * 0.03)


def logs(s: Surface) -> Look:
    """A wall of round logs, 24 cm thick, with moss in the joints."""
    log_m = 0.24
    log = np.floor(s.v / log_m)
    across = s.v / log_m % 1.0 * 2 - 1
    own = s.textures.fine.at(log * 0.37, log * 0.61, 0.0)[:, 0]
    grain = s.textures.grain.at(s.u + log * 0.53, s.v * 1.6, s.footprint_m * 1.6)
    albedo = s.tint[None, :] * (1 + 0.16 * own[:, None] + 0.24 * grain[:, :1]) * (1.05 - 0.75 * across[:, None] ** 6)
    slope = grain[:, 2:] * 0.07
    slope[:, 1] -= across * 0.9
    return Look(np.maximum(albedo, 0.008), slope)


def plaster(s: Surface) -> Look:
    fine = s.textures.fine.at(s.u, s.v, s.footprint_m)
    broad = s.textures.broad.at(s.u, s.v, s.footprint_m)
    stain = s.textures.folds.at(s.u * 1.2, s.v * 0.35, s.footprint_m * 1.2)
    albedo = s.tint[None, :] * (1 + 0.05 * fine[:, :1] + 0.05 * broad[:, :1])
    dirty = smoothstep(0.6, 2.6, stain[:, 0] + 0.5 * broad[:, 0])
    albedo = albedo * (1 - 0.38 * dirty[:, None])
    return Look(albedo, fine[:, 2:] * 0.05)


def concrete(s: Surface) -> Look:
    fine = s.textures.fine.at(s.u, s.v, s.footprint_m)
    broad = s.textures.broad.at(s.u * 1.5, s.v * 1.5, s.footprint_m * 1.5)
    albedo = s.tint[None, :] * (1 + 0.16 * fine[:, :1] + 0.16 * broad[:, :1])
    return Look(np.maximum(albedo, 0.01), fine[:, 2:] * 0.08)


def brickwork(s: Surface) -> Look:
    brick = s.textures.bricks.at(s.u, s.v, s.footprint_m)
    fine = s.textures.fine.at(s.u, s.v, s.footprint_m)
    broad = s.textures.broad.at(s.u, s.v, s.footprint_m)
    clay = s.tint[None, :] * (0.62 + 0.75 * brick[:, :1]) * (1 + 0.12 * fine[:, :1] + 0.07 * broad[:, :1])
    mortar = _rgb(0.36, 0.34, 0.31) * (1 + 0.12 * fine[:, :1])
    return Look(mix(mortar, clay, brick[:, 1]), brick[:, 2:] * 0.5 + fine[:, 2:] * 0.05)


def corrugated(s: Surface) -> Look:
    """Fibre-cement or tin sheets, ridges running down the slope every 15 cm."""
    fine = s.textures.fine.at(s.u, s.v, s.footprint_m)
    broad = s.textures.broad.at(s.u, s.v, s.footprint_m)
    phase = s.u / 0.15 * 2 * np.pi
    seen = np.clip(0.05 / np.maximum(s.footprint_m, 1e-4), 0, 1)
    albedo = s.tint[None, :] * (1 + 0.12 * fine[:, :1] + 0.14 * broad[:, :1])
    slope = fine[:, 2:] * 0.05
    slope[:, 0] += np.cos(phase) * 0.7 * seen
    return Look(np.maximum(albedo, 0.01), slope, 0.05)


def canvas(s: Surface) -> Look:
    """A tarpaulin: creases that hang, seams every 1.7 m, faded and dirty in patches."""
    fold = s.textures.folds.at(s.u, s.v, s.footprint_m)
    crease = s.textures.broad.at(s.u * 5.3, s.v * 5.3, s.footprint_m * 5.3)
    weave = s.textures.fine.at(s.u * 1.6, s.v * 1.6, s.footprint_m * 1.6)
    faded = s.textures.broad.at(s.u * 1.3 + 3, s.v * 1.3, s.footprint_m * 1.3)
    albedo = s.tint[None, :] * (1 + 0.22 * faded[:, :1] + 0.09 * weave[:, :1] + 0.08 * fold[:, :1])
    seam = smoothstep(0.485, 0.5, np.abs(s.u / 1.7 % 1.0 - 0.5)) * np.clip(0.03 / np.maximum(s.footprint_m, 1e-4), 0, 1)
    albedo = np.maximum(albedo, 0.01) * (1 - 0.35 * seam[:, None])
    return Look(albedo, fold[:, 2:] * 4.2 + crease[:, 2:] * 2.4 + weave[:, 2:] * 0.04, 0.07)


def glass(s: Surface) -> Look:
    """A window pane by day: dark, with a curtain behind some."""
    broad = s.textures.broad.at(s.u * 0.9, s.v * 0.4, s.footprint_m)
    curtain = s.textures.folds.at(s.u * 2.5, s.v * 0.02, s.footprint_m)
    share = smoothstep(-0.4, 0.5, s.textures.broad.at(s.u * 0.9, s.v * 0.05, s.footprint_m)[:, 0]) * 0.38
    albedo = mix(np.repeat(s.tint[None, :], len(s.u), 0), _rgb(0.36, 0.34, 0.30) * (1 + 0.3 * curtain[:, :1]), share)
    return Look(albedo, broad[:, 2:] * 0.02, 0.85)


def road(s: Surface) -> Look:
    """Packed snow with two dark ruts along x, tracks and sand. Tint: (z of the middle, half width, snow)."""
    fine = s.textures.fine.at(s.u, s.v, s.footprint_m)
    broad = s.textures.broad.at(s.u * 0.5, s.v * 2.2, s.footprint_m)
    tread = s.textures.grain.at(s.u * 0.35, s.v * 1.4, s.footprint_m)
    wander = s.textures.broad.at(s.u * 0.22, s.u * 0.05, 0.4)[:, 0] * 0.16
    offset = np.abs(np.abs(s.position[:, 2] - s.tint[0] + wander) - 0.85)
    rut = smoothstep(0.75, 0.05, offset + 0.16 * broad[:, 0] + 0.12 * tread[:, 0])
    snow = snow_look(s)
    packed = snow.albedo * (0.80 + 0.06 * tread[:, :1]) * _rgb(1.0, 0.985, 0.96)
    dirty = _rgb(0.21, 0.185, 0.16) * (1 + 0.35 * fine[:, :1] + 0.3 * tread[:, :1])
    albedo = mix(packed, np.maximum(dirty, 0.03), rut * (1 - s.tint[2]))
    return Look(albedo, snow.slope * 0.8 + tread[:, 2:] * 0.5 + fine[:, 2:] * 0.15, 0.06 * rut)


def water(s: Surface) -> Look:
    """Only the waves; the light is the renderer's, which knows what the water mirrors."""
    near = s.textures.waves.at(s.u, s.v, s.footprint_m)
    small = s.textures.waves.at(s.u * 4.1, s.v * 4.1, s.footprint_m * 4.1)
    return Look(np.repeat(s.tint[None, :], len(s.u), 0), near[:, 2:] * 0.5 + small[:, 2:] * 0.14, 1.0)


def paint(s: Surface) -> Look:
    """Even colour: letters, signals, stripes."""
    fine = s.textures.fine.at(s.u, s.v, s.footprint_m)
    return Look(s.tint[None, :] * (1 + 0.07 * fine[:, :1]), fine[:, 2:] * 0.02, 0.05)


MATERIALS: dict[str, Callable[[Surface], Look]] = {
    made.__name__: made
    for made in (
        earth,
        ballast,
        steel,
        enamel,
        rust,
        polished,
        timber,
        logs,
        plaster,
        concrete,
        brickwork,
        corrugated,
        canvas,
        glass,
        road,
        water,
        paint,
    )
}
