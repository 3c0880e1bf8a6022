"""Lays a small picture on another: which part of one the other shows, and how far they agree there.

Both as luma, the thumbnail at most GRID_PX wide and high. Three guesses are tried: both show the same (even squeezed),
the picture is a part of the thumbnail, the thumbnail is a part of the picture; the best is then fitted more finely.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

cv2.setNumThreads(1)  # a locked worker starts no threads

Luma = NDArray[np.float32]

GRID_PX = 160  # the usual long side of an EXIF thumbnail; larger ones are shrunk to it
_LEAST_PART = 0.3  # of the side: a smaller part is too few pixels of a thumbnail to be sure of
_STEP = 0.95  # between the scales that are tried; the fit that follows reaches over half of it
_BLUR = 0.8  # pixels: programs shrink and sharpen in different ways
_LEAST_OVERLAP_PX = 32
_FLAT_LEVELS = 2  # of 255, standard deviation: what compression alone makes of an even surface
_WHOLE = 0.05  # correlation that a guess which leaves nothing over is ahead by: small parts agree by chance more easily
_FIT = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 60, 1e-4)


@dataclass(frozen=True)
class Alignment:
    """The picture laid on the thumbnail. `matrix` (2 x 3) takes the thumbnail's pixels to the picture's."""

    matrix: NDArray[np.float32]
    correlation: float  # of the two where they overlap, -1..1
    picture_in_thumbnail: float  # share of the thumbnail's area that the picture covers, 0..1
    thumbnail_in_picture: float  # share of the picture's area that the thumbnail shows, 0..1

    @property
    def overlap(self) -> float:
        return min(self.picture_in_thumbnail, self.thumbnail_in_picture)


def align(thumbnail: Luma, picture: Luma) -> Alignment | None:
    """The best way to lay the picture on the thumbnail; None where there is too little to go by."""
    if min(*thumbnail.shape, *picture.shape) < _LEAST_OVERLAP_PX:
        return None
    guesses = (guess(thumbnail, picture) for guess in (_squeezed, _part_of_thumbnail, _part_of_picture))
    matrices = [guess for guess in guesses if guess is not None]
    found = [alignment for matrix in matrices if (alignment := measured(thumbnail, picture, matrix))]
    fitted = [_fitted(thumbnail, picture, alignment) for alignment in found]
    whole_first = sorted(fitted, key=lambda alignment: alignment.correlation + _WHOLE * alignment.overlap)
    return whole_first[-1] if whole_first else None


def same_frame(thumbnail: Luma, picture: Luma) -> float:
    """The correlation where the two are taken to show the same frame, even squeezed; 0 where one is flat or tiny."""
    if min(*thumbnail.shape, *picture.shape) < _LEAST_OVERLAP_PX:
        return 0.0
    found = measured(thumbnail, picture, _squeezed(thumbnail, picture))
    return found.correlation if found else 0.0


def warped(picture: NDArray[Any], matrix: NDArray[np.float32], size: tuple[int, int]) -> tuple[Any, NDArray[np.bool_]]:
    """The picture on the thumbnail's grid of `size` (width, height), and where it covers that."""
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    smooth = cv2.GaussianBlur(picture, (0, 0), 0.45 * scale) if scale > 1.2 else picture  # no aliasing when shrunk
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    laid = cv2.warpAffine(smooth, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    inside = cv2.warpAffine(np.ones(picture.shape[:2], np.float32), matrix, size, flags=flags)
    return laid, inside > 0.99


def measured(thumbnail: Luma, picture: Luma, matrix: NDArray[np.float32]) -> Alignment | None:
    """How far the two agree where this matrix lays them; None where they hardly overlap or one is flat there."""
    height, width = thumbnail.shape
    laid, inside = warped(picture, matrix, (width, height))
    if inside.sum() < _LEAST_OVERLAP_PX**2:
        return None
    a, b = _blurred(thumbnail)[inside], _blurred(laid)[inside]
    a, b = a - a.mean(), b - b.mean()
    if min(float(a.std()), float(b.std())) < _FLAT_LEVELS:
        return None
    power = float(np.sqrt((a * a).sum() * (b * b).sum()))
    area = abs(float(np.linalg.det(matrix[:, :2])))  # of the picture under one pixel of the thumbnail
    covered = float(inside.sum())
    shares = covered / inside.size, min(1.0, covered * area / picture.size)
    return Alignment(matrix, float((a * b).sum()) / power, *shares)


def _blurred(luma: Luma) -> Luma:
    return np.asarray(cv2.GaussianBlur(luma, (0, 0), _BLUR), np.float32)


def _matrix(scale_x: float, scale_y: float, x: float, y: float) -> NDArray[np.float32]:
    """Thumbnail's pixel centres to the picture's: scaled, with (x, y) of the thumbnail at the picture's corner."""
    return np.array(
        [[scale_x, 0, 0.5 * scale_x - 0.5 - x * scale_x], [0, scale_y, 0.5 * scale_y - 0.5 - y * scale_y]], np.float32
    )


def _squeezed(thumbnail: Luma, picture: Luma) -> NDArray[np.float32]:
    return _matrix(picture.shape[1] / thumbnail.shape[1], picture.shape[0] / thumbnail.shape[0], 0, 0)


def _part_of_thumbnail(thumbnail: Luma, picture: Luma) -> NDArray[np.float32] | None:
    """The picture as a crop of what the thumbnail shows."""
    most = min(thumbnail.shape[0] / picture.shape[0], thumbnail.shape[1] / picture.shape[1])
    best: tuple[float, float, tuple[int, int]] | None = None
    scale = most
    while scale >= most * _LEAST_PART:
        size = (round(picture.shape[1] * scale), round(picture.shape[0] * scale))
        if min(size) >= _LEAST_OVERLAP_PX // 2:
            score, at = _placed(thumbnail, _shrunk(picture, size))
            best = max(best, (score, scale, at)) if best else (score, scale, at)
        scale *= _STEP
    return _matrix(1 / best[1], 1 / best[1], *best[2]) if best else None


def _part_of_picture(thumbnail: Luma, picture: Luma) -> NDArray[np.float32] | None:
    """The thumbnail as a crop of what the picture shows, as of wide pictures on cameras with 4:3 thumbnails."""
    least = max(thumbnail.shape[0] / picture.shape[0], thumbnail.shape[1] / picture.shape[1])
    best: tuple[float, float, tuple[int, int]] | None = None
    scale = least
    while scale <= min(least * 2, 1.0):
        size = (
            max(thumbnail.shape[1], round(picture.shape[1] * scale)),
            max(thumbnail.shape[0], round(picture.shape[0] * scale)),
        )
        score, at = _placed(_shrunk(picture, size), thumbnail)
        best = max(best, (score, scale, at)) if best else (score, scale, at)
        scale /= _STEP
    return _matrix(1 / best[1], 1 / best[1], -best[2][0], -best[2][1]) if best else None


def _shrunk(picture: Luma, size: tuple[int, int]) -> Luma:
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.float32)


