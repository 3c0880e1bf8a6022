"""Quantisation tables that are not of libjpeg's scale, and in whose files they were found: data/jpeg_tables.json."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files

from provenance.examine.traces.ijg_quality import Table
from provenance.model.trace_score import wilson_lower

_ADOBE = "Adobe"


@dataclass(frozen=True, slots=True)
class KnownTables:
    """One set of tables: how many files had it, and what those files say that they are of.

    `makes` are first words of EXIF's Make, `adobe` the files whose Software begins with Adobe: at least so many, for
    rare words were not counted. One file can be in both. `luma` is in zig-zag order.
    """

    files: int
    makes: dict[str, int]
    adobe: int
    luma: Table

    @property
    def most(self) -> tuple[str, int]:
        """Who is named most, and in how many files. Adobe before a make: its programs keep the camera's EXIF."""
        make, held = max(self.makes.items(), key=lambda each: each[1], default=("", 0))
        return (_ADOBE, self.adobe) if self.adobe >= held else (make, held)

    @property
    def score(self) -> float:
        return wilson_lower(self.most[1], self.files)


def digest(tables: Sequence[Table]) -> str:
    """What a set of tables is known by: of luma, then of chroma, values in zig-zag order."""
    return sha256(";".join(",".join(map(str, table)) for table in tables).encode()).hexdigest()[:16]


def _load() -> tuple[str, dict[str, KnownTables]]:
    data = json.loads(files("provenance.examine.traces").joinpath("data/jpeg_tables.json").read_text(encoding="utf-8"))
    return data["of"], {
        key: KnownTables(row["files"], row["makes"], row["adobe"], tuple(map(int, row["luma"].split())))
        for key, row in data["tables"].items()
    }


COUNTED_IN, KNOWN = _load()
