"""Noise: what a median filter takes away, and how much noise each block holds.

The level of a block is read from its finest diagonal Haar coefficients, as in Donoho and Johnstone (Biometrika 81(3),
1994; by blocks: Mahdian and Saic, Image and Vision Computing 27(10), 2009). Where they take the median of the absolute
values over 0.6745, here the mean of the smaller half is taken over 0.3246: as deaf to edges, and finer in steps.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from provenance.examine.forensics.base import Pixels, Scale, Sheet, Step, Subject, View
from provenance.examine.forensics.resave import bands

BLOCK_PX = 32  # 256 coefficients each: the level of plain noise is then right within 9 % (one standard deviation)
FACTOR = 8  # residual, about mid-grey
CLIPPED_SHARE = 0.1  # of a block's pixels at black or white from which its level is not read
_GAUSS = 0.3246  # that mean of noise of standard deviation 1: (phi(0) - phi(0.6745)) / 0.25
_LUMA = np.array([[0.299, 0.587, 0.114]], np.float32)  # ITU-R BT.601
_NOT_READ = (226, 228, 230)

Levels = NDArray[np.float32]  # grey levels, NaN where not read, shape (rows, columns) of blocks

_CANNOT = (
    "It cannot show that a picture was edited. Fine texture counts as noise; JPEG, noise reduction and resizing take "
    "noise away, more of it in smooth parts; in one untouched photo it changes with brightness and focus. Pictures of "
    "one camera and one treatment look alike, also when one is pasted into the other."
)


class Noise:
    name = "noise"

    def sheet(self, subject: Subject, at_step: Step) -> Sheet:
        residual, levels = measured(subject, at_step)
        at_step("maps")
        low, median, high = _quantiles(levels)
        top = max(1.0, 1.25 * (high or 0.0))
        return Sheet(
            title="Noise",
            note=f"brightness less its 3 x 3 median, {FACTOR}x; noise of blocks of {BLOCK_PX} px",
            columns=3,
            views=(
                View("the picture", "", subject.original),
                View("residual", "grey: no noise", subject.drawn(residual)),
                View("level of noise", _note(median), subject.drawn(_coloured(levels, top), BLOCK_PX), soft=False),
            ),
            scale=Scale(_ramp(), "0", f"{top:.1f} grey levels or more; pale: not read"),
            says=_says(subject, low, median, high),
            cannot=_CANNOT,
            reads={
                "p10_levels": low,
                "median_levels": median,
                "p90_levels": high,
                "readable": round(float(np.isfinite(levels).mean()), 4),
                **subject.facts,
            },
        )


def measured(subject: Subject, at_step: Step) -> tuple[Pixels, Levels]:
    """The residual about mid-grey, amplified, and the level of each block; a part of a block at the rim is a block."""
    luma = subject.luma
    height, width = luma.shape
    at_step("residual")
    residual = cv2.addWeighted(luma, FACTOR, cv2.medianBlur(luma, 3), -FACTOR, 128)
    levels = np.empty((-(-height // BLOCK_PX), -(-width // BLOCK_PX)), np.float32)
    for rows in bands(luma, BLOCK_PX):
        at_step("levels")
        levels[rows.start // BLOCK_PX : -(-rows.stop // BLOCK_PX)] = _levels(subject.rgb[rows])
    return np.asarray(residual, np.uint8), levels


def _levels(rgb: Pixels) -> Levels:
    luma = cv2.transform(rgb.astype(np.float32), _LUMA)  # not rounded: levels of whole steps would be a coarse scale
    whole = np.pad(luma, [(0, -side % BLOCK_PX) for side in luma.shape], mode="symmetric")
    diagonal = np.abs(whole[::2, ::2] - whole[1::2, ::2] - whole[::2, 1::2] + whole[1::2, 1::2]) / 2
    clipped = ((whole <= 1) | (whole >= 254)).astype(np.float32)
    half = BLOCK_PX**2 // 8
    levels = np.partition(_blocks(diagonal, BLOCK_PX // 2), half, axis=2)[..., :half].mean(axis=2) / _GAUSS
    levels[_blocks(clipped, BLOCK_PX).mean(axis=2) >= CLIPPED_SHARE] = np.nan
    return np.asarray(levels, np.float32)


def _blocks(values: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    """Shape (rows, columns, side * side)."""
    rows, columns = (length // side for length in values.shape)
    return values.reshape(rows, side, columns, side).swapaxes(1, 2).reshape(rows, columns, side * side)


def _quantiles(levels: Levels) -> tuple[float | None, float | None, float | None]:
    """The 10th, 50th and 90th percentile of the blocks that were read; None where none was."""
    read = levels[np.isfinite(levels)]
    if not len(read):
        return None, None, None
    low, median, high = (round(float(value), 2) for value in np.percentile(read, (10, 50, 90)))
    return low, median, high


def _coloured(levels: Levels, top: float) -> Pixels:
    scaled = np.nan_to_num(np.clip(levels / top, 0, 1)) * 255
    return np.where(np.isfinite(levels)[..., None], _ramp()[scaled.astype(np.uint8)], np.array(_NOT_READ, np.uint8))


def _ramp() -> Pixels:
    steps = np.arange(256, dtype=np.uint8)[:, None]
    return np.asarray(cv2.cvtColor(cv2.applyColorMap(steps, cv2.COLORMAP_VIRIDIS), cv2.COLOR_BGR2RGB)[:, 0], np.uint8)


def _note(median: float | None) -> str:
    return "no block can be read" if median is None else f"median {median:.1f} grey levels"


def _says(subject: Subject, low: float | None, median: float | None, high: float | None) -> str:
    if median is None:
        return f"It shows nothing here: every block is black or white in part. {subject.was_saved}"
    return (
        f"It shows where a picture is smoother or noisier than the rest: blocks hold {median:.1f} grey levels of noise "
        f"in the middle, {low:.1f} to {high:.1f} in eight of ten. {subject.was_saved} A part with sharp borders that "
        "is much smoother or noisier than like texture elsewhere is a reason to look closer."
    )
