"""One map that explains the features of two pictures: found again as it was, and counted against chance."""

from fractions import Fraction
from math import comb, cos, log10, radians, sin

import numpy as np
import pytest
from numpy.typing import NDArray

from provenance.investigate.geometry import GUIDED_WITHIN, Laid, accidents, code_distances, is_plausible, lay
from provenance.model.feature_arrays import FeatureArrays

WIDTH, HEIGHT = 400, 300
FRAME = np.array([(0, 0), (WIDTH - 1, 0), (WIDTH - 1, HEIGHT - 1), (0, HEIGHT - 1)], float)
Map = NDArray[np.float64]


def features(n: int, seed: int) -> FeatureArrays:
    """So many features with random codes, all over a frame."""
    random = np.random.default_rng(seed)
    return FeatureArrays(
        WIDTH,
        HEIGHT,
        random.integers(0, 1 << 64, (n, 4), np.uint64),
        random.uniform((5, 5), (WIDTH - 5, HEIGHT - 5), (n, 2)).astype(np.float32),
        np.exp2(random.uniform(1, 4, n)).astype(np.float32),
        random.uniform(0, 2 * np.pi, n).astype(np.float32),
    )


def seen_through(known: FeatureArrays, matrix: Map, seed: int, noise_px: float = 0.4, bits: int = 20) -> FeatureArrays:
    """A query that `matrix` lays on the known picture: its features with errors of place, size, angle and code."""
    random = np.random.default_rng(seed)
    back = np.linalg.inv(matrix)
    linear = back[:2, :2]
    n = len(known)
    xy = known.xy @ linear.T + back[:2, 2] + random.normal(0, noise_px, (n, 2))
    turn = np.arctan2(linear[1, 0] - linear[0, 1], linear[0, 0] + linear[1, 1])
    flips = np.stack([random.permutation(256) < bits for _ in range(n)])
    codes = known.codes ^ np.packbits(flips, axis=1).view(np.uint64).reshape(-1, 4)
    size = known.size * abs(np.linalg.det(linear)) ** 0.5 * np.exp2(random.normal(0, 0.1, n))
    angle = (known.angle + turn + random.normal(0, 0.05, n)) % (2 * np.pi)
    seen = FeatureArrays(WIDTH, HEIGHT, codes, xy.astype(np.float32), size.astype(np.float32), angle.astype(np.float32))
    return seen.take(((xy > 0) & (xy < (WIDTH, HEIGHT))).all(axis=1))


def together(*parts: FeatureArrays) -> FeatureArrays:
    columns = (np.concatenate([getattr(part, name) for part in parts]) for name in ("codes", "xy", "size", "angle"))
    return FeatureArrays(WIDTH, HEIGHT, *columns)


def similarity(scale: float, degrees: float, shift: tuple[float, float]) -> Map:
    c, s = scale * cos(radians(degrees)), scale * sin(radians(degrees))
    return np.array([(c, -s, shift[0]), (s, c, shift[1]), (0, 0, 1)])


def off_px(laid: Laid, matrix: Map) -> float:
    """How far the found map moves the frame's corners from where the true one does, at most."""
    apart = FRAME @ (laid.matrix - matrix)[:2, :2].T + (laid.matrix - matrix)[:2, 2]
    return float(np.linalg.norm(apart, axis=1).max())


@pytest.mark.parametrize(
    "matrix",
    [
        np.eye(3),
        similarity(1.0, 90, (390, 10)),
        similarity(0.5, -8, (60, 90)),
        similarity(2.0, 180, (500, 420)),
        np.array([(1.2, 0.1, -20), (-0.15, 0.8, 40), (0, 0, 1)]),  # stretched and sheared
    ],
    ids=["identity", "quarter turn", "smaller", "larger", "affine"],
)
def test_a_map_is_found_again_among_three_times_as_many_outliers(matrix: Map) -> None:
    known = features(100, 1)
    true = seen_through(known, matrix, 2)
    query = together(features(3 * len(true), 3), true)
    laid = lay(query, known)
    assert laid is not None
    assert off_px(laid, matrix) < 3
    assert (laid.pairs[:, 0] >= 3 * len(true)).all()
    assert len(laid.pairs) > 0.8 * len(true)
    assert laid.digits > 20
    assert laid.tried == len(query)


def test_pairs_are_one_to_one_and_the_nearest_codes_first() -> None:
    known = features(80, 1)
    query = seen_through(known, similarity(0.8, 20, (50, 0)), 2)
    doubled = together(query, query)  # SIFT gives some spots several features
    laid = lay(doubled, known)
    assert laid is not None
    rows, columns = laid.pairs.T
    assert len(set(rows.tolist())) == len(rows)
    assert len(set(columns.tolist())) == len(columns)
    apart = code_distances(doubled, known)[rows, columns].astype(int)
    assert (np.diff(apart) >= 0).all()
    assert apart.max() < GUIDED_WITHIN


def test_a_spot_with_many_features_counts_once() -> None:
    """Twenty features of one icon are no twenty coincidences."""
    known = features(60, 1)
    spots = np.repeat(np.array([(60, 40), (300, 90), (150, 220)], np.float32), 20, axis=0)
    icons = FeatureArrays(WIDTH, HEIGHT, known.codes, spots, known.size, known.angle)
    laid = lay(icons, icons)
    assert laid is not None
    assert len(laid.pairs) == 3


