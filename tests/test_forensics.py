"""The panels: what they read of pictures with a known history, and that nothing of theirs is believed unchecked."""

import io
import json
from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from provenance.errors import InputError, UnreadableError
from provenance.examine.decode.limits import Limits
from provenance.examine.forensics import ghosts, noise, pixels, resave, sheet_page, told
from provenance.examine.forensics.base import Subject
from provenance.examine.forensics.pixels import subject_of
from provenance.examine.forensics.quality import saved_at
from provenance.examine.messages import Drawn, WorkerLimits
from provenance.examine.worker import InProcess, WorkerPool
from tests import pictures

RANDOM = np.random.default_rng(5)
GRAIN = RANDOM.normal(0, 6, (384, 512, 3))
SCENE = Image.fromarray((np.asarray(pictures.scene(3, (512, 384))) * 0.8 + 20 + GRAIN).clip(0, 255).astype(np.uint8))
PATCH = (192, 128, 320, 256)  # left, top, right, bottom: on the grid of blocks
PHOTO = pictures.jpeg(picture=SCENE, quality=90)


def ignore(step: str) -> None:
    """Nobody watches."""


def subject(data: bytes) -> Subject:
    return subject_of(data, Limits(), ignore)


def saved(picture: Image.Image, quality: int) -> Image.Image:
    return Image.open(io.BytesIO(pictures.jpeg(picture=picture, quality=quality)))


def reads(data: bytes, panel: str) -> dict[str, Any]:
    return dict(InProcess().draw_forensics(data, panel).reads)


def pasted(quality: int, off: int = 0) -> Image.Image:
    """The scene with a part of it that was a JPEG of that quality, whose grid lies so many pixels off."""
    part = saved(SCENE.crop((off, off, SCENE.width, SCENE.height)), quality).crop(
        (PATCH[0] - off, PATCH[1] - off, PATCH[2] - off, PATCH[3] - off)
    )
    whole = SCENE.copy()
    whole.paste(part, PATCH[:2])
    return whole


