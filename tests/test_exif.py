"""EXIF: values under ExifTool's names, positions and dates, and the exact reason where there is none."""

import io
import struct

import exifread
import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.errors import ReadError
from provenance.examine.metadata import read_all, second_reader
from provenance.examine.metadata.base import Reading
from provenance.examine.metadata.containers.block import Block
from provenance.examine.metadata.exif import Exif
from provenance.examine.metadata.gps import LEAST_RADIUS_M
from provenance.examine.metadata.tiff_stream import TiffStream
from tests import container_bytes as made
from tests.exif_bytes import (
    ARTIST,
    ASCII,
    COPYRIGHT,
    DESCRIPTION,
    LONG,
    MAKE,
    MODEL,
    MODIFY_DATE,
    ORIENTATION,
    RATIONAL,
    SOFTWARE,
    SUBSECOND,
    TAKEN,
    USER_COMMENT,
    ZONE,
    gps,
    tiff,
)


def read(stream: bytes, label: str = "APP1 Exif") -> Reading:
    return Exif().read_block(Block("exif", stream, 100, label), 0)


def refusal(directory: dict[int, object]) -> str:
    """Why no position was read of this GPS directory."""
    reading = read(tiff(gps=directory))  # type: ignore[arg-type]
    assert reading.positions == ()
    return " ".join(gap.reason for gap in reading.gaps if gap.step == "gps")


@pytest.mark.parametrize("order", ["<", ">"])
def test_values_stand_under_exiftools_names_and_groups(order):
    stream = tiff(
        {MAKE: "Canon ", MODEL: "EOS 5D", ORIENTATION: 6},
        exif={TAKEN: "2024:11:14 10:22:33", 0x829A: [(1, 180)], 0x9000: b"0231", 0x9101: b"\1\2\3\0", 0x9201: [(7, 1)]},
        gps=gps("56.0", "N", "92.79", "E", t7=[(9, 1), (1, 1), (205, 100)], t29="2024:11:14", t5=(1, 1, b"\1")),
        ifd1={0x0201: 700, 0x0202: 6610},
        order=order,
    )
    assert read(stream).metadata == {
        "IFD0:Make": "Canon",
        "IFD0:Model": "EOS 5D",
        "IFD0:Orientation": 6,
        "ExifIFD:DateTimeOriginal": "2024:11:14 10:22:33",
        "ExifIFD:ExposureTime": 0.005555555556,
        "ExifIFD:ExifVersion": "0231",
        "ExifIFD:ComponentsConfiguration": "1 2 3 0",
        "ExifIFD:ShutterSpeedValue": 0.0078125,
        "GPS:GPSLatitudeRef": "N",
        "GPS:GPSLatitude": 56.0,
        "GPS:GPSLongitudeRef": "E",
        "GPS:GPSLongitude": 92.79,
        "GPS:GPSAltitudeRef": 1,
        "GPS:GPSTimeStamp": "09:01:02.05",
        "GPS:GPSDateStamp": "2024:11:14",
        "IFD1:ThumbnailOffset": 800,  # in the file: the block begins at byte 100 of it
        "IFD1:ThumbnailLength": 6610,
    }


def test_text_is_utf8_and_ends_at_a_nul():
    stream = tiff({ARTIST: "Бьёрн ©", MAKE: (ASCII, 9, b"HD2\0\xff\xff\x01z\0")})
    assert read(stream).metadata == {"IFD0:Artist": "Бьёрн ©", "IFD0:Make": "HD2"}


def test_text_of_no_known_character_set_is_marked_and_its_likelier_reading_is_told():
    reading = read(tiff({DESCRIPTION: (ASCII, 9, b"Besan\xe7on\0"), MAKE: "Zenit"}))
    assert reading.metadata == {"IFD0:ImageDescription": "Besan\ufffdon", "IFD0:Make": "Zenit"}
    assert reading.gaps[0].reason == "IFD0:ImageDescription is not UTF-8; as Windows-1252 it would read 'Besançon'"
    assert [caption.text for caption in reading.captions] == ["Besançon"]  # places are looked for in it


def test_text_declared_as_bytes_is_text_and_numbers_stay_numbers():
    stream = tiff({DESCRIPTION: (1, 6, b"depot\0"), SOFTWARE: 3})
    assert read(stream).metadata == {"IFD0:ImageDescription": "depot", "IFD0:Software": 3}


