"""The camera's clock against the zones of places: what fits, what does not, and what railways kept until 2018."""

from dataclasses import replace

import pytest

from provenance.investigate.camera_clock import is_used_offset, offsets_of
from provenance.investigate.conflicts import find_conflicts
from provenance.investigate.fuse import fuse
from provenance.investigate.sources.clock import ORIGIN, Clock
from provenance.investigate.weights import WEIGHTS
from provenance.model.dossier import Case, Context, Evidence, KnownImage, Match
from provenance.model.findings import DateReading, Findings
from provenance.model.image import ImageFacts
from provenance.model.place import Place, Position
from provenance.places.base import Gazetteer, Rail
from provenance.places.schema import position_place


def case(*dates: DateReading) -> Case:
    return Case(Findings(ImageFacts("a" * 64, "q.jpg", "jpeg", 640, 480, 1000, 1), dates=dates), Context())


def taken(stated: str) -> DateReading:
    return DateReading("ExifIFD:DateTimeOriginal", stated[:19].replace("-", ":").replace("T", " "), stated, "taken")


def fix(stated: str) -> DateReading:
    return DateReading("GPS:GPSTimeStamp", stated, f"{stated}Z", "gps")


@pytest.fixture
def clock(places: tuple[Gazetteer, Rail]) -> Clock:
    return Clock(*places)


def weighed(clock: Clock, gazetteer: Gazetteer, name: str, *dates: DateReading) -> Evidence:
    place = gazetteer.meant_by(name)
    assert place is not None
    (found,) = clock.weigh(case(*dates), [place])
    assert found.origin == ORIGIN
    return found


CAP = WEIGHTS["clock"].llr


@pytest.mark.parametrize(
    ("name", "stated", "llr"),
    [
        ("Krasnoyarsk", "2024-11-14T10:22:33+07:00", CAP),
        ("Kyiv", "2024-11-14T10:22:33+07:00", -CAP),
        ("Kyiv", "2024-11-14T10:22:33+02:00", CAP),
        ("Kyiv", "2024-07-14T10:22:33+03:00", CAP),  # summer time
        ("Kyiv", "2024-07-14T10:22:33+02:00", 0.0),  # a camera that missed the change
        ("New Delhi", "2024-11-14T10:22:33+05:30", CAP),
        ("New Delhi", "2024-11-14T10:22:33+05:00", -CAP),
        ("Kathmandu", "2024-11-14T10:22:33+05:45", CAP),
        ("Kathmandu", "2024-11-14T10:22:33+05:30", 0.0 - CAP),
        ("Caracas", "2015-06-01T10:22:33-04:30", CAP),  # its time until 2016
        ("Caracas", "2024-06-01T10:22:33-04:30", -CAP),
        ("Narva", "2024-11-14T10:22:33+02:00", CAP),  # a border: both sides' times
        ("Narva", "2024-11-14T10:22:33+03:00", CAP),
        ("Narva", "2024-11-14T10:22:33+07:00", -CAP),
        ("Kingisepp", "2024-11-14T10:22:33+02:00", CAP),  # 22 km from it
        ("Blagoveshchensk", "2024-11-14T10:22:33+08:00", CAP),  # across the river it is China's time
        ("Ukraine", "2024-11-14T10:22:33+07:00", -CAP),  # no place in the country has it
    ],
)
def test_an_offset_fits_a_place_or_does_not(
    clock: Clock, gazetteer: Gazetteer, name: str, stated: str, llr: float
) -> None:
    assert weighed(clock, gazetteer, name, taken(stated)).llr == pytest.approx(llr)


def test_that_some_place_of_a_wide_area_fits_says_nothing(clock: Clock, gazetteer: Gazetteer) -> None:
    russia = gazetteer.meant_by("Russia")
    assert russia is not None
    assert list(clock.weigh(case(taken("2024-11-14T10:22:33+07:00")), [russia])) == []


