"""Circles on the Earth, taken as a sphere: distances are within 0.6 % of those on the ellipsoid."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from math import asin, cos, degrees, radians, sin, sqrt

from provenance.ledger.base import Circle
from provenance.model.place import Position
from provenance.model.sighting import Whereabout

EARTH_RADIUS_M = 6_371_008.8  # mean radius R1 of GRS 80 (Moritz 2000)
_DEGREE_M = radians(EARTH_RADIUS_M)  # of latitude
MOST_BOXES = 50  # in one statement: SQLite bounds the depth of an expression at 1,000


@dataclass(frozen=True, slots=True)
class Box:
    """Latitudes and longitudes between these, degrees; never across the antimeridian."""

    south: float
    north: float
    west: float
    east: float


def great_circle_m(a: Position, b: Position) -> float:
    """Metres along the great circle, by the haversine formula."""
    north, east = radians(b.latitude - a.latitude), radians(b.longitude - a.longitude)
    chord = sin(north / 2) ** 2 + cos(radians(a.latitude)) * cos(radians(b.latitude)) * sin(east / 2) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(chord)))


def boxes_around(circle: Circle) -> tuple[Box, ...]:
    """Boxes that hold the whole circle: one, or two where it crosses the antimeridian."""
    reach = circle.radius_m / EARTH_RADIUS_M + 1e-9  # a hair more, so that rounding loses nothing on the rim
    centre = circle.centre
    south, north = centre.latitude - degrees(reach), centre.latitude + degrees(reach)
    if south <= -90 or north >= 90:  # a pole lies in it, and with it every meridian
        return (Box(max(south, -90), min(north, 90), -180, 180),)
    half = degrees(asin(min(1.0, sin(reach) / cos(radians(centre.latitude)))))
    west, east = centre.longitude - half, centre.longitude + half
    if west < -180:
        return Box(south, north, west + 360, 180), Box(south, north, -180, east)
    if east > 180:
        return Box(south, north, west, 180), Box(south, north, -180, east - 360)
    return (Box(south, north, west, east),)


def boxes_of(area: Sequence[Circle]) -> tuple[Box, ...]:
    """At most MOST_BOXES boxes that hold all circles of an area; neighbours in the list share one."""
    each = [box for circle in area for box in boxes_around(circle)]
    together = -(-len(each) // MOST_BOXES) or 1
    return tuple(_around(each[start : start + together]) for start in range(0, len(each), together))


def _around(boxes: Sequence[Box]) -> Box:
    return Box(
        south=min(box.south for box in boxes),
        north=max(box.north for box in boxes),
        west=min(box.west for box in boxes),
        east=max(box.east for box in boxes),
    )


def reasons(whereabouts: Sequence[Whereabout], areas: Iterable[Sequence[Circle]]) -> tuple[str, ...]:
    """Why something with these whereabouts lies in every area; empty when it does not.

    It lies in an area when one of its whereabouts lies in any of the area's circles, and a whereabout lies in a circle
    when its centre does: a claim of a whole country is not near everything in it.
    """
    of_areas = [_reasons(whereabouts, circles) for circles in areas]
    return tuple(dict.fromkeys(chain.from_iterable(of_areas))) if all(of_areas) else ()


def _reasons(whereabouts: Sequence[Whereabout], circles: Sequence[Circle]) -> list[str]:
    found = []
    for whereabout in whereabouts:
        position = whereabout.place.position
        around = [c for c in circles if abs(c.centre.latitude - position.latitude) * _DEGREE_M <= c.radius_m + 1]
        near = [(great_circle_m(circle.centre, position), circle.radius_m) for circle in around]
        inside = [distance for distance, radius_m in near if distance <= radius_m]
        if inside:
            found.append(f"{whereabout.by}: {whereabout.place.name}, {_km(min(inside))} km from the centre")
    return found


def _km(distance_m: float) -> str:
    return f"{distance_m / 1000:.0f}" if distance_m >= 9_950 else f"{distance_m / 1000:.1f}"
