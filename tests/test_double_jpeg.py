"""Earlier JPEGs are found where they left a pattern, at their quality and place, and nothing is said where none did."""

import io
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from PIL import Image

from provenance.errors import ReadError
from provenance.examine.decode import raster
from provenance.examine.decode.limits import Limits
from provenance.examine.traces import Subject
from provenance.examine.traces.dct_blocks import FREQUENCIES, coefficients, distinct
from provenance.examine.traces.double_jpeg import evidence
from provenance.examine.traces.earlier_grid import earlier_grid
from provenance.examine.traces.ijg_quality import ZIG_ZAG, scaled
from provenance.examine.traces.jpeg_marks import marks
from provenance.examine.traces.previous_compression import PreviousCompression, compressed_before
from provenance.model.findings import Trace
from tests import pictures
from tests.contracts.test_metadata_readers import damage, damaged


@lru_cache(maxsize=8)
def source(seed: int = 3) -> Image.Image:
    """A scene with grain, as a photo has it: without, most coefficients are zero."""
    scene = np.asarray(pictures.scene(seed, (400, 304)), np.float32)
    grain = np.random.default_rng(seed).normal(0, 5, scene.shape[:2])[..., None]
    return Image.fromarray((scene * 0.8 + 20 + grain).clip(0, 255).astype(np.uint8))


def jpeg(picture: Image.Image, quality: int, **options) -> bytes:
    return pictures.encode(picture, "JPEG", quality=quality, **options)


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def traces(data: bytes, kind: str = "jpeg") -> list[Trace]:
    try:
        pixels, _ = raster.decode(raster.open_picture(data, kind, Limits()), Limits())
    except ReadError:
        pixels = None
    return list(PreviousCompression().traces(Subject(data, kind, "photo", raster=pixels)))


def said(data: bytes, kind: str = "jpeg") -> list[str]:
    return [trace.says for trace in traces(data, kind)]


def luma(data: bytes) -> np.ndarray:
    return np.asarray(opened(data).convert("L"))


