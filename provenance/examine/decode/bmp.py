"""BMPs whose colour channels lie at unusual bits, which Pillow does not read."""

import struct

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from provenance.errors import ReadError

_BITFIELDS = (3, 6)  # BI_BITFIELDS, BI_ALPHABITFIELDS; the three colour masks follow the 40-byte header in both


def has_bitfields(data: bytes) -> bool:
    """Whether the header names a bit mask for each channel, and one pixel fills 16 or 32 bits."""
    if len(data) < 66 or int.from_bytes(data[14:18], "little") < 40:
        return False
    bits, compression = struct.unpack_from("<HI", data, 28)
    return compression in _BITFIELDS and bits in (16, 32)


def read_bitfields(data: bytes) -> Image.Image:
    """The picture without its alpha channel. Raises ReadError when it is cut off or a channel has no bits."""
    pixels_at, width, height, bits = struct.unpack_from("<I4xii2xH", data, 10)
    masks = struct.unpack_from("<3I", data, 54)
    word = np.dtype(f"<u{bits // 8}")
    row_words = (width * word.itemsize + 3) // 4 * 4 // word.itemsize
    if width < 1 or not height or pixels_at + row_words * word.itemsize * abs(height) > len(data) or not all(masks):
        raise ReadError(f"{len(data)} bytes cannot hold {width} x {abs(height)} px of {bits} bits")
    words = np.frombuffer(data, word, row_words * abs(height), pixels_at).reshape(abs(height), row_words)[:, :width]
    picture = np.dstack([_channel(words, mask) for mask in masks])
    return Image.fromarray(picture if height < 0 else np.ascontiguousarray(picture[::-1]))


def _channel(words: NDArray[np.unsignedinteger], mask: int) -> NDArray[np.uint8]:
    lowest = (mask & -mask).bit_length() - 1
    shift = max(lowest, mask.bit_length() - 8)
    values = (words & words.dtype.type(mask)) >> shift
    return (values.astype(np.uint16) * 255 // (mask >> shift)).astype(np.uint8)
