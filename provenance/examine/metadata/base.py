"""What every metadata reader promises, and what it gives."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any, Protocol

from provenance.examine.metadata.containers.block import Blocks
from provenance.model.findings import DateReading, Gap, PositionReading, TextReading, Trace


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reader found. Metadata keys are ExifTool's names; the rest is what it means, with the field it is of."""

    metadata: dict[str, Any] = field(default_factory=dict)
    positions: tuple[PositionReading, ...] = ()
    dates: tuple[DateReading, ...] = ()
    place_fields: tuple[TextReading, ...] = ()
    captions: tuple[TextReading, ...] = ()
    traces: tuple[Trace, ...] = ()
    gaps: tuple[Gap, ...] = ()


LISTS = tuple(each.name for each in fields(Reading) if each.name != "metadata")


def merged(readings: Iterable[Reading]) -> Reading:
    """All of them in one, in order; of two values for one key the first stays, and nothing is said twice."""
    metadata: dict[str, Any] = {}
    lists: dict[str, list[Any]] = {name: [] for name in LISTS}
    for reading in readings:
        if metadata.keys().isdisjoint(reading.metadata):  # of nearly all
            metadata.update(reading.metadata)
        else:
            metadata = {**metadata, **reading.metadata, **metadata}
        for name, found in lists.items():
            if said := getattr(reading, name):
                found.extend(said)
    return Reading(metadata, **{name: tuple(dict.fromkeys(found)) for name, found in lists.items() if found})


class Reader(Protocol):
    """One kind of metadata of a file.

    `read_blocks` takes what the walk over the container found; nothing there gives an empty Reading. Damaged bytes
    give a ReadError, or findings with gaps, within bounded time and memory. Values are plain JSON shapes.
    """

    @property
    def name(self) -> str: ...

    def read_blocks(self, blocks: Blocks) -> Reading: ...
