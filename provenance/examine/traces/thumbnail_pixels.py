"""The bytes of the embedded thumbnail as pixels: found, decoded within bounds, without bars around them."""

import io

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from provenance.errors import ReadError
from provenance.examine.decode import jpeg
from provenance.examine.faults import described
from provenance.examine.traces.base import Subject

YCrCb = NDArray[np.float32]  # height x width x 3, 0..255

MAX_BYTES = 512 * 1024  # in a JPEG's EXIF it must fit a segment of 64 KiB; other containers hold larger ones
MAX_PX = 1024  # of a side
_MAX_SCANS = 100  # as of a picture: 10 is what libjpeg writes
_BAR_LEVELS = 16  # of 255, that a bar's pixels differ by
_LEAST_LEFT = 0.4  # of a side: where less is no bar, the picture itself is flat


_JPEG = b"\xff\xd8"


def thumbnail_bytes(subject: Subject) -> bytes:
    """The first thumbnail of the file that is a JPEG, else what EXIF says is one; empty where there is none.

    HEIF's own thumbnails, which are coded as the picture is, do not count: they are made anew with it.
    """
    for block in subject.blocks.items:
        if block.kind == "thumbnail" and block.data.startswith(_JPEG):
            return block.data
    at, length = (subject.metadata.get(f"IFD1:Thumbnail{name}") for name in ("Offset", "Length"))
    if isinstance(at, int) and isinstance(length, int) and 0 < at < len(subject.data) and length > 0:
        return subject.data[at : at + min(length, MAX_BYTES + 1)]
    return b""


def decoded(raw: bytes) -> Image.Image:
    """The thumbnail as RGB. Raises ReadError where it is no JPEG, is over a limit, or is damaged."""
    if len(raw) > MAX_BYTES:
        raise ReadError(f"the thumbnail has {len(raw)} bytes, limit {MAX_BYTES}")
    if not raw.startswith(_JPEG):
        raise ReadError(f"the thumbnail begins with {raw[:4].hex(' ')}: no JPEG")
    if jpeg.count_scans(raw, at_most=_MAX_SCANS) > _MAX_SCANS:
        raise ReadError(f"the thumbnail has more than {_MAX_SCANS} scans")
    try:
        image = Image.open(io.BytesIO(raw), formats=["JPEG"])
        if max(image.size) > MAX_PX:
            raise ReadError(f"the thumbnail is {image.width} x {image.height} px, limit {MAX_PX}")
        return image.convert("RGB")
    except ReadError:
        raise
    except Exception as broken:
        raise ReadError(f"the thumbnail of {len(raw)} bytes: {described(broken)}") from broken


def as_ycrcb(image: Image.Image, long_side_px: int) -> YCrCb:
    """Y, Cr and Cb of an RGB picture, shrunk to the long side, never enlarged."""
    small = image.copy()
    small.thumbnail((long_side_px, long_side_px), Image.Resampling.BOX)
    return np.asarray(cv2.cvtColor(np.asarray(small.convert("RGB")), cv2.COLOR_RGB2YCrCb), np.float32)


def without_bars(thumbnail: YCrCb) -> YCrCb:
    """The thumbnail without the even bars above and below or beside, of the colour of its corner."""
    off = np.abs(thumbnail - thumbnail[0, 0]).max(axis=2) > _BAR_LEVELS
    rows, columns = np.flatnonzero(off.any(axis=1)), np.flatnonzero(off.any(axis=0))
    if not len(rows) or not len(columns):
        return thumbnail
    inner = thumbnail[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    if any(left < _LEAST_LEFT * of for left, of in zip(inner.shape[:2], thumbnail.shape[:2], strict=True)):
        return thumbnail
    return np.ascontiguousarray(inner)
