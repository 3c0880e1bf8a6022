"""Distances on the Earth."""

from provenance.model.place import Position


def distance_m(a: Position, b: Position) -> float:
    """Metres between two positions along the WGS 84 ellipsoid (Karney's geodesic, through geopy)."""
    from geopy.distance import geodesic  # here, because importing geopy takes 0.25 s and most commands ask no distance

    return float(geodesic((a.latitude, a.longitude), (b.latitude, b.longitude)).meters)
