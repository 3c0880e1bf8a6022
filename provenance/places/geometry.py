"""Rough distances, and the half-degree cells by which the gazetteer finds what is near."""

from collections.abc import Iterator
from math import asin, ceil, cos, degrees, floor, pi, radians, sin, sqrt

from provenance.model.place import Position

EARTH_RADIUS_M = 6_371_008.8  # IUGG mean radius
SPHERE_ERROR = 0.006  # the sphere's distances differ from the ellipsoid's by less than this share (flattening, 1/298)

_CELLS_PER_DEGREE = 2
_ROW = 360 * _CELLS_PER_DEGREE


def sphere_m(latitude_a: float, longitude_a: float, latitude_b: float, longitude_b: float) -> float:
    """The distance on a sphere, in metres, for sorting out before the geodesic: within SPHERE_ERROR of it."""
    a, b = radians(latitude_a), radians(latitude_b)
    across = sin(radians(longitude_b - longitude_a) / 2)
    half_chord = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * across * across
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(half_chord)))


def cell(latitude: float, longitude: float) -> int:
    """The number of the half-degree cell a point lies in; cells of one row of latitude follow each other eastwards."""
    row = min(floor((latitude + 90) * _CELLS_PER_DEGREE), 180 * _CELLS_PER_DEGREE - 1)
    column = floor((longitude + 180) * _CELLS_PER_DEGREE) % _ROW
    return row * _ROW + column


def cells_within(centre: Position, radius_m: float) -> Iterator[tuple[int, int]]:
    """Ranges of cells (first and last) that together hold every point within `radius_m` of `centre`.

    A circle that crosses the antimeridian gives two ranges a row, one that holds a pole gives whole rows.
    """
    reach = min(pi, radius_m * (1 + SPHERE_ERROR) / EARTH_RADIUS_M)  # as an angle
    south = max(-90.0, centre.latitude - degrees(reach))
    north = min(90.0, centre.latitude + degrees(reach))
    half_width = _half_width(centre.latitude, reach)
    bottom, top = cell(south, 0) // _ROW, cell(north, 0) // _ROW
    for row in range(bottom, top + 1):
        for west, east in _columns(centre.longitude, half_width):
            yield row * _ROW + west, row * _ROW + east


def _half_width(latitude: float, reach: float) -> float:
    """Half the width in degrees of longitude of a circle's box; 180 when it holds a pole."""
    if abs(radians(latitude)) + reach >= pi / 2:
        return 180.0
    return degrees(asin(sin(reach) / cos(radians(latitude))))


def _columns(longitude: float, half_width: float) -> Iterator[tuple[int, int]]:
    west = floor((longitude - half_width + 180) * _CELLS_PER_DEGREE)
    east = ceil((longitude + half_width + 180) * _CELLS_PER_DEGREE)
    if east - west >= _ROW - 1:
        yield 0, _ROW - 1
    elif west % _ROW <= east % _ROW:
        yield west % _ROW, east % _ROW
    else:
        yield west % _ROW, _ROW - 1
        yield 0, east % _ROW
