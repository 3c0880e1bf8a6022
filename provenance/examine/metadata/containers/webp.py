"""WebP: the chunks of its RIFF container. Layout: WebP Container Specification."""

from collections.abc import Iterator

from provenance.examine.metadata.containers.block import MAX_STEPS, STEP, Block, Found
from provenance.examine.metadata.containers.tail import after_the_end
from provenance.model.findings import Gap

# Some writers append metadata without counting it in the length of the whole.
_CHUNKS = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"EXIF", b"XMP ", b"XMP\0", b"ICCP", b"C2PA"}


def webp_blocks(data: bytes) -> Iterator[Found]:
    at, stated_end = 12, 8 + int.from_bytes(data[4:8], "little")
    for _ in range(MAX_STEPS):
        kind = data[at : at + 4]
        if at >= stated_end and kind not in _CHUNKS:
            yield from after_the_end(data, at)
            return
        if at + 8 > len(data):
            return
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        start, end = at + 8, at + 8 + length
        if kind == b"EXIF":
            prefix = 6 if data[start : start + 5] == b"Exif\0" else 0  # not in the specification, but met
            yield Block("exif", data[start + prefix : end], start + prefix, "EXIF chunk")
        elif kind[:3] == b"XMP":  # "XMP " by the specification, "XMP\0" as one library writes it
            yield Block("xmp", data[start:end], start, "XMP chunk")
        elif kind == b"ICCP":
            yield Block("icc", data[start:end], start, "ICCP chunk")
        elif kind == b"C2PA":
            yield Block("jumbf", data[start:end], start, "C2PA chunk")  # C2PA 2.1, A.3.7
        if end > len(data):
            yield Gap(STEP, f"webp: chunk {kind!r} at byte {at} ends {end - len(data)} bytes after the file")
            return
        at = end + length % 2
    yield Gap(STEP, f"webp: more than {MAX_STEPS} chunks")
