"""What XMP of a JPEG says is appended: motion photos and gain maps.

Layout: Motion Photo format 1.0 and Ultra HDR image format 1.1 (developer.android.com/media/platform): the items of
Container:Directory follow the picture in their order, the last ends with the file. MicroVideo, before it, states only
how many bytes before the end of the file the video begins. Found by words, not by parsing: the packet is hostile, and
its reader comes later.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from provenance.examine.metadata.containers.block import MAX_IMAGES

_WORDS: Final = re.compile(
    rb"""(?P<item><rdf:li\b)|:(?P<key>Mime|Semantic|Length|Padding)\s{0,9}(?:=\s{0,9}["']|>)\s{0,9}(?P<value>[\w/.+-]{1,80})"""
)
_MICRO_VIDEO: Final = re.compile(rb"""MicroVideoOffset\s{0,9}(?:=\s{0,9}["']|>)\s{0,9}(\d{1,12})""")
_MAX_WORDS: Final = 2000


class Item(NamedTuple):
    """One appended thing, with where it would begin: counted from the picture's end, and from the end of the file."""

    semantic: str
    mime: str
    size: int
    after_picture: int
    before_end: int


def stated_items(packet: bytes) -> Iterator[Item]:
    """What the packet says is appended; items without a length are left out."""
    if b"Semantic" in packet:
        yield from _directory(packet)
    if found := _MICRO_VIDEO.search(packet):
        size = int(found[1])
        if size:
            yield Item("MicroVideo", "video/mp4", size, -1, size)


def _directory(packet: bytes) -> Iterator[Item]:
    entries: list[dict[str, str]] = [{}]
    for found, _ in zip(_WORDS.finditer(packet), range(_MAX_WORDS), strict=False):
        if found["item"]:
            entries.append({})
        else:
            entries[-1].setdefault(found["key"].decode(), found["value"].decode())
    entries = [entry for entry in entries if "Semantic" in entry][: MAX_IMAGES + 1]
    sizes = [0 if entry["Semantic"] == "Primary" else _number(entry.get("Length")) for entry in entries]
    paddings = [_number(entry.get("Padding")) for entry in entries]
    for nth, entry in enumerate(entries):
        if sizes[nth]:
            after = sum(sizes[:nth]) + sum(paddings[:nth])
            before_end = sum(sizes[nth:]) + sum(paddings[nth + 1 :])
            yield Item(entry["Semantic"], entry.get("Mime", ""), sizes[nth], after, before_end)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) <= 12 else 0
