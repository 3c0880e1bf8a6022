"""Maker notes: the camera maker's own part of EXIF, where serial numbers, time zones and lenses often stand alone.

Read by our own code, whatever a note claims of itself: its directory must lie in the note, and so must each value that
is read. A note that software moved without correcting it is read where one correction fits all its values.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

from provenance.errors import ReadError
from provenance.examine.metadata.base import Reading
from provenance.examine.metadata.block_reader import BlockReader
from provenance.examine.metadata.containers.block import Block
from provenance.examine.metadata.dates import date_reading
from provenance.examine.metadata.maker_note_ciphers import pentax_shutter_count, sony_counts
from provenance.examine.metadata.maker_note_layouts import Layout, layout_of, order_of
from provenance.examine.metadata.maker_note_tables import INNER, PLACES, TABLES, Table
from provenance.examine.metadata.text import text_of
from provenance.examine.metadata.tiff_stream import Directory, Tag, TiffStream
from provenance.model.findings import DateReading, Gap, TextReading

MAX_TAGS: Final = 400  # of one note; the largest of our sample files has about 150
_MAKE, _MODEL, _NOTE = 0x010F, 0x0110, 0x927C
_ENTRY, _COUNT, _NEXT = 12, 2, 4  # bytes of a directory's entry, of its count, of the offset behind it
_IN_ENTRY = 4  # bytes of a value that stands in the entry itself
_UNSET = ("---", "-", "----")


class MakerNotes(BlockReader):
    name = "maker_notes"
    kinds = ("exif", "makernote")
    max_blocks = 4

    def read_block(self, block: Block, nth: int) -> Reading:
        if block.kind == "makernote":  # of Canon's CR3: a stream of its own, whose first directory is the note
            stream = block.stream
            return _reading("Canon", *_values(stream, next(stream.directories("Canon")), TABLES["Canon"]))
        try:
            stream = block.stream
            make, model, note = _where(stream)
        except ReadError:  # the reader of EXIF says so
            return Reading()
        if note is None:
            return Reading()
        if not note.fits:
            raise ReadError(f"the note lies outside the {len(block.data)} bytes there")
        layout = layout_of(stream.data[note.at : note.at + min(note.size, 32)], make)
        return _note(stream, note, layout, model) if layout else Reading()


def _where(stream: TiffStream) -> tuple[str, str, Tag | None]:
    """Make, model, and the tag that is the note."""
    make = model = ""
    for directory in stream.directories():
        if directory.name == "IFD0":
            make, model = (_word(stream, directory.tags.get(number)) for number in (_MAKE, _MODEL))
        if _NOTE in directory.tags:
            return make, model, directory.tags[_NOTE]
    return make, model, None


def _word(stream: TiffStream, tag: Tag | None) -> str:
    return text_of(stream.bytes_of(tag)[:64]).strip() if tag and tag.fits else ""


def _note(whole: TiffStream, note: Tag, layout: Layout, model: str) -> Reading:
    at, end = note.at + layout.directory_at, note.at + note.size
    order = layout.order or order_of(whole.data[:end], at, whole.order)
    base = note.at + layout.base if layout.own_base else 0
    stream = TiffStream(whole.data[:end], order, base)
    directory = _directory(stream, at, layout.group)
    after = at + _COUNT + _ENTRY * _tags_stated(stream, at)
    shift = _shift(directory, after, end)
    if shift:
        stream = TiffStream(whole.data[:end], order, base + shift)
        directory = _directory(stream, at, layout.group)
    values, problems = _values(stream, directory, TABLES[layout.group], after)
    for pointer, table in INNER.get(layout.group, {}).items():
        found, broken = _inner(stream, directory.tags.get(pointer), table, note.at)
        values, problems = {**values, **found}, [*problems, *broken]
    try:
        values |= _enciphered(stream, directory, layout.group, model)
    except ReadError as broken:
        problems.append(str(broken))
    if shift:
        problems.append(f"its offsets are {-shift} bytes off, as where software moves a note; read so that all fit")
    return _reading(layout.group, values, problems)


def _directory(stream: TiffStream, at: int, group: str) -> Directory:
    """The note's directory. Raises ReadError for one that no camera writes."""
    directory = stream.directory(at, f"{group}'s maker note")
    if stream.problems or not directory.tags or len(directory.tags) > MAX_TAGS:
        stated = "; ".join(stream.problems) or f"{len(directory.tags)} tags"
        raise ReadError(f"no directory of a maker note of {group}: {stated}")
    return directory


