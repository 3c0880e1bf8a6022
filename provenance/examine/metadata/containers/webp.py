"""WebP: the chunks of its RIFF container. Layout: WebP Container Specification."""

from collections.abc import Iterator

from provenance.examine.metadata.containers.block import MAX_STEPS, STEP, Block, Found
from provenance.model.findings import Gap


def webp_blocks(data: bytes) -> Iterator[Found]:
    at = 12
    for _ in range(MAX_STEPS):
        if at + 8 > len(data):
            return
        kind, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        start, end = at + 8, at + 8 + length
        if kind == b"EXIF":
            prefix = 6 if data[start : start + 5] == b"Exif\0" else 0  # not in the specification, but met
            yield Block("exif", data[start + prefix : end], start + prefix, "EXIF chunk")
        elif kind[:3] == b"XMP":  # "XMP " by the specification, "XMP\0" as one library writes it
            yield Block("xmp", data[start:end], start, "XMP chunk")
        elif kind == b"ICCP":
            yield Block("icc", data[start:end], start, "ICCP chunk")
        if end > len(data):
            yield Gap(STEP, f"webp: chunk {kind!r} at byte {at} ends {end - len(data)} bytes after the file")
            return
        at = end + length % 2
    yield Gap(STEP, f"webp: more than {MAX_STEPS} chunks")
