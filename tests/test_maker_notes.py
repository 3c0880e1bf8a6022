"""Maker notes: whose they are, in which byte order, and never a value that does not lie in the note."""

import plistlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.errors import ReadError
from provenance.examine.metadata.base import Reading
from provenance.examine.metadata.containers.block import Block
from provenance.examine.metadata.maker_note_ciphers import pentax_shutter_count, sony_counts
from provenance.examine.metadata.maker_notes import MakerNotes
from tests.exif_bytes import ASCII, LONG, MAKE, MODEL, NOTE, NOTE_AT, RATIONAL, SHORT, Directory, note, tiff

FAKE_SERIAL = "AB1234567"


def read(stream: bytes) -> Reading:
    return MakerNotes().read_block(Block("exif", stream, 100, "APP1 Exif"), 0)


def photo(make: str, maker_note: bytes, *, order: str = "<", model: str = "M1") -> bytes:
    return tiff({MAKE: make, MODEL: model}, exif={NOTE: maker_note}, order=order)


def values(make: str, maker_note: bytes, **more: str) -> dict[str, object]:
    return read(photo(make, maker_note, **more)).metadata


def in_tiff(header: bytes, tags: Directory, order: str = "<", shift: int = 0) -> bytes:
    return note(header, tags, order=order, offsets_from=NOTE_AT, shift=shift)


def canon_time(order: str, zone: int, saving: int) -> tuple[int, int, bytes]:
    return LONG, 4, struct.pack(order + "4i", 16, zone, 20, saving)


def test_canon_names_its_camera_its_lens_and_its_time_zone():
    tags = {0x0C: 560018150, 0x95: "EF35mm f/2 IS USM", 0x96: FAKE_SERIAL, 0x28: bytes(range(16))}
    assert values("Canon", in_tiff(b"", tags | {0x35: canon_time("<", -480, 60), 0x09: "A. Reporter"})) == {
        "Canon:SerialNumber": 560018150,
        "Canon:OwnerName": "A. Reporter",
        "Canon:LensModel": "EF35mm f/2 IS USM",
        "Canon:InternalSerialNumber": FAKE_SERIAL,
        "Canon:ImageUniqueID": "000102030405060708090a0b0c0d0e0f",
        "Canon:TimeZone": -480,
        "Canon:TimeZoneCity": 20,
        "Canon:DaylightSavings": 60,
    }


@pytest.mark.parametrize("around", ["<", ">"])
@pytest.mark.parametrize("inside", ["<", ">"])
def test_a_note_keeps_its_own_byte_order(around, inside):
    """Software that writes the EXIF anew in the other order leaves the note as it was: 60 would read as 301989888."""
    maker_note = in_tiff(b"", {0x35: canon_time(inside, 60, 0)}, inside)
    assert values("Canon", maker_note, order=around)["Canon:TimeZone"] == 60


def test_a_zone_that_no_clock_has_is_not_read():
    reading = read(photo("Canon", in_tiff(b"", {0x35: canon_time("<", 301989888, 0)})))
    assert reading.metadata == {}
    assert "301989888" in reading.gaps[0].reason


def test_a_canon_raw_files_own_stream_is_a_canon_note():
    stream = tiff({0x96: FAKE_SERIAL})
    reading = MakerNotes().read_block(Block("makernote", stream, 0, "CMT3"), 0)
    assert reading.metadata == {"Canon:InternalSerialNumber": FAKE_SERIAL}


@pytest.mark.parametrize("order", ["<", ">"])
def test_nikon_has_a_tiff_header_in_its_note(order):
    header = b"Nikon\0\2\x10\0\0" + (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8)
    lens: list[tuple[int, int]] = [(18, 1), (105, 1), (7, 2), (28, 5)]
    zone = (7, 4, struct.pack(order + "hBB", 60, 1, 2))
    tags = {1: b"0211", 0x1D: "2567806", 0x24: zone, 0x84: lens, 0xA7: 123456}
    tags[0xB6] = struct.pack(order + "H5Bx", 2014, 12, 20, 11, 56, 16)
    maker_note = note(header, tags, order=order, offsets_from=-10)
    assert values("NIKON CORPORATION", maker_note, order=">") == {
        "Nikon:MakerNoteVersion": "0211",
        "Nikon:SerialNumber": "2567806",
        "Nikon:TimeZone": 60,
        "Nikon:DaylightSavings": 1,
        "Nikon:DateDisplayFormat": 2,
        "Nikon:Lens": "18 105 3.5 5.6",
        "Nikon:ShutterCount": 123456,
        "Nikon:PowerUpTime": "2014:12:20 11:56:16",
    }


