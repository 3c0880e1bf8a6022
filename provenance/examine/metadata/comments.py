"""Comments of JPEG and GIF, and what follows the end of a picture."""

from datetime import UTC, datetime
from typing import Any, Final

from provenance.errors import ReadError
from provenance.examine.metadata.base import Reading
from provenance.examine.metadata.block_reader import BlockReader
from provenance.examine.metadata.containers.block import MAX_IMAGES, Block
from provenance.examine.metadata.dates import date_reading
from provenance.examine.metadata.text import text_of
from provenance.model.findings import Trace

# First bytes of what is met behind a picture, and where they stand; formats by their own specifications.
_BEGINNINGS: Final = (
    (b"\xff\xd8\xff", 0, "another JPEG picture"),
    (b"ftyp", 4, "a video or picture in ISO base media format, as a motion photo has"),
    (b"PK\x03\x04", 0, "a ZIP archive"),
    (b"\x89PNG", 0, "a PNG picture"),
    (b"GIF8", 0, "a GIF picture"),
    (b"RIFF", 0, "a RIFF file: WebP, WAV or AVI"),
    (b"jumb", 4, "a JUMBF box, which content credentials are in"),
    (b"Rar!", 0, "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", 0, "a 7-Zip archive"),
    (b"\x1f\x8b\x08", 0, "gzip data"),
    (b"%PDF", 0, "a PDF document"),
    (b"ID3", 0, "an MP3 recording"),
    (b"OggS", 0, "an Ogg recording"),
    (b"MZ", 0, "what begins like a Windows program"),
    (b"\x7fELF", 0, "a Unix program"),
    (b"<?php", 0, "a PHP program"),
    (b"<htm", 0, "HTML"),
    (b"<HTM", 0, "HTML"),
    (b"<?xml", 0, "XML"),
    (b"AXS!", 0, "AFCP records, as newsroom software appends"),
    (b"AXS*", 0, "AFCP records, as newsroom software appends"),
    (b"CANON OPTIONAL DATA\0", 0, "a recipe of Canon's raw software"),
)
_END_OF_PICTURE: Final = "ITU-T T.81, B.1.1.3, and the like of other formats: what marks the end of a picture"
_XMP_ITEMS: Final = "Motion Photo format 1.0 and Ultra HDR image format 1.1: items that XMP lists"
_SAMSUNG_RECORDS: Final = "ExifTool, Samsung trailer tags"
_ANYBODY: Final = "anybody can append bytes; cameras, phones and newsroom software do so without anything being changed"
_DAMAGE: Final = "a damaged picture can hold what looks like its end"

_SAMSUNG_TIME, _SAMSUNG_COUNTRY = "Image_UTC_Data", "MCC_Data"
_MAX_DIGITS: Final = 15


class Comments(BlockReader):
    name = "comments"
    kinds = ("comment",)

    def read_block(self, block: Block, nth: int) -> Reading:
        text = text_of(block.data)
        return Reading({"File:Comment": text} if text.strip() else {})


class Trailers(BlockReader):
    """Says that a file goes on after its picture, and with what; reads the time and country of Samsung's records."""

    name = "trailers"
    kinds = ("trailer",)
    max_blocks = MAX_IMAGES

    def read_block(self, block: Block, nth: int) -> Reading:
        _, _, record = block.label.partition(" Samsung ")
        if record == _SAMSUNG_TIME:
            return _samsung_time(block)
        if record == _SAMSUNG_COUNTRY:
            return _samsung_country(block)
        begins = (words for magic, at, words in _BEGINNINGS if block.data.startswith(magic, at))
        what = next(begins, "" if record else "nothing known")
        return Reading(traces=(_trace(block, f"{block.label}: {what}" if what else block.label),))


def _trace(block: Block, says: str) -> Trace:
    is_stated = "by XMP" in block.label or " Samsung " in block.label or "in box" in block.label
    return Trace(
        kind="trailer",
        says=says,
        because=f"behind the end of the picture, at byte {block.offset}: {block.data[:12].hex(' ')}",
        source=_source(block.label),
        but=_ANYBODY if is_stated else f"{_ANYBODY}; {_DAMAGE}",
    )


def _source(label: str) -> str:
    if " Samsung " in label:
        return _SAMSUNG_RECORDS
    return _XMP_ITEMS if "by XMP" in label or "in box" in label else _END_OF_PICTURE


def _samsung_time(block: Block) -> Reading:
    """Milliseconds since 1970, UTC."""
    try:
        moment = datetime.fromtimestamp(_digits(block) / 1000, UTC)
    except (ValueError, OverflowError, OSError) as nonsense:
        raise ReadError(f"{block.data[:20]!r} is no time: {nonsense}") from nonsense
    text = f"{moment:%Y:%m:%d %H:%M:%S}.{moment.microsecond // 1000:03}+00:00"
    date = date_reading("Samsung:TimeStamp", text, "taken")
    says = f"a Samsung phone wrote behind the picture that it is of {moment.isoformat(timespec='seconds')}"
    return _with({"Samsung:TimeStamp": text}, block, says, dates=(date,) if date else ())


def _samsung_country(block: Block) -> Reading:
    code = _digits(block)
    says = f"a Samsung phone wrote behind the picture that its mobile network was of country code {code} (ITU-T E.212)"
    return _with({"Samsung:MCCData": code}, block, says)


def _digits(block: Block) -> int:
    if not block.data.isdigit() or len(block.data) > _MAX_DIGITS:
        raise ReadError(f"{block.data[:20]!r} is not a number")
    return int(block.data)


def _with(metadata: dict[str, Any], block: Block, says: str, **more: Any) -> Reading:
    return Reading(metadata, traces=(_trace(block, says),), **more)
