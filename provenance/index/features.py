"""The embedded engine for local features: words and votes over mapped segments, and a tail of what came since."""

from collections.abc import Collection, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from provenance.errors import ReadError
from provenance.index.base_features import FeatureFeed, Voted
from provenance.index.feature_postings import Geometry, Lookups, Near, cold_bits, hot_bits, joined, near
from provenance.index.feature_segment import FeatureSegment, write_feature_segment
from provenance.index.feature_tail import FeatureTail
from provenance.index.feature_votes import nearest_only, votes
from provenance.index.feature_words import sums
from provenance.index.known import Entries, Known, rows_of
from provenance.index.mapped import MappedIndex
from provenance.index.shelf import Kind
from provenance.model.feature_arrays import SCALES_AN_OCTAVE, SMALLEST_SCALE_PX, FeatureArrays

# Pictures. The more segments, the more postings a search looks at.
LARGEST_ROWS = 1 << 17

_ENTRIES_AT_ONCE = 4_000


class EmbeddedFeatureIndex(MappedIndex[FeatureSegment, FeatureTail]):
    """Shortlists by near codes that agree on turn and scale."""

    def __init__(self, folder: Path, feed: FeatureFeed, *, ledger_id: str, merge_after: int = 500) -> None:
        kind = Kind(FeatureSegment, write_feature_segment, FeatureTail(), LARGEST_ROWS)
        super().__init__(
            folder, kind, feed, ledger_id=ledger_id, merge_after=merge_after, entries_at_once=_ENTRIES_AT_ONCE
        )

    def shortlist(
        self, query: FeatureArrays, *, at_most: int = 20, votes_from: int = 3, left_out: Collection[int] = ()
    ) -> list[Voted]:
        if not len(query):
            return []
        views = (query, query.mirrored())
        codes = np.concatenate([view.codes for view in views])
        lookups = Lookups(sums(codes), hot_bits(codes), cold_bits(codes))
        geometry = np.concatenate([_geometry(view) for view in views])
        ignored = np.fromiter(left_out, np.uint64, len(left_out))
        try:
            pairs = _near(self._known, lookups, ignored)
        except (ReadError, IndexError) as damaged:
            self.rebuild()
            self.note = f"rebuilt from the ledger: {damaged}"
            pairs = _near(self._known, lookups, ignored)
        return _voted(pairs, geometry, len(query), votes_from)[:at_most]


def _voted(pairs: Near, geometry: Geometry, queries: int, votes_from: int) -> list[Voted]:
    """All candidates with enough votes, the best first. Query features from `queries` on are the mirrored ones."""
    pairs = nearest_only(pairs)
    candidates, counts = votes(pairs._replace(picture=2 * pairs.picture + (pairs.query >= queries)), geometry)
    order = np.lexsort((candidates, -counts))
    order = order[counts[order] >= votes_from]
    return [
        Voted(candidate // 2, count, bool(candidate % 2))
        for candidate, count in zip(candidates[order].tolist(), counts[order].tolist(), strict=True)
    ]


def _near(known: Known[FeatureSegment, FeatureTail], lookups: Lookups, ignored: Entries) -> Near:
    """Near features of all that is known; `picture` is the image entry. ReadError where a segment is damaged."""
    return joined(list(_near_by_part(known, lookups, ignored)))


def _near_by_part(known: Known[FeatureSegment, FeatureTail], lookups: Lookups, ignored: Entries) -> Iterator[Near]:
    for segment, gone in known.kept:
        without = np.concatenate([gone, rows_of(segment.entries, ignored)])
        yield _by_entry(segment.near(lookups, _counting(len(segment), without)), segment.entries)
    if known.tail.rows:
        entries = known.tail.whole.entries
        without = np.flatnonzero(np.isin(entries, ignored))
        yield _by_entry(near(known.tail.filed, lookups, _counting(len(entries), without)), entries)


def _by_entry(pairs: Near, entries: Entries) -> Near:
    if len(pairs.picture) and int(pairs.picture.max()) >= len(entries):
        raise ReadError(f"a posting of picture {int(pairs.picture.max())} of {len(entries)}")
    return pairs._replace(picture=entries[pairs.picture].astype(np.int64))


def _counting(pictures: int, without: NDArray[np.int64]) -> NDArray[np.bool_] | None:
    if not len(without):
        return None
    counts = np.ones(pictures, bool)
    counts[without] = False
    return counts


def _geometry(view: FeatureArrays) -> Geometry:
    scale = np.rint(np.log2(np.maximum(view.size, SMALLEST_SCALE_PX) / SMALLEST_SCALE_PX) * SCALES_AN_OCTAVE)
    angle = np.rint(view.angle * (128 / np.pi)).astype(np.int64) % 256
    return np.stack([scale.clip(0, 255).astype(np.uint8), angle.astype(np.uint8)], axis=1)
