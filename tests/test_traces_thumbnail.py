"""The embedded thumbnail held against the picture: what was done since is told, and what was not done is not."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageEnhance, ImageOps

from provenance.errors import ReadError
from provenance.examine.decode import raster
from provenance.examine.decode.limits import Limits
from provenance.examine.metadata import read_blocks
from provenance.examine.metadata.containers import walk
from provenance.examine.traces import Subject
from provenance.examine.traces.embedded_thumbnail import EmbeddedThumbnail
from provenance.examine.traces.thumbnail_pixels import MAX_BYTES, decoded, without_bars
from tests import container_bytes as made
from tests import exif_bytes, pictures

SCENE = pictures.scene(11, (640, 480))


def small(picture, long_side=160, quality=80, box=None):
    """The thumbnail of a picture as cameras make it; `box` is a size that is filled up with black."""
    shrunk = picture.copy()
    shrunk.thumbnail((long_side, long_side), Image.Resampling.BICUBIC)
    if box:
        boxed = Image.new("RGB", box)
        boxed.paste(shrunk, ((box[0] - shrunk.width) // 2, (box[1] - shrunk.height) // 2))
        shrunk = boxed
    return pictures.encode(shrunk, "JPEG", quality=quality)


def with_thumbnail(picture, thumbnail, *, orientation=None, quality=85):
    """A JPEG of the picture whose EXIF carries the thumbnail."""
    first = {} if orientation is None else {exif_bytes.ORIENTATION: orientation}
    for _ in range(2):  # the second time its place is known
        at = len(_block(first, 0, b"")) if _ else 0
        block = _block(first, at, thumbnail)
    data = pictures.encode(picture, "JPEG", quality=quality)
    return data[:2] + made.segment(0xE1, made.EXIF + block) + data[2:]


def _block(first, at, thumbnail):
    long = exif_bytes.LONG
    number = lambda n: (long, 1, n.to_bytes(4, "little"))  # noqa: E731
    second = {0x0103: 6, 0x0201: number(at), 0x0202: number(len(thumbnail))}
    return exif_bytes.tiff(first, ifd1=second) + thumbnail


def subject(data):
    blocks = walk(data, "jpeg")
    picture, _ = raster.decode(raster.open_picture(data, "jpeg", Limits()), Limits())
    found = read_blocks(blocks).metadata
    return Subject(data, "jpeg", "picture", picture.width, picture.height, blocks, found, picture)


def traces(picture, thumbnail, **options):
    return list(EmbeddedThumbnail().traces(subject(with_thumbnail(picture, thumbnail, **options))))


def says(picture, thumbnail, **options):
    return [trace.says for trace in traces(picture, thumbnail, **options)]


def pasted(picture, share=0.3, seed=40):
    width, height = (round(side * share) for side in picture.size)
    edited = picture.copy()
    edited.paste(pictures.scene(seed, (width, height)), (picture.width // 3, picture.height // 4))
    return edited


def toned(picture, gamma=1.3, contrast=1.2):
    curve = [round(255 * (level / 255) ** gamma) for level in range(256)]
    return ImageEnhance.Contrast(picture.point(curve * 3)).enhance(contrast)


@pytest.mark.parametrize(
    "picture",
    [SCENE, SCENE.resize((400, 300)), toned(SCENE), pictures.encode(SCENE, "JPEG", quality=40)],
    ids=["as it was", "resized", "toned", "saved again"],
)
def test_a_picture_that_only_was_saved_resized_or_toned_gives_no_trace(picture):
    picture = Image.open(io.BytesIO(picture)) if isinstance(picture, bytes) else picture
    assert says(picture, small(SCENE)) == []


def test_a_changed_gamma_alone_gives_no_trace():
    assert says(toned(pictures.scene(14, (640, 480)), 0.6, 1), small(pictures.scene(14, (640, 480)))) == []


def test_something_pasted_in_is_told_with_its_place_and_score():
    (trace,) = traces(pasted(SCENE), small(SCENE))
    assert trace.kind == "thumbnail"
    assert "differs in one place" in trace.says
    assert trace.score is not None
    assert trace.score < 1
    x, y = (int(part.split("%")[0].split()[-1]) for part in trace.because.split("around ")[1].split(" from")[:2])
    assert 30 <= x <= 67
    assert 22 <= y <= 58


def test_a_change_of_tone_does_not_hide_what_was_pasted_in():
    assert any("differs in one place" in said for said in says(toned(pasted(SCENE)), small(SCENE)))


@pytest.mark.parametrize("box", [(60, 40, 560, 420), (200, 150, 600, 450)])
def test_a_crop_is_told_with_its_share(box):
    (said,) = says(SCENE.crop(box), small(SCENE))
    share = (box[2] - box[0]) * (box[3] - box[1]) / (640 * 480)
    assert "cropped" in said
    assert abs(int(said.split("%")[0].split()[-1]) / 100 - share) < 0.04


def test_bars_around_the_thumbnail_are_no_difference():
    wide = pictures.scene(12, (640, 360))
    assert says(wide, small(wide, box=(160, 120))) == []
    tall = pictures.scene(12, (360, 640))
    assert says(tall, small(tall, box=(160, 160))) == []


def test_colour_taken_out_or_changed_is_told():
    (grey,) = says(SCENE.convert("L").convert("RGB"), small(SCENE))
    assert "colour was taken out" in grey
    luma, blue, red = SCENE.convert("YCbCr").split()
    (other,) = says(Image.merge("YCbCr", (luma, red, ImageOps.invert(blue))).convert("RGB"), small(SCENE))
    assert "other colours" in other


def test_mirroring_and_turning_are_told():
    assert any("mirrored" in said for said in says(ImageOps.mirror(SCENE), small(SCENE)))
    turned = SCENE.transpose(Image.Transpose.ROTATE_90)
    assert says(turned, small(SCENE)) == ["the picture was turned since its thumbnail was made"]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_thumbnail_that_lies_as_the_picture_does_is_turned_with_it(orientation):
    assert says(SCENE, small(SCENE), orientation=orientation) == []


def test_a_tag_that_turns_a_picture_whose_thumbnail_is_upright_is_told():
    lying = SCENE.transpose(Image.Transpose.ROTATE_90)  # and the tag turns it back
    (said,) = says(lying, small(SCENE), orientation=6)
    assert "orientation tag" in said


def test_a_thumbnail_of_another_picture_is_told():
    (trace,) = traces(SCENE, small(pictures.scene(77, (640, 480))))
    assert "something else" in trace.says


@pytest.mark.parametrize(
    ("picture", "thumbnail"),
    [
        (SCENE.resize((200, 150)), small(pictures.scene(77, (640, 480)))),  # hardly larger than its thumbnail
        (SCENE, small(pictures.scene(77, (640, 480)), long_side=64)),
        (SCENE, pictures.encode(Image.new("RGB", (160, 120), "grey"), "JPEG")),
        (Image.new("RGB", (640, 480), "grey"), small(SCENE)),
        (SCENE, small(pictures.scene(77, (900, 60)))),
    ],
    ids=["small picture", "small thumbnail", "flat thumbnail", "flat picture", "a strip"],
)
def test_what_is_too_small_or_flat_to_tell_gives_no_trace(picture, thumbnail):
    assert says(picture, thumbnail) == []


@pytest.mark.parametrize(
    ("thumbnail", "reason"),
    [
        (b"<Dummy thumbnail>", "no JPEG"),
        (small(SCENE)[:300], "thumbnail of"),
        (b"\xff\xd8" + b"\xff\xda\0\2" * 200, "scans"),
        (pictures.encode(Image.new("RGB", (1100, 40)), "JPEG"), "limit 1024"),
    ],
)
def test_a_thumbnail_that_cannot_be_read_is_a_read_error(thumbnail, reason):
    with pytest.raises(ReadError, match=reason):
        traces(SCENE, thumbnail)


def test_a_thumbnail_over_the_limit_is_a_read_error():
    with pytest.raises(ReadError, match="limit"):
        decoded(b"\xff\xd8" + bytes(MAX_BYTES))


def test_no_thumbnail_or_no_pixels_give_no_trace():
    whole = subject(with_thumbnail(SCENE, small(SCENE)))
    assert not list(
        EmbeddedThumbnail().traces(Subject(whole.data, "jpeg", "x", 640, 480, whole.blocks, whole.metadata))
    )
    assert not list(EmbeddedThumbnail().traces(subject(pictures.jpeg())))


def test_bars_are_cut_off_and_dark_pictures_are_not():
    dark = np.full((120, 160, 3), 10, np.float32)
    assert without_bars(dark).shape == dark.shape
    dark[50:60, 70:80] = 200  # a lamp in the night
    assert without_bars(dark).shape == dark.shape
    dark[20:100] = np.asarray(SCENE.resize((160, 80)), np.float32)
    assert without_bars(dark).shape[0] == 80


WHOLE = with_thumbnail(SCENE, small(SCENE))
EXAMINED = subject(WHOLE)


@settings(max_examples=25, deadline=None)
@given(at=st.integers(20, 6000), byte=st.integers(0, 255))
def test_damaged_files_give_traces_or_read_errors(at, byte):
    damaged = bytearray(WHOLE)
    damaged[at] = byte
    blocks = walk(bytes(damaged), "jpeg")
    found = read_blocks(blocks).metadata
    try:
        for trace in EmbeddedThumbnail().traces(
            Subject(bytes(damaged), "jpeg", "x", 640, 480, blocks, found, EXAMINED.raster)
        ):
            assert trace.but
    except ReadError:
        pass
