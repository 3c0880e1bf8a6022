"""What many pictures share speaks for none of them; what one has alone does. Reposts do not hide their originals."""

from collections.abc import Callable
from dataclasses import fields, replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from provenance.index.links import WHOLE, Link, Links
from provenance.investigate.agreement import REGION, Cells, Grid
from provenance.investigate.joining import packed
from provenance.investigate.looks import Pair, paired
from provenance.investigate.rivals import covered, own
from tests.known_pictures import KnownPictures, captioned, look, photo, screenshot, with_sticker

HALF = np.arange(REGION * REGION).reshape(REGION, REGION) % REGION < REGION // 2  # the left one
Mask = NDArray[np.bool_]


# Templates


@pytest.fixture(scope="module")
def screenshots() -> KnownPictures:
    return KnownPictures(**{name: screenshot(photo(seed)) for seed, name in enumerate("abc", 1)})


@pytest.fixture(scope="module")
def captions() -> KnownPictures:
    return KnownPictures(**{name: captioned(photo(seed)) for seed, name in enumerate("abc", 1)})


def test_another_photo_in_a_shared_frame_is_no_copy_of_those_in_it(screenshots: KnownPictures) -> None:
    assert screenshots.copies(screenshot(photo(4))) == {}
    assert screenshots.copies(screenshot(photo(4)).resize((240, 360))) == {}


def test_another_photo_under_a_shared_caption_is_no_copy_of_those_under_it(captions: KnownPictures) -> None:
    assert captions.copies(captioned(photo(10))) == {}


def test_an_edit_of_one_of_them_is_found_and_the_others_are_not(
    screenshots: KnownPictures, captions: KnownPictures
) -> None:
    cut = screenshot(photo(2)).crop((0, 20, 310, 470)).resize((248, 360))
    for found in (screenshots.copies(cut), captions.copies(captioned(photo(2)).crop((20, 10, 390, 295)))):
        assert list(found) == ["b"]
        assert found["b"] > 0.75


def test_the_photo_without_the_frame_finds_the_screenshot_of_it(screenshots: KnownPictures) -> None:
    found = screenshots.found(photo(2).crop((40, 30, 360, 270)))
    assert list(found) == ["b"]
    assert found["b"].score > 0.75
    assert "2 other known pictures show a part of it too" in found["b"].because


def test_of_two_in_one_frame_the_edited_one_comes_first_by_far() -> None:
    two = KnownPictures(a=screenshot(photo(1)), b=screenshot(photo(2)))
    found = two.copies(screenshot(photo(2)).crop((0, 20, 310, 470)))
    assert next(iter(found)) == "b"
    assert found["b"] - found.get("a", 0.0) > 0.08


def test_a_rival_lowers_the_others_and_deleting_it_undoes_that() -> None:
    known = KnownPictures(a=screenshot(photo(1)))
    query = screenshot(photo(4))
    alone = known.found(query)
    assert set(alone) == {"a"}  # that the frame is only a frame cannot be known from one
    known.add(b=screenshot(photo(2)))
    assert known.copies(query) == {}
    known.delete("b")
    assert known.found(query) == alone


# Reposts


def cropped(picture: Image.Image) -> Image.Image:
    return picture.crop((30, 20, 390, 290)).resize((300, 225))


@pytest.mark.parametrize("repost", [with_sticker, captioned])
def test_a_heavily_edited_repost_does_not_hide_the_original(repost: Callable[[Image.Image], Image.Image]) -> None:
    known = KnownPictures(original=photo(5))
    alone = known.copies(cropped(photo(5)))
    known.add(repost=repost(photo(5)), another=photo(6))
    found = known.copies(cropped(photo(5)))
    assert next(iter(found)) == "original"
    assert found["original"] > alone["original"] - 0.05
    assert found["original"] > 0.8
    assert 0.5 < found["repost"] < found["original"]  # what the two share speaks for both, as one is surely found
    assert "another" not in found
    of_repost = known.copies(cropped(repost(photo(5))))
    assert of_repost["repost"] > 0.8
    assert set(of_repost) <= {"repost", "original"}


def test_a_resaved_copy_of_it_is_no_rival_of_a_picture() -> None:
    known = KnownPictures(original=photo(5))
    alone = known.copies(cropped(photo(5)))
    known.add(copy=photo(5).resize((320, 240)))
    assert known.copies(cropped(photo(5)))["original"] == alone["original"]


# By hand: the known picture's left half is shared with a rival


