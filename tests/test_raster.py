import struct

import numpy as np
import pytest
from PIL import Image, ImageCms

from provenance.errors import ReadError, TooLargeError
from provenance.examine.decode import header, jpeg
from provenance.examine.decode.frames import count_frames
from provenance.examine.decode.limits import Limits, check_density, check_pixels, check_scans
from provenance.examine.decode.raster import HASHING_PX, LONG_SIDE_PX, Raster, decode, open_picture, quiet
from tests import pictures
from tests.pictures import scene

LIMITS = Limits()
T = Image.Transpose
STORED = {2: T.FLIP_LEFT_RIGHT, 3: T.ROTATE_180, 4: T.FLIP_TOP_BOTTOM, 5: T.TRANSPOSE, 6: T.ROTATE_90}
STORED |= {7: T.TRANSVERSE, 8: T.ROTATE_270}  # how a camera stores what each orientation turns upright again


def rasterised(data: bytes, kind: str, limits: Limits = LIMITS) -> Raster:
    return decode(open_picture(data, kind, limits), limits)[0]


def apart(a: Image.Image, b: Image.Image) -> float:
    """The mean difference of two pictures' values, 0..255."""
    assert (a.size, a.mode) == (b.size, b.mode)
    return float(np.abs(np.asarray(a, np.int16) - np.asarray(b, np.int16)).mean())


SMALL = (320, 240)
LOSSLESS = {"png": pictures.png, "tiff": pictures.tiff, "bmp": pictures.bmp}
LOSSY = {"jpeg": lambda: pictures.jpeg(size=SMALL), "webp": pictures.webp, "avif": pictures.avif}
LOSSY |= {"gif": pictures.gif, "heif": pictures.heic}


@pytest.mark.parametrize("kind", LOSSLESS)
def test_a_lossless_small_picture_is_its_own_raster(kind):
    assert apart(rasterised(LOSSLESS[kind](), kind).image, scene(3, SMALL)) == 0


@pytest.mark.parametrize("kind", LOSSY)
def test_a_lossy_picture_is_near_what_was_drawn(kind):
    raster = rasterised(LOSSY[kind](), kind)
    assert apart(raster.image, scene(3, SMALL)) < 20
    assert (raster.width, raster.height) == SMALL


@pytest.mark.parametrize("kind", [*LOSSLESS, *LOSSY])
def test_the_header_alone_tells_the_size(kind):
    data = (LOSSLESS | LOSSY)[kind]()
    assert header.stated_size(data, kind) == SMALL


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_every_orientation_is_turned_upright(orientation, kind):
    upright = scene(3, SMALL)
    stored = upright.transpose(STORED[orientation])
    options = {"quality": 95} if kind in ("JPEG", "WEBP") else {}
    data = pictures.encode(stored, kind, exif=pictures.exif(orientation=orientation), **options)
    raster = rasterised(data, kind.lower())
    assert (raster.width, raster.height) == SMALL
    assert apart(raster.image, upright) < 8  # any other turn is 50 and more away


@pytest.mark.parametrize("orientation", [0, 1, 9, 65535])
def test_an_orientation_that_means_nothing_turns_nothing(orientation):
    data = pictures.jpeg(size=SMALL, orientation=orientation)
    assert rasterised(data, "jpeg").image.size == SMALL


def test_heif_is_turned_by_its_container_and_not_again_by_exif():
    raster = rasterised(pictures.heic(turned=True), "heif")
    assert (raster.width, raster.height) == (240, 320)
    assert apart(raster.image, scene(3, SMALL).transpose(T.ROTATE_90)) < 12


def test_large_pictures_shrink_to_the_two_sizes_and_keep_their_measures():
    raster = rasterised(pictures.jpeg(picture=scene(3, SMALL).resize((3000, 2000))), "jpeg")
    assert raster.image.size == (LONG_SIDE_PX, 683)
    assert raster.small.size == raster.grey.size == (HASHING_PX, 341)
    assert (raster.width, raster.height) == (3000, 2000)


def test_16_bit_values_are_scaled_not_clipped():
    ramp = np.linspace(0, 65535, 256 * 64).astype(np.uint16).reshape(64, 256)
    for kind in ("png", "tiff"):
        data = pictures.encode(Image.fromarray(ramp), kind.upper())
        grey = np.asarray(rasterised(data, kind).image)[:, :, 0]
        assert np.array_equal(grey, (ramp >> 8).astype(np.uint8))


