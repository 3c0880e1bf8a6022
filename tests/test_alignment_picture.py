"""The picture of an alignment: what it shows, its bounds, and the matrices and files nobody should have sent."""

import io
from collections.abc import Iterator
from math import cos, inf, nan, sin

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from provenance.errors import InputError, NotAnImageError, UnreadableError
from provenance.examine import alignment_geometry as geometry
from provenance.examine import alignment_picture
from provenance.examine.messages import WorkerLimits
from provenance.examine.worker import PNG_SIGNATURE, Examiner, InProcess, WorkerPool
from tests import pictures

SAME = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
WHOLE = pictures.scene(3, (640, 480))
LEFT, TOP, SCALE = 200, 120, 2  # of the cut
CUT = WHOLE.crop((LEFT, TOP, LEFT + 300, TOP + 240)).resize((600, 480))
ONTO_CUT = ((SCALE, 0.0, -LEFT * SCALE + 0.5), (0.0, SCALE, -TOP * SCALE + 0.5), (0.0, 0.0, 1.0))
A, B = pictures.jpeg(picture=WHOLE), pictures.jpeg(picture=CUT)


def drawn(a: bytes, b: bytes, matrix: object = SAME, points: object = ()) -> Image.Image:
    png = InProcess().draw_alignment(a, b, matrix, points)  # type: ignore[arg-type]
    assert png.startswith(PNG_SIGNATURE)
    picture = Image.open(io.BytesIO(png))
    picture.load()
    return picture


