"""Places typed into the file's IPTC and XMP fields."""

from collections.abc import Iterator

from provenance.investigate.weights import WEIGHTS
from provenance.model.dossier import Case, Evidence
from provenance.places.base import Gazetteer, Rail

# Fields from the widest to the narrowest: the narrowest that names a known place speaks, within the wider ones.
_NARROWER = ("Country", "State", "City", "Sub-location", "Location")


class PlaceFields:
    """The narrowest place the fields of one kind (IPTC, XMP) name that the gazetteer knows."""

    name = "place_field"

    def __init__(self, gazetteer: Gazetteer, rail: Rail) -> None:
        self._gazetteer = gazetteer

    def evidence(self, case: Case) -> Iterator[Evidence]:
        fields = sorted(case.findings.place_fields, key=lambda f: _narrowness(f.field))
        country = next((p for f in fields for p in self._gazetteer.named(f.text, limit=3) if p.kind == "country"), None)
        for each in reversed(fields):
            found = self._gazetteer.named(each.text, limit=10)
            inside = [p for p in found if country is None or p.country in (None, country.country)]
            if inside:
                because = f"the file's field {each.field} says “{each.text}”: {inside[0].name}"
                origin = f"place fields of the file {case.findings.image.id[:12]}"
                yield Evidence(self.name, inside[0], because, origin, WEIGHTS[self.name].llr)
                return


def _narrowness(field: str) -> int:
    return max((i for i, word in enumerate(_NARROWER) if word in field), default=-1)
