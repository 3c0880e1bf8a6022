"""What every finder of traces is given, and what it promises."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from provenance.examine.decode.raster import Raster
from provenance.examine.metadata.containers.block import Blocks
from provenance.examine.traces.jpeg_marks import Marks, marks
from provenance.model.findings import Metadata, Trace


@dataclass(frozen=True)
class Subject:
    """One file as far as it has been read: its bytes, the walk over its container, its metadata, its pixels."""

    data: bytes
    format: str  # the contract's word
    name: str  # base name, made safe to show
    width: int | None = None  # of the upright picture; None where not known
    height: int | None = None
    blocks: Blocks = field(default_factory=Blocks)
    metadata: Metadata = field(default_factory=dict)
    raster: Raster | None = None  # None where the pixels could not be read

    @cached_property
    def marks(self) -> Marks:
        """How a JPEG is written down, walked once however many signs ask. Raises ReadError."""
        return marks(self.data)


class Sign(Protocol):
    """Looks for one kind of trace.

    Each trace says what it saw (`because`), where the rule comes from (`source`) and what else leaves the same trace
    (`but`). Nothing to say: nothing. Damaged bytes give a ReadError, or traces, within bounded time and memory.
    `quick` finders read no pixels and run on every check; the others are left out where the check shall be quick.
    """

    @property
    def name(self) -> str:
        """The step that its gaps bear."""
        ...

    @property
    def quick(self) -> bool: ...

    def traces(self, subject: Subject) -> Iterable[Trace]: ...