def test_an_old_nikon_note_is_a_bare_directory():
    assert values("NIKON", in_tiff(b"", {0xA0: "NO= 100005e5"})) == {"Nikon:SerialNumber": "NO= 100005e5"}


@pytest.mark.parametrize("order", ["<", ">"])
def test_olympus_keeps_its_serial_numbers_in_a_directory_inside_the_note(order):
    header = b"OLYMPUS\0" + (b"II" if order == "<" else b"MM") + b"\3\0"
    begins = len(header) + 2 + 12 * 2 + 4
    equipment = note(
        b"",
        {0x101: "BHP123456", 0x201: bytes([0, 1, 5, 0x10, 0, 0]), 0x203: "M.14-42mm"},
        order=order,
        offsets_from=begins,
    )
    settings = note(b"", {0x908: "2013:11:12 04:54:29"}, order=order, offsets_from=begins + len(equipment))
    pointers = {
        0x2010: (13, 1, struct.pack(order + "I", begins)),
        0x2020: (13, 1, struct.pack(order + "I", begins + len(equipment))),
    }
    reading = read(photo("OLYMPUS", note(header, pointers, order=order) + equipment + settings))
    assert reading.metadata == {
        "Olympus:SerialNumber": "BHP123456",
        "Olympus:LensType": "0 05 10",
        "Olympus:LensModel": "M.14-42mm",
        "Olympus:DateTimeUTC": "2013:11:12 04:54:29",
    }
    assert [(date.means, date.stated) for date in reading.dates] == [("taken", "2013-11-12T04:54:29Z")]


def test_panasonic_writes_places_of_its_own_list():
    tags = {0x25: b"F350807010058\0\0\0", 0x29: 1450, 0x6B: b"---\0\0", 0x6D: b"Omsk\0\0", 2: b"\0\1\0\0"}
    reading = read(photo("Panasonic", in_tiff(b"Panasonic\0\0\0", tags)))
    assert reading.metadata == {
        "Panasonic:FirmwareVersion": "0 1 0 0",
        "Panasonic:InternalSerialNumber": "F350807010058",
        "Panasonic:TimeSincePowerOn": 14.5,
        "Panasonic:State": "---",
        "Panasonic:City": "Omsk",
    }
    assert [(place.field, place.text) for place in reading.place_fields] == [("Panasonic:City", "Omsk")]


def test_pentax_states_a_date_a_camera_and_an_enciphered_count():
    day, clock = bytes([2008 >> 8, 2008 & 255, 3, 2]), bytes([12, 1, 23])
    key = int.from_bytes(day) ^ ~int.from_bytes(clock + b"\0")
    camera = (LONG, 5, struct.pack(">5I", 76830, 20061107, 2, 1, 6322060))
    tags = {6: day, 7: clock, 0x5D: ((1648 ^ key) & 0xFFFFFFFF).to_bytes(4), 0x215: camera, 0x3F: bytes([3, 44])}
    reading = read(photo("PENTAX Corporation", in_tiff(b"AOC\0MM", tags, ">")))
    assert reading.metadata == {
        "Pentax:Date": "2008:03:02",
        "Pentax:Time": "12:01:23",
        "Pentax:LensType": "3 44",
        "Pentax:PentaxModelID": 76830,
        "Pentax:ManufactureDate": "2006:11:07",
        "Pentax:InternalSerialNumber": 6322060,
        "Pentax:ShutterCount": 1648,
    }
    assert [(date.field, date.stated) for date in reading.dates] == [("Pentax:Date", "2008-03-02T12:01:23")]


def test_an_iphone_states_how_long_it_has_been_on_and_what_belongs_together():
    on = plistlib.dumps({"flags": 1, "value": 239598178053166, "timescale": 10**9, "epoch": 0}, fmt=plistlib.FMT_BINARY)
    tags = {3: on, 0x0B: "B1", 0x11: "7D08-LIVE", 0x15: "D1BB528D"}
    assert values("Apple", note(b"Apple iOS\0\0\1MM", tags, order=">")) == {
        "Apple:BurstUUID": "B1",
        "Apple:ContentIdentifier": "7D08-LIVE",
        "Apple:ImageUniqueID": "D1BB528D",
        "Apple:RunTimeFlags": 1,
        "Apple:RunTimeValue": 239598178053166,
        "Apple:RunTimeScale": 10**9,
        "Apple:RunTimeEpoch": 0,
    }


