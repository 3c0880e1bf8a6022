"""What wrote a JPEG: its tables, frame and segments as they are in real and hand-made files, and what they point to."""

import re
import struct
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from provenance.errors import ReadError
from provenance.examine.metadata.containers import walk
from provenance.examine.traces import SIGNS, Subject
from provenance.examine.traces.ijg_quality import ZIG_ZAG, exact, nearest, scaled
from provenance.examine.traces.jpeg_encoder import JpegEncoder
from provenance.examine.traces.jpeg_marks import MAX_SEGMENTS, marks, scan_offsets
from provenance.examine.traces.jpeg_tables import KNOWN, digest
from provenance.examine.traces.platform_marks import PlatformMarks
from tests import pictures
from tests.contracts.test_metadata_readers import damage, damaged

ADOBE, CANON = "36a4972c782f4aaa", "7726022695571522"  # 30 of 39 and 17 of 17 in jpeg_tables.json


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def dqt(number: int, table: tuple[int, ...], *, bits: int = 8) -> bytes:
    wide = bits == 16
    return segment(0xDB, bytes([wide << 4 | number]) + struct.pack(f">64{'H' if wide else 'B'}", *table))


def sof(
    marker: int = 0xC0, *, size: tuple[int, int] = (64, 48), factors: tuple[int, ...] = (0x22, 0x11, 0x11), depth=8
) -> bytes:
    body = struct.pack(">BHHB", depth, size[1], size[0], len(factors))
    return segment(marker, body + b"".join(bytes([n + 1, f, min(n, 1)]) for n, f in enumerate(factors)))


SOS = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"scan"
JFIF = segment(0xE0, b"JFIF\0\x01\x02\0\0\x01\0\x01\0\0")


def made(*parts: bytes) -> bytes:
    return b"\xff\xd8" + b"".join(parts) + SOS + b"\xff\xd9"


def ijg(quality: int, **frame) -> bytes:
    return made(JFIF, dqt(0, scaled(quality)), dqt(1, scaled(quality, chroma=True)), sof(**frame))


def traces(data: bytes, sign=JpegEncoder, **more):
    return tuple(sign().traces(Subject(data, "jpeg", "photo.jpg", **more)))


jpeg = partial(pictures.jpeg, size=(96, 64))


@pytest.mark.parametrize("quality", [1, 5, 30, 49, 50, 75, 87, 99, 100])
def test_the_quality_that_libjpeg_was_given_is_told(quality):
    assert exact(*marks(jpeg(quality=quality)).quantisation) == quality


def test_tables_are_in_zig_zag_order_where_pillow_has_them_in_natural_order():
    data = jpeg(quality=60)
    natural = Image.open(pictures.io.BytesIO(data)).quantization[0]
    table = marks(data).tables[0]
    assert table == scaled(60)
    assert list(table) != list(natural)
    assert [natural[at] for at in ZIG_ZAG] == list(table)


@given(st.integers(1, 100), st.booleans())
def test_every_table_of_the_scale_is_its_own_nearest(quality, chroma):
    near, apart = nearest(scaled(quality, chroma=chroma), chroma=chroma)
    assert apart == 0
    assert scaled(near, chroma=chroma) == scaled(quality, chroma=chroma)


@pytest.mark.parametrize("options", [{"mode": "CMYK"}, {"mode": "RGB", "keep_rgb": True}, {"mode": "L"}])
def test_one_table_for_all_channels_has_its_quality(options):
    mode = options["mode"]
    written = {"keep_rgb": True} if "keep_rgb" in options else {}
    data = pictures.encode(pictures.scene(3, (64, 48)).convert(mode), "JPEG", quality=85, **written)
    assert "IJG quality 85" in traces(data)[0].says


def test_luma_of_one_quality_with_chroma_of_another_is_no_quality():
    assert exact(scaled(80), scaled(81, chroma=True)) is None


def test_tables_of_16_bit_are_read_and_their_quality_told():
    data = made(
        dqt(0, scaled(5, extended=True), bits=16), dqt(1, scaled(5, chroma=True, extended=True), bits=16), sof(0xC1)
    )
    found = marks(data)
    assert max(found.tables[0]) > 255
    assert found.table_bits == 16
    assert "IJG quality 5, 4:2:0, sequential" in traces(data)[0].says


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"subsampling": "4:4:4"}, "4:4:4, baseline"),
        ({"subsampling": "4:2:2"}, "4:2:2, baseline"),
        ({"subsampling": "4:2:0", "progressive": True}, "4:2:0, progressive in 10 scans"),
    ],
)
def test_sampling_and_coding_are_said(options, said):
    assert said in traces(jpeg(**options))[0].says


