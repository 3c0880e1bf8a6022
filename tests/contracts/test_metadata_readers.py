"""What every listed metadata reader promises, tested on each of them.

Damaged bytes give a ReadError or findings, nothing else, within bounded time; only plain JSON comes out.
"""

import contextlib
import json
import re
import sys
import time
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from provenance.errors import ReadError
from provenance.examine import metadata
from provenance.examine.metadata import READERS, Reading, read_all, read_blocks
from provenance.examine.metadata.bounds import VALUE_CHARACTERS
from provenance.examine.metadata.containers import WALKERS, walk
from provenance.examine.metadata.containers.block import Blocks
from tests import container_bytes as made
from tests.exif_bytes import DESCRIPTION, MAKE, TAKEN, USER_COMMENT, gps, tiff

TIFF = tiff(
    {MAKE: "Zenit", DESCRIPTION: "Мост"},
    exif={TAKEN: "2024:11:14 10:22:33", USER_COMMENT: b"UNICODE\0" + "снег".encode("utf-16-le")},
    gps=gps("56.01", "N", "92.79", "E", t7=[(9, 1), (1, 1), (2, 1)], t29="2024:11:14"),
    ifd1={0x0201: 700, 0x0202: 6610},
    order=">",
)
PACKET = made.packet(
    "<dc:subject><rdf:Bag><rdf:li>rail</rdf:li></rdf:Bag></dc:subject>",
    'exif:GPSLatitude="56,0.6N" exif:GPSLongitude="92,47.4E" xmp:CreateDate="2024-11-14T10:22:33+07:00"',
)
IIM = made.dataset(90, "Канск".encode()) + made.dataset(120, b"Flat wagons") + made.dataset(55, b"20241114")
TEXT = (b"zTXt", b"Comment\0\0" + zlib.compress(b"slow train"))
GOOD = {
    "jpeg": made.jpeg(
        (0xE1, made.EXIF + TIFF),
        (0xE1, made.XMP + PACKET),
        (0xED, made.PHOTOSHOP + made.resource(0x0404, IIM)),
        (0xFE, b"hello"),
        tail=b"\xff\xd9PK\x03\x04",
    ),
    "png": made.png((b"IHDR", b"\0" * 13), TEXT, (b"eXIf", TIFF), (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + PACKET)),
    "webp": made.webp((b"EXIF", TIFF), (b"XMP ", PACKET)),
    "gif": made.gif(b"\x21\xfe" + made.sub_blocks(b"hello"), b"\x21\xff\x0bICCRGBG1012" + made.sub_blocks(b"x" * 200)),
    "tiff": tiff({MAKE: "Zenit", 700: (1, len(PACKET), PACKET), 33723: (7, len(IIM), IIM)}, exif={TAKEN: "2024:11:14"}),
    "heif": made.heif((b"Exif", made.exif_item(TIFF)), (b"mime", PACKET)),
    "jxl": made.box(b"JXL ", b"\r\n\x87\n") + made.box(b"Exif", made.exif_item(TIFF)) + made.box(b"xml ", PACKET),
}
CPU_S = 0.5  # for a few kilobytes; honest ones take a hundredth
FORMATS = [*WALKERS, "bmp"]

damage = st.lists(
    st.tuples(
        st.sampled_from(["flip", "cut", "insert", "huge length", "repeat"]),
        st.integers(0, 10_000),
        st.binary(max_size=8),
    ),
    max_size=6,
)


