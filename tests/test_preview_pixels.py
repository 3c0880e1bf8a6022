"""The grey preview of a picture: small, nearly as it was, and refused where its bytes lie."""

import zlib
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from provenance.model.findings import Preview
from provenance.model.preview_pixels import packed, pixels

Grey = NDArray[np.uint8]


def grey(width: int, height: int, seed: int) -> Grey:
    return np.random.default_rng(seed).integers(0, 256, (height, width), np.uint8)


@settings(max_examples=40)
@given(st.integers(1, 70), st.integers(1, 70), st.integers(0, 1000))
def test_what_is_read_is_within_half_a_level_of_what_was_packed(width: int, height: int, seed: int) -> None:
    original = grey(width, height, seed)
    kept = packed(original)
    assert (kept.width, kept.height) == (width, height)
    read = pixels(kept)
    assert read.shape == original.shape
    assert read.dtype == np.uint8
    assert np.abs(read.astype(int) - original).max() <= 4  # 32 levels of 8


@pytest.mark.parametrize("value", [0, 7, 8, 128, 255])
def test_packing_again_changes_nothing(value: int) -> None:
    once = pixels(packed(np.full((5, 9), value, np.uint8)))
    assert (pixels(packed(once)) == once).all()


def test_rows_as_they_are_are_read_as_they_are() -> None:
    original = grey(7, 5, 1)
    assert (pixels(Preview(7, 5, original.tobytes())) == original).all()


def test_a_smooth_picture_takes_a_fraction_of_its_pixels() -> None:
    slope = np.add.outer(np.arange(192), np.arange(256)) // 2
    assert len(packed(slope.astype(np.uint8)).pixels) < slope.size / 10


HOSTILE = {
    "garbage": b"\x00\x01garbage\xff",
    "empty": b"",
    "cut short": zlib.compress(bytes(range(64)))[:-20],
    "one too few": zlib.compress(bytes(63)),
    "one too many": zlib.compress(bytes(65)),
    "a bomb": zlib.compress(bytes(500_000), 9)[:192],
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_bytes_of_other_sizes_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="preview"):
        pixels(Preview(8, 8, data, "levels"))


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = zlib.compress(bytes(1 << 24), 9)
    room = (len(bomb) // 2 + 1, 1)  # a preview that may hold so many bytes
    unpacked: list[int] = []
    whole = zlib.decompressobj

    class Watched:
        def __init__(self) -> None:
            self._inner = whole()

        def decompress(self, data: bytes, at_most: int = 0) -> bytes:
            given = self._inner.decompress(data, at_most)
            unpacked.append(len(given))
            return given

    monkeypatch.setattr(zlib, "decompressobj", Watched)
    with pytest.raises(ValueError, match="preview"):
        pixels(Preview(*room, bomb, "levels"))
    assert unpacked == [room[0] + 1]


@settings(max_examples=40)
@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(ValueError):
        assert pixels(Preview(3, 2, data, "levels")).shape == (2, 3)


@pytest.mark.parametrize(
    ("width", "height", "data", "packing"),
    [
        (0, 2, b"", "raw"),
        (2, -1, b"", "raw"),
        (2, 2, b"123", "raw"),
        (2, 2, b"1234", "new"),
        (2, 2, bytes(73), "levels"),
    ],
)
def test_a_preview_that_cannot_be_is_none(width: int, height: int, data: bytes, packing: str) -> None:
    with pytest.raises(ValueError, match="preview"):
        Preview(width, height, data, packing)