def test_grey_arithmetic_and_12_bit_are_said():
    assert "grey" in traces(made(dqt(0, scaled(75)), sof(factors=(0x11,))))[0].says
    assert "arithmetic" in traces(ijg(75, marker=0xC9))[0].says
    assert "12 bit" in traces(ijg(75, marker=0xC1, depth=12))[0].says


def test_huffman_tables_of_the_standard_are_told_from_fitted_ones():
    assert marks(jpeg()).standard_huffman is True
    assert marks(jpeg(optimize=True)).standard_huffman is False
    assert marks(ijg(75)).standard_huffman is None


def test_the_order_of_segments_jfif_adobe_and_restarts_are_kept():
    adobe = segment(0xEE, b"Adobe\0\x64\0\0\0\0\x01")
    found = marks(made(JFIF, adobe, dqt(0, scaled(75)), segment(0xDD, b"\0\x40"), sof(), segment(0xFE, b"hello")))
    assert found.order == "APP0(JFIF) APP14(Adobe) DQT DRI SOF0 COM SOS"
    assert (found.jfif, found.adobe_transform, found.restart_interval) == ("1.02", 1, 64)


def test_a_thumbnail_in_a_segment_and_what_follows_the_end_are_not_walked():
    thumbnail = jpeg(quality=20, size=(32, 32))
    found = marks(made(segment(0xE1, b"Exif\0\0" + thumbnail), dqt(0, scaled(90)), sof()) + jpeg(quality=10))
    assert found.tables == {0: scaled(90)}
    assert found.scans == 1


def test_tables_between_scans_do_not_replace_those_of_the_first():
    data = made(dqt(0, scaled(90)), sof())[:-2] + dqt(0, scaled(10)) + SOS + b"\xff\xd9"
    assert marks(data).tables == {0: scaled(90)}
    assert marks(data).scans == 2


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xff\xd8\xff\xd9", "no frame"),
        (made(dqt(0, scaled(75))), "no frame"),
        (made(segment(0xDB, b"\0" + b"\x01" * 20), sof()), "quantisation table 00 of 20 bytes, 64 needed"),
        (made(segment(0xDB, b"\0" * 65), sof()), "divides by zero"),
        (made(sof(factors=(0x11,) * 9)), "9 channels"),
        (b"\xff\xd8" + segment(0xFE, b"") * (MAX_SEGMENTS + 1) + sof(), "more than 4096 segments"),
    ],
)
def test_what_is_damaged_is_said(data, reason):
    with pytest.raises(ReadError, match=reason):
        marks(data)


def test_a_jpeg_that_breaks_off_after_its_frame_still_says_what_it_has():
    (facts,) = traces(jpeg(quality=75)[:-200])
    assert "IJG quality 75" in facts.says
    assert "breaks off: no end" in facts.because


@pytest.mark.parametrize("marker", [0xDB, 0xC4, 0xDA, 0xFE])
def test_many_segments_are_bounded(marker):
    body = dqt(0, scaled(75))[4:] if marker == 0xDB else b"\0" * 20
    assert marks(made(sof())[:-2] + segment(marker, body) * 20_000).problem == "more than 4096 segments"


@given(st.lists(st.sampled_from([b"\xff", b"\0", b"\xd0", b"\xd7", b"\0" * 509, b"\xff\0" * 2040]), max_size=9))
def test_the_next_marker_is_the_first_that_is_no_stuffing_fill_or_restart(parts):
    scan = b"".join(parts)
    first = re.search(rb"\xff[^\x00\xff\xd0-\xd7]", scan + b"\xff\xda")
    assert scan_offsets(b"\xff\xd8" + scan + b"\xff\xda\0\x02", 1) == [2 + first.start()]


