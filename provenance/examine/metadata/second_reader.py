"""Texts of EXIF that can be read in more than one way, read a second time by exifread; differences are told.

Those are texts with bytes beyond ASCII, or with more behind their first NUL. Plain ones and numbers the two never read
differently, and to have all of them read again takes half of the time that reading metadata takes. Only blocks that
our own reader found sound and small are handed over: hostile counts cost exifread seconds and gigabytes
(docs/metadata.md).
"""

import io
import logging
import struct
from collections.abc import Sequence
from typing import Any

import exifread

from provenance.examine.faults import described
from provenance.examine.metadata.exif_names import names_in
from provenance.examine.metadata.text import without_controls
from provenance.examine.metadata.tiff_stream import ASCII, MAX_DIRECTORIES, Directory, Tag, TiffStream

_DIRECTORIES = {"Image": "IFD0", "EXIF": "ExifIFD", "GPS": "GPS"}  # exifread's words
_POINTERS = {"ExifIFD": 0x8769, "GPS": 0x8825}  # the tags of IFD0 that lead there
_LONG = 4  # TIFF 6.0's type of an offset
_FIELD_BYTES = 4  # longer values stand elsewhere
Entry = tuple[int, int, int, bytes]  # number, type, count, value
_VALUE_BYTES_AT_MOST = 1 << 20  # of all tags together; a camera's file has some 30 kB
_SHOWN = 80  # characters of a value in a message

logging.getLogger("exifread").setLevel(logging.CRITICAL)  # one file can make it print thousands of lines


def is_sound(stream: TiffStream, directories: Sequence[Directory]) -> bool:
    """Whether exifread may have the block: nothing in it is broken, and its values are small."""
    values = sum(tag.size for directory in directories for tag in directory.tags.values())
    is_classic = stream.data[2:4] in (b"*\0", b"\0*")  # exifread loses its way in BigTIFF
    few = len(directories) < MAX_DIRECTORIES
    return is_classic and few and not stream.problems and values <= _VALUE_BYTES_AT_MOST


def read_again(stream: TiffStream, directories: Sequence[Directory], metadata: dict[str, Any]) -> list[str]:
    """Adds the texts that only exifread found to `metadata`; hands back where the two differ."""
    named = {directory.name: directory for directory in reversed(directories)}
    if not any(_texts(stream, named[name]) for name in ("IFD0", *_POINTERS) if name in named):
        return []
    try:
        texts = _texts_only(stream, named)
        found = exifread.process_file(io.BytesIO(texts), details=False, extract_thumbnail=False)
    except Exception as fault:  # noqa: BLE001 - it raises what it likes on odd files; ours has read the block
        return [f"exifread cannot read the block: {described(fault)}"]
    differences = []
    for label, tag in found.items():
        directory = _DIRECTORIES.get(label.partition(" ")[0])
        number, value = getattr(tag, "tag", None), _text(tag)
        name = names_in(directory).get(number) if directory and number else None
        if name is None or value is None:
            continue
        ours = metadata.setdefault(f"{directory}:{name}", value)
        if isinstance(ours, str) and not _same(ours, value):
            differences.append(f"{directory}:{name}: {_shown(ours)}, but exifread reads {_shown(value)}")
    return differences


def _texts_only(stream: TiffStream, directories: dict[str, Directory]) -> bytes:
    """A TIFF stream of the texts and what leads to them, and nothing else."""
    block = bytearray(stream.data[:8])
    leads: list[Entry] = []
    for name, pointer in _POINTERS.items():
        if name in directories:
            at = _append(block, stream.order, _texts(stream, directories[name]))
            leads.append((pointer, _LONG, 1, struct.pack(stream.order + "I", at)))
    first = _append(block, stream.order, sorted([*_texts(stream, directories["IFD0"]), *leads]))
    struct.pack_into(stream.order + "I", block, 4, first)
    return bytes(block)


def _texts(stream: TiffStream, directory: Directory) -> list[Entry]:
    """The texts that leave room for two readings."""
    texts = [tag for tag in directory.tags.values() if tag.type == ASCII and tag.fits and _is_open(stream, tag)]
    return [(tag.number, tag.type, tag.count, stream.bytes_of(tag)) for tag in texts]


def _is_open(stream: TiffStream, tag: Tag) -> bool:
    text = stream.bytes_of(tag).rstrip(b"\0")
    return not text.isascii() or b"\0" in text


def _append(block: bytearray, order: str, entries: Sequence[Entry]) -> int:
    """Puts a directory of these entries behind their longer values; hands back where it begins."""
    packed = [struct.pack(order + "H", len(entries))]
    for number, type_, count, value in entries:
        inline = value
        if len(value) > _FIELD_BYTES:
            inline = struct.pack(order + "I", len(block))
            block += value
        packed.append(struct.pack(order + "HHI4s", number, type_, count, inline))
    at = len(block)
    block += b"".join([*packed, bytes(4)])
    return at


def _text(tag: Any) -> str | None:
    values = getattr(tag, "values", None)
    if getattr(tag, "field_type", None) != ASCII or not isinstance(values, str):
        return None
    return without_controls(values).strip() or None


def _same(ours: str, theirs: str) -> bool:
    """Equal, up to the spaces ExifTool keeps and exifread's cut of long texts."""
    return ours.split() == theirs.split() or ours.startswith(theirs)


def _shown(value: str) -> str:
    return repr(value)[:_SHOWN]
