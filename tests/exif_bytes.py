"""TIFF streams for tests, byte by byte: any tag with any type, count and value, also ones no library would write."""

import struct
from collections.abc import Mapping
from fractions import Fraction

ASCII, BYTE, SHORT, LONG, RATIONAL, UNDEFINED = 2, 1, 3, 4, 5, 7
MAKE, MODEL, DESCRIPTION, ARTIST, COPYRIGHT, SOFTWARE, MODIFY_DATE = (
    0x010F,
    0x0110,
    0x010E,
    0x013B,
    0x8298,
    0x0131,
    0x0132,
)
ORIENTATION, TAKEN, ZONE, SUBSECOND, USER_COMMENT = 0x0112, 0x9003, 0x9011, 0x9291, 0x9286
_EXIF, _GPS, _SUB_IFDS = 0x8769, 0x8825, 0x014A

Raw = tuple[int, int, bytes]  # type, count, the bytes of the value
Value = str | int | bytes | list[int] | list[tuple[int, int]] | Raw
NOTE, NOTE_AT = 0x927C, 8
Directory = Mapping[int, Value]


def tiff(
    ifd0: Directory | None = None,
    *,
    exif: Directory | None = None,
    gps: Directory | None = None,
    ifd1: Directory | None = None,
    order: str = "<",
) -> bytes:
    """A TIFF stream with these directories; str is ASCII, int SHORT or LONG, pairs rationals, bytes UNDEFINED."""
    writer = _Writer(order)
    pointers = {}
    if exif is not None:
        pointers[_EXIF] = writer.directory(exif)
    if gps is not None:
        pointers[_GPS] = writer.directory(gps)
    chained = writer.directory(ifd1) if ifd1 is not None else 0
    first = writer.directory(
        {**(ifd0 or {}), **{tag: (LONG, 1, writer.long(at)) for tag, at in pointers.items()}}, chained
    )
    return writer.whole(first)


def note(header: bytes, tags: Directory, *, order: str = "<", offsets_from: int = 0, shift: int = 0) -> bytes:
    """A maker note: its header, the directory right behind it, and the values, at offsets that count from a byte.

    `offsets_from` is where the note will stand where offsets count from the TIFF header, 0 where they count from the
    note; a note that is all of `tiff`'s exif directory stands at NOTE_AT. `shift` makes all offsets wrong by as much.
    """
    writer = _Writer(order)
    entries, values = b"", b""
    begins = len(header) + 2 + 12 * len(tags) + 4
    for number in sorted(tags):
        kind, count, raw = writer.raw(tags[number])
        if len(raw) > 4:
            at = offsets_from + begins + len(values) + shift
            values += raw
            raw = writer.long(at)
        entries += struct.pack(order + "HHI", number, kind, count) + raw.ljust(4, b"\0")
    return header + struct.pack(order + "H", len(tags)) + entries + bytes(4) + values


def gps(latitude: object, north: str | None, longitude: object, east: str | None, **more: Value) -> dict[int, Value]:
    """A GPS directory. Angles are lists of rationals, or degrees, written in hundredths of a second."""
    tags: dict[int, Value] = {2: _angle(latitude), 4: _angle(longitude)}
    if north is not None:
        tags[1] = north
    if east is not None:
        tags[3] = east
    return tags | {int(tag.removeprefix("t")): value for tag, value in more.items()}


def _angle(value: object) -> list[tuple[int, int]]:
    if isinstance(value, list):
        return value
    hundredths = round(Fraction(str(value)) * 360_000)
    minutes, rest = divmod(hundredths, 6_000)
    return [(minutes // 60, 1), (minutes % 60, 1), (rest, 100)]


class _Writer:
    def __init__(self, order: str) -> None:
        self._order = order
        self._out = bytearray(8)

    def long(self, number: int) -> bytes:
        return struct.pack(self._order + "I", number)

    def directory(self, tags: Directory, chained: int = 0) -> int:
        entries = []
        for number in sorted(tags):
            kind, count, raw = self.raw(tags[number])
            if len(raw) > 4:
                at = len(self._out)
                self._out += raw + b"\0" * (len(raw) % 2)
                raw = self.long(at)
            entries.append(struct.pack(self._order + "HHI", number, kind, count) + raw.ljust(4, b"\0"))
        at = len(self._out)
        self._out += struct.pack(self._order + "H", len(entries)) + b"".join(entries) + self.long(chained)
        return at

    def whole(self, first: int) -> bytes:
        mark = b"II*\0" if self._order == "<" else b"MM\0*"
        self._out[:8] = mark + self.long(first)
        return bytes(self._out)

    def raw(self, value: Value) -> Raw:
        if isinstance(value, str):
            text = value.encode() + b"\0"
            return ASCII, len(text), text
        if isinstance(value, bytes):
            return UNDEFINED, len(value), value
        if isinstance(value, int):
            return (SHORT, 1, struct.pack(self._order + "H", value)) if value < 65536 else (LONG, 1, self.long(value))
        if isinstance(value, tuple):
            return value
        if value and isinstance(value[0], tuple):
            return RATIONAL, len(value), b"".join(struct.pack(self._order + "II", *pair) for pair in value)
        return SHORT, len(value), struct.pack(f"{self._order}{len(value)}H", *value)