def test_of_two_parts_that_move_differently_the_better_supported_is_laid() -> None:
    known = features(120, 1)
    small, large = similarity(1, 0, (30, 0)), similarity(2, 10, (-150, -120))
    few, many = seen_through(known.take(slice(0, 30)), small, 2), seen_through(known.take(slice(30, 120)), large, 3)
    laid = lay(together(few, many), known)
    assert laid is not None
    assert off_px(laid, large) < 3


def test_unrelated_features_are_no_more_than_chance() -> None:
    for seed in range(10):
        laid = lay(features(300, 2 * seed), features(300, 2 * seed + 1))
        assert laid is None or laid.digits < 1


def test_more_of_the_same_features_are_more_surprising() -> None:
    known = features(200, 1)
    digits = []
    for count in (8, 20, 60, 200):
        laid = lay(seen_through(known.take(slice(count)), np.eye(3), 2), known)
        assert laid is not None
        digits.append(laid.digits)
    assert digits == sorted(digits)
    assert digits[-1] > 2 * digits[-2]  # nothing levels off


def alike_in(place: str, n: int) -> FeatureArrays:
    some = features(n, 5)
    if place == "one point":
        return FeatureArrays(WIDTH, HEIGHT, some.codes, some.xy * 0 + 7, some.size, some.angle)
    if place == "one line":
        return FeatureArrays(WIDTH, HEIGHT, some.codes, some.xy * (1, 0) + (0, 9), some.size, some.angle)
    if place == "one code":
        return FeatureArrays(WIDTH, HEIGHT, some.codes * 0, some.xy, some.size, some.angle)
    return some


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 6, 40])
@pytest.mark.parametrize("place", ["anywhere", "one point", "one line", "one code"])
def test_degenerate_features_give_numbers_or_nothing(place: str, n: int) -> None:
    some, others = alike_in(place, n), features(30, 6)
    for query, known in ((some, some), (some, others), (others, some)):
        laid = lay(query, known)
        if laid is not None:
            assert n >= 3
            assert np.isfinite(laid.matrix).all()
            assert np.isfinite(laid.digits)
            assert is_plausible(laid.matrix)
            assert len(laid.pairs) >= 3


def test_a_feature_lies_on_itself() -> None:
    known = features(50, 1)
    laid = lay(known, known)
    assert laid is not None
    assert off_px(laid, np.eye(3)) < 0.01
    assert (laid.pairs[:, 0] == laid.pairs[:, 1]).all()


def test_codes_differ_by_the_bits_that_differ() -> None:
    one, other = features(7, 1), features(5, 2)
    bits = [np.unpackbits(each.codes.view(np.uint8), axis=1).astype(bool) for each in (one, other)]
    assert (code_distances(one, other) == (bits[0][:, None] ^ bits[1][None]).sum(axis=2)).all()


# The count against chance


@pytest.mark.parametrize(("n", "k", "chance"), [(3, 3, 0.5), (5, 3, 0.1), (20, 5, 0.05), (40, 3, 0.5), (60, 60, 1e-6)])
def test_accidents_are_the_binomial_tail(n: int, k: int, chance: float) -> None:
    p = Fraction(chance)
    tail = sum((comb(n, j) * p**j * (1 - p) ** (n - j) for j in range(k, n + 1)), Fraction(0))
    expected = -(log10(tail.numerator) - log10(tail.denominator)) - log10(100 * 60)
    assert accidents(n, k, chance, 100) == pytest.approx(expected, abs=1e-6)


def test_accidents_grow_with_partners_and_shrink_with_chance_and_tries() -> None:
    in_k = [accidents(200, k, 0.02, 200) for k in range(3, 200, 7)]
    in_n = [accidents(n, 30, 0.02, 200) for n in range(30, 300, 17)]
    in_chance = [accidents(200, 30, chance, 200) for chance in (1e-6, 1e-4, 1e-2, 0.1, 0.5)]
    in_tries = [accidents(200, 30, 0.02, tried) for tried in (10, 100, 1000)]
    assert in_k == sorted(in_k)
    for falling in (in_n, in_chance, in_tries):
        assert falling == sorted(falling, reverse=True)
    assert np.isfinite(accidents(2000, 2000, 1e-6, 2000))


@pytest.mark.parametrize(
    ("matrix", "plausible"),
    [
        (np.eye(3), True),
        (np.diag([2.5, 1, 1]), True),
        (np.diag([2.7, 1, 1]), False),
        (np.diag([-1.0, 1, 1]), False),
        (np.diag([0.03, 0.03, 1]), False),
        (np.diag([26.0, 26, 1]), False),
        (np.full((3, 3), np.nan), False),
        (np.zeros((3, 3)), False),
        (similarity(24, 77, (1e6, -1e6)), True),
    ],
)
def test_an_edit_neither_mirrors_nor_stretches_beyond_bounds(matrix: Map, plausible: bool) -> None:
    assert is_plausible(matrix) == plausible
