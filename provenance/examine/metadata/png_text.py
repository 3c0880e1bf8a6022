"""PNG text: keywords and their texts, among them what image generators write."""

import re
from dataclasses import replace

from provenance.errors import ReadError
from provenance.examine.metadata.base import Reading
from provenance.examine.metadata.block_reader import BlockReader
from provenance.examine.metadata.containers.block import Block
from provenance.examine.metadata.dates import date_reading
from provenance.examine.metadata.text import encoded_text
from provenance.model.findings import Gap

_NOT_A_NAME = re.compile(r"[^-\w]+")
_MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec"
_RFC_1123 = re.compile(
    r"(?:\w{3}, )?(\d{1,2}) (jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec) (\d{4})"
    r" (\d\d:\d\d(?::\d\d)?)(?: ([+-]\d{4}|GMT|UTC?|Z))?",
    re.ASCII | re.IGNORECASE,
)
_ZONES = {"GMT": "Z", "UT": "Z", "UTC": "Z"}
_WORD_START = re.compile(r"\s+(.)")


class PngText(BlockReader):
    name = "png_text"
    kinds = ("text",)
    max_blocks = 200

    def read_block(self, block: Block, nth: int) -> Reading:
        keyword, _, text = block.data.partition(b"\0")
        if block.label == "tIME":
            return _time(text)
        if not keyword or len(keyword) > 79:
            raise ReadError(f"a keyword of {len(keyword)} bytes, not 1..79")
        field = f"PNG:{_name(keyword.decode('latin-1'))}"
        value = encoded_text(text)
        if field != "PNG:CreationTime":
            return Reading({field: value})
        try:
            date = date_reading(field, _without_words(value), "created")
        except ReadError as nonsense:  # free text by the standard: "6/16/09" is allowed there
            return Reading({field: value}, gaps=(Gap("dates", str(nonsense)),))
        return Reading({field: value}, dates=(replace(date, text=value),) if date else ())


def _name(keyword: str) -> str:
    """The keyword as ExifTool makes a name of it: "Creation Time" is CreationTime."""
    joined = _NOT_A_NAME.sub("", _WORD_START.sub(lambda found: found[1].upper(), keyword))
    return joined[:1].upper() + joined[1:]


def _without_words(text: str) -> str:
    """A date as RFC 1123 writes it, which the standard suggests (W3C PNG 11.3.3.2), in digits; other text as it is."""
    parts = _RFC_1123.fullmatch(text.strip())
    if not parts:
        return text
    day, month, year, time, zone = parts.groups()
    return f"{year}:{_MONTHS.index(month.lower()) // 3 + 1:02}:{int(day):02} {time}{_ZONES.get(zone, zone or '')}"


def _time(raw: bytes) -> Reading:
    """The tIME chunk (W3C PNG 11.3.5): the time of the last change, in UTC."""
    if len(raw) != 7:
        raise ReadError(f"{len(raw)} bytes, not 7")
    year, (month, day, hour, minute, second) = int.from_bytes(raw[:2]), raw[2:]
    text = f"{year:04}:{month:02}:{day:02} {hour:02}:{minute:02}:{second:02}"
    date = date_reading("PNG:ModifyDate", text, "modified", zone="Z")
    return Reading({"PNG:ModifyDate": text}, dates=(date,) if date else ())
