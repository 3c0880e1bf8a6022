"""Places typed into the file's IPTC and XMP fields."""

from collections.abc import Iterator
from typing import Any

from provenance.investigate.sources.readings import file_words_origin
from provenance.investigate.weights import WEIGHTS
from provenance.model.dossier import Case, Evidence
from provenance.places.base import Gazetteer, Rail

# ExifTool's names of the fields of one kind, from the widest to the narrowest.
_WIDEST_FIRST = (
    ("IPTC:Country-PrimaryLocationName", "IPTC:Province-State", "IPTC:City", "IPTC:Sub-location"),
    ("XMP-photoshop:Country", "XMP-photoshop:State", "XMP-photoshop:City", "XMP-iptcCore:Location"),
)

# IPTC Extension: where the picture was taken, else what it shows, which can lie far from there (a mountain); lists of
# structures, of these parts.
_STRUCTURES = ("XMP-iptcExt:LocationCreated", "XMP-iptcExt:LocationShown")
_PARTS_WIDEST_FIRST = ("CountryName", "ProvinceState", "City", "Sublocation")
_STRUCTURES_AT_MOST = 8


class PlaceFields:
    """Of each kind of fields the narrowest place that the gazetteer knows in the country they name."""

    name = "place_field"

    def __init__(self, gazetteer: Gazetteer, rail: Rail) -> None:
        self._gazetteer = gazetteer

    def evidence(self, case: Case) -> Iterator[Evidence]:
        stated = {reading.field: reading.text for reading in case.findings.place_fields}
        for fields in _WIDEST_FIRST:
            said = [(field, stated[field]) for field in fields if field in stated]
            yield from self._narrowest(said, file_words_origin(case.findings))
        for field in _STRUCTURES:
            structures = [said for said in _said_in(field, case.findings.metadata.get(field)) if said]
            for said in structures:
                yield from self._narrowest(said, file_words_origin(case.findings))
            if structures:
                return

    def _narrowest(self, said: list[tuple[str, str]], origin: str) -> Iterator[Evidence]:
        country: str | None = None
        found = None
        for field, text in said:
            inside = [p for p in self._gazetteer.named(text) if country is None or p.country in (None, country)]
            meant = self._gazetteer.meant_by(text)
            place = meant if meant in inside else next(iter(inside), None)
            if place is not None:
                country = place.country
                found = field, text, place
        if found is not None:
            field, text, place = found
            because = f"the file's field {field} says “{text}”: {place.name}"
            yield Evidence(self.name, place, because, origin, WEIGHTS[self.name].llr)


def _said_in(field: str, structures: Any) -> Iterator[list[tuple[str, str]]]:
    """The parts of each place of a field, from the widest to the narrowest, with the name of the part."""
    listed = structures if isinstance(structures, list) else [structures]
    for each in listed[:_STRUCTURES_AT_MOST]:
        if isinstance(each, dict):
            parts = [(part, each.get(part)) for part in _PARTS_WIDEST_FIRST]
            yield [(f"{field} {part}", text.strip()) for part, text in parts if isinstance(text, str) and text.strip()]
