"""Fusion: one vote per origin, order does not matter, none of these stays possible."""

from math import isclose, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.investigate import fuse as fusing
from provenance.investigate.compatible import NEAR_M, compatible
from provenance.investigate.fuse import Fused, word
from provenance.investigate.weights import ELSEWHERE_PRIOR, WEIGHTS, shared
from provenance.model.dossier import Evidence
from provenance.model.place import Place, Position
from provenance.places.distance import distance_m


def place(name: str, latitude: float, longitude: float, radius_m: float = 20_000, kind: str = "city") -> Place:
    return Place(f"test:{name}", name, kind, Position(latitude, longitude), radius_m)


KRASNOYARSK = place("Krasnoyarsk", 56.01, 92.87)
STATION = place("Krasnoyarsk station", 56.006, 92.83, 500, "rail_stop")
VLADIVOSTOK = place("Vladivostok", 43.11, 131.87)
RUSSIA = place("Russia", 60.0, 90.0, 4_000_000, "country")


def contains(outer: Place, inner: Place) -> bool:
    """As a gazetteer answers for these places."""
    return outer is RUSSIA and inner is not RUSSIA


def fuse(evidence: list[Evidence]) -> Fused:
    return fusing.fuse(evidence, contains)


def says(where: Place, origin: str, llr: float = 1.6, source: str = "caption") -> Evidence:
    return Evidence(source, where, f"{origin} says {where.name}", origin, llr)


def test_no_evidence_leaves_everything_elsewhere() -> None:
    fused = fuse([])
    assert fused.candidates == ()
    assert fused.elsewhere_probability == 1.0


def test_reprints_of_one_caption_count_once() -> None:
    once = fuse([says(KRASNOYARSK, "a")])
    forty = fuse([says(KRASNOYARSK, "a")] * 40)
    assert forty.candidates[0].probability == once.candidates[0].probability
    assert len(forty.candidates[0].evidence) == 40


def test_a_second_origin_counts() -> None:
    one = fuse([says(KRASNOYARSK, "a")]).candidates[0].probability
    two = fuse([says(KRASNOYARSK, "a"), says(KRASNOYARSK, "b")]).candidates[0].probability
    assert two > one


def test_a_lone_claim_is_no_better_than_unlikely_or_even() -> None:
    fused = fuse([says(KRASNOYARSK, "account", WEIGHTS["claim"].llr, "claim")])
    assert fused.candidates[0].word in ("unlikely", "roughly even chance")


def test_the_camera_outweighs_a_caption_and_the_caption_is_listed_against_it() -> None:
    fused = fuse([says(STATION, "camera", WEIGHTS["gps"].llr, "gps"), says(VLADIVOSTOK, "caption")])
    best = fused.candidates[0]
    assert best.place == STATION
    assert [e.place for e in best.against] == [VLADIVOSTOK]
    assert "km away" in best.against[0].because


def test_a_stop_in_a_city_is_one_candidate_with_it_at_the_stop() -> None:
    fused = fuse([says(KRASNOYARSK, "a"), says(STATION, "b")])
    assert [c.place for c in fused.candidates] == [STATION]
    assert {e.origin for e in fused.candidates[0].evidence} == {"a", "b"}


def test_a_country_says_less_of_a_city_in_it_than_the_city_does() -> None:
    with_country = fuse([says(KRASNOYARSK, "a"), says(RUSSIA, "b")]).candidates[0].probability
    with_city = fuse([says(KRASNOYARSK, "a"), says(KRASNOYARSK, "b")]).candidates[0].probability
    alone = fuse([says(KRASNOYARSK, "a")]).candidates[0].probability
    assert alone < with_country < with_city


def test_one_candidate_follows_the_stated_formula() -> None:
    got = fuse([says(KRASNOYARSK, "a", log(5))]).candidates[0].probability
    assert isclose(got, (1 - ELSEWHERE_PRIOR) * 5 / ((1 - ELSEWHERE_PRIOR) * 5 + ELSEWHERE_PRIOR))


def test_places_named_together_share_one_vote() -> None:
    assert shared("caption", 1) == pytest.approx(WEIGHTS["caption"].llr)
    assert 0 < shared("caption", 4) < shared("caption", 2) < shared("caption", 1)


evidence = st.builds(
    says,
    st.sampled_from([KRASNOYARSK, STATION, VLADIVOSTOK, RUSSIA]),
    st.sampled_from("abcd"),
    st.floats(0.1, 4),
)


@given(st.lists(evidence, max_size=8), st.randoms())
def test_order_changes_nothing(items: list[Evidence], random: object) -> None:
    shuffled = sorted(items, key=lambda _: random.random())
    assert fuse(items) == fuse(shuffled)


@given(st.lists(evidence, min_size=1, max_size=8))
def test_probabilities_share_one_whole_and_elsewhere_keeps_some(items: list[Evidence]) -> None:
    fused = fuse(items)
    assert isclose(sum(c.probability for c in fused.candidates) + fused.elsewhere_probability, 1)
    assert 0 < fused.elsewhere_probability < 1


def test_candidates_exclude_each_other() -> None:
    fused = fuse([says(KRASNOYARSK, "a"), says(STATION, "b"), says(VLADIVOSTOK, "c")])
    places = [c.place for c in fused.candidates]
    assert not any(compatible(a, b, contains) for a in places for b in places if a is not b)


