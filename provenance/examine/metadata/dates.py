"""Stated dates: texts of EXIF, XMP and IPTC as StatedTime has them, as exact as the field is and no more."""

import re

from provenance.errors import ReadError
from provenance.model.findings import DateReading
from provenance.model.times import StatedTime

# A month or day of zeros or blanks is one not known (EXIF 2.32, 4.6.4; IIM 4.2, 2:55), and so are blank seconds.
_DATE = re.compile(
    r"(\d{4})(?:[:/.-]?(\d\d|  )(?:[:/.-]?(\d\d|  ))?)?"
    r"(?:(?:[T ]+|:)(\d\d|  ):?(\d\d|  )(?::?(\d\d|  )(?:[.,](\d+))?)?"
    r"\s*(Z|(?:GMT|UTC)?[+-]\d\d?(?::?\d\d)?)?)?[\s\0]*",
    re.ASCII,
)
_ZONE = re.compile(r"(?:GMT|UTC)?([+-])(\d\d?)(?::?(\d\d))?", re.ASCII)
_UNSET = re.compile(r"[\s0:/.TZ+-]*", re.ASCII)  # EXIF: an unknown date is written as blanks, or as zeros
_CHARACTERS = 64  # of a date; the rest may be padding, and is not searched
_UNKNOWN = (None, "00", "  ")
_EASTMOST, _WESTMOST = 14 * 60, -12 * 60  # minutes; IANA time zone database: Pacific/Kiritimati, Etc/GMT+12


def date_reading(field: str, text: str, means: str, *, fraction: str = "", zone: str = "") -> DateReading | None:
    """The date a field states, None where it states that it knows none.

    `fraction` (digits of a second) and `zone` ("+07:00", "Z") are of other fields, used where `text` has none itself.
    Raises ReadError for what is no date.
    """
    if _UNSET.fullmatch(text):
        return None
    begins = text.lstrip()
    parts = None if begins[_CHARACTERS:].strip(" \0\t\r\n") else _DATE.fullmatch(begins[:_CHARACTERS])
    if not parts:
        raise ReadError(f"{field}: {text[:40]!r} is not a date that is read")
    try:
        stated, precision = _stated(parts, fraction, zone)
    except ValueError as nonsense:
        raise ReadError(f"{field}: {text[:40]!r} is no date: {nonsense}") from nonsense
    return DateReading(field, text if len(text) <= _CHARACTERS else begins[:_CHARACTERS], stated, means, precision)


def zone_of(text: str) -> str:
    """The offset a field states, as "+07:00" or "Z"; empty where it states none. Raises ReadError for nonsense."""
    text = text.strip(" \0")
    if not text or not text.strip("-+: "):
        return ""
    if text in ("Z", "z"):
        return "Z"
    parts = _ZONE.fullmatch(text)
    if not parts:
        raise ReadError(f"{text[:20]!r} is no offset from UTC")
    sign, hours, minutes = parts[1], parts[2].zfill(2), parts[3] or "00"
    offset = (int(hours) * 60 + int(minutes)) * (-1 if sign == "-" else 1)
    if not _WESTMOST <= offset <= _EASTMOST or int(minutes) > 59:
        raise ReadError(f"{text[:20]!r} is outside -12:00..+14:00, where the clocks on Earth are")
    return f"{sign}{hours}:{minutes}"


def _stated(parts: re.Match[str], fraction: str, zone: str) -> tuple[str, str]:
    """The date in StatedTime's form, or "2024", "2024-11"; and its precision. Raises ValueError."""
    year, month, day, hour, minute, second, own_fraction, own_zone = parts.groups()
    has_time = hour not in (None, "  ") and minute != "  "
    if month in _UNKNOWN or day in _UNKNOWN:
        if has_time and (hour, minute, second or "00") != ("00", "00", "00"):
            raise ValueError("a time of a day that is not stated")
        stated = year if month in _UNKNOWN else f"{year}-{month}"
        StatedTime(f"{year}-{'01' if month in _UNKNOWN else month}-01")
        return stated, "year" if month in _UNKNOWN else "month"
    stated, precision = f"{year}-{month}-{day}", "day"
    if has_time:
        known = second not in (None, "  ")
        digits = _fraction(own_fraction or fraction) if known else ""
        stated += f"T{hour}:{minute}:{second if known else '00'}{digits}{_zone(own_zone or zone)}"
        precision = "subsecond" if digits else "second" if known else "minute"
    StatedTime(stated)
    return stated, precision


def _fraction(digits: str) -> str:
    digits = digits.strip(" \0")
    return f".{digits[:6]}" if digits.isascii() and digits.isdigit() else ""


def _zone(text: str) -> str:
    try:
        return zone_of(text)
    except ReadError as nonsense:
        raise ValueError(str(nonsense)) from nonsense
