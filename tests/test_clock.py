"""The camera's clock against the zones of places: what fits, what does not, and what railways kept until 2018."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance.investigate.camera_clock import is_used_offset, offsets_of
from provenance.investigate.conflicts import find_conflicts
from provenance.investigate.fuse import fuse
from provenance.investigate.sources.clock import ORIGIN, Clock
from provenance.investigate.weights import WEIGHTS
from provenance.model.dossier import Case, Context, Evidence, KnownImage, Match
from provenance.model.findings import DateReading, Findings, PositionReading
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
FIELDS = [
    "Canon:TimeZone",
    "Nikon:TimeZone",
    "Nikon:DaylightSavings",
    "ExifIFD:TimeZoneOffset",
    "Samsung:TimeStamp",
]


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
        ("Kyiv", "2024-10-25T10:22:33+02:00", 0.0),  # half a year from late October it is summer time as well
        ("Casablanca", "2024-06-14T10:22:33+00:00", 0.0),
        ("Urumqi", "2024-11-14T10:22:33+08:00", CAP),  # Beijing time is official there
        ("Urumqi", "2024-11-14T10:22:33+06:00", CAP),
        ("Krasnoyarsk", "2024-11-14T10:22:33+00:00", 0.0),  # UTC: by choice, or by software that knows no zone
        ("London", "2024-11-14T10:22:33+00:00", CAP),
        ("Kyiv", "2024-03-31T03:30:00+02:00", CAP),  # clocks go from 3 to 4: an hour that is not
        ("Kyiv", "2024-03-31T03:30:00+03:00", CAP),
        ("Kyiv", "2024-10-27T03:30:00+02:00", CAP),  # and from 4 to 3: an hour that is twice
        ("Kyiv", "2024-10-27T03:30:00+03:00", CAP),
        ("Krasnoyarsk", "9998-11-14T10:22:33+07:00", CAP),
    ],
)
def test_an_offset_fits_a_place_or_does_not(
    clock: Clock, gazetteer: Gazetteer, name: str, stated: str, llr: float
) -> None:
    assert weighed(clock, gazetteer, name, taken(stated)).llr == pytest.approx(llr)


def test_a_date_from_before_cameras_had_zones_is_a_scans(clock: Clock, gazetteer: Gazetteer) -> None:
    place = gazetteer.meant_by("Kyiv")
    assert place is not None
    for year in (1905, 1969, 1989):
        assert list(clock.weigh(case(taken(f"{year}-11-14T10:22:33+07:00")), [place])) == []


def test_the_zone_of_a_scan_is_not_the_cameras() -> None:
    def digitised(stated: str) -> DateReading:
        return DateReading("ExifIFD:CreateDate", stated, stated, "digitised")

    scan = case(taken("1995-05-14T10:22:33"), digitised("2024-11-14T10:22:33+07:00"))
    assert offsets_of(scan.findings) == ()
    assert offsets_of(case(digitised("2024-11-14T10:22:33+07:00")).findings) == ()
    camera = case(taken("2024-11-14T10:22:33"), digitised("2024-11-14T10:22:33+07:00"))
    assert [each.text for each in offsets_of(camera.findings)] == ["UTC+07:00"]


@pytest.mark.parametrize(
    ("metadata", "offset"),
    [
        ({"Canon:TimeZone": 120, "Canon:DaylightSavings": 60}, "UTC+02:00"),  # Canon counts the hour of summer time in
        ({"Canon:TimeZone": 60, "Canon:DaylightSavings": 0}, "UTC+01:00"),
        ({"Canon:TimeZone": 301989888}, None),  # 18 in the wrong byte order
        ({"Nikon:TimeZone": 0, "Nikon:DaylightSavings": 1}, "UTC+01:00"),  # Nikon does not
        ({"Nikon:TimeZone": 720, "Nikon:DaylightSavings": 1}, "UTC+13:00"),
        ({"Nikon:TimeZone": "-210", "Nikon:DaylightSavings": "0"}, "UTC-03:30"),
        ({"Nikon:TimeZone": 7}, None),  # no zone's offset
        ({"ExifIFD:TimeZoneOffset": -6}, "UTC-06:00"),
        ({"ExifIFD:TimeZoneOffset": "7 6"}, "UTC+07:00"),
        ({"ExifIFD:TimeZoneOffset": [7, 6]}, "UTC+07:00"),
        ({"Samsung:TimeStamp": "2024:11:14 03:22:30.058+00:00"}, "UTC+07:00"),
        ({"Samsung:TimeStamp": "2024:11:14 05:22:30+02:00"}, "UTC+07:00"),
        ({"Samsung:TimeStamp": "2024:11:14 03:29:30.058+00:00"}, None),
        ({"Samsung:TimeStamp": "2024:11:14 17:22:30"}, None),  # of no zone, and seven hours on if that were UTC+14
        ({"Samsung:TimeStamp": 7, "Canon:TimeZone": None, "Nikon:TimeZone": [], "ExifIFD:TimeZoneOffset": "+-7"}, None),
        ({"Canon:TimeZone": "²", "Nikon:TimeZone": True, "ExifIFD:TimeZoneOffset": 7.5}, None),
    ],
)
def test_makers_notes_state_the_zone_that_the_camera_was_set_to(metadata: dict[str, Any], offset: str | None) -> None:
    found = offsets_of(replace(case(taken("2024-11-14T10:22:33")).findings, metadata=metadata))
    assert [each.text for each in found] == ([offset] if offset else [])
    assert all(next(iter(metadata)) in each.because for each in found)
    assert offsets_of(replace(case().findings, metadata=metadata)) == ()  # a zone without a capture time


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(FIELDS), st.integers() | st.text(max_size=8) | st.none(), max_size=5))
def test_whatever_is_in_these_fields_is_read_or_left(metadata: dict[str, Any]) -> None:
    for each in offsets_of(replace(case(taken("2024-11-14T10:22:33")).findings, metadata=metadata)):
        assert is_used_offset(each.offset)


def test_the_clock_of_the_camera_that_states_the_position_adds_nothing_to_it_but_can_contradict(
    clock: Clock, gazetteer: Gazetteer
) -> None:
    station = Position(56.0061, 92.8328)
    there = position_place(station, 10)
    it = case(taken("2024-11-14T10:22:33+07:00"))
    positioned = replace(it, findings=replace(it.findings, positions=(PositionReading(station, 10, "EXIF GPS"),)))
    (claimed,) = clock.weigh(it, [there])
    (stated,) = clock.weigh(positioned, [there])
    assert (claimed.llr, stated.llr) == (pytest.approx(CAP), 0.0)
    assert "the same camera" in stated.because
    wrong = replace(positioned, findings=replace(positioned.findings, dates=(taken("2024-11-14T10:22:33+02:00"),)))
    (against,) = clock.weigh(wrong, [there])
    assert against.llr == pytest.approx(-CAP)
    known = Match(KnownImage("b" * 64, ("o.jpg",), (), positioned.findings), "same_picture", 0.9, None, 1.0, 1.0, "")
    (copied,) = clock.weigh(replace(case(), matches=(known,)), [there])
    assert copied.llr == 0.0


def test_where_a_zone_is_not_known_here_the_clock_says_nothing(places: tuple[Gazetteer, Rail]) -> None:
    class Newer:
        def zones_near(self, position: Position, *, radius_m: float) -> list[str]:
            return ["Europe/Kyiv", "Europe/Of_next_year"]

    kyiv = places[0].meant_by("Kyiv")
    assert kyiv is not None
    it = case(taken("2024-11-14T10:22:33+07:00"))
    assert list(Clock(Newer(), places[1]).weigh(it, [kyiv])) == []  # type: ignore[arg-type]


def test_of_two_offsets_one_that_fits_makes_no_conflict_with_the_place(clock: Clock, gazetteer: Gazetteer) -> None:
    kyiv = gazetteer.meant_by("Kyiv")
    assert kyiv is not None
    it = case(taken("2024-11-14T10:22:33+07:00"), fix("2024-11-14T08:22:33"))
    weights = list(clock.weigh(it, [kyiv]))
    assert sorted(e.llr for e in weights) == [pytest.approx(-CAP), pytest.approx(CAP)]
    evidence = [named(kyiv, "claim", "one"), *weights]
    assert [c for c in find_conflicts(it, evidence, gazetteer.contains) if "clock" in c.between] == []


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


def test_of_words_that_name_a_place_that_fits_as_well_the_other_places_are_no_conflict(
    clock: Clock, gazetteer: Gazetteer
) -> None:
    names = ("Krasnoyarsk", "Kyiv", "Russia")
    krasnoyarsk, kyiv, russia = places = [p for p in map(gazetteer.meant_by, names) if p is not None]
    it = case(taken("2024-11-14T10:22:33+07:00"))
    weights = list(clock.weigh(it, places))
    for fitting in (krasnoyarsk, russia):
        evidence = [named(fitting, "caption", "words"), named(kyiv, "caption", "words"), *weights]
        assert [c for c in find_conflicts(it, evidence, gazetteer.contains) if "clock" in c.between] == []
    evidence = [*evidence, named(kyiv, "claim", "one")]
    assert [c.between for c in find_conflicts(it, evidence, gazetteer.contains) if "clock" in c.between] == [
        ("clock", "claim")
    ]


def test_the_zones_near_a_position_are_those_of_the_settlements_within_the_radius(gazetteer: Gazetteer) -> None:
    narva = Position(59.3772, 28.1903)
    assert gazetteer.zones_near(narva, radius_m=500) == ["Europe/Tallinn"]
    assert gazetteer.zones_near(narva, radius_m=10_000) == ["Europe/Tallinn", "Europe/Moscow"]
    assert gazetteer.zones_near(Position(70.0, 100.0), radius_m=10_000) == ["Asia/Krasnoyarsk"]  # far off
    assert gazetteer.zones_near(Position(0.0, -150.0), radius_m=10_000) == []
    off_narva = Position(59.9, 27.5)  # in the Gulf of Finland: all who are nearest
    assert {"Europe/Helsinki", "Europe/Moscow", "Europe/Tallinn"} <= set(gazetteer.zones_near(off_narva, radius_m=500))


def test_only_areas_hold_zones(gazetteer: Gazetteer) -> None:
    nepal, krasnoyarsk = gazetteer.meant_by("Nepal"), gazetteer.meant_by("Krasnoyarsk")
    assert nepal is not None
    assert krasnoyarsk is not None
    assert gazetteer.zones_in(nepal) == ["Asia/Kathmandu"]
    assert gazetteer.zones_in(krasnoyarsk) == []