def test_of_a_tag_stated_twice_the_last_is_read_and_that_is_said():
    stream = bytearray(tiff({MAKE: "Zenit", MODEL: "Zorki"}))
    stream[struct.unpack_from("<I", stream, 4)[0] + 2 + 12] = MAKE & 255
    reading = read(bytes(stream))
    assert reading.metadata == {"IFD0:Make": "Zorki"}
    assert "more than once, the last is read: 0x010F" in reading.gaps[0].reason


def test_copyright_of_photographer_and_editor_are_two_lines():
    stream = tiff({COPYRIGHT: (ASCII, 14, b"Ann Lee \0Desk\0")})
    assert read(stream).metadata["IFD0:Copyright"] == "Ann Lee\nDesk"


@pytest.mark.parametrize(
    ("comment", "text"),
    [
        (b"ASCII\0\0\0hello", "hello"),
        (b"UNICODE\0" + "Тайга".encode("utf-16-le"), "Тайга"),
        (b"UNICODE\0" + "Тайга".encode("utf-16-be"), "Тайга"),  # in a little-endian stream: cameras do that
        (b"\0" * 8 + "река".encode(), "река"),
    ],
)
def test_user_comments_are_read_by_the_character_set_they_name(comment, text):
    reading = read(tiff(exif={USER_COMMENT: comment}))
    assert reading.metadata == {"ExifIFD:UserComment": text}
    assert [caption.text for caption in reading.captions] == [text]


def test_what_cameras_write_for_a_caption_is_no_caption():
    for words in ("OLYMPUS DIGITAL CAMERA         ", "SONY DSC", "Exif_JPEG_PICTURE", "        "):
        assert read(tiff({DESCRIPTION: words})).captions == ()
    assert read(tiff({DESCRIPTION: "Мост у Хасана"})).captions[0].text == "Мост у Хасана"


def test_a_position_has_the_radius_its_file_states():
    position = read(tiff(gps=gps("56.01", "N", "92.79", "W", t31=[(65, 1)]))).positions[0]
    assert (position.position.latitude, position.position.longitude) == pytest.approx((56.01, -92.79))
    assert position.radius_m == 65
    assert position.because == "EXIF GPS 56.01000, -92.79000 (±65 m stated)"


@pytest.mark.parametrize(
    ("latitude", "longitude", "radius_m"),
    [
        ([(56, 1), (1, 1), (3621, 100)], [(92, 1), (47, 1), (2412, 100)], LEAST_RADIUS_M),
        ([(56, 1), (1, 1), (0, 1)], [(92, 1), (47, 1), (0, 1)], 1037),  # whole minutes of longitude at 56° north
        ([(56, 1), (0, 1), (0, 1)], [(92, 1), (0, 1), (0, 1)], 62_250),  # whole degrees
        ([(5601, 100), (0, 1), (0, 1)], [(9279, 100), (0, 1), (0, 1)], 622),
    ],
)
def test_without_a_stated_error_the_radius_is_the_step_of_what_is_written(latitude, longitude, radius_m):
    reading = read(tiff(gps=gps(latitude, "N", longitude, "E")))
    assert reading.positions[0].radius_m == pytest.approx(radius_m, rel=0.01)


def test_a_position_that_is_none_is_refused_with_the_reason():
    undefined = [(0, 0), (0, 0), (0, 0)]
    assert "0,0" in refusal(gps(0, "N", 0, "E"))
    assert "latitude has no hemisphere" in refusal(gps("56.1", None, "92.7", "E"))
    assert "'X', neither E nor W" in refusal(gps("56.1", "N", "92.7", "X"))
    assert "0/0 0/0 0/0 has a zero denominator" in refusal(gps(undefined, "N", "92.7", "E"))
    assert "outside -90..90" in refusal(gps("91", "N", "92.7", "E"))
    assert "minutes or seconds outside 0..60" in refusal(gps([(5, 1), (99, 1), (0, 1)], "N", "92.7", "E"))
    assert "the latitude stands alone" in refusal({1: "N", 2: [(56, 1), (0, 1), (0, 1)]})
    assert "type 2 is not a number" in refusal({1: "N", 2: "56.1", 3: "E", 4: "92.7"})


def test_a_position_on_the_equator_or_the_meridian_is_a_position():
    assert read(tiff(gps=gps("51.5", "N", 0, "E"))).positions
    assert read(tiff(gps=gps(0, "N", "36.8", "E"))).positions


