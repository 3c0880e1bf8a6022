"""One immutable, memory-mapped file of local features, filed by word (sealed.py has its frame).

    entries   uint64 (pictures)      the image entry of each picture, rising
    starts    uint32 (2^bits + 1)    see feature_postings.py
    hot       uint64 (features)
    cold      uint64 (features, 3)
    picture   uint32 (features)
    geometry  uint8 (features, 2)    scale and angle

38 bytes a feature and up to 16 MiB of starts: 11.6 kB a picture with 300 features.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from provenance.errors import ReadError
from provenance.index.feature_postings import (
    Filed,
    Lookups,
    Near,
    by_word,
    near,
    whole_codes,
    word_bits,
)
from provenance.index.feature_tail import FeatureTail
from provenance.index.feature_words import words
from provenance.index.known import Kept
from provenance.index.sealed import Format, SealedFile, Shapes, write_sealed

_FEATURES_AT_ONCE = 1 << 20


def _shapes(pictures: int, features: int, bits: int) -> Shapes:
    return {
        "entries": (np.uint64, (pictures,)),
        "starts": (np.uint32, ((1 << bits) + 1,)),
        "hot": (np.uint64, (features,)),
        "cold": (np.uint64, (features, 3)),
        "picture": (np.uint32, (features,)),
        "geometry": (np.uint8, (features, 2)),
    }


_FORMAT = Format(b"PROVFEA1", 3, _shapes)


class FeatureSegment(SealedFile):
    """An opened segment. Beside what SealedFile raises: ReadError when a search meets damage."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, _FORMAT)
        self.entries: NDArray[np.uint64] = self.arrays["entries"]
        self.filed = Filed(*(self.arrays[name] for name in Filed._fields))

    def __len__(self) -> int:
        return len(self.entries)

    def near(self, lookups: Lookups, counts: NDArray[np.bool_] | None) -> Near:
        """As feature_postings.near promises it; rows of pictures are those of `entries`."""
        try:
            return near(self.filed, lookups, counts)
        except IndexError as broken:
            raise ReadError(f"{self.name}: {broken}") from broken


def write_feature_segment(path: Path, going: Sequence[Kept[FeatureSegment]], tail: FeatureTail) -> None:
    """Write what counts of segments and a tail, at least one picture, as one segment.

    Costs 50 bytes a feature of memory beside what is handed in. Raises OSError, and leaves no file, without space.
    """
    entries = np.concatenate([*(kept.counting(kept.segment.entries) for kept in going), tail.whole.entries])
    order = np.argsort(entries, kind="stable")
    places = np.empty(len(order), np.uint32)
    places[order] = np.arange(len(order), dtype=np.uint32)
    parts = [_counting(kept) for kept in going]
    parts.append((tail.filed, np.arange(len(tail.whole.entries)), slice(None)))
    features = sum(len(filed.picture[rows]) for filed, _, rows in parts)
    bits = word_bits(features)
    write_sealed(path, _FORMAT, (len(entries), features, bits), _columns(entries[order], places, parts, bits))


# Features, the number of each of their pictures among all that go, and those of the rows that do.
_Part = tuple[Filed, NDArray[np.int64], NDArray[np.int64] | slice]


def _counting(kept: Kept[FeatureSegment]) -> _Part:
    counts = np.ones(len(kept.segment), bool)
    counts[kept.gone] = False
    rows = np.flatnonzero(counts[kept.segment.filed.picture]) if len(kept.gone) else slice(None)
    return kept.segment.filed, np.cumsum(counts) - 1, rows


def _columns(
    entries: NDArray[np.uint64], places: NDArray[np.uint32], parts: Sequence[_Part], bits: int
) -> Iterator[tuple[str, NDArray[Any]]]:
    yield "entries", entries
    order, starts = by_word(np.concatenate([_words(filed)[rows] for filed, _, rows in parts]), bits)
    yield "starts", starts
    for name in ("hot", "cold", "geometry"):
        yield from _ordered(name, np.concatenate([getattr(filed, name)[rows] for filed, _, rows in parts]), order)
    before = np.cumsum([0, *(int(number[-1]) + 1 if len(number) else 0 for _, number, _ in parts)])
    pictures = [
        places[first + number[filed.picture[rows]]] for first, (filed, number, rows) in zip(before, parts, strict=False)
    ]
    yield from _ordered("picture", np.concatenate(pictures), order)


def _ordered(name: str, column: NDArray[Any], order: NDArray[np.uint32]) -> Iterator[tuple[str, NDArray[Any]]]:
    for start in range(0, len(order), _FEATURES_AT_ONCE):
        yield name, column[order[start : start + _FEATURES_AT_ONCE]]


def _words(filed: Filed) -> NDArray[np.uint32]:
    out = np.empty(len(filed.hot), np.uint32)
    for start in range(0, len(out), _FEATURES_AT_ONCE):
        part = slice(start, start + _FEATURES_AT_ONCE)
        out[part] = words(whole_codes(filed.hot[part], filed.cold[part]))
    return out
