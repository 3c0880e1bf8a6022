"""Boxes of ISO base media files. Layout: ISO/IEC 14496-12, 4.2."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from provenance.errors import ReadError
from provenance.examine.metadata.containers.block import STEP
from provenance.model.findings import Gap

MAX_BOXES: Final = 4000  # of one level; a picture has some dozens, a long JPEG XL one for each of its parts


class Box(NamedTuple):
    kind: bytes
    at: int  # of its header
    start: int  # of its content
    end: int
    missing: int = 0  # bytes that it states beyond the end of what holds it


def boxes(data: bytes, at: int, end: int) -> Iterator[Box]:
    """The boxes between two bytes. Raises ReadError for one that is shorter than its header."""
    for _ in range(MAX_BOXES):
        if at + 8 > end:
            return
        size, kind, start = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8], at + 8
        if size == 1:
            size, start = int.from_bytes(data[at + 8 : at + 16]), at + 16
        elif size == 0:
            size = end - at
        if size < start - at:
            raise ReadError(f"box {kind!r} at byte {at}: {size} bytes is less than its header")
        yield Box(kind, at, start, min(at + size, end), max(at + size - end, 0))
        at += size
    raise ReadError(f"more than {MAX_BOXES} boxes on one level")


def first(found: Iterator[Box], kind: bytes) -> Box | None:
    return next((box for box in found if box.kind == kind), None)


def inside(data: bytes, box: Box, *path: bytes) -> Box | None:
    """The first box of each kind inside the one before; None where one is missing."""
    found: Box | None = box
    for kind in path:
        found = first(boxes(data, found.start, found.end), kind) if found else None
    return found


def cut_off(box: Box) -> Iterator[Gap]:
    """A gap where the file ends inside the box."""
    if box.missing:
        yield Gap(STEP, f"box {box.kind!r} at byte {box.at} ends {box.missing} bytes after the file")
