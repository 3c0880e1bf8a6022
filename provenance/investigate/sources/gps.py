"""Where the file itself says it was taken."""

from collections.abc import Iterator

from provenance.investigate.sources.readings import all_of, position_evidence
from provenance.model.dossier import Case, Evidence
from provenance.places.base import Gazetteer, Rail


class Gps:
    """Positions in the file's EXIF and XMP, referred to the nearest rail line where one is near."""

    name = "gps"

    def __init__(self, gazetteer: Gazetteer, rail: Rail) -> None:
        self._places = gazetteer, rail

    def evidence(self, case: Case) -> Iterator[Evidence]:
        return all_of(
            position_evidence(self.name, case, reading, reading.because, *self._places)
            for reading in case.findings.positions
        )
