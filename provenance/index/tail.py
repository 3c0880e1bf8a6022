"""The hashes that are in no file yet."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from provenance.index.hamming import Words, as_words
from provenance.index.known import Entries
from provenance.index.spread import spread

_FIRST_ROOM = 1_024


class Tail(NamedTuple):
    """Hashes in memory, searched flat. Rows are only ever added behind `rows`, so an older value stays as it was."""

    rows: int = 0
    entry_room: Entries = np.empty(0, np.uint64)
    hash_room: Words = np.empty((0, 4), np.uint64)

    @property
    def entries(self) -> Entries:
        return self.entry_room[: self.rows]

    @property
    def hashes(self) -> Words:
        return self.hash_room[: self.rows]

    def without(self, image_entries: Entries) -> "Tail":
        keep = ~np.isin(self.entries, image_entries)
        if keep.all():
            return self
        return Tail(int(keep.sum()), self.entries[keep], self.hashes[keep])

    def plus(self, values: Mapping[int, bytes]) -> "Tail":
        """With these too. Only the latest tail may grow."""
        rows = self.rows + len(values)
        entry_room, hash_room = self.entry_room, self.hash_room
        if rows > len(entry_room):
            room = max(_FIRST_ROOM, 2 * rows)
            entry_room, hash_room = np.empty(room, np.uint64), np.empty((room, 4), np.uint64)
            entry_room[: self.rows], hash_room[: self.rows] = self.entries, self.hashes
        entry_room[self.rows : rows] = np.fromiter(values, np.uint64, len(values))
        hash_room[self.rows : rows] = spread(as_words(values.values()))
        return Tail(rows, entry_room, hash_room)
