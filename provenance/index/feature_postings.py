"""Local features filed by word, and the search for those whose codes are near.

Two codes are near when 64 chosen bits of them differ in at most 13 and all 256 in at most 44. Of verified matches of
photos 95 % are (those of hard cases, with fewer than 80 matches: 93 %; docs/matching.md).
"""

from collections.abc import Iterator
from itertools import pairwise
from math import log2
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from provenance.index.feature_words import SIGNS, Sums, Words, likely
from provenance.model.feature_arrays import Codes

HOT_WITHIN = 13
CODES_WITHIN = 44
PROBES = 32

# Every other bit of a code's first word, and the bits between of its second: of each of SIFT's cells half of the
# directions, in the lower rows the other half. Bits of one cell or direction go together, these hardly do.
_EVEN = np.frombuffer(bytes((0xAA, 0x55)) * 4, np.uint64)[0]
_ODD = ~_EVEN

_POSTINGS_AT_ONCE = 65_536  # their arrays stay in a core's second-level cache

Geometry = NDArray[np.uint8]  # shape (n, 2): scale (16ths of an octave), angle (256ths of a turn)


class Filed(NamedTuple):
    """Features by word: where those of each word begin, and what is known of each."""

    starts: NDArray[np.uint32]  # (2^bits + 1,); the last is the number of features
    hot: NDArray[np.uint64]  # (n,): the bits that are compared first
    cold: NDArray[np.uint64]  # (n, 3): the others
    picture: NDArray[np.uint32]  # (n,)
    geometry: Geometry  # (n, 2)


class Near(NamedTuple):
    """Pairs of near codes: which query feature, which picture's, how many bits apart, the known one's geometry."""

    query: NDArray[np.int64]
    picture: NDArray[np.int64]
    apart: NDArray[np.int64]
    geometry: Geometry


class Lookups(NamedTuple):
    """What is looked for: the sums that spell the words, the codes' hot and cold bits. Row by row one feature."""

    sums: Sums
    hot: NDArray[np.uint64]
    cold: NDArray[np.uint64]


def word_bits(features: int) -> int:
    """How many signs a word has among so many features.

    So chosen that a search looks at about as many postings whether there are thousands or millions: few features are
    searched nearly completely.
    """
    return min(SIGNS, max(1, round(1.25 * log2(max(2, features)) - 9)))


def by_word(words: Words, bits: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """The features in order of their words of `bits` signs, and where those of each word begin."""
    keys = (words >> np.uint32(SIGNS - bits)).astype(np.uint64)
    starts = np.zeros((1 << bits) + 1, np.uint32)
    np.cumsum(np.bincount(keys.view(np.int64), minlength=1 << bits), out=starts[1:])
    keys <<= np.uint64(32)
    keys |= np.arange(len(words), dtype=np.uint32)
    keys.sort()
    return keys.astype(np.uint32), starts


def hot_bits(codes: Codes) -> NDArray[np.uint64]:
    """The 64 bits that are compared first."""
    hot: NDArray[np.uint64] = (codes[:, 0] & _EVEN) | (codes[:, 1] & _ODD)
    return hot


def cold_bits(codes: Codes) -> NDArray[np.uint64]:
    """The 192 others, shape (n, 3)."""
    return np.stack([(codes[:, 0] & _ODD) | (codes[:, 1] & _EVEN), codes[:, 2], codes[:, 3]], axis=1)


def whole_codes(hot: NDArray[np.uint64], cold: NDArray[np.uint64]) -> Codes:
    """The codes that these bits are of."""
    first, second = (hot & _EVEN) | (cold[:, 0] & _ODD), (hot & _ODD) | (cold[:, 0] & _EVEN)
    return np.stack([first, second, cold[:, 1], cold[:, 2]], axis=1)


def near(filed: Filed, lookups: Lookups, counts: NDArray[np.bool_] | None) -> Near:
    """Features near those looked for, of the pictures that count (None: all), as far as a probed word leads to them.

    IndexError where the arrays are damaged.
    """
    found = []
    for query, posting in _close_in_hot(filed, lookups):
        apart = np.bitwise_count(filed.hot[posting] ^ lookups.hot[query]).astype(np.int64)
        apart += np.bitwise_count(filed.cold[posting] ^ lookups.cold[query]).sum(axis=1, dtype=np.int64)
        picture = filed.picture[posting].astype(np.int64)
        close = apart <= CODES_WITHIN
        if counts is not None:
            close &= counts[picture]
        found.append(Near(query[close], picture[close], apart[close], filed.geometry[posting[close]]))
    return joined(found)


def joined(parts: list[Near]) -> Near:
    """All pairs of several searches, one after the other."""
    if not parts:
        nothing = np.empty(0, np.int64)
        return Near(nothing, nothing, nothing, np.empty((0, 2), np.uint8))
    columns: Iterator[NDArray[Any]] = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Near(*columns)


def _close_in_hot(filed: Filed, lookups: Lookups) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Query features and postings under a probed word whose hot bits are near, part by part."""
    bits = (len(filed.starts) - 1).bit_length() - 1
    probed = likely(lookups.sums, bits, min(PROBES, 1 << bits))
    first, end = filed.starts[probed].astype(np.int64), filed.starts[probed + 1].astype(np.int64)
    if len(probed) and ((end < first).any() or end.max() > len(filed.hot)):
        raise IndexError("postings begin after they end")
    length = (end - first).ravel()
    some = np.flatnonzero(length)
    first, length, query = first.ravel()[some], length[some], some // probed.shape[1]
    ends = np.cumsum(length)
    cuts = [0, *(np.flatnonzero(np.diff(ends // _POSTINGS_AT_ONCE)) + 1), len(ends)]
    for start, stop in pairwise(cuts):
        lengths = length[start:stop]
        lasts = np.cumsum(lengths)
        posting = np.repeat(first[start:stop] - lasts + lengths, lengths)
        posting += np.arange(len(posting))
        differing = filed.hot[posting]
        differing ^= np.repeat(lookups.hot[query[start:stop]], lengths)
        close = np.flatnonzero(np.bitwise_count(differing) <= HOT_WITHIN)
        yield query[start + np.searchsorted(lasts, close, side="right")], posting[close]