def _placed(large: Luma, small: Luma) -> tuple[float, tuple[int, int]]:
    """The best correlation of the small picture in the large one, and where (x, y)."""
    scores = cv2.matchTemplate(large, small, cv2.TM_CCOEFF_NORMED)
    scores[~np.isfinite(scores)] = -1
    _, score, _, at = cv2.minMaxLoc(scores)
    return float(score), (int(at[0]), int(at[1]))


def _fitted(thumbnail: Luma, picture: Luma, start: Alignment) -> Alignment:
    """The alignment after a fit by enhanced correlation (Evangelidis and Psarakis 2008); as it was where that fails."""
    height, width = thumbnail.shape
    _, inside = warped(picture, start.matrix, (width, height))
    scale = float(np.sqrt(abs(np.linalg.det(start.matrix[:, :2]))))
    smooth = cv2.GaussianBlur(picture, (0, 0), 0.45 * scale) if scale > 1.2 else picture
    try:
        _, matrix = cv2.findTransformECC(
            thumbnail, smooth, start.matrix.copy(), cv2.MOTION_AFFINE, _FIT, inside.astype(np.uint8), 3
        )
    except cv2.error:
        return start
    fitted = measured(thumbnail, picture, np.asarray(matrix, np.float32))
    return fitted if fitted and fitted.correlation >= start.correlation else start
