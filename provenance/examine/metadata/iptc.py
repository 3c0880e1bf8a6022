"""IPTC-IIM: what picture desks write. Layout and datasets: IPTC-NAA Information Interchange Model 4.2."""

import re
from collections.abc import Iterator
from typing import Any

from provenance.errors import ReadError
from provenance.examine.metadata.base import Reading
from provenance.examine.metadata.block_reader import BlockReader
from provenance.examine.metadata.containers.block import Block
from provenance.examine.metadata.dates import date_reading
from provenance.examine.metadata.text import decoded, shortened, without_controls
from provenance.model.findings import DateReading, Gap, TextReading

MAX_DATASETS = 2000
_MARKER = 0x1C
_ENVELOPE, _APPLICATION = 1, 2  # records; the others state nothing in words

# Datasets under ExifTool's names (exiftool.org/TagNames/IPTC.html).
_NAMES = {
    0: "ApplicationRecordVersion",
    3: "ObjectTypeReference",
    4: "ObjectAttributeReference",
    5: "ObjectName",
    7: "EditStatus",
    10: "Urgency",
    12: "SubjectReference",
    15: "Category",
    20: "SupplementalCategories",
    22: "FixtureIdentifier",
    25: "Keywords",
    26: "ContentLocationCode",
    27: "ContentLocationName",
    30: "ReleaseDate",
    35: "ReleaseTime",
    37: "ExpirationDate",
    38: "ExpirationTime",
    40: "SpecialInstructions",
    55: "DateCreated",
    60: "TimeCreated",
    62: "DigitalCreationDate",
    63: "DigitalCreationTime",
    65: "OriginatingProgram",
    70: "ProgramVersion",
    80: "By-line",
    85: "By-lineTitle",
    90: "City",
    92: "Sub-location",
    95: "Province-State",
    100: "Country-PrimaryLocationCode",
    101: "Country-PrimaryLocationName",
    103: "OriginalTransmissionReference",
    105: "Headline",
    110: "Credit",
    115: "Source",
    116: "CopyrightNotice",
    118: "Contact",
    120: "Caption-Abstract",
    121: "LocalCaption",
    122: "Writer-Editor",
    131: "ImageOrientation",
    135: "LanguageIdentifier",
    184: "JobID",
    187: "UniqueDocumentID",
    221: "Prefs",
    228: "ClassifyState",
    230: "DocumentNotes",
    231: "DocumentHistory",
}
_ENVELOPE_NAMES = {
    0: "EnvelopeRecordVersion",
    5: "Destination",
    30: "ServiceIdentifier",
    40: "EnvelopeNumber",
    50: "ProductID",
    60: "EnvelopePriority",
    70: "DateSent",
    80: "TimeSent",
    90: "CodedCharacterSet",
    100: "UniqueObjectName",
}
_REPEATABLE = {4, 12, 20, 25, 26, 27, 80, 85, 118, 122}
_PLACES = ("Sub-location", "City", "Province-State", "Country-PrimaryLocationName")
_CAPTIONS = ("Caption-Abstract", "Headline")
_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_TIME = re.compile(r"(\d\d)(\d\d)(\d\d(?:\.\d+)?)(?:([+-]\d\d)(\d\d))?", re.ASCII)


class Iptc(BlockReader):
    name = "iptc"
    kinds = ("iptc",)

    def read_block(self, block: Block, nth: int) -> Reading:
        group = f"IPTC{nth + 1}" if nth else "IPTC"
        values, charsets, problem = _values(block.data)
        if problem and not values:
            raise ReadError(problem)
        gaps = [Gap("iptc", f"{block.label} at byte {block.offset}: {problem}")] if problem else []
        if "Windows-1252" in charsets:
            gaps.append(Gap("iptc", f"{group}: text that is not UTF-8 was read as Windows-1252, which may be wrong"))
        dates, nonsense = _dates(values, group)
        return Reading(
            metadata={f"{group}:{name}": value for name, value in values.items()},
            dates=dates,
            place_fields=tuple(_texts(values, _PLACES, group)),
            captions=tuple(_texts(values, _CAPTIONS, group)),
            gaps=(*gaps, *nonsense),
        )


