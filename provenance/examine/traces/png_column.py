"""The first column of a PNG's pixels, without decoding the rest. Layout: W3C PNG, third edition, 9 and 11.2."""

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

ROWS = 120  # as many bits as the fifteen letters that are looked for there have
_MAX_WIDTH = 32_768  # so that the rows inflate to at most 16 MiB
_CHANNELS = {2: 3, 6: 4}  # colour type -> channels, of those without a palette that have colour
_UP, _AVERAGE, _PAETH = 2, 3, 4
_MAX_CHUNKS = 100_000


def first_column(data: bytes) -> NDArray[np.uint8] | None:
    """The top ROWS pixels of the first column: uint8, shape (ROWS, 3 or 4).

    None where it has fewer rows, is interlaced, has a palette or another depth than 8, or cannot be read so far.
    """
    if len(data) < 29 or data[12:16] != b"IHDR":
        return None
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", data[16:29])
    channels = _CHANNELS.get(colour)
    if channels is None or depth != 8 or interlaced or height < ROWS or not 0 < width <= _MAX_WIDTH:
        return None
    stride = 1 + width * channels
    rows = _inflated(data, ROWS * stride)
    if len(rows) < ROWS * stride:
        return None
    return _unfiltered([rows[at : at + 1 + channels] for at in range(0, ROWS * stride, stride)])


def _inflated(data: bytes, wanted: int) -> bytes:
    """The first bytes of the picture's filtered rows; fewer where the stream ends or breaks off."""
    stream, parts, at = zlib.decompressobj(), list[bytes](), 8
    for _ in range(_MAX_CHUNKS):
        if wanted <= 0 or at + 12 > len(data):
            break
        length = int.from_bytes(data[at : at + 4])
        if data[at + 4 : at + 8] == b"IDAT":
            try:
                parts.append(stream.decompress(data[at + 8 : at + 8 + length], wanted))
            except zlib.error:
                break
            wanted -= len(parts[-1])
        at += 12 + length
    return b"".join(parts)


def _unfiltered(heads: list[bytes]) -> NDArray[np.uint8]:
    """The first pixel of each row, from its filter and bytes. Left of it is 0, so Paeth predicts what is above."""
    above, pixels = [0] * (len(heads[0]) - 1), []
    for filter_, *values in heads:
        if filter_ in (_UP, _PAETH):
            values = [value + up for value, up in zip(values, above, strict=True)]
        elif filter_ == _AVERAGE:
            values = [value + up // 2 for value, up in zip(values, above, strict=True)]
        above = [value & 255 for value in values]
        pixels.append(above)
    return np.array(pixels, np.uint8)