def test_a_property_list_with_a_huge_count_of_objects_is_refused():
    hostile = b"bplist00" + bytes(8) + bytes(6) + b"\1\1" + (2**40).to_bytes(8) + bytes(8) + (8).to_bytes(8)
    reading = read(photo("Apple", note(b"Apple iOS\0\0\1MM", {3: hostile}, order=">")))
    assert reading.metadata == {}
    assert "1099511627776 objects, limit" in reading.gaps[0].reason


@pytest.mark.parametrize(
    ("make", "maker_note", "field", "value"),
    [
        (
            "FUJIFILM",
            note(b"FUJIFILM\x0c\0\0\0", {0x10: "FPX20582698"}),
            "FujiFilm:InternalSerialNumber",
            "FPX20582698",
        ),
        ("CASIO", in_tiff(b"QVC\0\0\0", {0x3006: "London"}, ">"), "Casio:HometownCity", "London"),
        (
            "CASIO",
            in_tiff(b"QVC\0\0\0", {0x2001: b"0302\x00\x002809\0\x0045\0\0\0\0"}, ">"),
            "Casio:FirmwareDate",
            "0302280945",
        ),
        ("Motorola", note(b"MOT\0\1\0\0\0", {0x5501: "NX0A3S0075"}), "Motorola:SerialNumber", "NX0A3S0075"),
        ("SIGMA", in_tiff(b"SIGMA\0\0\0\1\0", {2: "02000019"}), "Sigma:SerialNumber", "02000019"),
        ("RICOH", in_tiff(b"Ricoh\0\0\0", {5: b"0000000012345678"}, ">"), "Ricoh:SerialNumber", "0000000012345678"),
        ("SONY", in_tiff(b"SONY DSC \0\0\0", {0x2031: "45230100"}), "Sony:SerialNumber", "0012345"),
        ("SONY", in_tiff(b"SONY DSC \0\0\0", {0xB001: 297}), "Sony:SonyModelID", 297),
        ("DJI", in_tiff(b"", {9: (11, 1, struct.pack("<f", -30.5))}), "DJI:CameraPitch", -30.5),
        ("Leica Camera AG", note(b"LEICA\0\4\0", {0x305: 4201234}), "Leica:SerialNumber", 4201234),
        ("SAMSUNG", note(b"", {1: b"0100", 0xA002: FAKE_SERIAL}), "Samsung:SerialNumber", FAKE_SERIAL),
        ("KONICA MINOLTA", in_tiff(b"", {0: b"MLT0", 0x10C: (LONG, 1, b"\x0a\0\0\0")}), "Minolta:LensType", 10),
    ],
)
def test_each_makers_note_is_known_by_its_first_bytes(make, maker_note, field, value):
    reading = read(photo(make, maker_note))
    assert reading.metadata[field] == value
    assert reading.gaps == ()


def test_sonys_cipher_is_undone_and_unknown_models_are_not_guessed_at():
    plain = bytearray(0x90)
    plain[0x3A:0x3D] = (3714).to_bytes(3, "little")
    plain[0x88:0x8E] = bytes([0, 0, 106, 13, 112, 15])
    written = bytes(byte**3 % 249 if byte < 249 else byte for byte in plain)
    assert sony_counts(written, "ILCE-7M3") == {"ShutterCount": 3714, "InternalSerialNumber": "0 0 106 13 112 15"}
    assert sony_counts(written, "ILCE-77") == {}
    with pytest.raises(ReadError, match="expected"):
        sony_counts(written[:-5], "ILCE-7M3")


@given(st.integers(0, 2**32 - 1), st.binary(min_size=4, max_size=4), st.binary(min_size=3, max_size=3))
def test_pentaxs_cipher_is_its_own_inverse(count, day, clock):
    once = pentax_shutter_count(count.to_bytes(4), day, clock)["ShutterCount"]
    assert pentax_shutter_count(once.to_bytes(4), day, clock) == {"ShutterCount": count}


@pytest.mark.parametrize("shift", [-30, 24, 66, 4000])
def test_a_note_that_was_moved_is_read_by_the_one_shift_that_fits_and_that_is_said(shift):
    reading = read(photo("Canon", in_tiff(b"", {0x95: "EF35mm f/2 IS USM", 0x96: FAKE_SERIAL}, shift=shift)))
    assert reading.metadata == {"Canon:LensModel": "EF35mm f/2 IS USM", "Canon:InternalSerialNumber": FAKE_SERIAL}
    assert f"{shift} bytes off" in reading.gaps[0].reason


