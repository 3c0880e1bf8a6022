"""Values of EXIF tags as ExifTool prints them with -n."""

import re
import struct
from collections.abc import Callable
from typing import Any

from provenance.errors import ReadError
from provenance.examine.metadata.gps import degrees_of
from provenance.examine.metadata.text import MAX_BYTES, text_of, utf16_text, without_controls
from provenance.examine.metadata.tiff_stream import ASCII, RATIONALS, UNDEFINED, Tag, TiffStream

_BYTE_TYPES = (1, ASCII, 6, UNDEFINED)
_WHOLE = (1, 3, 4, 6, 8, 9, 13, 16, 17, 18)  # TIFF 6.0's and BigTIFF's types of whole numbers
_SEPARATORS = re.compile(r"^(\d{4})\D?(\d\d)\D?(\d\d)$", re.ASCII)


def value_of(stream: TiffStream, tag: Tag, name: str) -> Any:
    """The value of a tag; None where it states nothing or is a table. Raises ReadError for what it cannot be."""
    if name in _RULES:
        return _RULES[name](stream, tag)
    if tag.type == ASCII:
        return text_of(stream.bytes_of(tag))
    if tag.type == UNDEFINED:
        return text_of(stream.bytes_of(tag)) if name in _TEXTS else None
    if tag.type == 1 and name in _TEXTS:
        return text_of(stream.bytes_of(tag))
    return numbers_of(stream, tag)


def ratio(numerator: int, denominator: int) -> int | float | str:
    """A rational with ten significant digits; "inf" and "undef" where the denominator is zero, as ExifTool says."""
    if denominator == 0:
        return "inf" if numerator else "undef"
    if numerator % denominator == 0:
        return numerator // denominator
    return float(f"{numerator / denominator:.10g}")


def numbers_of(stream: TiffStream, tag: Tag) -> int | float | str | None:
    """One number as itself, several as ExifTool joins them."""
    if tag.count == 1 and tag.type in _WHOLE:
        return stream.numbers(tag)[0]
    if tag.type in RATIONALS:
        numbers = [ratio(n, d) for n, d in stream.rationals(tag)]
    else:
        numbers = [n if isinstance(n, int) else _finite(n) for n in stream.numbers(tag)]
    if not numbers or tag.count > len(numbers):
        return None
    return numbers[0] if len(numbers) == 1 else " ".join(map(str, numbers))


def _finite(number: float) -> float | str:
    return number if abs(number) < float("inf") else "inf" if number == number else "undef"


def _text(stream: TiffStream, tag: Tag) -> str:
    return text_of(stream.bytes_of(tag))


def _trimmed(stream: TiffStream, tag: Tag) -> Any:
    return _text(stream, tag).rstrip(" \t\r\n") if tag.type in _BYTE_TYPES else numbers_of(stream, tag)


def _copyright(stream: TiffStream, tag: Tag) -> str:
    """EXIF 4.6.4: the photographer's and the editor's, with a NUL between them."""
    parts = stream.bytes_of(tag).split(b"\0")[:2]
    return "\n".join(filter(None, (text_of(part).rstrip(" ") for part in parts)))


def _marked_text(stream: TiffStream, tag: Tag) -> str | None:
    """Text after eight bytes that name its character set (EXIF 4.6.5, UserComment)."""
    raw = stream.bytes_of(tag)
    mark, text = raw[:8].rstrip(b"\0 ").upper(), raw[8:]
    if mark in (b"ASCII", b""):
        return text_of(text).rstrip()
    if mark == b"UNICODE":
        return utf16_text(text).rstrip()
    if mark == b"JIS":
        return without_controls(text[:MAX_BYTES].decode("iso2022_jp", "replace")).rstrip()
    return text_of(raw).rstrip()


def _utf16(stream: TiffStream, tag: Tag) -> str:
    return utf16_text(stream.bytes_of(tag), "<")


def _bytes_joined(stream: TiffStream, tag: Tag) -> str:
    return " ".join(map(str, stream.bytes_of(tag)[:64]))


def _pattern(stream: TiffStream, tag: Tag) -> str | None:
    """Rows, columns and the colours, as ExifTool joins them. Some writers err in the byte order of the counts."""
    raw = stream.bytes_of(tag)[:64]
    for order in (stream.order, "<>".replace(stream.order, "")):
        columns, rows = struct.unpack_from(order + "HH", raw) if len(raw) > 4 else (0, 0)
        if columns * rows and len(raw) >= 4 + columns * rows:
            return " ".join(map(str, (columns, rows, *raw[4 : 4 + columns * rows])))
    return None


