"""IPTC-IIM: datasets under ExifTool's names, and which character set they were read by."""

import pytest

from provenance.errors import ReadError
from provenance.examine.metadata.base import Reading
from provenance.examine.metadata.containers.block import Block
from provenance.examine.metadata.iptc import Iptc
from tests.container_bytes import dataset, iptc_jpeg

CITY, CAPTION, KEYWORD, DATE, TIME = 90, 120, 25, 55, 60


def read(data: bytes, nth: int = 0) -> Reading:
    return Iptc().read_block(Block("iptc", data, 0, "IIM"), nth)


def test_datasets_stand_under_exiftools_names():
    data = dataset(0, b"\0\2") + dataset(5, b"Bridge") + dataset(DATE, b"20241114") + dataset(TIME, b"102233+0700")
    assert read(data).metadata == {
        "IPTC:ApplicationRecordVersion": 2,
        "IPTC:ObjectName": "Bridge",
        "IPTC:DateCreated": "2024:11:14",
        "IPTC:TimeCreated": "10:22:33+07:00",
    }


def test_repeated_keywords_are_a_list_and_one_is_text():
    assert read(dataset(KEYWORD, b"rail") + dataset(KEYWORD, b"snow")).metadata == {"IPTC:Keywords": ["rail", "snow"]}
    assert read(dataset(KEYWORD, b"rail")).metadata == {"IPTC:Keywords": "rail"}


@pytest.mark.parametrize("declared", [b"", dataset(90, b"\x1b%G", record=1)])
def test_text_is_utf8_where_it_is_valid_whatever_is_declared(declared):
    reading = read(declared + dataset(CITY, "Красноярск".encode()))
    assert reading.metadata["IPTC:City"] == "Красноярск"
    assert reading.gaps == ()


@pytest.mark.parametrize("declared", [b"", dataset(90, b"\x1b%G", record=1)])
def test_text_that_is_not_utf8_is_windows_1252_and_the_reader_is_told(declared):
    reading = read(declared + dataset(CITY, "Besançon".encode("cp1252")))
    assert reading.metadata["IPTC:City"] == "Besançon"
    assert "Windows-1252" in reading.gaps[0].reason


def test_places_and_captions_are_handed_on_with_their_field():
    data = dataset(92, b"depot") + dataset(CITY, b"Kansk") + dataset(95, b"Krasnoyarsk Krai") + dataset(101, b"Russia")
    reading = read(data + dataset(CAPTION, b"Flat wagons"))
    assert [(place.field, place.text) for place in reading.place_fields] == [
        ("IPTC:Sub-location", "depot"),
        ("IPTC:City", "Kansk"),
        ("IPTC:Province-State", "Krasnoyarsk Krai"),
        ("IPTC:Country-PrimaryLocationName", "Russia"),
    ]
    assert reading.captions[0].text == "Flat wagons"


def test_a_date_has_the_zone_of_its_time():
    reading = read(dataset(DATE, b"20241114") + dataset(TIME, b"102233+0700"))
    assert [(date.means, date.stated) for date in reading.dates] == [("created", "2024-11-14T10:22:33+07:00")]
    assert read(dataset(DATE, b"20241114")).dates[0].stated == "2024-11-14"


@pytest.mark.parametrize(
    ("written", "stated", "precision"),
    [(b"20240000", "2024", "year"), (b"20241100", "2024-11", "month"), (b"20241114", "2024-11-14", "day")],
)
def test_a_date_whose_month_or_day_is_unknown_states_the_rest(written, stated, precision):
    (date,) = read(dataset(DATE, written)).dates
    assert (date.stated, date.precision) == (stated, precision)


def test_the_envelope_is_read_too():
    envelope = dataset(90, b"\x1b%G", record=1) + dataset(70, b"20241114", record=1) + dataset(0, b"\0\4", record=1)
    assert read(envelope + dataset(CITY, b"Kansk")).metadata == {
        "IPTC:CodedCharacterSet": "UTF8",
        "IPTC:DateSent": "2024:11:14",
        "IPTC:EnvelopeRecordVersion": 4,
        "IPTC:City": "Kansk",
    }


def test_a_second_block_has_a_group_of_its_own():
    assert read(dataset(CITY, b"Kansk"), nth=1).metadata == {"IPTC2:City": "Kansk"}


def test_what_stands_before_the_cut_is_kept():
    reading = read(dataset(CITY, b"Kansk") + dataset(CAPTION, b"Flat wagons")[:-3])
    assert reading.metadata == {"IPTC:City": "Kansk"}
    assert "8 there" in reading.gaps[0].reason


def test_extended_datasets_and_padding_are_understood():
    extended = bytes([0x1C, 2, CAPTION, 0x80, 4]) + (5).to_bytes(4) + b"wagon"
    assert read(extended + dataset(CITY, b"Kansk") + b"\0" * 9).metadata == {
        "IPTC:Caption-Abstract": "wagon",
        "IPTC:City": "Kansk",
    }


@pytest.mark.parametrize("data", [b"not a dataset", bytes([0x1C, 2, CAPTION, 0xFF, 0xFF]), dataset(CITY, b"Kansk")[:7]])
def test_bytes_that_are_no_datasets_raise_a_read_error(data):
    with pytest.raises(ReadError):
        read(data)


def test_it_is_found_in_a_jpeg():
    assert Iptc().read(iptc_jpeg(dataset(CITY, b"Kansk")), "jpeg").metadata == {"IPTC:City": "Kansk"}
