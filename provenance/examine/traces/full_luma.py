"""The luma of a whole picture as it is stored: not reduced, not turned. What looks at single coefficients needs it."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from provenance.errors import ReadError
from provenance.examine.decode.limits import Limits
from provenance.examine.decode.raster import open_picture
from provenance.examine.faults import described

# A step has 0.7 s CPU. At these limits noise saved at quality 100, the most there is to decode, took 0.36, 0.30 and
# 0.33, and up to 0.67 while the machine did other work.
MAX_PIXELS = 16_000_000  # of a JPEG, whose luma alone is decoded
MAX_SCAN_PIXELS = 60_000_000  # of a progressive one, pixels by scans
MAX_LOSSLESS_PIXELS = 8_000_000
LOSSLESS = frozenset({"png", "bmp", "tiff", "webp"})  # of WebP the lossless kind

Luma = NDArray[np.uint8]


def luma_of_jpeg(data: bytes, *, pixels: int, scans: int) -> Luma:
    """Raises ReadError over a limit, and where it cannot be decoded."""
    if pixels > MAX_PIXELS or pixels * scans > MAX_SCAN_PIXELS:
        raise ReadError(f"{pixels} px in {scans} scans, limits {MAX_PIXELS} px and {MAX_SCAN_PIXELS} px by scans")
    try:
        image = Image.open(io.BytesIO(data), formats=["JPEG"])
        image.draft("L", image.size)
        image.load()
    except Exception as broken:
        raise ReadError(described(broken)) from broken
    return np.asarray(image.convert("L"))


def luma_of_lossless(data: bytes, format: str) -> Luma | None:  # noqa: A002 - the contract's word
    """As a JPEG has it (BT.601); None for lossy WebP, which has a grid of its own.

    Raises ReadError over the limit, and where it cannot be decoded.
    """
    if format == "webp" and b"VP8L" not in data[:4096]:
        return None
    image = open_picture(data, format, Limits(max_pixels=50_000_000)).image
    pixels = image.width * image.height
    if pixels > MAX_LOSSLESS_PIXELS:
        raise ReadError(f"{pixels} px, limit {MAX_LOSSLESS_PIXELS}")
    try:
        return np.asarray(image.convert("L"))
    except Exception as broken:
        raise ReadError(described(broken)) from broken
