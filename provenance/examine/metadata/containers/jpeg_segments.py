"""The segments of a JPEG from its first marker to its true end of image. Layout: ITU-T T.81, annex B."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, NamedTuple

from provenance.examine.metadata.containers.block import Block, Kind

SOS, EOI = 0xDA, 0xD9
APP0, APP1, APP2, APP11, APP13, COM = 0xE0, 0xE1, 0xE2, 0xEB, 0xED, 0xFE

MAX_SEGMENTS: Final = 10_000  # a profile takes 255 at most, an extended packet within its limit 64
_KEPT = {APP0, APP1, APP2, APP11, APP13, COM}
_BARE = {0x01, 0xD8}  # markers without a length; RSTn belong to a scan
_BETWEEN_SCANS = {0xC4, 0xCC, SOS, 0xDB, 0xDC, 0xDD, 0xDE, 0xDF, *range(0xE0, 0xF0), COM}  # B.2.1; others are damage
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")  # no stuffing, no RSTn, of fill bytes the last
# Coded data has an FF in about one of 256 bytes; the search takes 20 ns for each.
LONG_BYTES, _MOST_FF = 16 * 1024 * 1024, 0.25


class Part(NamedTuple):
    """A piece of a block, and where it begins in the file."""

    at: int
    data: bytes


class Segment(NamedTuple):
    marker: int
    at: int  # of its content
    data: bytes

    def after(self, marker: int, head: bytes, more: int = 0) -> Part | None:
        """What follows `head` and `more` bytes in a segment of this marker."""
        if self.marker != marker or not self.data.startswith(head):
            return None
        return Part(self.at + len(head) + more, self.data[len(head) + more :])


def joined(kind: Kind, label: str, parts: Sequence[Part]) -> Block:
    """One block of parts that lie apart in the file; at least one."""
    begins = list(accumulate((len(part.data) for part in parts), initial=0))
    places = tuple((begin, part.at) for begin, part in zip(begins, parts, strict=False)) if len(parts) > 1 else ()
    return Block(kind, b"".join(part.data for part in parts), parts[0].at, label, places)


@dataclass(frozen=True, slots=True)
class Walked:
    """The segments that can hold blocks; the byte after the end-of-image marker, or why the walk ended before it."""

    segments: tuple[Segment, ...]
    end: int | None
    problem: str | None = None


def walk_segments(data: bytes, start: int = 0) -> Walked:
    """The segments of the picture that begins at `start`, before, between and after its scans.

    For a file that `is_filled` this takes seconds.

    Coded data is searched for markers, not decoded. A segment that is cut off is given as far as it goes.
    """
    segments: list[Segment] = []
    at, scan = start + 2, None
    for _ in range(MAX_SEGMENTS):
        found = _MARKER.search(data, at)
        if found is None:
            return Walked(tuple(segments), None, _no_end(data, scan))
        at, marker = found.start(), data[found.start() + 1]
        if marker == EOI:
            return Walked(tuple(segments), at + 2)
        if marker in _BARE or (scan is not None and marker not in _BETWEEN_SCANS):
            at += 2
            continue
        content, end = at + 4, at + 2 + max(int.from_bytes(data[at + 2 : at + 4]), 2)
        if marker in _KEPT:
            segments.append(Segment(marker, content, data[content:end]))
        if end > len(data):
            late = f"jpeg: segment FF{marker:02X} at byte {at} ends {end - len(data)} bytes after the file"
            return Walked(tuple(segments), None, late)
        scan = at if marker == SOS else scan
        at = end
    return Walked(tuple(segments), None, f"jpeg: more than {MAX_SEGMENTS} segments")


def _no_end(data: bytes, scan: int | None) -> str:
    if scan is None:
        return f"jpeg: ends at byte {len(data)} before its first scan"
    return f"jpeg: ends at byte {len(data)} in the scan at byte {scan}, without an end-of-image marker"


def is_filled(data: bytes) -> bool:
    """Whether the file is long and has more FF bytes than coded data or metadata have."""
    return len(data) > LONG_BYTES and data.count(b"\xff") > _MOST_FF * len(data)
