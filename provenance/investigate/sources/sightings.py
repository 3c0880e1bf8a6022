"""Places named in the captions under which this picture or its copies were published."""

from collections.abc import Iterator

from provenance.investigate.sources.readings import named_places
from provenance.model.dossier import Case, Evidence
from provenance.places.base import Gazetteer, Rail


class Sightings:
    """Toponyms of the captions of every sighting. A caption repeated word for word is one origin."""

    name = "sighting"

    def __init__(self, gazetteer: Gazetteer, rail: Rail) -> None:
        self._gazetteer = gazetteer

    def evidence(self, case: Case) -> Iterator[Evidence]:
        for sighting in case.sightings:
            if sighting.caption:
                where = sighting.source or sighting.url or "unnamed source"
                says = f"the caption of the sighting {sighting.id} ({where}, {sighting.time.text})"
                yield from named_places(self.name, sighting.caption, says, self._gazetteer)
