"""Whether one picture can have been taken in both of two places."""

from collections.abc import Callable
from math import cos, radians

from provenance.model.place import Place
from provenance.places.distance import distance_m

# Receivers drift, stops are points for stations a kilometre long, gazetteers put a village at its church: two places
# this near are one place as far as a photo is concerned.
NEAR_M = 3_000.0
AREAS = frozenset({"country", "region"})
_DEGREE_M = 110_574.0  # the shortest degree of latitude on WGS 84, at the equator

# outer, inner -> whether inner lies in outer, by administration where it has one: Gazetteer.contains
Contains = Callable[[Place, Place], bool]


def compatible(a: Place, b: Place, contains: Contains) -> bool:
    """Whether the two overlap or are near. An area overlaps what lies in it, by its borders, not by its circle."""
    if a.id == b.id:
        return True
    if a.kind in AREAS or b.kind in AREAS:
        return contains(a, b) or contains(b, a)
    reach_m = a.radius_m + b.radius_m + NEAR_M
    if _certainly_further(a, b, reach_m):
        return False
    return distance_m(a.position, b.position) <= reach_m


def _certainly_further(a: Place, b: Place, reach_m: float) -> bool:
    """By degrees alone, so that hundreds of places can be held against each other without a geodesic for each pair."""
    north = abs(a.position.latitude - b.position.latitude)
    if north * _DEGREE_M > reach_m:
        return True
    east = abs(a.position.longitude - b.position.longitude)
    east = min(east, 360 - east)
    poleward = min(max(abs(a.position.latitude), abs(b.position.latitude)), 90)
    return north < 1 and east < 90 and 0.9 * east * _DEGREE_M * cos(radians(poleward)) > reach_m
