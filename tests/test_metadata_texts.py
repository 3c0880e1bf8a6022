"""The small readers: PNG text, comments, names of colour profiles, and what follows a JPEG."""

import struct

import pytest

from provenance.errors import ReadError
from provenance.examine.metadata.base import Reading
from provenance.examine.metadata.comments import Comments, Trailers
from provenance.examine.metadata.containers.block import Block
from provenance.examine.metadata.dates import date_reading
from provenance.examine.metadata.icc import Icc
from provenance.examine.metadata.png_text import PngText
from provenance.examine.metadata.text import MAX_BYTES, UNREADABLE, encoded_text, text_of
from tests import container_bytes as made


def text(keyword: bytes, value: bytes) -> Reading:
    return PngText().read(made.png((b"tEXt", keyword + b"\0" + value)), "png")


@pytest.mark.parametrize(
    ("keyword", "name"),
    [
        (b"parameters", "PNG:Parameters"),
        (b"Creation Time", "PNG:CreationTime"),
        (b"my key word", "PNG:MyKeyWord"),
        (b"sd-metadata", "PNG:Sd-metadata"),
        (b"date:create", "PNG:Datecreate"),
    ],
)
def test_a_keyword_is_named_as_exiftool_names_it(keyword, name):
    assert text(keyword, b"Steps: 20, Sampler: Euler").metadata == {name: "Steps: 20, Sampler: Euler"}


def test_png_text_is_utf8_where_it_is_valid_else_windows_1252():
    assert text(b"Title", "Мост".encode()).metadata == {"PNG:Title": "Мост"}
    assert text(b"Author", b"Andr\xe9").metadata == {"PNG:Author": "André"}


def test_the_time_chunk_is_a_change_in_utc():
    reading = PngText().read(made.png((b"tIME", struct.pack(">HBBBBB", 2015, 9, 16, 20, 28, 45))), "png")
    assert reading.metadata == {"PNG:ModifyDate": "2015:09:16 20:28:45"}
    assert [(date.means, date.stated) for date in reading.dates] == [("modified", "2015-09-16T20:28:45Z")]


@pytest.mark.parametrize(
    ("written", "stated", "precision"),
    [
        (b"Tue, 16 Jun 2009 10:22:33 +0700", "2009-06-16T10:22:33+07:00", "second"),
        (b"6 Jan 2009 10:22 GMT", "2009-01-06T10:22:00Z", "minute"),
        (b"2014:11:14", "2014-11-14", "day"),
    ],
)
def test_a_creation_time_is_read_as_the_standard_writes_it(written, stated, precision):
    (date,) = text(b"Creation Time", written).dates
    assert (date.means, date.stated, date.precision) == ("created", stated, precision)
    assert date.text == written.decode()


def test_a_creation_time_in_free_words_stays_text_with_a_gap():
    reading = text(b"Creation Time", b"6/16/09")
    assert (reading.metadata, reading.dates) == ({"PNG:CreationTime": "6/16/09"}, ())
    assert reading.gaps[0].step == "dates"


def test_comments_of_jpeg_and_gif_have_one_name():
    assert Comments().read(made.jpeg((0xFE, b"Zenit\0junk")), "jpeg").metadata == {"File:Comment": "Zenit"}
    gif = made.gif(b"\x21\xfe" + made.sub_blocks(b"Zenit"))
    assert Comments().read(gif, "gif").metadata == {"File:Comment": "Zenit"}


@pytest.mark.parametrize(
    ("tail", "what"),
    [(b"PK\x03\x04zip", "ZIP archive"), (b"\0\0\0\x18ftypmp42", "motion photo"), (b"\xff\xd8\xff\xe0", "another JPEG")],
)
def test_what_follows_a_jpeg_is_named_by_its_first_bytes(tail, what):
    (trace,) = Trailers().read(made.jpeg(tail=b"\xff\xd9" + tail), "jpeg").traces
    assert trace.says.startswith(f"{len(tail)} bytes after the end of the picture")
    assert what in trace.says


def profile(tag: bytes, head: bytes = bytes(36), rest: bytes = bytes(88)) -> bytes:
    return head + b"acsp" + rest + struct.pack(">I4sII", 1, b"desc", 144, len(tag)) + tag


def icc(data: bytes) -> Reading:
    return Icc().read_block(Block("icc", data, 0, "APP2 ICC"), 0)


def test_a_profile_is_named_in_both_versions_of_the_format():
    second = b"desc\0\0\0\0" + struct.pack(">I", 6) + b"sRGB 2\0"
    fourth = b"mluc\0\0\0\0" + struct.pack(">II4sII", 1, 12, b"enUS", 20, 28) + "Display P3".encode("utf-16-be")
    assert icc(profile(second)).metadata == {"ICC_Profile:ProfileDescription": "sRGB 2"}
    assert icc(profile(fourth)).metadata == {"ICC_Profile:ProfileDescription": "Display P3"}


def test_a_profile_that_is_none_or_is_cut_raises_a_read_error():
    with pytest.raises(ReadError, match="no ICC profile"):
        icc(b"\0" * 200)


def test_of_a_profile_that_is_cut_the_header_is_read_and_the_rest_is_a_gap():
    head = b"\0\0\0\0lcms\2\x10\0\0mntrRGB XYZ " + struct.pack(">6H", 2012, 1, 25, 3, 41, 57)
    reading = icc(profile(b"desc" + b"x" * 40, head, b"APPL" + bytes(36) + b"lcms" + bytes(44))[:-10])
    assert reading.metadata == {
        "ICC-header:ProfileCMMType": "lcms",
        "ICC-header:ProfileClass": "mntr",
        "ICC-header:ColorSpaceData": "RGB",
        "ICC-header:ProfileConnectionSpace": "XYZ",
        "ICC-header:PrimaryPlatform": "APPL",
        "ICC-header:ProfileCreator": "lcms",
        "ICC-header:ProfileVersion": 528,
        "ICC-header:ProfileDateTime": "2012:01:25 03:41:57",
    }
    assert "after the profile" in reading.gaps[0].reason


def test_long_texts_are_cut_between_characters():
    for begin in ("", "a", "ab", "abc"):
        text = begin + "\u6587" * MAX_BYTES
        assert text.startswith(encoded_text(text.encode()))
        assert text.startswith(text_of(text.encode()))
        assert MAX_BYTES - len(encoded_text(text.encode()).encode()) < 4
    assert text_of(b"\xff" * 2 * MAX_BYTES) == UNREADABLE * MAX_BYTES


def test_bytes_that_mean_nothing_in_windows_1252_are_marked():
    assert encoded_text(b"\x81\x8d\x8f\x90\x9d\x80\xe9") == UNREADABLE * 5 + "\u20ac\xe9"


def test_the_padding_of_a_date_is_not_kept_with_it():
    date = date_reading("ExifIFD:DateTimeOriginal", "2024:11:14 10:22:33" + " " * 100_000, "taken")
    assert date is not None
    assert date.text.startswith("2024:11:14 10:22:33 ")
    assert len(date.text) == 64
