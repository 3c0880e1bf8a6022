"""The first directory of a TIFF file, read with bounds: enough to tell what the file is and how large.

Layout: TIFF 6.0, section 2; BigTIFF (8-byte offsets) as libtiff documents it.
"""

import struct
from dataclasses import dataclass

# Raw formats that are TIFF in all but the number: Olympus ORF, Panasonic RW2.
RAW_MAGIC = (b"IIRO", b"IIRS", b"MMOR", b"IIU\0")
MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", *RAW_MAGIC)

_MAX_ENTRIES = 4096  # a camera writes about 60
_MAX_TEXT_BYTES = 64
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_LETTERS = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q"}


@dataclass(frozen=True, slots=True)
class Directory:
    """One image file directory: the first value of each tag that is a whole number or text."""

    numbers: dict[int, int]
    texts: dict[int, str]
    value_bytes: int  # what the values that fit into the file take together; overlapping ones take more than the file


def is_tiff(data: bytes) -> bool:
    return data[:4] in MAGIC


def first_offset(data: bytes) -> int:
    """Where the first directory lies; 0 when the file ends before saying so."""
    order = ">" if data[:2] == b"MM" else "<"
    form, at = ("Q", 8) if _is_big(data) else ("I", 4)
    return _unpack(order + form, data, at) or 0


def read_directory(data: bytes, offset: int) -> Directory | None:
    """The directory at `offset`, as far as the bytes go; None when not even its number of entries can be read."""
    order = ">" if data[:2] == b"MM" else "<"
    big = _is_big(data)
    entry_bytes, inline_bytes = (20, 8) if big else (12, 4)
    count = _unpack(order + ("Q" if big else "H"), data, offset)
    if not offset or count is None:
        return None
    numbers: dict[int, int] = {}
    texts: dict[int, str] = {}
    value_bytes = 0
    at = offset + (8 if big else 2)
    for entry_at in range(at, at + min(count, _MAX_ENTRIES) * entry_bytes, entry_bytes):
        tag, kind = _unpack(order + "H", data, entry_at), _unpack(order + "H", data, entry_at + 2)
        length = _unpack(order + ("Q" if big else "I"), data, entry_at + 4)
        if tag is None or kind is None or length is None:
            break
        size = _SIZES.get(kind, 1) * length
        value_bytes += size if size <= len(data) else 0
        value_at = entry_at + entry_bytes - inline_bytes
        if size > inline_bytes:
            value_at = _unpack(order + ("Q" if big else "I"), data, value_at) or 0
        if kind == 2:
            text = data[value_at : value_at + min(length, _MAX_TEXT_BYTES)]
            texts.setdefault(tag, text.split(b"\0")[0].decode("latin-1").strip())
        elif kind in _LETTERS and length:
            number = _unpack(order + _LETTERS[kind], data, value_at)
            if number is not None:
                numbers.setdefault(tag, number)
    return Directory(numbers, texts, value_bytes)


def offset_after(data: bytes, offset: int) -> int:
    """Where the directory after the one at `offset` lies; 0 after the last, or where the file ends first."""
    order = ">" if data[:2] == b"MM" else "<"
    big = _is_big(data)
    count = _unpack(order + ("Q" if big else "H"), data, offset) or 0
    entries_end = offset + (8 + count * 20 if big else 2 + count * 12)
    return _unpack(order + ("Q" if big else "I"), data, entries_end) or 0


def _is_big(data: bytes) -> bool:
    return data[:4] in (b"II+\0", b"MM\0+")


def _unpack(form: str, data: bytes, at: int) -> int | None:
    if at < 0 or at + struct.calcsize(form) > len(data):
        return None
    value: int = struct.unpack_from(form, data, at)[0]
    return value