@pytest.mark.parametrize(
    ("probability", "expected"),
    [
        (0.02, "almost no chance"),
        (0.3, "unlikely"),
        (0.5, "roughly even chance"),
        (0.7, "likely"),
        (0.99, "almost certain"),
    ],
)
def test_words_are_those_of_icd_203(probability: float, expected: str) -> None:
    assert word(probability) == expected


def test_a_caption_of_a_country_does_not_speak_for_a_place_outside_it_however_wide_its_circle() -> None:
    wide = place("Neverland", 55.0, 92.0, 3_000_000, "country")
    fused = fuse([says(KRASNOYARSK, "a"), says(wide, "b")])
    assert {c.place.name for c in fused.candidates} == {"Krasnoyarsk", "Neverland"}


def test_places_nearer_than_a_station_is_long_do_not_exclude_each_other() -> None:
    beside = place("beside", 56.006, 92.83 + 0.02, 10, "position")  # 1.2 km
    assert compatible(STATION, beside, contains)
    assert not compatible(STATION, place("far", 56.006, 92.83 + 0.2, 10, "position"), contains)


@given(st.floats(-89, 89), st.floats(-180, 180), st.floats(-89, 89), st.floats(-180, 180), st.floats(0, 500_000))
def test_the_short_way_to_say_no_agrees_with_the_geodesic(
    a: float, b: float, c: float, d: float, radius: float
) -> None:
    one, other = place("one", a, b, radius), place("other", c, d, 0)
    apart = distance_m(one.position, other.position)
    assert compatible(one, other, contains) == (apart <= radius + NEAR_M)


@given(st.lists(evidence, min_size=1, max_size=6), evidence)
def test_more_support_for_a_place_never_lowers_it(items: list[Evidence], more: Evidence) -> None:
    before = {c.place.id: c.probability for c in fuse(items).candidates}
    after = fuse([*items, Evidence("caption", more.place, "again", "another origin", 1.0)])
    for candidate in after.candidates:
        if candidate.place.id == more.place.id and more.place.id in before and len(after.candidates) == len(before):
            assert candidate.probability >= before[more.place.id]


def test_candidates_share_what_the_prior_leaves_them() -> None:
    alone = fuse([says(KRASNOYARSK, "a")]).elsewhere_probability
    two = fuse([says(KRASNOYARSK, "a"), says(VLADIVOSTOK, "b")]).elsewhere_probability
    assert isclose(alone, two)  # two claims that exclude each other say no more of "one of these" than one does


def weighed(where: Place, llr: float, origin: str = "the camera's clock") -> Evidence:
    return Evidence("clock", where, f"the clock at {where.name}", origin, llr)


def test_what_weighs_proposes_no_place() -> None:
    assert fuse([weighed(KRASNOYARSK, 1.0)]).candidates == ()


def test_an_objection_lowers_the_place_it_is_about_and_is_listed_against_it() -> None:
    named = [says(KRASNOYARSK, "a"), says(VLADIVOSTOK, "b")]
    before, after = fuse(named), fuse([*named, weighed(VLADIVOSTOK, -1.0)])
    assert probability(after, VLADIVOSTOK) < probability(before, VLADIVOSTOK)
    (candidate,) = (c for c in after.candidates if c.place == VLADIVOSTOK)
    assert [e.source for e in candidate.against] == ["clock", "caption"]
    (other,) = (c for c in after.candidates if c.place == KRASNOYARSK)
    assert all(e.source != "clock" for e in (*other.evidence, *other.against))


def test_an_objection_follows_the_stated_formula() -> None:
    got = fuse([says(KRASNOYARSK, "a", log(5)), weighed(KRASNOYARSK, -log(3))]).candidates[0].probability
    assert isclose(got, (1 - ELSEWHERE_PRIOR) * 5 / 3 / ((1 - ELSEWHERE_PRIOR) * 5 / 3 + ELSEWHERE_PRIOR))


def test_an_origin_that_objects_twice_counts_once_and_one_that_also_fits_does_not_object() -> None:
    named = says(KRASNOYARSK, "a")
    once = fuse([named, weighed(KRASNOYARSK, -1.0)])
    assert fuse([named, weighed(KRASNOYARSK, -1.0), weighed(KRASNOYARSK, -0.5)]).candidates[0].probability == (
        once.candidates[0].probability
    )
    fitting = fuse([named, weighed(KRASNOYARSK, -1.0), weighed(KRASNOYARSK, 0.5)])
    assert fitting.candidates[0].probability > fuse([named]).candidates[0].probability


def test_a_weight_is_of_the_very_place_not_of_what_lies_around_it() -> None:
    fused = fuse([says(STATION, "a"), says(KRASNOYARSK, "b"), weighed(KRASNOYARSK, -1.0)])
    assert fused == fuse([says(STATION, "a"), says(KRASNOYARSK, "b")])


mixed = st.one_of(
    evidence,
    st.builds(
        weighed, st.sampled_from([KRASNOYARSK, STATION, VLADIVOSTOK, RUSSIA]), st.floats(-1, 1), st.sampled_from("ab")
    ),
)


@given(st.lists(mixed, max_size=8), st.randoms())
def test_order_changes_nothing_with_objections_either(items: list[Evidence], random: object) -> None:
    shuffled = sorted(items, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert fuse(items) == fuse(shuffled)


@given(st.lists(mixed, max_size=8))
def test_with_objections_the_shares_still_make_one_whole(items: list[Evidence]) -> None:
    fused = fuse(items)
    assert isclose(sum(c.probability for c in fused.candidates) + fused.elsewhere_probability, 1)


def probability(fused: Fused, where: Place) -> float:
    return next(c.probability for c in fused.candidates if c.place == where)
