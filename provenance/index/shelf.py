"""The folder of an index: segment files, and a manifest that says which of them count and how far they reach.

What the manifest does not name does not exist. It is replaced in one step, after everything it names is on the disk,
and only by the process that holds the lock. A manifest or segment that is damaged, cut off, missing or of another
ledger is not believed: then nothing is known, and all is read from the ledger again.
"""

import fcntl
import json
import os
import secrets
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic

import numpy as np

from provenance.errors import ReadError
from provenance.index.known import Kept, Known, S, Stamp, T

_FORMAT = 1

# A segment is merged into a new one that is at least a quarter of it: so there are few, and a row is seldom rewritten.
_GROWTH = 4
# A segment is rewritten once this share of it is gone, which keeps the manifest short.
_WORN = 1 / 16

_OPENING_TRIES = 5


@dataclass(frozen=True)
class Kind(Generic[S, T]):
    """What an index is of: how its segments are opened and written, and the tail that has nothing in it.

    `write` puts what counts of segments and a tail, at least one row, into a new file; it may raise OSError.
    """

    open: Callable[[Path], S]
    write: Callable[[Path, Sequence[Kept[S]], T], None]
    nothing: T
    largest_rows: int  # no segment grows beyond this by merging


class Shelf(Generic[S, T]):
    """The files of one ledger's index in one folder."""

    def __init__(self, folder: Path, kind: Kind[S, T], ledger_id: str) -> None:
        self._folder = folder
        self._kind = kind
        self._ledger_id = ledger_id
        self._manifest = folder / "manifest.json"

    def stamp(self) -> Stamp:
        """Tells one manifest from the next, without reading it."""
        try:
            return _stamp(self._manifest.stat())
        except OSError:
            return None

    def open(self) -> Known[S, T]:
        """What the manifest stands for; nothing where there is none. Raises ReadError when it is not to be believed.

        Another process may put a new manifest in place, and remove what the old one named, between two of our steps.
        """
        for _ in range(_OPENING_TRIES):
            stamp = self.stamp()
            if stamp is None:
                return Known(self._kind.nothing)
            try:
                known = self._opened()
            except (OSError, ReadError, ValueError, KeyError, TypeError) as why:
                broken = why
            else:
                return replace(known, stamp=stamp)
            if self.stamp() == stamp:
                break
        raise ReadError(f"the index in {self._folder} is not used: {broken}") from broken

    def _opened(self) -> Known[S, T]:
        written = json.loads(self._manifest.read_bytes())
        said = written["index"]
        if written["checksum"] != _checksum(said) or said["format"] != _FORMAT:
            raise ReadError("its manifest is damaged or of another format")
        if said["ledger"] != self._ledger_id:
            raise ReadError(f"it belongs to ledger {said['ledger']}, not {self._ledger_id}")
        return Known(self._kind.nothing, said["reaches"], tuple(map(self._kept, said["segments"])))

    def _kept(self, said: dict[str, Any]) -> Kept[S]:
        segment = self._kind.open(self._folder / said["name"])
        if (segment.bytes, segment.seal) != (said["bytes"], said["seal"]):
            raise ReadError(f"{segment.name} is not the file the manifest names")
        return Kept(segment, np.array(said["gone"], np.int64))

    def merge(self, known: Known[S, T]) -> Known[S, T] | None:
        """Put what is known into files, and hand it back as it is there: the tail empty.

        None, and nothing done, where another process is at it or has been since. Raises OSError where the folder
        cannot be written; then what was there still counts.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._locked() as locked:
            if not locked or self.stamp() != known.stamp:
                return None
            kept = self._merged(known)
            self._publish(known.reaches, kept)
            self._sweep({one.segment.name for one in kept})
            return Known(self._kind.nothing, known.reaches, kept, stamp=self.stamp())

    @contextmanager
    def _locked(self) -> Iterator[bool]:
        """Whether the lock is ours, without waiting. The system frees it when its holder dies."""
        with (self._folder / "lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    def _merged(self, known: Known[S, T]) -> tuple[Kept[S], ...]:
        staying, going = self._sorted_out(known)
        if not known.tail.rows + sum(kept.rows for kept in going):
            return tuple(staying)
        path = self._folder / f"{known.reaches:012}-{secrets.token_hex(4)}.segment"
        self._kind.write(path, going, known.tail)
        return (*staying, Kept(self._kind.open(path), np.empty(0, np.int64)))

    def _sorted_out(self, known: Known[S, T]) -> tuple[list[Kept[S]], list[Kept[S]]]:
        """The segments that stay, and those to write anew with the tail: few stay, and a row is seldom rewritten."""
        staying: list[Kept[S]] = []
        going: list[Kept[S]] = []
        rows = known.tail.rows
        for kept in reversed(known.kept):
            worn = len(kept.gone) > _WORN * len(kept.segment)
            if worn or (kept.rows < _GROWTH * rows and kept.rows + rows <= self._kind.largest_rows):
                going.insert(0, kept)
                rows += kept.rows
            else:
                staying.insert(0, kept)
        return staying, going

    def _publish(self, reaches: int, kept: tuple[Kept[S], ...]) -> None:
        said = {
            "format": _FORMAT,
            "ledger": self._ledger_id,
            "reaches": reaches,
            "segments": [
                {"name": segment.name, "bytes": segment.bytes, "seal": segment.seal, "gone": gone.tolist()}
                for segment, gone in kept
            ],
        }
        partial = self._manifest.with_suffix(".partial")
        with partial.open("w") as file:
            json.dump({"index": said, "checksum": _checksum(said)}, file)
            file.flush()
            os.fsync(file.fileno())
        self._flush_folder()  # the segment's name first, then the manifest that names it
        partial.replace(self._manifest)
        self._flush_folder()

    def _flush_folder(self) -> None:
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _sweep(self, named: set[str]) -> None:
        """Remove what no longer counts, and what a process that died has left. Open files live on until closed."""
        for pattern in ("*.segment", "*.partial"):
            for path in self._folder.glob(pattern):
                if path.name not in named:
                    with suppress(OSError):  # the merge has succeeded; the next one tries again
                        path.unlink()


def _stamp(stat: os.stat_result) -> Stamp:
    return stat.st_ino, stat.st_mtime_ns, stat.st_size


def _checksum(said: dict[str, Any]) -> int:
    return zlib.crc32(json.dumps(said, sort_keys=True).encode())
