"""THE LIST of evidence sources. A new one is a file here and a line in SOURCES."""

from collections.abc import Callable

from provenance.investigate.parts import Source
from provenance.investigate.sources.captions import Captions
from provenance.investigate.sources.claims import Claims
from provenance.investigate.sources.clock import Clock
from provenance.investigate.sources.gps import Gps
from provenance.investigate.sources.known_metadata import KnownMetadata
from provenance.investigate.sources.place_fields import PlaceFields
from provenance.investigate.sources.sightings import Sightings
from provenance.places.base import Gazetteer, Rail

SOURCES: tuple[Callable[[Gazetteer, Rail], Source], ...] = (
    Gps,
    KnownMetadata,
    PlaceFields,
    Captions,
    Sightings,
    Claims,
    Clock,
)