def test_coefficients_are_those_of_jpeg():
    """A picture of one cosine has one coefficient. T.81, A.3.3: 4 times the amplitude, or sqrt(32)."""
    at = 5
    place = ZIG_ZAG[at]
    x = np.arange(8)
    wave = np.outer(np.cos((2 * x + 1) * (place // 8) * np.pi / 16), np.cos((2 * x + 1) * (place % 8) * np.pi / 16))
    block = np.rint(128 + 50 * wave).astype(np.uint8)
    found = coefficients(np.tile(block, (2, 3)))
    assert found.shape == (6, FREQUENCIES)
    assert np.abs(found[0]).argmax() == at - 1
    assert found[0][at - 1] == pytest.approx(200 * (1.41421 if 0 in (place // 8, place % 8) else 1), abs=2)


def test_blocks_that_repeat_count_once():
    assert len(distinct(np.repeat(np.eye(4, FREQUENCIES, dtype=np.float32), 7, axis=0))) == 4


@pytest.mark.parametrize("quality", [50, 75, 90])
@pytest.mark.parametrize("seed", [3, 4])
def test_a_picture_compressed_once_says_nothing(seed, quality):
    assert said(jpeg(source(seed), quality)) == []


@pytest.mark.parametrize(("first", "then"), [(60, 75), (75, 90), (85, 75), (80, 95), (50, 60), (90, 80)])
def test_an_earlier_quality_on_the_same_grid_is_found(first, then):
    twice = jpeg(opened(jpeg(source(), first)), then)
    earlier = compressed_before(luma(twice), marks(twice).tables[0])
    assert earlier.lowest - 1 <= first <= earlier.highest + 1
    assert earlier.highest - earlier.lowest <= 2
    (only,) = said(twice)
    assert f"and again at {then}" in only


def test_the_trace_says_how_sure_and_what_else():
    (trace,) = traces(jpeg(opened(jpeg(source(), 60)), 90, progressive=True))
    assert trace.says == "the JPEG was compressed before at about IJG quality 60, and again at 90"
    assert "limit 10" in trace.because
    assert "no forgery" in trace.but
    assert trace.score > 0.9


def test_the_same_quality_again_leaves_no_pattern():
    assert said(jpeg(opened(jpeg(source(), 80)), 80)) == []


@pytest.mark.parametrize(("right", "down"), [(3, 6), (7, 1)])
def test_a_crop_between_two_compressions_is_found_with_its_place(right, down):
    cropped = opened(jpeg(source(), 60)).crop((right, down, 400, 304))
    (only,) = said(jpeg(cropped, 90))
    assert "IJG quality 60 on another grid" in only
    grid = earlier_grid(luma(jpeg(cropped, 90)), own=True)
    assert (grid.right, grid.down, grid.quality) == (8 - right, 8 - down, 60)


@pytest.mark.parametrize("kind", ["png", "bmp", "tiff", "webp"])
def test_a_lossless_picture_that_was_a_jpeg_says_so(kind):
    options = {"lossless": True} if kind == "webp" else {}
    held = pictures.encode(opened(jpeg(source(), 85)), kind.upper(), **options)
    assert said(held, kind) == [f"the {kind.upper()} holds a picture that was a JPEG of about IJG quality 85"]
    assert said(pictures.encode(source(), kind.upper(), **options), kind) == []


def test_a_lossless_crop_of_a_jpeg_says_that_it_was_cropped():
    held = pictures.encode(opened(jpeg(source(), 85)).crop((5, 0, 400, 304)), "PNG")
    assert said(held, "png")[0].endswith("and was cropped or moved since")


def test_a_pasted_part_without_an_earlier_jpeg_does_not_hide_that_of_the_rest():
    pasted = opened(jpeg(source(), 60))
    pasted.paste(source(4).crop((0, 0, 112, 112)), (96, 96))  # a tenth of the picture
    twice = jpeg(pasted, 90)
    earlier = compressed_before(luma(twice), marks(twice).tables[0])
    assert (earlier.lowest, earlier.highest) == (60, 60)


def test_small_pictures_have_no_grid_by_accident():
    whole = np.asarray(source().convert("L"))
    small = [whole[y : y + 48, x : x + 48] for y in range(0, 256, 37) for x in range(0, 352, 41)]
    assert [at for at, luma in enumerate(small) if earlier_grid(luma, own=False)] == []


@pytest.mark.parametrize(
    "change",
    [
        lambda picture: picture.resize((310, 236), Image.Resampling.LANCZOS),
        lambda picture: picture.rotate(3, Image.Resampling.BICUBIC, expand=True),
    ],
)
def test_what_was_resized_or_turned_in_between_says_nothing(change):
    changed = change(opened(jpeg(source(), 60)))
    assert said(jpeg(changed, 85)) == []
    assert said(pictures.encode(changed, "PNG"), "png") == []


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (pictures.flat(), "png"),
        (jpeg(Image.new("RGB", (640, 480), (200, 10, 10)), 75), "jpeg"),
        (jpeg(Image.new("L", (1, 1)), 75), "jpeg"),
        (pictures.encode(Image.new("RGB", (3, 200)), "PNG"), "png"),
        (jpeg(Image.effect_noise((256, 256), 90).point(lambda v: 255 * (v > 128)), 90), "jpeg"),
        (pictures.gif(), "gif"),
        (pictures.encode(opened(jpeg(source(), 60)), "WEBP", quality=100), "webp"),
        (pictures.encode(pictures.scene().convert("P"), "PNG"), "png"),
    ],
    ids=["flat", "flat jpeg", "one pixel", "narrow", "black and white", "gif", "lossy webp", "palette"],
)
def test_pictures_with_nothing_to_go_by_say_nothing(data, kind):
    assert said(data, kind) == []


def test_a_drawing_of_equal_blocks_says_nothing():
    tile = np.asarray(pictures.scene(5, (16, 16)))
    assert said(jpeg(Image.fromarray(np.tile(tile, (24, 24, 1))), 75)) == []


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (jpeg(Image.new("L", (6400, 6300)), 75), "40320000 px in 1 scans, limit 40000000 px by scans"),
        (jpeg(Image.new("L", (4000, 2000)), 75, progressive=True), "8000000 px in 6 scans, limit 40000000 px by scans"),
        (jpeg(source(), 75) + bytes(20 << 20), "bytes, limit 20971520"),
    ],
    ids=["pixels", "scans", "bytes"],
)
def test_what_is_over_a_limit_is_a_read_error(data, reason):
    with pytest.raises(ReadError, match=reason):
        said(data)


def test_a_picture_that_cannot_be_decoded_says_nothing_beside_the_gap_of_the_decoder():
    cut = jpeg(opened(jpeg(source(), 60)), 90)[:-2000]
    assert said(cut) == []
    assert said(b"\x89PNG\r\n\x1a\n", "png") == []


def test_a_large_lossless_picture_is_a_read_error():
    with pytest.raises(ReadError, match="not looked at: 8004000 px, limit 8000000"):
        said(pictures.encode(Image.new("L", (4000, 2001)), "PNG", compress_level=1), "png")


def test_channels_of_red_green_and_blue_are_a_read_error():
    with pytest.raises(ReadError, match="3 channels of 8 bit"):
        said(jpeg(source(), 75, keep_rgb=True))


@pytest.mark.parametrize("transform", [0, 2])
def test_cmyk_is_a_read_error(transform):
    data = bytearray(jpeg(Image.new("CMYK", (32, 32)), 75))
    data[data.index(b"Adobe") + 11] = transform
    with pytest.raises(ReadError, match="4 channels of 8 bit"):
        said(bytes(data))


@pytest.mark.parametrize("step", [1, 2, 64, 255, 65535])
def test_evidence_is_a_finite_number_for_any_table_and_coefficients(step):
    for values in (np.zeros((5, FREQUENCIES)), np.full((9, FREQUENCIES), 1e6), np.eye(FREQUENCIES) * step * 19):
        found = evidence(values.astype(np.float32), [step] * FREQUENCIES)
        assert np.isfinite(found).all()
        assert step <= 128 or not found.any()  # for a step of 65535 the work would be seconds


def test_one_quantisation_explains_itself_best():
    levels = np.random.default_rng(1).laplace(0, 3, (4000, FREQUENCIES)).round().astype(np.float32)
    steps = scaled(97)[1 : 1 + FREQUENCIES]
    found = evidence(levels * np.array(steps, np.float32), steps)
    assert found[:, 0].tolist() == [0] * FREQUENCIES
    assert [found[at, step] for at, step in enumerate(steps)] == [0] * FREQUENCIES  # the same step again
    assert found.max() < 10


SMALL = jpeg(source().crop((0, 0, 96, 72)), 70, progressive=True)


@settings(max_examples=60, deadline=None)
@given(how=damage)
def test_damaged_jpegs_give_traces_or_a_read_error(how):
    try:
        found = said(damaged(SMALL, how))
    except ReadError:
        return
    assert all(found)
