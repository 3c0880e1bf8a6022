"""Files made to cost the readers of metadata much: work is bounded, and so is what is said."""

import contextlib
import struct
import time

import msgspec
import pytest

from provenance.errors import ReadError
from provenance.examine.credentials import read_credentials
from provenance.examine.messages import WorkerLimits
from provenance.examine.metadata import Reading, read_all, read_blocks
from provenance.examine.metadata.bounds import ALL_BYTES, READINGS, TEXT_BYTES, VALUE_CHARACTERS, within_bounds
from provenance.examine.metadata.containers import walk
from provenance.examine.metadata.containers.block import MAX_BLOCK_BYTES
from provenance.examine.metadata.exif_names import TAGS
from provenance.model.findings import TextReading
from tests import container_bytes as made
from tests.exif_bytes import MAKE, NOTE, USER_COMMENT, tiff

CPU_S = 2.0  # each takes under 0.3 s; unbounded, 4 s to minutes
POINTERS = {0x014A, 0x8769, 0x8825, 0xA005, 700, 33723, 34377, 34675, 52545}


def one_text_in_many_tags() -> bytes:
    """24 directories, whose texts are all the same 256 kB."""
    entries = [(number, 2, 262_143) for number in sorted(set(TAGS) - POINTERS)]
    sub_ifds, entry = 23, struct.Struct("<HHII")
    size = 2 + entry.size * len(entries) + 4
    subs_at = 8 + size + entry.size
    text_at = subs_at + 4 * sub_ifds + size * sub_ifds

    def directory(*more: tuple[int, int, int, int]) -> bytes:
        tags = sorted([*((*each, text_at) for each in entries), *more])
        return struct.pack("<H", len(tags)) + b"".join(entry.pack(*tag) for tag in tags) + bytes(4)

    places = b"".join(struct.pack("<I", subs_at + 4 * sub_ifds + nth * size) for nth in range(sub_ifds))
    first = directory((0x014A, 4, sub_ifds, subs_at))
    return b"II*\0\x08\0\0\0" + first + places + directory() * sub_ifds + b"\xff" * 262_143


def xmp(packet: bytes) -> bytes:
    return made.webp((b"XMP ", packet))


