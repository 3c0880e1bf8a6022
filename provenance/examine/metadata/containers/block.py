"""A block: one stretch of a container that a metadata reader understands."""

from dataclasses import dataclass
from typing import Final, Literal

from provenance.model.findings import Gap

Kind = Literal["exif", "xmp", "iptc", "icc", "text", "comment", "trailer"]

MAX_BLOCKS: Final = 256
MAX_BLOCK_BYTES: Final = 16 * 1024 * 1024  # the TIFF block of a TIFF file is the file itself, and is not copied
MAX_TEXT_BYTES: Final = 1024 * 1024  # after inflation
MAX_STEPS: Final = 200_000  # chunks or blocks of one container; a PNG of 64 MiB has about 8,000


@dataclass(frozen=True, slots=True)
class Block:
    """One block as it stands in the file, without the header that marks it.

    kind "exif": a TIFF stream (label "CMT2", "CMT4" where its first directory is not IFD0); "xmp": a packet; "iptc":
    IIM datasets; "icc": a profile; "text": keyword, NUL, UTF-8 value; "comment": bytes; "trailer": what follows the
    picture. `offset` is where its first byte lies in the file, or the stretch it was unpacked from.
    """

    kind: Kind
    data: bytes
    offset: int
    label: str


@dataclass(frozen=True, slots=True)
class Blocks:
    """What one walk found, in file order, and where it had to stop."""

    items: tuple[Block, ...] = ()
    gaps: tuple[Gap, ...] = ()


Found = Block | Gap  # what a walk yields
STEP: Final = "containers"  # the step its gaps are of
