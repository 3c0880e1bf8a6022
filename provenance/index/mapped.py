"""Memory-mapped segments shared by the processes of one machine, and a tail of what came since: any kind of index."""

import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Generic

from provenance.errors import ReadError
from provenance.index.known import Known, S, T
from provenance.index.shelf import Kind, Shelf

# since, below -> (entry, image entry, value or None where it was deleted), in order of entry: what the ledger says.
AnyFeed = Callable[[int, int], Iterable[tuple[int, int, Any]]]


class MappedIndex(Generic[S, T]):
    """Search in files that are rebuilt from the feed whenever they are missing, damaged or of another ledger.

    Each process reads the feed from where the files end into a tail in memory; once `merge_after` changes are in no
    file, one process merges them, and the others take up the new files when they next catch up. Safe to use from
    several threads: a search works on what was known when it began.

    `ledger_id` names the ledger the feed tells of. A folder holds the index of one ledger. So many entries are asked
    of the feed at once: it bounds what is held as Python objects while the ledger is read.
    """

    def __init__(
        self,
        folder: Path,
        kind: Kind[S, T],
        feed: AnyFeed,
        *,
        ledger_id: str,
        merge_after: int,
        entries_at_once: int,
    ) -> None:
        self.note: str | None = None  # why the files are not used or not written, for people
        self._kind = kind
        self._shelf = Shelf(folder, kind, ledger_id)
        self._feed = feed
        self._entries_at_once = entries_at_once
        self._merge_after = self._merge_from = merge_after
        self._catching_up = threading.Lock()
        self._known = self._opened()

    @property
    def reaches(self) -> int:
        return self._known.reaches

    def catch_up(self, entries: int) -> None:
        if entries <= self.reaches:
            return
        with self._catching_up:
            known = self._known if self._shelf.stamp() == self._known.stamp else self._opened()
            self._known = known = self._read(known, max(entries, self.reaches))
        if known.replaces or known.unmerged >= self._merge_after:
            merged = self._merged(known)
            with self._catching_up:
                if self._known is known:
                    self._known = merged

    def rebuild(self) -> None:
        """Believe no file, read everything from the ledger again, and replace the files."""
        with self._catching_up:
            nothing: Known[S, T] = Known(self._kind.nothing, stamp=self._shelf.stamp(), replaces=True)
            self._known = self._merged(self._read(nothing, self.reaches))

    def check(self) -> None:
        """Read the files whole. Raises ReadError where one does not agree with its checksums: then `rebuild` helps."""
        for kept in self._known.kept:
            kept.segment.check()

    def _opened(self) -> Known[S, T]:
        try:
            return self._shelf.open()
        except ReadError as why:
            self.note = f"{why}; it is rebuilt from the ledger"
            return Known(self._kind.nothing, stamp=self._shelf.stamp(), replaces=True)

    def _read(self, known: Known[S, T], entries: int) -> Known[S, T]:
        while known.reaches < entries:
            reaches = min(entries, known.reaches + self._entries_at_once)
            known = known.after(self._feed(known.reaches, reaches), reaches)
            if known.unmerged >= self._kind.largest_rows:
                known = self._merged(known)
        return known

    def _merged(self, known: Known[S, T]) -> Known[S, T]:
        """The same in files where that is possible, else as it was, with a note that says why."""
        if known.unmerged < self._merge_from and not known.replaces:
            return known
        try:
            merged = self._shelf.merge(known)
        except OSError as why:
            self._merge_from = 2 * known.unmerged
            self.note = f"the index cannot be written, what is new is searched in memory: {why}"
            return known
        self._merge_from = self._merge_after
        if merged is None:
            return known
        self.note = None
        return merged
