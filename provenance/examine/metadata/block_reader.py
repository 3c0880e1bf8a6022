"""The usual reader: of the blocks of one or two kinds that the walk over the container found."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any

from provenance.errors import ReadError
from provenance.examine.metadata.base import Reading, merged
from provenance.examine.metadata.bounds import within_bounds
from provenance.examine.metadata.containers import walk
from provenance.examine.metadata.containers.block import Block, Blocks
from provenance.model.findings import Gap


class BlockReader(ABC):
    """A Reader of blocks. A block that cannot be read costs only itself, and leaves a gap."""

    name: str
    kinds: tuple[str, ...]
    max_blocks = 8  # of these kinds in one file; honest files have one to three

    def read(self, data: bytes, format: str) -> Reading:  # noqa: A002 - the contract's word
        return self.read_blocks(walk(data, format))

    def read_blocks(self, blocks: Blocks) -> Reading:
        """What the blocks of this reader's kinds say, in file order."""
        mine = [block for block in blocks.items if block.kind in self.kinds]
        if not mine:
            return Reading()
        readings = [self._read_or_gap(block, nth) for nth, block in enumerate(mine[: self.max_blocks])]
        if len(readings) > 1:
            readings.append(Reading(gaps=tuple(_differences(self.name, mine, readings))))
        if len(mine) > self.max_blocks:
            readings.append(Reading(gaps=(Gap(self.name, f"{self.max_blocks} of {len(mine)} blocks are read"),)))
        return within_bounds(self.name, merged(readings))

    @abstractmethod
    def read_block(self, block: Block, nth: int) -> Reading:
        """What the n-th block (from 0) of these kinds says. Raises ReadError."""

    def _read_or_gap(self, block: Block, nth: int) -> Reading:
        try:
            return self.read_block(block, nth)
        except ReadError as broken:
            return Reading(gaps=(Gap(self.name, f"{block.label} at byte {block.offset}: {broken}"),))


def _differences(reader: str, blocks: Sequence[Block], readings: Sequence[Reading]) -> Iterator[Gap]:
    """For each block that states fields otherwise than one before it, a gap with both values: the first stays."""
    kept: dict[str, Any] = {}
    for block, reading in zip(blocks, readings, strict=False):
        others = [key for key, value in reading.metadata.items() if kept.setdefault(key, value) != value]
        if others:
            where = f"{block.label} at byte {block.offset}"
            values = "; ".join(f"{key} {_shown(kept[key])}, here {_shown(reading.metadata[key])}" for key in others[:3])
            more = f" and {len(others) - 3} more" if len(others) > 3 else ""
            yield Gap(reader, f"{where} differs from an earlier block, which is kept: {values}{more}")


def _shown(value: Any) -> str:
    return repr(value)[:40]
