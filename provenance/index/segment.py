"""One immutable, memory-mapped file of known hashes with their postings.

A header of 64 bytes, then arrays in the machine's byte order, each beginning at a multiple of 64 bytes:

    entries    uint64 (rows)         the image entry of each row, rising
    hashes     uint64 (rows, 4)      the hash, its bits spread (spread.py)
    starts     uint32 (16, 65537)    see multi_index.py
    rows       uint32 (16, rows)
    following  uint16 (16, rows)

136 bytes a hash, and 4 MiB. A file is written under another name, flushed to the disk, and renamed.
"""

import mmap
import os
import struct
import zlib
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from provenance.errors import ReadError
from provenance.index.hamming import Near, Words, flat_scan
from provenance.index.multi_index import CHUNKS, VALUES, MultiIndex, postings

_MAGIC = b"PROVHSH1"
_HEADER = struct.Struct("=8sQ5I")  # magic, rows, CRC-32 of each array
_SEAL = struct.Struct("=I")  # CRC-32 of the header
_ALIGNED = 64


class _Array(NamedTuple):
    name: str
    dtype: type[np.unsignedinteger[Any]]
    shape: tuple[int, ...]
    at_byte: int
    end_byte: int


def _layout(rows: int) -> tuple[_Array, ...]:
    shapes: dict[str, tuple[type[np.unsignedinteger[Any]], tuple[int, ...]]] = {
        "entries": (np.uint64, (rows,)),
        "hashes": (np.uint64, (rows, 4)),
        "starts": (np.uint32, (CHUNKS, VALUES + 1)),
        "rows": (np.uint32, (CHUNKS, rows)),
        "following": (np.uint16, (CHUNKS, rows)),
    }
    arrays: list[_Array] = []
    end_byte = _ALIGNED
    for name, (dtype, shape) in shapes.items():
        at_byte = -(-end_byte // _ALIGNED) * _ALIGNED
        end_byte = at_byte + int(np.prod(shape)) * np.dtype(dtype).itemsize
        arrays.append(_Array(name, dtype, shape, at_byte, end_byte))
    return tuple(arrays)


class Segment:
    """An opened segment file. It may be unlinked while it is in use.

    Raises ReadError when the file is cut off, foreign or damaged in its header, or when a search meets damage;
    OSError when it cannot be read at all.
    """

    def __init__(self, path: Path) -> None:
        self.name = path.name
        with path.open("rb") as file:
            self.bytes = os.fstat(file.fileno()).st_size
            if self.bytes < _ALIGNED:
                raise ReadError(f"{self.name}: {self.bytes} bytes, less than its header of {_ALIGNED}")
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        (self.seal,) = _SEAL.unpack_from(self._map, _HEADER.size)
        magic, rows, *self._checksums = _HEADER.unpack_from(self._map)
        if magic != _MAGIC or self.seal != zlib.crc32(self._map[: _HEADER.size]):
            raise ReadError(f"{self.name}: its header is damaged or of another format")
        self._arrays = _layout(rows)
        if self.bytes != self._arrays[-1].end_byte:
            raise ReadError(f"{self.name}: {self.bytes} bytes, {self._arrays[-1].end_byte} wanted for {rows} rows")
        self.entries: NDArray[np.uint64]
        self.hashes: Words
        self.entries, self.hashes, starts, row, following = map(self._mapped, self._arrays)
        self._index = MultiIndex(self.hashes, starts, row, following)

    def __len__(self) -> int:
        return len(self.entries)

    def _mapped(self, array: _Array) -> NDArray[Any]:
        count = int(np.prod(array.shape))
        return np.frombuffer(self._map, array.dtype, count, array.at_byte).reshape(array.shape)

    def check(self) -> None:
        """Read the whole file. Raises ReadError where it does not agree with its checksums."""
        for array, checksum in zip(self._arrays, self._checksums, strict=True):
            if zlib.crc32(self._mapped(array).data) != checksum:
                raise ReadError(f"{self.name}: {array.name} do not agree with their checksum")

    def rows_of(self, image_entries: NDArray[np.uint64]) -> NDArray[np.int64]:
        """The rows of those of the image entries that are here."""
        row = np.minimum(np.searchsorted(self.entries, image_entries), len(self) - 1)
        here: NDArray[np.int64] = row[self.entries[row] == image_entries]
        return here

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
    partial = path.with_suffix(".partial")
    try:
        with partial.open("wb") as file:
            _write(file, entries, hashes)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise


def _write(file: IO[bytes], entries: NDArray[np.uint64], hashes: Words) -> None:
    arrays = {array.name: array for array in _layout(len(entries))}
    checksums = dict.fromkeys(arrays, 0)
    written = dict.fromkeys(arrays, 0)

    def append(name: str, values: NDArray[Any]) -> None:
        file.seek(arrays[name].at_byte + written[name])
        file.write(values.data)
        written[name] += values.nbytes
        checksums[name] = zlib.crc32(values.data, checksums[name])

    append("entries", entries)
    append("hashes", hashes)
    for chunk in range(CHUNKS):
        for name, values in postings(hashes, chunk)._asdict().items():
            append(name, values)
    header = _HEADER.pack(_MAGIC, len(entries), *checksums.values())
    file.seek(0)
    file.write(header + _SEAL.pack(zlib.crc32(header)))
