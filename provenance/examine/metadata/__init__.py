"""What a file says about itself: the list of readers, and one pass over all of them.

To add a reader: one file beside these, one line in READERS. What each must promise is in base.Reader and is tested for
all of them at once in tests/contracts/test_metadata_readers.py.
"""

from collections.abc import Callable, Collection

from provenance.errors import ReadError
from provenance.examine.faults import described
from provenance.examine.metadata.base import Reader, Reading, merged
from provenance.examine.metadata.bounds import REASON_CHARACTERS, all_within_bounds, within_bounds
from provenance.examine.metadata.comments import Comments, Trailers
from provenance.examine.metadata.containers import walk
from provenance.examine.metadata.containers.block import STEP, Blocks
from provenance.examine.metadata.exif import Exif
from provenance.examine.metadata.icc import Icc
from provenance.examine.metadata.iptc import Iptc
from provenance.examine.metadata.maker_notes import MakerNotes
from provenance.examine.metadata.png_text import PngText
from provenance.examine.metadata.xmp import Xmp
from provenance.model.findings import Gap

__all__ = ["READERS", "Reader", "Reading", "merged", "read_all", "read_blocks"]

READERS: tuple[Reader, ...] = (Exif(), MakerNotes(), Xmp(), Iptc(), PngText(), Comments(), Icc(), Trailers())


def read_all(data: bytes, format: str) -> Reading:  # noqa: A002 - the contract's word
    """What all readers find in a file."""
    return read_blocks(walk(data, format))


def read_blocks(
    blocks: Blocks, *, skip: Collection[str] = (), at_step: Callable[[str], None] = lambda _: None
) -> Reading:
    """What all readers find in the blocks; of two values for one key the first reader's stays.

    `at_step` is told each reader's name before it runs; those in `skip` are left out with a gap. Nothing is raised:
    whatever a reader meets becomes a gap.
    """
    readings = [within_bounds(STEP, Reading(gaps=blocks.gaps))]
    for reader in READERS:
        if reader.name in skip:
            readings.append(_gap(reader, "did not finish within its limit"))
            continue
        at_step(reader.name)
        try:
            readings.append(reader.read_blocks(blocks))
        except ReadError as broken:
            readings.append(_gap(reader, str(broken)))
        except Exception as unforeseen:  # noqa: BLE001 - a fault in one reader must not cost the others' findings
            readings.append(_gap(reader, described(unforeseen)))
    return all_within_bounds(merged(readings))


def _gap(reader: Reader, reason: str) -> Reading:
    return Reading(gaps=(Gap(reader.name, reason[:REASON_CHARACTERS]),))