def test_floats_are_stretched_and_what_is_no_number_is_taken_for_zero():
    values = np.linspace(-3, 5, 100, dtype=np.float32).reshape(10, 10).copy()
    values[0, 1] = np.nan
    image = np.asarray(rasterised(pictures.encode(Image.fromarray(values), "TIFF"), "tiff").image)
    assert image[0, 0, 0] == 0
    assert image[9, 9, 0] == 255
    assert image[0, 1, 0] == round(3 / 8 * 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I", "F", "LAB"])
def test_every_mode_of_a_tiff_becomes_rgb(mode):
    picture = scene(3, SMALL).convert("L") if mode in ("I", "F") else scene(3, SMALL)
    if mode == "LAB":
        srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
        picture = ImageCms.profileToProfile(picture, srgb, lab, outputMode="LAB")
    data = pictures.encode(picture.convert(mode), "TIFF")
    image = rasterised(data, "tiff").image
    assert image.mode == "RGB"
    assert np.asarray(image).std() > 20


def test_the_profile_of_lab_pixels_is_not_applied_twice():
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    picture = ImageCms.profileToProfile(scene(3, SMALL), ImageCms.createProfile("sRGB"), lab, outputMode="LAB")
    data = pictures.encode(picture, "TIFF", icc_profile=lab.tobytes())
    raster, gaps = decode(open_picture(data, "tiff", LIMITS), LIMITS)
    assert not gaps
    assert apart(raster.image, scene(3, SMALL)) < 8


def test_transparency_is_laid_on_white():
    clear = scene(3, SMALL).convert("RGBA")
    clear.putalpha(0)
    for picture in (clear, clear.convert("LA")):
        assert rasterised(pictures.encode(picture, "PNG"), "png").image.getextrema() == ((255, 255),) * 3


def test_a_transparent_palette_entry_is_laid_on_white():
    picture = Image.new("P", (8, 8), 0)
    picture.putpalette([10, 20, 30])
    assert rasterised(pictures.encode(picture, "GIF", transparency=0), "gif").image.getpixel((0, 0)) == (255, 255, 255)


def wide_gamut() -> bytes:
    """An RGB profile that is not sRGB: its red and blue primaries change places."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    tags = {bytes(profile[at : at + 4]): at for at in range(132, 132 + 12 * profile[131], 12)}
    profile[tags[b"rXYZ"] : tags[b"rXYZ"] + 4], profile[tags[b"bXYZ"] : tags[b"bXYZ"] + 4] = b"bXYZ", b"rXYZ"
    return bytes(profile).replace("sRGB".encode("utf-16-be"), "xxxx".encode("utf-16-be"))


def test_an_embedded_profile_is_applied_also_to_grey_pictures():
    red = pictures.encode(Image.new("RGB", (8, 8), (255, 0, 0)), "PNG", icc_profile=wide_gamut())
    assert rasterised(red, "png").image.getpixel((0, 0)) == pytest.approx((0, 0, 255), abs=3)
    grey = pictures.encode(Image.new("L", (8, 8), 90), "PNG", icc_profile=wide_gamut())
    raster, gaps = decode(open_picture(grey, "png", LIMITS), LIMITS)
    assert raster.image.getpixel((0, 0)) == pytest.approx((90, 90, 90), abs=3)
    assert not gaps


@pytest.mark.parametrize(
    ("profile", "why"),
    [(b"garbage" * 40, "colour profile of 280 bytes: "), (bytes(5_000_000), "of 5000000 bytes, limit 4194304")],
    ids=["broken", "huge"],
)
def test_a_profile_that_cannot_be_used_is_a_gap_and_the_pixels_stay(profile, why):
    opened = open_picture(pictures.jpeg(size=SMALL, icc_profile=profile), "jpeg", LIMITS)
    raster, gaps = decode(opened, LIMITS)
    assert [gap.step for gap in gaps] == ["colour_profile"]
    assert why in gaps[0].reason
    assert apart(raster.image, scene(3, SMALL)) < 12


def test_a_profile_of_another_kind_of_colour_is_a_gap():
    picture = scene(3, SMALL).convert("CMYK")
    opened = open_picture(pictures.encode(picture, "JPEG", icc_profile=wide_gamut()), "jpeg", LIMITS)
    assert "is for RGB, the pixels are CMYK" in decode(opened, LIMITS)[1][0].reason


def bitfields_bmp(masks: tuple[int, int, int], pixels: bytes, bits: int, height: int = 1) -> bytes:
    head = struct.pack("<IiiHHIIiiII", 40, 2, height, 1, bits, 3, len(pixels), 0, 0, 0, 0) + struct.pack("<3I", *masks)
    return b"BM" + struct.pack("<IHHI", 14 + len(head) + len(pixels), 0, 0, 14 + len(head)) + head + pixels


def test_bmp_channels_at_unusual_bits_are_read():
    masks = (0x3FF00000, 0x000FFC00, 0x000003FF)  # ten bits each
    data = bitfields_bmp(masks, struct.pack("<II", 0x3FF00000, 0x000FFC00), 32)
    image = rasterised(data, "bmp").image
    assert [image.getpixel((x, 0)) for x in (0, 1)] == [(255, 0, 0), (0, 255, 0)]


@pytest.mark.parametrize(("height", "red_row"), [(2, 1), (-2, 0)])
def test_bmp_rows_are_stored_from_the_bottom_unless_the_height_is_negative(height, red_row):
    data = bitfields_bmp((0xF00, 0xF0, 0xF), b"\0\x0f" * 2 + b"\x0f\0" * 2, 16, height)
    image = rasterised(data, "bmp").image
    assert image.getpixel((0, red_row)) == (255, 0, 0)
    assert image.getpixel((0, 1 - red_row)) == (0, 0, 255)
    assert header.stated_size(data, "bmp") == (2, 2)


def test_a_png_whose_comment_is_a_bomb_is_still_a_picture():
    from PIL.PngImagePlugin import PngInfo

    texts = PngInfo()
    texts.add_text("Comment", "x" * 20_000_000, zip=True)
    assert apart(rasterised(pictures.png(pnginfo=texts), "png").image, scene(3, SMALL)) == 0


@pytest.mark.parametrize("kind", [*LOSSLESS, *LOSSY])
def test_pixels_that_are_cut_off_raise_read_error(kind):
    data = (LOSSLESS | LOSSY)[kind]()
    with quiet(), pytest.raises(ReadError):
        rasterised(data[: len(data) * 2 // 3], kind)


def test_limits_give_the_value_and_the_bound():
    with pytest.raises(TooLargeError, match="7072 x 7072 = 50013184 px, limit 50000000"):
        check_pixels(7072, 7072, "png", LIMITS)
    check_pixels(7072, 7072, "jpeg", LIMITS)
    with pytest.raises(TooLargeError, match="limit 300000000"):
        check_pixels(20000, 20000, "jpeg", LIMITS)


def test_a_large_jpeg_must_have_the_bytes_its_pixels_take():
    check_density(bytes(600_000), 17_000, 17_000, LIMITS)
    with pytest.raises(TooLargeError, match="in 24000 bytes"):
        check_density(bytes(24_000), 12_000, 12_000, LIMITS)
    check_density(bytes(24_000), 4_000, 3_000, LIMITS)  # merely cut off: its metadata still counts


def test_scans_are_counted_and_bounded():
    data = pictures.jpeg(size=SMALL, progressive=True)
    assert jpeg.count_scans(data, at_most=3) == 4
    check_scans(data, *SMALL, LIMITS)
    with pytest.raises(TooLargeError, match="more than 100 scans"):
        check_scans(scan_bomb(data, 200), *SMALL, LIMITS)
    with pytest.raises(TooLargeError, match="more than 8 scans"):
        check_scans(scan_bomb(data, 20), 16_000, 15_000, LIMITS)


def scan_bomb(data: bytes, times: int) -> bytes:
    """The last scan of a progressive JPEG, many times over."""
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * times + data[-2:]


def test_scans_of_a_thumbnail_or_of_what_follows_do_not_count():
    many = b"\xff\xda\0\2" * 300
    data = pictures.jpeg(size=SMALL, comment=many, exif=pictures.exif({0x9999: many})) + many
    check_scans(data, *SMALL, LIMITS)


def animated(kind: str, frames: int) -> bytes:
    drawn = [scene(n, (64, 48)) for n in range(frames)]
    return pictures.encode(drawn[0], kind.upper(), save_all=True, append_images=drawn[1:])


@pytest.mark.parametrize("kind", ["png", "webp", "gif", "tiff"])
@pytest.mark.parametrize("frames", [1, 4])
def test_frames_are_counted_from_the_container(kind, frames):
    assert count_frames(animated(kind, frames), kind, at_most=100) == frames


def test_a_still_picture_before_an_animation_counts_too():
    drawn = [scene(n, (64, 48)) for n in range(4)]
    data = pictures.encode(drawn[0], "PNG", save_all=True, default_image=True, append_images=drawn[1:])
    assert count_frames(data, "png", at_most=100) == 4


def test_the_pictures_of_an_mpo_are_counted():
    assert count_frames(animated("mpo", 3), "jpeg", at_most=100) == 3


def test_an_avif_sequence_says_how_many_pictures_it_has():
    assert open_picture(animated("avif", 3), "avif", LIMITS).frames == 3


def test_counting_frames_stops_at_its_bound():
    assert count_frames(animated("gif", 4), "gif", at_most=2) == 3
    loop = bytearray(pictures.tiff())
    at = struct.unpack_from("<I", loop, 4)[0]
    end = at + 2 + 12 * struct.unpack_from("<H", loop, at)[0]
    loop[end : end + 4] = struct.pack("<I", at)
    assert count_frames(bytes(loop), "tiff", at_most=100) == 1


def test_a_gif_of_absurdly_small_blocks_is_not_walked_to_its_end():
    data = pictures.gif()[:-1] + b"\x21\xfe" + b"\1a" * 1_000_001 + b"\0;"
    with pytest.raises(ReadError, match="more than 1000000 data blocks"):
        count_frames(data, "gif", at_most=100)


def test_quiet_gives_pillow_its_own_bound_back(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 12345)
    with quiet():
        assert Image.MAX_IMAGE_PIXELS is None
    assert Image.MAX_IMAGE_PIXELS == 12345


def test_a_tiff_whose_tags_share_their_bytes_is_not_read():
    entries = b"".join(struct.pack("<HHII", 40_000 + n, 1, 100_000, 8) for n in range(700))
    data = b"II*\0" + struct.pack("<I", 100_008) + bytes(100_000) + struct.pack("<H", 700) + entries + bytes(4)
    with pytest.raises(ReadError, match="the tags take 70000000 bytes, limit 67108864"):
        open_picture(data, "tiff", LIMITS)
