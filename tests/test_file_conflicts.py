"""What one file says twice and differently; honest files, which say it twice and alike, give no conflict."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance.investigate.file_dates import conflicts_of_dates
from provenance.investigate.file_texts import conflicts_of_texts
from provenance.model.findings import DateReading, Findings, TextReading
from provenance.model.image import ImageFacts
from provenance.places.base import Gazetteer

EXIF, XMP, PHOTOSHOP, IPTC = (
    "ExifIFD:DateTimeOriginal",
    "XMP-exif:DateTimeOriginal",
    "XMP-photoshop:DateCreated",
    "IPTC:DateCreated",
)
MEANS = {
    EXIF: "taken",
    XMP: "taken",
    PHOTOSHOP: "created",
    IPTC: "created",
    "ExifIFD:CreateDate": "digitised",
    "IFD0:ModifyDate": "modified",
    "XMP-xmp:ModifyDate": "modified",
    "GPS:GPSTimeStamp": "gps",
}


def findings(**more: Any) -> Findings:
    return Findings(ImageFacts("a" * 64, "q.jpg", "jpeg", 640, 480, 1000, 1), **more)


def dates(**stated: str) -> list[tuple[str, ...]]:
    """The pairs of words of the conflicts among these fields."""
    return [c.between for c in conflicts(**stated)]


def conflicts(**stated: str) -> list[Any]:
    names = {"exif": EXIF, "xmp": XMP, "photoshop": PHOTOSHOP, "iptc": IPTC, "created": "ExifIFD:CreateDate"}
    names |= {"modified": "IFD0:ModifyDate", "xmp_modified": "XMP-xmp:ModifyDate", "gps": "GPS:GPSTimeStamp"}
    readings = tuple(DateReading(names[k], v, v, MEANS[names[k]]) for k, v in stated.items())
    return list(conflicts_of_dates(findings(dates=readings)))


@pytest.mark.parametrize(
    "other",
    [
        "2024-11-14T10:22:33",
        "2024-11-14T10:22:33.45",
        "2024-11-14T10:22:33+07:00",
        "2024-11-14T10:22:33Z",  # a zone that software made up
        "2024-11-14T03:22:33Z",  # the same moment where the camera stood at UTC+7
        "2024-11-14",
        "2024-11-13T20:22:33-07:00",
        "2024-11",
        "2024",
    ],
)
@pytest.mark.parametrize("field", ["xmp", "photoshop", "iptc"])
def test_the_same_date_as_far_as_each_states_it_is_no_conflict(field: str, other: str) -> None:
    assert dates(exif="2024-11-14T10:22:33", **{field: other}) == []


@pytest.mark.parametrize(
    "other",
    ["2024-11-14T10:27:33", "2024-11-14T05:22:33", "2024-11-15T10:22:33+07:00", "2023-11-14", "2024-10", "2023"],
)
@pytest.mark.parametrize(("field", "kind"), [("xmp", "xmp"), ("photoshop", "xmp"), ("iptc", "iptc")])
def test_another_date_is_one_that_shows_both_fields_and_values(field: str, kind: str, other: str) -> None:
    (found,) = conflicts(exif="2024-11-14T10:22:33", **{field: other})
    assert found.between == ("metadata", kind)
    assert "ExifIFD:DateTimeOriginal says 2024-11-14T10:22:33" in found.says
    assert other in found.says


def test_two_zones_that_make_two_moments_are_a_conflict() -> None:
    assert dates(exif="2024-11-14T10:22:33+07:00", xmp="2024-11-14T11:22:33+07:00") == [("metadata", "xmp")]
    assert dates(exif="2024-11-14T10:22:33+07:00", xmp="2024-11-14T03:22:33Z") == []


@pytest.mark.parametrize(
    ("utc", "says"),
    [
        ("2024-11-14T03:22:33Z", None),
        ("2024-11-14T04:52:33Z", None),  # +05:30
        ("2024-11-13T03:22:33Z", "1 d 7 h apart, more than any zone"),  # the camera's day is wrong
        ("2024-11-14T03:19:33Z", None),  # +07:00 and a fix three minutes old
        ("2024-11-14T23:22:33Z", "13 h apart, more than any zone"),
        ("2024-11-14T23:22:33Z", "or the day beside the GPS time is the local one"),
        ("2019-04-07T03:22:33Z", "more than any zone"),
    ],
)
def test_a_gps_time_that_no_zone_explains_is_a_conflict(utc: str, says: str | None) -> None:
    found = conflicts(exif="2024-11-14T10:22:33", gps=utc)
    assert [c.between for c in found] == ([("metadata", "gps")] if says else [])
    if says:
        assert says in found[0].says


def test_a_stated_zone_that_the_gps_time_denies_is_a_conflict() -> None:
    (found,) = conflicts(exif="2024-11-14T10:22:33+02:00", gps="2024-11-14T03:22:33Z")
    assert found.between == ("metadata", "gps")
    assert "UTC+02:00" in found.says
    assert "UTC+07:00" in found.says
    assert dates(exif="2024-11-14T10:22:33+07:00", gps="2024-11-14T03:22:33Z") == []


@pytest.mark.parametrize(
    ("utc", "says"),
    [
        ("2024-11-14T02:29:33Z", None),  # the receiver's last fix, 53 minutes old
        ("2024-11-14T03:24:33Z", None),
        ("2024-11-14T03:29:33Z", "by the zone stated, UTC+07:00, they are 7 min apart"),  # a fix after the picture
        ("2024-11-14T02:07:33Z", "1 h 15 min apart"),
        ("2024-11-12T03:22:33Z", "more than any zone"),
    ],
)
def test_an_older_fix_is_no_conflict_where_the_zone_is_stated(utc: str, says: str | None) -> None:
    found = conflicts(exif="2024-11-14T10:22:33+07:00", gps=utc)
    assert [says in c.says for c in found if says] == ([True] if says else [])
    assert len(found) == (says is not None)


def test_two_moments_in_more_than_two_fields_are_one_conflict() -> None:
    assert dates(exif="2010-09-30T16:06:06", xmp="2010-09-30T16:06:06-07:00", photoshop="2010-01-01") == [
        ("metadata", "xmp")
    ]
    assert dates(exif="2010-09-30T16:06:06", photoshop="2010-01-01", iptc="2010-09-30") == [("metadata", "xmp")]
    three = dates(exif="2010-09-30T16:06:06", photoshop="2010-01-01", iptc="2012-01-01")
    assert three == [("metadata", "xmp"), ("metadata", "iptc"), ("xmp", "iptc")]


@pytest.mark.parametrize(
    ("stated", "kinds"),
    [
        ({"modified": "2024-11-14T10:22:33"}, []),
        ({"modified": "2024-11-20T10:22:33"}, []),
        ({"modified": "2024-11-13T22:22:33"}, []),  # edited at once, in a zone twelve hours behind
        ({"modified": "2024-11-12T10:22:33"}, [("metadata",)]),
        ({"xmp_modified": "2024-11-12T10:22:33Z"}, [("metadata", "xmp")]),
        ({"created": "2024-11-14T10:22:33"}, []),
        ({"created": "2024-11-14T10:22:03"}, []),
        ({"created": "2024-11-14T10:20:33"}, [("metadata",)]),  # one device, one clock
        ({"created": "2024-11-20T10:20:33"}, []),  # a scan
    ],
)
def test_what_is_changed_or_digitised_before_it_was_taken_is_a_conflict(
    stated: dict[str, str], kinds: list[tuple[str, ...]]
) -> None:
    assert dates(exif="2024-11-14T10:22:33", **stated) == kinds


@pytest.mark.parametrize(
    ("stated", "flagged"),
    [
        ("1970-01-01T00:00:12", True),
        ("1980-01-01T00:00:00", True),
        ("2000-01-01T03:12:00", True),
        ("2000-01-02T03:12:00", False),
        ("2024-01-01T00:00:30", False),  # people take photos of fireworks
    ],
)
def test_a_clock_that_was_never_set_is_flagged(stated: str, flagged: bool) -> None:
    assert dates(exif=stated) == ([("metadata", "clock")] if flagged else [])


def texts(**fields: Any) -> list[tuple[str, ...]]:
    names = {
        "exif": "IFD0:ImageDescription",
        "xmp": "XMP-dc:Description",
        "iptc": "IPTC:Caption-Abstract",
        "artist": "IFD0:Artist",
        "creator": "XMP-dc:Creator",
        "byline": "IPTC:By-line",
        "copyright": "IFD0:Copyright",
        "rights": "XMP-dc:Rights",
        "notice": "IPTC:CopyrightNotice",
        "city": "XMP-photoshop:City",
        "iptc_city": "IPTC:City",
    }
    metadata = {names.get(k, k): v for k, v in fields.items()}
    captions = tuple(TextReading(k, v) for k, v in metadata.items() if k == "IFD0:ImageDescription")
    return [c.between for c in conflicts_of_texts(findings(metadata=metadata, captions=captions))]


LONG = "Потяг на мосту через річку. " * 100


@pytest.mark.parametrize(
    "fields",
    [
        {"exif": "A train", "xmp": "A train", "iptc": "A train"},
        {"exif": "A  train\r\n", "xmp": "A train"},
        {"xmp": "Cafe\u0301", "iptc": "Café"},
        {"xmp": LONG, "iptc": LONG[:2000]},
        {"xmp": LONG, "iptc": LONG.encode()[:2000].decode(errors="ignore")},
        {"byline": "A photographer with a very long ", "creator": ["A photographer with a very long name"]},
        {"artist": "One; Two", "creator": ["One", "Two"], "byline": ["Two", "One"]},
        {"copyright": "(C) 2024 X", "rights": "© 2024 X"},
        {"exif": "?????? ? ??????", "xmp": "Станция в городе"[:6] + " " + "в" + " " + "городе"},
        {"city": "Kyiv", "iptc_city": ""},
        {"city": "Kyiv"},
        {"xmp": "A train", "XMP-dc:Description-ru": "Поезд", "iptc": "Поезд"},
        {"xmp": "A train. (AP Photo/Jane Roe)", "iptc": "A train"},  # says more, not something else
        {"byline": "JANE ROE/AP", "creator": ["Roe, Jane"]},
        {"city": "Donetsk Oblast", "iptc_city": "Donetsk"},
        {"city": "NY", "iptc_city": "New York"},  # a code, of which nothing here says what it stands for
    ],
)
def test_the_same_words_as_each_standard_can_hold_them_are_no_conflict(fields: dict[str, Any]) -> None:
    assert texts(**fields) == []


@pytest.mark.parametrize(
    ("fields", "kinds"),
    [
        ({"exif": "A train", "xmp": "A bus"}, [("metadata", "xmp")]),
        ({"exif": "A train", "xmp": "A bus", "iptc": "A bus"}, [("metadata", "xmp")]),  # the same two texts once
        ({"exif": "A train", "xmp": "A train", "iptc": "A bus"}, [("metadata", "iptc")]),
        ({"exif": "A train", "xmp": "A bus", "iptc": "A train"}, [("metadata", "xmp")]),
        (
            {"exif": "A train", "xmp": "A bus", "iptc": "A ship"},
            [("metadata", "xmp"), ("metadata", "iptc"), ("xmp", "iptc")],
        ),
        ({"artist": "One", "byline": "Two"}, [("metadata", "iptc")]),
        ({"rights": "© 2024 X", "notice": "© 2023 Y"}, [("xmp", "iptc")]),
        ({"city": "Kyiv", "iptc_city": "Krasnoyarsk"}, [("xmp", "iptc")]),
        ({"byline": "Cut short", "creator": "Cut long"}, [("xmp", "iptc")]),
    ],
)
def test_other_words_are_a_conflict(fields: dict[str, Any], kinds: list[tuple[str, str]]) -> None:
    assert texts(**fields) == kinds


def test_what_a_camera_writes_by_itself_is_no_caption() -> None:
    metadata = {"IFD0:ImageDescription": "OLYMPUS DIGITAL CAMERA", "XMP-dc:Description": "A train"}
    assert list(conflicts_of_texts(findings(metadata=metadata))) == []


@given(st.text(max_size=60), st.sampled_from(["xmp", "iptc", "city", "creator", "rights"]))
def test_a_text_agrees_with_itself_whatever_it_is(text: str, field: str) -> None:
    pairs = {"xmp": "iptc", "iptc": "xmp", "city": "iptc_city", "creator": "byline", "rights": "notice"}
    assert texts(**{field: text, pairs[field]: f" {text} "}) == []


shapes = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda it: st.lists(it, max_size=3) | st.dictionaries(st.text(max_size=2), it, max_size=2),
    max_leaves=4,
)


@settings(max_examples=50)
@given(st.dictionaries(st.sampled_from(["XMP-dc:Creator", "IPTC:By-line"]), shapes))
def test_values_of_any_shape_are_read_or_left(metadata: dict[str, Any]) -> None:
    list(conflicts_of_texts(findings(metadata=metadata)))


def test_two_names_of_one_country_are_no_conflict(gazetteer: Gazetteer) -> None:
    said = findings(metadata={"XMP-photoshop:Country": "Россия", "IPTC:Country-PrimaryLocationName": "Russia"})
    assert list(conflicts_of_texts(said, gazetteer.named)) == []
    assert len(list(conflicts_of_texts(said))) == 1
    differ = findings(metadata={"XMP-photoshop:Country": "Russia", "IPTC:Country-PrimaryLocationName": "Ukraine"})
    assert len(list(conflicts_of_texts(differ, gazetteer.named))) == 1


def test_the_words_of_every_copyright_notice_are_no_difference() -> None:
    said = {"XMP-dc:Rights": "Copyright 2024 Jane Doe", "IPTC:CopyrightNotice": "© 2024 Jane Doe. All rights reserved"}
    assert list(conflicts_of_texts(findings(metadata=said))) == []
    said["XMP-dc:Rights"] = "Copyright 2024 John Doe"
    assert len(list(conflicts_of_texts(findings(metadata=said)))) == 1


def test_long_texts_are_shown_from_where_they_part() -> None:
    said = {"XMP-dc:Description": "a" * 300 + " one", "IPTC:Caption-Abstract": "a" * 300 + " two"}
    (found,) = conflicts_of_texts(findings(metadata=said))
    assert "one”" in found.says
    assert "two”" in found.says
    assert "“…" in found.says


def test_a_change_on_a_day_that_no_clock_was_set_is_not_before_the_capture() -> None:
    assert dates(exif="2024-11-14T10:22:33", xmp_modified="1970-01-01T00:00:00Z") == []
    assert dates(exif="2024-11-14T10:22:33", xmp_modified="1971-01-01T00:00:00Z") == [("metadata", "xmp")]
