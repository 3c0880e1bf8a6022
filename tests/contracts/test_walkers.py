"""What the walk over every listed container promises: of damaged bytes blocks and gaps, within time and memory."""

import time
import tracemalloc
import zlib

import pytest
from hypothesis import HealthCheck, given, settings

from provenance.examine.metadata import read_blocks
from provenance.examine.metadata.containers import WALKERS, walk
from provenance.examine.metadata.containers.block import MAX_ALL_BYTES, MAX_BLOCKS, Block
from tests import container_bytes as made
from tests.contracts.test_metadata_readers import IIM, PACKET, TIFF, damage, damaged
from tests.exif_bytes import MAKE, TAKEN, tiff

CPU_S = 2.0  # the bound that is promised for a file; honest ones take a thousandth
MEMORY_BYTES = 512 * 1024 * 1024

INNER = made.jpeg((0xE1, made.EXIF + tiff({MAKE: "Second"})))
STORE = made.box(b"jumb", b"manifest store" * 9)
RECORDS = made.samsung_trailer((0x0A01, b"Image_UTC_Data", b"1593487679058"), (0x0A30, b"MotionPhoto_Data", made.VIDEO))
LISTED = made.container_directory(("GainMap", "image/jpeg", len(INNER)), ("MotionPhoto", "video/mp4", len(made.VIDEO)))
EXIF, XMP = (0xE1, made.EXIF + TIFF), (0xE1, made.XMP + PACKET)
IRB = (0xED, made.PHOTOSHOP + made.resource(0x0404, IIM) + made.resource(0x040C, b"h" * 28 + INNER))
PROGRESSIVE = b"\xff\xda\0\2one\xff\0" + made.segment(0xC4, b"table") + b"\xff\xda\0\2two\xff\xd0" + b"\xff\xd9"
HEAD_OF_JXL = made.box(b"JXL ", b"\r\n\x87\n") + made.box(b"ftyp", b"jxl \0\0\0\0jxl ")
C2PA = made.box(b"uuid", bytes.fromhex("d8fec3d61b0e483c92975828877ec481"), b"\0\0\0\0manifest\0", bytes(8), STORE)
ITEMS = made.heif(
    (b"hvc1", b"main"),
    (b"hvc1", b"thumbnail"),
    (b"hvc1", b"gain map"),
    (b"Exif", made.exif_item(TIFF)),
    (b"mime", PACKET),
    primary=1,
    refers=((b"thmb", 2, 1), (b"auxl", 3, 1), (b"cdsc", 4, 1), (b"dimg", 1, 3)),
    auxiliary=(3, b"urn:com:apple:photo:2020:aux:hdrgainmap"),
    after=made.box(b"mpvd", made.VIDEO) + made.box(b"sefd", RECORDS) + C2PA,
)
FILES = {
    "jpeg": ("jpeg", made.jpeg(EXIF, XMP, IRB, (0xFE, b"hello"), tail=PROGRESSIVE + b"PK\x03\x04")),
    "jpeg with jumbf": ("jpeg", made.jpeg(*made.jumbf_segments(b"manifest store" * 9, 3))),
    "mpo": ("jpeg", made.mpf_jpeg(INNER, INNER, types=(0x020002, 0x010001), segments=(EXIF,))),
    "gain map": ("jpeg", made.jpeg((0xE1, made.XMP + LISTED), tail=b"\xff\xd9" + INNER + made.VIDEO)),
    "motion photo": ("jpeg", made.jpeg(EXIF, tail=b"\xff\xd9" + RECORDS)),
    "png": (
        "png",
        made.png(
            (b"IHDR", bytes(13)),
            (b"iCCP", b"sRGB\0\0" + zlib.compress(bytes(200))),
            (b"IDAT", b"pixels"),
            (b"zTXt", b"Comment\0\0" + zlib.compress(b"slow train")),
            (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + PACKET),
            (b"eXIf", TIFF),
            (b"caBX", STORE),
        ),
    ),
    "apng": ("png", made.png((b"acTL", bytes(8)), (b"fcTL", bytes(26)), (b"fdAT", bytes(9)), (b"tEXt", b"Title\0a"))),
    "webp": ("webp", made.webp((b"VP8X", bytes(10)), (b"ICCP", bytes(200)), (b"EXIF", TIFF), (b"C2PA", STORE))),
    "animated webp": ("webp", made.webp((b"ANIM", bytes(6)), (b"ANMF", bytes(24)), (b"XMP ", PACKET))),
    "gif": (
        "gif",
        made.gif(
            b"\x21\xfe" + made.sub_blocks(b"hello"),
            b"," + bytes(9) + b"\x02" + made.sub_blocks(b"pixels" * 60),
            b"\x21\xff\x0bXMP DataXMP" + PACKET + bytes([1, *range(255, -1, -1), 0]),
            b"\x21\xff\x0bC2PA_GIF\1\0\0" + made.sub_blocks(STORE),
        ),
    ),
    "tiff": ("tiff", tiff({700: (1, len(PACKET), PACKET), 33723: (7, len(IIM), IIM)}, exif={TAKEN: "2024"})),
    "rw2": ("raw", b"IIU\0" + tiff({0x002E: (7, len(INNER), INNER)})[4:]),
    "heif": ("heif", ITEMS),
    "cr3": ("cr3", made.cr3({b"CMT1": TIFF, b"CMT3": TIFF}, thumbnail=INNER, preview=INNER, full=INNER, xmp=PACKET)),
    "jxl": (
        "jxl",
        HEAD_OF_JXL + made.box(b"Exif", made.exif_item(TIFF)) + made.box(b"xml ", PACKET) + STORE,
    ),
}


