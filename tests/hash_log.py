"""A ledger as far as a hash index knows one: changes in a file, appended by one process and read by several."""

import random
import struct
from collections.abc import Iterator
from pathlib import Path

_RECORD = struct.Struct("=q?32s")  # image entry (-1: an entry that is no picture), whether it has a hash, the hash

NO_PICTURE = -1


class HashLog:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._path.touch()

    @property
    def entries(self) -> int:
        return self._path.stat().st_size // _RECORD.size

    def add(self, *hashes: bytes) -> list[int]:
        """The image entries of these hashes."""
        first = self.entries
        self._append(*((first + n, True, value) for n, value in enumerate(hashes)))
        return list(range(first, first + len(hashes)))

    def replace(self, image_entry: int, value: bytes) -> None:
        self._append((image_entry, True, value))

    def delete(self, *image_entries: int) -> None:
        self._append(*((image_entry, False, b"") for image_entry in image_entries))

    def add_something_else(self) -> None:
        self._append((NO_PICTURE, False, b""))

    def _append(self, *records: tuple[int, bool, bytes]) -> None:
        with self._path.open("ab") as file:
            file.write(b"".join(_RECORD.pack(*record) for record in records))

    def feed(self, since: int, below: int) -> Iterator[tuple[int, int, bytes | None]]:
        with self._path.open("rb") as file:
            file.seek(since * _RECORD.size)
            data = file.read((below - since) * _RECORD.size)
        for entry, (image_entry, present, value) in enumerate(_RECORD.iter_unpack(data), since):
            if image_entry != NO_PICTURE:
                yield entry, image_entry, value if present else None


def turned(value: bytes, *bits: int) -> bytes:
    """The hash with these of its 256 bits turned."""
    number = int.from_bytes(value)
    for bit in bits:
        number ^= 1 << bit
    return number.to_bytes(32)


def near(value: bytes, distance: int, chance: random.Random) -> bytes:
    return turned(value, *chance.sample(range(256), distance))


def hashes(count: int, chance: random.Random) -> list[bytes]:
    """Half of them unlike any other, half within 40 bits of another."""
    unlike = [chance.randbytes(32) for _ in range(count - count // 2)]
    return unlike + [near(chance.choice(unlike), chance.randint(0, 40), chance) for _ in range(count // 2)]
