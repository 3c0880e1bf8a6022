"""How far places reach: areas from their settlements, settlements from their inhabitants."""

from collections.abc import Sequence
from math import cbrt, degrees

import numpy as np
from numpy.typing import NDArray

from provenance.model.place import Position
from provenance.places.geometry import EARTH_RADIUS_M

# A town of N people reaches 1 km + 185 m x N^(1/3): 19 km for Krasnoyarsk, 5 km for 10,000. Fitted so that a town holds
# the stations named after it: of the 494 matches in rail_stops.csv 94 % lie within, all of them from 100,000 people up.
_TOWN_BASE_M = 1000.0
_TOWN_PER_CUBE_ROOT_M = 185.0

_CIRCLE_STEPS = 100  # the centre moves by 1/n of the way at step n, so its place is settled to about a hundredth


def town_radius_m(population: int) -> float:
    """How far a town of so many people reaches from its centre; an estimate, and the more so for small ones."""
    return round(_TOWN_BASE_M + _TOWN_PER_CUBE_ROOT_M * cbrt(population), -1)


def enclosing_circle(latitudes: Sequence[float], longitudes: Sequence[float]) -> tuple[Position, float]:
    """A circle, about the smallest, that holds all points: its centre and radius in metres.

    Bădoiu and Clarkson, "Smaller core-sets for balls" (2003), on unit vectors, so the antimeridian is nothing special.
    """
    points = _unit_vectors(np.radians(latitudes), np.radians(longitudes))
    centre = points.mean(axis=0)
    for step in range(1, _CIRCLE_STEPS):
        farthest = points[np.argmin(points @ _unit(centre))]
        centre = centre + (farthest - centre) / (step + 1)
    centre = _unit(centre)
    radius_m = float(np.arccos(np.clip((points @ centre).min(), -1.0, 1.0))) * EARTH_RADIUS_M
    latitude, longitude = np.arcsin(centre[2]), np.arctan2(centre[1], centre[0])
    return Position(round(degrees(latitude), 4), round(degrees(longitude), 4)), radius_m


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    length = float(np.linalg.norm(vector))
    return vector / length if length > 0 else np.array([0.0, 0.0, 1.0])


def _unit_vectors(latitudes: NDArray[np.float64], longitudes: NDArray[np.float64]) -> NDArray[np.float64]:
    flat = np.cos(latitudes)
    return np.column_stack((flat * np.cos(longitudes), flat * np.sin(longitudes), np.sin(latitudes)))
