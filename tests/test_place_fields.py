"""Places typed into IPTC Extension's structures: where a picture was taken, and what it shows."""

import pytest

from provenance.investigate.sources.place_fields import PlaceFields
from provenance.model.dossier import Case, Context, Evidence
from provenance.model.findings import Findings
from provenance.model.image import ImageFacts
from provenance.places.base import Gazetteer, Rail

SIBERIA = {"CountryName": "Russia", "City": "Krasnoyarsk", "Sublocation": "a bridge nobody knows"}


def found(metadata: dict[str, object], places: tuple[Gazetteer, Rail]) -> list[Evidence]:
    image = ImageFacts("a" * 64, "a.jpg", "jpeg", 640, 480, 1000, 1)
    return list(PlaceFields(*places).evidence(Case(Findings(image, metadata=metadata), Context())))


@pytest.mark.parametrize("field", ["XMP-iptcExt:LocationCreated", "XMP-iptcExt:LocationShown"])
def test_the_narrowest_known_part_is_taken_with_its_name(field: str, places: tuple[Gazetteer, Rail]) -> None:
    (item,) = found({field: [SIBERIA]}, places)
    assert item.place.name == "Krasnoyarsk"
    assert item.because == f"the file's field {field} City says “Krasnoyarsk”: Krasnoyarsk"


def test_what_it_shows_is_not_asked_where_the_file_says_where_it_was_taken(places: tuple[Gazetteer, Rail]) -> None:
    both = {"XMP-iptcExt:LocationCreated": [SIBERIA], "XMP-iptcExt:LocationShown": [{"City": "Omsk"}]}
    assert [item.place.name for item in found(both, places)] == ["Krasnoyarsk"]
    both["XMP-iptcExt:LocationCreated"] = [{}]
    assert [item.place.name for item in found(both, places)] == ["Omsk"]


def test_a_city_is_looked_for_in_the_country_that_is_named(places: tuple[Gazetteer, Rail]) -> None:
    (item,) = found({"XMP-iptcExt:LocationShown": [{"CountryName": "Canada", "City": "London"}]}, places)
    assert item.place.country == "CA"


def test_several_places_are_one_origin(places: tuple[Gazetteer, Rail]) -> None:
    items = found({"XMP-iptcExt:LocationShown": [SIBERIA, {"City": "Omsk"}]}, places)
    assert [item.place.name for item in items] == ["Krasnoyarsk", "Omsk"]
    assert len({item.origin for item in items}) == 1


@pytest.mark.parametrize("value", ["Krasnoyarsk", 7, None, [], [None, 3, {"City": 5}, {"City": " "}], {}])
def test_what_is_no_such_structure_says_nothing(value: object, places: tuple[Gazetteer, Rail]) -> None:
    assert found({"XMP-iptcExt:LocationCreated": value}, places) == []