def rows(page: Image.Image) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The upper and the lower row of a page, without what is written above them."""
    pixels = np.asarray(page.convert("RGB"))
    blank = (pixels == pixels[0, 0]).all(axis=(1, 2))
    starts = np.flatnonzero(~blank & np.roll(blank, 1))
    ends = np.flatnonzero(~blank & np.roll(blank, -1))
    tall = [(start, end) for start, end in zip(starts, ends, strict=True) if end - start > 60]
    (a, b), (c, d) = tall
    return pixels[a : b + 1], pixels[c : d + 1]


def difference_view(page: Image.Image) -> NDArray[np.uint8]:
    """The last of the three views below, without its rim and what is written above it."""
    lower = rows(page)[1]
    third = lower[:, 2 * lower.shape[1] // 3 :]
    return third[40:-8, 40:300]


def test_an_alignment_fills_two_rows_and_none_fills_one() -> None:
    aligned, not_aligned = drawn(A, B, ONTO_CUT), drawn(A, B, None)
    assert aligned.width == not_aligned.width == 1600
    assert aligned.height > not_aligned.height + 300
    assert len(rows(aligned)) == 2


def test_the_outline_is_around_what_the_other_shows() -> None:
    shared = geometry.overlap(ONTO_CUT, WHOLE.size, CUT.size)
    assert shared is not None
    expected = [
        (LEFT - 0.5, TOP - 0.5),
        (LEFT + 299.5, TOP - 0.5),
        (LEFT + 299.5, TOP + 239.5),
        (LEFT - 0.5, TOP + 239.5),
    ]
    assert sorted(map(tuple, np.round(shared.in_a * 2) / 2)) == sorted(expected)
    assert geometry.area(shared.in_b) == pytest.approx(600 * 480)


def test_a_copy_differs_in_nothing_and_a_retouched_spot_is_black() -> None:
    same = difference_view(drawn(A, pictures.jpeg(picture=WHOLE, quality=70)))
    assert np.median(same) > 240
    retouched = WHOLE.copy()
    retouched.paste((255, 0, 0), (60, 120, 220, 300))
    spot = difference_view(drawn(A, pictures.jpeg(picture=retouched)))
    assert (spot < 30).mean() > 0.1
    assert np.median(spot) > 200


def test_brighter_and_flatter_copies_are_evened_out_before_the_difference() -> None:
    flatter = pictures.jpeg(picture=WHOLE.point(lambda value: value * 0.6 + 70))
    assert np.median(difference_view(drawn(A, flatter))) > 235


def test_matrix_and_points_count_the_pixels_of_the_whole_picture_not_of_its_raster() -> None:
    large = pictures.jpeg(picture=WHOLE.resize((2000, 1500), Image.Resampling.BICUBIC))
    onto_small = ((0.32, 0.0, -0.34), (0.0, 0.32, -0.34), (0.0, 0.0, 1.0))
    assert np.median(difference_view(drawn(large, A, onto_small))) > 235
    assert np.median(difference_view(drawn(A, large, np.linalg.inv(onto_small).tolist()))) > 235


@pytest.mark.parametrize("turn", [0.0, 0.4, 3.0])
@pytest.mark.parametrize("mirrored", [False, True])
def test_turned_and_mirrored_copies_lie_on_each_other(turn: float, mirrored: bool) -> None:
    x = -1 if mirrored else 1
    matrix = np.array([(x * cos(turn), -sin(turn), 400), (x * sin(turn), cos(turn), 300), (0, 0, 1)])
    matrix[:2, 2] -= matrix[:2, :2] @ (320, 240) - (80, 60)
    back = np.linalg.inv(matrix)
    copy = WHOLE.transform((900, 720), Image.Transform.AFFINE, tuple(back[:2].ravel()), Image.Resampling.BICUBIC)
    view = difference_view(drawn(A, pictures.encode(copy, "PNG"), matrix.tolist()))
    inside = view[(view != view[0, 0]).any(axis=-1)]
    assert np.median(inside) > 225


def test_points_are_joined_unless_they_lie_outside_or_are_no_numbers() -> None:
    plain = np.asarray(drawn(A, A))
    points = [(100 + 10 * n, 100 + 3 * n, 100 + 10 * n, 100 + 3 * n) for n in range(20)]
    assert (np.asarray(drawn(A, A, SAME, points)) != plain).any()
    for useless in ([(nan, 1, 1, 1)], [(1, 1, inf, 1)], [(-9, 1, 1, 1)], [(1, 1, 1, 481)]):
        assert (np.asarray(drawn(A, A, SAME, useless)) == plain).all()


@pytest.mark.parametrize(
    "matrix",
    [
        ((0, 0, 0), (0, 0, 0), (0, 0, 0)),
        ((1, 1, 0), (1, 1, 0), (0, 0, 1)),
        ((nan, 0, 0), (0, 1, 0), (0, 0, 1)),
        ((inf, 0, 0), (0, 1, 0), (0, 0, 1)),
        ((1e300, 0, 0), (0, 1e300, 0), (0, 0, 1)),
        ((1e-200, 0, 0), (0, 1e-200, 0), (0, 0, 1)),
        ((1, 0, 1e6), (0, 1, 0), (0, 0, 1)),
        ((1, 0, 0), (0, 1, 0), (-0.01, 0, 1)),  # the horizon runs through the picture
        ((1, 0, 0), (0, 1, 0)),
        (),
    ],
)
def test_a_matrix_that_lays_nothing_on_the_other_is_as_good_as_none(matrix: tuple[tuple[float, ...], ...]) -> None:
    assert geometry.overlap(matrix, WHOLE.size, WHOLE.size) is None
    assert (np.asarray(drawn(A, A, matrix)) == np.asarray(drawn(A, A, None))).all()


numbers = st.floats(allow_nan=True, allow_infinity=True) | st.floats(-3, 3)


@given(st.lists(numbers, min_size=9, max_size=9), st.tuples(st.integers(1, 2000), st.integers(1, 2000)))
def test_whatever_the_matrix_the_shared_part_lies_in_both_frames(matrix: list[float], size: tuple[int, int]) -> None:
    shared = geometry.overlap([matrix[:3], matrix[3:6], matrix[6:]], WHOLE.size, size)
    if shared is not None:
        for polygon, (width, height) in ((shared.in_a, WHOLE.size), (shared.in_b, size)):
            assert (polygon >= -0.5 - 1e-6).all()
            assert (polygon <= np.array([width - 0.5, height - 0.5]) + 1e-6).all()


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (900, 1), (3, 10_000), (5000, 7)])
def test_pictures_of_any_shape_can_be_drawn(size: tuple[int, int]) -> None:
    narrow = pictures.encode(pictures.scene(4, (64, 64)).resize(size), "PNG")
    onto_a = ((640 / size[0], 0, 0), (0, 480 / size[1], 0), (0, 0, 1))
    for a, b, matrix in ((narrow, A, onto_a), (A, narrow, SAME), (narrow, narrow, SAME), (narrow, narrow, None)):
        assert drawn(a, b, matrix, [(0, 0, 0, 0)]).width == 1600


def test_a_picture_of_too_many_bytes_is_drawn_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (900, 1200, 3), np.uint8)
    data = pictures.encode(Image.fromarray(noise), "PNG")
    assert len(InProcess().draw_alignment(data, data, SAME, ())) < WorkerLimits().drawing_bytes
    monkeypatch.setattr(alignment_picture, "MOST_BYTES", 500_000)
    smaller = InProcess().draw_alignment(data, data, SAME, ())
    assert len(smaller) <= 500_000
    assert Image.open(io.BytesIO(smaller)).width > 400


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(workers=1) as pool:
        yield pool


def test_locked_workers_draw_what_an_open_process_draws(pool: WorkerPool) -> None:
    """Nothing is left to be loaded from a file after the lock, the font neither."""
    points = [(LEFT + 10 * n, TOP + 9 * n, 20 * n, 18 * n) for n in range(300)]
    png = pool.draw_alignment(A, B, ONTO_CUT, points)
    assert png == InProcess().draw_alignment(A, B, ONTO_CUT, points)
    assert pool.draw_alignment(A, B, None, ()) == InProcess().draw_alignment(A, B, None, ())


def refusal(examiner: Examiner, a: bytes, b: bytes) -> InputError:
    with pytest.raises(InputError) as refused:
        examiner.draw_alignment(a, b, SAME, ())
    return refused.value


@pytest.mark.parametrize(
    ("data", "kind"),
    [(b"no image", NotAnImageError), (A[:700], UnreadableError), (b"", InputError)],
)
def test_what_cannot_be_read_is_refused_on_either_side(pool: WorkerPool, data: bytes, kind: type[InputError]) -> None:
    for a, b in ((data, A), (A, data)):
        assert isinstance(refusal(InProcess(), a, b), kind)
        assert repr(refusal(pool, a, b)) == repr(refusal(InProcess(), a, b))


@pytest.mark.parametrize("how", ["no PNG", "too wide", "too long", "findings", "foreign refusal", "segfault"])
def test_a_worker_that_lies_or_dies_over_a_drawing_is_replaced(how: str) -> None:
    with WorkerPool(workers=1, ops="tests.misbehaving_ops") as pool:
        with pytest.raises(UnreadableError, match=r"not accepted|limit|SIGSEGV"):
            pool.draw_alignment(how.encode(), b"", SAME, ())
        assert pool.draw_alignment(b"honest", b"", SAME, ()).startswith(PNG_SIGNATURE)


def test_a_drawing_may_be_longer_than_findings_may() -> None:
    limits = WorkerLimits(drawing_bytes=1 << 21)
    with WorkerPool(workers=1, limits=limits, ops="tests.misbehaving_ops") as pool:
        assert len(pool.draw_alignment(b"1.5 MiB", b"", SAME, ())) > limits.reply_bytes
        assert pool.examine(b"exif: honest length", "x").gaps[0].step == "metadata"
