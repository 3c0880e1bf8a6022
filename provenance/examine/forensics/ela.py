"""Error level analysis: how far one more JPEG moves each pixel. Krawetz, "A Picture's Worth", Black Hat 2007."""

import cv2
import numpy as np
from numpy.typing import NDArray

from provenance.examine.forensics.base import Scale, Sheet, Step, Subject, View
from provenance.examine.forensics.resave import bands, resaved

QUALITY = 90  # of the resave; Krawetz takes 95 and 75. Below what cameras use, above what messengers do
FACTORS = (5, 10, 20, 40)  # of the difference; the greatest that leaves 99 % of the values short of white

_CANNOT = (
    "It cannot show that a picture was edited. Edges, texture, text and strong colour glow in every picture, smooth "
    "parts stay dark in every picture; one more save or a resize evens out what an edit left; and parts differ in "
    "brightness for honest reasons (focus, noise, exposure)."
)


class ErrorLevels:
    name = "ela"

    def sheet(self, subject: Subject, at_step: Step) -> Sheet:
        apart, counts = np.empty_like(subject.rgb), np.zeros(256)
        for rows in bands(subject.rgb):
            at_step("resave")
            apart[rows] = cv2.absdiff(subject.rgb[rows], resaved(subject.rgb[rows], QUALITY))
            counts += sum(cv2.calcHist([apart[rows]], [colour], None, [256], [0, 256]).ravel() for colour in range(3))
        at_step("amplify")
        mean, high = float(counts @ np.arange(256) / counts.sum()), _percentile(counts, 0.99)
        factor = max((each for each in FACTORS if each * high < 255), default=FACTORS[0])
        amplified = cv2.convertScaleAbs(apart, alpha=factor)
        return Sheet(
            title="Error level analysis",
            note=f"resaved as JPEG at quality {QUALITY}, difference {factor}x, each colour for itself",
            columns=2,
            views=(
                View("the picture", "", subject.original),
                View(
                    "what the resave changed",
                    f"on average {mean:.1f} grey levels",
                    subject.drawn(np.asarray(amplified, np.uint8)),
                ),
            ),
            scale=Scale(
                np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1),
                "unchanged",
                f"{-(-255 // factor)} grey levels or more",
            ),
            says=_says(subject, mean, high),
            cannot=_CANNOT,
            reads={
                "quality": QUALITY,
                "factor": factor,
                "mean_levels": round(mean, 2),
                "p99_levels": high,
                **subject.facts,
            },
        )


def _says(subject: Subject, mean: float, high: int) -> str:
    shown = (
        f"It shows which parts one more JPEG at quality {QUALITY} changes more than others: {mean:.1f} of 255 grey "
        f"levels on average, 99 % of the values by at most {high}. A part that differs sharply from like texture "
        "elsewhere is a reason to look closer."
    )
    saved = subject.saved_at
    if saved is None:
        muted = " Where a picture never was a JPEG, brightness follows texture alone."
    elif saved.quality == QUALITY:
        muted = " That is the quality of this resave, so almost nothing changes anywhere: little can be told from it."
    else:
        muted = ""
    return f"{shown} {subject.was_saved}{muted}"


def _percentile(counts: NDArray[np.float64], share: float) -> int:
    return int(np.searchsorted(np.cumsum(counts), share * counts.sum()))
