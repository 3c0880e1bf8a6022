"""Local features as arrays: read as they were written, and seen in a mirror."""

from math import pi

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance.model.feature_arrays import GEOMETRY, arrays
from provenance.model.features import CODE_BYTES, GEOMETRY_BYTES, LocalFeatures

SOME = st.integers(0, 12).flatmap(
    lambda n: st.tuples(
        st.binary(min_size=n * CODE_BYTES, max_size=n * CODE_BYTES),
        st.binary(min_size=n * GEOMETRY_BYTES, max_size=n * GEOMETRY_BYTES),
    )
)


def one(x: int, y: int, scale: int, angle: int) -> LocalFeatures:
    return LocalFeatures("rule", 400, 200, bytes(range(32)), np.array([(x, y, scale, angle)], GEOMETRY).tobytes())


def test_positions_are_parts_of_the_frame_and_sizes_parts_of_an_octave() -> None:
    read = arrays(one(1 << 15, 1 << 14, 16 * 3, 64))
    assert read.xy.tolist() == [[200.0, 50.0]]
    assert read.size.tolist() == [4.0]  # three octaves above half a pixel
    assert read.angle[0] == pytest.approx(pi / 2)
    assert read.codes.view(np.uint8).tolist() == [list(range(32))]


@settings(max_examples=40)
@given(SOME)
def test_whatever_the_bytes_are_the_numbers_are_within_the_frame(some: tuple[bytes, bytes]) -> None:
    read = arrays(LocalFeatures("rule", 400, 300, *some))
    assert len(read) == len(some[0]) // CODE_BYTES
    assert ((read.xy >= 0) & (read.xy < (400, 300))).all()
    assert ((read.size >= 0.5) & (read.size < 2**16)).all()
    assert ((read.angle >= 0) & (read.angle < 2 * pi)).all()


@settings(max_examples=40)
@given(SOME)
def test_mirroring_twice_changes_nothing(some: tuple[bytes, bytes]) -> None:
    once = arrays(LocalFeatures("rule", 400, 300, *some))
    twice = once.mirrored().mirrored()
    assert (twice.codes == once.codes).all()
    assert np.allclose(twice.xy, once.xy, atol=1e-3)
    assert (twice.size == once.size).all()
    assert np.allclose(np.exp(1j * twice.angle), np.exp(1j * once.angle), atol=1e-5)


def test_a_mirror_moves_positions_and_angles_left_to_right_and_keeps_every_bit() -> None:
    read = arrays(one(1 << 14, 1 << 14, 16, 32))
    seen = read.mirrored()
    assert seen.xy.tolist() == [[400 - 1 - 100.0, 50.0]]
    assert seen.angle[0] == pytest.approx(pi - pi / 4)
    assert np.bitwise_count(seen.codes).sum() == np.bitwise_count(read.codes).sum()
    assert (seen.codes != read.codes).any()


def test_rows_are_taken_together() -> None:
    random = np.random.default_rng(1)
    read = arrays(LocalFeatures("rule", 400, 300, random.bytes(10 * CODE_BYTES), random.bytes(10 * GEOMETRY_BYTES)))
    for rows in (slice(2, 5), np.array([2, 3, 4]), np.arange(10) // 3 * 3 == 3):
        some = read.take(rows)
        assert len(some) == len(some.xy) == len(some.size) == len(some.angle) == 3
        start = 3 if isinstance(rows, np.ndarray) and rows.dtype == bool else 2
        assert (some.codes == read.codes[start : start + 3]).all()
        assert (some.xy == read.xy[start : start + 3]).all()


def test_the_strongest_come_first_and_are_no_more_than_there_are() -> None:
    random = np.random.default_rng(1)
    features = LocalFeatures("rule", 400, 300, random.bytes(10 * CODE_BYTES), random.bytes(10 * GEOMETRY_BYTES))
    assert features.strongest(4).count == 4
    assert features.codes.startswith(features.strongest(4).codes)
    assert features.geometry.startswith(features.strongest(4).geometry)
    assert features.strongest(40) == features
    assert features.strongest(0).count == 0


@pytest.mark.parametrize(
    ("width", "height", "codes", "geometry"),
    [(0, 9, 0, 0), (9, 1 << 16, 0, 0), (9, 9, 32, 0), (9, 9, 31, 6), (9, 9, 32, 12), (9, 9, 64, 6)],
)
def test_features_that_do_not_belong_together_are_none(width: int, height: int, codes: int, geometry: int) -> None:
    with pytest.raises(ValueError):
        LocalFeatures("rule", width, height, bytes(codes), bytes(geometry))
