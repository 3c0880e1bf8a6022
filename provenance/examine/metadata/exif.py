"""EXIF: what the camera and the software after it wrote about the picture, as ExifTool states it.

Texts that can be read in more than one way are read again by exifread (second_reader); where the two differ a gap says
so. Maker notes are another reader's (maker_notes).
"""

import re
from dataclasses import dataclass, field
from typing import Any

from provenance.errors import ReadError
from provenance.examine.metadata.base import Reading
from provenance.examine.metadata.block_reader import BlockReader
from provenance.examine.metadata.containers.block import Block
from provenance.examine.metadata.dates import date_reading, zone_of
from provenance.examine.metadata.exif_names import GPS_TAGS, names_in
from provenance.examine.metadata.exif_values import value_of
from provenance.examine.metadata.gps import degrees_of, further_of, position_reading
from provenance.examine.metadata.second_reader import is_sound, read_again
from provenance.examine.metadata.text import UNREADABLE, encoded_text
from provenance.examine.metadata.tiff_stream import MAX_VALUE_BYTES, Directory, Tag, TiffStream
from provenance.model.findings import DateReading, Gap, PositionReading, TextReading

# Field, what it means, and the fields with the fraction of its second and its zone (EXIF 2.32, 4.6.6).
_DATES = (
    ("DateTimeOriginal", "taken", "SubSecTimeOriginal", "OffsetTimeOriginal"),
    ("CreateDate", "digitised", "SubSecTimeDigitized", "OffsetTimeDigitized"),
    ("ModifyDate", "modified", "SubSecTime", "OffsetTime"),
)
_CAPTIONS = ("IFD0:ImageDescription", "ExifIFD:UserComment", "IFD0:XPTitle", "IFD0:XPComment", "IFD0:XPSubject")

# What cameras write where a caption would stand: seen in files of exif-samples, exiftool and metadata-extractor.
_BOILERPLATE = re.compile(
    r"[\w .-]*\b(?:digital (?:still ?)?camera|dsc|csc|dcf 1\.0|camera pictures)|exif[_ -]jpeg[_ -]picture"
    r"|digital stillcamera|<?kenox .*|jolla|default|untitled|charset=.*|ascii|created with .*"
    r"|file written by adobe photoshop.*|filter: .*|screenshot|dcim\\.*|[\W\d_]*",
    re.IGNORECASE | re.DOTALL,
)
_SHOWN = 120  # characters of a text in a message
MAX_TEXT_BYTES = 512 * 1024  # of all texts of one block, which may overlap; a segment of a JPEG holds 64 KiB
_FIRST_DIRECTORY = {"CMT2": "ExifIFD", "CMT4": "GPS"}  # Canon CR3 gives each its own stream


class Exif(BlockReader):
    name = "exif"
    kinds = ("exif",)
    max_blocks = 4

    def read_block(self, block: Block, nth: int) -> Reading:
        stream = block.stream
        found = _Found()
        metadata, problems = found.metadata, found.problems
        gps: Directory | None = None
        directories = list(stream.directories(_FIRST_DIRECTORY.get(block.label, "IFD0")))
        for directory in directories:
            if directory.name == "GPS":
                gps = gps or directory
            _read_directory(stream, directory, found)
        if not problems and block.label not in _FIRST_DIRECTORY and is_sound(stream, directories):
            problems.extend(read_again(stream, directories, metadata))
        if "IFD1:ThumbnailOffset" in metadata and not block.is_packed:
            metadata["IFD1:ThumbnailOffset"] = block.place(metadata["IFD1:ThumbnailOffset"])
        dates, nonsense = _dates(metadata)
        positions, refused = _position(stream, gps, metadata) if gps else ((), ())
        return Reading(
            metadata=metadata,
            positions=positions,
            dates=dates,
            captions=tuple(_captions(metadata | found.guesses)),
            gaps=(*(Gap("exif", reason) for reason in (*stream.problems, *problems)), *refused, *nonsense),
        )


