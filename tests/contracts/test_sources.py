"""What every evidence source promises, tested for every listed one at once."""

import pytest

from provenance.investigate.fuse import fuse
from provenance.investigate.parts import Source, ask_each
from provenance.investigate.sources import SOURCES
from provenance.investigate.weights import WEIGHTS
from provenance.model.dossier import Case, Context, Evidence, KnownImage, Match
from provenance.model.findings import Findings, PositionReading, TextReading
from provenance.model.image import ImageFacts
from provenance.model.place import Position
from provenance.model.sighting import Claim, Sighting
from provenance.model.times import StatedTime
from provenance.places.base import Gazetteer, Rail

KRASNOYARSK = Position(56.0061, 92.8328)
READING = PositionReading(KRASNOYARSK, 10, "EXIF GPS 56.00610, 92.83280 (±10 m)")


def image(digit: str, name: str) -> ImageFacts:
    return ImageFacts(digit * 64, name, "jpeg", 640, 480, 1000, 1)


def findings(digit: str, name: str, **kwargs: object) -> Findings:
    return Findings(image(digit, name), **kwargs)  # type: ignore[arg-type]


EMPTY = Case(findings("a", "query.jpg"), Context())


def match(known: Findings, relation: str = "same_picture") -> Match:
    it = KnownImage(known.image.id, (known.image.name,), (), known)
    return Match(it, relation, 0.9, None, 1.0, 1.0, "PDQ distance 4 of 256 (limit 31)")  # type: ignore[arg-type]


def sighting(number: int, *, caption: str | None = None, claims: tuple[Claim, ...] = ()) -> Sighting:
    seen = StatedTime("2024-11-20T10:00:00Z")
    return Sighting(f"s{number}", "b" * 64, None, f"paper {number}", StatedTime("2024-11-14"), seen, caption, claims)


def full_case(gazetteer: Gazetteer) -> Case:
    """A case in which every source has something to say."""
    claim = Claim("place", "Krasnoyarsk", "an account", gazetteer.meant_by("Krasnoyarsk"))
    return Case(
        findings("a", "q.jpg", positions=(READING,), place_fields=(TextReading("IPTC:City", "Krasnoyarsk"),)),
        Context(caption="A train in Krasnoyarsk"),
        (match(findings("b", "original.jpg", positions=(READING,))),),
        (sighting(1, caption="Поезд в Красноярске", claims=(claim,)),),
    )


@pytest.fixture(params=SOURCES, ids=lambda source: source.__name__)
def source(request: pytest.FixtureRequest, gazetteer: Gazetteer, rail: Rail) -> Source:
    return request.param(gazetteer, rail)


def test_a_source_has_nothing_to_say_of_an_empty_case(source: Source) -> None:
    assert list(source.evidence(EMPTY)) == []


def test_every_item_says_because_and_origin_and_stays_under_its_cap(source: Source, gazetteer: Gazetteer) -> None:
    items = list(source.evidence(full_case(gazetteer)))
    assert items
    for item in items:
        assert item.source == source.name
        assert item.because
        assert item.origin
        assert 0 < item.llr <= WEIGHTS[source.name].llr


def test_every_source_places_the_full_case_in_krasnoyarsk(source: Source, gazetteer: Gazetteer) -> None:
    for item in source.evidence(full_case(gazetteer)):
        assert abs(item.place.position.latitude - KRASNOYARSK.latitude) < 0.5, item.because


def all_evidence(case: Case, places: tuple[Gazetteer, Rail]) -> list[Evidence]:
    return [item for each in SOURCES for item in each(*places).evidence(case)]


def test_a_known_originals_gps_speaks_for_its_stripped_copy(places: tuple[Gazetteer, Rail]) -> None:
    stripped = Case(findings("a", "copy.jpg"), Context(), (match(findings("b", "original.jpg", positions=(READING,))),))
    items = all_evidence(stripped, places)
    assert [item.source for item in items] == ["known_metadata"]
    assert "original.jpg" in items[0].because
    assert fuse(items, places[0].contains).candidates[0].word in ("likely", "very likely")


