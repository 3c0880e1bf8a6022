"""Facebook's marks: what it writes into IPTC fields of the copies it serves, held against the file.

Public dumps of such files (quoted on Stack Overflow, question 31120222) all have: dataset 2:40 with "FBMD" and hex
digits, most with 20 letters in 2:103. The digits are one byte, a count N as two bytes, then N + 1 rising numbers of
four bytes, little endian; N is 9 or 10 in all of them.
That N is the number of scans and the numbers are places in the file (the first near 0x3A0, where the first scan of such
a file begins, or 0x168 without a profile) is inferred: no file with its digits was there to prove it.
"""

import re
import struct
from collections.abc import Iterator
from itertools import pairwise

from provenance.examine.traces.base import Subject
from provenance.examine.traces.jpeg_marks import scan_offsets
from provenance.examine.traces.words import word
from provenance.model.findings import Trace

MAX_SCANS = 100  # of a file whose scans are looked for; honest ones have 10
_DIGITS = re.compile(r"FBMD((?:[0-9a-fA-F]{2}){3,2000})")
_JOB = re.compile(r"[\w-]{20}", re.ASCII)
_SOURCE = "public dumps of files that Facebook served (Stack Overflow, question 31120222)"
_INFERRED = "that the numbers are places of scans is inferred from such dumps, not documented"


def facebook_traces(subject: Subject) -> Iterator[Trace]:
    """What Facebook's fields say, and whether the file still is as they describe it."""
    field, instructions = word(subject.metadata, "IPTC:SpecialInstructions", "XMP-photoshop:Instructions")
    _, job = word(subject.metadata, "IPTC:OriginalTransmissionReference")
    digits = _DIGITS.fullmatch(instructions)
    if not digits:
        return
    yield Trace(
        kind="platform",
        says="this file, or the one it was made from, was served by Facebook or Instagram",
        because=f"{field} is {instructions[:60]!r}" + (f", and 2:103 is {job!r}" if _JOB.fullmatch(job) else ""),
        source=_SOURCE,
        but="programs that keep IPTC fields carry it on into edited copies; anybody can write it or take it out",
    )
    places = _places(bytes.fromhex(digits[1]))
    if places and subject.format == "jpeg":
        yield _held_against(places, subject.data)


def _places(raw: bytes) -> tuple[int, ...]:
    """The N + 1 rising numbers; empty where the digits have another form."""
    count = int.from_bytes(raw[1:3])
    if len(raw) != 3 + 4 * (count + 1) or not 0 < count <= MAX_SCANS:
        return ()
    places = struct.unpack(f"<{count + 1}I", raw[3:])
    return places if all(a < b for a, b in pairwise(places)) else ()


def _held_against(places: tuple[int, ...], data: bytes) -> Trace:
    scans = scan_offsets(data, MAX_SCANS + 1)
    stated = f"Facebook's field lists {len(places) - 1} scans from byte {places[0]} to {places[-1]}"
    found = f"the file has {len(scans)}{' or more' if len(scans) > MAX_SCANS else ''} scans in {len(data)} bytes"
    lengths = [b - a for a, b in pairwise(places)]
    real = [b - a for a, b in pairwise((*scans, len(data)))]
    if len(lengths) == len(real) > 1 and lengths[:-1] == real[:-1]:
        return Trace(
            kind="platform",
            says="the picture data is as Facebook's field describes it: not saved again since",
            because=f"{stated}; {found}, of the same lengths",
            source=_SOURCE,
            but=_INFERRED,
        )
    return Trace(
        kind="platform",
        says="the picture data is not as Facebook's field seems to describe it: saved again since, as a lead",
        because=f"{stated}; {found}" + ("" if len(lengths) != len(real) else ", of other lengths"),
        source=_SOURCE,
        but=f"{_INFERRED}; a lossless rewriting of the JPEG (jpegtran, mozjpeg) changes the scans as well",
    )