@pytest.mark.parametrize("file", FILES)
def test_each_undamaged_file_is_walked_without_a_gap(file):
    format_, data = FILES[file]
    blocks = walk(data, format_)
    assert blocks.items
    assert blocks.gaps == ()


def test_every_listed_walker_has_a_file_here():
    walked = {WALKERS[format_] for format_, _ in FILES.values()}
    assert walked == set(WALKERS.values())


@pytest.mark.parametrize("file", FILES)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(how=damage)
def test_of_damaged_bytes_come_blocks_and_gaps_within_time(file, how):
    format_, whole = FILES[file]
    data = damaged(whole, how)
    started = time.process_time()
    blocks = walk(data, format_)
    read_blocks(blocks)
    assert time.process_time() - started < CPU_S
    assert len(blocks.items) <= MAX_BLOCKS
    assert all(isinstance(block, Block) and 0 <= block.offset <= len(data) for block in blocks.items)
    assert all(block.label.isprintable() and len(block.label) < 400 for block in blocks.items)
    assert all(gap.step and gap.reason for gap in blocks.gaps)


@pytest.mark.parametrize("file", FILES)
def test_every_cut_gives_blocks_and_gaps(file):
    format_, data = FILES[file]
    for end in range(0, len(data), 7):
        assert len(walk(data[:end], format_).items) <= MAX_BLOCKS


@pytest.mark.parametrize("file", FILES)
def test_every_byte_can_be_any_without_harm(file):
    format_, data = FILES[file]
    for at in range(0, len(data), 5):
        for value in (0, 1, 0x7F, 0xFF):
            walk(data[:at] + bytes([value]) + data[at + 1 :], format_)


@pytest.mark.parametrize("file", FILES)
def test_memory_stays_bounded_where_a_large_file_is_damaged(file):
    format_, whole = FILES[file]
    large = damaged(whole, [("huge length", 40, b""), ("insert", len(whole) // 2, b"\xff\xff")])
    large += bytes(8 * 1024 * 1024)
    tracemalloc.start()
    try:
        blocks = walk(large, format_)
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak_bytes < MEMORY_BYTES
    assert sum(len(block.data) for block in blocks.items if block.data is not large) <= MAX_ALL_BYTES