def test_values_that_overlap_were_not_just_moved():
    far = {0x95: (ASCII, 200, b"A" * 200), 0x96: (ASCII, 10, b"B" * 10)}
    maker_note = bytearray(in_tiff(b"", far, shift=5000))
    maker_note[10:14] = maker_note[22:26]  # both texts at one place
    reading = read(photo("Canon", bytes(maker_note)))
    assert reading.metadata == {}
    assert all("lie outside the note" in gap.reason for gap in reading.gaps)


def test_what_lies_outside_the_note_is_not_taken_for_its_value():
    """The stream goes on behind the note: its bytes are somebody else's."""
    far = {0x95: (ASCII, 9, b"EF35mm\0\0\0"), 0x96: (ASCII, 900, b"A" * 6)}
    reading = read(photo("Canon", in_tiff(b"", far)))
    assert "Canon:InternalSerialNumber" not in reading.metadata
    assert "lie outside the note" in reading.gaps[0].reason


def test_text_that_is_none_is_not_shown_as_a_serial_number():
    reading = read(photo("Canon", in_tiff(b"", {0x96: (ASCII, 9, b"\xd9?\x0fY\x8b\xff\x01\x02\0"), 0x0C: 77})))
    assert reading.metadata == {"Canon:SerialNumber": 77}
    assert "is not text" in reading.gaps[0].reason


@pytest.mark.parametrize(
    ("make", "maker_note"),
    [
        ("Canon", b"\xff\xff" + bytes(40)),
        ("Canon", bytes(40)),
        ("NIKON", b"Nikon\0\2\x10\0\0II*\0"),
        ("FUJIFILM", b"FUJIFILM\xff\xff\xff\x7f"),
        ("OLYMPUS", b"OLYMPUS\0II\3\0" + b"\x20\0" + bytes(30)),
    ],
)
def test_a_note_without_a_whole_directory_is_a_read_error(make, maker_note):
    with pytest.raises(ReadError):
        read(photo(make, maker_note))


def test_a_note_outside_the_block_is_a_read_error():
    with pytest.raises(ReadError, match="outside"):
        read(tiff({MAKE: "Canon"}, exif={NOTE: (7, 0xFFFFFFF0, bytes(8))}))


@pytest.mark.parametrize("make", ["Zenit", ""])
def test_a_note_of_another_maker_and_a_file_without_one_say_nothing(make):
    assert read(photo(make, b"ZENIT" + bytes(30))) == Reading()
    assert read(tiff({MAKE: "Canon"})) == Reading()
    assert read(b"no TIFF at all") == Reading()  # the reader of EXIF says so


GOOD = (
    photo("Canon", in_tiff(b"", {0x35: canon_time("<", 60, 0), 0x96: FAKE_SERIAL, 0x28: bytes(range(16))})),
    photo("NIKON", note(b"Nikon\0\2\x10\0\0II*\0\x08\0\0\0", {0x1D: "2567806", 0xB6: bytes(8)}, offsets_from=-10)),
    photo("Apple", note(b"Apple iOS\0\0\1MM", {3: plistlib.dumps({"value": 1}, fmt=plistlib.FMT_BINARY)}, order=">")),
    photo("PENTAX", in_tiff(b"AOC\0MM", {6: b"\x07\xd8\3\2", 7: b"\1\2\3", 0x5D: b"abcd", 0x215: bytes(20)}, ">")),
)


@given(
    stream=st.sampled_from(GOOD),
    flips=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=8),
    keep=st.integers(8, 500),
)
def test_damaged_notes_give_a_read_error_or_values_within_bounds(stream, flips, keep):
    damaged = bytearray(stream)
    for at, byte in flips:
        damaged[at % len(damaged)] = byte
    try:
        reading = read(bytes(damaged[:keep]))
    except ReadError:
        return
    for value in reading.metadata.values():
        assert isinstance(value, str | int | float)
        assert not isinstance(value, str) or (len(value) <= 4096 and value.isprintable())


def test_a_lens_of_random_numbers_is_no_lens():
    lens = (RATIONAL, 4, struct.pack("<8I", 4653061, 2, 1, 8, 1, 9, 358593, 2))
    reading = read(photo("NIKON", in_tiff(b"", {0x84: lens, 0x83: (SHORT, 1, b"\6\0")})))
    assert reading.metadata == {"Nikon:LensType": 6}
    assert "is no lens" in reading.gaps[0].reason