def _digits(stream: TiffStream, tag: Tag) -> str:
    return stream.bytes_of(tag)[:16].hex().upper()


def _one_byte(stream: TiffStream, tag: Tag) -> int | None:
    return stream.bytes_of(tag)[0] if tag.count else None


def _power(exponent: Callable[[float], float]) -> Callable[[TiffStream, Tag], Any]:
    """APEX values are logarithms to base 2 (EXIF annex C); ExifTool prints what they stand for."""

    def apex(stream: TiffStream, tag: Tag) -> float | str | None:
        value = numbers_of(stream, tag)
        if not isinstance(value, int | float) or abs(value) >= 100:
            return None
        power = float(f"{2 ** exponent(value):.15g}")
        return int(power) if power.is_integer() else power

    return apex


def _degrees(stream: TiffStream, tag: Tag) -> float | None:
    try:
        return degrees_of(stream.rationals(tag)).degrees
    except ReadError:
        return None  # the position is refused with its reason where it is read


def _time_stamp(stream: TiffStream, tag: Tag) -> str:
    """Hours, minutes and seconds, as ExifTool joins them; the last may have a fraction."""
    parts = [ratio(n, d) for n, d in stream.rationals(tag)[:3]]
    if len(parts) < 3 or any(isinstance(part, str) for part in parts):
        raise ReadError(f"time stamp of {' '.join(map(str, parts)) or 'nothing'}")
    hours, minutes, seconds = (float(part) for part in parts)
    total = hours * 3600 + minutes * 60 + seconds
    if not 0 <= total < 100 * 3600:
        raise ReadError(f"time stamp of {' '.join(map(str, parts))}")
    hour, rest = divmod(total, 3600)
    minute, second = divmod(rest, 60)
    whole, _, fraction = f"{second:.9f}".rstrip("0").rstrip(".").partition(".")
    return f"{int(hour):02}:{int(minute):02}:{int(whole):02}" + (f".{fraction}" if fraction else "")


def _date_stamp(stream: TiffStream, tag: Tag) -> str:
    return _SEPARATORS.sub(r"\1:\2:\3", _text(stream, tag).strip())


_TEXTS = {
    "DocumentName",
    "ImageDescription",
    "HostComputer",
    "ModifyDate",
    "DateTimeOriginal",
    "CreateDate",
    "OffsetTime",
    "OffsetTimeOriginal",
    "OffsetTimeDigitized",
    "SubSecTime",
    "SubSecTimeOriginal",
    "SubSecTimeDigitized",
    "ExifVersion",
    "FlashpixVersion",
    "InteropVersion",
    "InteropIndex",
    "SpectralSensitivity",
    "ImageUniqueID",
    "OwnerName",
    "SerialNumber",
    "LensMake",
    "LensModel",
    "LensSerialNumber",
    "UniqueCameraModel",
    "LocalizedCameraModel",
    "PreviewApplicationName",
    "PreviewApplicationVersion",
    "ProfileName",
    "ProfileCopyright",
    "ImageHistory",
    "Lens",
    "CameraSerialNumber",
    "OriginalRawFileName",
    "GPSMapDatum",
    "GPSStatus",
    "GPSMeasureMode",
    "GPSSatellites",
}

_RULES: dict[str, Callable[[TiffStream, Tag], Any]] = {
    "Make": _trimmed,
    "Model": _trimmed,
    "Software": _trimmed,
    "Artist": _trimmed,
    "Copyright": _copyright,
    "UserComment": _marked_text,
    "GPSProcessingMethod": _marked_text,
    "GPSAreaInformation": _marked_text,
    **dict.fromkeys(("XPTitle", "XPComment", "XPAuthor", "XPKeywords", "XPSubject"), _utf16),
    "ComponentsConfiguration": _bytes_joined,
    "CFAPattern": _pattern,
    "RawDataUniqueID": _digits,
    "FileSource": _one_byte,
    "SceneType": _one_byte,
    "ShutterSpeedValue": _power(lambda v: -v),
    "ApertureValue": _power(lambda v: v / 2),
    "MaxApertureValue": _power(lambda v: v / 2),
    **dict.fromkeys(("GPSLatitude", "GPSLongitude", "GPSDestLatitude", "GPSDestLongitude"), _degrees),
    "GPSTimeStamp": _time_stamp,
    "GPSDateStamp": _date_stamp,
}
