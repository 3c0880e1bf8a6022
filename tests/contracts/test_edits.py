"""What every edit that calibration makes promises: a new picture from chance that a seed repeats, whatever its size."""

import io
import re
from random import Random

import pytest
from PIL import Image

from provenance.examine.edits import EDITS, edit_named
from provenance.examine.edits.base import MOST_PX, Edit, edited_file
from provenance.examine.edits.phone import SCREEN_PX
from tests.pictures import scene

SIZE = (320, 240)
each_edit = pytest.mark.parametrize("edit", EDITS, ids=[edit.name for edit in EDITS])


def drawn(edit: Edit, seed: int = 5, size: tuple[int, int] = SIZE) -> bytes:
    return edited_file(edit, scene(3, size), *(scene(10 + nth, size) for nth in range(edit.others)), seed=seed)


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def test_every_edit_has_a_name_of_its_own_that_programs_can_use() -> None:
    assert len({edit.name for edit in EDITS}) == len(EDITS)
    for edit in EDITS:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", edit.name)
        assert re.fullmatch(r"[a-z][a-z_]*", edit.family)
        assert edit_named(edit.name) is edit


@each_edit
def test_it_gives_a_colour_jpeg(edit: Edit) -> None:
    picture = opened(drawn(edit))
    assert (picture.format, picture.mode) == ("JPEG", "RGB")


@each_edit
def test_the_same_seed_gives_the_same_bytes(edit: Edit) -> None:
    assert drawn(edit, seed=7) == drawn(edit, seed=7)


@each_edit
def test_it_changes_the_picture_and_not_what_it_was_handed(edit: Edit) -> None:
    picture, others = scene(3, SIZE), [scene(10 + nth, SIZE) for nth in range(edit.others)]
    made = opened(edited_file(edit, picture, *others, seed=5))
    assert (made.size, made.tobytes()) != (SIZE, picture.tobytes())
    if edit.family != "recompress":
        plain = edited_file(edit_named("recompress_75"), picture, seed=5)
        same_quality = Edit(edit.name, edit.family, edit.draw, edit.others, (75, 75))
        assert edited_file(same_quality, picture, *others, seed=5) != plain
    assert picture.tobytes() == scene(3, SIZE).tobytes()
    assert all(each.tobytes() == scene(10 + nth, SIZE).tobytes() for nth, each in enumerate(others))


@each_edit
@pytest.mark.parametrize("size", [(1, 1), (2, 3), (1, 5000), (5000, 1)], ids=str)
def test_any_size_is_edited_and_the_edit_is_no_larger_than_its_bound(edit: Edit, size: tuple[int, int]) -> None:
    picture = Image.new("RGB", size, "#3060c0")
    made = opened(edited_file(edit, picture, *[picture] * edit.others, seed=5))
    assert 1 <= max(made.size) <= MOST_PX


def test_lower_quality_takes_fewer_bytes() -> None:
    sizes = [len(drawn(edit_named(f"recompress_{quality}"))) for quality in (75, 50, 30, 10)]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == 4


@pytest.mark.parametrize("removed", [20, 40, 60, 80])
def test_a_crop_removes_the_share_of_the_area_in_its_name(removed: int) -> None:
    for seed in range(5):
        width, height = opened(drawn(edit_named(f"crop_{removed}"), seed)).size
        assert width * height / (SIZE[0] * SIZE[1]) == pytest.approx(1 - removed / 100, abs=0.01)


def test_screenshots_of_two_pictures_share_their_frame() -> None:
    """A template: what unrelated pictures have in common must be there to be told apart."""
    avatar = (20, 90, 120, 190)
    edit = edit_named("phone_frame")
    made = [edit.draw(scene(seed, SIZE), _random(seed)) for seed in (3, 4)]
    assert {each.size for each in made} == {SCREEN_PX}
    assert made[0].crop(avatar).tobytes() == made[1].crop(avatar).tobytes()
    assert made[0].tobytes() != made[1].tobytes()


@pytest.mark.parametrize("percent", [20, 35, 50])
def test_a_picture_in_a_picture_takes_its_share_of_width_and_height(percent: int) -> None:
    edit = edit_named(f"in_picture_{percent}")
    made = edit.draw(Image.new("RGB", SIZE, "white"), _random(1), Image.new("RGB", SIZE, "black"))
    left, top, right, bottom = made.getbbox()
    assert (right - left, bottom - top) == (SIZE[0] * percent // 100, SIZE[1] * percent // 100)


def test_a_collage_shows_all_four_pictures() -> None:
    colours = ["#ff0000", "#00ff00", "#0000ff", "#ffff00"]
    made = edit_named("collage").draw(Image.new("RGB", SIZE, colours[0]), _random(1), *_flat(colours[1:]))
    shown = {colour for _, colour in made.getcolors()}
    assert {(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0)} <= shown


def _flat(colours: list[str]) -> list[Image.Image]:
    return [Image.new("RGB", SIZE, colour) for colour in colours]


def _random(seed: int) -> Random:
    return Random(seed)
