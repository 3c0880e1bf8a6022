"""Places named in the captions under which this picture or its copies were published."""

from collections.abc import Iterator

from provenance.errors import ReadError
from provenance.investigate.sources.readings import all_of, named_places, origins_of_words, text_origin
from provenance.model.dossier import Case, Evidence
from provenance.places.base import Gazetteer, Rail

SIGHTINGS_AT_MOST = 200  # the earliest: what comes later repeats


class Sightings:
    """Toponyms of the captions of every sighting. A caption repeated word for word is one origin."""

    name = "sighting"

    def __init__(self, gazetteer: Gazetteer, rail: Rail) -> None:
        self._gazetteer = gazetteer

    def evidence(self, case: Case) -> Iterator[Evidence]:
        yield from all_of(self._of_captions(case))
        if len(case.sightings) > SIGHTINGS_AT_MOST:
            raise ReadError(f"{len(case.sightings)} sightings, of which the earliest {SIGHTINGS_AT_MOST} were read")

    def _of_captions(self, case: Case) -> Iterator[Iterator[Evidence]]:
        claimed = origins_of_words(case)
        for sighting in case.sightings[:SIGHTINGS_AT_MOST]:
            if sighting.caption:
                where = sighting.source or sighting.url or "unnamed source"
                says = f"the caption of the sighting {sighting.id} ({where}, {sighting.time.text})"
                origin = claimed.get(text_origin(sighting.caption))
                yield named_places(self.name, sighting.caption, says, self._gazetteer, origin=origin)
