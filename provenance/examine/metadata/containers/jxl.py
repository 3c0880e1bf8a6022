"""JPEG XL: the boxes of its container. Layout: ISO/IEC 18181-2."""

from collections.abc import Iterator

from provenance.examine.metadata.containers.block import STEP, Block, Found
from provenance.examine.metadata.containers.boxes import boxes, cut_off
from provenance.examine.metadata.containers.heif import exif_item
from provenance.model.findings import Gap


def jxl_blocks(data: bytes) -> Iterator[Found]:
    """Exif, XMP, JUMBF and gain map boxes. A bare codestream has none."""
    if data[4:8] != b"JXL ":
        return
    for box in boxes(data, 0, len(data)):
        content = data[box.start : box.end] if box.kind in (b"Exif", b"xml ", b"jhgm") else b""
        if box.kind == b"Exif":
            yield from exif_item(content, box.start, "Exif box")
        elif box.kind == b"xml ":
            yield Block("xmp", content, box.start, "xml box")
        elif box.kind == b"jumb":
            yield Block("jumbf", data[box.at : box.end], box.at, "jumb box")
        elif box.kind == b"jhgm":
            yield Block("image", content, box.start, "gain map, jhgm box")
        elif box.kind == b"brob":
            inner = data[box.start : box.start + 4].decode("latin-1")
            yield Gap(STEP, f"jxl: box {inner!r} at byte {box.start} is compressed with Brotli, which is not read")
        yield from cut_off(box)
