"""The same EXIF read a second time, by exifread: what one loses the other may have, and differences are told.

Only blocks that our own reader found sound and small are handed over: hostile counts cost exifread seconds and
gigabytes (docs/metadata.md).
"""

import io
import logging
from collections.abc import Sequence
from typing import Any

import exifread

from provenance.examine.faults import described
from provenance.examine.metadata.exif_names import names_in
from provenance.examine.metadata.text import plain
from provenance.examine.metadata.tiff_stream import ASCII, MAX_DIRECTORIES, Directory, TiffStream

_DIRECTORIES = {"Image": "IFD0", "EXIF": "ExifIFD", "GPS": "GPS"}  # exifread's words
_SHORT = 3  # TIFF 6.0's type of small whole numbers, like orientation
_VALUE_BYTES_AT_MOST = 1 << 20  # of all tags together; a camera's file has some 30 kB
_SHOWN = 80  # characters of a value in a message

logging.getLogger("exifread").setLevel(logging.CRITICAL)  # one file can make it print thousands of lines


def is_sound(stream: TiffStream, directories: Sequence[Directory]) -> bool:
    """Whether exifread may have the block: nothing in it is broken, and its values are small."""
    values = sum(tag.size for directory in directories for tag in directory.tags.values())
    is_classic = stream.data[2:4] in (b"*\0", b"\0*")  # exifread loses its way in BigTIFF
    few = len(directories) < MAX_DIRECTORIES
    return is_classic and few and not stream.problems and values <= _VALUE_BYTES_AT_MOST


def read_again(data: bytes, metadata: dict[str, Any]) -> list[str]:
    """Adds the texts and small numbers that only exifread found to `metadata`; hands back where the two differ."""
    try:
        found = exifread.process_file(io.BytesIO(data), details=False, extract_thumbnail=False)
    except Exception as fault:  # noqa: BLE001 - it raises what it likes on odd files; ours has read the block
        return [f"exifread cannot read the block: {described(fault)}"]
    differences = []
    for label, tag in found.items():
        directory = _DIRECTORIES.get(label.partition(" ")[0])
        number, value = getattr(tag, "tag", None), _value(tag)
        name = names_in(directory).get(number) if directory and number else None
        if name is None or value is None:
            continue
        ours = metadata.setdefault(f"{directory}:{name}", value)
        if type(ours) is type(value) and not _same(ours, value):
            differences.append(f"{directory}:{name}: {_shown(ours)}, but exifread reads {_shown(value)}")
    return differences


def _value(tag: Any) -> str | int | None:
    """A text or one small number; None for everything else, which our own reader states exactly."""
    kind, values = getattr(tag, "field_type", None), getattr(tag, "values", None)
    if kind == ASCII and isinstance(values, str):
        return plain(values).strip() or None
    if kind == _SHORT and isinstance(values, list) and len(values) == 1 and isinstance(values[0], int):
        return values[0]
    return None


def _same(ours: str | int, theirs: str | int) -> bool:
    """Equal, up to the spaces ExifTool keeps and exifread's cut of long texts."""
    if isinstance(ours, str) and isinstance(theirs, str):
        return ours.split() == theirs.split() or ours.startswith(theirs)
    return ours == theirs


def _shown(value: str | int) -> str:
    return repr(value)[:_SHOWN]
