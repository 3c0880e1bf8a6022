"""The usual reader: of the blocks of one or two kinds that the walk over the container found."""

from abc import ABC, abstractmethod

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
