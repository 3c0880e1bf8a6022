"""Every container gives up its blocks, wherever they stand and however it is cut."""

import struct
import time
import zlib

import pytest

from provenance.examine.metadata.containers import WALKERS, walk
from provenance.examine.metadata.containers.block import MAX_BLOCKS, Block
from tests import container_bytes as made
from tests.exif_bytes import MAKE, tiff

TIFF = tiff({MAKE: "Zenit"})
PACKET = made.packet("", 'xmp:CreatorTool="darktable"')
CITY = made.dataset(90, "Абакан".encode())


def found(data: bytes, format: str) -> list[tuple[str, bytes]]:  # noqa: A002 - the contract's word
    return [(block.kind, block.data) for block in walk(data, format).items]


def test_a_jpeg_gives_its_blocks_in_file_order_with_where_they_lie():
    data = made.jpeg((0xE1, made.EXIF + TIFF), (0xE1, made.XMP + PACKET), (0xFE, b"hello"))
    blocks = walk(data, "jpeg").items
    assert [block.kind for block in blocks] == ["exif", "xmp", "comment"]
    assert all(data[block.offset :].startswith(block.data) for block in blocks)


def test_each_of_several_photoshop_segments_is_read():
    one, two = (made.PHOTOSHOP + made.resource(0x0404, CITY + bytes([n])) for n in (0, 1))
    assert found(made.jpeg((0xED, one), (0xED, two)), "jpeg") == [("iptc", CITY + b"\0"), ("iptc", CITY + b"\1")]


def test_a_block_spread_over_segments_is_joined():
    content = made.resource(0x0404, CITY)
    halves = (content[:9], content[9:])
    assert found(made.jpeg(*((0xED, made.PHOTOSHOP + half) for half in halves)), "jpeg") == [("iptc", CITY)]
    exif = (TIFF[:20], TIFF[20:])
    assert found(made.jpeg(*((0xE1, made.EXIF + half) for half in exif)), "jpeg") == [("exif", TIFF)]


def test_two_exif_segments_that_both_begin_anew_stay_two_blocks():
    assert found(made.jpeg((0xE1, made.EXIF + TIFF), (0xE1, made.EXIF + TIFF)), "jpeg") == [("exif", TIFF)] * 2


def test_extended_xmp_is_put_in_the_order_its_offsets_state():
    def part(text: bytes, offset: int) -> tuple[int, bytes]:
        return 0xE1, b"http://ns.adobe.com/xmp/extension/\0" + b"G" * 32 + struct.pack(">II", 8, offset) + text

    assert found(made.jpeg(part(b"wxyz", 4), part(b"abcd", 0)), "jpeg") == [("xmp", b"abcdwxyz")]


def test_photoshop_resources_hold_exif_xmp_and_profiles_too():
    content = made.resource(0x03ED, b"resolution", b"odd") + made.resource(0x0422, TIFF) + made.resource(0x0424, PACKET)
    assert found(made.jpeg((0xED, made.PHOTOSHOP + content)), "jpeg") == [("exif", TIFF), ("xmp", PACKET)]


@pytest.mark.parametrize("keep", [30, len(made.exif_jpeg(TIFF)) - 10])
def test_a_jpeg_that_is_cut_off_gives_what_is_there_and_a_gap(keep):
    blocks = walk(made.exif_jpeg(TIFF)[:keep], "jpeg")
    assert [block.kind for block in blocks.items] == ["exif"]
    assert TIFF.startswith(blocks.items[0].data[: len(TIFF)])
    assert "ends" in blocks.gaps[0].reason


def test_what_follows_the_end_of_the_picture_is_a_block():
    assert found(made.jpeg(tail=b"\xff\xd9" + b"\0\0\0\x18ftypmp42"), "jpeg") == [("trailer", b"\0\0\0\x18ftypmp42")]
    assert found(made.jpeg(tail=b"\xff\xd9\0\0\0"), "jpeg") == []  # padding


def test_png_text_after_the_picture_is_read():
    data = made.png((b"IHDR", b"\0" * 13), (b"IDAT", b"xx"), (b"tEXt", b"parameters\0a cat"), (b"eXIf", TIFF))
    assert found(data, "png") == [("text", b"parameters\0a cat"), ("exif", TIFF)]


def test_png_compressed_text_and_xmp_are_inflated():
    data = made.png(
        (b"zTXt", b"Comment\0\0" + zlib.compress(b"slow train")),
        (b"iTXt", b"Title\0\1\0ru\0\0" + zlib.compress("Поезд".encode())),
        (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + PACKET),
    )
    assert found(data, "png") == [("text", b"Comment\0slow train"), ("text", "Title\0Поезд".encode()), ("xmp", PACKET)]


def test_a_text_that_inflates_without_end_costs_only_itself():
    bomb = (b"zTXt", b"Comment\0\0" + zlib.compress(b"\0" * 50_000_000))
    blocks = walk(made.png(bomb, (b"tEXt", b"Title\0kept")), "png")
    assert [block.data for block in blocks.items] == [b"Title\0kept"]
    assert "1048576" in blocks.gaps[0].reason


def test_many_compressed_texts_share_one_limit():
    bomb = (b"zTXt", b"Comment\0\0" + zlib.compress(b"\0" * 1_000_000))
    blocks = walk(made.png(*[bomb] * 40), "png")
    assert sum(len(block.data) for block in blocks.items) <= 8 * 1024 * 1024
    assert any("8388608" in gap.reason for gap in blocks.gaps)


