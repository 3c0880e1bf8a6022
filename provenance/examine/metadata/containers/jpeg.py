"""JPEG: the blocks of its segments, and of what follows the end of the picture. Layout: ITU-T T.81, annex B."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from provenance.examine.metadata.containers.block import MAX_TEXT_BYTES, STEP, Block, Found, Kind
from provenance.examine.metadata.containers.jpeg_jumbf import jumbf_blocks
from provenance.examine.metadata.containers.jpeg_segments import (
    APP0,
    APP1,
    APP2,
    APP13,
    COM,
    LONG_BYTES,
    Part,
    Segment,
    is_filled,
    joined,
    walk_segments,
)
from provenance.examine.metadata.containers.jpeg_tail import tail_blocks
from provenance.examine.metadata.containers.mpf import mpf_images
from provenance.examine.metadata.containers.photoshop import photoshop_blocks
from provenance.model.findings import Gap

_EXIF = b"Exif\0"  # then a NUL, in some files 0xFF
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_MORE_XMP = b"http://ns.adobe.com/xmp/extension/\0"  # XMP specification part 3, 1.1.3.1: GUID, length, offset, text
_ICC = b"ICC_PROFILE\0"  # ICC.1:2022, annex B.4: number and count of parts, part
_PHOTOSHOP = b"Photoshop 3.0\0"
_MPF = b"MPF\0"  # CIPA DC-007, 5.1
MAX_INDEXES = 4  # multi-picture indexes, and XMP packets in which it is looked what is appended; honest files have one
_JFXX = {0x10: "JPEG", 0x11: "palette", 0x13: "RGB"}  # JFIF 1.02: how its thumbnail is coded


def jpeg_blocks(data: bytes) -> Iterator[Found]:
    """Blocks of the APPn and COM segments and of the trailers. A segment that is cut off is given as far as it goes."""
    filled = is_filled(data)
    walked = walk_segments(data[:LONG_BYTES] if filled else data)
    segments = walked.segments
    if filled:
        yield Gap(STEP, f"jpeg: mostly FF bytes, which no picture is; only the first {LONG_BYTES} bytes are searched")
    elif walked.problem:
        yield Gap(STEP, walked.problem)
    exif = (s.after(APP1, _EXIF, 1) for s in segments)
    yield from _joined("exif", "APP1 Exif", exif, lambda p: p[:2] in (b"II", b"MM"))
    packets = [part for s in segments if (part := s.after(APP1, _XMP))]
    for part in packets:
        yield Block("xmp", part.data, part.at, "APP1 XMP")
    yield from _extended_xmp(s.after(APP1, _MORE_XMP) for s in segments)
    resources = (s.after(APP13, _PHOTOSHOP) for s in segments)
    for block in _joined("iptc", "APP13", resources, lambda p: p[:4] == b"8BIM"):
        yield from photoshop_blocks(block.data, block.place)
    profiles = (s.after(APP2, _ICC, 2) for s in segments)
    yield from _joined("icc", "APP2 ICC", profiles, lambda p: p[36:40] == b"acsp")
    yield from jumbf_blocks(segments)
    for comment in (s for s in segments if s.marker == COM):
        yield Block("comment", comment.data[:MAX_TEXT_BYTES], comment.at, "COM")
    yield from _jfif_thumbnails(segments)
    if walked.end is not None and not filled:
        indexes = islice(filter(None, (s.after(APP2, _MPF) for s in segments)), MAX_INDEXES)
        images = [image for index in indexes for image in mpf_images(index, len(data))]
        yield from tail_blocks(data, walked.end, images, [part.data for part in packets[:MAX_INDEXES]])


def _joined(kind: Kind, label: str, parts: Iterable[Part | None], begins: Callable[[bytes], bool]) -> Iterator[Block]:
    """Blocks out of parts: one that does not begin like a block goes on with the one before it."""
    run = list[Part]()
    for part in filter(None, parts):
        if run and begins(part.data):
            yield joined(kind, label, run)
            run = []
        run.append(part)
    if run:
        yield joined(kind, label, run)


def _extended_xmp(parts: Iterable[Part | None]) -> Iterator[Found]:
    """Each packet that is spread over segments, by its GUID, with its parts in the order their offsets state."""
    packets: dict[bytes, list[tuple[int, Part]]] = {}
    for part in filter(None, parts):
        offset = int.from_bytes(part.data[36:40])
        packets.setdefault(part.data[:32], []).append((offset, part))
    for ordered in map(sorted, packets.values()):
        yield joined("xmp", "APP1 extended XMP", [Part(part.at + 40, part.data[40:]) for _, part in ordered])


def _jfif_thumbnails(segments: Iterable[Segment]) -> Iterator[Found]:
    for at, body in filter(None, (s.after(APP0, b"JFXX\0") for s in segments)):
        if len(body) > 1 and body[0] in _JFXX:
            yield Block("thumbnail", body[1:], at + 1, f"JFXX {_JFXX[body[0]]} thumbnail")
    for at, body in filter(None, (s.after(APP0, b"JFIF\0") for s in segments)):
        if len(body) > 9 and body[7] and body[8]:
            size = 3 * body[7] * body[8]
            yield Block("thumbnail", body[9 : 9 + size], at + 9, f"JFIF RGB thumbnail {body[7]} x {body[8]}")
