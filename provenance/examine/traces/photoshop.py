"""Adobe Photoshop's own marks in a JPEG: its image resources in APP13, and the quality of "Save for Web" in APP12.

Layout: Adobe Photoshop File Formats Specification, "Image Resource Blocks"; ExifTool's notes on the tags Photoshop and
Ducky. An APP13 segment alone says little: agencies' programs, exiftool and Facebook write IPTC into one as well.
"""

from collections.abc import Iterator

from provenance.examine.metadata.text import utf16_text
from provenance.examine.traces.base import Subject
from provenance.examine.traces.words import quoted
from provenance.model.findings import Trace

_HEAD_BYTES = 256 * 1024  # the segments stand before the picture; four of full length
_MAX_RESOURCES = 200  # a file of Photoshop has about 30
_QUALITY, _VERSION, _PATH = 0x0406, 0x0421, range(0x07D0, 0x0BB7)
_APP13, _DUCKY = b"Photoshop 3.0\0", b"Ducky\0\1\0\4"
_BUT = "marks outlive later programs that keep APP segments, and can be copied; their lack says nothing"


def photoshop_traces(subject: Subject) -> Iterator[Trace]:
    """That Adobe Photoshop saved the file, or one it was made from, and with which quality."""
    if subject.format != "jpeg":
        return
    head = subject.data[:_HEAD_BYTES]
    resources = dict(_resources(head))
    marks = [mark for mark in (_version(resources), _quality(resources), _paths(resources)) if mark]
    if marks:
        yield Trace(
            kind="software",
            says="Adobe Photoshop saved this file, or the one it was made from",
            because=f"image resources of APP13: {', '.join(marks)}",
            source="Adobe Photoshop File Formats Specification, Image Resource Blocks",
            but=_BUT,
        )
    at = head.find(_DUCKY)
    if at >= 0:
        quality = int.from_bytes(head[at + len(_DUCKY) : at + len(_DUCKY) + 4])
        yield Trace(
            kind="software",
            says="Adobe's Save for Web wrote this file, or the one it was made from",
            because=f"segment Ducky at byte {at}, quality {quality}",
            source="ExifTool's tag names, APP12 Ducky",
            but=_BUT,
        )


def _resources(head: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and content of each image resource of the first APP13 segment."""
    start = head.find(_APP13)
    at = start + len(_APP13)
    end = at + int.from_bytes(head[start - 2 : start]) if start >= 2 else 0
    for _ in range(_MAX_RESOURCES):
        if at + 12 > min(end, len(head)) or head[at : at + 4] != b"8BIM":
            return
        number, name = int.from_bytes(head[at + 4 : at + 6]), head[at + 6]
        at += 6 + (name + 2) // 2 * 2
        size = int.from_bytes(head[at : at + 4])
        yield number, head[at + 4 : at + 4 + min(size, 1024)]
        at += 4 + size + size % 2


def _version(resources: dict[int, bytes]) -> str:
    content = resources.get(_VERSION, b"")
    writer = utf16_text(content[9 : 9 + 2 * min(100, int.from_bytes(content[5:9]))], ">")
    return f"written by {quoted(writer, 60)!r}" if "photoshop" in writer.lower() else ""


def _quality(resources: dict[int, bytes]) -> str:
    content = resources.get(_QUALITY, b"")
    quality = int.from_bytes(content[:2], signed=True) + 4  # -4..8 stands for 0..12
    return f"quality {quality} of 12" if len(content) >= 6 and 0 <= quality <= 12 else ""


def _paths(resources: dict[int, bytes]) -> str:
    paths = sum(number in _PATH for number in resources)
    return f"{paths} drawn path{'s' if paths > 1 else ''}" if paths else ""