@dataclass(slots=True)
class _Found:
    """What one block's directories state, and what of it could not be read."""

    metadata: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    guesses: dict[str, str] = field(default_factory=dict)  # the likelier reading of texts of unknown character set
    text_bytes_left: int = MAX_TEXT_BYTES

    def read(self, stream: TiffStream, tag: Tag, directory: str, name: str) -> None:
        """Puts the tag's value under its name. Raises ReadError."""
        if tag.size > MAX_VALUE_BYTES:
            raise ReadError(f"{tag.size} bytes, limit {MAX_VALUE_BYTES}")
        if tag.size > self.text_bytes_left:
            raise ReadError(f"{tag.size} bytes, and the texts of one block may take {MAX_TEXT_BYTES}")
        value = value_of(stream, tag, name)
        if value is None:
            return
        self.metadata[f"{directory}:{name}"] = value
        if isinstance(value, str):
            self.text_bytes_left -= tag.size
            if UNREADABLE in value:
                guess = self.guesses[f"{directory}:{name}"] = encoded_text(stream.bytes_of(tag).split(b"\0", 1)[0])
                shown = f"as Windows-1252 it would read {guess[:_SHOWN]!r}"
                self.problems.append(f"{directory}:{name} is not UTF-8; {shown}")


def _read_directory(stream: TiffStream, directory: Directory, found: _Found) -> None:
    """Puts the directory's values under their names."""
    outside = []
    names = names_in(directory.name)
    for number, tag in directory.tags.items():
        name = names.get(number)
        if name is None:
            continue
        if not tag.fits:
            outside.append(name)
            continue
        try:
            found.read(stream, tag, directory.name, name)
        except ReadError as broken:
            found.problems.append(f"{directory.name}:{name}: {broken}")
    if outside:
        where = f"outside the {len(stream.data)} bytes there"
        found.problems.append(f"{directory.name}: values {where}: {', '.join(outside)}")


def _dates(metadata: dict[str, Any]) -> tuple[tuple[DateReading, ...], tuple[Gap, ...]]:
    found: list[DateReading | None] = []
    gaps = []
    for name, means, fraction, zone in _DATES:
        for directory in ("ExifIFD", "IFD0"):
            text = metadata.get(f"{directory}:{name}")
            if not isinstance(text, str):
                continue
            offset = ""
            try:
                offset = zone_of(_word(metadata, zone))
            except ReadError as nonsense:
                gaps.append(Gap("dates", f"ExifIFD:{zone}: {nonsense}"))
            try:
                more = {"fraction": _word(metadata, fraction), "zone": offset}
                found.append(date_reading(f"{directory}:{name}", text, means, **more))
            except ReadError as nonsense:
                gaps.append(Gap("dates", str(nonsense)))
    day, time = metadata.get("GPS:GPSDateStamp"), metadata.get("GPS:GPSTimeStamp")
    if day and time:
        try:  # EXIF 4.6.6: the time stamp is UTC
            found.append(date_reading("GPS:GPSTimeStamp", f"{str(day)[:10]} {time}", "gps", zone="Z"))
        except ReadError as nonsense:
            gaps.append(Gap("dates", str(nonsense)))
    return tuple(filter(None, found)), tuple(gaps)


def _word(metadata: dict[str, Any], name: str) -> str:
    return str(metadata.get(f"ExifIFD:{name}", ""))


def _position(
    stream: TiffStream, gps: Directory, metadata: dict[str, Any]
) -> tuple[tuple[PositionReading, ...], tuple[Gap, ...]]:
    tags: dict[str, Tag] = {name: gps.tags[number] for number, name in GPS_TAGS.items() if number in gps.tags}
    stated = [axis for axis in ("latitude", "longitude") if f"GPS{axis.title()}" in tags]
    if not stated:
        return (), ()
    try:
        if len(stated) < 2:
            raise ReadError(f"the {stated[0]} stands alone")
        angles = []
        for axis in stated:
            tag = tags[f"GPS{axis.title()}"]
            if not tag.fits:
                raise ReadError(f"the {axis} lies outside the {len(stream.data)} bytes there")
            try:
                angle = degrees_of(stream.rationals(tag))
            except ReadError as broken:
                raise ReadError(f"the {axis} is not numeric: {broken}") from broken
            angles.append((angle, str(metadata.get(f"GPS:GPS{axis.title()}Ref", ""))))
        error_m = metadata.get("GPS:GPSHPositioningError")
        stated_error_m = float(error_m) if isinstance(error_m, int | float) else None
        further, unread = further_of(metadata, "GPS:")
        position = position_reading("EXIF GPS", angles[0], angles[1], stated_error_m=stated_error_m, further=further)
        return (position,), tuple(Gap("gps", f"EXIF GPS: {reason}") for reason in unread)
    except ReadError as refused:
        return (), (Gap("gps", f"EXIF GPS: {refused}"),)


def _captions(metadata: dict[str, Any]) -> list[TextReading]:
    texts = [(field, metadata.get(field)) for field in _CAPTIONS]
    return [
        TextReading(field, text.strip())
        for field, text in texts
        if isinstance(text, str) and not _BOILERPLATE.fullmatch(text.strip()[:200])
    ]
