"""Where the file itself says it was taken."""

from collections.abc import Iterator

from provenance.investigate.sources.readings import position_evidence
from provenance.model.dossier import Case, Evidence
from provenance.places.base import Gazetteer, Rail


class Gps:
    """Positions in the file's EXIF and XMP, referred to the nearest rail line where one is near."""

    name = "gps"

    def __init__(self, gazetteer: Gazetteer, rail: Rail) -> None:
        self._gazetteer, self._rail = gazetteer, rail

    def evidence(self, case: Case) -> Iterator[Evidence]:
        for reading in case.findings.positions:
            yield position_evidence(self.name, reading, reading.because, self._gazetteer, self._rail)