def test_imagemagicks_raw_profiles_in_png_text_are_unpacked():
    def profile(name: str, content: bytes) -> tuple[bytes, bytes]:
        text = f"\n{name}\n{len(content):8}\n{content.hex()}\n".encode()
        return b"zTXt", f"Raw profile type {name}\0\0".encode() + zlib.compress(text)

    data = made.png(
        profile("exif", made.EXIF + TIFF), profile("xmp", PACKET), profile("iptc", made.resource(0x0404, CITY))
    )
    assert found(data, "png") == [("exif", TIFF), ("xmp", PACKET), ("iptc", CITY)]


def test_webp_gives_exif_with_and_without_prefix_and_xmp():
    data = made.webp((b"VP8X", b"\0" * 10), (b"EXIF", made.EXIF + TIFF), (b"EXIF", TIFF), (b"XMP ", PACKET))
    assert found(data, "webp") == [("exif", TIFF), ("exif", TIFF), ("xmp", PACKET)]


def test_a_gif_gives_comments_of_any_frame_and_xmp():
    image = b"," + b"\0" * 9 + b"\x02" + made.sub_blocks(b"pixels")
    xmp = b"\x21\xff\x0bXMP DataXMP" + PACKET + bytes([1, *range(255, -1, -1), 0])
    comment = b"\x21\xfe" + made.sub_blocks(b"long " * 100)
    assert found(made.gif(image, xmp, image, comment), "gif") == [("xmp", PACKET), ("comment", b"long " * 100)]


def test_a_tiff_file_is_itself_the_exif_block_and_holds_xmp_and_iptc_in_tags():
    data = tiff({MAKE: "Zenit", 700: (1, len(PACKET), PACKET), 33723: (7, len(CITY), CITY)})
    assert set(found(data, "tiff")) == {("exif", data), ("xmp", PACKET), ("iptc", CITY)}


def test_xmp_in_a_tag_of_a_jpegs_exif_is_found():
    inner = tiff({700: (1, len(PACKET), PACKET)})
    assert found(made.exif_jpeg(inner), "jpeg") == [("exif", inner), ("xmp", PACKET)]


@pytest.mark.parametrize("before", [b"", b"Exif\0\0"])
def test_heif_items_are_found_by_type(before):
    data = made.heif((b"Exif", made.exif_item(TIFF, before=before)), (b"hvc1", b"pixels"), (b"mime", PACKET))
    assert found(data, "heif") == [("exif", TIFF), ("xmp", PACKET)]


def test_an_exif_item_whose_name_is_not_counted_is_found_all_the_same():
    data = made.heif((b"Exif", b"\0\0\0\0Exif\0\0" + TIFF))
    assert found(data, "heif") == [("exif", TIFF)]


def test_extents_that_take_no_bytes_are_bounded():
    iinf = made.box(b"iinf", b"\0\0\0\0\0\1", made.box(b"infe", b"\2\0\0\0\0\1\0\0Exifname\0"))
    iloc = made.box(b"iloc", b"\0\0\0\0\0\0\x10\0", b"\0\1\0\0\xff\xff" * 4096)
    meta = made.box(b"meta", b"\0\0\0\0", iinf, iloc)
    started = time.process_time()
    assert "extents" in walk(made.box(b"ftyp", b"heic") + meta, "heif").gaps[0].reason
    assert time.process_time() - started < 0.5


def test_sub_blocks_of_a_gif_are_bounded():
    data = made.gif(b"\x21\xfe" + b"\1." * 500_000 + b"\0")
    assert "400000 sub-blocks" in walk(data, "gif").gaps[0].reason


def test_canon_cr3_gives_the_streams_of_its_own_box():
    canon = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
    parts = made.box(b"CMT1", TIFF), made.box(b"CMT2", TIFF), made.box(b"CMT3", b"notes"), made.box(b"CMT4", TIFF)
    data = made.box(b"ftyp", b"crx \0\0\0\1") + made.box(b"moov", made.box(b"uuid", canon, *parts))
    assert [block.label for block in walk(data, "cr3").items] == ["CMT1", "CMT2", "CMT4"]


def test_jpeg_xl_boxes_are_read_and_compressed_ones_named():
    head = made.box(b"JXL ", b"\r\n\x87\n") + made.box(b"ftyp", b"jxl \0\0\0\0jxl ")
    data = head + made.box(b"Exif", made.exif_item(TIFF)) + made.box(b"xml ", PACKET) + made.box(b"brob", b"xml ...")
    assert found(data, "jxl") == [("exif", TIFF), ("xmp", PACKET)]
    assert "Brotli" in walk(data, "jxl").gaps[0].reason


def test_no_more_than_so_many_blocks_are_kept():
    blocks = walk(made.jpeg(*[(0xFE, b"comment")] * 1000), "jpeg")
    assert len(blocks.items) == MAX_BLOCKS
    assert str(MAX_BLOCKS) in blocks.gaps[0].reason


@pytest.mark.parametrize("format_", WALKERS)
def test_nothing_but_a_header_gives_no_block_but_perhaps_a_gap(format_):
    for data in (b"", b"\xff\xd8\xff", b"\0" * 32, b"RIFF\0\0\0\0WEBP"):
        assert all(isinstance(block, Block) and block.data == data for block in walk(data, format_).items)
