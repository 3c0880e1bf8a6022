"""Tables of photos and what was said of them: one row, one photo, one sighting."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from provenance.errors import InputError

COLUMNS = ("path", "url", "source", "posted_at", "caption", "claim_place", "claimant")
_FIELD_AT_MOST = 1 << 20  # characters of one field; csv's own limit is 128 Ki, long captions exceed it


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `ref` names it in messages, `path` is as given, `file` is where that is."""

    ref: str
    path: str
    file: Path
    said: dict[str, str | None]  # of COLUMNS without path; None where empty


def read_table(file: Path) -> Iterator[Row]:
    """The rows of a CSV in UTF-8 whose first line names its columns; other columns than COLUMNS are left alone.

    Relative paths are relative to the table. Raises InputError for a file that is no such table.
    """
    csv.field_size_limit(_FIELD_AT_MOST)
    try:
        with file.open(encoding="utf-8-sig", newline="") as table:
            reader = csv.DictReader(table)
            if "path" not in (reader.fieldnames or ()):
                raise InputError(f"{file}: no column named path among {reader.fieldnames}; known are {COLUMNS}")
            for number, row in enumerate(reader, 1):
                path = row.get("path") or ""
                said = {name: (row.get(name) or "").strip() or None for name in COLUMNS if name != "path"}
                yield Row(f"row {number}", path, file.parent / path, said)
    except (OSError, UnicodeDecodeError, csv.Error) as unreadable:
        raise InputError(f"{file}: {unreadable}") from unreadable
