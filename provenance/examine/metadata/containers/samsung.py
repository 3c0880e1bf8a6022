"""The records that Samsung phones append: a directory at the very end (SEFH ... SEFT), records before it.

Layout as ExifTool's Samsung.pm documents it (Samsung trailer tags); a HEIF file has the same in a box `sefd`.
"""

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from provenance.examine.metadata.containers.block import MAX_IMAGES, STEP, harmless
from provenance.examine.metadata.containers.mpf import Stated
from provenance.model.findings import Gap

_TAIL_BYTES: Final = 8  # length of the directory, "SEFT"
_ENTRY: Final = struct.Struct("<HHII")  # zero, type, distance before the directory, bytes
_MAX_NAME_BYTES: Final = 100


class Records(NamedTuple):
    start: int  # of the whole trailer
    found: tuple[Stated, ...]
    gaps: tuple[Gap, ...]


def samsung_records(data: bytes, end: int) -> Records | None:
    """The records of the trailer that ends at `end`; None where none does. A label is `Samsung NAME`."""
    if data[end - 4 : end] != b"SEFT" or end < _TAIL_BYTES:
        return None
    size = int.from_bytes(data[end - _TAIL_BYTES : end - 4], "little")
    directory = end - _TAIL_BYTES - size
    if directory < 0 or data[directory : directory + 4] != b"SEFH" or size < 12:
        gap = Gap(STEP, f"Samsung trailer: no directory {size} bytes before byte {end - _TAIL_BYTES}")
        return Records(end - _TAIL_BYTES, (), (gap,))
    start, found, gaps = directory, list[Stated](), list[Gap]()
    for type_, record, length in _entries(data, directory, end - _TAIL_BYTES):
        name_bytes = int.from_bytes(data[record + 4 : record + 8], "little")
        content = record + 8 + name_bytes
        if record < 0 or name_bytes > _MAX_NAME_BYTES or not content <= record + length <= directory:
            gaps.append(Gap(STEP, f"Samsung trailer: no record {type_:04X} of {length} bytes at byte {record}"))
            continue
        start = min(start, record)
        name = harmless(data[record + 8 : content])
        found.append(Stated(content, record + length, f"Samsung {name}"))
    return Records(start, tuple(found), tuple(gaps))


def _entries(data: bytes, directory: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Type, first byte and length of each record."""
    count = int.from_bytes(data[directory + 8 : directory + 12], "little")
    entries = data[directory + 12 : min(end, directory + 12 + _ENTRY.size * min(count, MAX_IMAGES))]
    for _, type_, distance, length in _ENTRY.iter_unpack(entries[: len(entries) - len(entries) % _ENTRY.size]):
        yield type_, directory - distance, length
