"""Pictures for tests, drawn from a seed: the same seed and size give the same pixels, different seeds different scenes.

A scene has gradient at every scale, so its PDQ quality is 100 and local features find something. `jpeg` and its
siblings give the bytes of a file; nothing here touches the disk.
"""

import io
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw
from PIL.TiffImagePlugin import IFDRational

Size = tuple[int, int]

MAKE, MODEL, ORIENTATION, SOFTWARE, DATETIME = 0x010F, 0x0110, 0x0112, 0x0131, 0x0132
EXIF_IFD, GPS_IFD = 0x8769, 0x8825
DATETIME_ORIGINAL, OFFSET_ORIGINAL = 0x9003, 0x9011


@lru_cache(maxsize=32)
def _pixels(seed: int, size: Size) -> Image.Image:
    random = np.random.default_rng(seed)
    width, height = size
    field = np.zeros((height, width, 3), np.float32)
    for cells, strength in ((3, 70), (7, 45), (17, 30), (41, 18), (97, 10)):
        grid = random.integers(0, 256, (cells, cells, 3), np.uint8)
        smooth = Image.fromarray(grid).resize(size, Image.Resampling.BICUBIC)
        field += (np.asarray(smooth, np.float32) - 128) * (strength / 64)
    picture = Image.fromarray((128 + field).clip(0, 255).astype(np.uint8))
    pen = ImageDraw.Draw(picture)
    for _ in range(24):
        x, y = int(random.integers(0, width)), int(random.integers(0, height))
        w, h = int(random.integers(2, 2 + width // 4)), int(random.integers(2, 2 + height // 4))
        colour = tuple(int(c) for c in random.integers(0, 256, 3))
        draw = pen.rectangle if random.random() < 0.6 else pen.ellipse
        draw((x, y, x + w, y + h), fill=colour)
    return picture


def scene(seed: int = 3, size: Size = (640, 480)) -> Image.Image:
    """An RGB picture to edit at will."""
    return _pixels(seed, size).copy()


def exif(
    tags: Mapping[int, Any] | None = None,
    *,
    taken: str | None = None,
    offset: str | None = None,
    orientation: int | None = None,
    gps: tuple[float, float] | None = None,
) -> bytes:
    """EXIF bytes (with the "Exif" prefix): IFD0 tags by number, and the fields tests ask for most.

    `taken` as EXIF writes it ("2024:11:14 10:22:33"); `offset` like "+07:00"; `gps` latitude, longitude in degrees.
    """
    block = Image.Exif()
    for tag, value in (tags or {}).items():
        block[tag] = value
    if orientation is not None:
        block[ORIENTATION] = orientation
    if taken is not None:
        block.get_ifd(EXIF_IFD)[DATETIME_ORIGINAL] = taken
    if offset is not None:
        block.get_ifd(EXIF_IFD)[OFFSET_ORIGINAL] = offset
    if gps is not None:
        latitude, longitude = gps
        block.get_ifd(GPS_IFD).update(
            {
                1: "N" if latitude >= 0 else "S",
                2: _degrees(latitude),
                3: "E" if longitude >= 0 else "W",
                4: _degrees(longitude),
            }
        )
    return block.tobytes()


def _degrees(value: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    hundredths_of_a_second = round(abs(value) * 360_000)
    minutes, rest = divmod(hundredths_of_a_second, 6_000)
    return IFDRational(minutes // 60, 1), IFDRational(minutes % 60, 1), IFDRational(rest, 100)


def encode(picture: Image.Image, format: str, **options: Any) -> bytes:  # noqa: A002 - Pillow's word
    """The bytes Pillow writes for a picture."""
    file = io.BytesIO()
    picture.save(file, format, **options)
    return file.getvalue()


def jpeg(
    seed: int = 3,
    quality: int = 85,
    size: Size = (640, 480),
    *,
    exif: bytes | Mapping[int, Any] | None = None,
    gps: tuple[float, float] | None = None,
    taken: str | None = None,
    offset: str | None = None,
    orientation: int | None = None,
    picture: Image.Image | None = None,
    **options: Any,
) -> bytes:
    """A JPEG of a scene (or of `picture`). `exif` is bytes as they are, or IFD0 tags; the rest as in `exif()`."""
    block = exif if isinstance(exif, bytes) else None
    if block is None and not (exif is None and gps is None and taken is None and orientation is None):
        block = _exif(exif, gps=gps, taken=taken, offset=offset, orientation=orientation)
    if block is not None:
        options["exif"] = block
    return encode(picture or scene(seed, size), "JPEG", quality=quality, **options)


_exif = exif


def png(seed: int = 3, size: Size = (320, 240), **options: Any) -> bytes:
    return encode(scene(seed, size), "PNG", **options)


def webp(seed: int = 3, size: Size = (320, 240), **options: Any) -> bytes:
    return encode(scene(seed, size), "WEBP", **options)


def gif(seed: int = 3, size: Size = (320, 240), frames: int = 1) -> bytes:
    pictures = [scene(seed + n, size).quantize(64) for n in range(frames)]
    return encode(pictures[0], "GIF", save_all=True, append_images=pictures[1:])


def tiff(seed: int = 3, size: Size = (320, 240), **options: Any) -> bytes:
    return encode(scene(seed, size), "TIFF", **options)


def bmp(seed: int = 3, size: Size = (320, 240)) -> bytes:
    return encode(scene(seed, size), "BMP")


def avif(seed: int = 3, size: Size = (320, 240), **options: Any) -> bytes:
    return encode(scene(seed, size), "AVIF", speed=10, **options)


def heic(turned: bool = False) -> bytes:
    """scene(3, (320, 240)) as HEIC; 240 x 320 upright when `turned` 90° anticlockwise by its container (irot).

    The turned one also bears EXIF orientation 6, which ISO/IEC 23008-12 says to ignore.
    """
    return (Path(__file__).parent / "data" / ("turned.heic" if turned else "scene.heic")).read_bytes()


def flat(size: Size = (320, 240), colour: tuple[int, int, int] = (200, 200, 200)) -> bytes:
    """A PNG without any detail: its PDQ quality is 0."""
    return encode(Image.new("RGB", size, colour), "PNG")
