"""The one number of a match: between 0 and 1, and higher for more of anything."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance.investigate.matching import TOLD_FROM
from provenance.investigate.score import Support, gradient_digits, hash_digits, scene_score

DIGITS = st.floats(-5, 1e6)
SHARE = st.floats(0, 1)
SUPPORT = st.builds(Support, digits=DIGITS, own_digits=DIGITS, area=SHARE, own=SHARE)


@settings(max_examples=40)
@given(SUPPORT)
def test_a_score_lies_between_0_and_1_and_reaches_neither(support: Support) -> None:
    assert 0 < support.score < 1


@settings(max_examples=40)
@given(SUPPORT, st.sampled_from(["digits", "own_digits", "area", "own"]), st.floats(0, 1))
def test_more_of_anything_never_scores_lower(support: Support, what: str, more: float) -> None:
    assert replace(support, **{what: getattr(support, what) + more}).score >= support.score


def test_a_score_does_not_level_off() -> None:
    scores = [Support(digits, digits, 1.0, 1.0).score for digits in (10, 30, 100, 300, 1000, 3000)]
    assert all(b - a > 0.002 for a, b in pairwise(scores))


def test_nothing_at_all_scores_lower_than_any_match_that_is_told() -> None:
    assert Support(0, 0, 0, 0).score < TOLD_FROM / 1.2
    assert Support(200, 200, 1, 1).score > 0.8


def test_even_odds_are_a_half() -> None:
    support = Support(10, 10, 0.5, 0.5)
    assert (support.score < 0.5) == (support.log_odds < 0)
    low, high = 0.0, 1e6
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (low, middle) if Support(middle, middle, 0.5, 0.5).log_odds > 0 else (middle, high)
    assert Support(low, low, 0.5, 0.5).score == pytest.approx(0.5, abs=1e-3)


def test_nearer_hashes_say_more_and_far_ones_nothing() -> None:
    digits = [hash_digits(distance) for distance in range(257)]
    assert digits == sorted(digits, reverse=True)
    assert digits[128] == digits[256] == 0
    assert digits[31] > 8  # PDQ's own limit is no chance
    assert digits[0] > digits[31]


@settings(max_examples=40)
@given(st.floats(-1, 1), st.floats(-1, 1), st.integers(1, 5000))
def test_better_correlation_over_more_pixels_says_more(one: float, other: float, pixels: int) -> None:
    low, high = sorted((one, other))
    assert gradient_digits(low, pixels) <= gradient_digits(high, pixels) <= gradient_digits(high, 2 * pixels)
    assert gradient_digits(min(one, 0), pixels) == 0


@settings(max_examples=40)
@given(st.floats(0, 1e9))
def test_another_photo_of_a_place_never_scores_as_a_sure_copy(significance: float) -> None:
    assert 0 <= scene_score(significance) <= 0.5
    assert scene_score(significance) < Support(50, 50, 1, 1).score
