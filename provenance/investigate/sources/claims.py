"""Places that somebody asserts for this picture or its copies."""

from collections.abc import Iterator

from provenance.investigate.sources.readings import claimant_of, claimant_origin
from provenance.investigate.weights import WEIGHTS
from provenance.model.dossier import Case, Evidence
from provenance.places.base import Gazetteer, Rail


class Claims:
    """Recorded claims about the place. One claimant is one origin, however often the claim is repeated."""

    name = "claim"

    def __init__(self, gazetteer: Gazetteer, rail: Rail) -> None:
        """Needs neither: a claim's place was resolved when it was recorded."""

    def evidence(self, case: Case) -> Iterator[Evidence]:
        for sighting in case.sightings:
            for claim in sighting.claims:
                if claim.about != "place" or claim.place is None or claim.status == "withdrawn":
                    continue
                claimant = claimant_of(claim, sighting)
                because = f"{claimant} claims “{claim.value}” in the sighting {sighting.id} ({sighting.time.text})"
                origin = claimant_origin(claim, sighting)
                yield Evidence(self.name, claim.place, because, origin, WEIGHTS[self.name].llr)
