"""Where things are: places by name, by position and in text, and the kilometres of rail lines."""

from provenance.places.base import Gazetteer, Rail
from provenance.places.schema import position_place

__all__ = ["Gazetteer", "Rail", "position_place"]
