"""The markers of a JPEG, without decoding it: how large it is and how often its decoder must pass over it.

Layout: ITU-T T.81, annex B. Stray bytes before a marker are skipped, as libjpeg skips them.
"""

import re
from collections.abc import Iterator

_SOF = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})  # DHT, JPG and DAC are no frame headers
_SOS, _EOI, _TEM = 0xDA, 0xD9, 0x01
_MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])", re.DOTALL)  # the last fill byte and no stuffing or restart


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """(marker, start, end) of each segment of the first picture, payload only, up to its EOI or the file's end."""
    at = 2
    while found := _MARKER.search(data, at):
        marker, at = found[1][0], found.end()
        if marker == _EOI:
            return
        if marker == _TEM:
            continue
        length = int.from_bytes(data[at : at + 2])
        if length < 2 or at + length > len(data):
            return
        yield marker, at + 2, at + length
        at += length


def size(data: bytes) -> tuple[int, int] | None:
    """Width and height as the frame header says; None when the file ends or derails before it."""
    for marker, start, end in _segments(data):
        if marker in _SOF and end - start >= 6:
            return int.from_bytes(data[start + 3 : start + 5]), int.from_bytes(data[start + 1 : start + 3])
        if marker == _SOS:
            return None
    return None


def count_scans(data: bytes, *, at_most: int) -> int:
    """How many scans the first picture has; some number above `at_most` as soon as there are more."""
    if data.count(b"\xff\xda") <= at_most:  # never too few: thumbnails and what follows the picture count too
        return at_most
    scans = 0
    for marker, _, _ in _segments(data):
        scans += marker == _SOS
        if scans > at_most:
            break
    return scans