def damaged(data: bytes, how: list[tuple[str, int, bytes]]) -> bytes:
    for kind, place, junk in how:
        at = place % (len(data) + 1)
        if kind == "flip":
            data = data[:at] + junk + data[at + len(junk) :]
        elif kind == "cut":
            data = data[:at]
        elif kind == "insert":
            data = data[:at] + junk + data[at:]
        elif kind == "huge length":
            data = data[:at] + b"\xff\xff\xff\xff" + data[at + 4 :]
        else:
            data = data[:at] + data[at // 2 : at] * 3 + data[at:]
    return data


def assert_plain(value: object) -> None:
    """JSON as any program reads it: finite numbers, text without NULs, lone surrogates or terminal codes."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    text.encode()
    assert not re.search(r"\\u00(?:[01][0-9a-f]|7f)", text.replace("\\\\", ""))
    assert json.loads(text) == value  # no tuples, no keys that are not text


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
@pytest.mark.parametrize("kind", GOOD)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(how=damage)
def test_damaged_bytes_give_a_read_error_or_plain_findings_in_bounded_time(reader, kind, how):
    data = damaged(GOOD[kind], how)
    started = time.process_time()
    try:
        reading = reader.read(data, kind)
    except ReadError:
        reading = Reading()
    assert time.process_time() - started < CPU_S
    assert_plain(reading.metadata)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
@settings(max_examples=30, deadline=None)
@given(data=st.binary(max_size=300), format_=st.sampled_from(FORMATS))
def test_any_bytes_under_any_format_give_a_read_error_or_findings(reader, data, format_):
    with contextlib.suppress(ReadError):
        assert isinstance(reader.read(data, format_), Reading)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_nothing_there_is_nothing_found(reader):
    assert reader.read(made.jpeg(), "jpeg") == Reading()


def test_reading_opens_no_file_and_imports_nothing():
    """A locked worker can do neither."""
    seen: list[str] = []
    watching = True

    def listen(event: str, arguments: tuple[object, ...]) -> None:
        if watching and event in ("open", "import", "socket.connect"):
            seen.append(f"{event} {arguments[0]}")

    sys.addaudithook(listen)  # cannot be taken off again
    for kind, data in GOOD.items():
        read_all(data, kind)
    watching = False
    assert seen == []


def test_names_are_unique():
    assert len({reader.name for reader in READERS}) == len(READERS)


@pytest.mark.parametrize("kind", GOOD)
def test_the_undamaged_file_is_read_without_a_gap(kind):
    reading = read_all(GOOD[kind], kind)
    assert [gap for gap in reading.gaps if gap.step != "icc"] == []
    assert reading.metadata


@settings(max_examples=60, deadline=None)
@given(kind=st.sampled_from(sorted(GOOD)), how=damage)
def test_read_all_raises_nothing(kind, how):
    reading = read_all(damaged(GOOD[kind], how), kind)
    assert_plain(reading.metadata)
    assert all(gap.step and gap.reason for gap in reading.gaps)


def test_read_all_finds_what_its_readers_find_and_says_each_step():
    steps: list[str] = []
    reading = read_blocks(walk(GOOD["jpeg"], "jpeg"), at_step=steps.append)
    assert steps == [reader.name for reader in READERS]
    assert reading == read_all(GOOD["jpeg"], "jpeg")
    assert reading.metadata.items() >= READERS[1].read(GOOD["jpeg"], "jpeg").metadata.items()
    assert {"IFD0:Make", "XMP-dc:Subject", "IPTC:City", "File:Comment"} <= reading.metadata.keys()
    assert [trace.kind for trace in reading.traces] == ["trailer"]


def test_a_skipped_reader_is_not_run_and_leaves_a_gap():
    steps: list[str] = []
    reading = read_blocks(walk(GOOD["jpeg"], "jpeg"), skip={"xmp"}, at_step=steps.append)
    assert "xmp" not in steps
    assert not any(key.startswith("XMP") for key in reading.metadata)
    assert ("xmp", "did not finish within its limit") in [(gap.step, gap.reason) for gap in reading.gaps]


class Faulty:
    name = "faulty"

    def read_blocks(self, blocks: Blocks) -> Reading:
        raise KeyError(blocks.items[0].label)


def test_a_fault_in_one_reader_is_a_gap_and_costs_no_other(monkeypatch):
    monkeypatch.setattr(metadata, "READERS", (Faulty(), *READERS))
    reading = read_all(GOOD["jpeg"], "jpeg")
    assert ("faulty", "KeyError: 'APP1 Exif'") in [(gap.step, gap.reason) for gap in reading.gaps]
    assert reading.metadata["IFD0:Make"] == "Zenit"


def test_of_two_values_for_one_name_the_first_stays():
    two = made.jpeg(*((0xE1, made.EXIF + tiff({MAKE: make})) for make in ("Zenit", "Zorki")))
    assert read_all(two, "jpeg").metadata == {"IFD0:Make": "Zenit"}


def test_that_a_later_block_says_otherwise_is_said():
    makes = ("Zenit", "Zenit", "Zorki", "Lomo")
    data = made.jpeg(*((0xE1, made.EXIF + tiff({MAKE: make, DESCRIPTION: "rail"})) for make in makes))
    reading = read_all(data, "jpeg")
    assert [(gap.step, gap.reason.partition(": ")[2]) for gap in reading.gaps] == [
        ("exif", "IFD0:Make 'Zenit', here 'Zorki'"),
        ("exif", "IFD0:Make 'Zenit', here 'Lomo'"),
    ]
    third = walk(data, "jpeg").items[2]
    assert reading.gaps[0].reason.startswith(f"APP1 Exif at byte {third.offset} differs from an earlier block")


def test_of_many_fields_that_differ_a_few_are_shown_and_cut():
    packets = (made.packet("", " ".join(f'dc:x{n}="{text * 500}"' for n in range(40))) for text in "ab")
    reading = read_all(made.jpeg(*((0xE1, made.XMP + each) for each in packets)), "jpeg")
    assert reading.metadata["XMP-dc:X0"] == "a" * 500
    (gap,) = reading.gaps
    assert gap.reason.endswith("and 37 more")
    assert len(gap.reason) < 400


def test_a_long_text_is_cut_and_a_gap_says_so():
    reading = read_all(made.png((b"tEXt", b"workflow\0" + b"x" * 100_000)), "png")
    assert len(reading.metadata["PNG:Workflow"]) == VALUE_CHARACTERS
    assert "of 100000 characters" in reading.gaps[0].reason


def test_all_fields_together_stay_under_a_limit():
    texts = [(b"tEXt", b"key%d\0" % n + b"x" * 60_000) for n in range(100)]
    reading = read_all(made.png(*texts), "png")
    assert len(json.dumps(reading.metadata)) < 256 * 1024
    assert len(json.dumps([gap.reason for gap in reading.gaps])) < 32 * 1024
