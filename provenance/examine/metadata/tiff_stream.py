"""A TIFF stream as EXIF uses it: directories of tags, read within bounds and guarded against loops.

Layout: TIFF 6.0, BigTIFF, CIPA DC-008 (EXIF 2.32). Counts and offsets are the file's word and are checked against its
length before anything is read; a hostile count costs nothing, since only tags that somebody asks for are unpacked.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from provenance.errors import ReadError

MAX_TAGS: Final = 1000  # of one directory; cameras write under 100
MAX_DIRECTORIES: Final = 24
MAX_VALUE_BYTES: Final = 256 * 1024  # of one text
MAX_NUMBERS: Final = 256  # of one tag; longer ones are tables, not statements

# TIFF 6.0, section 2, and BigTIFF: type -> (bytes, struct code). Rationals (5, 10) are two numbers.
_TYPES: Final = {
    1: (1, "B"),
    2: (1, "B"),
    3: (2, "H"),
    4: (4, "I"),
    5: (8, "II"),
    6: (1, "b"),
    7: (1, "B"),
    8: (2, "h"),
    9: (4, "i"),
    10: (8, "ii"),
    11: (4, "f"),
    12: (8, "d"),
    13: (4, "I"),
    16: (8, "Q"),
    17: (8, "q"),
    18: (8, "Q"),
}
ASCII: Final = 2
UNDEFINED: Final = 7
RATIONALS: Final = (5, 10)
_OFFSETS: Final = (4, 9, 13, 16, 18)  # 9 is signed, which one writer uses for its GPS pointer

_EXIF, _GPS, _SUB_IFDS, _INTEROP = 0x8769, 0x8825, 0x014A, 0xA005
_POINTERS: Final = {_EXIF: "ExifIFD", _GPS: "GPS", _INTEROP: "InteropIFD"}


class Tag(NamedTuple):
    """One entry of a directory, as stated: `at` is where its value begins, which may be outside the stream."""

    number: int
    type: int
    count: int  # type: ignore[assignment]  # of values: the word of TIFF 6.0, which hides the method of tuples
    at: int
    size: int  # bytes of the value
    fits: bool  # whether all of it lies in the stream


@dataclass(frozen=True, slots=True)
class Directory:
    name: str  # as ExifTool names it: IFD0, IFD1, ExifIFD, GPS, InteropIFD, SubIFD, ...
    tags: dict[int, Tag]


class TiffStream:
    """Directories and values of one TIFF stream. `problems` fills while directories are walked.

    Raises ReadError when made from bytes without a TIFF header, or with a first directory outside them. A stretch of
    a stream without a header of its own (a maker note) is read with its byte order ("<" or ">") given; offsets in it
    count from `base`.
    """

    def __init__(self, data: bytes, order: str = "", base: int = 0) -> None:
        self.data = data
        self.order = order or {b"II": "<", b"MM": ">"}.get(data[:2], "")
        if not self.order:
            raise ReadError(f"begins with {data[:4]!r}, not with a TIFF header")
        self.base = base
        self._headless = bool(order)
        self._big = not order and self._number(2, "H") == 43
        self._entry = struct.Struct(self.order + ("HHQ8s" if self._big else "HHI4s"))
        self._offset = "Q" if self._big else "I"
        self.problems: list[str] = []
        self._known: dict[int, tuple[Directory, int]] = {}  # by where they begin

    def directories(self, root: str = "IFD0") -> Iterator[Directory]:
        """IFD0 and what it points to, then IFD1 and so on; each once, at most MAX_DIRECTORIES.

        `root` names the first one where it is not IFD0; nothing is chained to it then.
        """
        waiting = [(self._number(8 if self._big else 4, self._offset), root)]
        seen: set[int] = set()
        while waiting and len(seen) < MAX_DIRECTORIES:
            at, name = waiting.pop(0)
            if at in seen:
                self.problems.append(f"{name} at byte {at} is a directory already read")
                continue
            seen.add(at)
            directory, chained = self._directory(at, name)
            yield directory
            waiting = [*self._pointers(directory), *waiting]
            if chained and name[:3] == "IFD":
                waiting.append((chained, f"IFD{int(name[3:]) + 1}"))

    def directory(self, at: int, name: str) -> Directory:
        """The one directory at this byte. Raises ReadError where it lies outside the stream."""
        if not 0 <= at <= len(self.data) - 2:
            raise ReadError(f"{name} at byte {at} lies outside the {len(self.data)} bytes there")
        return self._directory(at, name)[0]

    def bytes_of(self, tag: Tag) -> bytes:
        return self.data[tag.at : tag.at + tag.size]

    def numbers(self, tag: Tag) -> tuple[int | float, ...]:
        """The tag's numbers, at most MAX_NUMBERS; of rationals numerator and denominator one after the other."""
        code = _TYPES[tag.type][1]
        count = min(tag.count, MAX_NUMBERS)
        return struct.unpack_from(f"{self.order}{count * len(code)}{code[0]}", self.data, tag.at)

    def rationals(self, tag: Tag) -> tuple[tuple[int, int], ...]:
        """The tag's rationals as stated; whole numbers over 1. Raises ReadError for anything else."""
        if tag.type in RATIONALS:
            numbers = [int(n) for n in self.numbers(tag)]
            return tuple(zip(numbers[::2], numbers[1::2], strict=True))
        if tag.type in (1, 3, 4, 6, 8, 9):
            return tuple((int(n), 1) for n in self.numbers(tag))
        raise ReadError(f"type {tag.type} is not a number")

    def _directory(self, at: int, name: str) -> tuple[Directory, int]:
        """The directory at this byte, read once under each name, and where the next one is stated to be."""
        if at not in self._known or self._known[at][0].name != name:
            self._known[at] = self._read_directory(at, name)
        return self._known[at]

    def _read_directory(self, at: int, name: str) -> tuple[Directory, int]:
        """The same, from the bytes.

        Of a tag stated twice the last counts, as for ExifTool; that it was is a problem told.
        """
        head = 8 if self._big else 2
        if not 8 <= at <= len(self.data) - head:
            if name == "IFD0":
                raise ReadError(f"IFD0 at byte {at} lies outside the {len(self.data)} bytes there")
            self.problems.append(f"{name} at byte {at} lies outside the {len(self.data)} bytes there")
            return Directory(name, {}), 0
        stated = self._number(at, "Q" if self._big else "H")
        start = at + head
        count = min(stated, MAX_TAGS, (len(self.data) - start) // self._entry.size)
        if count < stated:
            self.problems.append(f"{name} at byte {at} states {stated} tags, of which {count} are read")
        end = start + count * self._entry.size
        tags: dict[int, Tag] = {}
        twice: set[int] = set()
        bytes_there, value_at = len(self.data), start - (8 if self._big else 4)
        byteorder: Literal["little", "big"] = "little" if self.order == "<" else "big"
        for number, type_, values, raw in self._entry.iter_unpack(self.data[start:end]):
            value_at += self._entry.size
            if type_ not in _TYPES:
                continue
            if number in tags:
                twice.add(number)
            size, at = _TYPES[type_][0] * values, value_at
            if size > len(raw):
                at = self.base + int.from_bytes(raw, byteorder)
            tags[number] = Tag(number, type_, values, at, size, at >= 0 and at + size <= bytes_there)
        if twice and not self._headless:  # Canon's notes list unused tags under number 0
            shown = ", ".join(f"0x{number:04X}" for number in sorted(twice)[:8])
            self.problems.append(f"{name} states {len(twice)} tags more than once, the last is read: {shown}")
        chained = self._number(end, self._offset) if count == stated and end + len(b"    ") <= len(self.data) else 0
        return Directory(name, tags), chained

    def _pointers(self, directory: Directory) -> Iterator[tuple[int, str]]:
        for number, name in _POINTERS.items():
            tag = directory.tags.get(number)
            if tag and tag.fits and tag.count and tag.type in _OFFSETS:
                yield int(self.numbers(tag)[0]), name
        tag = directory.tags.get(_SUB_IFDS)
        if tag and tag.fits and tag.type in _OFFSETS and directory.name == "IFD0":
            for nth, at in enumerate(self.numbers(tag)[:MAX_DIRECTORIES]):
                yield int(at), f"SubIFD{nth or ''}"

    def _number(self, at: int, code: str) -> int:
        try:
            return int(struct.unpack_from(self.order + code, self.data, at)[0])
        except struct.error as broken:
            raise ReadError(f"ends after {len(self.data)} bytes, inside the header at byte {at}") from broken
