"""Pictures saved again as JPEG in memory, band by band, and how far that moves them."""

import io
from collections.abc import Iterator

import numpy as np
from PIL import Image

from provenance.examine.forensics.base import Pixels

BLOCK_PX = 16  # side of what is measured together: two JPEG blocks, and b of Farid 2009
_BAND_PX = 4_000_000  # saved at once: 0.1 s in colour, within the CPU a step may take (0.7 s)


def bands(pixels: Pixels, block_px: int = BLOCK_PX) -> Iterator[slice]:
    """Rows to work on at once, in whole blocks. JPEG blocks do not see each other: bands change no pixel of theirs."""
    height, width = pixels.shape[:2]
    rows = max(1, _BAND_PX // (width * block_px)) * block_px
    for top in range(0, height, rows):
        yield slice(top, min(top + rows, height))


def resaved(pixels: Pixels, quality: int) -> Pixels:
    """The same pixels after one more JPEG, colour at full size (4:4:4), so that only the quantisation moves them."""
    file = io.BytesIO()
    colour = {"subsampling": 0} if pixels.ndim == 3 else {}
    Image.fromarray(pixels).save(file, "JPEG", quality=quality, **colour)
    return np.asarray(Image.open(file))


def padded(pixels: Pixels) -> Pixels:
    """Grey pixels with the last row and column repeated up to whole blocks of 16 px, as JPEG encoders fill theirs."""
    height, width = pixels.shape
    return np.pad(pixels, ((0, -height % BLOCK_PX), (0, -width % BLOCK_PX)), mode="edge")
