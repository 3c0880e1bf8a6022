"""What two pictures show of the same part, laid on each other: A, B, and where they differ."""

import cv2
import numpy as np
from numpy.typing import NDArray

from provenance.examine.alignment_geometry import Matrix, Overlap, moved, scaling
from provenance.examine.decode.raster import Raster
from provenance.examine.page import Pixels, emptied, inside

Grey = NDArray[np.float32]

AMPLIFIED = 4  # times; without it a retouched sign is hardly seen
_FINER = 2  # sampled so much finer and averaged, against the moiré of reducing
_SOFT_PX = 1.2  # blur before the difference: edges half a pixel off and JPEG's noise are not what is looked for
_RIM_PX = 3  # of the overlap, where the pixels are half outside: not looked at for brightness
_EVENINGS = 3  # each after the first on the half that differs least, so that a sticker does not shift all the rest
_GAIN = (0.25, 4.0)  # a picture without contrast is not blown up to noise


def views(a: Raster, b: Raster, shared: Overlap, size: tuple[int, int]) -> tuple[Pixels, Pixels, Pixels]:
    """A laid on B, the same part of B, and their difference, each RGB of `size` (width, height): white is equal."""
    onto_b = _within(shared, size)
    into_view = np.asarray(np.linalg.inv(onto_b), np.float64)
    laid = _seen(a, np.linalg.inv(shared.matrix) @ onto_b, size)
    same = _seen(b, onto_b, size)
    shown = inside(moved(into_view, shared.in_b), size)
    difference = _difference(_soft(laid), _soft(same), shown)
    return emptied(laid, shown), emptied(same, shown), emptied(difference, shown)


def _within(shared: Overlap, size: tuple[int, int]) -> Matrix:
    """From the pixels of a view to those of B: the smallest upright box around what B shows of A."""
    left, top = shared.in_b.min(axis=0)
    x, y = np.ptp(shared.in_b, axis=0) / size
    return np.array([(x, 0, left + x / 2), (0, y, top + y / 2), (0, 0, 1)])


def _seen(picture: Raster, onto: Matrix, size: tuple[int, int]) -> Pixels:
    """The picture as a matrix from the view to its whole pixels shows it; its border goes on where it ends."""
    fine = (size[0] * _FINER, size[1] * _FINER)
    onto = scaling((picture.width, picture.height), picture.image.size) @ onto @ scaling(fine, size)
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    drawn = cv2.warpPerspective(np.asarray(picture.image), onto, fine, flags=how, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(drawn, size, interpolation=cv2.INTER_AREA), np.uint8)


def _soft(picture: Pixels) -> Grey:
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), _SOFT_PX), np.float32)


def _difference(laid: Grey, same: Grey, shown: NDArray[np.bool_]) -> Pixels:
    """White where the greys are equal once mean and contrast are, black where they are 255 / AMPLIFIED apart."""
    rim = np.ones((2 * _RIM_PX + 1,) * 2, np.uint8)
    inner = cv2.erode(shown.astype(np.uint8), rim, borderType=cv2.BORDER_CONSTANT, borderValue=(0,)) > 0
    looked_at = inner if inner.any() else shown
    for _ in range(_EVENINGS):
        if looked_at.any():
            laid = _evened(laid, same, looked_at)
            apart = np.abs(laid - same)
            looked_at &= apart <= np.median(apart[looked_at])
    apart = np.clip(AMPLIFIED * np.abs(laid - same), 0, 255)
    return np.repeat((255 - apart).astype(np.uint8)[..., None], 3, axis=2)


def _evened(laid: Grey, same: Grey, looked_at: NDArray[np.bool_]) -> Grey:
    """`laid` with the mean and the contrast that `same` has where it is looked at."""
    spread = float(laid[looked_at].std())
    gain = float(np.clip(same[looked_at].std() / spread, *_GAIN)) if spread > 1 else 1.0
    return np.asarray((laid - laid[looked_at].mean()) * gain + same[looked_at].mean(), np.float32)
