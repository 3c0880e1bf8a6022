"""The compiled file, opened: rows by query, and the rows nearest to a position."""

import sqlite3
import threading
from collections.abc import Iterable, Sized
from pathlib import Path
from typing import Any

from provenance.errors import StorageError
from provenance.model.place import Place, Position
from provenance.places.distance import distance_m
from provenance.places.geometry import SPHERE_ERROR, cells_within, sphere_m
from provenance.places.schema import PLACE_COLUMNS, built_version, place_of

Row = tuple[Any, ...]
_FIRST_LOOK_M = 30_000.0
_WIDER = 8
_LATITUDE, _LONGITUDE = 5, 6  # in PLACE_COLUMNS


def marks(values: Sized) -> str:
    return ", ".join("?" * len(values))


class Store:
    """One compiled file, read-only, a connection a thread. StorageError when it is missing or of another build."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        if not path.is_file():
            raise StorageError(f"there is no gazetteer at {path}: build it")
        found = self.rows("SELECT value FROM meta WHERE name = 'version'")
        self.version = str(found[0][0]) if found else "unknown"
        if self.version != built_version():
            raise StorageError(f"the gazetteer at {path} is {self.version}, not {built_version()}: rebuild it")

    def rows(self, query: str, values: Iterable[Any] = ()) -> list[Row]:
        try:
            return self._connection().execute(query, tuple(values)).fetchall()
        except sqlite3.Error as broken:
            raise StorageError(f"the gazetteer at {self._path} cannot be read: {broken}: rebuild it") from broken

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            # Immutable: a new build replaces the file by renaming, and this one stays as it was until it is closed.
            address = f"{self._path.resolve().as_uri()}?mode=ro&immutable=1"
            connection = self._local.connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        return connection


def nearest(store: Store, position: Position, *, radius_m: float, limit: int, kinds: frozenset[str]) -> list[Place]:
    """Places of these kinds within the radius, nearest first, `distance_m` set.

    Looks around the position first and farther out only while there are too few.
    """
    look_m, found = min(_FIRST_LOOK_M, radius_m), list[Place]()
    while limit > 0:
        found = _by_geodesic(position, _roughly_within(store, position, look_m, kinds), look_m, limit)
        if len(found) >= limit or look_m >= radius_m:
            break
        look_m = min(look_m * _WIDER, radius_m)
    return found


def zones_within(store: Store, position: Position, radius_m: float) -> list[str]:
    """The time zones of settlements within the radius, by the distance on the sphere; the nearest one's first."""
    nearest_m: dict[str, float] = {}
    for first, last in cells_within(position, radius_m):
        for zone, latitude, longitude in store.rows(
            "SELECT zone, latitude, longitude FROM places "
            "WHERE cell BETWEEN ? AND ? AND kind = 'city' AND zone IS NOT NULL",
            (first, last),
        ):
            apart_m = sphere_m(position.latitude, position.longitude, latitude, longitude)
            if apart_m <= radius_m:
                nearest_m[zone] = min(apart_m, nearest_m.get(zone, apart_m))
    return sorted(nearest_m, key=lambda zone: (nearest_m[zone], zone))


def _roughly_within(
    store: Store, position: Position, radius_m: float, kinds: frozenset[str]
) -> list[tuple[float, Row]]:
    """Rows in the cells around, with their distance on the sphere."""
    wanted = sorted(kinds)
    nearby: list[tuple[float, Row]] = []
    for first, last in cells_within(position, radius_m):
        for row in store.rows(
            f"SELECT {PLACE_COLUMNS} FROM places WHERE cell BETWEEN ? AND ? AND kind IN ({marks(wanted)})",  # noqa: S608
            (first, last, *wanted),
        ):
            roughly_m = sphere_m(position.latitude, position.longitude, row[_LATITUDE], row[_LONGITUDE])
            if roughly_m <= radius_m * (1 + SPHERE_ERROR):
                nearby.append((roughly_m, row))
    return nearby


def _by_geodesic(position: Position, nearby: list[tuple[float, Row]], radius_m: float, limit: int) -> list[Place]:
    """The nearest by the geodesic, which is measured only for those that can be among them."""
    nearby.sort(key=lambda found: found[0])
    if len(nearby) > limit:
        farthest_m = nearby[limit - 1][0] * (1 + 2 * SPHERE_ERROR)
        nearby = [found for found in nearby if found[0] <= farthest_m]
    measured = [place_of(row, distance_m(position, Position(row[_LATITUDE], row[_LONGITUDE]))) for _, row in nearby]
    within = [place for place in measured if place.distance_m is not None and place.distance_m <= radius_m]
    return sorted(within, key=lambda place: place.distance_m or 0.0)[:limit]