def _shift(directory: Directory, after: int, end: int) -> int:
    """By how many bytes the note was moved without correction; 0 where its values lie in it, or no one shift helps.

    Values stand between `after`, where the directory ends, and the note's `end`.
    """
    outlying = sorted((tag for tag in directory.tags.values() if tag.size > _IN_ENTRY), key=lambda tag: tag.at)
    if not outlying or all(_inside(tag, after, end) for tag in outlying):
        return 0
    if any(one.at + one.size > other.at for one, other in pairwise(outlying)):
        return 0  # moving them keeps values apart, so these offsets are broken in another way
    first, last = min(tag.at for tag in outlying), max(tag.at + tag.size for tag in outlying)
    for begin in (after + _NEXT, after):
        if last + begin - first <= end:
            return begin - first
    return 0


def _tags_stated(stream: TiffStream, at: int) -> int:
    return int.from_bytes(stream.data[at : at + _COUNT], "little" if stream.order == "<" else "big")


def _inside(tag: Tag, begin: int, end: int) -> bool:
    return begin <= tag.at and tag.at + tag.size <= end


def _values(stream: TiffStream, directory: Directory, table: Table, begin: int = 0) -> tuple[dict[str, Any], list[str]]:
    """The values of the table's tags, and what of them could not be read."""
    values: dict[str, Any] = {}
    problems = []
    for number, rule in table.items():
        tag = directory.tags.get(number)
        if tag is None or not tag.count:
            continue
        try:
            if not _inside(tag, begin if tag.size > _IN_ENTRY else 0, len(stream.data)):
                raise ReadError(f"{tag.size} bytes at byte {tag.at} lie outside the note")
            for name, value in rule(stream, tag).items():
                values.setdefault(name, value)
        except ReadError as broken:
            problems.append(f"tag 0x{number:04X}: {broken}")
    return values, problems


def _inner(stream: TiffStream, pointer: Tag | None, table: Table, begin: int) -> tuple[dict[str, Any], list[str]]:
    """The values of a directory inside the note: its tag holds where it is, or in old notes the directory itself."""
    if pointer is None or not pointer.fits or not pointer.count:
        return {}, []
    at = stream.base + int(stream.numbers(pointer)[0]) if pointer.type in (4, 13) else pointer.at
    try:
        return _values(stream, stream.directory(at, f"directory 0x{pointer.number:04X}"), table, begin)
    except ReadError as broken:
        return {}, [str(broken)]


def _enciphered(stream: TiffStream, directory: Directory, group: str, model: str) -> dict[str, Any]:
    wanted = {"Sony": (0x9050,), "Pentax": (0x5D, 0x06, 0x07)}.get(group, ())
    tags = [directory.tags.get(number) for number in wanted]
    if not tags or any(tag is None or not tag.fits for tag in tags):
        return {}
    raw = [stream.bytes_of(tag) for tag in tags if tag]
    return sony_counts(raw[0], model) if group == "Sony" else pentax_shutter_count(*raw)


def _reading(group: str, values: dict[str, Any], problems: list[str]) -> Reading:
    places = tuple(
        TextReading(f"{group}:{name}", values[name].strip())
        for name in PLACES
        if isinstance(values.get(name), str) and values[name].strip() not in ("", *_UNSET)
    )
    dates, nonsense = _dates(group, values)
    return Reading(
        metadata={f"{group}:{name}": value for name, value in values.items()},
        place_fields=places,
        dates=tuple(dates),
        gaps=(*(Gap("maker_notes", f"{group}: {reason}") for reason in problems), *nonsense),
    )


def _dates(group: str, values: dict[str, Any]) -> tuple[list[DateReading], list[Gap]]:
    dates: list[DateReading] = []
    gaps = []
    for field, text, zone in _stated(values):
        try:
            if date := date_reading(f"{group}:{field}", text, "taken", zone=zone):
                dates.append(date)
        except ReadError as nonsense:
            gaps.append(Gap("dates", str(nonsense)))
    return dates, gaps


def _stated(values: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Field, text and zone of what makers state of when the picture was taken."""
    if "Date" in values and "Time" in values:
        yield "Date", f"{values['Date']} {values['Time']}", ""
    if "DateTimeUTC" in values:
        yield "DateTimeUTC", values["DateTimeUTC"], "Z"