def test_a_position_has_altitude_and_direction_where_the_file_states_them():
    position = read(tiff(gps=gps("56", "N", "92", "E", t6=[(1428, 100)], t16="T", t17=[(2715, 10)]))).positions[0]
    assert (position.altitude_m, position.direction_deg, position.direction_north) == (14.28, 271.5, "true")
    below = gps("56", "N", "92", "E", t5=(1, 1, b"\1"), t6=[(400, 1)], t16="M", t17=[(0, 1)])
    position = read(tiff(gps=below)).positions[0]
    assert (position.altitude_m, position.direction_deg, position.direction_north) == (-400, 0, "magnetic")
    position = read(tiff(gps=gps("56", "N", "92", "E", t16="T"))).positions[0]
    assert (position.altitude_m, position.direction_deg, position.direction_north) == (None, None, None)


def test_an_altitude_or_direction_that_is_none_costs_only_itself_and_is_told():
    reading = read(tiff(gps=gps("56", "N", "92", "E", t6=[(0, 0)], t17=[(36001, 100)])))
    assert reading.positions[0].altitude_m is None
    assert reading.positions[0].direction_deg is None
    assert [gap.reason for gap in reading.gaps] == [
        "EXIF GPS: GPSAltitude 'undef' is no number from -100000 to 100000",
        "EXIF GPS: GPSImgDirection '360.01' is no number from 0 to 360",
    ]


def test_a_gps_directory_is_found_where_its_pointer_is_signed():
    stream = bytearray(tiff(gps=gps("56", "N", "92", "E")))
    pointer = struct.unpack_from("<I", stream, 4)[0] + 2
    struct.pack_into("<H", stream, pointer + 2, 9)
    assert read(bytes(stream)).positions


def test_a_file_without_gps_leaves_no_gap():
    assert read(tiff({MAKE: "Zenit"})).gaps == ()
    assert read(tiff(gps={0: (1, 4, b"\2\3\0\0")})).gaps == ()  # a version alone states no position


def test_dates_carry_zone_and_fraction_only_where_the_file_gives_them():
    exif = {TAKEN: "2024:11:14 10:22:33", ZONE: "+07:00", SUBSECOND: "78", 0x9004: "2024:11:14 10:22:33"}
    dates = read(tiff({MODIFY_DATE: "2024:11:15 08:00:00"}, exif=exif)).dates
    assert [(date.means, date.stated) for date in dates] == [
        ("taken", "2024-11-14T10:22:33.78+07:00"),
        ("digitised", "2024-11-14T10:22:33"),
        ("modified", "2024-11-15T08:00:00"),
    ]


@pytest.mark.parametrize(
    ("text", "stated", "precision"),
    [
        ("2024:11:14 10:22:33", "2024-11-14T10:22:33", "second"),
        ("2024:11:14 10:22", "2024-11-14T10:22:00", "minute"),
        ("2024:11:14 10:22:  ", "2024-11-14T10:22:00", "minute"),
        ("2024:11:14   :  :  ", "2024-11-14", "day"),
        ("2024:11:14", "2024-11-14", "day"),
        ("2024:11:00 00:00:00", "2024-11", "month"),
        ("2024:  :     :  :  ", "2024", "year"),
        ("2003:08:27:00:09:15", "2003-08-27T00:09:15", "second"),
        ("2024-04-22T14:38:09GMT+2", "2024-04-22T14:38:09+02:00", "second"),
        ("2024:11:14 10:22:33.5-03:30", "2024-11-14T10:22:33.5-03:30", "subsecond"),
    ],
)
def test_a_date_is_as_exact_as_it_is_written(text, stated, precision):
    (date,) = read(tiff(exif={TAKEN: text})).dates
    assert (date.stated, date.precision, date.text) == (stated, precision, text)


@pytest.mark.parametrize("zone", ["+99:00", "+15:00", "+7", "  :  ", "local"])
def test_a_zone_that_is_none_leaves_the_date_without_one(zone):
    reading = read(tiff(exif={TAKEN: "2024:11:14 10:22:33", ZONE: zone}))
    told = [gap.reason for gap in reading.gaps]
    expected = {"+7": "2024-11-14T10:22:33+07:00"}.get(zone, "2024-11-14T10:22:33")
    assert [date.stated for date in reading.dates] == [expected]
    assert bool(told) == (zone not in ("+7", "  :  "))
    assert all("OffsetTimeOriginal" in reason for reason in told)


