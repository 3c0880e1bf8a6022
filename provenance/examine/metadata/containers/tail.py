"""What follows the end of a picture and nothing in the file accounts for."""

import re
from collections.abc import Iterator
from typing import Final

from provenance.examine.metadata.containers.block import Block, Found

HEAD_BYTES: Final = 64 * 1024  # of a trailer; enough to say what it is
_PADDING: Final = re.compile(rb"[\0\r\n ]*")


def content_from(data: bytes, start: int, end: int) -> int:
    """Where something other than padding begins; `end` where nothing does. Zeros in the length of a box are none."""
    found = _PADDING.match(data, start, end)
    begin = found.end() if found else start
    box = data.find(b"ftyp", begin, min(begin + 8, end)) - 4
    return box if start <= box < begin else begin


def trailer(data: bytes, start: int, end: int, label: str) -> Block:
    """A trailer block of the file's bytes from start to end; the label begins with how many they are."""
    return Block("trailer", data[start : min(end, start + HEAD_BYTES)], start, f"{end - start} bytes {label}")


def after_the_end(data: bytes, end: int) -> Iterator[Found]:
    """What follows the byte at which the container ends; nothing where that is only padding."""
    start = content_from(data, end, len(data))
    if start < len(data):
        yield trailer(data, start, len(data), "after the end of the picture")
