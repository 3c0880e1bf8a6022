"""What follows the end of a JPEG: second pictures, motion photos, makers' records, and what nobody accounts for."""

from collections.abc import Iterable, Iterator

from provenance.examine.metadata.containers.block import MAX_IMAGES, STEP, Found, stretch
from provenance.examine.metadata.containers.jpeg_segments import walk_segments
from provenance.examine.metadata.containers.mpf import Stated
from provenance.examine.metadata.containers.samsung import samsung_records
from provenance.examine.metadata.containers.tail import content_from, trailer
from provenance.examine.metadata.containers.xmp_container import Item, stated_items
from provenance.model.findings import Gap

_JPEG = b"\xff\xd8\xff"
_GAIN_MAP_MARKS = (  # in the first segments of the second picture: Ultra HDR 1.1, ISO 21496-1, Apple
    b"http://ns.adobe.com/hdr-gain-map/",
    b"urn:iso:std:iso:ts:21496:-1",
    b"urn:com:apple:photo:2020:aux:hdrgainmap",
)
_MARKS_WITHIN = 64 * 1024
_LABEL_CHARACTERS = 250


def tail_blocks(data: bytes, end: int, images: Iterable[Stated | Gap], packets: Iterable[bytes]) -> Iterator[Found]:
    """The blocks behind the picture that ends at byte `end`, with what its MPF index and its XMP say of them."""
    stated: dict[int, Stated] = {}
    for image in images:
        if isinstance(image, Gap):
            yield image
        elif image.start < end or not data.startswith(_JPEG, image.start):
            yield Gap(STEP, f"{image.label}: no JPEG begins at byte {image.start}")
        else:
            _add(stated, image)
    for item in (item for packet in packets for item in stated_items(packet)):
        found = _placed(data, end, item)
        if found:
            _add(stated, found)
        else:
            yield Gap(STEP, f"XMP states {item.size} bytes of {item.semantic}, which begin nowhere that is stated")
    records = samsung_records(data, len(data))
    last = len(data)
    if records:
        yield from records.gaps
        last = records.start
        for record in records.found:
            _add(stated, record)
    yield from _in_order(data, end, last, sorted(stated.values()))


def _add(stated: dict[int, Stated], more: Stated) -> None:
    """One stretch that two parts of the file speak of keeps the first length, and both names."""
    known = stated.get(more.start)
    if known is None:
        stated[more.start] = more
    elif len(known.label) + len(more.label) <= _LABEL_CHARACTERS:
        stated[more.start] = known._replace(label=f"{known.label}; {more.label}")


def _placed(data: bytes, end: int, item: Item) -> Stated | None:
    """Where the item lies: behind the picture or before the end of the file, whichever holds what it should be."""
    head, skip = (_JPEG, 0) if item.mime.startswith("image/jp") else (b"ftyp", 4)
    for start in (end + item.after_picture, len(data) - item.before_end):
        if end <= start <= len(data) - item.size and data.startswith(head, start + skip):
            return Stated(start, start + item.size, f"{item.semantic} {item.mime} by XMP".replace("  ", " "))
    return None


def _in_order(data: bytes, end: int, last: int, stated: list[Stated]) -> Iterator[Found]:
    """The stated stretches and, between them, what is stated nowhere."""
    at = end
    for piece in stated:
        if at < piece.start <= last:
            yield from _unstated(data, at, piece.start)
        if data.startswith(_JPEG, piece.start):
            yield _image(data, piece)
        else:
            yield trailer(data, piece.start, piece.end, piece.label)
        at = max(at, piece.end)
    yield from _unstated(data, at, last)


def _image(data: bytes, piece: Stated) -> Found:
    is_gain_map = any(data.find(mark, piece.start, piece.start + _MARKS_WITHIN) >= 0 for mark in _GAIN_MAP_MARKS)
    label = f"{piece.label}; gain map by its own metadata" if is_gain_map else piece.label
    return stretch("image", data, piece.start, piece.end, label)


def _unstated(data: bytes, start: int, end: int) -> Iterator[Found]:
    """What nothing in the file accounts for: pictures one after the other, then anything else."""
    start = content_from(data, start, end)
    for _ in range(MAX_IMAGES):
        if start >= end or not data.startswith(_JPEG, start):
            break
        stop = min(walk_segments(data, start).end or end, end)
        label = "after the end of the picture"
        yield trailer(data, start, stop, label)
        yield stretch("image", data, start, stop, f"JPEG {label}")
        start = content_from(data, stop, end)
    if start < end:
        yield trailer(data, start, end, "after the end of the picture")
