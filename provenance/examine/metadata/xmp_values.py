"""XMP's texts as ExifTool prints them with -n: dates, truth values, and the numbers of EXIF's own fields.

Other text stays text, also where it looks like a number: a title "0.10" is not 0.1.
"""

import re
from typing import Any

from provenance.examine.metadata.exif_values import ratio
from provenance.examine.metadata.xmp_names import NUMERIC

_DATE_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d:\d\d(?::\d\d)?)\s*(\S*)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d(?:-\d\d)?", re.ASCII)
_DAYS = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,14})", re.ASCII)
_DECIMAL = re.compile(r"-?(?:0|[1-9]\d{0,14})\.\d{1,15}", re.ASCII)
_RATIONAL = re.compile(r"(-?\d{1,18})/(-?\d{1,18})", re.ASCII)
_TRUTH = {"True": True, "False": False}
_APEX = {"ShutterSpeedValue": -1.0, "ApertureValue": 0.5, "MaxApertureValue": 0.5}  # EXIF annex C: powers of 2


def value_of(prefix: str, name: str, text: str) -> Any:
    """The value of one property's text."""
    if text in _TRUTH:
        return _TRUTH[text]
    if moment := _DATE_TIME.fullmatch(text):
        year, month, day, time, rest = moment.groups()
        return f"{year}:{month}:{day} {time}{rest}"
    if ("Date" in name or name == "When") and text[:4].isdigit():
        return text.replace("-", ":") if _DAY.fullmatch(text) else _DAYS.sub(r"\1:\2:\3", text)
    if prefix == "plus":  # its terms are pages under one address
        return text.removeprefix("http://ns.useplus.org/ldf/vocab/")
    return _number(name, text) if prefix in NUMERIC else text


def _number(name: str, text: str) -> Any:
    value: Any = text
    if name == "LensInfo" and len(parts := text.split()) == 4:
        return " ".join(str(_number("", part)) for part in parts)
    if rational := _RATIONAL.fullmatch(text):
        numerator, denominator = int(rational[1]), int(rational[2])
        value = float(f"{numerator / denominator:.15g}") if denominator else ratio(numerator, denominator)
    elif _INTEGER.fullmatch(text):
        value = int(text)
    elif _DECIMAL.fullmatch(text):
        value = float(text)
    if name in _APEX and isinstance(value, int | float) and abs(value) < 100:
        value = float(f"{2 ** (value * _APEX[name]):.15g}")
    return int(value) if isinstance(value, float) and value.is_integer() else value
