"""How many pictures a container holds, counted from its structure without decoding any."""

from collections.abc import Iterator

from provenance.errors import ReadError
from provenance.examine.decode import tiff

_MAX_GIF_BLOCKS = 1_000_000  # of 255 bytes each; 64 MiB hold 263,000 of full length


def count_frames(data: bytes, format: str, *, at_most: int) -> int | None:  # noqa: A002 - the contract's word
    """At least 1; None for a format whose decoder says (avif, heif) or whose pictures are not counted (raw).

    Counting stops at `at_most + 1`, which means more. Raises ReadError for a GIF cut into absurdly small blocks.
    """
    match format:
        case "png":
            return _apng(data)
        case "bmp":
            return 1
        case "jpeg":
            return _mpf(data)
        case "gif":
            return max(1, _count(_gif_pictures(data), at_most))
        case "webp":
            return max(1, _count(_webp_pictures(data), at_most))
        case "tiff":
            return max(1, _count(_tiff_pictures(data), at_most))
    return None


def _count(pictures: Iterator[None], at_most: int) -> int:
    return sum(1 for _ in zip(pictures, range(at_most + 1), strict=False))


def _apng(data: bytes) -> int:
    """As acTL says (PNG 3rd edition, 11.3.6.1), and one more where the still picture is no part of the animation."""
    stated, at, still_is_first_frame = 0, 8, False
    while at + 12 <= len(data) and data[at + 4 : at + 8] != b"IDAT":
        kind = data[at + 4 : at + 8]
        if kind == b"acTL":
            stated = int.from_bytes(data[at + 8 : at + 12])
        still_is_first_frame |= kind == b"fcTL"
        at += 12 + int.from_bytes(data[at : at + 4])
    return stated + (not still_is_first_frame) if 0 < stated < 1 << 31 else 1


def _mpf(data: bytes) -> int:
    """The number of pictures of the multi-picture index (CIPA DC-007, 5.2.3.2), 1 without one."""
    at = data.find(b"MPF\0", 0, 1 << 18)  # an APP2 segment near the front
    if at < 0:
        return 1
    index = data[at + 4 : at + 4 + (1 << 16)]
    directory = tiff.read_directory(index, tiff.first_offset(index)) if tiff.is_tiff(index) else None
    stated = directory.numbers.get(0xB001, 1) if directory else 1
    return stated if 1 <= stated <= 1000 else 1


def _gif_pictures(data: bytes) -> Iterator[None]:
    """GIF89a, sections 17 to 27: image descriptors among extensions, both followed by chains of sub-blocks."""
    at = 13 + _colour_table_bytes(data[10]) if len(data) >= 13 else len(data)
    in_chain = False
    for _ in range(_MAX_GIF_BLOCKS):
        if at >= len(data):
            return
        if in_chain or data[at] == 0:  # a stray terminator between blocks is skipped, as some writers leave one
            in_chain = in_chain and data[at] != 0
            at += 1 + data[at]
        elif data[at] == 0x2C and at + 11 <= len(data):
            yield
            at, in_chain = at + 11 + _colour_table_bytes(data[at + 9]), True
        elif data[at] == 0x21:
            at, in_chain = at + 2, True
        else:
            return
    raise ReadError(f"more than {_MAX_GIF_BLOCKS} data blocks")


def _colour_table_bytes(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _webp_pictures(data: bytes) -> Iterator[None]:
    at = 12
    while at + 8 <= len(data):
        if data[at : at + 4] == b"ANMF":
            yield
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        at += 8 + length + (length & 1)


def _tiff_pictures(data: bytes) -> Iterator[None]:
    seen: set[int] = set()
    offset = tiff.first_offset(data)
    while offset and offset not in seen:
        seen.add(offset)
        yield
        offset = tiff.offset_after(data, offset)