def test_a_marker_is_found_wherever_it_lies_among_what_is_read_in_one_go():
    for length in (*range(505, 520), 512 + 4096 - 2, 512 + 4096 - 1, 512 + 4096):
        assert scan_offsets(b"\xff\xd8" + b"\xff\0" * (length // 2) + b"a" * (length % 2) + SOS, 9) == [2 + length]
        assert scan_offsets(b"\xff\xd8" + b"\xff" * length + SOS, 9) == [2 + length]


def known_file(key: str, **more) -> bytes:
    """A JPEG with tables that are known by this digest: those of luma are in the data, those of chroma are not."""
    luma = KNOWN[key].luma
    return made(dqt(0, luma), dqt(1, luma), sof(**more))


def test_known_tables_name_who_wrote_files_with_them_and_count(monkeypatch):
    data = known_file(CANON)
    monkeypatch.setitem(KNOWN, digest(marks(data).quantisation), KNOWN[CANON])
    _, known = traces(data)
    assert known.says == "quantisation tables as in files of Canon"
    assert "17 of 17" in known.because
    assert known.score == 0.82
    assert "any program can write any table" in known.but


def test_tables_of_one_known_file_are_said_to_be_of_one(monkeypatch):
    key = next(key for key, known in KNOWN.items() if known.files == known.most[1] == 1)
    data = known_file(key)
    monkeypatch.setitem(KNOWN, digest(marks(data).quantisation), KNOWN[key])
    _, known = traces(data)
    assert "as in the one known file of" in known.says
    assert known.score == 0.21


def test_a_make_that_never_had_these_tables_is_a_trace(monkeypatch):
    data = known_file(CANON)
    monkeypatch.setitem(KNOWN, digest(marks(data).quantisation), KNOWN[CANON])
    assert len(traces(data, metadata={"IFD0:Make": "CANON"})) == 2
    *_, other = traces(data, metadata={"IFD0:Make": "NIKON CORPORATION"})
    assert "'NIKON CORPORATION'" in other.says
    assert "those of Canon" in other.says


def test_tables_that_many_makes_have_name_nobody(monkeypatch):
    key = next(key for key, known in KNOWN.items() if 2 * known.most[1] <= known.files)
    data = known_file(key)
    monkeypatch.setitem(KNOWN, digest(marks(data).quantisation), KNOWN[key])
    assert len(traces(data)) == 1


def test_adobe_comes_before_the_camera_whose_make_it_keeps():
    assert KNOWN[ADOBE].most == ("Adobe", 30)


def test_no_table_of_libjpegs_scale_is_among_the_known_ones():
    assert not {digest((scaled(q), scaled(q, chroma=True))) for q in range(1, 101)} & KNOWN.keys()


def telegram(size=(1280, 960), quality=87, **options) -> bytes:
    return pictures.encode(
        Image.new("RGB", size), "JPEG", quality=quality, **{"progressive": True, "subsampling": "4:2:0"} | options
    )


def platforms(data: bytes) -> list[str]:
    return [trace.says for trace in traces(data, PlatformMarks, blocks=walk(data, "jpeg"))]


def test_a_photo_written_as_telegram_writes_it_is_told_with_what_else_may_have():
    (only,) = traces(telegram(), PlatformMarks)
    assert only.says == "written as Telegram writes photos"
    assert only.score is None
    assert "libjpeg" in only.but


@pytest.mark.parametrize("size", [(1280, 960), (1000, 960)], ids=["of a platform's size", "of another"])
@pytest.mark.parametrize("progressive", [True, False])
def test_a_bare_jpeg_has_one_line_for_its_encoder_and_one_for_where_it_may_have_been(size, progressive):
    data = telegram(size=size, progressive=progressive)
    quick = [sign for sign in SIGNS if sign.quick]
    found = [
        trace.kind for sign in quick for trace in sign.traces(Subject(data, "jpeg", "a.jpg", *size, walk(data, "jpeg")))
    ]
    assert found == ["encoder", "platform"]


@pytest.mark.parametrize(
    "data",
    [
        telegram(size=(1279, 960)),
        telegram(quality=88),
        telegram(progressive=False),
        telegram(subsampling="4:4:4"),
        telegram(exif=pictures.exif({pictures.MAKE: "Zenit"})),
        telegram(comment=b"hello"),
    ],
    ids=["size", "quality", "baseline", "sampling", "exif", "comment"],
)
def test_what_differs_in_one_thing_is_not_as_telegram_writes(data):
    assert "written as Telegram writes photos" not in platforms(data)


def test_a_bare_jpeg_of_a_documented_size_names_the_platforms_and_one_with_exif_none():
    bare = telegram(size=(2048, 1200), progressive=False)
    assert platforms(bare) == ["of a size that platforms reduce to (X), with nothing but the picture in the file"]
    assert platforms(telegram(size=(2048, 1200), exif=pictures.exif({pictures.MAKE: "Zenit"}))) == []


@settings(max_examples=150, deadline=None)
@given(how=damage)
@pytest.mark.parametrize("sign", [JpegEncoder, PlatformMarks])
def test_damaged_jpegs_give_traces_or_a_read_error(sign, how):
    try:
        found = traces(damaged(GOOD, how), sign)
    except ReadError:
        return
    assert all(trace.says and trace.because and trace.source and trace.but for trace in found)


GOOD = telegram(size=(80, 64), restart_marker_blocks=2)
