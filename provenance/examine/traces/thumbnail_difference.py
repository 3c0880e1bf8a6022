"""Where a picture differs from its thumbnail once the two are laid on each other: in its content, or in its colours."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from provenance.examine.traces.thumbnail_alignment import Alignment, warped

Pixels = NDArray[np.float32]  # height x width x 3: Y, Cr, Cb, 0..255

_WINDOW_PX = 9  # of a thumbnail of 160: an object of 6 % of its side
_RIM_PX = 3  # at the border programs crop and pad in different ways
_EDGE = 0.6  # share of the local contrast that a shift of half a pixel or sharpening can make
_TRIM = 0.85  # share of pixels that the tone curve is fitted to: the rest may be what was changed
_BLACK, _WHITE = 8, 247  # beyond these tones are cut off
_ALIKE_LEVELS = 8  # of 255, in a window: there the colours are compared
_FEWEST, _FLAT = 100, 0.1  # pixels, and their range of tones (of 1), that a curve can be fitted to


@dataclass(frozen=True)
class Difference:
    """Levels are of 255, over windows of _WINDOW_PX: the largest, and the usual (median)."""

    largest: float
    usual: float
    at: tuple[float, float]  # where the largest is, as shares of the picture's width and height
    chroma_kept: float  # strength of the picture's colour over that of the thumbnail's, 0 for grey
    chroma_correlation: float  # of their colours, -1..1; both where their brightness is alike


def difference(thumbnail: Pixels, picture: Pixels, alignment: Alignment) -> Difference:
    """What is left between the two after tones are fitted, allowing for edges and a pixel's shift."""
    height, width = thumbnail.shape[:2]
    laid, inside = warped(picture, alignment.matrix, (width, height))
    inside = cv2.erode(inside.astype(np.uint8), np.ones((2 * _RIM_PX + 1,) * 2, np.uint8), borderValue=(0,)) > 0
    seen, stored = laid[..., 0], thumbnail[..., 0]
    off = _off(seen, stored, inside) - _EDGE * np.maximum(_contrast(seen), _contrast(stored))
    left = np.where(inside, np.maximum(off, 0), 0).astype(np.float32)
    windows = cv2.boxFilter(left, -1, (_WINDOW_PX, _WINDOW_PX))
    y, x = divmod(int(windows.argmax()), width)
    at = alignment.matrix @ np.array([x, y, 1], np.float32)
    alike = inside & (windows < _ALIKE_LEVELS)
    kept, correlation = _chroma(laid[..., 1:][alike], thumbnail[..., 1:][alike])
    return Difference(
        largest=float(windows.max()),
        usual=float(np.median(windows[inside])) if inside.any() else 0.0,
        at=(float(at[0]) / picture.shape[1], float(at[1]) / picture.shape[0]),
        chroma_kept=kept,
        chroma_correlation=correlation,
    )


def _off(seen: Pixels, stored: Pixels, inside: NDArray[np.bool_]) -> Pixels:
    """How far the thumbnail's luma is from the picture's after its tones are fitted, by a line or a parabola.

    Of the two the nearer counts, pixel by pixel: the line fails on a changed gamma, the parabola on tones that only
    few pixels have.
    """
    return np.minimum(*(_off_curve(seen, stored, inside, degree) for degree in (1, 2)))


def _off_curve(seen: Pixels, stored: Pixels, inside: NDArray[np.bool_], degree: int) -> Pixels:
    """What is white or black in the picture may have been brighter or darker before: only the other way counts."""
    x, y = seen[inside] / 255, stored[inside]
    toned = (x > _BLACK / 255) & (x < _WHITE / 255)
    curve, kept = np.array([255.0, 0.0]), toned
    for _ in range(4):
        if kept.sum() > _FEWEST and np.ptp(x[kept]) > _FLAT:
            curve = np.linalg.lstsq(np.vander(x[kept], degree + 1), y[kept], rcond=None)[0]
        error = np.abs(np.polyval(curve, x) - y)
        kept = (error <= np.quantile(error, _TRIM)) & toned
    more = (stored - np.polyval(curve, seen / 255)).astype(np.float32)
    more[(seen >= _WHITE) & (more > 0)] = 0
    more[(seen <= _BLACK) & (more < 0)] = 0
    return np.abs(more)


def _contrast(luma: Pixels) -> Pixels:
    near = np.ones((3, 3), np.uint8)
    return np.asarray(cv2.dilate(luma, near) - cv2.erode(luma, near), np.float32)


def _chroma(seen: Pixels, stored: Pixels) -> tuple[float, float]:
    if len(seen) < _FEWEST:
        return 1.0, 1.0
    a, b = seen - 128, stored - 128
    power_a, power_b, both = float((a * a).mean()), float((b * b).mean()), float((a * b).mean())
    return float(np.sqrt(power_a / max(power_b, 1e-6))), both / max(float(np.sqrt(power_a * power_b)), 1e-6)
