"""TIFF and what is built on it (DNG, CR2, NEF, ARW, ...): the file itself is the block; some tags hold further ones."""

from collections.abc import Iterator

from provenance.errors import ReadError
from provenance.examine.metadata.containers.block import MAX_BLOCK_BYTES, STEP, Block, Found, Kind
from provenance.examine.metadata.containers.photoshop import photoshop_blocks
from provenance.examine.metadata.tiff_stream import Directory, TiffStream
from provenance.model.findings import Gap

_XMP, _IPTC, _PHOTOSHOP, _ICC = 700, 33723, 34377, 34675
_KINDS: dict[int, Kind] = {_XMP: "xmp", _IPTC: "iptc", _ICC: "icc"}


def tiff_blocks(data: bytes) -> Iterator[Found]:
    yield Block("exif", data, 0, "TIFF")
    stream = TiffStream(data)
    for directory in stream.directories():
        yield from _tag_blocks(stream, directory, 0)


def blocks_inside(exif: Block) -> Iterator[Found]:
    """The blocks that IFD0 of an EXIF block holds; nothing where it cannot be read, which the EXIF reader will say."""
    try:
        stream = TiffStream(exif.data)
        yield from _tag_blocks(stream, next(stream.directories()), exif.offset)
    except ReadError:
        return


def _tag_blocks(stream: TiffStream, directory: Directory, offset: int) -> Iterator[Found]:
    for tag in (directory.tags.get(number) for number in (_XMP, _IPTC, _PHOTOSHOP, _ICC)):
        if tag is None or not tag.fits:
            continue
        label = f"{directory.name} tag {tag.number}"
        if tag.size > MAX_BLOCK_BYTES:
            yield Gap(STEP, f"{label}: {tag.size} bytes, limit {MAX_BLOCK_BYTES}")
        elif tag.number == _PHOTOSHOP:
            yield from photoshop_blocks(stream.bytes_of(tag), offset + tag.at)
        else:
            yield Block(_KINDS[tag.number], stream.bytes_of(tag), offset + tag.at, label)
