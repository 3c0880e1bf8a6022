"""One decode per photo, to one canonical raster: upright, sRGB, 8 bit, first frame, long side at most 1024 px.

Every fingerprint of pixels is computed from it, and two fingerprints can be compared only when their rasters were
made by the same rule. Whoever changes a step below gives model.fingerprint.RASTER_RULE a new name.

The rule: decode (a JPEG at 1/1, 1/2, 1/4 or 1/8, the smallest that is not below the raster's size); 8 bit; resize,
never up; turn as EXIF says; lay on white; convert to sRGB by the embedded profile. The raster for hashing is made by
the same steps at half the size: to hash the larger one's reduction costs three times the CPU for the same values.
"""

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pi_heif
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,  # noqa: F401 - named here so that they are loaded before a worker locks itself
    GifImagePlugin,  # noqa: F401
    Image,
    JpegImagePlugin,  # noqa: F401
    MpoImagePlugin,  # noqa: F401
    PngImagePlugin,  # noqa: F401
    TiffImagePlugin,  # noqa: F401
    UnidentifiedImageError,
    WebPImagePlugin,  # noqa: F401
)

from provenance.errors import ProvenanceError, ReadError
from provenance.examine.decode import bmp, colour, png, tiff
from provenance.examine.decode.limits import Limits, check_pixels
from provenance.examine.faults import described
from provenance.model.findings import Gap

LONG_SIDE_PX = 1024  # what local features need (research: SIFT at 400 to 1024 px)
HASHING_PX = 512  # PDQ of this is 8 bits (median of 25 photos, at most 18) from PDQ of all pixels

