"""Comments of JPEG and GIF, and what follows the end of a JPEG picture."""

from provenance.examine.metadata.base import Reading
from provenance.examine.metadata.block_reader import BlockReader
from provenance.examine.metadata.containers.block import Block
from provenance.examine.metadata.text import text_of
from provenance.model.findings import Trace

# First bytes of what is met behind a picture.
_BEGINNINGS = (
    (b"\xff\xd8\xff", 0, "another JPEG picture"),
    (b"ftyp", 4, "a video or picture in ISO base media format, as a motion photo has"),
    (b"PK\x03\x04", 0, "a ZIP archive"),
    (b"\x89PNG", 0, "a PNG picture"),
    (b"Rar!", 0, "a RAR archive"),
    (b"%PDF", 0, "a PDF document"),
)


class Comments(BlockReader):
    name = "comments"
    kinds = ("comment",)

    def read_block(self, block: Block, nth: int) -> Reading:
        text = text_of(block.data)
        return Reading({"File:Comment": text} if text.strip() else {})


class Trailers(BlockReader):
    """Says that a JPEG goes on after its end, and with what."""

    name = "trailers"
    kinds = ("trailer",)

    def read_block(self, block: Block, nth: int) -> Reading:
        begins = (words for magic, at, words in _BEGINNINGS if block.data.startswith(magic, at))
        what = next(begins, f"nothing known, beginning {block.data[:8].hex(' ')}")
        return Reading(
            traces=(
                Trace(
                    kind="trailer",
                    says=f"{block.label}: {what}",
                    because=f"the end-of-image marker stands before byte {block.offset}, and the file goes on",
                    source="ITU-T T.81, B.1.1.3: EOI ends a picture; cameras and phones append their own data",
                ),
            )
        )
