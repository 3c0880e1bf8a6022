"""Rail lines and linear referencing: positions to kilometres of a line, over the stops of the compiled gazetteer."""

from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from math import cos, hypot, radians
from pathlib import Path
from typing import NamedTuple

from provenance.errors import NotFoundError
from provenance.model.place import LinePosition, Place, Position, RailLine
from provenance.places.geometry import EARTH_RADIUS_M
from provenance.places.schema import PLACE_COLUMNS, place_of
from provenance.places.store import Store, nearest

_STOPS = frozenset({"rail_stop"})
_METRES_PER_DEGREE = radians(1) * EARTH_RADIUS_M
_HALF_ROUND_M = 20_037_508.0  # half round the Earth: there is always a nearest stop


class Knot(NamedTuple):
    """A stop with a kilometre and coordinates of its own."""

    line: str
    latitude: float
    longitude: float
    km: float
    km_error: float
    km_system: str


class OnLine(NamedTuple):
    """The point of a segment nearest to a position."""

    off_line_m: float
    line: str
    km: float
    km_error: float
    km_system: str


class SqliteRail:
    """A Rail over the file `build` writes."""

    def __init__(self, path: Path) -> None:
        self._store = Store(path)

    def lines(self) -> list[RailLine]:
        rows = self._store.rows(
            "SELECT lines.line, lines.name, count(*), min(km), max(km), lines.km_system, km_usable "
            "FROM lines JOIN places ON places.line = lines.line GROUP BY rank ORDER BY rank"
        )
        return [
            RailLine(line, name, stops, km_from, km_to, km_system, bool(km_usable))
            for line, name, stops, km_from, km_to, km_system, km_usable in rows
        ]

    def stops(self, line: str | None = None) -> list[Place]:
        if line is None:
            return self._places("1", ())
        self._known(line)
        return self._places("places.line = ?", (line,))

    def stops_between(self, line: str, km_from: float, km_to: float) -> list[Place]:
        self._known(line)
        return self._places("places.line = ? AND km BETWEEN ? AND ?", (line, min(km_from, km_to), max(km_from, km_to)))

    def _places(self, where: str, values: tuple[object, ...]) -> list[Place]:
        rows = self._store.rows(
            f"SELECT {PLACE_COLUMNS} FROM places JOIN lines ON lines.line = places.line "  # noqa: S608
            f"WHERE {where} ORDER BY rank, seq",
            values,
        )
        return [place_of(row) for row in rows]

    def _known(self, line: str) -> None:
        known = [name for (name,) in self._store.rows("SELECT line FROM lines ORDER BY rank")]
        if line not in known:
            raise NotFoundError(f"there is no line {line[:80]!r}; there are {', '.join(known)}")

    def nearest_stops(self, position: Position, limit: int = 5) -> list[Place]:
        return nearest(self._store, position, radius_m=_HALF_ROUND_M, limit=limit, kinds=_STOPS)

    def locate(self, position: Position, *, within_m: float = 5000) -> LinePosition | None:
        within = (_project(position, a, b) for a, b in self._segments if _may_reach(position, a, b, within_m))
        found = min(within, key=_off_line, default=None)
        if found is None or found.off_line_m > within_m:
            return None
        return LinePosition(
            line=found.line,
            km=round(found.km, 1),
            km_error=round(found.km_error + found.off_line_m / 1000, 1),
            km_system=found.km_system,
            off_line_m=round(found.off_line_m),
            nearest_stop=self._nearest_of(found.line, position),
        )

    def _nearest_of(self, line: str, position: Position) -> Place:
        """The nearest stop, as an entry of that line where it has one there."""
        stop = self.nearest_stops(position, limit=1)[0]
        number = stop.id.rpartition(":")[2]
        here = self._places("places.id = ?", (f"rail:{line}:{number}",))
        return here[0] if stop.line != line and here else stop

    @cached_property
    def _segments(self) -> tuple[tuple[Knot, Knot], ...]:
        """Each line from knot to knot; stops that were interpolated between others would add no bend to it."""
        rows = self._store.rows(
            "SELECT places.line, latitude, longitude, km, km_error, places.km_system FROM places "
            "JOIN lines ON lines.line = places.line WHERE is_knot ORDER BY rank, seq"
        )
        knots: Iterator[Knot] = (Knot(*row) for row in rows)
        return tuple((a, b) for a, b in pairwise(knots) if a.line == b.line)


def _off_line(found: OnLine) -> float:
    return found.off_line_m


def _may_reach(position: Position, a: Knot, b: Knot, within_m: float) -> bool:
    """Whether the segment's box, grown by `within_m`, holds the position; no line crosses the antimeridian."""
    north = within_m / _METRES_PER_DEGREE
    east = north / max(cos(radians(position.latitude)), 0.01)
    return (
        min(a.latitude, b.latitude) - north <= position.latitude <= max(a.latitude, b.latitude) + north
        and min(a.longitude, b.longitude) - east <= position.longitude <= max(a.longitude, b.longitude) + east
    )


def _project(position: Position, a: Knot, b: Knot) -> OnLine:
    """The nearest point of the segment from `a` to `b`, on the plane that touches the Earth at `position`.

    Right within a few kilometres of the position, which is where lines are looked for.
    """
    ax, ay = _metres_from(position, a)
    bx, by = _metres_from(position, b)
    along_x, along_y = bx - ax, by - ay
    length_squared = along_x * along_x + along_y * along_y
    share = 0.0 if length_squared == 0 else -(ax * along_x + ay * along_y) / length_squared
    share = min(1.0, max(0.0, share))
    return OnLine(
        off_line_m=hypot(ax + share * along_x, ay + share * along_y),
        line=a.line,
        km=a.km + share * (b.km - a.km),
        km_error=max(a.km_error, b.km_error),
        km_system=a.km_system,
    )


def _metres_from(centre: Position, knot: Knot) -> tuple[float, float]:
    """East and north of `centre`, in metres; the shorter way round the Earth."""
    east = (knot.longitude - centre.longitude + 180) % 360 - 180
    north = knot.latitude - centre.latitude
    return east * _METRES_PER_DEGREE * cos(radians(centre.latitude)), north * _METRES_PER_DEGREE