_MAX_TAG_BYTES = 64 * 1024 * 1024  # of one TIFF directory, as of a file
_ORIENTATION = 0x0112
_UPRIGHT = {  # EXIF 3.0, table 6: what turns pixels of each orientation upright
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_TURNED_BY_THE_DECODER = ("tiff", "heif")  # Pillow and libheif do it themselves for these

# A locked worker starts no threads, and one photo must not take the other's core.
AvifImagePlugin.DEFAULT_MAX_THREADS = 1
pi_heif.options.DECODE_THREADS = 1
pi_heif.options.THUMBNAILS = pi_heif.options.DEPTH_IMAGES = pi_heif.options.AUX_IMAGES = False
logging.getLogger("PIL").addHandler(logging.NullHandler())


@dataclass(frozen=True)
class Raster:
    """The decoded picture, and the canonical rasters made from it when they are asked for. The size is the whole's."""

    width: int  # of the upright picture
    height: int
    _decoded: Image.Image
    _orientation: int
    _profile: bytes | None

    @cached_property
    def image(self) -> Image.Image:
        """RGB, long side at most LONG_SIDE_PX: for what looks at details."""
        return self._at(LONG_SIDE_PX)

    @cached_property
    def small(self) -> Image.Image:
        """RGB, long side at most HASHING_PX: what fingerprints of the whole picture are computed from."""
        return self._at(HASHING_PX)

    @cached_property
    def grey(self) -> Image.Image:
        """`small` as luma (ITU-R BT.601)."""
        return self.small.convert("L")

    @property
    def stored(self) -> Image.Image:
        """What was decoded: 8 bit, not turned, no profile applied; of a large JPEG perhaps a fraction of its size."""
        return self._decoded

    def part(self, box: tuple[int, int, int, int]) -> "Raster":
        """The canonical rasters of a part of `stored`: left, top, right and bottom."""
        return replace(self, _decoded=self._decoded.crop(box))

    def upright(self, picture: Image.Image) -> Image.Image:
        """What lies as `stored` does, turned as EXIF says."""
        return picture.transpose(_UPRIGHT[self._orientation]) if self._orientation in _UPRIGHT else picture

    def _at(self, long_side_px: int) -> Image.Image:
        picture = self.upright(_shrunk(self._decoded, long_side_px))
        return colour.to_srgb(colour.on_white(picture), self._profile)


@dataclass(frozen=True)
class Opened:
    """A picture whose container was read and whose pixels were not yet. Width and height are upright."""

    image: Any  # PIL.Image.Image, or pi_heif.HeifImage, which has no types
    format: str
    width: int
    height: int
    frames: int | None  # where the decoder says it


@contextmanager
def quiet() -> Iterator[None]:
    """Pillow without its warnings (one file can print 55,000) and without its own bound on pixels, which is ours.

    Both are settings of the whole process: one photo at a time.
    """
    bound = Image.MAX_IMAGE_PIXELS
    Image.MAX_IMAGE_PIXELS = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        Image.MAX_IMAGE_PIXELS = bound


def open_picture(data: bytes, format: str, limits: Limits) -> Opened:  # noqa: A002 - the contract's word
    """The container's own account of its first picture. `format` is one of sniff.PIXEL_FORMATS.

    Raises ReadError when the library cannot read it, TooLargeError when it turns out larger than its header said.
    """
    try:
        image, frames = _opened_heif(data) if format == "heif" else _opened_by_pillow(data, format)
    except ProvenanceError:
        raise
    except UnidentifiedImageError as broken:
        raise ReadError(f"Pillow finds no {format} picture in the file") from broken
    except Exception as broken:
        raise ReadError(described(broken)) from broken
    width, height = image.size
    if not (width and height):
        raise ReadError(f"the picture is {width} x {height} px")
    check_pixels(width, height, format, limits)
    if _orientation(image, format) >= 5:
        width, height = height, width
    return Opened(image, format, width, height, frames)


def _opened_heif(data: bytes) -> tuple[Any, int]:
    file = pi_heif.open_heif(io.BytesIO(data))
    if not len(file):
        raise ReadError("libheif finds no picture in the file that it can decode")
    return file[file.primary_index], len(file)


def _opened_by_pillow(data: bytes, format: str) -> tuple[Image.Image, int | None]:  # noqa: A002
    if format == "png":
        data = png.picture_chunks(data)
    if format == "tiff":
        _check_overlaps(data)
    try:
        image = Image.open(io.BytesIO(data), formats=[format.upper()])
    except OSError:
        if format == "bmp" and bmp.has_bitfields(data):
            return bmp.read_bitfields(data), None
        raise
    return image, getattr(image, "n_frames", 1) if format == "avif" else None  # others are cheaper to count


def _check_overlaps(data: bytes) -> None:
    """Raises ReadError for a TIFF whose tags share their bytes: 900 kB can be read as 12 GB, and Pillow does."""
    directory = tiff.read_directory(data, tiff.first_offset(data))
    if directory and directory.value_bytes > _MAX_TAG_BYTES:
        raise ReadError(f"the tags take {directory.value_bytes} bytes, limit {_MAX_TAG_BYTES}")


def decode(opened: Opened, limits: Limits) -> tuple[Raster, tuple[Gap, ...]]:
    """The canonical raster, and a gap where its colours are not as the file wants them.

    Raises ReadError when the pixels cannot be read: cut off, damaged, out of memory.
    """
    try:
        image = _pixels(opened, limits)
        profile = image.info.get("icc_profile") if image.mode != "LAB" else None  # which to_8_bit has resolved
        raster = Raster(
            opened.width, opened.height, colour.to_8_bit(image), _orientation(image, opened.format), profile
        )
    except ProvenanceError:
        raise
    except Exception as broken:
        raise ReadError(described(broken)) from broken
    try:
        raster.small  # noqa: B018 - whether the profile can be used shows when it is
    except ReadError as broken:
        return replace(raster, _profile=None), (Gap("colour_profile", str(broken)),)
    return raster, ()


def _pixels(opened: Opened, limits: Limits) -> Image.Image:
    image = opened.image
    if opened.format == "heif":
        pixels: Image.Image = image.to_pillow()
        check_pixels(pixels.width, pixels.height, opened.format, limits)  # it may find another size while it decodes
        return pixels
    if opened.format == "jpeg":
        image.draft(None, _fitted(image.size, LONG_SIDE_PX))
        check_pixels(image.width, image.height, "jpeg at reduced size", limits)
    image.load()
    still: Image.Image = image
    return still


def _orientation(image: Any, format: str) -> int:  # noqa: A002
    """As EXIF says (XMP's copy is not believed: no browser does), 1 when it says nothing sensible."""
    block = image.info.get("exif")
    if not block or format in _TURNED_BY_THE_DECODER:
        return 1
    exif = Image.Exif()
    try:
        exif.load(block)
        value = exif.get(_ORIENTATION)
    except Exception:  # noqa: BLE001 - broken EXIF is for the metadata readers to tell
        return 1
    return value if isinstance(value, int) and value in _UPRIGHT else 1


def _shrunk(image: Image.Image, long_side_px: int) -> Image.Image:
    if max(image.size) <= long_side_px:
        return image
    return image.resize(_fitted(image.size, long_side_px), Image.Resampling.HAMMING, reducing_gap=1.1)


def _fitted(size: tuple[int, int], long_side_px: int) -> tuple[int, int]:
    scale = min(1.0, long_side_px / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
