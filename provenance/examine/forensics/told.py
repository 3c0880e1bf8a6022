"""What a panel's picture says of itself: in a text chunk of its PNG, so that it stays with the picture."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from PIL.PngImagePlugin import PngInfo

Reading = float | int | str | None

KEYWORD = b"provenance"  # of the chunk (PNG 3rd edition, 11.3.3.2)
_CHUNK_AT = 33  # after the signature and IHDR
_MOST_BYTES = 16 << 10  # of the chunk; a panel's is about 1 kB
_MOST_READINGS = 64


class Told(msgspec.Struct, frozen=True):
    """A panel's words and numbers."""

    panel: str
    says: str
    cannot: str
    reads: dict[str, Reading]


@dataclass(frozen=True, slots=True)
class PanelPicture:
    """A PNG with what it shows, what it cannot show, and what was measured for it."""

    panel: str
    png: bytes
    says: str
    cannot: str
    reads: Mapping[str, Reading]


def as_chunk(told: Told) -> PngInfo:
    chunk = PngInfo()
    chunk.add_text(KEYWORD.decode(), msgspec.json.encode(told).decode())
    return chunk


def picture_of(png: bytes, panel: str) -> PanelPicture:
    """A panel's picture from the other side of the wall, once its words are found to be well-formed.

    Raises ValueError when there are none, too many, those of another panel, or such that steer a terminal.
    """
    length = int.from_bytes(png[_CHUNK_AT : _CHUNK_AT + 4])
    if png[_CHUNK_AT + 4 : _CHUNK_AT + 8] != b"tEXt" or length > _MOST_BYTES:
        raise ValueError(f"a panel without words, or with {length} bytes of them, limit {_MOST_BYTES}")
    keyword, _, text = png[_CHUNK_AT + 8 : _CHUNK_AT + 8 + length].partition(b"\0")
    if keyword != KEYWORD:
        raise ValueError("a panel without words")
    told = msgspec.json.decode(text, type=Told)  # raises a ValueError; JSON has no NaN
    if told.panel != panel or len(told.reads) > _MOST_READINGS:
        raise ValueError(f"the panel {told.panel[:40]!r} with {len(told.reads)} readings, limit {_MOST_READINGS}")
    words = (told.says, told.cannot, *told.reads, *(value for value in told.reads.values() if isinstance(value, str)))
    if not all(map(str.isprintable, words)):
        raise ValueError("a panel with words that cannot be printed")
    return PanelPicture(told.panel, png, told.says, told.cannot, told.reads)
