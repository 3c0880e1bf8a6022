"""Stated dates: texts of EXIF, XMP and IPTC as StatedTime has them."""

import re

from provenance.errors import ReadError
from provenance.model.findings import DateReading
from provenance.model.times import StatedTime

_DATE = re.compile(
    r"(\d{4})[:/.-]?(\d\d)[:/.-]?(\d\d)"
    r"(?:[T ]+(\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d+))?)?\s*(Z|[+-]\d\d:?\d\d)?)?[\s\0]*",
    re.ASCII,
)
_ZONE = re.compile(r"([+-])(\d\d):?(\d\d)", re.ASCII)
_UNSET = re.compile(r"[\s0:/.TZ+-]*", re.ASCII)  # EXIF: an unknown date is written as blanks, or as zeros


def date_reading(field: str, text: str, means: str, *, fraction: str = "", zone: str = "") -> DateReading | None:
    """The date a field states, None where it states that it knows none.

    `fraction` (digits of a second) and `zone` ("+07:00", "Z") are of other fields, used where `text` has none itself.
    Raises ReadError for what is no date.
    """
    if _UNSET.fullmatch(text):
        return None
    parts = _DATE.fullmatch(text.strip())
    if not parts:
        raise ReadError(f"{field}: {text[:40]!r} is not a date that is read")
    year, month, day, hour, minute, second, own_fraction, own_zone = parts.groups()
    stated = f"{year}-{month}-{day}"
    if hour:
        stated += f"T{hour}:{minute}:{second or '00'}" + _fraction(own_fraction or fraction) + _zone(own_zone or zone)
    try:
        StatedTime(stated)
    except ValueError as nonsense:
        raise ReadError(f"{field}: {text[:40]!r} is no date: {nonsense}") from nonsense
    return DateReading(field, text, stated, means)


def _fraction(digits: str) -> str:
    digits = digits.strip()
    return f".{digits[:6]}" if digits.isascii() and digits.isdigit() else ""


def _zone(text: str) -> str:
    text = text.strip()
    parts = _ZONE.fullmatch(text)
    return "Z" if text == "Z" else f"{parts[1]}{parts[2]}:{parts[3]}" if parts else ""
