"""How one picture lies on another, in px of the upright pictures, whatever frames they were compared in."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from provenance.investigate.agreement import REGION
from provenance.investigate.looks import KNOWN_FEATURES, Look, Pair, between, mirror, paired
from provenance.ledger.base import Appearance
from tests.known_pictures import examined, file_of, look, noise, photo
from tests.pictures import jpeg

FLIP = Image.Transpose.FLIP_LEFT_RIGHT
LEFT_HALF = (0, 0, 200, 300)


@pytest.fixture(scope="module")
def flipped_half() -> Pair:
    """The mirrored left half, on the whole picture."""
    found = paired(look(photo(2).crop(LEFT_HALF).transpose(FLIP)), look(photo(2)), mirrored=True, digits_from=0)
    assert found is not None
    return found


def test_a_size_becomes_another_with_the_corners_of_px_on_each_other() -> None:
    matrix = between((400, 300), (200, 600))
    for corner in ((-0.5, -0.5), (399.5, 299.5)):
        x, y, _ = matrix @ (*corner, 1)
        assert (x, y) == (pytest.approx((corner[0] + 0.5) / 2 - 0.5), pytest.approx((corner[1] + 0.5) * 2 - 0.5))
    assert np.allclose(between((400, 300), (200, 600)) @ between((200, 600), (400, 300)), np.eye(3))
    assert np.allclose(mirror(400) @ mirror(400), np.eye(3))


def test_a_mirrored_part_lies_where_it_is(flipped_half: Pair) -> None:
    assert np.linalg.det(flipped_half.matrix[:2, :2]) < 0
    for (x, y), (u, v) in (((0, 0), (199, 0)), ((199, 0), (0, 0)), ((0, 299), (199, 299))):
        at = flipped_half.matrix @ (x, y, 1)
        assert at[:2] == pytest.approx((u, v), abs=2)


def test_the_points_of_both_fit_the_matrix(flipped_half: Pair) -> None:
    points = np.array(flipped_half.points)
    assert len(points) > 20
    laid = points[:, :2] @ flipped_half.matrix[:2, :2].T + flipped_half.matrix[:2, 2]
    assert np.abs(laid - points[:, 2:]).max() < 6
    assert (points[:, 2] < 205).all()


def test_shared_cells_are_those_of_the_pictures_as_they_are(flipped_half: Pair) -> None:
    of_known, of_query = flipped_half.shared(of_query=False), flipped_half.shared(of_query=True)
    assert of_known[:, : REGION // 2].mean() > 0.6
    assert not of_known[:, REGION // 2 + 1 :].any()
    unflipped = paired(look(photo(2).crop(LEFT_HALF)), look(photo(2)), mirrored=False, digits_from=0)
    assert unflipped is not None
    same_way = unflipped.shared(of_query=True)[:, ::-1]
    assert (of_query == same_way).mean() > 0.9
    assert (of_query == same_way[:, ::-1]).mean() < 0.9


def test_px_are_of_the_upright_pictures_whatever_the_frames_were() -> None:
    large = Look.of(examined(jpeg(picture=photo(2).resize((1600, 1200)))))
    assert large is not None
    assert (large.width, large.height) == (1600, 1200)
    found = paired(large, look(photo(2)), mirrored=False, digits_from=0)
    assert found is not None
    for (x, y), (u, v) in (((0, 0), (0, 0)), ((1599, 0), (399, 0)), ((1599, 1199), (399, 299))):
        assert (found.matrix @ (x, y, 1))[:2] == pytest.approx((u, v), abs=1)


def test_only_the_view_asked_for_is_tried() -> None:
    assert paired(look(photo(2)), look(photo(2)), mirrored=False, digits_from=0) is not None
    wrong = paired(look(photo(2)), look(photo(2)), mirrored=True, digits_from=0)
    assert wrong is None or wrong.laid.digits < 3


def test_mirroring_a_look_mirrors_all_of_it() -> None:
    once, flipped = look(photo(2)), look(photo(2).transpose(FLIP))
    found = paired(once.mirrored, flipped, mirrored=False, digits_from=0)
    assert found is not None
    assert np.allclose(found.matrix[:2, :2], np.eye(2), atol=0.01)
    assert found.agreement.agreeing > 0.97


def test_of_a_known_picture_the_strongest_features_are_compared() -> None:
    findings = examined(file_of(noise(1).resize((400, 300), Image.Resampling.NEAREST)))
    assert findings.features is not None
    assert findings.features.count > KNOWN_FEATURES
    known = Appearance(0, "id", 400, 300, None, findings.features, findings.preview)
    seen, asked = Look.known(known), Look.of(findings)
    assert seen is not None
    assert asked is not None
    assert len(seen.features) == KNOWN_FEATURES
    assert len(asked.features) == findings.features.count
    assert (seen.features.codes == asked.features.codes[:KNOWN_FEATURES]).all()


@pytest.mark.parametrize("missing", ["width", "features", "preview", "rule"])
def test_without_size_features_or_preview_there_is_no_look(missing: str) -> None:
    findings = examined(file_of(photo(2)))
    assert findings.features is not None
    known = Appearance(0, "id", 400, 300, None, findings.features, findings.preview)
    lacking = (
        replace(known, features=replace(findings.features, rule="another"))
        if missing == "rule"
        else replace(known, **{missing: None})  # type: ignore[arg-type]
    )
    assert Look.known(known) is not None
    assert Look.known(lacking) is None