@pytest.mark.parametrize("text", ["2024:11:00 10:22:33", "2024:13:00", "2013:05:26 16:05:92", "2024:11:14 24:00:00"])
def test_a_date_with_parts_that_cannot_be_is_none(text):
    reading = read(tiff(exif={TAKEN: text}))
    assert reading.dates == ()
    assert reading.gaps[0].step == "dates"


@pytest.mark.parametrize("tail", [" " * 200_000 + "x", " " * 200_000])
def test_a_date_with_a_long_tail_of_blanks_is_read_in_no_time(tail):
    reading = read(tiff(exif={TAKEN: "2024:11:14 10:22:33" + tail}))
    assert len(reading.dates) == (0 if tail.endswith("x") else 1)


def test_gps_date_and_time_are_utc():
    stream = tiff(gps=gps("56", "N", "92", "E", t7=[(9, 1), (1, 1), (2, 1)], t29="2024:11:14"))
    assert [(date.means, date.stated) for date in read(stream).dates] == [("gps", "2024-11-14T09:01:02Z")]


@pytest.mark.parametrize("unset", ["0000:00:00 00:00:00", "    :  :     :  :  ", ""])
def test_a_date_that_says_it_is_unknown_is_no_date_and_no_gap(unset):
    reading = read(tiff(exif={TAKEN: unset}))
    assert (reading.dates, reading.gaps) == ((), ())


def test_a_thirteenth_month_is_a_gap_and_stays_in_the_metadata():
    reading = read(tiff(exif={TAKEN: "2024:13:01 10:00:00"}))
    assert reading.dates == ()
    assert reading.metadata == {"ExifIFD:DateTimeOriginal": "2024:13:01 10:00:00"}
    assert "2024:13:01" in reading.gaps[0].reason


def test_canons_streams_are_named_by_their_box():
    assert read(tiff({TAKEN: "2025:09:07 03:19:17"}), "CMT2").metadata == {
        "ExifIFD:DateTimeOriginal": "2025:09:07 03:19:17"
    }
    assert read(tiff(gps("37.38", "N", "122.07", "W")), "CMT4").positions[0].position.longitude == pytest.approx(
        -122.07
    )


def test_a_value_outside_the_block_costs_only_itself_and_is_named():
    reading = read(tiff({MAKE: (ASCII, 0xFFFFFFFF, b"\0\0\0\0"), MODEL: "Zorki-4"}))
    assert reading.metadata == {"IFD0:Model": "Zorki-4"}
    assert "Make" in reading.gaps[0].reason


def test_a_value_that_ends_after_the_block_is_not_read():
    reading = read(tiff({MAKE: (ASCII, 5000, b"Zenit-E\0"), MODEL: "Zorki-4"}))
    assert reading.metadata == {"IFD0:Model": "Zorki-4"}
    assert "outside" in reading.gaps[0].reason


def test_directories_in_a_ring_are_read_once():
    stream = bytearray(tiff({MODEL: "Zorki-4"}, ifd1={ORIENTATION: 1}))
    first = struct.unpack_from("<I", stream, 4)[0]
    ifd1_at = 8
    struct.pack_into("<I", stream, ifd1_at + 2 + 12, first)  # the directory after IFD1 is IFD0
    reading = read(bytes(stream))
    assert reading.metadata == {"IFD0:Model": "Zorki-4", "IFD1:Orientation": 1}
    assert "already read" in reading.gaps[0].reason


def test_sixty_thousand_tags_on_one_long_value_are_bounded():
    tags = b"".join(struct.pack("<HHII", n % 65536, ASCII, 200_000, 8) for n in range(60_000))
    stream = b"II*\0" + struct.pack("<I", 200_008) + b"a" * 200_000 + struct.pack("<H", 60_000) + tags
    reading = read(stream)
    assert "60000 tags, of which 1000" in reading.gaps[0].reason


def test_bytes_without_a_tiff_header_raise_a_read_error():
    with pytest.raises(ReadError, match="not with a TIFF header"):
        read(b"Zenit-E, 1967")
    with pytest.raises(ReadError, match="outside"):
        read(b"II*\0" + struct.pack("<I", 5000))


