"""HEIF and AVIF: the items and boxes that are metadata, and the pictures beside the main one.

Layout: ISO/IEC 23008-12; of C2PA's box C2PA 2.1, A.5; of a motion photo's box Motion Photo format 1.0.
"""

from collections.abc import Iterator

from provenance.errors import ReadError
from provenance.examine.metadata.containers.block import MAX_BLOCK_BYTES, STEP, Block, Found, Kind
from provenance.examine.metadata.containers.boxes import Box, boxes, cut_off, first
from provenance.examine.metadata.containers.heif_images import Images
from provenance.examine.metadata.containers.heif_items import Extents, item_extents, item_types
from provenance.examine.metadata.containers.samsung import samsung_records
from provenance.examine.metadata.containers.tail import trailer
from provenance.model.findings import Gap

XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")  # XMP specification part 3, 1.2.7.1
_C2PA = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_MANIFEST = b"manifest\0"  # what that box is for; version and flags before it, an offset of eight bytes behind


def heif_blocks(data: bytes) -> Iterator[Found]:
    """The items of type Exif and XMP, colour profiles, JUMBF; then thumbnails, second pictures, motion photo videos."""
    seen_meta = False
    for box in boxes(data, 0, len(data)):
        if box.kind == b"meta" and not seen_meta:
            seen_meta = True
            yield from _meta_blocks(data, box)
        elif box.kind == b"uuid":
            yield from _uuid_blocks(data, box)
        elif box.kind == b"mpvd":
            yield trailer(data, box.start, box.end, "in box mpvd")
        elif box.kind == b"sefd":
            yield from _samsung_blocks(data, box)
        yield from cut_off(box)


def _uuid_blocks(data: bytes, box: Box) -> Iterator[Found]:
    head = data[box.start : box.start + 16]
    if head == XMP_UUID:
        yield Block("xmp", data[box.start + 16 : box.end], box.start + 16, "XMP box")
    elif head == _C2PA and data.startswith(_MANIFEST, box.start + 20):
        start = box.start + 20 + len(_MANIFEST) + 8
        yield Block("jumbf", data[start : box.end], start, "C2PA box")


def _samsung_blocks(data: bytes, box: Box) -> Iterator[Found]:
    records = samsung_records(data, box.end)
    if records:
        yield from records.gaps
        for record in records.found:
            yield trailer(data, record.start, record.end, record.label)


def _meta_blocks(data: bytes, meta: Box) -> Iterator[Found]:
    children: dict[bytes, Box] = {}
    for child in boxes(data, meta.start + 4, meta.end):
        children.setdefault(child.kind, child)
    iinf, iloc, idat = (children.get(kind) for kind in (b"iinf", b"iloc", b"idat"))
    yield from _profiles(data, children.get(b"iprp"))
    if not iinf or not iloc:
        return
    types = item_types(data[iinf.start : iinf.end])
    extents = item_extents(data[iloc.start : iloc.end], idat.start if idat else None)
    try:
        images = Images.of(data, children, types)
    except ReadError as broken:
        yield Gap(STEP, f"which pictures belong together: {broken}")
        images = Images(types)
    for item in images.metadata_items():
        yield from _item_blocks(data, item, types[item], extents.get(item, ()))
    for item, kind, label in images.others():
        yield from _picture(data, kind, extents.get(item, ()), label)


def _profiles(data: bytes, iprp: Box | None) -> Iterator[Found]:
    ipco = first(boxes(data, iprp.start, iprp.end), b"ipco") if iprp else None
    for colour in boxes(data, ipco.start, ipco.end) if ipco else ():
        if colour.kind == b"colr" and data[colour.start : colour.start + 4] in (b"prof", b"rICC"):
            yield Block("icc", data[colour.start + 4 : colour.end], colour.start + 4, "colr property")


def _item_blocks(data: bytes, item: int, kind: str, extents: Extents) -> Iterator[Found]:
    label = f"item {item} {kind}"
    if not extents:
        yield Gap(STEP, f"{label}: its place in the file is not stated in a way that is read")
        return
    size = sum(end - start for start, end in extents)
    if size > MAX_BLOCK_BYTES:
        yield Gap(STEP, f"{label}: {size} bytes, limit {MAX_BLOCK_BYTES}")
        return
    content = b"".join(data[start:end] for start, end in extents)
    at = extents[0][0]
    if len(content) < size:
        yield Gap(STEP, f"{label} at byte {at}: {size} bytes, {len(content)} there")
    if not content:
        return
    if kind == "Exif":
        yield from exif_item(content, at, label)
    else:
        yield Block("xmp", content, at, label)


def _picture(data: bytes, kind: Kind, extents: Extents, label: str) -> Iterator[Found]:
    """A thumbnail or a second picture, as coded; nothing where its place is not read, for it is no metadata."""
    if sum(end - start for start, end in extents) > MAX_BLOCK_BYTES:
        return
    content = b"".join(data[start:end] for start, end in extents)
    if content:
        yield Block(kind, content, extents[0][0], label)


def exif_item(content: bytes, at: int, label: str) -> Iterator[Found]:
    """ISO/IEC 23008-12 A.2.1: four bytes say how many more precede the TIFF header."""
    skip = 4 + int.from_bytes(content[:4])
    if content[skip : skip + 2] not in (b"II", b"MM"):
        skip = 10 if content[4:8] == b"Exif" else 4  # written by some encoders without counting the name
    skip = min(skip, len(content))
    yield Block("exif", content[skip:], at + skip, label)
