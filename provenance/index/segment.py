"""One immutable, memory-mapped file of known hashes with their postings (sealed.py has its frame).

    entries    uint64 (rows)         the image entry of each row, rising
    hashes     uint64 (rows, 4)      the hash, its bits spread (spread.py)
    starts     uint32 (16, 65537)    see multi_index.py
    rows       uint32 (16, rows)
    following  uint16 (16, rows)

136 bytes a hash, and 4 MiB.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from provenance.errors import ReadError
from provenance.index.hamming import Near, Words, flat_scan
from provenance.index.multi_index import CHUNKS, VALUES, MultiIndex, postings
from provenance.index.sealed import Format, SealedFile, Shapes, write_sealed


def _shapes(rows: int) -> Shapes:
    return {
        "entries": (np.uint64, (rows,)),
        "hashes": (np.uint64, (rows, 4)),
        "starts": (np.uint32, (CHUNKS, VALUES + 1)),
        "rows": (np.uint32, (CHUNKS, rows)),
        "following": (np.uint16, (CHUNKS, rows)),
    }


_FORMAT = Format(b"PROVHSH1", 1, _shapes)


class Segment(SealedFile):
    """An opened segment. Beside what SealedFile raises: ReadError when a search meets damage."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, _FORMAT)
        self.entries: NDArray[np.uint64]
        self.hashes: Words
        self.entries, self.hashes, starts, row, following = self.arrays.values()
        self._index = MultiIndex(self.hashes, starts, row, following)

    def __len__(self) -> int:
        return len(self.entries)

    def scan(self, queries: Words, distance: int) -> Near:
        """Every row within `distance`, 0..256, of each query, by reading all of them."""
        return flat_scan(self.hashes, queries, distance)

    def near(self, queries: Words, distance: int) -> Near:
        """Every row within `distance`, 0..31, of each query."""
        try:
            return self._index.near(queries, distance)
        except IndexError as broken:
            raise ReadError(f"{self.name}: {broken}") from broken


def write_segment(path: Path, entries: NDArray[np.uint64], hashes: Words) -> None:
    """Write a segment of these rows, at least one, rising by entry. When this returns, it is on disk, whole.

    Works chunk by chunk, 16 bytes a row beside what is handed in. Raises OSError, and leaves no file, without space.
    """
    write_sealed(path, _FORMAT, [len(entries)], _parts(entries, hashes))


def _parts(entries: NDArray[np.uint64], hashes: Words) -> Iterator[tuple[str, NDArray[Any]]]:
    yield "entries", entries
    yield "hashes", hashes
    for chunk in range(CHUNKS):
        yield from postings(hashes, chunk)._asdict().items()
