"""Canon CR3. Layout: ISO/IEC 14496-12 with Canon's own boxes, as github.com/lclevy/canon_cr3 documents them."""

from collections.abc import Iterator
from itertools import islice

from provenance.examine.metadata.containers.block import Block, Found, Kind, stretch
from provenance.examine.metadata.containers.boxes import Box, boxes, cut_off, first, inside
from provenance.examine.metadata.containers.heif import XMP_UUID

_CANON = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
_PREVIEW = bytes.fromhex("eaf42b5e1c984b88b9fbb7dc406e4d16")
_JPEG = b"\xff\xd8\xff"
_HEADER_BYTES = 64  # in front of a thumbnail or preview: size and version, 16 to 24 bytes
_MAX_TRACKS = 8  # Canon writes four or five
_STREAMS = {b"CMT1", b"CMT2", b"CMT4"}


def cr3_blocks(data: bytes) -> Iterator[Found]:
    """CMT1 (IFD0), CMT2 (ExifIFD), CMT3 (maker notes), CMT4 (GPS), XMP; then thumbnail, preview and full JPEG."""
    preview: Box | None = None
    moov: Box | None = None
    for box in boxes(data, 0, len(data)):
        what = data[box.start : box.start + 16] if box.kind == b"uuid" else b""
        if what == XMP_UUID:
            yield Block("xmp", data[box.start + 16 : box.end], box.start + 16, "XMP box")
        elif what == _PREVIEW:
            preview = preview or box
        elif box.kind == b"moov" and not moov:
            moov = box
            yield from _canon_blocks(data, moov)
        yield from cut_off(box)
    if moov:
        yield from _tracks(data, moov)
    if preview:
        inner = first(boxes(data, preview.start + 24, preview.end), b"PRVW")
        yield from _jpegs(data, inner, "image", "preview, PRVW box")


def _canon_blocks(data: bytes, moov: Box) -> Iterator[Found]:
    for canon in boxes(data, moov.start, moov.end):
        if canon.kind != b"uuid" or data[canon.start : canon.start + 16] != _CANON:
            continue
        for part in boxes(data, canon.start + 16, canon.end):
            if part.kind in _STREAMS:
                yield Block("exif", data[part.start : part.end], part.start, part.kind.decode())
            elif part.kind == b"CMT3":
                yield Block("makernote", data[part.start : part.end], part.start, "CMT3")
            elif part.kind == b"THMB":
                yield from _jpegs(data, part, "thumbnail", "thumbnail, THMB box")
        return


def _jpegs(data: bytes, box: Box | None, kind: Kind, label: str) -> Iterator[Found]:
    start = data.find(_JPEG, box.start, min(box.start + _HEADER_BYTES, box.end)) if box else -1
    if box and start >= 0:
        yield stretch(kind, data, start, box.end, label)


def _tracks(data: bytes, moov: Box) -> Iterator[Found]:
    """The first sample of each track that is a plain JPEG: the picture in full size."""
    tracks = (box for box in boxes(data, moov.start, moov.end) if box.kind == b"trak")
    for nth, track in enumerate(islice(tracks, _MAX_TRACKS), 1):
        table = inside(data, track, b"mdia", b"minf", b"stbl")
        sizes, places = (inside(data, table, kind) if table else None for kind in (b"stsz", b"co64"))
        if sizes is None or places is None:
            continue
        size = int.from_bytes(data[sizes.start + 4 : sizes.start + 8])  # of all samples; 0 where each has its own
        size = size or int.from_bytes(data[sizes.start + 12 : sizes.start + 16])
        start = int.from_bytes(data[places.start + 8 : places.start + 16])
        if data.startswith(_JPEG, start) and data[start + 3] == 0xDB:  # of the sensor's lossless JPEG it is C4
            yield stretch("image", data, start, start + size, f"JPEG of track {nth}")
