"""ISO base media files: HEIF and AVIF, Canon CR3, JPEG XL. Layout: ISO/IEC 14496-12 and 23008-12."""

from collections.abc import Iterator
from typing import NamedTuple

from provenance.errors import ReadError
from provenance.examine.metadata.containers.block import MAX_BLOCK_BYTES, STEP, Block, Found
from provenance.examine.metadata.containers.heif_items import Item, items
from provenance.model.findings import Gap

_MAX_BOXES = 10_000  # of one level
_CANON = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")  # XMP specification part 3, 1.2.7.1


class Box(NamedTuple):
    kind: bytes
    start: int  # of its content
    end: int


def boxes(data: bytes, at: int, end: int) -> Iterator[Box]:
    """The boxes between two bytes. Raises ReadError for one that is shorter than its header."""
    for _ in range(_MAX_BOXES):
        if at + 8 > end:
            return
        size, kind, start = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8], at + 8
        if size == 1:
            size, start = int.from_bytes(data[at + 8 : at + 16]), at + 16
        elif size == 0:
            size = end - at
        if size < start - at:
            raise ReadError(f"box {kind!r} at byte {at}: {size} bytes is less than its header")
        yield Box(kind, start, min(at + size, end))
        at += size
    raise ReadError(f"more than {_MAX_BOXES} boxes on one level")


def heif_blocks(data: bytes) -> Iterator[Found]:
    """The items of type Exif and XMP, and the colour profile of the first item that has one."""
    meta = _first(boxes(data, 0, len(data)), b"meta")
    if meta is None:
        return
    children: dict[bytes, Box] = {}
    for child in boxes(data, meta.start + 4, meta.end):
        children.setdefault(child.kind, child)
    iinf, iloc, idat = (children.get(kind) for kind in (b"iinf", b"iloc", b"idat"))
    yield from _profiles(data, children.get(b"iprp"))
    if iinf and iloc:
        for item in items(data[iinf.start : iinf.end], data[iloc.start : iloc.end], idat.start if idat else None):
            yield from _item_blocks(data, item)


def _first(found: Iterator[Box], kind: bytes) -> Box | None:
    return next((box for box in found if box.kind == kind), None)


def _profiles(data: bytes, iprp: Box | None) -> Iterator[Found]:
    ipco = _first(boxes(data, iprp.start, iprp.end), b"ipco") if iprp else None
    for colour in boxes(data, ipco.start, ipco.end) if ipco else ():
        if colour.kind == b"colr" and data[colour.start : colour.start + 4] in (b"prof", b"rICC"):
            yield Block("icc", data[colour.start + 4 : colour.end], colour.start + 4, "colr property")


def _item_blocks(data: bytes, item: Item) -> Iterator[Found]:
    size = sum(end - start for start, end in item.extents)
    label = f"item {item.id} {item.kind}"
    if size > MAX_BLOCK_BYTES:
        yield Gap(STEP, f"{label}: {size} bytes, limit {MAX_BLOCK_BYTES}")
        return
    if not item.extents:
        yield Gap(STEP, f"{label}: its place in the file is not stated in a way that is read")
        return
    content = b"".join(data[start:end] for start, end in item.extents)
    at = item.extents[0][0]
    if len(content) < size:
        yield Gap(STEP, f"{label} at byte {at}: {size} bytes, {len(content)} there")
    if item.kind == "Exif":
        yield from _exif_item(content, at, label)
    else:
        yield Block("xmp", content, at, label)


def _exif_item(content: bytes, at: int, label: str) -> Iterator[Found]:
    """ISO/IEC 23008-12 A.2.1: four bytes say how many more precede the TIFF header."""
    skip = 4 + int.from_bytes(content[:4])
    if content[skip : skip + 2] not in (b"II", b"MM"):
        skip = 10 if content[4:8] == b"Exif" else 4  # written by some encoders without counting the name
    yield Block("exif", content[skip:], at + skip, label)


def cr3_blocks(data: bytes) -> Iterator[Found]:
    """CMT1 (IFD0), CMT2 (ExifIFD), CMT4 (GPS) in Canon's box, and the XMP box. CMT3 holds maker notes."""
    for box in boxes(data, 0, len(data)):
        if box.kind == b"uuid" and data[box.start : box.start + 16] == _XMP:
            yield Block("xmp", data[box.start + 16 : box.end], box.start + 16, "XMP box")
    moov = _first(boxes(data, 0, len(data)), b"moov")
    canon = _first(boxes(data, moov.start, moov.end), b"uuid") if moov else None
    if canon and data[canon.start : canon.start + 16] == _CANON:
        for part in boxes(data, canon.start + 16, canon.end):
            if part.kind in (b"CMT1", b"CMT2", b"CMT4"):
                yield Block("exif", data[part.start : part.end], part.start, part.kind.decode())


def jxl_blocks(data: bytes) -> Iterator[Found]:
    """The boxes of a JPEG XL container (ISO/IEC 18181-2). A bare codestream has none."""
    if data[4:8] != b"JXL ":
        return
    for box in boxes(data, 0, len(data)):
        if box.kind == b"Exif":
            yield from _exif_item(data[box.start : box.end], box.start, "Exif box")
        elif box.kind == b"xml ":
            yield Block("xmp", data[box.start : box.end], box.start, "xml box")
        elif box.kind == b"brob":
            inner = data[box.start : box.start + 4].decode("latin-1")
            yield Gap(STEP, f"jxl: box {inner!r} at byte {box.start} is compressed with Brotli, which is not read")
