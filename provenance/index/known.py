"""What is known up to one ledger entry, as one immutable value: segments, less what was deleted since, and a tail."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from provenance.index.base import EXACT_WITHIN, Hit
from provenance.index.hamming import Near, Words, as_words, flat_scan
from provenance.index.segment import Segment
from provenance.index.spread import spread

# The manifest a state was read from, as the file system tells it: inode, time of change, bytes. None: there is none.
Stamp = tuple[int, int, int] | None

_Entries = NDArray[np.uint64]
_FIRST_ROOM = 1_024


class Tail(NamedTuple):
    """Hashes in memory, searched flat. Rows are only ever added behind `rows`, so an older value stays as it was."""

    rows: int = 0
    entry_room: _Entries = np.empty(0, np.uint64)
    hash_room: Words = np.empty((0, 4), np.uint64)

    @property
    def entries(self) -> _Entries:
        return self.entry_room[: self.rows]

    @property
    def hashes(self) -> Words:
        return self.hash_room[: self.rows]

    def without(self, image_entries: _Entries) -> "Tail":
        keep = ~np.isin(self.entries, image_entries)
        if keep.all():
            return self
        return Tail(int(keep.sum()), self.entries[keep], self.hashes[keep])

    def plus(self, image_entries: _Entries, hashes: Words) -> "Tail":
        """With these too. Only the latest tail may grow."""
        rows = self.rows + len(image_entries)
        entry_room, hash_room = self.entry_room, self.hash_room
        if rows > len(entry_room):
            room = max(_FIRST_ROOM, 2 * rows)
            entry_room, hash_room = np.empty(room, np.uint64), np.empty((room, 4), np.uint64)
            entry_room[: self.rows], hash_room[: self.rows] = self.entries, self.hashes
        entry_room[self.rows : rows], hash_room[self.rows : rows] = image_entries, hashes
        return Tail(rows, entry_room, hash_room)


class Kept(NamedTuple):
    """A segment, and its rows that no longer count: deleted, or known by another hash since. Sorted."""

    segment: Segment
    gone: NDArray[np.int64]

    @property
    def rows(self) -> int:
        return len(self.segment) - len(self.gone)

    def without(self, image_entries: _Entries) -> "Kept":
        rows = self.segment.rows_of(image_entries)
        return Kept(self.segment, np.union1d(self.gone, rows)) if len(rows) else self

    def near(self, queries: Words, distance: int) -> Near:
        find = self.segment.near if distance <= EXACT_WITHIN else self.segment.scan
        hits = find(queries, distance)
        if not len(self.gone):
            return hits
        counts = ~np.isin(hits.row, self.gone)
        return Near(*(column[counts] for column in hits))


@dataclass(frozen=True, eq=False)
class Known:
    """Every change of the known hashes by ledger entries below `reaches`."""

    reaches: int = 0
    kept: tuple[Kept, ...] = ()
    tail: Tail = field(default_factory=Tail)
    unmerged: int = 0  # changes that are in no file yet
    stamp: Stamp = None
    replaces: bool = False  # the manifest with this stamp is of no use

    def after(self, changes: Iterable[tuple[int, int, bytes | None]], reaches: int) -> "Known":
        """With the changes a feed tells of, up to `reaches`. The last word on a picture counts."""
        last = {image_entry: value for _, image_entry, value in changes}
        if not last:
            return replace(self, reaches=reaches)
        touched = np.fromiter(last, np.uint64, len(last))
        present = {image_entry: value for image_entry, value in last.items() if value is not None}
        added, hashes = np.fromiter(present, np.uint64, len(present)), spread(as_words(present.values()))
        return replace(
            self,
            reaches=reaches,
            kept=tuple(kept.without(touched) for kept in self.kept),
            tail=self.tail.without(touched).plus(added, hashes),
            unmerged=self.unmerged + len(last),
        )

    def within(self, queries: Words, distance: int, nearest: int | None) -> list[Hit]:
        """As HashIndex promises it. Raises ReadError where a segment turns out to be damaged."""
        wanted = spread(queries)
        found = [(kept.segment.entries, kept.near(wanted, distance)) for kept in self.kept]
        found.append((self.tail.entries, flat_scan(self.tail.hashes, wanted, distance)))
        query = np.concatenate([near.query for _, near in found])
        entry = np.concatenate([entries[near.row] for entries, near in found])
        apart = np.concatenate([near.apart for _, near in found])
        order = np.lexsort((query, entry, apart))[:nearest]
        order = order[np.lexsort((entry[order], apart[order], query[order]))]
        columns = (column[order].tolist() for column in (query, entry, apart))
        return [Hit(*hit) for hit in zip(*columns, strict=True)]
