"""Every container gives up its blocks, wherever they stand and however it is cut."""

import struct
import time
import zlib

import pytest

from provenance.examine.metadata import read_all
from provenance.examine.metadata.containers import WALKERS, walk
from provenance.examine.metadata.containers.block import MAX_ALL_BYTES, MAX_BLOCKS, Block
from tests import container_bytes as made
from tests.exif_bytes import LONG, MAKE, ORIENTATION, tiff

TIFF = tiff({MAKE: "Zenit"})
PACKET = made.packet("", 'xmp:CreatorTool="darktable"')
CITY = made.dataset(90, "Абакан".encode())
LEAK = tiff({MAKE: "LEAK", ORIENTATION: 6})
PICTURE = made.jpeg((0xE1, made.EXIF + LEAK))
THUMBNAIL = b"\xff\xd8\xff\xdbthumbnail\xff\xd9"


def labels(data: bytes, format: str) -> list[tuple[str, str]]:  # noqa: A002
    return [(block.kind, block.label) for block in walk(data, format).items]


def lie_in(data: bytes, format: str) -> bool:  # noqa: A002
    """Whether each block stands in the file where its offset says."""
    blocks = walk(data, format).items
    return bool(blocks) and all(data.startswith(block.data, block.offset) for block in blocks)


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


def test_an_item_of_which_nothing_is_there_is_a_gap_and_no_block():
    data = made.heif((b"Exif", made.exif_item(TIFF)), (b"mime", PACKET))
    blocks = walk(data[: -len(PACKET)], "heif")
    assert [block.kind for block in blocks.items] == ["exif"]
    assert f"{len(PACKET)} bytes, 0 there" in blocks.gaps[0].reason


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
    assert [block.label for block in walk(data, "cr3").items] == ["CMT1", "CMT2", "CMT3", "CMT4"]
    assert [block.kind for block in walk(data, "cr3").items] == ["exif", "exif", "makernote", "exif"]


def test_jpeg_xl_boxes_are_read_and_compressed_ones_named():
    head = made.box(b"JXL ", b"\r\n\x87\n") + made.box(b"ftyp", b"jxl \0\0\0\0jxl ")
    data = head + made.box(b"Exif", made.exif_item(TIFF)) + made.box(b"xml ", PACKET) + made.box(b"brob", b"xml ...")
    assert found(data, "jxl") == [("exif", TIFF), ("xmp", PACKET)]
    assert "Brotli" in walk(data, "jxl").gaps[0].reason


def test_jpeg_xl_jumbf_and_gain_map_boxes_are_found():
    head = made.box(b"JXL ", b"\r\n\x87\n") + made.box(b"ftyp", b"jxl \0\0\0\0jxl ")
    jumbf = made.box(b"jumb", b"manifest store")
    data = head + jumbf + made.box(b"jhgm", b"gain map") + made.box(b"jxlc", b"\xff\x0a")
    assert found(data, "jxl") == [("jumbf", jumbf), ("image", b"gain map")]


def test_no_more_than_so_many_blocks_are_kept():
    blocks = walk(made.jpeg(*[(0xFE, b"comment")] * 1000), "jpeg")
    assert len(blocks.items) == MAX_BLOCKS
    assert str(MAX_BLOCKS) in blocks.gaps[0].reason


@pytest.mark.parametrize("format_", WALKERS)
def test_nothing_but_a_header_gives_no_block_but_perhaps_a_gap(format_):
    for data in (b"", b"\xff\xd8\xff", b"\0" * 32, b"RIFF\0\0\0\0WEBP"):
        assert all(isinstance(block, Block) and block.data == data for block in walk(data, format_).items)


def test_segments_between_and_after_scans_are_read():
    scans = b"\xff\xda\0\x02one\xff\0two\xff\xd0" + made.segment(0xFE, b"between") + b"\xff\xda\0\x02three"
    data = made.jpeg(tail=scans + made.segment(0xE1, made.EXIF + TIFF) + b"\xff\xd9")
    assert found(data, "jpeg") == [("comment", b"between"), ("exif", TIFF)]