def test_of_a_jpeg_cut_off_inside_its_exif_the_rest_is_read():
    stream = tiff({DESCRIPTION: "x" * 300, MAKE: "Zenit"}, exif={TAKEN: "2024:11:14 10:22:33", USER_COMMENT: b"\0" * 9})
    whole = made.exif_jpeg(stream)
    reading = Exif().read(whole[: len(whole) - 10], "jpeg")
    assert reading.metadata["ExifIFD:DateTimeOriginal"] == "2024:11:14 10:22:33"


@given(
    order=st.sampled_from("<>"),
    make=st.text(st.characters(min_codepoint=33, max_codepoint=1200, exclude_categories=["C"]), min_size=1),
    orientation=st.integers(0, 65535),
    exposure=st.tuples(st.integers(1, 2**31), st.integers(1, 2**31)),
)
def test_exifread_reads_the_same(order, make, orientation, exposure):
    stream = tiff(
        {MAKE: make, ORIENTATION: orientation}, exif={0x829A: [exposure], TAKEN: "2024:11:14 10:22:33"}, order=order
    )
    theirs = exifread.process_file(io.BytesIO(stream), details=False, extract_thumbnail=False)
    ours = read(stream).metadata
    assert ours["IFD0:Make"] == theirs["Image Make"].values
    assert ours["IFD0:Orientation"] == theirs["Image Orientation"].values[0]
    assert ours["ExifIFD:ExposureTime"] == pytest.approx(float(theirs["EXIF ExposureTime"].values[0]), rel=1e-9)
    assert ours["ExifIFD:DateTimeOriginal"] == theirs["EXIF DateTimeOriginal"].values


def test_zero_denominators_read_as_exiftool_prints_them():
    stream = tiff(exif={0xA432: [(24, 1), (70, 1), (0, 0), (1, 0)]})
    assert read(stream).metadata == {"ExifIFD:LensInfo": "24 70 undef inf"}


def test_tables_and_unknown_tags_are_left_out():
    assert read(tiff({0x0111: (LONG, 1, b"\0\0\0\0"), 0xC4A5: b"PrintIM", 0xEA1C: b"\0" * 40})).metadata == {}
    assert read(tiff({0x011A: (RATIONAL, 0, b"")})).metadata == {}


def test_exifread_gets_the_texts_with_two_readings_and_nothing_else(monkeypatch):
    given: list[bytes] = []
    monkeypatch.setattr(second_reader.exifread, "process_file", lambda file, **_: given.append(file.read()) or {})
    for order in "<>":
        data = tiff(
            {DESCRIPTION: "Мост", MAKE: "Zenit", SOFTWARE: (ASCII, 7, b"v1\0more"), 0x013B: (ASCII, 3, "ж\0".encode())},
            exif={TAKEN: "2024:11:14 10:22:33", 0xA433: "Зенит"},
            order=order,
        )
        read(data + bytes(100_000))
    assert [len(each) < 300 for each in given] == [True, True]
    for each in given:
        stream = TiffStream(each)
        texts = {
            (directory.name, tag.number): stream.bytes_of(tag)
            for directory in stream.directories()
            for tag in directory.tags.values()
            if tag.type == ASCII
        }
        assert texts == {
            ("IFD0", DESCRIPTION): "Мост\0".encode(),
            ("IFD0", SOFTWARE): b"v1\0more",
            ("IFD0", 0x013B): "ж\0".encode(),
            ("ExifIFD", 0xA433): "Зенит\0".encode(),
        }


def test_plain_texts_are_not_read_again(monkeypatch):
    monkeypatch.setattr(second_reader.exifread, "process_file", lambda *_, **__: pytest.fail("read again"))
    read(tiff({MAKE: "Zenit"}, exif={TAKEN: "2024:11:14 10:22:33"}))


def test_a_directory_bears_the_name_that_is_asked_for():
    stream = TiffStream(tiff({MAKE: "Zenit"}))
    at = int.from_bytes(stream.data[4:8], "little")
    assert [stream.directory(at, name).name for name in ("Sony", "Canon", "Sony")] == ["Sony", "Canon", "Sony"]


def test_what_is_wrong_with_a_directory_is_told_once_however_many_read_it():
    data = tiff({MAKE: "Zenit", 0x8769: (4, 1, b"\xff\xff\0\0")})
    reading = read_all(made.exif_jpeg(data), "jpeg")
    assert [gap.reason for gap in reading.gaps if gap.step == "exif"] == [
        f"ExifIFD at byte 65535 lies outside the {len(data)} bytes there"
    ]
