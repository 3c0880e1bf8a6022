"""TIFF and what is built on it (DNG, CR2, NEF, ARW, ORF, RW2, ...): the file itself is the block; tags hold more."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from provenance.errors import ReadError
from provenance.examine.metadata.containers.block import MAX_BLOCK_BYTES, STEP, Block, Found, Kind
from provenance.examine.metadata.containers.jpeg import jpeg_blocks
from provenance.examine.metadata.containers.photoshop import photoshop_blocks
from provenance.examine.metadata.tiff_stream import Directory, Tag, TiffStream
from provenance.model.findings import Gap

_XMP, _IPTC, _PHOTOSHOP, _ICC, _JUMBF = 700, 33723, 34377, 34675, 52545  # the last: C2PA 2.1, A.3.5
_KINDS: dict[int, Kind] = {_XMP: "xmp", _IPTC: "iptc", _ICC: "icc", _JUMBF: "jumbf"}
_JPEG_AT, _JPEG_BYTES = 0x0201, 0x0202
_STRIPS, _STRIP_BYTES, _SUBFILE_TYPE = 0x0111, 0x0117, 0x00FE
_RW2, _JPEG_OF_RW2 = b"IIU\0", 0x002E
_JPEG = b"\xff\xd8\xff"

Place = Callable[[int], int]  # a byte of the stream -> where it lies in the file


def tiff_blocks(data: bytes) -> Iterator[Found]:
    whole = Block("exif", data, 0, "TIFF")
    yield whole
    stream = whole.stream
    pictures: list[Block] = []
    for directory in stream.directories():
        yield from _tag_blocks(stream, directory, _unmoved)
        pictures.extend(_pictures(stream, directory, _unmoved))
        if data.startswith(_RW2) and directory.name == "IFD0":
            yield from _of_rw2(stream, directory)
    yield from pictures


def _unmoved(position: int) -> int:
    return position


def _behind(place: Place, start: int, position: int) -> int:
    return place(start + position)


def blocks_inside(exif: Block) -> Iterator[Found]:
    """The blocks that IFD0 of an EXIF block holds, and its thumbnail.

    Nothing where it cannot be read, which the EXIF reader will say.
    """
    try:
        stream = exif.stream
        for directory in stream.directories():
            if directory.name == "IFD0":
                yield from _tag_blocks(stream, directory, exif.place)
            elif directory.name == "IFD1":
                yield from _pictures(stream, directory, exif.place)
                return
    except ReadError:
        return


def _tag_blocks(stream: TiffStream, directory: Directory, place: Place) -> Iterator[Found]:
    for tag in (directory.tags.get(number) for number in (_XMP, _IPTC, _PHOTOSHOP, _ICC, _JUMBF)):
        if tag is None or not tag.fits:
            continue
        label = f"{directory.name} tag {tag.number}"
        if tag.size > MAX_BLOCK_BYTES:
            yield Gap(STEP, f"{label}: {tag.size} bytes, limit {MAX_BLOCK_BYTES}")
        elif tag.number == _PHOTOSHOP:
            yield from photoshop_blocks(stream.bytes_of(tag), partial(_behind, place, tag.at))
        else:
            yield Block(_KINDS[tag.number], stream.bytes_of(tag), place(tag.at), label)


def _pictures(stream: TiffStream, directory: Directory, place: Place) -> Iterator[Block]:
    """The JPEG that a directory points to: as thumbnail (IFD1) or preview; a strip only where it is no main picture."""
    at, size = (_number(stream, directory.tags.get(tag)) for tag in (_JPEG_AT, _JPEG_BYTES))
    if not size:
        is_reduced = _number(stream, directory.tags.get(_SUBFILE_TYPE)) & 1
        is_first_of_cr2 = directory.name == "IFD0" and stream.data[8:10] == b"CR"
        strips = directory.tags.get(_STRIPS)
        if strips is None or strips.count != 1 or not (is_reduced or is_first_of_cr2):
            return
        at, size = _number(stream, strips), _number(stream, directory.tags.get(_STRIP_BYTES))
    if 0 < size <= MAX_BLOCK_BYTES and stream.data.startswith(_JPEG, at):
        kind: Kind = "thumbnail" if directory.name == "IFD1" else "image"
        called = "thumbnail" if kind == "thumbnail" else "preview"
        yield Block(kind, stream.data[at : at + size], place(at), f"{directory.name} {called}")


def _number(stream: TiffStream, tag: Tag | None) -> int:
    """The tag's first whole number; 0 where it has none."""
    if tag is None or not tag.fits or not tag.count or tag.type not in (3, 4, 13, 16):
        return 0
    return int(stream.numbers(tag)[0])


def _of_rw2(stream: TiffStream, directory: Directory) -> Iterator[Found]:
    """Panasonic puts the EXIF of the picture into the JPEG that lies in a tag, and only there."""
    tag = directory.tags.get(_JPEG_OF_RW2)
    if tag is None or not tag.fits or tag.size > MAX_BLOCK_BYTES:
        return
    inner = stream.bytes_of(tag)
    for found in jpeg_blocks(inner):
        if isinstance(found, Block) and found.kind in ("exif", "xmp", "iptc"):
            parts = tuple((begins, at + tag.at) for begins, at in found.parts)
            yield replace(found, offset=found.offset + tag.at, label=f"JpgFromRaw {found.label}", parts=parts)
    yield Block("image", inner, tag.at, "JpgFromRaw")
