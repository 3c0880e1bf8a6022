"""Which items of a HEIF file are metadata, and where they lie. ISO/IEC 14496-12, 8.11.3 (iloc), 8.11.6 (iinf)."""

from collections.abc import Iterator
from typing import NamedTuple

from provenance.errors import ReadError

_MAX_ITEMS = 4096
_MAX_EXTENTS = 32  # of an item that is read
_MAX_ALL_EXTENTS = 20_000  # an extent may take no bytes, so the file is no bound
_FILE, _IDAT = 0, 1  # construction methods


class Item(NamedTuple):
    id: int
    kind: str  # "Exif" or "XMP"
    extents: tuple[tuple[int, int], ...]  # first byte and end, in the file; empty where not read


class _Cursor:
    """Big-endian numbers, one after the other. Raises ReadError at the end."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data = data
        self.at = at

    def number(self, size: int) -> int:
        self.at += size
        if self.at > len(self.data):
            raise ReadError(f"an item box ends after {len(self.data)} bytes")
        return int.from_bytes(self.data[self.at - size : self.at])


def items(iinf: bytes, iloc: bytes, idat_at: int | None) -> Iterator[Item]:
    """The metadata items that `iinf` names, with their extents from `iloc`; both without their box header."""
    kinds = dict(_kinds(iinf))
    places = _extents(iloc, set(kinds), idat_at) if kinds else {}
    for number, kind in kinds.items():
        yield Item(number, kind, places.get(number, ()))


def _kinds(iinf: bytes) -> Iterator[tuple[int, str]]:
    cursor = _Cursor(iinf, 4)
    count = cursor.number(4 if iinf[0] else 2)
    for _ in range(min(count, _MAX_ITEMS)):
        if cursor.at + 8 > len(iinf):
            return
        start = cursor.at
        end = start + max(cursor.number(4), 8)
        entry = _Cursor(iinf[:end], start + 8)
        version = entry.number(1)
        if version >= 2:
            entry.number(3)
            number = entry.number(4 if version > 2 else 2)
            kind = iinf[entry.at + 2 : entry.at + 6]
            content = iinf[entry.at + 6 : end].split(b"\0")
            if kind == b"Exif":
                yield number, "Exif"
            elif kind == b"mime" and b"application/rdf+xml" in content[:2]:
                yield number, "XMP"
        cursor.at = end


def _extents(iloc: bytes, wanted: set[int], idat_at: int | None) -> dict[int, tuple[tuple[int, int], ...]]:
    cursor = _Cursor(iloc)
    version = cursor.number(1)
    cursor.number(3)
    sizes = cursor.number(2)
    offset_size, length_size, base_size, index_size = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    count = cursor.number(4 if version > 1 else 2)
    extents_left = _MAX_ALL_EXTENTS
    places = {}
    for _ in range(min(count, _MAX_ITEMS)):
        number = cursor.number(4 if version > 1 else 2)
        method = cursor.number(2) & 15 if version > 0 else _FILE
        cursor.number(2)
        base = cursor.number(base_size)
        extents = []
        stated = cursor.number(2)
        extents_left -= stated
        if extents_left < 0:
            raise ReadError(f"more than {_MAX_ALL_EXTENTS} extents")
        for _ in range(stated):
            if version > 0:
                cursor.number(index_size)
            offset, length = base + cursor.number(offset_size), cursor.number(length_size)
            extents.append((offset, offset + length))
        origin = {_FILE: 0, _IDAT: idat_at}.get(method)
        if number in wanted and origin is not None and len(extents) <= _MAX_EXTENTS:
            places[number] = tuple((start + origin, end + origin) for start, end in extents)
    return places
