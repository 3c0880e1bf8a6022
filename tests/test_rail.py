"""Lines, stops and linear referencing."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from provenance.errors import NotFoundError
from provenance.model.place import Position
from provenance.places.base import Rail

MAIN = "trans-siberian"


def test_there_are_seventeen_lines_and_each_stop_of_theirs_is_listed(rail: Rail) -> None:
    lines = rail.lines()
    assert len(lines) == 17
    assert lines[0].id == MAIN
    assert sum(line.stops for line in lines) == len(rail.stops()) == 3396  # of 3,398; two have no coordinates


def test_stops_come_in_order_of_the_line(rail: Rail) -> None:
    kilometres = [stop.km for stop in rail.stops(MAIN) if stop.km is not None]
    assert len(kilometres) == 1539
    assert kilometres == sorted(kilometres)
    assert (kilometres[0], kilometres[-1]) == (0.0, 9288.0)


def test_the_main_line_has_mile_posts_and_the_others_estimates(rail: Rail) -> None:
    assert {line.km_system for line in rail.lines() if line.id == MAIN} == {"posts-9288"}
    assert {line.km_system for line in rail.lines() if line.id != MAIN} == {"estimate"}


@pytest.mark.parametrize("line", ["moscow-kazan-yekaterinburg", "samara-chelyabinsk"])
def test_kilometres_that_are_not_to_be_used_are_absent(rail: Rail, line: str) -> None:
    known = next(each for each in rail.lines() if each.id == line)
    assert (known.km_usable, known.km_from, known.km_to) == (False, None, None)
    assert {stop.km for stop in rail.stops(line)} == {None}


def test_the_tail_of_the_bam_has_stops_but_no_kilometres(rail: Rail) -> None:
    kilometres = {stop.names["ru"]: stop.km for stop in rail.stops("bam")}
    assert kilometres["Комсомольск-на-Амуре"] == 8040.3
    assert kilometres["Ванино"] is None


def test_stops_between_two_kilometres_either_way_round(rail: Rail) -> None:
    names = [stop.name for stop in rail.stops_between(MAIN, 4097, 4102)]
    assert names == ["Krasnoyarsk", "Yenisey"]
    assert [stop.name for stop in rail.stops_between(MAIN, 4102, 4097)] == names


def test_an_unknown_line_is_refused_with_those_there_are(rail: Rail) -> None:
    with pytest.raises(NotFoundError, match=r"no line 'trans-sib'; there are trans-siberian, .*khasan"):
        rail.stops("trans-sib")
    with pytest.raises(NotFoundError):
        rail.stops_between("", 0, 1)


def test_a_position_at_a_station_has_its_kilometre(rail: Rail) -> None:
    found = rail.locate(Position(56.0059, 92.82903))
    assert found is not None
    assert (found.line, found.km, found.km_system, found.off_line_m) == (MAIN, 4098.0, "posts-9288", 0)
    assert found.nearest_stop.name == "Krasnoyarsk"


def test_the_error_grows_with_the_distance_from_the_line(rail: Rail) -> None:
    found = rail.locate(Position(56.01, 92.79))
    assert found is not None
    assert found.off_line_m == pytest.approx(2420, abs=20)
    assert found.km_error > found.off_line_m / 1000 + 1


def test_no_line_within_reach_is_none(rail: Rail) -> None:
    assert rail.locate(Position(0, 0)) is None
    assert rail.locate(Position(56.01, 92.79), within_m=1000) is None
    assert rail.locate(Position(56.01, 92.79), within_m=5000) is not None


def test_lines_without_usable_kilometres_locate_nothing(rail: Rail) -> None:
    stop = next(stop for stop in rail.stops("samara-chelyabinsk") if stop.name == "Kinel")
    assert rail.locate(stop.position) is None


def test_where_two_lines_share_their_rails_the_main_one_is_named(rail: Rail) -> None:
    found = rail.locate(Position(55.80171, 37.65152))
    assert found is not None
    assert found.line == MAIN


@pytest.mark.parametrize(("latitude", "longitude"), [(42.44, 130.63), (90, 0), (-90, 0), (0, 180), (0, -180)])
def test_there_is_always_a_nearest_stop(rail: Rail, latitude: float, longitude: float) -> None:
    found = rail.nearest_stops(Position(latitude, longitude), 2)
    assert len(found) == 2
    assert 0 < (found[0].distance_m or 0) <= (found[1].distance_m or 0)


def test_the_nearest_stop_to_khasan_is_khasan_not_a_korean_town(rail: Rail) -> None:
    assert rail.nearest_stops(Position(42.43, 130.645))[0].id == "rail:khasan:987002"


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(index=st.integers(0, 1537), share=st.floats(0, 1))
def test_a_position_between_two_stops_lies_between_their_kilometres(rail: Rail, index: int, share: float) -> None:
    stops = [stop for stop in rail.stops(MAIN) if stop.radius_m == 500]  # coordinates of their own
    a, b = stops[index % (len(stops) - 1) :][:2]
    between = Position(
        a.position.latitude + share * (b.position.latitude - a.position.latitude),
        a.position.longitude + share * (b.position.longitude - a.position.longitude),
    )
    found = rail.locate(between)
    assert found is not None
    assert found.line != MAIN or (a.km or 0) - found.km_error <= found.km <= (b.km or 0) + found.km_error
