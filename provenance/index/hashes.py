"""The embedded engine for hashes: exact search in mapped segments, a flat scan of what came since."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from provenance.errors import ReadError
from provenance.index.base import EXACT_WITHIN, Feed, Hit
from provenance.index.hamming import Near, Words, as_words, check_distance, flat_scan
from provenance.index.known import Kept, Known
from provenance.index.mapped import MappedIndex
from provenance.index.segment import Segment, write_segment
from provenance.index.shelf import Kind
from provenance.index.spread import spread
from provenance.index.tail import Tail

# Bounds a merge to about 5 s and 0.7 GB (measured, docs/index.md).
LARGEST_ROWS = 1 << 22

_ENTRIES_AT_ONCE = 200_000


class EmbeddedHashIndex(MappedIndex[Segment, Tail]):
    """Exact search for hashes."""

    def __init__(self, folder: Path, feed: Feed, *, ledger_id: str, merge_after: int = 5_000) -> None:
        kind = Kind(Segment, _write, Tail(), LARGEST_ROWS)
        super().__init__(
            folder, kind, feed, ledger_id=ledger_id, merge_after=merge_after, entries_at_once=_ENTRIES_AT_ONCE
        )

    def within(
        self, queries: Sequence[bytes], distance: int = EXACT_WITHIN, *, nearest: int | None = None
    ) -> list[Hit]:
        check_distance(distance)
        words = as_words(queries)
        if not len(words):
            return []
        try:
            return _within(self._known, words, distance, nearest)
        except ReadError as damaged:
            self.rebuild()
            self.note = f"rebuilt from the ledger: {damaged}"
            return _within(self._known, words, distance, nearest)


def _within(known: Known[Segment, Tail], queries: Words, distance: int, nearest: int | None) -> list[Hit]:
    """As HashIndex promises it. Raises ReadError where a segment turns out to be damaged."""
    wanted = spread(queries)
    found = [(kept.segment.entries, _near(kept, wanted, distance)) for kept in known.kept]
    found.append((known.tail.entries, flat_scan(known.tail.hashes, wanted, distance)))
    query = np.concatenate([near.query for _, near in found])
    entry = np.concatenate([entries[near.row] for entries, near in found])
    apart = np.concatenate([near.apart for _, near in found])
    order = np.lexsort((query, entry, apart))[:nearest]
    order = order[np.lexsort((entry[order], apart[order], query[order]))]
    columns = (column[order].tolist() for column in (query, entry, apart))
    return [Hit(*hit) for hit in zip(*columns, strict=True)]


def _near(kept: Kept[Segment], queries: Words, distance: int) -> Near:
    find = kept.segment.near if distance <= EXACT_WITHIN else kept.segment.scan
    hits = find(queries, distance)
    if not len(kept.gone):
        return hits
    counts = ~np.isin(hits.row, kept.gone)
    return Near(*(column[counts] for column in hits))


def _write(path: Path, going: Sequence[Kept[Segment]], tail: Tail) -> None:
    entries = np.concatenate([*(kept.counting(kept.segment.entries) for kept in going), tail.entries])
    hashes: Words = np.concatenate([*(kept.counting(kept.segment.hashes) for kept in going), tail.hashes])
    order = np.argsort(entries, kind="stable")
    write_segment(path, entries[order], hashes[order])
