"""JPEG ghosts: parts that were saved before at another quality. Farid, "Exposing Digital Forgeries from JPEG Ghosts",
IEEE Transactions on Information Forensics and Security 4(1), 2009.

The picture is saved again at each quality. What was once saved at that quality changes less by it than by the next
higher one: its difference dips there.
"""

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from provenance.examine.forensics.base import Pixels, Scale, Sheet, Step, Subject, View
from provenance.examine.forensics.resave import BLOCK_PX, bands, padded, resaved

QUALITIES = tuple(range(50, 96, 5))
# Set on 118 untouched pictures and 828 with a part pasted in, docs/forensics.md. In 2 of the
# untouched a part dips, in 16 with a variance of 4: smooth skies dip by rounding.
DIPS_BELOW = 0.8  # of the next higher quality's difference
READABLE_FROM = 10.0  # variance of a block's brightness, in grey levels squared
WHOLE_FROM = 0.5  # share of the readable blocks from which a dip is the picture's own history
PART_FROM = 0.01  # share from which a dip is looked at as that of a part

_ORANGE = (232, 89, 12)

Differences = NDArray[np.float32]  # per quality and block of 16 px, shape (qualities, rows, columns)

_CANNOT = (
    "It cannot show that a picture was edited, or that it was not. A part from another JPEG dips only where its 8 x 8 "
    "blocks lie on this picture's (one place in 64), where it was not resized, and where its quality was more than 5 "
    "below that of the last save. Smooth parts cannot be read. Scattered blocks dip by chance, text "
    "and the edges of screenshots by themselves."
)


class Ghosts:
    name = "ghosts"

    def sheet(self, subject: Subject, at_step: Step) -> Sheet:
        apart = differences(subject.luma, at_step)
        at_step("maps")
        readable = detailed(subject.luma)
        dips = dipping(apart, readable)
        blocks = max(1, int(readable.sum()))
        shares = {quality: round(float(dip.sum() / blocks), 4) for quality, dip in dips.items()}
        parts = parts_of(shares)
        part = np.any([dips[quality] for quality in parts], axis=0) if parts else np.zeros_like(readable)
        maps = (normalised(apart) * 255).astype(np.uint8)
        return Sheet(
            title="JPEG ghosts",
            note=f"resaved as JPEG at ten qualities, squared difference of blocks of {BLOCK_PX} px",
            columns=4,
            views=(
                View("the picture", "", subject.original),
                *(
                    View(f"quality {quality}", _dips(shares.get(quality)), subject.drawn(shown, BLOCK_PX), soft=False)
                    for quality, shown in zip(QUALITIES, maps, strict=True)
                ),
                View("dips of a part", _orange(parts), _tinted(subject, part)),
            ),
            scale=Scale(
                np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1), "least", "most changed, by block"
            ),
            says=_says(subject, shares, parts, float(readable.mean())),
            cannot=_CANNOT,
            reads={
                **{f"dips_{quality}": share for quality, share in shares.items()},
                "readable": round(float(readable.mean()), 4),
                **subject.facts,
            },
        )


def differences(luma: Pixels, at_step: Step) -> Differences:
    """Mean squared difference of each block to each resave."""
    whole = padded(luma)
    rows, columns = (side // BLOCK_PX for side in whole.shape)
    apart = np.empty((len(QUALITIES), rows, columns), np.float32)
    for nth, quality in enumerate(QUALITIES):
        for band in bands(whole):
            at_step(f"resave {quality}")
            moved = cv2.absdiff(whole[band], resaved(whole[band], quality)).astype(np.float32)
            size = (columns, moved.shape[0] // BLOCK_PX)
            apart[nth, band.start // BLOCK_PX : band.stop // BLOCK_PX] = cv2.resize(
                cv2.multiply(moved, moved), size, interpolation=cv2.INTER_AREA
            )
    return apart


def normalised(apart: Differences) -> Differences:
    """Each block's differences over all qualities as 0 for the least and 1 for the greatest (Farid's equation 4)."""
    least, greatest = apart.min(axis=0), apart.max(axis=0)
    return np.asarray((apart - least) / np.maximum(greatest - least, 1e-6), np.float32)


def detailed(luma: Pixels) -> NDArray[np.bool_]:
    """Which blocks vary enough in brightness to be read."""
    whole = padded(luma)
    parts = []
    for band in bands(whole):
        grey = whole[band].astype(np.float32)
        size = whole.shape[1] // BLOCK_PX, grey.shape[0] // BLOCK_PX
        mean, square = (
            cv2.resize(each, size, interpolation=cv2.INTER_AREA) for each in (grey, cv2.multiply(grey, grey))
        )
        parts.append(square - mean * mean >= READABLE_FROM)
    return np.concatenate(parts)


def dipping(apart: Differences, readable: NDArray[np.bool_]) -> Mapping[int, NDArray[np.bool_]]:
    """By quality, which of the readable blocks change less by it than by the next higher one."""
    pairs = zip(QUALITIES[:-1], apart[:-1], apart[1:], strict=True)
    return {quality: readable & (here < DIPS_BELOW * above) for quality, here, above in pairs}


def parts_of(shares: Mapping[int, float]) -> list[int]:
    """The qualities at which a part of the picture dips and the whole does not.

    Echoes of the whole's dips are left out: the next quality, and that of steps half as long, which divide its own.
    """
    whole = [quality for quality, share in shares.items() if share >= WHOLE_FROM]
    echoes = {echo for quality in whole for echo in (quality + 5, (100 + quality) / 2)}
    return [quality for quality, share in shares.items() if PART_FROM <= share < WHOLE_FROM and quality not in echoes]


def _dips(share: float | None) -> str:
    return "" if share is None else f"dips in {share:.1%}"


def _orange(parts: Sequence[int]) -> str:
    return f"orange: at {_listed(parts)}" if parts else "none"


def _tinted(subject: Subject, part: NDArray[np.bool_]) -> Image.Image:
    """The picture in grey, with the blocks of that part in orange."""
    grey = subject.original.convert("L").convert("RGB")
    mask = subject.drawn(part.astype(np.uint8) * 160, BLOCK_PX).convert("L").resize(grey.size, Image.Resampling.NEAREST)
    return Image.composite(Image.new("RGB", grey.size, _ORANGE), grey, mask)


def _says(subject: Subject, shares: Mapping[int, float], parts: Sequence[int], readable: float) -> str:
    whole = [quality for quality, share in shares.items() if share >= WHOLE_FROM]
    said = [
        "It shows which blocks change less by a resave than by one of the next higher quality: what was saved at "
        f"about that quality before. {subject.was_saved}"
    ]
    if readable < 0.5:
        said.append(f"Only {readable:.0%} of the blocks have detail enough to be read.")
    if whole:
        said.append(f"The picture as a whole dips at {_listed(whole)}: its own saves.")
    if parts:
        most = max(shares[quality] for quality in parts)
        said.append(
            f"{'Up to ' if len(parts) > 1 else ''}{most:.1%} of the blocks dip at {_listed(parts)}. Where they lie "
            "together (orange), that part may have another history than the rest."
        )
    else:
        said.append("No part of it dips alone.")
    return " ".join(said)


def _listed(qualities: Sequence[int]) -> str:
    *first, last = map(str, qualities)
    return f"{', '.join(first)} and {last}" if first else last
