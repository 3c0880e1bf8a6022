"""The local features that are in no file yet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from provenance.index.base_features import KNOWN_FEATURES
from provenance.index.feature_postings import Filed, Geometry, by_word, cold_bits, hot_bits, word_bits
from provenance.index.feature_words import Words, words
from provenance.index.known import Entries
from provenance.model.feature_arrays import GEOMETRY, Codes
from provenance.model.features import FEATURES_RULE, LocalFeatures


@dataclass(frozen=True)
class Block:
    """Pictures with their features, those of one picture together: `counts` of them each."""

    entries: Entries
    counts: NDArray[np.int64]
    codes: Codes
    geometry: Geometry
    words: Words

    def without(self, image_entries: Entries) -> "Block":
        keep = ~np.isin(self.entries, image_entries)
        if keep.all():
            return self
        features = np.repeat(keep, self.counts)
        return Block(
            self.entries[keep],
            self.counts[keep],
            self.codes[features],
            self.geometry[features],
            self.words[features],
        )


@dataclass(frozen=True)
class FeatureTail:
    """Features in memory, filed by word as soon as they are searched."""

    blocks: tuple[Block, ...] = ()

    @property
    def rows(self) -> int:
        return sum(len(block.entries) for block in self.blocks)

    @cached_property
    def whole(self) -> Block:
        """All blocks as one."""
        return _joined(self.blocks)

    @cached_property
    def filed(self) -> Filed:
        whole = self.whole
        order, starts = by_word(whole.words, word_bits(len(whole.words)))
        codes = whole.codes[order]
        picture = np.repeat(np.arange(len(whole.entries), dtype=np.uint32), whole.counts)[order]
        return Filed(starts, hot_bits(codes), cold_bits(codes), picture, whole.geometry[order])

    def without(self, image_entries: Entries) -> "FeatureTail":
        blocks = tuple(block.without(image_entries) for block in self.blocks)
        return FeatureTail(tuple(block for block in blocks if len(block.entries)))

    def plus(self, values: Mapping[int, LocalFeatures]) -> "FeatureTail":
        """With these too, as far as they are of this rule."""
        known = {entry: value for entry, value in values.items() if value.rule == FEATURES_RULE and value.count}
        if not known:
            return self
        block = _block(known)
        if self.blocks and len(self.blocks[-1].entries) <= len(block.entries):  # few blocks, none copied often
            return FeatureTail((*self.blocks[:-1], _joined((self.blocks[-1], block))))
        return FeatureTail((*self.blocks, block))


def _block(known: Mapping[int, LocalFeatures]) -> Block:
    strongest = [value.strongest(KNOWN_FEATURES) for value in known.values()]
    codes = np.frombuffer(b"".join(value.codes for value in strongest), np.uint64).reshape(-1, 4)
    geometry = np.frombuffer(b"".join(value.geometry for value in strongest), GEOMETRY)
    return Block(
        np.fromiter(known, np.uint64, len(known)),
        np.array([value.count for value in strongest]),
        codes,
        np.stack([geometry["scale"], geometry["angle"]], axis=1),
        words(codes),
    )


def _joined(blocks: Iterable[Block]) -> Block:
    columns: list[tuple[NDArray[Any], ...]] = [tuple(vars(block).values()) for block in (_NOTHING, *blocks)]
    return Block(*(np.concatenate(column) for column in zip(*columns, strict=True)))


_NOTHING = Block(
    np.empty(0, np.uint64),
    np.empty(0, np.int64),
    np.empty((0, 4), np.uint64),
    np.empty((0, 2), np.uint8),
    np.empty(0, np.uint32),
)