def text_of_pieces(piece: bytes) -> bytes:
    return xmp(made.packet("<dc:title>@</dc:title>").replace(b"@", piece * (3_900_000 // len(piece))))


def tiff_of(tag: int, content: bytes) -> bytes:
    return tiff({tag: (7, len(content), content)})


def icc(byte: bytes) -> bytes:
    size = MAX_BLOCK_BYTES - 1000
    tags = b"".join(name + struct.pack(">II", 180, size) for name in (b"desc", b"cprt", b"dmnd", b"dmdd"))
    profile = bytes(36) + b"acsp" + bytes(88) + struct.pack(">I", 4) + tags + b"text\0\0\0\0" + byte * size
    return made.webp((b"ICCP", profile))


def items(*boxes: bytes, iinf: bytes = bytes(6)) -> bytes:
    inner = made.box(b"iinf", iinf) + made.box(b"iloc", bytes(8)) + b"".join(boxes)
    return made.box(b"ftyp", b"heic", bytes(4)) + made.box(b"meta", bytes(4) + inner)


def long_items() -> bytes:
    entry = struct.pack(">I4sIHH4s", 16_000, b"infe", 2 << 24, 1, 0, b"mime").ljust(16_000, b"x")
    return items(iinf=bytes(4) + struct.pack(">H", 2000) + entry * 2000)


def long_references() -> bytes:
    return items(made.box(b"iref", bytes(4) + struct.pack(">I4sHHH", 3000, b"cdsc", 1, 1, 2).ljust(3000, b"\0") * 9000))


FREE = made.box(b"free")
MANY = {
    "one text in many tags": (one_text_in_many_tags, "tiff"),
    "text between comments": (lambda: text_of_pieces(b"a<!---->"), "webp"),
    "text between instructions": (lambda: text_of_pieces(b"a<?a?>"), "webp"),
    "text in sections": (lambda: text_of_pieces(b"a<![CDATA[b]]>"), "webp"),
    "prefixes of one namespace": (
        lambda: xmp(b"x:provenance" + b"".join(b'xmlns:a%d="http://purl.org/dc/terms/"' % n for n in range(200_000))),
        "webp",
    ),
    "text of no character set, IPTC": (
        lambda: tiff_of(33723, b"\x1c\2\x78\x80\4" + struct.pack(">I", 15_000_000) + b"\x81" * 15_000_000),
        "tiff",
    ),
    "text of no character set, ICC": (lambda: icc(b"\x81"), "webp"),
    "text of no character set, PNG": (lambda: made.png(*[(b"tEXt", b"k\0" + b"\x81" * 1_000_000)] * 30), "png"),
    "XMP of a GIF without its end": (
        lambda: made.gif(*[b"\x21\xff\x0bXMP DataXMP\0"] * 100_000, b"\x21\xfe" + made.sub_blocks(bytes(8_000_000))),
        "gif",
    ),
    "long items": (long_items, "heif"),
    "long references": (long_references, "heif"),
    "boxes in boxes": (lambda: items(made.box(b"iprp", made.box(b"ipco", FREE * 800) * 6000)), "heif"),
    "films in films": (lambda: made.box(b"ftyp", b"crx ", bytes(4)) + made.box(b"moov", FREE * 800) * 6000, "cr3"),
    "filling before a scan": (lambda: b"\xff\xd8" + b"\xff\xe1\0\2" * 10 + b"\xff" * 60_000_000, "jpeg"),
}


@pytest.mark.parametrize("kind", MANY)
def test_no_file_costs_seconds(kind):
    build, format_ = MANY[kind]
    data = build()
    began = time.process_time()
    blocks = walk(data, format_)
    read_blocks(blocks)
    with contextlib.suppress(ReadError):
        read_credentials(data, format_, blocks)
    assert time.process_time() - began < CPU_S


def tracks(picture: bytes, count: int) -> bytes:
    def movie(at: int) -> bytes:
        sizes = made.box(b"stsz", bytes(4) + struct.pack(">II", len(picture), 1))
        table = made.box(b"stbl", sizes + made.box(b"co64", bytes(4) + struct.pack(">IQ", 1, at)))
        return made.box(b"moov", made.box(b"trak", made.box(b"mdia", made.box(b"minf", table))) * count)

    head = made.box(b"ftyp", b"crx ", bytes(4))
    return head + movie(len(head) + len(movie(0)) + 8) + made.box(b"mdat", picture)


def test_pictures_too_long_to_keep_are_not_copied_first_and_a_gap_names_each():
    blocks = walk(tracks(b"\xff\xd8\xff\xdb" + bytes(MAX_BLOCK_BYTES), 20), "cr3")
    assert not blocks.items
    assert [f"limit {MAX_BLOCK_BYTES}" in gap.reason for gap in blocks.gaps] == [True] * 8


def test_what_all_readers_say_together_crosses_the_wall():
    body = "".join(f"<dc:x{n}>{'中' * 64_000}</dc:x{n}>" for n in range(3))
    texts = [(b"iTXt", b"k%d\0\0\0\0\0" % n + ("文" * 64_000).encode()) for n in range(3)]
    iim = b"".join(made.dataset(120, ("字" * 8000).encode()) for _ in range(3))
    profile = b"\n8bim\n%d\n" % len(iim) + made.resource(0x0404, iim).hex().encode()
    data = made.png(
        (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + made.packet(body)),
        (b"tEXt", b"Raw profile type 8bim\0" + profile),
        (b"eXIf", tiff({MAKE: "Zenit"}, exif={USER_COMMENT: b"UNICODE\0" + ("図" * 60_000).encode("utf-16-le")})),
        *texts,
    )
    reading = read_all(data, "png")
    assert len(msgspec.msgpack.encode(reading)) <= ALL_BYTES < WorkerLimits().reply_bytes
    assert reading.metadata["IFD0:Make"] == "Zenit"
    assert any("left out" in gap.reason for gap in reading.gaps)


def test_one_text_of_the_longest_is_kept_whatever_its_script():
    reading = read_all(made.png((b"iTXt", b"k\0\0\0\0\0" + ("文" * 70_000).encode())), "png")
    assert reading.metadata["PNG:K"] == "文" * VALUE_CHARACTERS


def test_captions_are_bounded_together():
    resources = made.resource(0x0404, made.dataset(120, b"a" * 8000) + made.dataset(105, b"b" * 8000)) * 3
    segments = [(0xED, made.PHOTOSHOP + resources)] * 8
    reading = read_all(made.jpeg(*segments), "jpeg")
    assert len(reading.captions) >= 7
    assert sum(len(each.text) for each in reading.captions) <= TEXT_BYTES
    assert any("captions: " in gap.reason and "left out" in gap.reason for gap in reading.gaps)


def run_time(value: bytes) -> bytes:
    """A JPEG of Apple's, whose RunTime is a property list with this object as its value."""
    objects, begins, at = (b"\xd1\1\2", b"\x55value", value), b"", 8
    for each in objects:
        begins += struct.pack(">H", at)
        at += len(each)
    plist = b"bplist00" + b"".join(objects) + begins + bytes(6) + b"\2\1" + struct.pack(">QQQ", 3, 0, at)
    entry = struct.pack(">HHHII", 1, 3, 7, len(plist), 32) + bytes(4)
    maker_note = b"Apple iOS\0\0\1MM" + entry + plist
    return made.exif_jpeg(tiff({MAKE: "Apple"}, exif={NOTE: maker_note}))


def test_a_number_that_no_message_can_hold_is_not_one_of_a_phone():
    assert read_all(run_time(b"\x12" + bytes(3) + b"\7"), "jpeg").metadata["Apple:RunTimeValue"] == 7
    assert "Apple:RunTimeValue" not in read_all(run_time(b"\x19" + b"\x7f" * 512), "jpeg").metadata


def test_short_structures_are_cut_where_they_are_too_deep():
    opening = '<dc:x rdf:parseType="Resource">' * 20
    reading = read_all(xmp(made.packet(f"{opening}<dc:y>deep</dc:y>{'</dc:x>' * 20}")), "webp")
    assert "deep" not in str(reading.metadata)
    assert any("nested deeper" in gap.reason for gap in reading.gaps)


def test_of_many_short_readings_some_are_kept():
    reading = within_bounds("x", Reading(captions=tuple(TextReading(f"a{n}", "b") for n in range(READINGS + 1))))
    assert len(reading.captions) == READINGS
    assert [gap.reason for gap in reading.gaps] == [f"captions: only the first {READINGS} are kept"]


def test_behind_filling_no_trailers_are_looked_for():
    blocks = walk(made.jpeg(tail=b"\xff\xd9PK\3\4" + b"\xff" * 20_000_000), "jpeg")
    assert not blocks.items
    assert "mostly FF bytes" in blocks.gaps[0].reason
