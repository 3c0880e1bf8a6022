"""The index of a multi-picture JPEG: what else is in the file, and where. Layout: CIPA DC-007-2009, 5.2."""

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from provenance.errors import ReadError
from provenance.examine.metadata.containers.block import MAX_IMAGES, STEP
from provenance.examine.metadata.containers.jpeg_segments import Part
from provenance.examine.metadata.tiff_stream import TiffStream
from provenance.model.findings import Gap

_ENTRIES: Final = 0xB002
_ENTRY_BYTES: Final = 16
_TYPES: Final = {  # table 4; gain maps since the edition of 2021
    0x000000: "undefined",
    0x010001: "large thumbnail, VGA",
    0x010002: "large thumbnail, full HD",
    0x010003: "large thumbnail, 4K",
    0x010004: "large thumbnail, 8K",
    0x010005: "large thumbnail, 16K",
    0x020001: "panorama",
    0x020002: "disparity",
    0x020003: "multi-angle",
    0x030000: "primary",
    0x040000: "original preservation",
    0x050000: "gain map",
}


class Stated(NamedTuple):
    """A stretch of the file that something in it points to, and what it is said to be."""

    start: int
    end: int
    label: str


def mpf_images(part: Part, file_bytes: int) -> Iterator[Stated | Gap]:
    """The pictures but the first that the index lists; it lies at `part.at`, and its offsets count from there."""
    try:
        stream = TiffStream(part.data)
        tag = next(stream.directories()).tags.get(_ENTRIES)
    except ReadError as broken:
        yield Gap(STEP, f"multi-picture index at byte {part.at}: {broken}")
        return
    if tag is None or not tag.fits:
        return
    entries = stream.bytes_of(tag)[: tag.size - tag.size % _ENTRY_BYTES][: _ENTRY_BYTES * MAX_IMAGES]
    for nth, (flags, size, offset, _) in enumerate(struct.iter_unpack(stream.order + "III4s", entries), 1):
        if offset == 0:
            continue  # the picture that the index is in
        start = part.at + offset
        label = f"MPF image {nth}, {_TYPES.get(flags & 0xFFFFFF, f'type {flags & 0xFFFFFF:06X}')}"
        if size == 0 or start + size > file_bytes:
            yield Gap(STEP, f"{label}: {size} bytes stated at byte {start} of {file_bytes}")
        else:
            yield Stated(start, start + size, label)
