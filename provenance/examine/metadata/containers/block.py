"""A block: one stretch of a container that a metadata reader understands."""

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import Final, Literal

from provenance.examine.metadata.tiff_stream import TiffStream
from provenance.model.findings import Gap

Kind = Literal["exif", "makernote", "xmp", "iptc", "icc", "text", "comment", "jumbf", "thumbnail", "image", "trailer"]

MAX_BLOCKS: Final = 256
MAX_BLOCK_BYTES: Final = 16 * 1024 * 1024  # the TIFF block of a TIFF file is the file itself, and is not copied
MAX_ALL_BYTES: Final = 48 * 1024 * 1024  # of all blocks together: stretches that overlap could make many of one file
MAX_IMAGES: Final = 32  # second images, thumbnails or trailers of one sort; a burst of a phone has about ten
MAX_TEXT_BYTES: Final = 1024 * 1024  # after inflation
MAX_STEPS: Final = 200_000  # chunks or blocks of one container; a PNG of 64 MiB has about 8,000


@dataclass(frozen=True)
class Block:
    """One block as it stands in the file, without the header that marks it.

    kind "exif": a TIFF stream (label "CMT2", "CMT4" where its first directory is not IFD0); "makernote": the same, its
    first directory a maker's ("CMT3"); "xmp": a packet; "iptc": IIM datasets; "icc": a profile; "text": keyword, NUL,
    UTF-8 value; "comment": bytes; "jumbf": boxes from the first superbox's header on; "thumbnail", "image": a small or
    a second picture as it is coded, mostly a JPEG; "trailer": the first bytes of what follows the picture.

    `offset` is where its first byte lies in the file, or where the stretch begins that it was unpacked or joined from.
    `label` says where that is and, of a picture, what the file says it is. `parts` is of data joined from several
    stretches: where each begins in `data` and in the file.
    """

    kind: Kind
    data: bytes
    offset: int
    label: str
    parts: tuple[tuple[int, int], ...] = ()
    is_packed: bool = False  # `data` was inflated or decoded from digits, and does not stand in the file like this

    @cached_property
    def stream(self) -> TiffStream:
        """The data as a TIFF stream, whose directories are read once however many ask. Raises ReadError."""
        return TiffStream(self.data)

    def place(self, position: int) -> int:
        """Where a byte of `data` lies in the file; of packed data where the stretch begins."""
        if self.is_packed:
            return self.offset
        nth = bisect_right(self.parts, position, key=itemgetter(0))
        begins, at = self.parts[nth - 1] if nth else (0, self.offset)
        return at + position - begins


@dataclass(frozen=True, slots=True)
class Blocks:
    """What one walk found, in file order, and where it had to stop."""

    items: tuple[Block, ...] = ()
    gaps: tuple[Gap, ...] = ()


Found = Block | Gap  # what a walk yields
STEP: Final = "containers"  # the step its gaps are of


def stretch(kind: Kind, data: bytes, start: int, end: int, label: str) -> "Found":
    """The file's bytes from start to end as a block; a gap where they are too many, before they are copied."""
    size = min(end, len(data)) - start
    if size > MAX_BLOCK_BYTES:
        return Gap(STEP, f"{label} at byte {start}: {size} bytes, limit {MAX_BLOCK_BYTES}")
    return Block(kind, data[start:end], start, label)


def harmless(name: bytes) -> str:
    """A short name that the file gives, as a label may hold it: printable ASCII, else question marks."""
    return "".join(chr(byte) if 0x20 <= byte < 0x7F else "?" for byte in name)
