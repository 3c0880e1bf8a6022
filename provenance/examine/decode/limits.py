"""Bounds on what is decoded, checked on the bytes before any library touches them."""

from dataclasses import dataclass

from provenance.errors import TooLargeError
from provenance.examine.decode import jpeg
from provenance.examine.decode.header import stated_size

# The standard lets any number of FF bytes precede a marker (ITU-T T.81, B.1.1.2). Encoders write none; libjpeg reads
# them one by one, 60 MB of them in 4 s.
_FILL_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be. The defaults are docs/security.md's; a refusal names the value and the bound."""

    max_bytes: int = 64 * 1024 * 1024  # the largest phone photo is about 40 MB (200 megapixel JPEG)
    max_pixels: int = 50_000_000  # 200 MB of RGBA while it is decoded
    max_jpeg_pixels: int = 300_000_000  # in the header: `draft` decodes at 1/2 to 1/8, so what is held stays small
    max_jpeg_scans: int = 100  # libjpeg writes 10, a CMYK file 24 at most; a bomb has thousands
    # Each scan visits every pixel: 3,000 scans of 4 megapixels took 8.9 s, 0.7 ns a pixel, so this is about 1.5 s.
    max_jpeg_scan_pixels: int = 2_000_000_000
    max_frames_counted: int = 10_000  # of a GIF in 64 MiB there could be five million; counting them would take 2 s


def check_bytes(data: bytes, limits: Limits) -> None:
    """Raises TooLargeError when there are too many bytes."""
    if len(data) > limits.max_bytes:
        raise TooLargeError(f"{len(data)} bytes, limit {limits.max_bytes}")


def check_pixels(width: int, height: int, format: str, limits: Limits) -> None:  # noqa: A002 - the contract's word
    """Raises TooLargeError when a picture of this size would be too much to decode."""
    limit = limits.max_jpeg_pixels if format == "jpeg" else limits.max_pixels
    if width * height > limit:
        raise TooLargeError(f"{width} x {height} = {width * height} px, limit {limit} for {format}")


def check_density(data: bytes, width: int, height: int, limits: Limits) -> None:
    """Raises TooLargeError for a large JPEG whose bytes cannot hold what its header says.

    Of 64 pixels at least one bit must be written down, so 512 pixels need a byte.
    """
    limit = max(limits.max_pixels, 512 * len(data))
    if width * height > limit:
        raise TooLargeError(f"{width} x {height} = {width * height} px in {len(data)} bytes, limit {limit} for jpeg")


def check_scans(data: bytes, width: int, height: int, limits: Limits) -> None:
    """Raises TooLargeError for a JPEG of so many scans that decoding it would take seconds."""
    limit = min(limits.max_jpeg_scans, limits.max_jpeg_scan_pixels // (width * height))
    scans = jpeg.count_scans(data, at_most=limit)
    if scans > limit:
        raise TooLargeError(f"more than {limit} scans in a JPEG of {width} x {height} px")


def checked_size(data: bytes, kind: str, limits: Limits) -> tuple[int, int] | None:
    """Width and height as the header says, None where it does not. Raises TooLargeError for what is over a limit."""
    if kind == "jpeg" and b"\xff" * _FILL_BYTES in data:
        raise TooLargeError(f"at least {_FILL_BYTES} fill bytes in a row in a JPEG, limit {_FILL_BYTES - 1}")
    size = stated_size(data, kind)
    if size is not None:
        check_pixels(*size, kind, limits)
        if kind == "jpeg":
            check_density(data, *size, limits)
            check_scans(data, *size, limits)
    return size
