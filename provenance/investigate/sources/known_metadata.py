"""What a known original still says for its stripped copy: what most often settles a case."""

from collections.abc import Iterator

from provenance.investigate.sources.readings import all_of, position_evidence
from provenance.model.dossier import Case, Evidence
from provenance.places.base import Gazetteer, Rail


class KnownMetadata:
    """Positions in the files of the pictures this one is a copy of."""

    name = "known_metadata"

    def __init__(self, gazetteer: Gazetteer, rail: Rail) -> None:
        self._places = gazetteer, rail

    def evidence(self, case: Case) -> Iterator[Evidence]:
        return all_of(self._of_copies(case))

    def _of_copies(self, case: Case) -> Iterator[Iterator[Evidence]]:
        for match in case.matches:
            if not match.is_copy or match.known.id == case.findings.image.id:
                continue
            name = match.known.names[0] if match.known.names else match.known.id[:12]
            for reading in match.known.findings.positions:
                because = f"{reading.because}, in the known picture {name} ({match.relation} of this, see matches)"
                yield position_evidence(self.name, case, reading, because, *self._places)