def test_a_picture_of_the_same_scene_lends_no_metadata(places: tuple[Gazetteer, Rail]) -> None:
    other = match(findings("b", "other.jpg", positions=(READING,)), "same_scene")
    assert all_evidence(Case(findings("a", "copy.jpg"), Context(), (other,)), places) == []


def test_one_camera_position_in_three_files_is_one_origin(places: tuple[Gazetteer, Rail]) -> None:
    known = tuple(match(findings(d, f"{d}.jpg", positions=(READING,))) for d in "bc")
    items = all_evidence(Case(findings("a", "q.jpg", positions=(READING,)), Context(), known), places)
    assert len(items) == 3
    assert len({item.origin for item in items}) == 1


def test_forty_posts_of_one_caption_are_one_origin(places: tuple[Gazetteer, Rail]) -> None:
    posts = tuple(sighting(n, caption=f"Train in Krasnoyarsk!  https://example.org/{n}") for n in range(40))
    items = all_evidence(Case(findings("a", "q.jpg"), Context(caption="TRAIN in Krasnoyarsk"), (), posts), places)
    assert len(items) == 41
    assert len({item.origin for item in items}) == 1


def test_one_claimant_repeated_is_one_origin(places: tuple[Gazetteer, Rail]) -> None:
    place = places[0].meant_by("Krasnoyarsk")
    posts = tuple(sighting(n, claims=(Claim("place", "Krasnoyarsk", "An Account", place),)) for n in range(5))
    items = all_evidence(Case(findings("a", "q.jpg"), Context(), (), posts), places)
    assert {item.origin for item in items} == {"the claimant an account"}


def test_what_was_typed_into_one_file_is_one_origin(places: tuple[Gazetteer, Rail]) -> None:
    fields = (TextReading("IPTC:Country-PrimaryLocationName", "Russia"), TextReading("IPTC:City", "Khabarovsk"))
    captions = (
        TextReading("IPTC:Caption-Abstract", "Train near Khabarovsk"),
        TextReading("XMP-dc:Title", "Khabarovsk"),
    )
    items = all_evidence(Case(findings("a", "q.jpg", place_fields=fields, captions=captions), Context()), places)
    assert {item.place.names["en"] for item in items} == {"Khabarovsk"}
    assert {item.source for item in items} == {"caption", "place_field"}
    assert len({item.origin for item in items}) == 1


def test_a_publishers_caption_and_its_claim_are_one_origin(places: tuple[Gazetteer, Rail]) -> None:
    claim = Claim("place", "Krasnoyarsk", "paper 1", places[0].meant_by("Krasnoyarsk"))
    posts = (sighting(1, caption="Seen in Krasnoyarsk", claims=(claim,)), sighting(2, caption="Seen in Krasnoyarsk"))
    items = all_evidence(Case(findings("a", "q.jpg"), Context(), (), posts), places)
    assert len(items) == 3
    assert {item.origin for item in items} == {"the claimant paper 1"}


def test_a_withdrawn_claim_says_nothing(places: tuple[Gazetteer, Rail]) -> None:
    claim = Claim("place", "Krasnoyarsk", "paper 1", places[0].meant_by("Krasnoyarsk"), "withdrawn")
    assert all_evidence(Case(findings("a", "q.jpg"), Context(), (), (sighting(1, claims=(claim,)),)), places) == []


def test_a_position_with_an_error_of_half_a_continent_is_a_gap_not_evidence(places: tuple[Gazetteer, Rail]) -> None:
    vague = PositionReading(KRASNOYARSK, 4_000_000, "EXIF GPS 56, 93 (±4000 km stated)")
    case = Case(findings("a", "q.jpg", positions=(vague, READING)), Context())
    evidence, gaps = ask_each([each(*places) for each in SOURCES], case)
    assert [item.place.radius_m for item in evidence] == [READING.radius_m]
    assert [gap.step for gap in gaps] == ["gps"]