def test_an_end_marker_inside_a_segment_between_scans_is_no_end():
    table = made.segment(0xC4, b"table \xff\xd9 goes on")
    data = made.jpeg(tail=table + b"\xff\xda\0\x02scan\xff\xd9" + b"PK\x03\x04")
    assert found(data, "jpeg") == [("trailer", b"PK\x03\x04")]


def test_damage_in_a_scan_that_looks_like_a_marker_does_not_hide_the_end():
    data = made.jpeg(tail=b"\xff\x45\xff\xffdamage" + b"\xff\xd9PK\x03\x04")
    assert found(data, "jpeg") == [("trailer", b"PK\x03\x04")]


def test_a_scan_without_an_end_is_a_gap():
    assert "in the scan at byte 2" in walk(made.jpeg(tail=b""), "jpeg").gaps[0].reason


@pytest.mark.parametrize("filler", [b"\xff", b"\xff\0"])
def test_a_scan_of_nothing_but_filling_is_not_searched(filler):
    data = made.jpeg(tail=filler * (40 * 1024 * 1024 // len(filler)))
    assert "mostly FF bytes" in walk(data, "jpeg").gaps[0].reason


def test_a_trailer_is_found_where_the_file_ends_with_an_end_of_image_too():
    data = made.jpeg(tail=b"\xff\xd9\0\0" + PICTURE + b"\n" + PICTURE)
    assert [block.data for block in walk(data, "jpeg").items] == [PICTURE] * 4
    assert labels(data, "jpeg")[1] == ("image", "JPEG after the end of the picture")
    assert lie_in(data, "jpeg")
    assert ["another JPEG picture" in trace.says for trace in read_all(data, "jpeg").traces] == [True, True]


def test_second_pictures_of_an_mpf_are_no_trailers_and_told_by_their_type():
    data = made.mpf_jpeg(PICTURE, PICTURE, types=(0x020002, 0x010002))
    assert labels(data, "jpeg") == [
        ("image", "MPF image 2, disparity"),
        ("image", "MPF image 3, large thumbnail, full HD"),
    ]
    assert lie_in(data, "jpeg")
    assert read_all(data, "jpeg").traces == ()


def test_nothing_of_a_second_picture_leaks_into_the_first():
    first = (0xE1, made.EXIF + TIFF)
    data = made.mpf_jpeg(made.gain_map(LEAK), segments=(first,))
    assert read_all(data, "jpeg").metadata == {"IFD0:Make": "Zenit"}
    assert read_all(made.jpeg(first, tail=b"\xff\xd9" + PICTURE), "jpeg").metadata == {"IFD0:Make": "Zenit"}


def test_an_mpf_index_that_points_elsewhere_leaves_a_gap_and_the_picture_is_a_trailer():
    data = made.mpf_jpeg(PICTURE)
    shifted = data.replace(PICTURE, b"\0" * 2 + PICTURE)
    assert "no JPEG begins at byte" in walk(shifted, "jpeg").gaps[0].reason
    assert [block.kind for block in walk(shifted, "jpeg").items] == ["trailer", "image"]
    assert "bytes stated at byte" in walk(data[:-4], "jpeg").gaps[0].reason


@pytest.mark.parametrize("mark", [b"http://ns.adobe.com/hdr-gain-map/1.0/", b"urn:com:apple:photo:2020:aux:hdrgainmap"])
def test_gain_maps_are_told_by_their_own_metadata(mark):
    data = made.mpf_jpeg(made.gain_map(LEAK, mark))
    assert labels(data, "jpeg") == [("image", "MPF image 2, undefined; gain map by its own metadata")]


def test_a_gain_map_and_a_video_that_xmp_lists_are_found_where_it_says():
    second = made.gain_map(LEAK)
    xmp = made.container_directory(
        ("GainMap", "image/jpeg", len(second)), ("MotionPhoto", "video/mp4", len(made.VIDEO))
    )
    data = made.jpeg((0xE1, made.XMP + xmp), tail=b"\xff\xd9" + second + made.VIDEO)
    assert labels(data, "jpeg")[1:] == [
        ("image", "GainMap image/jpeg by XMP; gain map by its own metadata"),
        ("trailer", f"{len(made.VIDEO)} bytes MotionPhoto video/mp4 by XMP"),
    ]
    assert lie_in(data, "jpeg")
    trace = read_all(data, "jpeg").traces[0]
    assert "Motion Photo format" in trace.source
    assert "ISO base media" in trace.says
    assert trace.but


def test_items_that_xmp_lists_are_found_before_the_end_where_the_first_does_not_follow_at_once():
    second = made.gain_map(LEAK)
    xmp = made.container_directory(
        ("GainMap", "image/jpeg", len(second)), ("MotionPhoto", "video/mp4", len(made.VIDEO))
    )
    data = made.jpeg((0xE1, made.XMP + xmp), tail=b"\xff\xd9" + bytes(7) + second + made.VIDEO)
    assert [kind for kind, _ in labels(data, "jpeg")] == ["xmp", "image", "trailer"]
    assert walk(data, "jpeg").gaps == ()


def test_a_micro_video_counts_from_the_end_of_the_file():
    xmp = made.packet("", f'{made.CONTAINER_NAMESPACES} GCamera:MicroVideoOffset="{len(made.VIDEO)}"')
    data = made.jpeg((0xE1, made.XMP + xmp), tail=b"\xff\xd9" + b"\0" * 7 + made.VIDEO)
    assert labels(data, "jpeg")[1] == ("trailer", f"{len(made.VIDEO)} bytes MicroVideo video/mp4 by XMP")
    assert lie_in(data, "jpeg")


def test_a_video_that_xmp_states_and_that_was_cut_off_is_a_gap():
    xmp = made.container_directory(("MotionPhoto", "video/mp4", len(made.VIDEO)))
    assert "MotionPhoto" in walk(made.jpeg((0xE1, made.XMP + xmp)), "jpeg").gaps[0].reason


def test_samsungs_records_are_told_and_time_and_country_read():
    records = made.samsung_trailer(
        (0x0A01, b"Image_UTC_Data", b"1593487679058"),
        (0x0AA1, b"MCC_Data", b"466"),
        (0x0A30, b"MotionPhoto_Data", made.VIDEO),
    )
    data = made.jpeg(tail=b"\xff\xd9" + records)
    assert lie_in(data, "jpeg")
    reading = read_all(data, "jpeg")
    assert reading.metadata == {"Samsung:TimeStamp": "2020:06:30 03:27:59.058+00:00", "Samsung:MCCData": 466}
    assert [date.stated for date in reading.dates] == ["2020-06-30T03:27:59.058+00:00"]
    assert [("Samsung MotionPhoto_Data" in t.says) for t in reading.traces] == [False, False, True]
    in_heif = read_all(made.heif((b"hvc1", b"x"), after=made.box(b"sefd", records)), "heif")
    assert in_heif.metadata == reading.metadata


@pytest.mark.parametrize("content", [b"12345678901234567890", b"", b"soon", b"999999999999999"])
def test_a_samsung_time_that_is_none_is_a_gap(content):
    reading = read_all(made.jpeg(tail=b"\xff\xd9" + made.samsung_trailer((0x0A01, b"Image_UTC_Data", content))), "jpeg")
    assert reading.metadata == {}
    assert [gap.step for gap in reading.gaps] == ["trailers"]


@pytest.mark.parametrize("content", [b"", b"Taiwan", b"-46", b"4" * 5000])
def test_a_samsung_country_that_is_no_number_is_a_gap(content):
    reading = read_all(made.jpeg(tail=b"\xff\xd9" + made.samsung_trailer((0x0AA1, b"MCC_Data", content))), "jpeg")
    assert reading.metadata == {}
    assert [gap.step for gap in reading.gaps] == ["trailers"]


def test_a_samsung_record_that_does_not_lie_where_it_is_stated_is_a_gap():
    good = (0x0AA1, b"MCC_Data", b"466")
    records = made.samsung_trailer(good, (0x0A01, b"Image_UTC_Data", b"1593487679058"))
    long_name = records.replace(struct.pack("<I", 14) + b"Image", struct.pack("<I", 99) + b"Image")
    for damaged in (long_name, records[:-8].replace(struct.pack("<I", 35), b"\xff\0\0\0") + records[-8:]):
        blocks = walk(made.jpeg(tail=b"\xff\xd9" + damaged), "jpeg")
        assert [block.data for block in blocks.items if "MCC" in block.label] == [b"466"]
        assert not any("Image_UTC" in block.label for block in blocks.items)
        assert "no record" in blocks.gaps[0].reason


@pytest.mark.parametrize("parts", [1, 3])
def test_jumbf_is_joined_over_segments_by_their_numbers(parts):
    content = bytes(range(200))
    segments = made.jumbf_segments(content, parts)
    data = made.jpeg(*reversed(segments))
    (block,) = walk(data, "jpeg").items
    assert (block.kind, block.data) == ("jumbf", made.box(b"jumb", content))
    assert data.startswith(block.data[: 8 + 200 // parts], block.offset)


def test_jumbf_is_found_in_every_container_that_carries_it():
    store = made.box(b"jumb", b"manifest store")
    uuid = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
    c2pa = made.box(b"uuid", uuid, b"\0\0\0\0manifest\0" + b"\0" * 8 + store)
    files = {
        "png": made.png((b"IHDR", b"\0" * 13), (b"caBX", store)),
        "webp": made.webp((b"VP8X", b"\0" * 10), (b"C2PA", store)),
        "gif": made.gif(b"\x21\xff\x0bC2PA_GIF\1\0\0" + made.sub_blocks(store)),
        "tiff": tiff({MAKE: "Zenit", 52545: (7, len(store), store)}),
        "heif": made.box(b"ftyp", b"heic") + c2pa + made.box(b"meta", b"\0\0\0\0"),
        "avif": made.box(b"ftyp", b"avif") + c2pa,
    }
    for format_, data in files.items():
        assert ("jumbf", store) in found(data, format_)
        assert lie_in(data, format_)


def test_thumbnails_of_exif_photoshop_and_jfif_are_blocks():
    exif = tiff(ifd1={0x0201: 0, 0x0202: len(THUMBNAIL)})
    exif = tiff(ifd1={0x0201: (LONG, 1, struct.pack("<I", len(exif))), 0x0202: len(THUMBNAIL)}) + THUMBNAIL
    data = made.jpeg(
        (0xE0, b"JFIF\0\1\2\0\0\1\0\1\1\1rgb"),
        (0xE0, b"JFXX\0\x10" + THUMBNAIL),
        (0xE1, made.EXIF + exif),
        (0xED, made.PHOTOSHOP + made.resource(0x040C, b"h" * 28 + THUMBNAIL)),
    )
    assert [(kind, label) for kind, label in labels(data, "jpeg") if kind == "thumbnail"] == [
        ("thumbnail", "JFIF RGB thumbnail 1 x 1"),
        ("thumbnail", "JFXX JPEG thumbnail"),
        ("thumbnail", "IFD1 thumbnail"),
        ("thumbnail", "Photoshop resource 040C thumbnail"),
    ]
    thumbnails = [block.data for block in walk(data, "jpeg").items if block.kind == "thumbnail"]
    assert thumbnails == [b"rgb", THUMBNAIL, THUMBNAIL, THUMBNAIL]
    assert lie_in(data, "jpeg")


def test_the_preview_of_a_raw_file_is_a_second_picture():
    head = tiff({MAKE: "SONY", 0x0201: (LONG, 1, b"\0\0\0\0"), 0x0202: len(THUMBNAIL)})
    data = tiff({MAKE: "SONY", 0x0201: (LONG, 1, struct.pack("<I", len(head))), 0x0202: len(THUMBNAIL)}) + THUMBNAIL
    assert [(block.kind, block.label) for block in walk(data, "arw").items] == [
        ("exif", "TIFF"),
        ("image", "IFD0 preview"),
    ]
    assert lie_in(data, "arw")


def test_the_jpeg_in_a_panasonic_raw_file_gives_its_exif():
    inner = made.exif_jpeg(tiff({MAKE: "Panasonic"}))
    data = b"IIU\0" + tiff({0x002E: (7, len(inner), inner)})[4:]
    assert [label for _, label in labels(data, "raw")] == ["TIFF", "JpgFromRaw", "JpgFromRaw APP1 Exif"]
    assert lie_in(data, "raw")
    assert read_all(data, "raw").metadata["IFD0:Make"] == "Panasonic"


def test_canon_cr3_gives_thumbnail_preview_and_full_picture():
    data = made.cr3({b"CMT1": TIFF, b"CMT3": TIFF}, thumbnail=THUMBNAIL, preview=THUMBNAIL, full=THUMBNAIL, xmp=PACKET)
    assert labels(data, "cr3") == [
        ("exif", "CMT1"),
        ("makernote", "CMT3"),
        ("thumbnail", "thumbnail, THMB box"),
        ("xmp", "XMP box"),
        ("image", "preview, PRVW box"),
        ("image", "JPEG of track 1"),
    ]
    assert lie_in(data, "cr3")
    assert [block.data for block in walk(data, "cr3").items][2::2] == [THUMBNAIL, THUMBNAIL]
    assert "ends 3 bytes after" in walk(data[:-3], "cr3").gaps[0].reason


def test_thumbnails_and_auxiliary_pictures_of_heif_are_told_apart():
    urn = b"urn:com:apple:photo:2020:aux:hdrgainmap"
    data = made.heif(
        (b"hvc1", b"main"),
        (b"hvc1", b"small"),
        (b"hvc1", b"gains"),
        (b"hvc1", b"other"),
        (b"hvc1", b"tile"),
        (b"grid", b"layout"),
        primary=1,
        refers=((b"thmb", 2, 1), (b"auxl", 3, 1), (b"dimg", 6, 5)),
        auxiliary=(3, urn),
    )
    assert [(block.kind, block.data, block.label) for block in walk(data, "heif").items] == [
        ("thumbnail", b"small", "item 2 hvc1, thumbnail of item 1"),
        ("image", b"gains", f"item 3 hvc1, auxiliary, {urn.decode()}"),
        ("image", b"other", "item 4 hvc1, second picture"),
        ("image", b"layout", "item 6 grid, second picture"),
    ]
    assert lie_in(data, "heif")


def test_exif_that_describes_the_second_picture_of_a_heif_is_not_read():
    data = made.heif(
        (b"hvc1", b"left"),
        (b"hvc1", b"right"),
        (b"Exif", made.exif_item(LEAK)),
        (b"Exif", made.exif_item(TIFF)),
        primary=1,
        refers=((b"cdsc", 3, 2), (b"cdsc", 4, 1)),
    )
    assert read_all(data, "heif").metadata == {"IFD0:Make": "Zenit"}


def test_exif_of_what_the_main_picture_of_a_heif_is_made_of_is_read():
    data = made.heif(
        (b"tmap", b"tone"),
        (b"hvc1", b"base"),
        (b"Exif", made.exif_item(TIFF)),
        primary=1,
        refers=((b"dimg", 1, 2), (b"cdsc", 3, 2)),
    )
    assert read_all(data, "heif").metadata == {"IFD0:Make": "Zenit"}


def test_a_motion_photo_of_heif_is_a_trailer():
    data = made.heif((b"hvc1", b"main"), after=made.box(b"mpvd", made.VIDEO))
    assert labels(data, "heif") == [("trailer", f"{len(made.VIDEO)} bytes in box mpvd")]
    assert lie_in(data, "heif")


def test_what_follows_png_gif_and_webp_is_a_trailer():
    zipped = b"PK\x03\x04rest"
    for data, format_ in (
        (made.png((b"IHDR", b"\0" * 13)), "png"),
        (made.gif(), "gif"),
        (made.webp((b"VP8L", b"pixels")), "webp"),
    ):
        assert found(data + b"\0\0", format_) == []
        assert found(data + b"\0" + zipped, format_) == [("trailer", zipped)]
        assert "a ZIP archive" in read_all(data + zipped, format_).traces[0].says


def test_metadata_appended_to_a_webp_without_counting_it_is_read():
    data = made.webp((b"VP8L", b"pixels")) + made.webp((b"EXIF", TIFF))[12:]
    assert found(data, "webp") == [("exif", TIFF)]


def test_an_animated_webp_and_an_apng_give_what_stands_among_their_frames():
    frame = (b"ANMF", b"\0" * 16 + b"VP8L\0\0\0\0")
    data = made.webp((b"VP8X", b"\2" + b"\0" * 9), (b"ANIM", b"\0" * 6), frame, frame, (b"EXIF", TIFF))
    assert found(data, "webp") == [("exif", TIFF)]
    data = made.png(
        (b"IHDR", b"\0" * 13), (b"acTL", b"\0" * 8), (b"IDAT", b"x"), (b"fdAT", b"\0\0\0\1x"), (b"iTXt", b"Title\0" * 9)
    )
    assert [block.kind for block in walk(data, "png").items] == ["text"]


def test_stretches_that_overlap_do_not_multiply_the_file():
    items = 40
    size = 8 * 1024 * 1024
    content = made.exif_item(TIFF) + bytes(size)
    infe = b"".join(made.box(b"infe", b"\2\0\0\0", struct.pack(">HH", n + 1, 0), b"Exifname\0") for n in range(items))
    iinf = made.box(b"iinf", b"\0\0\0\0", struct.pack(">H", items), infe)
    places = b"".join(struct.pack(">HHHHII", n + 1, 1, 0, 1, 0, size) for n in range(items))
    iloc = made.box(b"iloc", b"\1\0\0\0\x44\x00", struct.pack(">H", items), places)
    meta = made.box(b"meta", b"\0\0\0\0", iinf, iloc, made.box(b"idat", content))
    blocks = walk(made.box(b"ftyp", b"heic") + meta, "heif")
    assert sum(len(block.data) for block in blocks.items) <= MAX_ALL_BYTES
    assert str(MAX_ALL_BYTES) in blocks.gaps[-1].reason


def test_what_lies_in_a_later_segment_of_a_joined_block_has_its_place_there():
    exif = tiff(ifd1={0x0201: 0, 0x0202: len(THUMBNAIL)})
    exif = tiff(ifd1={0x0201: (LONG, 1, struct.pack("<I", len(exif))), 0x0202: len(THUMBNAIL)}) + THUMBNAIL
    resources = made.resource(0x03ED, b"resolution" * 9) + made.resource(0x0404, CITY)
    data = made.jpeg(
        *((0xE1, made.EXIF + half) for half in (exif[:40], exif[40:])),
        *((0xED, made.PHOTOSHOP + half) for half in (resources[:50], resources[50:])),
    )
    blocks = {block.kind: block for block in walk(data, "jpeg").items}
    assert data.startswith(THUMBNAIL, blocks["thumbnail"].offset)
    assert data.startswith(CITY, blocks["iptc"].offset)
    assert blocks["exif"].parts == ((0, data.find(exif[:40])), (40, data.find(exif[40:])))


def test_the_place_of_what_was_unpacked_is_that_of_its_chunk():
    exif = tiff({700: (1, len(PACKET), PACKET)})
    text = f"\nexif\n{len(exif):8}\n{exif.hex()}\n".encode()
    data = made.png((b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(text)))
    assert [(block.kind, block.offset) for block in walk(data, "png").items] == [("exif", 16), ("xmp", 16)]


def test_a_name_that_the_file_gives_cannot_drive_a_terminal():
    records = made.samsung_trailer((0x0A01, b"\x1b[2J\x9b\n", b"x"))
    (block,) = walk(made.jpeg(tail=b"\xff\xd9" + records), "jpeg").items
    assert block.label == "1 bytes Samsung ?[2J??"
    heif = made.heif((b"hvc1", b"x"), (b"hvc1", b"y"), primary=1, refers=((b"auxl", 2, 1),), auxiliary=(2, b"a\x1b"))
    assert walk(heif, "heif").items[0].label.endswith("a?")


def test_indexes_without_end_are_not_all_read():
    xmp = made.container_directory(*[("MotionPhoto", "video/mp4", len(made.VIDEO))] * 30)
    index = made.mpf_index(1, [(0, 10**6, 10**6)] * 3)
    data = made.jpeg(*[(0xE1, made.XMP + xmp)] * 20, *[(0xE2, index)] * 20, tail=b"\xff\xd9" + made.VIDEO)
    blocks = walk(data, "jpeg")
    assert max(len(block.label) for block in blocks.items) < 300
    assert len([gap for gap in blocks.gaps if "MPF" in gap.reason]) == 12  # three of each of four
