"""XMP: what software wrote about the picture, and about what it did to it. RDF in XML: ISO 16684-1."""

import re
from typing import Any

from provenance.errors import ReadError
from provenance.examine.metadata.base import Reading
from provenance.examine.metadata.block_reader import BlockReader
from provenance.examine.metadata.containers.block import Block
from provenance.examine.metadata.dates import date_reading
from provenance.examine.metadata.gps import angle_of_text, further_of, position_reading
from provenance.examine.metadata.text import decoded, without_controls
from provenance.examine.metadata.xml_tree import parse
from provenance.examine.metadata.xmp_rdf import properties_of
from provenance.model.findings import DateReading, Gap, PositionReading, TextReading

MAX_PACKET_BYTES = 3 * 1024 * 1024  # four of nothing but line ends take 0.47 s of CPU

_DATES = {
    "XMP-exif:DateTimeOriginal": "taken",
    "XMP-exif:DateTimeDigitized": "digitised",
    "XMP-photoshop:DateCreated": "created",
    "XMP-xmp:CreateDate": "created",
    "XMP-xmp:ModifyDate": "modified",
    "XMP-xmp:MetadataDate": "modified",
    "XMP-tiff:DateTime": "modified",
    "XMP-exif:GPSDateTime": "gps",
}
_PLACES = (
    "XMP-iptcCore:Location",
    "XMP-photoshop:City",
    "XMP-photoshop:State",
    "XMP-photoshop:Country",
)
_CAPTIONS = ("XMP-dc:Description", "XMP-photoshop:Headline", "XMP-dc:Title")
_LATITUDE, _LONGITUDE = "XMP-exif:GPSLatitude", "XMP-exif:GPSLongitude"
_OPENING = re.compile(r"<((?:\w+:)?(?:xmpmeta|xapmeta|RDF))\b")


class Xmp(BlockReader):
    name = "xmp"
    kinds = ("xmp",)
    max_blocks = 4

    def read_block(self, block: Block, nth: int) -> Reading:
        if len(block.data) > MAX_PACKET_BYTES:
            raise ReadError(f"{len(block.data)} bytes, limit {MAX_PACKET_BYTES}")
        root, prefixes = parse(_packet(block.data))
        metadata, twice = properties_of(root, prefixes)
        dates, nonsense = _dates(metadata)
        positions, refused = _position(metadata)
        return Reading(
            metadata=metadata,
            positions=positions,
            dates=dates,
            place_fields=tuple(_texts(metadata, _PLACES)),
            captions=tuple(_texts(metadata, _CAPTIONS)),
            gaps=(
                *(Gap("xmp", f"{field} is stated with two values, the last is read") for field in twice),
                *nonsense,
                *refused,
            ),
        )


def _packet(raw: bytes) -> str:
    """The XML of a packet without the padding and the processing instructions around it."""
    if raw[:2] in (b"\xfe\xff", b"\xff\xfe") or raw[:64].count(0) > 16:
        text = raw.decode("utf-16-be" if raw[:1] in (b"\xfe", b"\0") else "utf-16-le", "replace")
    else:
        text = decoded(raw)[0]
    opening = _OPENING.search(text)
    closing = text.rfind(f"</{opening[1]}") if opening else -1
    end = text.find(">", closing)
    if not opening or closing < 0 or end < 0:
        raise ReadError(f"{len(raw)} bytes without a whole xmpmeta or RDF element")
    return without_controls(text[opening.start() : end + 1])


def _texts(metadata: dict[str, Any], fields: tuple[str, ...]) -> list[TextReading]:
    found = ((field, metadata.get(field)) for field in fields)
    return [TextReading(field, text.strip()) for field, text in found if isinstance(text, str) and text.strip()]


def _dates(metadata: dict[str, Any]) -> tuple[tuple[DateReading, ...], tuple[Gap, ...]]:
    dates, gaps = [], []
    for field, means in _DATES.items():
        text = metadata.get(field)
        if not isinstance(text, str):
            continue
        try:
            dates.append(date_reading(field, text, means))
        except ReadError as nonsense:
            gaps.append(Gap("dates", str(nonsense)))
    return tuple(filter(None, dates)), tuple(gaps)


def _position(metadata: dict[str, Any]) -> tuple[tuple[PositionReading, ...], tuple[Gap, ...]]:
    """The position of the packet's EXIF fields; turns them into signed degrees, as ExifTool has them."""
    texts = {field: metadata[field] for field in (_LATITUDE, _LONGITUDE) if field in metadata}
    if not texts:
        return (), ()
    try:
        angles = {field: angle_of_text(str(text)) for field, text in texts.items()}
        for field, (angle, hemisphere) in angles.items():
            metadata[field] = -angle.degrees if hemisphere in ("S", "W") else angle.degrees
        if len(angles) < 2:
            raise ReadError(f"{min(angles)} stands alone")
        error_m = metadata.get("XMP-exif:GPSHPositioningError")
        stated_error_m = float(error_m) if isinstance(error_m, int | float) else None
        further, unread = further_of(metadata, "XMP-exif:")
        position = position_reading(
            "XMP GPS", angles[_LATITUDE], angles[_LONGITUDE], stated_error_m=stated_error_m, further=further
        )
        return (position,), tuple(Gap("gps", f"XMP GPS: {reason}") for reason in unread)
    except ReadError as refused:
        return (), (Gap("gps", f"XMP GPS: {refused}"),)
