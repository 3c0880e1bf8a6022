"""JUMBF boxes of a JPEG, spread over APP11 segments. Layout: ISO/IEC 19566-5, annex D; 18477-3, B.1."""

from collections.abc import Iterable, Iterator

from provenance.examine.metadata.containers.block import Found
from provenance.examine.metadata.containers.jpeg_segments import APP11, Part, Segment, joined

_IDENTIFIER = b"JP"
_HEADER = 8  # of a box: length and type, which each segment repeats; 8 more where the length is in the long form


def jumbf_blocks(segments: Iterable[Segment]) -> Iterator[Found]:
    """Each box, its segments joined in the order that they number themselves; the offset is of its first byte."""
    boxes: dict[bytes, list[tuple[int, Part]]] = {}
    for part in filter(None, (segment.after(APP11, _IDENTIFIER) for segment in segments)):
        if len(part.data) >= 6 + _HEADER:
            instance, number = part.data[:2], int.from_bytes(part.data[2:6])
            boxes.setdefault(instance + part.data[10:14], []).append((number, Part(part.at + 6, part.data[6:])))
    for parts in boxes.values():
        parts.sort(key=lambda numbered: numbered[0])
        first, *more = (part for _, part in parts)
        repeated = _HEADER + 8 * (first.data[:4] == b"\0\0\0\1")
        cut = [first, *(Part(part.at + repeated, part.data[repeated:]) for part in more)]
        yield joined("jumbf", f"APP11 JUMBF in {len(parts)} segment{'s' * (len(parts) > 1)}", cut)