def pair_of(agrees_left: float, agrees_right: float, *, spots: int = 40, flat: float = 0.0) -> Pair:
    """A query of which these shares agree in the known picture's left and right half: 1,000 points and `spots` each."""
    real = paired(look(photo(1)), look(photo(1)), mirrored=False, digits_from=0)
    assert real is not None
    random = np.random.default_rng(1)
    left, right = np.flatnonzero(HALF.ravel()), np.flatnonzero(~HALF.ravel())
    cells = np.concatenate([random.choice(left, 1000), random.choice(right, 1000)])
    order = np.arange(2000) % 1000 / 1000
    is_flat = order >= 1 - flat
    agrees = (order < np.where(np.arange(2000) < 1000, agrees_left, agrees_right)) & ~is_flat
    given = {"known_cells": cells, "query_cells": cells, "agrees": agrees, "flat": is_flat}
    given["disagrees"] = ~agrees & ~is_flat
    grid = Grid(**{field.name: given.get(field.name, np.zeros(2000, bool)) for field in fields(Grid)})
    features = real.known.features.take(np.arange(2 * spots) % len(real.known.features))
    across = np.where(np.arange(2 * spots) < spots, 0.25, 0.75) * features.width
    features = replace(features, xy=np.stack([across, across * 0 + 50], axis=1).astype(np.float32))
    rows = np.stack([np.arange(2 * spots)] * 2, axis=1)
    return replace(
        real,
        known=replace(real.known, features=features),
        laid=replace(real.laid, pairs=rows, inside=2 * spots, chance=0.01, tried=200, digits=99.0),
        agreement=replace(real.agreement, grid=grid),
    )


def links_of(*rivals: tuple[int, Cells], copies: tuple[tuple[int, int], ...] = ()) -> Links:
    """Picture 0 shares these cells with these others."""
    links = Links.in_memory()
    found = [Link(0, other, 0, 50.0, packed(cells), packed(cells)) for other, cells in rivals]
    links.take(0, 9, [*found, *(Link(a, b, WHOLE, 90.0, packed(HALF), packed(HALF)) for a, b in copies)], ())
    return links


def test_without_rivals_all_that_agrees_is_its_own() -> None:
    found = own(pair_of(0.5, 0.5), 0, Links.in_memory())
    assert found.least == pytest.approx(0.5, abs=0.01)
    assert (found.digits, found.rivals) == (99.0, 0)


def test_agreeing_only_where_a_rival_does_too_is_nothing_of_its_own() -> None:
    found = own(pair_of(1.0, 0.0), 0, links_of((5, HALF)))
    assert found.least < 0.05
    assert found.rivals == 1


def test_agreeing_where_the_rival_does_not_is_its_own() -> None:
    found = own(pair_of(1.0, 1.0), 0, links_of((5, HALF)))
    assert found.least > 0.95


def test_details_that_a_rival_shows_too_do_not_count() -> None:
    both, half = pair_of(1.0, 1.0), links_of((5, HALF))
    assert 0 < own(both, 0, half).digits < 99
    assert own(both, 0, links_of((5, np.ones((REGION, REGION), bool)))).digits == 0
    assert own(pair_of(1.0, 1.0, spots=60), 0, half).digits > own(both, 0, half).digits


def test_the_rival_that_explains_most_decides_and_details_of_any_do_not_count() -> None:
    pair = pair_of(1.0, 0.3)
    two = own(pair, 0, links_of((5, HALF), (6, ~HALF)))
    assert two.rivals == 2
    assert two.least == own(pair, 0, links_of((5, HALF))).least
    assert two.digits == 0


def test_its_surest_copies_are_no_rivals() -> None:
    pair = pair_of(1.0, 0.0)
    assert own(pair, 0, links_of((5, HALF), copies=((0, 5),))).rivals == 0
    assert own(pair, 0, links_of((5, HALF), copies=((0, 7), (5, 7)))).rivals == 0  # over another copy
    assert own(pair, 0, links_of((5, HALF), copies=((5, 7),))).rivals == 1
    assert own(pair, 3, links_of((5, HALF))).rivals == 0  # of another picture


def test_what_it_shares_with_a_picture_that_the_query_is_surely_a_copy_of_speaks_for_it() -> None:
    pair = pair_of(1.0, 0.0)
    spared = own(pair, 0, links_of((5, HALF)), relatives={5})
    assert spared.least == pytest.approx(0.5, abs=0.01)
    assert (spared.digits, spared.rivals, spared.relatives) == (99.0, 0, 1)
    assert own(pair, 0, links_of((5, HALF), (6, HALF)), relatives={5}).least < 0.05  # but another shows it as well


def test_where_little_is_seen_beside_the_rivals_nothing_is_made_of_it() -> None:
    assert own(pair_of(1.0, 0.0, flat=1.0), 0, links_of((5, HALF))).least == pytest.approx(0.5)
    assert own(pair_of(1.0, 1.0, spots=1), 0, links_of((5, HALF))).digits == 0


def test_what_is_hardly_beside_a_shared_cell_counts_as_shared() -> None:
    cells = np.zeros((REGION, REGION), bool)
    cells[10:20, 10:20] = True
    cells[14, 14] = False  # a hole
    grown = covered(cells)
    assert grown[9:21, 9:21].all()
    assert not grown[:8].any()
    assert not grown[22:].any()
    assert not covered(np.zeros((REGION, REGION), bool)).any()
