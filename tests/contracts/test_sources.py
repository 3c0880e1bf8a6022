"""What every evidence source promises, tested for every listed one at once."""

import pytest

from provenance.errors import ReadError
from provenance.investigate.fuse import fuse
from provenance.investigate.parts import Source, Weighs, ask_each
from provenance.investigate.sources import SOURCES
from provenance.investigate.weights import WEIGHING, WEIGHTS
from provenance.model.dossier import Case, Context, Evidence, KnownImage, Match
from provenance.model.findings import DateReading, Findings, PositionReading, TextReading
from provenance.model.image import ImageFacts
from provenance.model.place import Position
from provenance.model.sighting import Claim, Sighting
from provenance.model.times import StatedTime
from provenance.places.base import Gazetteer, Rail

KRASNOYARSK = Position(56.0061, 92.8328)
TAKEN = DateReading("ExifIFD:DateTimeOriginal", "2024:11:14 10:22:33", "2024-11-14T10:22:33+07:00", "taken")
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
        findings(
            "a", "q.jpg", positions=(READING,), place_fields=(TextReading("IPTC:City", "Krasnoyarsk"),), dates=(TAKEN,)
        ),
        Context(caption="A train in Krasnoyarsk"),
        (match(findings("b", "original.jpg", positions=(READING,))),),
        (sighting(1, caption="Поезд в Красноярске", claims=(claim,)),),
    )


@pytest.fixture(params=SOURCES, ids=lambda source: source.__name__)
def source(request: pytest.FixtureRequest, gazetteer: Gazetteer, rail: Rail) -> Source:
    return request.param(gazetteer, rail)


def items_of(source: Source, case: Case, gazetteer: Gazetteer) -> list[Evidence]:
    """What a source says of a case, and of Krasnoyarsk if it weighs places."""
    place = gazetteer.meant_by("Krasnoyarsk")
    assert place is not None
    weighed = source.weigh(case, [place]) if isinstance(source, Weighs) else ()
    return [*source.evidence(case), *weighed]


def test_a_source_has_nothing_to_say_of_an_empty_case(source: Source, gazetteer: Gazetteer) -> None:
    assert items_of(source, EMPTY, gazetteer) == []


def test_every_item_says_because_and_origin_and_stays_under_its_cap(source: Source, gazetteer: Gazetteer) -> None:
    items = items_of(source, full_case(gazetteer), gazetteer)
    assert items
    for item in items:
        assert item.source == source.name
        assert item.because
        assert item.origin
        assert 0 < item.llr <= WEIGHTS[source.name].llr


def test_every_source_places_the_full_case_in_krasnoyarsk(source: Source, gazetteer: Gazetteer) -> None:
    for item in items_of(source, full_case(gazetteer), gazetteer):
        assert abs(item.place.position.latitude - KRASNOYARSK.latitude) < 0.5, item.because


def test_only_what_is_said_to_weigh_weighs_and_it_proposes_no_place(source: Source, gazetteer: Gazetteer) -> None:
    assert isinstance(source, Weighs) == (source.name in WEIGHING)
    if source.name in WEIGHING:
        assert list(source.evidence(full_case(gazetteer))) == []


def test_what_weighs_is_shown_the_places_that_the_others_named(places: tuple[Gazetteer, Rail]) -> None:
    evidence, gaps = ask_each([each(*places) for each in SOURCES], full_case(places[0]))
    weighed = [e for e in evidence if e.source in WEIGHING]
    assert {e.place.id for e in weighed} == {e.place.id for e in evidence if e.source not in WEIGHING}
    assert gaps == []


def test_a_weigher_that_fails_is_a_gap_and_costs_the_others_nothing(places: tuple[Gazetteer, Rail]) -> None:
    class Failing:
        name = "failing"

        def evidence(self, case: Case) -> list[Evidence]:
            return []

        def weigh(self, case: Case, places: object) -> list[Evidence]:
            raise ReadError("no clock here")

    evidence, gaps = ask_each([Failing(), *(each(*places) for each in SOURCES)], full_case(places[0]))
    assert {e.source for e in evidence} == set(WEIGHTS)
    assert [(g.step, g.reason) for g in gaps] == [("failing", "no clock here")]


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
