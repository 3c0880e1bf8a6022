"""Values of maker notes that are more than one text or number: what each means is its maker's.

Layouts: exiftool.org/TagNames, the page of each maker. Each rule gives names with values, as ExifTool's -n has them;
none where the value states nothing, ReadError where it is not what its maker writes.
"""

import plistlib
import struct
from collections.abc import Callable
from typing import Any

from provenance.errors import ReadError
from provenance.examine.metadata.exif_values import numbers_of
from provenance.examine.metadata.text import decoded
from provenance.examine.metadata.tiff_stream import ASCII, UNDEFINED, Tag, TiffStream

Rule = Callable[[TiffStream, Tag], dict[str, Any]]
TEXT_BYTES = 512  # of one text; serial numbers and places are shorter
_PLIST_OBJECTS, _PLIST_BYTES = 64, 4096  # RunTime has nine objects in about 100 bytes


def plain(name: str) -> Rule:
    """A text up to its first NUL, or one number, or several with blanks between."""

    def read(stream: TiffStream, tag: Tag) -> dict[str, Any]:
        if tag.type in (ASCII, UNDEFINED):
            value: Any = words(stream.bytes_of(tag))
        else:
            value = numbers_of(stream, tag)
        return {} if value in (None, "") else {name: value}

    return read


def text(name: str) -> Rule:
    """A text, whatever type it is declared as."""

    def read(stream: TiffStream, tag: Tag) -> dict[str, Any]:
        value = words(stream.bytes_of(tag))
        return {name: value} if value else {}

    return read


def words(raw: bytes) -> str:
    """Text up to its first NUL. Raises ReadError for what no maker writes as text."""
    stated = raw[:TEXT_BYTES].split(b"\0", 1)[0].rstrip(b"\xff")
    shown, charset = decoded(stated)
    if charset != "UTF-8" or not shown.isprintable():
        raise ReadError(f"{stated[:16].hex(' ')} is not text")
    return shown


def hexadecimal(name: str, size: int) -> Rule:
    """This many bytes as hexadecimal digits; nothing where all are 0."""

    def read(stream: TiffStream, tag: Tag) -> dict[str, Any]:
        raw = stream.bytes_of(tag)[:size]
        return {name: raw.hex()} if len(raw) == size and any(raw) else {}

    return read


def version(name: str, between: str = " ") -> Rule:
    """Digits as text, or bytes as numbers, with this between them."""

    def read(stream: TiffStream, tag: Tag) -> dict[str, Any]:
        raw = stream.bytes_of(tag)[:8]
        return {name: raw.decode() if raw.isalnum() else between.join(map(str, raw))} if raw else {}

    return read


def broken_text(name: str) -> Rule:
    """A text with NULs in it, which are left out (Casio's dates of firmware)."""

    def read(stream: TiffStream, tag: Tag) -> dict[str, Any]:
        value = words(stream.bytes_of(tag)[:TEXT_BYTES].replace(b"\0", b""))
        return {name: value} if value else {}

    return read


def masked(name: str, mask: int) -> Rule:
    def read(stream: TiffStream, tag: Tag) -> dict[str, Any]:
        value = numbers_of(stream, tag)
        return {name: value & mask} if isinstance(value, int) else {}

    return read


def hundredths(name: str) -> Rule:
    def read(stream: TiffStream, tag: Tag) -> dict[str, Any]:
        value = numbers_of(stream, tag)
        return {name: value / 100} if isinstance(value, int) else {}

    return read


def inverted_bytes(name: str) -> Rule:
    """Pentax's firmware: four bytes with all bits turned."""

    def read(stream: TiffStream, tag: Tag) -> dict[str, Any]:
        raw = bytes(byte ^ 0xFF for byte in stream.bytes_of(tag)[:5])
        return {name: f"{raw[0]} {raw[1]:02} {raw[2]:02} {raw[3]:02}"} if len(raw) == 4 else {}

    return read


def canon_time(stream: TiffStream, tag: Tag) -> dict[str, Any]:
    """TimeInfo: size, minutes east of UTC, city, minutes of daylight saving; each 32 bits."""
    size, zone, city, saving = _unpacked(stream, tag, "iiii")
    if size != tag.size or not -14 * 60 <= zone <= 14 * 60 or saving not in (0, 30, 60, 120):
        raise ReadError(f"{size} {zone} {city} {saving} is not a size, a zone, a city and daylight saving")
    return {"TimeZone": zone, "TimeZoneCity": city, "DaylightSavings": saving}


def canon_settings(stream: TiffStream, tag: Tag) -> dict[str, Any]:
    """CameraSettings: number 22 is the lens, 65535 for none known."""
    settings = stream.numbers(tag) if tag.type in (3, 8) else ()
    return {"LensType": int(settings[22])} if len(settings) > 22 else {}


def nikon_time(stream: TiffStream, tag: Tag) -> dict[str, Any]:
    """WorldTime: minutes east of UTC, daylight saving 0 or 1, order of dates."""
    zone, saving, dates = _unpacked(stream, tag, "hBB")
    if not -14 * 60 <= zone <= 14 * 60 or saving > 1:
        raise ReadError(f"{zone} {saving} is not a zone in minutes and daylight saving")
    return {"TimeZone": zone, "DaylightSavings": saving, "DateDisplayFormat": dates}


