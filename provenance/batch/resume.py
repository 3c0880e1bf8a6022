"""Results kept in a file of JSON Lines, so that a batch that was stopped goes on where it was."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from provenance.batch.folders import Photo
from provenance.errors import InputError


class Kept:
    """The results of a batch in a file, each with the size and time of change of the photo it is of.

    A line that was cut off when the batch was stopped is dropped. Raises InputError when the file holds anything else.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._held = {line["path"]: line for line in self._lines()}

    def holds(self, photo: Photo) -> bool:
        """Whether the photo, unchanged, already has a result that is no error."""
        held = self._held.get(photo.shown)
        return held is not None and "error" not in held and held.get("file") == stamp(photo)

    def results(self) -> Iterator[dict[str, Any]]:
        """What is held; of a photo that came twice the later."""
        yield from self._held.values()

    def keep(self, photo: Photo, result: dict[str, Any]) -> None:
        line = json.dumps({**result, "file": stamp(photo)}, ensure_ascii=True)
        with self._file.open("a", encoding="ascii") as file:
            file.write(line + "\n")
        self._held[photo.shown] = json.loads(line)

    def _lines(self) -> Iterator[dict[str, Any]]:
        try:
            data = self._file.read_bytes()
        except FileNotFoundError:
            return
        except OSError as unreadable:
            raise InputError(f"--resume {self._file}: {unreadable}") from unreadable
        end = data.rfind(b"\n") + 1
        if end != len(data):
            with self._file.open("r+b") as file:
                file.truncate(end)
        for number, line in enumerate(data[:end].splitlines(), 1):
            try:
                held = json.loads(line)
                held["path"]
            except (ValueError, KeyError, TypeError) as wrong:
                raise InputError(f"--resume {self._file}: line {number} is not a result of ours") from wrong
            yield held


def stamp(photo: Photo) -> dict[str, int] | None:
    """What tells a changed file from the same: its size and time of change; None where there is no file."""
    try:
        stat = photo.path.stat()
    except (OSError, ValueError):
        return None
    return {"bytes": stat.st_size, "changed_ns": stat.st_mtime_ns}