@pytest.mark.parametrize("quality", [55, 65, 70, 75])
def test_a_part_that_was_a_poorer_jpeg_dips_at_its_quality_and_nowhere_else(quality: int) -> None:
    data = pictures.jpeg(picture=pasted(quality), quality=90)
    luma = subject(data).luma
    readable = ghosts.detailed(luma)
    dips = ghosts.dipping(ghosts.differences(luma, ignore), readable)
    inside = np.zeros_like(readable)
    inside[PATCH[1] // 16 : PATCH[3] // 16, PATCH[0] // 16 : PATCH[2] // 16] = True
    assert dips[quality][inside & readable].mean() > 0.9
    assert dips[quality][~inside & readable].mean() < 0.02
    assert quality in ghosts.parts_of({q: float(dip[readable].mean()) for q, dip in dips.items()})


def test_a_part_off_the_grid_is_not_found_and_the_panel_says_so() -> None:
    data = pictures.jpeg(picture=pasted(70, off=3), quality=90)
    assert reads(data, "ghosts")["dips_70"] < 0.01
    assert "one place in 64" in InProcess().draw_forensics(data, "ghosts").cannot


def test_a_picture_saved_twice_dips_as_a_whole_and_in_no_part() -> None:
    picture = InProcess().draw_forensics(pictures.jpeg(picture=saved(SCENE, 70), quality=90), "ghosts")
    assert picture.reads["dips_70"] > 0.9  # type: ignore[operator]
    assert "as a whole dips at 70" in picture.says


def test_echoes_of_a_save_are_no_parts() -> None:
    assert ghosts.parts_of({60: 0.02, 70: 0.1, 80: 0.9, 85: 0.3, 90: 0.3}) == [60, 70]
    assert ghosts.parts_of({60: 0.2, 70: 0.001, 80: 0.1, 90: 0.2}) == [60, 80, 90]


def test_smooth_blocks_are_not_read() -> None:
    values = np.full((32, 48), 120, np.uint8)
    values[16:, 16:32] += RANDOM.integers(0, 20, (16, 16), np.uint8)
    assert ghosts.detailed(values).tolist() == [[False, False, False], [False, True, False]]


def test_an_untouched_picture_has_no_dip_of_a_part() -> None:
    for data in (PHOTO, pictures.encode(SCENE, "PNG")):
        assert "No part of it dips alone." in InProcess().draw_forensics(data, "ghosts").says


@pytest.mark.parametrize("shape", [(384, 512, 3), (384, 512), (70, 512), (1, 1), (16, 3)])
def test_bands_change_no_pixel(shape: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.resize(np.asarray(SCENE), shape)
    whole = resave.resaved(values, 60)
    monkeypatch.setattr(resave, "_BAND_PX", 5000)
    parts = [resave.resaved(values[rows], 60) for rows in resave.bands(values)]
    assert len(parts) == -(-shape[0] // (5000 // (shape[1] * 16) * 16 or 16))
    assert (np.concatenate(parts) == whole).all()


def test_bands_hold_whole_blocks_of_any_size() -> None:
    wide = np.zeros((100, 300_000), np.uint8)
    assert [rows.start % 32 for rows in resave.bands(wide, 32)] == [0] * 4


@pytest.mark.parametrize("sigma", [1.0, 3.0, 10.0])
def test_the_level_of_plain_noise_is_its_standard_deviation(sigma: float) -> None:
    grey = np.clip(120 + np.random.default_rng(1).normal(0, sigma, (256, 256)), 0, 255).round().astype(np.uint8)
    data = pictures.encode(Image.fromarray(grey), "PNG")
    assert reads(data, "noise")["median_levels"] == pytest.approx(sigma, rel=0.06)


def test_noise_is_read_where_it_lies_and_not_where_pixels_are_clipped() -> None:
    values = np.full((128, 128), 120.0)
    values[32:64, 64:96] += np.random.default_rng(1).normal(0, 8, (32, 32))
    values[96:, :32] = 255
    data = pictures.encode(Image.fromarray(values.round().clip(0, 255).astype(np.uint8)), "PNG")
    residual, levels = noise.measured(subject(data), ignore)
    assert levels[1, 2] == pytest.approx(8, rel=0.3)
    assert np.isnan(levels[3, 0])
    assert np.nansum(levels) == levels[1, 2]
    assert (residual[:32] == 128).all()


def test_a_picture_of_white_alone_has_no_level() -> None:
    picture = InProcess().draw_forensics(pictures.flat(colour=(255, 255, 255)), "noise")
    assert picture.reads["median_levels"] is None
    assert "shows nothing here" in picture.says


def test_error_levels_are_those_of_one_more_save() -> None:
    again = np.asarray(saved_444(Image.open(io.BytesIO(PHOTO)), 90), np.int16)
    apart = np.abs(again - np.asarray(Image.open(io.BytesIO(PHOTO)), np.int16))
    found = reads(PHOTO, "ela")
    assert found["mean_levels"] == pytest.approx(apart.mean(), abs=0.006)
    assert found["p99_levels"] == np.percentile(apart, 99, method="inverted_cdf")
    assert found["factor"] * found["p99_levels"] < 255


def saved_444(picture: Image.Image, quality: int) -> Image.Image:
    return Image.open(io.BytesIO(pictures.jpeg(picture=picture, quality=quality, subsampling=0)))


def test_where_little_can_be_told_error_levels_say_so() -> None:
    assert "little can be told" in InProcess().draw_forensics(PHOTO, "ela").says
    assert "no JPEG (png)" in InProcess().draw_forensics(pictures.png(), "ela").says


@pytest.mark.parametrize("quality", [1, 30, 75, 90, 100])
def test_the_quality_of_the_last_save_is_read_from_its_table(quality: int) -> None:
    found = subject(pictures.jpeg(3, quality, (64, 48))).saved_at
    assert found is not None
    assert (found.quality, found.exact) == (quality, True)


def test_a_table_that_is_none_of_libjpegs_is_said_to_be_near_one() -> None:
    changed = bytearray(pictures.jpeg(quality=80))
    changed[changed.index(b"\xff\xdb") + 5] += 1  # the first step of the first table
    found = saved_at(bytes(changed))
    assert found is not None
    assert (found.quality, found.exact) == (80, False)
    assert saved_at(bytes(changed[:20])) is None
    assert saved_at(bytes(changed).replace(b"\xff\xdb", b"\xff\xec")) is None


def test_of_a_large_picture_the_middle_is_looked_at_from_where_blocks_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = subject(PHOTO)
    monkeypatch.setattr(pixels, "MOST_PX", 300 * 225)
    part = subject(PHOTO)
    assert part.is_part
    assert part.size == (300, 225)
    left, top = (512 - 300) // 2 // 16 * 16, (384 - 225) // 2 // 16 * 16
    assert (part.luma == whole.luma[top : top + 225, left : left + 300]).all()
    assert part.original.size == part.size
    assert "Only its middle, 300 x 225 px" in InProcess().draw_forensics(PHOTO, "noise").says


def test_large_jpegs_are_decoded_whole_and_not_at_a_fraction() -> None:
    assert subject(pictures.jpeg(3, 80, (2400, 80))).size == (2400, 80)


def test_what_is_drawn_lies_on_the_picture_also_where_blocks_are_cut() -> None:
    here = subject(pictures.jpeg(3, 80, (40, 24)))
    blocks = np.array([[10, 20, 30], [40, 50, 60]], np.uint8)  # the last of each row is half outside
    drawn = np.asarray(here.drawn(blocks, 16).convert("L"))
    assert drawn.shape == (24, 40)
    assert (drawn[:16, :16] == 10).all()
    assert (drawn[16:, 32:] == 60).all()


def test_what_is_drawn_is_turned_as_the_picture_is() -> None:
    here = subject(pictures.jpeg(3, 90, (64, 32), orientation=6))
    drawn = here.drawn(here.luma)
    assert drawn.size == here.original.size == (32, 64)
    assert (np.asarray(drawn)[..., 0] == np.rot90(here.luma, -1)).all()


def test_a_page_of_too_many_bytes_is_drawn_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_page, "MOST_BYTES", 150_000)
    picture = InProcess().draw_forensics(PHOTO, "ela")
    assert len(picture.png) <= 150_000
    assert picture.says


def test_the_picture_bears_its_words() -> None:
    picture = InProcess().draw_forensics(PHOTO, "noise")
    said = json.loads(Image.open(io.BytesIO(picture.png)).info["provenance"])
    assert (said["says"], said["cannot"], said["reads"]) == (picture.says, picture.cannot, picture.reads)


GOOD = told.Told("ela", "It shows.", "It cannot.", {"mean": 1.5, "saved_at": None})


def a_png(words: bytes | told.Told = GOOD, keyword: str = "provenance") -> bytes:
    chunk = PngInfo()
    if isinstance(words, told.Told):
        chunk = told.as_chunk(words)
    else:
        chunk.add(b"tEXt", keyword.encode() + b"\0" + words)
    return pictures.encode(Image.new("L", (4, 4)), "PNG", pnginfo=chunk)


@pytest.mark.parametrize(
    "png",
    [
        pictures.flat(),
        b"",
        a_png(keyword="Comment", words=msgspec.json.encode(GOOD)),
        a_png(b"{}"),
        a_png(b"\xff"),
        a_png(b'{"panel": "ela", "says": "", "cannot": "", "reads": {"x": NaN}}'),
        a_png(b'{"panel": "ela", "says": "", "cannot": "", "reads": {"x": []}}'),
        a_png(told.Told("ghosts", "", "", {})),
        a_png(told.Told("ela", "\x1b[2J", "", {})),
        a_png(told.Told("ela", "", "", {"\x9b": 1})),
        a_png(told.Told("ela", "", "", {"x": "\x07"})),
        a_png(told.Told("ela", "", "", {str(n): n for n in range(65)})),
        a_png(told.Told("ela", "x" * (17 << 10), "", {})),
    ],
)
def test_words_that_are_not_as_they_must_be_are_not_believed(png: bytes) -> None:
    with pytest.raises(ValueError):
        told.picture_of(png, "ela")


@given(st.integers(33, 160), st.binary(min_size=1, max_size=8))
def test_damaged_words_are_refused_or_printable(at: int, damage: bytes) -> None:
    png = a_png()
    try:
        picture = told.picture_of(png[:at] + damage + png[at + len(damage) :], "ela")
    except ValueError:
        return
    assert (picture.says + picture.cannot).isprintable()
    assert picture.panel == "ela"


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(workers=1) as pool:
        yield pool


@pytest.mark.parametrize("panel", ["ela", "ghosts", "noise"])
def test_locked_workers_draw_what_an_open_process_draws(pool: WorkerPool, panel: str) -> None:
    """Nothing is left to be loaded from a file after the lock."""
    assert pool.draw_forensics(PHOTO, panel) == InProcess().draw_forensics(PHOTO, panel)


@pytest.mark.parametrize("data", [b"no image", b"", PHOTO[:700]])
def test_what_cannot_be_read_is_refused_on_either_side(pool: WorkerPool, data: bytes) -> None:
    refusals = []
    for examiner in (pool, InProcess()):
        with pytest.raises(InputError) as refused:
            examiner.draw_forensics(data, "ela")
        refusals.append(repr(refused.value))
    assert refusals[0] == refusals[1]


def test_a_worker_that_answers_with_another_panel_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    from provenance.examine import process

    monkeypatch.setattr(process.Process, "ask", lambda self, *_, **__: Drawn(a_png(replace_panel("noise"))))
    with WorkerPool(workers=1, ops="tests.misbehaving_ops", limits=WorkerLimits()) as pool:
        with pytest.raises(UnreadableError, match="not accepted"):
            pool.draw_forensics(PHOTO, "ela")
        assert pool.draw_forensics(PHOTO, "noise").says == "It shows."


def replace_panel(name: str) -> told.Told:
    return told.Told(name, GOOD.says, GOOD.cannot, GOOD.reads)
