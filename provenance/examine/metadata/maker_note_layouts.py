"""Maker notes: whose they are, and where their directory and their offsets begin.

Headers: exiftool.org/makernote_types.html. Every one of these notes is a TIFF directory, with or without a header
before it; what its offsets count from and its byte order differ by maker and need not be those of the EXIF around it.
"""

import re
from dataclasses import dataclass
from typing import Final

from provenance.errors import ReadError


@dataclass(frozen=True, slots=True)
class Layout:
    """`group` is ExifTool's name of the maker. Bytes count from the note's first."""

    group: str
    directory_at: int = 0
    own_base: bool = False  # offsets count from the note's first byte, else from the TIFF header
    base: int = 0  # and from this byte of it
    order: str = ""  # "<" or ">" where it is fixed, else the likelier one


# Note's first bytes, make in the EXIF, layout; the first line that fits holds.
_LAYOUTS: Final = (
    (rb"Apple iOS\0", r"", Layout("Apple", 14, own_base=True)),
    (rb"Nikon\0\x02..\0", r"", Layout("Nikon", 18, own_base=True, base=10)),
    (rb"Nikon\0\x01", r"", None),  # the first Coolpix; states none of what is read here
    (rb"OM SYSTEM\0", r"", Layout("Olympus", 16, own_base=True)),
    (rb"OLYMPUS\0", r"", Layout("Olympus", 12, own_base=True)),
    (rb"(OLYMP|EPSON|MINOL|CAMER)\0", r"", Layout("Olympus", 8)),
    (rb"FUJIFILM|GENERALE", r"", Layout("FujiFilm", 0, own_base=True, order="<")),
    (rb"LEICA\0[\x01\x04-\x07\x10\x1a]\0", r"", Layout("Leica", 8, own_base=True)),
    (rb"LEICA\0\0\0", r"LEICA$", Layout("Panasonic", 8)),
    (rb"LEICA CAMERA AG\0", r"", Layout("Panasonic", 18)),
    (rb"Panasonic\0", r"", Layout("Panasonic", 12)),
    (rb"PENTAX \0", r"", Layout("Pentax", 10, own_base=True)),
    (rb"RICOH\0(II|MM)", r"", Layout("Pentax", 8, own_base=True)),
    (rb"AOC\0", r"", Layout("Pentax", 6)),
    (rb"(QVC|DCI)\0", r"", Layout("Casio", 6)),
    (rb"SONY (DSC|CAM|MOBILE)|\0\0SONY PIC\0|VHAB     \0", r"", Layout("Sony", 12)),
    (rb"MOT\0", r"", Layout("Motorola", 8, own_base=True)),
    (rb"(SIGMA|FOVEON)\0", r"(SIGMA|FOVEON)", Layout("Sigma", 10)),
    (rb"(?i:Ricoh)", r"(PENTAX )?RICOH", Layout("Ricoh", 8)),
    (rb"(\0.\0\x01\0\x07\0\0\0\x04|.\0\x01\0\x07\0\x04\0\0\0)0100", r"SAMSUNG", Layout("Samsung", 0, own_base=True)),
    (rb"", r"CANON", Layout("Canon")),
    (rb"(?!Nikon)", r"NIKON", Layout("Nikon")),
    (rb"(?!QVC|DCI)", r"CASIO", Layout("Casio")),
    (rb"(?!MLY0|KC|\+M\+M|\xd7)", r"(KONICA )?MINOLTA", Layout("Minolta")),
    (rb"(?!\x01\0)", r"SONY", Layout("Sony")),
    (rb"(?!...@AMBA|\[ae_dbg)", r"DJI$", Layout("DJI")),
)
_COMPILED: Final = tuple(
    (re.compile(head, re.DOTALL), re.compile(make, re.IGNORECASE), at) for head, make, at in _LAYOUTS
)


def layout_of(note: bytes, make: str) -> Layout | None:
    """The layout of a note that begins with these bytes (32 are enough); None for one that is not read."""
    for head, maker, layout in _COMPILED:
        if head.match(note) and maker.match(make):
            if layout and layout.group == "FujiFilm":
                return Layout("FujiFilm", int.from_bytes(note[8:12], "little"), own_base=True, order="<")
            return layout
    return None


def order_of(data: bytes, at: int, likely: str) -> str:
    """The byte order of the directory at this byte: the one in which it has the fewer tags.

    A note keeps the order of its camera when software writes the EXIF around it in the other one.
    """
    if at + 2 > len(data):
        raise ReadError(f"its directory at byte {at} lies outside the {len(data)} bytes there")
    little, big = int.from_bytes(data[at : at + 2], "little"), int.from_bytes(data[at : at + 2], "big")
    return likely if little == big else "<" if little < big else ">"
