"""GIF: comment and application extensions. Layout: GIF89a Specification; XMP in it: XMP specification part 3, 1.1.2."""

from collections.abc import Iterator

from provenance.errors import ReadError
from provenance.examine.metadata.containers.block import MAX_BLOCK_BYTES, MAX_STEPS, MAX_TEXT_BYTES, STEP, Block, Found
from provenance.examine.metadata.containers.tail import after_the_end
from provenance.model.findings import Gap

MAX_SUB_BLOCKS = 400_000  # a GIF of 64 MiB has 260,000 of 255 bytes

_IMAGE, _EXTENSION, _END = 0x2C, 0x21, 0x3B
_COMMENT, _APPLICATION = 0xFE, 0xFF
_XMP, _ICC, _C2PA = b"XMP DataXMP", b"ICCRGBG1012", b"C2PA_GIF\1\0\0"  # the last: C2PA 2.1, A.3.4
_MAGIC_TRAILER = bytes([1, *range(255, -1, -1), 0])  # makes any reader of sub-blocks fall out at its end


def gif_blocks(data: bytes) -> Iterator[Found]:
    sub_blocks = _SubBlocks(data)
    at = 13 + _colour_table_bytes(data[10])
    for _ in range(MAX_STEPS):
        if at >= len(data):
            yield Gap(STEP, f"gif: ends at byte {len(data)} without its trailer")
            return
        if data[at] == _IMAGE:
            at = sub_blocks.run(at + 11 + _colour_table_bytes(data[at + 9]))[1]
        elif data[at] == _EXTENSION:
            block, at = _extension(data, at, sub_blocks)
            if block:
                yield block
        else:
            if data[at] == _END:
                yield from after_the_end(data, at + 1)
            else:
                yield Gap(STEP, f"gif: byte {at} is {data[at]:02X}, which begins no block")
            return
    yield Gap(STEP, f"gif: more than {MAX_STEPS} blocks")


class _SubBlocks:
    """Runs of sub-blocks, of which a file may have only so many."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._left = MAX_SUB_BLOCKS
        self._has_trailer = True  # till it is looked for in vain, which is done once

    def end_of_xmp(self, at: int) -> int:
        """Where the next trailer of XMP begins; -1 where there is none."""
        end = self._data.find(_MAGIC_TRAILER, at) if self._has_trailer else -1
        self._has_trailer = end >= 0
        return end

    def run(self, at: int, keep: int = 0) -> tuple[bytes, int]:
        """The first `keep` bytes of the run that begins here, and where it ends: at the latest with the file."""
        data = self._data
        kept: list[bytes] = []
        start, size = at, 0
        while at < len(data) and data[at]:
            if size < keep:
                kept.append(data[at + 1 : at + 1 + data[at]])
            size += data[at]
            at += 1 + data[at]
            self._left -= 1
            if self._left < 0:
                raise ReadError(f"more than {MAX_SUB_BLOCKS} sub-blocks, in the run at byte {start}")
        return b"".join(kept)[:keep], at + 1


def _extension(data: bytes, at: int, sub_blocks: _SubBlocks) -> tuple[Block | None, int]:
    """The block of the extension that begins here, if it is metadata, and where the next one begins."""
    label, application = data[at + 1], data[at + 3 : at + 14]
    if label == _COMMENT:
        comment, after = sub_blocks.run(at + 2, MAX_TEXT_BYTES)
        return Block("comment", comment, at + 3, "comment extension"), after
    if label == _APPLICATION and application == _XMP:
        end = sub_blocks.end_of_xmp(at + 14)
        if end >= 0:
            return Block("xmp", data[at + 14 : end], at + 14, "XMP extension"), end + len(_MAGIC_TRAILER)
    if label == _APPLICATION and application == _ICC:
        profile, after = sub_blocks.run(at + 14, MAX_BLOCK_BYTES)
        return Block("icc", profile, at + 15, "ICC extension"), after
    if label == _APPLICATION and application == _C2PA:
        jumbf, after = sub_blocks.run(at + 14, MAX_BLOCK_BYTES)
        return Block("jumbf", jumbf, at + 15, "C2PA extension"), after
    return None, sub_blocks.run(at + 2)[1]


def _colour_table_bytes(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0