@pytest.mark.parametrize(
    ("name", "stated", "llr"),
    [
        ("Krasnoyarsk", "2017-06-01T10:22:33+03:00", 0.0),
        ("станция Красноярск", "2018-07-31T23:59:59+03:00", 0.0),
        ("Krasnoyarsk", "2013-06-01T10:22:33+04:00", 0.0),  # Moscow was four hours ahead from 2011 to 2014
        ("Krasnoyarsk", "2013-06-01T10:22:33+03:00", -CAP),
        ("Krasnoyarsk", "2018-08-01T00:00:00+03:00", -CAP),
        ("Krasnoyarsk", "2019-06-01T10:22:33+03:00", -CAP),
        ("Yakutsk", "2017-06-01T10:22:33+03:00", -CAP),  # by no railway of the table
        ("Petropavl", "2017-06-01T10:22:33+03:00", -CAP),  # on the Trans-Siberian, but in Kazakhstan
        ("Moscow", "2017-06-01T10:22:33+03:00", CAP),
    ],
)
def test_moscow_time_is_no_contradiction_by_rail_in_russia_before_august_2018(
    clock: Clock, gazetteer: Gazetteer, name: str, stated: str, llr: float
) -> None:
    found = weighed(clock, gazetteer, name, taken(stated))
    assert found.llr == pytest.approx(llr)
    assert ("until 1 August 2018" in found.because) == (llr == 0.0)


def test_a_position_on_a_line_counts_as_a_place_by_rail(clock: Clock) -> None:
    on_line = replace(position_place(Position(55.0, 100.0), 10), country="RU", line="trans-siberian", km=4500.0)
    (found,) = clock.weigh(case(taken("2017-06-01T10:22:33+03:00")), [on_line])
    assert found.llr == 0.0


def test_gps_time_against_the_clock_gives_its_offset_also_over_midnight(clock: Clock, gazetteer: Gazetteer) -> None:
    found = weighed(clock, gazetteer, "Krasnoyarsk", taken("2024-11-14T03:22:33"), fix("2024-11-13T20:22:10"))
    assert found.llr == pytest.approx(CAP)
    assert "UTC+07:00" in found.because
    back = weighed(clock, gazetteer, "Honolulu", taken("2024-11-13T14:22:33"), fix("2024-11-14T00:22:10"))
    assert back.llr == pytest.approx(CAP)


@pytest.mark.parametrize(
    ("local", "utc", "offset"),
    [
        ("2024-11-14T10:22:33", "2024-11-14T03:22:33", "UTC+07:00"),
        ("2024-11-14T10:24:33", "2024-11-14T03:22:33", "UTC+07:00"),
        ("2024-11-14T10:24:34", "2024-11-14T03:22:33", None),  # more than two minutes from a quarter hour
        ("2024-11-14T10:52:33", "2024-11-14T03:22:33", None),  # +07:30 was nowhere
        ("2024-11-14T08:52:33", "2024-11-14T03:22:33", "UTC+05:30"),
        ("2024-11-14T09:07:33", "2024-11-14T03:22:33", "UTC+05:45"),
        ("2024-11-14T17:22:33", "2024-11-14T03:22:33", "UTC+14:00"),
        ("2024-11-14T18:22:33", "2024-11-14T03:22:33", None),
        ("2024-11-13T23:52:33", "2024-11-14T03:22:33", "UTC-03:30"),
        ("2024-11-15T10:22:33", "2024-11-14T03:22:33", None),  # a day wrong
    ],
)
def test_only_an_offset_that_is_used_somewhere_is_one(local: str, utc: str, offset: str | None) -> None:
    found = offsets_of(case(taken(local), fix(utc)).findings)
    assert [each.text for each in found] == ([offset] if offset else [])


def test_all_offsets_of_the_time_zone_database_since_1990_are_known() -> None:
    from datetime import datetime, timedelta
    from zoneinfo import ZoneInfo, available_timezones

    for name in available_timezones() - {"localtime", "posixrules"}:
        zone = ZoneInfo(name)
        for month in range(36 * 4):
            offset = zone.utcoffset(datetime(1990, 1, 15) + timedelta(days=91.3 * month))
            assert offset is not None
            assert is_used_offset(offset), name


