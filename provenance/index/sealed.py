"""Immutable files of arrays: a sealed header, then the arrays, memory-mapped, each with a checksum of its own.

The header is 64 bytes: what kind of file it is, the numbers that tell the arrays' shapes, a CRC-32 of each array, and a
CRC-32 of all that. The arrays follow in the machine's byte order, each beginning at a multiple of 64 bytes. A file is
written under another name, flushed to the disk, and renamed.
"""

import mmap
import os
import struct
import zlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from provenance.errors import ReadError

Shapes = Mapping[str, tuple[type[np.unsignedinteger[Any]], tuple[int, ...]]]

_SEAL = struct.Struct("=I")  # CRC-32 of the header
_ALIGNED = 64


class Format(NamedTuple):
    """A kind of file: its first 8 bytes, how many numbers are in its header, and the arrays that these lead to."""

    magic: bytes
    numbers: int
    shapes: Callable[..., Shapes]

    @property
    def header(self) -> struct.Struct:
        arrays = len(self.shapes(*[1] * self.numbers))
        return struct.Struct(f"=8s{self.numbers}Q{arrays}I")


class _Array(NamedTuple):
    name: str
    dtype: type[np.unsignedinteger[Any]]
    shape: tuple[int, ...]
    at_byte: int
    end_byte: int


def _layout(shapes: Shapes) -> tuple[_Array, ...]:
    arrays: list[_Array] = []
    end_byte = _ALIGNED
    for name, (dtype, shape) in shapes.items():
        at_byte = -(-end_byte // _ALIGNED) * _ALIGNED
        end_byte = at_byte + int(np.prod(shape)) * np.dtype(dtype).itemsize
        arrays.append(_Array(name, dtype, shape, at_byte, end_byte))
    return tuple(arrays)


class SealedFile:
    """An opened file. It may be unlinked while it is in use.

    Raises ReadError when the file is cut off, foreign or damaged in its header; OSError when it cannot be read at all.
    """

    def __init__(self, path: Path, form: Format) -> None:
        self.name = path.name
        with path.open("rb") as file:
            self.bytes = os.fstat(file.fileno()).st_size
            if self.bytes < _ALIGNED:
                raise ReadError(f"{self.name}: {self.bytes} bytes, less than its header of {_ALIGNED}")
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        header = form.header
        (self.seal,) = _SEAL.unpack_from(self._map, header.size)
        magic, *written = header.unpack_from(self._map)
        if magic != form.magic or self.seal != zlib.crc32(self._map[: header.size]):
            raise ReadError(f"{self.name}: its header is damaged or of another format")
        self.numbers: list[int] = written[: form.numbers]
        self._checksums: list[int] = written[form.numbers :]
        layout = _layout(form.shapes(*self.numbers))
        if self.bytes != layout[-1].end_byte:
            raise ReadError(f"{self.name}: {self.bytes} bytes, {layout[-1].end_byte} wanted for {self.numbers[0]} rows")
        self.arrays: dict[str, NDArray[Any]] = {array.name: self._mapped(array) for array in layout}

    def _mapped(self, array: _Array) -> NDArray[Any]:
        count = int(np.prod(array.shape))
        return np.frombuffer(self._map, array.dtype, count, array.at_byte).reshape(array.shape)

    def check(self) -> None:
        """Read the whole file. Raises ReadError where it does not agree with its checksums."""
        for (name, array), checksum in zip(self.arrays.items(), self._checksums, strict=True):
            if zlib.crc32(array.data) != checksum:
                raise ReadError(f"{self.name}: {name} do not agree with their checksum")


def write_sealed(path: Path, form: Format, numbers: Iterable[int], parts: Iterable[tuple[str, NDArray[Any]]]) -> None:
    """Write a file whose arrays come as parts, those of one array in order. When this returns, it is on disk, whole.

    Raises OSError, and leaves no file, without space.
    """
    partial = path.with_suffix(".partial")
    try:
        with partial.open("wb") as file:
            _write(file, form, list(numbers), parts)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise


def _write(file: IO[bytes], form: Format, numbers: list[int], parts: Iterable[tuple[str, NDArray[Any]]]) -> None:
    arrays = {array.name: array for array in _layout(form.shapes(*numbers))}
    checksums = dict.fromkeys(arrays, 0)
    written = dict.fromkeys(arrays, 0)
    for name, values in parts:
        data = np.ascontiguousarray(values).data
        file.seek(arrays[name].at_byte + written[name])
        file.write(data)
        written[name] += values.nbytes
        checksums[name] = zlib.crc32(data, checksums[name])
    header = form.header.pack(form.magic, *numbers, *checksums.values())
    file.seek(0)
    file.write(header + _SEAL.pack(zlib.crc32(header)))
