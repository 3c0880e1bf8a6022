"""How large a picture says it is, read from its container without any library."""

from collections.abc import Iterator

from provenance.examine.decode import jpeg, tiff

Size = tuple[int, int]


def stated_size(data: bytes, format: str) -> Size | None:  # noqa: A002 - the contract's word
    """Width and height in pixels as stored (not turned upright), both at least 1.

    None when the file ends or derails before them, and for formats whose pixels are not read.
    """
    size = _size(data, format)
    return size if size and min(size) >= 1 else None


def _size(data: bytes, format: str) -> Size | None:  # noqa: A002
    match format:
        case "jpeg":
            return jpeg.size(data)
        case "png":
            return _big(data, 16, 20, 4) if data[12:16] == b"IHDR" else None
        case "gif":
            return _little(data, 6, 8, 2)
        case "bmp":
            return _bmp(data)
        case "webp":
            return _webp(data)
        case "tiff":
            return _tiff(data)
        case "avif" | "heif":
            return max(_boxed_sizes(data), key=lambda size: size[0] * size[1], default=None)
    return None


def _big(data: bytes, width_at: int, height_at: int, length: int) -> Size | None:
    if len(data) < height_at + length:
        return None
    return int.from_bytes(data[width_at : width_at + length]), int.from_bytes(data[height_at : height_at + length])


def _little(data: bytes, width_at: int, height_at: int, length: int) -> Size | None:
    if len(data) < height_at + length:
        return None
    width, height = data[width_at : width_at + length], data[height_at : height_at + length]
    return int.from_bytes(width, "little"), int.from_bytes(height, "little")


def _bmp(data: bytes) -> Size | None:
    if data[14:18] == b"\x0c\0\0\0":  # the OS/2 header
        return _little(data, 18, 20, 2)
    size = _little(data, 18, 22, 4)
    if size is None:
        return None
    width, height = size
    return width, height if height < 1 << 31 else (1 << 32) - height  # negative: stored from the top


def _webp(data: bytes) -> Size | None:
    """The first chunk says: WebP container specification, and RFC 6386 9.1, RFC 9649 3.4 for the bare streams."""
    kind = data[12:16]
    if kind == b"VP8X":
        size = _little(data, 24, 27, 3)
        return (size[0] + 1, size[1] + 1) if size else None
    if kind == b"VP8L" and len(data) >= 25:
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    size = _little(data, 26, 28, 2) if kind == b"VP8 " else None
    return (size[0] & 0x3FFF, size[1] & 0x3FFF) if size else None


def _tiff(data: bytes) -> Size | None:
    directory = tiff.read_directory(data, tiff.first_offset(data))
    if directory is None or 256 not in directory.numbers or 257 not in directory.numbers:
        return None
    return directory.numbers[256], directory.numbers[257]


def _boxed_sizes(data: bytes) -> Iterator[Size]:
    """The spatial extents of every item (ISO/IEC 23008-12, 6.5.3): the picture, its tiles and its thumbnails."""
    for kind, start, end in _boxes(data, 0, len(data)):
        if kind != b"meta":
            continue
        for item, item_start, item_end in _boxes(data, start + 4, end):
            if item != b"iprp":
                continue
            for properties, list_start, list_end in _boxes(data, item_start, item_end):
                if properties == b"ipco":
                    yield from _extents(data, list_start, list_end)


def _extents(data: bytes, start: int, end: int) -> Iterator[Size]:
    for kind, at, box_end in _boxes(data, start, end):
        if kind == b"ispe" and box_end - at >= 12:
            yield int.from_bytes(data[at + 4 : at + 8]), int.from_bytes(data[at + 8 : at + 12])


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(type, start, end) of each box, contents only, cut at `end`: ISO/IEC 14496-12, 4.2."""
    while start + 8 <= end:
        length, header = int.from_bytes(data[start : start + 4]), 8
        if length == 1:
            length, header = int.from_bytes(data[start + 8 : start + 16]), 16
        elif length == 0:
            length = end - start
        if length < header:
            return
        yield data[start + 4 : start + 8], start + header, min(start + length, end)
        start += length
