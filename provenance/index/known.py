"""What is known up to one ledger entry, as one immutable value: segments, less what was deleted since, and a tail."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, NamedTuple, Protocol, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

# The manifest a state was read from, as the file system tells it: inode, time of change, bytes. None: there is none.
Stamp = tuple[int, int, int] | None

Entries = NDArray[np.uint64]


class Rows(Protocol):
    """An opened segment: pictures in rows, rising by their entries."""

    name: str
    bytes: int
    seal: int
    entries: Entries

    def __len__(self) -> int: ...

    def check(self) -> None:
        """Raises ReadError where the file does not agree with its checksums."""
        ...


class Recent(Protocol):
    """Pictures in memory, not in a file yet. Adding to it leaves the older value as it was."""

    @property
    def rows(self) -> int: ...

    def without(self, image_entries: Entries) -> Self: ...

    def plus(self, values: Mapping[int, Any]) -> Self:
        """With what the feed tells of these image entries too. Only the latest value may grow."""
        ...


S = TypeVar("S", bound=Rows)
T = TypeVar("T", bound=Recent)


class Kept(NamedTuple, Generic[S]):
    """A segment, and its rows that no longer count: deleted, or known by another value since. Sorted."""

    segment: S
    gone: NDArray[np.int64]

    @property
    def rows(self) -> int:
        return len(self.segment) - len(self.gone)

    def without(self, image_entries: Entries) -> "Kept[S]":
        rows = rows_of(self.segment.entries, image_entries)
        return Kept(self.segment, np.union1d(self.gone, rows)) if len(rows) else self

    def counting(self, column: Entries) -> Entries:
        """Those rows of a column that count."""
        return np.delete(column, self.gone, axis=0) if len(self.gone) else column


@dataclass(frozen=True, eq=False)
class Known(Generic[S, T]):
    """Every change of the known pictures by ledger entries below `reaches`."""

    tail: T
    reaches: int = 0
    kept: tuple[Kept[S], ...] = ()
    unmerged: int = 0  # changes that are in no file yet
    stamp: Stamp = None
    replaces: bool = False  # the manifest with this stamp is of no use

    def after(self, changes: Iterable[tuple[int, int, Any]], reaches: int) -> "Known[S, T]":
        """With the changes a feed tells of, up to `reaches`. The last word on a picture counts."""
        last = {image_entry: value for _, image_entry, value in changes}
        if not last:
            return replace(self, reaches=reaches)
        touched = np.fromiter(last, np.uint64, len(last))
        present = {image_entry: value for image_entry, value in last.items() if value is not None}
        return replace(
            self,
            reaches=reaches,
            kept=tuple(kept.without(touched) for kept in self.kept),
            tail=self.tail.without(touched).plus(present),
            unmerged=self.unmerged + len(last),
        )


def rows_of(entries: Entries, image_entries: Entries) -> NDArray[np.int64]:
    """The rows of those of the image entries that are among `entries`, which rise and are not empty."""
    row = np.minimum(np.searchsorted(entries, image_entries), len(entries) - 1)
    here: NDArray[np.int64] = row[entries[row] == image_entries]
    return here
