"""ICC profiles: only what the profile is called. Layout: ICC.1:2022, 7.3 and 10.13; version 2: ICC.1:2001, 6.5.17."""

from provenance.errors import ReadError
from provenance.examine.metadata.base import Reading
from provenance.examine.metadata.block_reader import BlockReader
from provenance.examine.metadata.containers.block import Block
from provenance.examine.metadata.text import plain, text_of

_MAX_TAGS = 200


class Icc(BlockReader):
    name = "icc"
    kinds = ("icc",)

    def read_block(self, block: Block, nth: int) -> Reading:
        if block.data[36:40] != b"acsp":
            raise ReadError(f"no ICC profile: bytes 36..40 are {block.data[36:40]!r}, not b'acsp'")
        description = _tag(block.data, b"desc")
        name = _words(description) if description else ""
        return Reading({"ICC_Profile:ProfileDescription": name} if name else {})


def _tag(profile: bytes, wanted: bytes) -> bytes:
    for nth in range(min(int.from_bytes(profile[128:132]), _MAX_TAGS)):
        entry = profile[132 + 12 * nth : 144 + 12 * nth]
        if entry[:4] == wanted:
            at, size = int.from_bytes(entry[4:8]), int.from_bytes(entry[8:12])
            if at + size > len(profile):
                raise ReadError(f"tag {wanted!r} ends {at + size - len(profile)} bytes after the profile")
            return profile[at : at + size]
    return b""


def _words(tag: bytes) -> str:
    """The text of a textDescription (version 2), or the first record of a multiLocalizedUnicode (version 4)."""
    if tag.startswith(b"desc"):
        return text_of(tag[12 : 12 + int.from_bytes(tag[8:12])])
    if tag.startswith(b"mluc"):
        size, at = int.from_bytes(tag[20:24]), int.from_bytes(tag[24:28])
        return plain(tag[at : at + size].decode("utf-16-be", "replace").rstrip("\0"))
    return ""
