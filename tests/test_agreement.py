"""Pixels that agree once one picture is laid on the other: all of a copy's, few of another picture's."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, ImageFilter

from provenance.investigate.agreement import GRID, REGION, Agreement, Levels, agreement
from provenance.model.preview_pixels import packed
from tests.known_pictures import noise, photo, with_sticker
from tests.pictures import scene

SIZE = WIDTH, HEIGHT = 256, 192
Map = NDArray[np.float64]


def levels(picture: Image.Image, size: tuple[int, int] = SIZE) -> Levels:
    return Levels(packed(np.asarray(picture.convert("L").resize(size))))


def held(query: Levels, known: Levels, matrix: Map | None = None) -> Agreement:
    found = agreement(query, known, np.eye(3) if matrix is None else matrix)
    assert found is not None
    return found


def scaled(x: float, y: float, right: float = 0, down: float = 0) -> Map:
    """Pixel centres are at whole numbers; `right` and `down` in px of the known picture."""
    return np.array([(x, 0, (x - 1) / 2 + right), (0, y, (y - 1) / 2 + down), (0, 0, 1)])


def test_a_picture_agrees_with_itself() -> None:
    found = held(levels(photo(2)), levels(photo(2)))
    assert found.agreeing > 0.99
    assert found.likeness > 0.95
    assert found.largest_agreeing > 0.99
    assert found.largest_disagreeing == 0
    assert found.query_overlap == found.known_overlap == pytest.approx(1)
    assert found.textured > 3000


@pytest.mark.parametrize(
    "edit",
    [
        lambda shown: ImageEnhance.Brightness(shown).enhance(0.6),
        lambda shown: ImageEnhance.Contrast(shown).enhance(0.5),
        lambda shown: shown.filter(ImageFilter.GaussianBlur(2)),
    ],
    ids=["darker", "paler", "blurred"],
)
def test_light_contrast_and_blur_do_not_matter(edit: Callable[[Image.Image], Image.Image]) -> None:
    found = held(levels(edit(photo(2))), levels(photo(2)))
    assert found.agreeing > 0.9
    assert found.largest_disagreeing < 0.01


def test_unrelated_pictures_hardly_agree() -> None:
    for one, other in ((photo(1), photo(2)), (noise(1), noise(2)), (photo(3), noise(3))):
        found = held(levels(one), levels(other))
        assert found.agreeing < 0.35
        assert found.largest_agreeing < 0.15
        assert found.largest_disagreeing > 0.4


def test_a_map_that_is_off_by_one_point_of_the_grid_is_forgiven_and_by_three_it_is_not() -> None:
    fine = np.random.default_rng(1).integers(0, 256, (HEIGHT // 5, WIDTH // 5), np.uint8)
    one = levels(Image.fromarray(fine))  # detail of 5 px, so that shifting matters
    point = WIDTH / GRID
    off = [held(one, one, scaled(1, 1, right)).agreeing for right in (0, point, 3 * point)]
    assert off[1] > 0.95
    assert off[2] < 0.4


def test_a_crop_lies_on_its_part() -> None:
    part = levels(photo(2).resize((512, 384)).crop((256, 192, 512, 384)))  # the lower right quarter, twice as large
    found = held(part, levels(photo(2)), scaled(0.5, 0.5, 128, 96))
    assert found.agreeing > 0.95
    assert found.query_overlap == pytest.approx(1, abs=0.03)
    assert found.known_overlap == pytest.approx(0.25, abs=0.01)
    assert found.grid.middle_of_known == (pytest.approx(0.75, abs=0.02), pytest.approx(0.75, abs=0.02))
    assert found.largest_agreeing > 0.9  # of the smaller picture as laid, so the crop's


def test_of_half_an_overlap_half_is_told() -> None:
    wide = scene(5, (384, 192))
    found = held(levels(wide.crop((128, 0, 384, 192))), levels(wide.crop((0, 0, 256, 192))), scaled(1, 1, 128))
    assert found.agreeing > 0.95
    assert found.query_overlap == pytest.approx(0.5, abs=0.02)
    assert found.known_overlap == pytest.approx(0.5, abs=0.02)
    assert found.grid.middle_of_known == (pytest.approx(0.5, abs=0.02), pytest.approx(0.75, abs=0.02))


def test_a_small_picture_in_a_large_one_shares_little_of_it() -> None:
    around = photo(1).copy()
    around.paste(photo(2).resize((100, 75)), (200, 150))  # a quarter of 400 x 300
    matrix = np.linalg.inv(scaled(0.25, 0.25, 128, 96))  # in px of previews
    found = held(levels(around), levels(photo(2)), matrix)
    assert found.agreeing > 0.8
    assert found.query_overlap == pytest.approx(1 / 16, abs=0.01)
    assert found.known_overlap == pytest.approx(1, abs=0.03)


@pytest.mark.parametrize("step", [1.0, 2.0, 2.7, 4.0, 8.0])
def test_a_coarse_grid_samples_a_picture_where_it_says(step: float) -> None:
    """A spot's centre of mass, in px of the picture, whichever reduction the samples are from."""
    right, down = 100.0, 80.0
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    spot = 250 * np.exp(-((x - right) ** 2 + (y - down) ** 2) / (2 * 14**2))
    size = (int(WIDTH / step), int(HEIGHT / step))
    sampled = Levels(packed(spot.astype(np.uint8))).sampled(np.diag([step, step, 1.0]), size).clip(8)
    rows, columns = np.mgrid[0 : size[1], 0 : size[0]] * step
    weight = sampled - 8
    assert (columns * weight).sum() / weight.sum() == pytest.approx(right, abs=0.25)
    assert (rows * weight).sum() / weight.sum() == pytest.approx(down, abs=0.25)


