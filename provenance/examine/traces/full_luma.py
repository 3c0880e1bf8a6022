"""The luma of a whole picture as it is stored: not reduced, not turned. What looks at single coefficients needs it."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from provenance.errors import ReadError
from provenance.examine.decode.limits import Limits
from provenance.examine.decode.raster import open_picture
from provenance.examine.faults import described

# A step has 0.7 s CPU. Grain saved at these limits took up to 0.45: 40 megapixels in one scan and 21 MB, or 4 in ten
# scans. Noise of 6 megapixels in ten scans took 0.64, of 16 in 64 MB 0.58, lossless of 8 megapixels 0.1 to 0.34.
MAX_SCAN_PIXELS = 40_000_000  # of a JPEG, whose luma alone is decoded: pixels by scans
MAX_BYTES = 20 * 1024 * 1024  # of a JPEG; photos of 24 megapixels have about 10
MAX_LOSSLESS_PIXELS = 8_000_000
LOSSLESS = frozenset({"png", "bmp", "tiff", "webp"})  # of WebP the lossless kind

Luma = NDArray[np.uint8]


def luma_of_jpeg(data: bytes, *, pixels: int, scans: int) -> Luma:
    """Raises ReadError over a limit, and where it cannot be decoded."""
    if pixels * scans > MAX_SCAN_PIXELS:
        raise ReadError(f"not looked at: {pixels} px in {scans} scans, limit {MAX_SCAN_PIXELS} px by scans")
    if len(data) > MAX_BYTES:
        raise ReadError(f"not looked at: {len(data)} bytes, limit {MAX_BYTES}")
    try:
        image = Image.open(io.BytesIO(data), formats=["JPEG"])
        image.draft("L", image.size)
        image.load()
    except Exception as broken:
        raise ReadError(described(broken)) from broken
    return np.asarray(image.convert("L"))


def luma_of_lossless(data: bytes, format: str, *, pixels: int) -> Luma | None:  # noqa: A002 - the contract's word
    """As a JPEG has it (BT.601); None for lossy WebP, which has a grid of its own.

    Raises ReadError over the limit, and where it cannot be decoded.
    """
    if format == "webp" and b"VP8L" not in data[:4096]:
        return None
    if pixels > MAX_LOSSLESS_PIXELS:
        raise ReadError(f"not looked at: {pixels} px, limit {MAX_LOSSLESS_PIXELS}")
    image = open_picture(data, format, Limits(max_pixels=MAX_LOSSLESS_PIXELS)).image
    try:
        return np.asarray(image.convert("L"))
    except Exception as broken:
        raise ReadError(described(broken)) from broken
