"""Photoshop's image resources: what APP13 of a JPEG and tag 34377 of a TIFF hold.

Layout: Adobe Photoshop File Formats Specification, "Image Resource Blocks".
"""

from collections.abc import Callable, Iterator

from provenance.examine.metadata.containers.block import STEP, Block, Found, Kind
from provenance.model.findings import Gap

_KINDS: dict[int, Kind] = {0x0404: "iptc", 0x040F: "icc", 0x0422: "exif", 0x0424: "xmp"}
_THUMBNAILS = (0x0409, 0x040C)  # 1033 (its colours in the order blue, green, red) and 1036
_THUMBNAIL_HEADER_BYTES = 28
_MAX_RESOURCES = 2000


def photoshop_blocks(data: bytes, place: Callable[[int], int]) -> Iterator[Found]:
    """The resources that are blocks of their own; `place` says where a byte of `data` lies in the file."""
    at = 0
    for _ in range(_MAX_RESOURCES):
        if data[at : at + 4] not in (b"8BIM", b"PHUT", b"DCSR", b"AgHg", b"MeSa"):
            break
        number = int.from_bytes(data[at + 4 : at + 6])
        name_end = at + 7 + data[at + 6] if at + 6 < len(data) else at + 7
        at = name_end + (name_end - at) % 2
        size = int.from_bytes(data[at : at + 4])
        start, end = at + 4, at + 4 + size
        kind = _KINDS.get(number)
        if kind and size:
            yield Block(kind, data[start:end], place(start), f"Photoshop resource {number:04X}")
        elif number in _THUMBNAILS and size > _THUMBNAIL_HEADER_BYTES:
            picture = start + _THUMBNAIL_HEADER_BYTES
            yield Block("thumbnail", data[picture:end], place(picture), f"Photoshop resource {number:04X} thumbnail")
        if end > len(data):
            yield Gap(STEP, f"Photoshop resource {number:04X} at byte {place(at)} ends {end - len(data)} bytes late")
            break
        at = end + size % 2
