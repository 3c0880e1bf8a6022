"""Two photos of one place are told by their features; chance, copies and shared frames are not."""

from dataclasses import replace
from math import pi

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from provenance.examine.local_features import features_of
from provenance.investigate.scene import same_scene
from provenance.model.feature_arrays import FeatureArrays, arrays
from tests.pictures import scene

WIDTH, HEIGHT = 400, 300


def features(xy: NDArray[np.float64], seed: int, size: float | NDArray[np.float64] = 4.0) -> FeatureArrays:
    """Features at these places whose codes are random: those of one seed match each other row by row."""
    n = len(xy)
    codes = np.random.default_rng(seed).integers(0, 2**64, (n, 4), np.uint64)
    sizes = np.broadcast_to(np.asarray(size, np.float32), (n,)).copy()
    return FeatureArrays(WIDTH, HEIGHT, codes, xy.astype(np.float32), sizes, np.zeros(n, np.float32))


def two_views(n: int, seed: int = 5, ahead: float = 4.0, aside: float = 0.6) -> tuple[FeatureArrays, FeatureArrays]:
    """Along both walls of a street, 6 to 40 deep, seen from two places, with SIFT's errors between photos."""
    random = np.random.default_rng(seed)
    first = random.uniform((110, 75), (290, 225), (n, 2))
    depth = 40 - 34 * np.abs(first[:, 0] - 200) / 90
    moved = (first - (200, 150)) * (depth / (depth - ahead))[:, None]
    second = moved - np.stack([300 * aside / (depth - ahead), np.zeros(n)], axis=1) + (200, 150)
    views = []
    for xy, away in ((first, depth), (second, depth - ahead)):
        seen = (xy + random.normal(0, 0.3, (n, 2))).clip((0, 0), (WIDTH - 1, HEIGHT - 1))
        angle = random.normal(0, 0.04, n).astype(np.float32) % np.float32(2 * pi)
        views.append(replace(features(seen, seed, 60 / away * np.exp2(random.normal(0, 0.1, n))), angle=angle))
    return views[0], views[1]


def extracted(picture: Image.Image) -> FeatureArrays:
    return arrays(features_of(np.asarray(picture.convert("L").resize((WIDTH, HEIGHT))), 500))


def scattered(n: int, seed: int) -> NDArray[np.float64]:
    return np.random.default_rng(seed).uniform((0, 0), (WIDTH - 1, HEIGHT - 1), (n, 2))


def test_two_views_of_points_at_many_depths_are_one_scene() -> None:
    found = same_scene(*two_views(40))

    assert found is not None
    assert found.inliers >= 35
    assert found.significance > 10
    assert found.homography_share < 0.7
    assert not found.without_perspective


def test_a_step_aside_is_another_view_although_all_sizes_stay() -> None:
    found = same_scene(*two_views(60, ahead=0, aside=1.0))

    assert found is not None
    assert not found.without_perspective


def test_the_order_of_the_two_pictures_does_not_matter() -> None:
    one, two = two_views(40)

    assert same_scene(one, two) == same_scene(two, one) == same_scene(one, two)


def test_more_points_that_fit_are_more_significant() -> None:
    few, many = same_scene(*two_views(15)), same_scene(*two_views(60))

    assert few is not None
    assert many is not None
    assert many.significance > few.significance + 10


def test_matches_at_random_places_are_chance() -> None:
    for seed in range(40):
        n = 10 + 2 * seed
        assert same_scene(features(scattered(n, seed), seed), features(scattered(n, seed + 100), seed)) is None


def test_a_scene_is_found_among_as_many_random_matches() -> None:
    (one, two), n = two_views(40), 30
    xy = np.concatenate([two.xy[:-n], scattered(n, 9).astype(np.float32)])

    found = same_scene(one, replace(two, xy=xy))

    assert found is None  # 10 of 40 fit: what chance gives
    xy[:20] = two.xy[:20]
    xy[20:] = scattered(20, 9)
    found = same_scene(one, replace(two, xy=xy))
    assert found is not None
    assert 18 <= found.inliers <= 26


def test_a_picture_and_its_copies_give_evidence_without_perspective() -> None:
    picture = scene(seed=4, size=(800, 600))
    whole = extracted(picture)
    turned = extracted(picture.rotate(15, resample=Image.Resampling.BICUBIC))
    part = extracted(picture.crop((100, 60, 700, 510)))

    for other in (whole, turned, part):
        found = same_scene(whole, other)
        assert found is not None
        assert found.without_perspective


def test_lettering_on_one_line_is_not_perspective() -> None:
    letters = np.stack([np.linspace(20, 380, 20), 150 + 40 * (np.arange(20) % 3)], axis=1)
    elsewhere = letters[np.random.default_rng(2).permutation(20)] * (1, 0) + letters * (0, 1)

    random = np.random.default_rng(3)
    other = features(elsewhere, 6, 4 * np.exp2(random.uniform(-0.18, 0.18, 20)))
    other = replace(other, angle=random.uniform(0, 0.17, 20).astype(np.float32))

    found = same_scene(features(letters, 6), other)

    assert found is not None  # letters of one row lie on one line in both pictures: that is epipolar too
    assert found.without_perspective


def test_what_lies_in_a_small_part_of_the_frame_is_no_scene() -> None:
    one, two = two_views(40)
    small = replace(one, xy=one.xy * np.float32(0.1)), replace(two, xy=two.xy * np.float32(0.1))

    assert same_scene(*small) is None


def test_unrelated_pictures_are_no_scene() -> None:
    noise = np.random.default_rng(0)
    pictures = [scene(seed=seed) for seed in (11, 12, 13)]
    pictures += [Image.fromarray(noise.integers(0, 256, (HEIGHT, WIDTH), np.uint8)) for _ in range(2)]
    known = [extracted(picture) for picture in pictures]

    assert [same_scene(a, b) for i, a in enumerate(known) for b in known[:i]] == [None] * 10


def test_a_spot_with_many_features_counts_once() -> None:
    one, two = two_views(7)
    rows = np.repeat(np.arange(7), 5)
    codes = features(scattered(35, 0), 3).codes

    assert same_scene(replace(one.take(rows), codes=codes), replace(two.take(rows), codes=codes)) is None


@pytest.mark.parametrize("count", [0, 1, 7])
def test_fewer_than_eight_features_say_nothing(count: int) -> None:
    one, two = two_views(40)

    assert same_scene(one.take(slice(count)), two) is None
    assert same_scene(one, two.take(slice(count))) is None
    assert same_scene(one.take(slice(count)), two.take(slice(count))) is None


def test_all_points_on_a_line_or_in_one_point_say_nothing() -> None:
    line = np.stack([np.linspace(0, 390, 40), np.linspace(10, 280, 40)], axis=1)
    level = line * (1, 0) + (0, 100)
    point = np.full((40, 2), 77.0)
    places = (line, level, point)

    assert [same_scene(features(a, 1), features(b, 1)) for a in places for b in places] == [None] * 9


@given(st.integers(8, 30), st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_points_on_a_coarse_grid_raise_nothing(count: int, cells: int, seed: int) -> None:
    """Many points share a place, a row or a column: what sampling seven of them degenerates on."""
    random = np.random.default_rng(seed)
    grids = [random.integers(0, cells + 1, (count, 2)) * (WIDTH / (cells + 2)) for _ in range(2)]
    one, two = (replace(features(xy, 8), angle=random.uniform(0, 2 * pi, count).astype(np.float32)) for xy in grids)

    assert same_scene(one, two) == same_scene(two, one)