def nikon_lens(stream: TiffStream, tag: Tag) -> dict[str, Any]:
    """Lens: shortest and longest focal length in mm, largest aperture at each."""
    value = numbers_of(stream, tag)
    stated = value.split() if isinstance(value, str) else []
    if len(stated) != 4 or any(float(part) > 10_000 for part in stated if part not in ("inf", "undef")):
        raise ReadError(f"{str(value)[:60]!r} is no lens")
    return {"Lens": value}


def nikon_power_up(stream: TiffStream, tag: Tag) -> dict[str, Any]:
    """PowerUpTime: when the camera was switched on, by its own clock."""
    year, *rest = _unpacked(stream, tag, "H5B")
    month, day, hour, minute, second = rest
    if month > 12 or day > 31 or hour > 23 or minute > 59 or second > 59:
        raise ReadError(f"{year} {month} {day} {hour} {minute} {second} is no time")
    return {"PowerUpTime": f"{year:04}:{month:02}:{day:02} {hour:02}:{minute:02}:{second:02}"} if year else {}


def nikon_place(stream: TiffStream, tag: Tag) -> dict[str, Any]:
    """LocationInfo: version, character set, country, level, and the place's name from byte 9."""
    raw = stream.bytes_of(tag)
    if len(raw) < 10 or raw[4] != 1:  # 1 is UTF-8
        return {}
    found = {"CountryCode": words(raw[5:8]), "Location": words(raw[9:])}
    return {name: value for name, value in found.items() if value}


def olympus_lens(stream: TiffStream, tag: Tag) -> dict[str, Any]:
    """LensType: make, unused, model, sub-model."""
    raw = stream.bytes_of(tag)
    return {"LensType": f"{raw[0]:x} {raw[2]:02x} {raw[3]:02x}"} if len(raw) >= 4 and any(raw) else {}


def pentax_day(stream: TiffStream, tag: Tag) -> dict[str, Any]:
    raw = stream.bytes_of(tag)
    return {"Date": f"{int.from_bytes(raw[:2]):04}:{raw[2]:02}:{raw[3]:02}"} if len(raw) == 4 else {}


def pentax_clock(stream: TiffStream, tag: Tag) -> dict[str, Any]:
    raw = stream.bytes_of(tag)
    return {"Time": ":".join(f"{part:02}" for part in raw[:3])} if len(raw) in (3, 4) else {}


def pentax_camera(stream: TiffStream, tag: Tag) -> dict[str, Any]:
    """CameraInfo: model, day of manufacture, production code, internal serial number."""
    model, day, _, _, serial = _unpacked(stream, tag, "5I")
    made = f"{day:08}"
    return {
        "PentaxModelID": model,
        "ManufactureDate": f"{made[:4]}:{made[4:6]}:{made[6:]}",
        "InternalSerialNumber": serial,
    }


def pentax_lens(stream: TiffStream, tag: Tag) -> dict[str, Any]:
    raw = stream.bytes_of(tag)
    return {"LensType": f"{raw[0]} {raw[1]}"} if len(raw) >= 2 else {}


def ricoh_serial(stream: TiffStream, tag: Tag) -> dict[str, Any]:
    """The number on the camera where it is text, else an internal one."""
    raw = stream.bytes_of(tag)[:16]
    if raw.replace(b"-", b"").replace(b" ", b"").isalnum():
        return {"SerialNumber": raw.decode()}
    return {"InternalSerialNumber": raw.hex()} if any(raw) else {}


def sony_serial(stream: TiffStream, tag: Tag) -> dict[str, Any]:
    """Eight digits, in pairs from the last to the first."""
    digits = words(stream.bytes_of(tag))
    if len(digits) != 8 or not digits.isdigit():
        raise ReadError(f"{digits[:20]!r} is not eight digits")
    return {"SerialNumber": "".join(digits[at : at + 2] for at in (6, 4, 2, 0)).removeprefix("0")}


def apple_run_time(stream: TiffStream, tag: Tag) -> dict[str, Any]:
    """RunTime: how long the phone has been on, as a binary property list; value / scale is seconds."""
    raw = stream.bytes_of(tag)
    if not raw.startswith(b"bplist00") or not 40 <= len(raw) <= _PLIST_BYTES:
        raise ReadError(f"{len(raw)} bytes that are no property list")
    if int.from_bytes(raw[-24:-16]) > _PLIST_OBJECTS:
        raise ReadError(f"a property list of {int.from_bytes(raw[-24:-16])} objects, limit {_PLIST_OBJECTS}")
    try:
        found = plistlib.loads(raw, fmt=plistlib.FMT_BINARY)
    except Exception as broken:
        raise ReadError("a property list that cannot be read") from broken
    names = {"flags": "RunTimeFlags", "value": "RunTimeValue", "timescale": "RunTimeScale", "epoch": "RunTimeEpoch"}
    stated = found if isinstance(found, dict) else {}
    values = {name: stated.get(key) for key, name in names.items()}
    return {name: value for name, value in values.items() if type(value) is int and 0 <= value < 1 << 63}


def _unpacked(stream: TiffStream, tag: Tag, form: str) -> tuple[int, ...]:
    try:
        return struct.unpack_from(stream.order + form, stream.bytes_of(tag))
    except struct.error as short:
        raise ReadError(f"{tag.size} bytes, too few") from short
