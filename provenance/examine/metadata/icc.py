"""ICC profiles: what the profile is called, who made it and when.

Layout: ICC.1:2022, 7.2, 7.3 and 10.13; version 2: ICC.1:2001, 6.5.17.
"""

import struct
from typing import Any

from provenance.errors import ReadError
from provenance.examine.metadata.base import Reading
from provenance.examine.metadata.block_reader import BlockReader
from provenance.examine.metadata.containers.block import Block
from provenance.examine.metadata.text import text_of, utf16_text
from provenance.model.findings import Gap

_MAX_TAGS = 200
_TEXTS = {
    b"desc": "ProfileDescription",
    b"cprt": "ProfileCopyright",
    b"dmnd": "DeviceMfgDesc",
    b"dmdd": "DeviceModelDesc",
}
_SIGNATURES = {
    4: "ProfileCMMType",
    12: "ProfileClass",
    16: "ColorSpaceData",
    20: "ProfileConnectionSpace",
    40: "PrimaryPlatform",
    48: "DeviceManufacturer",
    52: "DeviceModel",
    80: "ProfileCreator",
}


class Icc(BlockReader):
    name = "icc"
    kinds = ("icc",)

    def read_block(self, block: Block, nth: int) -> Reading:
        if block.data[36:40] != b"acsp":
            raise ReadError(f"no ICC profile: bytes 36..40 are {block.data[36:40]!r}, not b'acsp'")
        metadata = _header(block.data)
        gaps = []
        for signature, name in _TEXTS.items():
            try:
                if words := _words(_tag(block.data, signature)):
                    metadata[f"ICC_Profile:{name}"] = words
            except ReadError as broken:
                gaps.append(Gap(self.name, f"{block.label} at byte {block.offset}: {broken}"))
        return Reading(metadata, gaps=tuple(gaps))


def _header(profile: bytes) -> dict[str, Any]:
    """The header's fields (ICC.1:2022, 7.2) that name a maker, a device, a kind or a time; those of zeros left out."""
    found: dict[str, Any] = {}
    for at, name in _SIGNATURES.items():
        if word := text_of(profile[at : at + 4]).strip():
            found[f"ICC-header:{name}"] = word
    if version := int.from_bytes(profile[8:10]):
        found["ICC-header:ProfileVersion"] = version
    year, *rest = struct.unpack_from(">6H", profile.ljust(36, b"\0"), 24)
    if year:
        month, day, hour, minute, second = rest
        found["ICC-header:ProfileDateTime"] = f"{year:04}:{month:02}:{day:02} {hour:02}:{minute:02}:{second:02}"
    if any(profile[84:100]):
        found["ICC-header:ProfileID"] = " ".join(map(str, profile[84:100]))
    return found


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
    if tag.startswith(b"text"):
        return text_of(tag[8:])
    if tag.startswith(b"mluc"):
        size, at = int.from_bytes(tag[20:24]), int.from_bytes(tag[24:28])
        return utf16_text(tag[at : at + size], ">")
    return ""