def test_without_a_zone_or_a_fix_the_clock_says_nothing(clock: Clock, gazetteer: Gazetteer) -> None:
    place = gazetteer.meant_by("Kyiv")
    assert place is not None
    assert list(clock.weigh(case(taken("2024-11-14T10:22:33")), [place])) == []
    day = DateReading("ExifIFD:DateTimeOriginal", "2024", "2024", "taken", "year")
    assert list(clock.weigh(case(day, fix("2024-11-14T03:22:33")), [place])) == []


def test_far_from_all_settlements_it_says_nothing(clock: Clock) -> None:
    sea = position_place(Position(0.0, -150.0), 10)
    assert list(clock.weigh(case(taken("2024-11-14T10:22:33+07:00")), [sea])) == []


def test_a_stripped_copy_has_the_clock_of_its_original(clock: Clock, gazetteer: Gazetteer) -> None:
    known = replace(
        case(taken("2024-11-14T10:22:33+07:00")).findings, image=ImageFacts("b" * 64, "o.jpg", "jpeg", 9, 9, 9, 1)
    )
    match = Match(KnownImage("b" * 64, ("o.jpg",), (), known), "same_picture", 0.9, None, 1.0, 1.0, "")
    place = gazetteer.meant_by("Kyiv")
    assert place is not None
    (found,) = clock.weigh(replace(case(), matches=(match,)), [place])
    assert found.llr == pytest.approx(-CAP)
    assert "known picture o.jpg" in found.because


def named(place: Place, source: str, origin: str) -> Evidence:
    return Evidence(source, place, f"{source} names {place.name}", origin, WEIGHTS[source].llr)


def test_krasnoyarsks_clock_speaks_against_a_claim_of_kyiv_and_the_two_are_a_conflict(
    clock: Clock, gazetteer: Gazetteer
) -> None:
    krasnoyarsk, kyiv = gazetteer.meant_by("Krasnoyarsk"), gazetteer.meant_by("Kyiv")
    assert krasnoyarsk is not None
    assert kyiv is not None
    proposed = [
        named(krasnoyarsk, "claim", "one"),
        named(kyiv, "claim", "other"),
        named(kyiv, "caption", "words"),
    ]
    it = case(taken("2024-11-14T10:22:33+07:00"))
    evidence = [*proposed, *clock.weigh(it, [krasnoyarsk, kyiv])]
    assert [c.place.name for c in fuse(evidence, gazetteer.contains).candidates] == ["Krasnoyarsk", "Kyiv"]
    conflicts = [c for c in find_conflicts(it, evidence, gazetteer.contains) if "clock" in c.between]
    assert [c.between for c in conflicts] == [("clock", "caption", "claim")]
    assert "Kyiv" in conflicts[0].says
    assert "UTC+07:00" in conflicts[0].says
    assert "UTC+02:00" in conflicts[0].says


def test_the_zones_near_a_position_are_those_of_the_settlements_within_the_radius(gazetteer: Gazetteer) -> None:
    narva = Position(59.3772, 28.1903)
    assert gazetteer.zones_near(narva, radius_m=500) == ["Europe/Tallinn"]
    assert gazetteer.zones_near(narva, radius_m=10_000) == ["Europe/Tallinn", "Europe/Moscow"]
    assert gazetteer.zones_near(Position(70.0, 100.0), radius_m=10_000) == ["Asia/Krasnoyarsk"]  # far off
    assert gazetteer.zones_near(Position(0.0, -150.0), radius_m=10_000) == []


def test_only_areas_hold_zones(gazetteer: Gazetteer) -> None:
    nepal, krasnoyarsk = gazetteer.meant_by("Nepal"), gazetteer.meant_by("Krasnoyarsk")
    assert nepal is not None
    assert krasnoyarsk is not None
    assert gazetteer.zones_in(nepal) == ["Asia/Kathmandu"]
    assert gazetteer.zones_in(krasnoyarsk) == []
