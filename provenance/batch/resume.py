"""Results kept in a file of JSON Lines, so that a batch that was stopped goes on where it was."""

import json
from pathlib import Path
from typing import Any

from provenance.batch.folders import Photo
from provenance.errors import InputError, StorageError

_BEGINS = b'{"path"'  # every line of ours


class Kept:
    """The results of a batch in a file, each with the size and time of change of the photo it is of.

    A last line that was cut off when the batch was stopped is dropped. Raises InputError, and leaves the file as it
    is, when it holds anything else or cannot be written.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        data = self._data()
        *lines, last = data.split(b"\n")
        held = [self._ours(number, line) for number, line in enumerate(lines, 1)]
        if last and not _is_cut(last, after_ours=bool(lines)):
            held.append(self._ours(len(lines) + 1, last))
        self._held = {line["path"]: line for line in held}
        self._make_ready(data, lines=len(held), last=last)

    def result_of(self, photo: Photo) -> dict[str, Any] | None:
        """The result held of the photo; None where there is none, it is an error, or the photo changed since."""
        held = self._held.get(photo.shown)
        if held is None or "error" in held or held["file"] is None or held["file"] != stamp(photo):
            return None
        return held

    def keep(self, photo: Photo, result: dict[str, Any]) -> None:
        held = {**result, "file": stamp(photo)}
        try:
            with self._file.open("a", encoding="ascii") as file:
                file.write(json.dumps(held, ensure_ascii=True) + "\n")
        except OSError as full:
            raise StorageError(f"--resume {self._file} cannot be written: {full.strerror}") from full
        self._held[photo.shown] = held

    def _data(self) -> bytes:
        try:
            if self._file.exists() and not self._file.is_file():
                raise InputError(f"--resume {self._file} is not a regular file")
            return self._file.read_bytes()
        except FileNotFoundError:
            return b""
        except (OSError, ValueError) as unreadable:
            raise InputError(f"--resume {self._file} cannot be read: {unreadable}") from unreadable

    def _ours(self, number: int, line: bytes) -> dict[str, Any]:
        held = _parsed(line)
        if not isinstance(held, dict) or not isinstance(held.get("path"), str) or "file" not in held:
            raise InputError(f"--resume {self._file}: line {number} is not a result of ours")
        return held

    def _make_ready(self, data: bytes, *, lines: int, last: bytes) -> None:
        """Open the file for writing, and end it with the end of a line."""
        whole = lines > data.count(b"\n")
        try:
            with self._file.open("ab") as file:
                if whole:
                    file.write(b"\n")
                elif last:
                    file.truncate(len(data) - len(last))
        except OSError as refused:
            raise InputError(f"--resume {self._file} cannot be written: {refused.strerror}") from refused


def stamp(photo: Photo) -> dict[str, int] | None:
    """What tells a changed file from the same: its size and time of change; None where there is no file."""
    try:
        stat = photo.path.stat()
    except (OSError, ValueError):
        return None
    return {"bytes": stat.st_size, "changed_ns": stat.st_mtime_ns}


def _is_cut(fragment: bytes, *, after_ours: bool) -> bool:
    """Whether this is the beginning of a line of ours and not a whole one."""
    begins = fragment.startswith(_BEGINS) or (after_ours and _BEGINS.startswith(fragment))
    return begins and _parsed(fragment) is None


def _parsed(line: bytes) -> object:
    """The value of a line of JSON; None where it is none."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None
