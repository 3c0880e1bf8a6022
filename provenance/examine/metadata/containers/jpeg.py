"""JPEG: the segments before the first scan, and what follows the end of the picture. Layout: ITU-T T.81, annex B."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from provenance.examine.metadata.containers.block import MAX_TEXT_BYTES, STEP, Block, Found
from provenance.examine.metadata.containers.photoshop import photoshop_blocks
from provenance.model.findings import Gap

_SOS, _EOI, _APP1, _APP2, _APP13, _COM = 0xDA, 0xD9, 0xE1, 0xE2, 0xED, 0xFE
_BARE = {0x01, *range(0xD0, 0xD9)}  # markers without a length
_END = b"\xff\xd9"
_MAX_SEGMENTS = 10_000  # a profile takes 255 at most, an extended packet within its limit 64
_KEPT = {_APP1, _APP2, _APP13, _COM}

_EXIF = b"Exif\0"  # then a NUL, in some files 0xFF
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_MORE_XMP = b"http://ns.adobe.com/xmp/extension/\0"  # XMP specification part 3, 1.1.3.1: GUID, length, offset, text
_ICC = b"ICC_PROFILE\0"  # ICC.1:2022, annex B.4: number and count of parts, part
_PHOTOSHOP = b"Photoshop 3.0\0"


class _Part(NamedTuple):
    """A piece of a block, and where it begins in the file."""

    at: int
    data: bytes


class _Segment(NamedTuple):
    marker: int
    at: int
    data: bytes

    def after(self, marker: int, head: bytes, more: int = 0) -> _Part | None:
        """What follows `head` and `more` bytes in a segment of this marker."""
        if self.marker != marker or not self.data.startswith(head):
            return None
        return _Part(self.at + len(head) + more, self.data[len(head) + more :])


def jpeg_blocks(data: bytes) -> Iterator[Found]:
    """Blocks of the APPn and COM segments. A segment that is cut off is given as far as it goes."""
    segments, end, problem = _segments(data)
    if problem:
        yield Gap(STEP, problem)
    for at, block in _joined((s.after(_APP1, _EXIF, 1) for s in segments), lambda p: p[:2] in (b"II", b"MM")):
        yield Block("exif", block, at, "APP1 Exif")
    for part in (s.after(_APP1, _XMP) for s in segments):
        if part:
            yield Block("xmp", part.data, part.at, "APP1 XMP")
    yield from _extended_xmp(s.after(_APP1, _MORE_XMP) for s in segments)
    for at, block in _joined((s.after(_APP13, _PHOTOSHOP) for s in segments), lambda p: p[:4] == b"8BIM"):
        yield from photoshop_blocks(block, at)
    for at, block in _joined((s.after(_APP2, _ICC, 2) for s in segments), lambda p: p[36:40] == b"acsp"):
        yield Block("icc", block, at, "APP2 ICC")
    for comment in (s for s in segments if s.marker == _COM):
        yield Block("comment", comment.data[:MAX_TEXT_BYTES], comment.at, "COM")
    if end is not None:
        yield from _trailer(data, end)


def _segments(data: bytes) -> tuple[list[_Segment], int | None, str | None]:
    """The segments that can hold blocks, where the scan begins, and why the walk ended before one."""
    segments: list[_Segment] = []
    at = 2
    for _ in range(_MAX_SEGMENTS):
        at = data.find(b"\xff", at)
        while at >= 0 and data[at + 1 : at + 2] == b"\xff":  # fill bytes, B.1.1.2
            at += 1
        if at < 0 or at + 4 > len(data):
            return segments, None, f"jpeg: ends at byte {len(data)} before its first scan"
        marker = data[at + 1]
        if marker in _BARE or marker == 0:
            at += 2
            continue
        if marker in (_SOS, _EOI):
            return segments, at, None
        length = int.from_bytes(data[at + 2 : at + 4])
        start, end = at + 4, at + 2 + max(length, 2)
        if marker in _KEPT:
            segments.append(_Segment(marker, start, data[start:end]))
        if end > len(data):
            return (
                segments,
                None,
                f"jpeg: segment FF{marker:02X} at byte {at} ends {end - len(data)} bytes after the file",
            )
        at = end
    return segments, None, f"jpeg: more than {_MAX_SEGMENTS} segments"


def _joined(parts: Iterable[_Part | None], begins: Callable[[bytes], bool]) -> Iterator[_Part]:
    """Blocks out of parts: one that does not begin like a block goes on with the one before it."""
    at, run = 0, list[bytes]()
    for part in filter(None, parts):
        if run and begins(part.data):
            yield _Part(at, b"".join(run))
            run = []
        at = at if run else part.at
        run.append(part.data)
    if run:
        yield _Part(at, b"".join(run))


def _extended_xmp(parts: Iterable[_Part | None]) -> Iterator[Found]:
    """Each packet that is spread over segments, by its GUID, with its parts in the order their offsets state."""
    packets: dict[bytes, list[tuple[int, _Part]]] = {}
    for part in filter(None, parts):
        offset = int.from_bytes(part.data[36:40])
        packets.setdefault(part.data[:32], []).append((offset, part))
    for ordered in map(sorted, packets.values()):
        yield Block("xmp", b"".join(part.data[40:] for _, part in ordered), ordered[0][1].at + 40, "APP1 extended XMP")


def _trailer(data: bytes, scan: int) -> Iterator[Found]:
    """What follows the end of the picture, where a file does not end with it.

    Files that end with an end-of-image marker are not searched: that takes milliseconds, and nearly all end so.
    """
    if data.endswith(_END):
        return
    end = data.find(_END, scan)
    rest = data[end + 2 : end + 2 + MAX_TEXT_BYTES] if end >= 0 else b""
    if rest.strip(b"\0\r\n "):
        yield Block("trailer", rest, end + 2, f"{len(data) - end - 2} bytes after the end of the picture")
