"""The items of a HEIF file: of which type, where they lie, what they belong to. ISO/IEC 14496-12, 8.11; 23008-12, 6."""

from collections.abc import Iterator
from typing import NamedTuple

from provenance.errors import ReadError

MAX_ITEMS = 4096
_MAX_ENTRY_BYTES = 1024  # of what is looked at of one item: its number, type, name and media type
_MAX_EXTENTS = 32  # of an item that is read
_MAX_ALL_EXTENTS = 20_000  # an extent may take no bytes, so the file is no bound
_MAX_REFERENCES = 20_000
_FILE, _IDAT = 0, 1  # construction methods

Extents = tuple[tuple[int, int], ...]  # first byte and end, in the file


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


class Reference(NamedTuple):
    """iref: "thmb" from a thumbnail to its picture, "cdsc" from metadata to what it describes, "dimg" to tiles, ..."""

    kind: str
    item: int
    to: tuple[int, ...]


def primary_item(pitm: bytes) -> int:
    """The item that is the picture; `pitm` without its box header, as all here."""
    return _Cursor(pitm, 4).number(4 if pitm[0] else 2)


def item_types(iinf: bytes) -> dict[int, str]:
    """Item -> its four letters, or "XMP" for XMP of type mime, in file order."""
    types: dict[int, str] = {}
    cursor = _Cursor(iinf, 4)
    count = cursor.number(4 if iinf[0] else 2)
    for _ in range(min(count, MAX_ITEMS)):
        if cursor.at + 8 > len(iinf):
            break
        start = cursor.at
        end = start + max(cursor.number(4), 8)
        entry = _Cursor(iinf[start : min(end, start + _MAX_ENTRY_BYTES)], 8)
        version = entry.number(1)
        if version >= 2:
            entry.number(3)
            number = entry.number(4 if version > 2 else 2)
            kind = entry.data[entry.at + 2 : entry.at + 6]
            content = entry.data[entry.at + 6 :].split(b"\0", 2)
            is_xmp = kind == b"mime" and b"application/rdf+xml" in content[:2]
            types.setdefault(number, "XMP" if is_xmp else kind.decode("latin-1"))
        cursor.at = end
    return types


def item_extents(iloc: bytes, idat_at: int | None) -> dict[int, Extents]:
    """Item -> where it lies; without those whose place is stated in a way that is not read."""
    cursor = _Cursor(iloc)
    version = cursor.number(1)
    cursor.number(3)
    sizes = cursor.number(2)
    offset_size, length_size, base_size, index_size = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    count = cursor.number(4 if version > 1 else 2)
    extents_left = _MAX_ALL_EXTENTS
    places: dict[int, Extents] = {}
    for _ in range(min(count, MAX_ITEMS)):
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
        if origin is not None and len(extents) <= _MAX_EXTENTS:
            places[number] = tuple((start + origin, end + origin) for start, end in extents)
    return places


def references(iref: bytes) -> Iterator[Reference]:
    """Every reference among items. Raises ReadError where the box ends early."""
    id_bytes = 4 if iref[:1] == b"\1" else 2
    at, left = 4, _MAX_REFERENCES
    while at + 8 <= len(iref):
        size = int.from_bytes(iref[at : at + 4])
        cursor = _Cursor(iref[at : at + size], 8)
        item, count = cursor.number(id_bytes), cursor.number(2)
        left -= count + 1
        if left < 0:
            raise ReadError(f"more than {_MAX_REFERENCES} references among items")
        yield Reference(
            iref[at + 4 : at + 8].decode("latin-1"), item, tuple(cursor.number(id_bytes) for _ in range(count))
        )
        at += size


def item_properties(ipma: bytes) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Item and the numbers (from 1) of its properties."""
    cursor = _Cursor(ipma)
    version, flags = cursor.number(1), cursor.number(3)
    left = _MAX_REFERENCES
    for _ in range(min(cursor.number(4), MAX_ITEMS)):
        item, count = cursor.number(4 if version else 2), cursor.number(1)
        left -= count
        if left < 0:
            raise ReadError(f"more than {_MAX_REFERENCES} properties of items")
        wide = flags & 1
        yield item, tuple(cursor.number(2 if wide else 1) & (0x7FFF if wide else 0x7F) for _ in range(count))