def _values(data: bytes) -> tuple[dict[str, Any], set[str], str | None]:
    """The named datasets, the character sets their texts were read by, and where reading had to stop.

    Text is UTF-8 where it is valid, else Windows-1252, whatever dataset 1:90 declares: both are met under any
    declaration and under none.
    """
    values: dict[str, Any] = {}
    charsets: set[str] = set()
    try:
        for record, number, raw in _datasets(data):
            name = _NAMES.get(number) if record == _APPLICATION else _ENVELOPE_NAMES.get(number)
            if name is None:
                continue
            if number == 0:
                values.setdefault(name, int.from_bytes(raw[:2]))
                continue
            text, charset = _charset(raw) if name == "CodedCharacterSet" else _text(name, raw)
            charsets.add(charset)
            if record == _APPLICATION and number in _REPEATABLE and name in values:
                earlier = values[name]
                values[name] = [*earlier, text] if isinstance(earlier, list) else [earlier, text]
            else:
                values.setdefault(name, text)
    except ReadError as broken:
        return values, charsets, str(broken)
    return values, charsets, None


def _datasets(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Record, number and content of each dataset of the first two records."""
    at = 0
    for _ in range(MAX_DATASETS):
        if at + 5 > len(data):
            return
        if data[at] != _MARKER:
            if not data[at:].strip(b"\0"):
                return
            raise ReadError(f"dataset at byte {at} begins with {data[at]:02X}, not 1C")
        record, number, size = data[at + 1], data[at + 2], int.from_bytes(data[at + 3 : at + 5])
        at += 5
        if size & 0x8000:  # extended dataset: these are the bytes of the size itself
            width = size & 0x7FFF
            if width > 8:
                raise ReadError(f"dataset {record}:{number}: a size of {width} bytes")
            size = int.from_bytes(data[at : at + width])
            at += width
        if at + size > len(data):
            raise ReadError(f"dataset {record}:{number} at byte {at}: {size} bytes, {len(data) - at} there")
        if record in (_ENVELOPE, _APPLICATION):
            yield record, number, data[at : at + size]
        at += size
    raise ReadError(f"more than {MAX_DATASETS} datasets")


def _charset(raw: bytes) -> tuple[str, str]:
    """1:90 as ISO 2022 writes it: ESC, and what follows it."""
    return "UTF8" if raw == b"\x1b%G" else without_controls(decoded(shortened(raw))[0]), "UTF-8"


def _text(name: str, raw: bytes) -> tuple[str, str]:
    stated, charset = decoded(shortened(raw))
    text = without_controls(stated)
    if "Date" in name:
        text = _DAY.sub(r"\1:\2:\3", text)
    elif "Time" in name:
        parts = _TIME.fullmatch(text)
        text = f"{parts[1]}:{parts[2]}:{parts[3]}" + (f"{parts[4]}:{parts[5]}" if parts[4] else "") if parts else text
    return text, charset


def _dates(values: dict[str, Any], group: str) -> tuple[tuple[DateReading, ...], tuple[Gap, ...]]:
    dates, gaps = [], []
    for name, means in (("DateCreated", "created"), ("DigitalCreationDate", "digitised")):
        day, time = values.get(name), values.get(name.replace("Date", "Time"))
        if not isinstance(day, str):
            continue
        try:
            dates.append(date_reading(f"{group}:{name}", f"{day} {time}" if time else day, means))
        except ReadError as nonsense:
            gaps.append(Gap("dates", str(nonsense)))
    return tuple(filter(None, dates)), tuple(gaps)


def _texts(values: dict[str, Any], names: tuple[str, ...], group: str) -> list[TextReading]:
    found = ((f"{group}:{name}", values.get(name)) for name in names)
    return [TextReading(field, text.strip()) for field, text in found if isinstance(text, str) and text.strip()]
