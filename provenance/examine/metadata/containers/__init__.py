"""The walk over any container: bytes -> blocks, with offsets. No decoder runs, nothing is believed of a length."""

import struct
from collections.abc import Callable, Iterator

from provenance.errors import ReadError
from provenance.examine.metadata.containers.block import (
    MAX_ALL_BYTES,
    MAX_BLOCK_BYTES,
    MAX_BLOCKS,
    STEP,
    Block,
    Blocks,
    Found,
)
from provenance.examine.metadata.containers.cr3 import cr3_blocks
from provenance.examine.metadata.containers.gif import gif_blocks
from provenance.examine.metadata.containers.heif import heif_blocks
from provenance.examine.metadata.containers.jpeg import jpeg_blocks
from provenance.examine.metadata.containers.jxl import jxl_blocks
from provenance.examine.metadata.containers.png import png_blocks
from provenance.examine.metadata.containers.tiff import blocks_inside, tiff_blocks
from provenance.examine.metadata.containers.webp import webp_blocks
from provenance.model.findings import Gap

Walker = Callable[[bytes], Iterator[Found]]

WALKERS: dict[str, Walker] = {
    "jpeg": jpeg_blocks,
    "png": png_blocks,
    "webp": webp_blocks,
    "gif": gif_blocks,
    **dict.fromkeys(("tiff", "dng", "cr2", "nef", "arw", "raw"), tiff_blocks),
    **dict.fromkeys(("heif", "avif"), heif_blocks),
    "cr3": cr3_blocks,
    "jxl": jxl_blocks,
}  # BMP carries none of these blocks


def walk(data: bytes, format: str) -> Blocks:  # noqa: A002 - the contract's word
    """Every metadata block of a file, in file order. Where the container breaks off, what came before is kept."""
    blocks: list[Block] = []
    gaps: list[Gap] = []
    left = MAX_ALL_BYTES
    try:
        for found in _everything(data, WALKERS.get(format, _nothing)):
            if isinstance(found, Gap):
                gaps.append(found)
            elif len(found.data) > MAX_BLOCK_BYTES and found.data is not data:
                gaps.append(Gap(STEP, f"{_where(found)}: {len(found.data)} bytes, limit {MAX_BLOCK_BYTES}"))
            else:
                left -= 0 if found.data is data else len(found.data)
                if left < 0:
                    gaps.append(Gap(STEP, f"{_where(found)}: more than {MAX_ALL_BYTES} bytes in blocks; not read on"))
                    break
                blocks.append(found)
            if len(blocks) + len(gaps) == MAX_BLOCKS:
                gaps.append(Gap(STEP, f"{format}: only the first {MAX_BLOCKS} blocks are read"))
                break
    except (ReadError, struct.error, IndexError, ValueError) as broken:
        gaps.append(Gap(STEP, f"{format}: {broken}"))
    return Blocks(tuple(sorted(blocks, key=lambda block: block.offset)), tuple(gaps))


def _everything(data: bytes, walker: Walker) -> Iterator[Found]:
    for found in walker(data):
        yield found
        if isinstance(found, Block) and found.kind == "exif" and found.data is not data:
            yield from blocks_inside(found)


def _nothing(_: bytes) -> Iterator[Found]:
    return iter(())


def _where(block: Block) -> str:
    return f"{block.label} at byte {block.offset}"