def test_what_was_pasted_over_disagrees_where_it_is() -> None:
    found = held(levels(with_sticker(photo(2))), levels(photo(2)))
    assert found.largest_disagreeing > 0.03
    assert found.agreeing < 0.95
    cells = found.grid.region(False, found.grid.disagrees)
    rows, columns = np.nonzero(cells)
    within = (columns / REGION > 140 / 400) & (columns / REGION < 340 / 400)
    within &= (rows / REGION > 30 / 300) & (rows / REGION < 230 / 300)
    assert within.mean() > 0.95


def test_a_mirrored_matrix_lays_a_mirror_image() -> None:
    one, flipped = levels(photo(2)), levels(photo(2).transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    mirror = np.array([(-1.0, 0, WIDTH - 1), (0, 1, 0), (0, 0, 1)])
    found = held(flipped, one, mirror)
    assert found.agreeing > 0.97
    assert found.query_overlap > 0.97
    assert held(one.mirrored(), one, mirror).agreeing > 0.97
    assert held(one.mirrored(), one).agreeing < 0.5
    cells = found.grid.query_cells % REGION + found.grid.known_cells % REGION
    assert np.abs(cells - (REGION - 1)).max() <= 1


def test_a_turned_query_is_shown_within_its_frame_only() -> None:
    turn = np.array([(0, -1.0, 191 + 32), (1, 0, 0), (0, 0, 1)])  # 192 wide, 256 high: out of the known one's frame
    found = held(levels(photo(2)), levels(photo(3)), turn)
    assert len(found.grid.query_cells) <= 96 * 97
    assert found.query_overlap <= 0.76
    assert 0 <= found.grid.query_cells.min() <= found.grid.query_cells.max() < REGION * REGION


def test_flat_pictures_say_nothing() -> None:
    grey, other = (levels(Image.new("L", SIZE, value)) for value in (90, 200))
    found = held(grey, other)
    assert (found.textured, found.agreeing, found.likeness, found.largest_disagreeing) == (0, 0, 0, 0)
    assert found.grid.flat.all()


@pytest.mark.parametrize(
    "matrix",
    [
        np.zeros((3, 3)),
        np.diag([0.0, 1, 1]),
        np.array([(1.0, 1, 0), (1, 1, 0), (0, 0, 1)]),
        np.diag([1e-9, 1e-9, 1]),
        np.diag([1e9, 1e9, 1]),
        np.diag([1e150, 1e150, 1]),
        np.diag([1e6, 1e-6, 1]),
        np.full((3, 3), np.nan),
        np.array([(1.0, 0, np.inf), (0, 1, 0), (0, 0, 1)]),
        np.array([(1.0, 0, 1e300), (0, 1, 0), (0, 0, 1)]),
        scaled(1, 1, 254.9),
        scaled(1, 1, -300),
    ],
    ids=["zero", "a line", "singular", "tiny", "huge", "vast", "a sliver", "nan", "inf", "far", "at the rim", "beside"],
)
def test_maps_that_lay_nothing_on_anything_give_nothing_or_numbers(matrix: Map) -> None:
    found = agreement(levels(photo(1)), levels(photo(2)), matrix)
    if found is not None:
        shares = (found.agreeing, found.likeness, found.largest_agreeing, found.largest_disagreeing)
        assert all(0 <= share <= 1 for share in (*shares, found.query_overlap, found.known_overlap))


@pytest.mark.parametrize("size", [(1, 1), (1, 60), (60, 1), (9, 256), (3, 3)])
def test_tiny_previews_are_compared_too(size: tuple[int, int]) -> None:
    small, one = levels(photo(2), size), levels(photo(2))
    onto = scaled(WIDTH / size[0], HEIGHT / size[1])
    for query, known, matrix in ((small, one, onto), (one, small, np.linalg.inv(onto)), (small, small, np.eye(3))):
        found = agreement(query, known, matrix)
        if found is not None:
            assert 0 <= found.agreeing <= 1
