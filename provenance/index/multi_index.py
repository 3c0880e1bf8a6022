"""Finding all known hashes within 31 of 256 bits without looking at all of them.

A hash is cut into a ring of 16 chunks of 16 bits. If two hashes are at most d bits apart, then some chunk differs in
at most d/16 bits, and it and the chunk after it together in at most d/8:

    Call a chunk light when it differs in at most d/16 bits, and suppose each light chunk, together with the one after
    it, differs in more than d/8. Then the one after it differs in more than d/16: it is not light, and begins no pair
    of its own. So the ring falls into such pairs and single heavy chunks; each is above its share of d/16 bits a
    chunk, and the hashes differ in more than d bits altogether.

This is the pigeonring principle (Qin and Xiao, "Pigeonring", VLDB 2018) at length two; at length one it is the
multi-index hashing of Norouzi, Punjani and Fleet (CVPR 2012). For d = 31: look up 17 values of each chunk, the
query's own and those one bit away, and go on only with what stands there with a next chunk that brings the sum to at
most 3. Of unlike hashes in a list looked up, one in 400 passes, and only these are compared in full.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from provenance.index.hamming import Near, Words, bits_between, joined

CHUNKS = 16
VALUES = 1 << 16

# No bit turned, then each one.
_FLIPS = np.array([0, *(1 << bit for bit in range(16))], np.uint16)

# Postings read at once: bounds the memory of a query when very many hashes share a chunk. Measured: from 64 Ki to
# 1 Mi a query costs the same.
_POSTINGS_AT_ONCE = 131_072


class Postings(NamedTuple):
    """One chunk of all rows: where the rows with each value begin, the rows by value, and their next chunks."""

    starts: NDArray[np.uint32]  # VALUES + 1; the last is the number of rows
    rows: NDArray[np.uint32]
    following: NDArray[np.uint16]


def postings(hashes: Words, chunk: int) -> Postings:
    """The postings of one chunk. Costs 16 bytes a row while it works."""
    chunks = hashes.view(np.uint16)
    order = chunks[:, chunk].astype(np.uint64)
    order <<= np.uint64(16)
    order |= chunks[:, (chunk + 1) % CHUNKS]
    order <<= np.uint64(32)
    order |= np.arange(len(hashes), dtype=np.uint32)
    order.sort()
    starts = np.searchsorted(order, np.arange(VALUES, dtype=np.uint64) << np.uint64(48))
    following = order >> np.uint64(32)
    return Postings(
        np.append(starts, len(hashes)).astype(np.uint32), order.astype(np.uint32), following.astype(np.uint16)
    )


class _Lookups(NamedTuple):
    """Values to look up: where their postings begin, how many there are, and what the next chunk must be like."""

    first: NDArray[np.int64]
    length: NDArray[np.int64]
    following: NDArray[np.uint16]
    room: NDArray[np.int64]  # how many bits the next chunk may differ in
    query: NDArray[np.int64]

    def parts(self) -> Iterator["_Lookups"]:
        """The same in parts of about _POSTINGS_AT_ONCE postings, or of one lookup where that has more."""
        part = np.cumsum(self.length) // _POSTINGS_AT_ONCE
        cuts = [0, *(np.flatnonzero(np.diff(part)) + 1), len(part)]
        for start, end in pairwise(cuts):
            columns: Iterator[NDArray[Any]] = (column[start:end] for column in self)
            yield _Lookups(*columns)


class MultiIndex(NamedTuple):
    """Hashes with the postings of each of their chunks. Rows are 0..len(hashes) - 1."""

    hashes: Words
    starts: NDArray[np.uint32]  # (CHUNKS, VALUES + 1)
    rows: NDArray[np.uint32]  # (CHUNKS, rows)
    following: NDArray[np.uint16]  # (CHUNKS, rows)

    def near(self, queries: Words, distance: int) -> Near:
        """Every row within `distance`, 0..31, of each query, once each. IndexError where the arrays are damaged."""
        found = []
        for part in self._lookups(queries, distance).parts():
            query, row = self._candidates(part)
            apart = bits_between(self.hashes[row], queries[query])
            close = apart <= distance
            found.append(Near(query[close], row[close], apart[close]))
        return _once_each(joined(found))

    def _lookups(self, queries: Words, distance: int) -> _Lookups:
        chunks = queries.view(np.uint16)
        flips = _FLIPS if distance >= CHUNKS else _FLIPS[:1]
        chunk = np.arange(CHUNKS)
        at = (chunks[:, None, :] ^ flips[:, None]) + chunk * (VALUES + 1)  # query, flip, chunk
        starts = self.starts.reshape(-1)
        first, end = starts[at].astype(np.int64), starts[at + 1].astype(np.int64)
        if (end < first).any() or end.max() > len(self.hashes):
            raise IndexError("postings begin after they end")
        pair_room = distance // (CHUNKS // 2)
        columns: tuple[NDArray[Any], ...] = (
            first + chunk * len(self.hashes),
            end - first,
            np.roll(chunks, -1, axis=1)[:, None, :],
            pair_room - (flips != 0)[:, None],
            np.arange(len(queries))[:, None, None],
        )
        return _Lookups(*(np.broadcast_to(column, at.shape).reshape(-1) for column in columns))

    def _candidates(self, lookups: _Lookups) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Pairs of query and row that stand under a value looked up and whose next chunk fits too."""
        ends = np.cumsum(lookups.length)
        posting = np.repeat(lookups.first - ends + lookups.length, lookups.length)
        posting += np.arange(len(posting))
        following = self.following.reshape(-1)[posting]
        following ^= np.repeat(lookups.following, lookups.length)
        differing = np.bitwise_count(following)
        kept = np.flatnonzero(differing <= lookups.room.max())
        lookup = np.searchsorted(ends, kept, side="right")
        fits = differing[kept] <= lookups.room[lookup]
        rows = self.rows.reshape(-1)[posting[kept[fits]]]
        return lookups.query[lookup[fits]], rows.astype(np.int64)


def _once_each(hits: Near) -> Near:
    """Hits without those that several chunks led to."""
    _, first = np.unique(hits.query << 32 | hits.row, return_index=True)
    return Near(*(column[first] for column in hits))
