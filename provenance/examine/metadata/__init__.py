"""What a file says about itself: the list of readers, and one pass over all of them.

To add a reader: one file beside these, one line in READERS. What each must promise is in base.Reader and is tested for
all of them at once in tests/contracts/test_metadata_readers.py.
"""

from collections.abc import Callable, Collection

from provenance.errors import ReadError
from provenance.examine.metadata.base import Reader, Reading, merged
from provenance.examine.metadata.block_reader import BlockReader, Containers
from provenance.examine.metadata.bounds import REASON_CHARACTERS
from provenance.examine.metadata.comments import Comments, Trailers
from provenance.examine.metadata.containers import walk
from provenance.examine.metadata.containers.block import Blocks
from provenance.examine.metadata.exif import Exif
from provenance.examine.metadata.file_names import traces_of_name
from provenance.examine.metadata.icc import Icc
from provenance.examine.metadata.iptc import Iptc
from provenance.examine.metadata.png_text import PngText
from provenance.examine.metadata.xmp import Xmp
from provenance.model.findings import Gap

__all__ = ["READERS", "Reader", "Reading", "merged", "read_all", "traces_of_name"]

READERS: tuple[Reader, ...] = (Containers(), Exif(), Xmp(), Iptc(), PngText(), Comments(), Icc(), Trailers())


def read_all(
    data: bytes,
    format: str,  # noqa: A002 - the contract's word
    *,
    skip: Collection[str] = (),
    at_step: Callable[[str], None] = lambda _: None,
) -> Reading:
    """What all readers find, with one walk over the container; of two values for one key the first reader's stays.

    `at_step` is told each reader's name before it runs; those in `skip` are left out with a gap. Nothing is raised:
    whatever a reader meets becomes a gap.
    """
    blocks = Blocks()
    readings = []
    for reader in READERS:
        if reader.name in skip:
            readings.append(_gap(reader, "did not finish within its limit"))
            continue
        at_step(reader.name)
        try:
            if isinstance(reader, Containers):
                blocks = walk(data, format)
            readings.append(
                reader.read_blocks(blocks) if isinstance(reader, BlockReader) else reader.read(data, format)
            )
        except ReadError as broken:
            readings.append(_gap(reader, str(broken)))
        except Exception as unforeseen:  # noqa: BLE001 - a fault in one reader must not cost the others' findings
            readings.append(_gap(reader, f"{type(unforeseen).__name__}: {unforeseen}"))
    return merged(readings)


def _gap(reader: Reader, reason: str) -> Reading:
    return Reading(gaps=(Gap(reader.name, reason[:REASON_CHARACTERS]),))
