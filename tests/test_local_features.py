"""Local features: the same for the same picture, permuted for its mirror image, bounded for whatever comes."""

import io
from collections import Counter
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from provenance.desk import Desk
from provenance.examine import local_features as sift
from provenance.examine.bytes_to_findings import examine
from provenance.examine.decode import raster
from provenance.examine.decode.limits import Limits
from provenance.examine.options import FeatureOptions
from provenance.model.feature_arrays import FeatureArrays, arrays
from provenance.model.features import CODE_BYTES, FEATURES_RULE, GEOMETRY_BYTES, LocalFeatures
from provenance.report import json as as_written
from tests import pictures


def features(data: bytes, **options: int) -> LocalFeatures:
    found = examine(data, "photo", features=FeatureOptions(**options)).features
    assert found is not None
    return found


def bits_apart(a: FeatureArrays, b: FeatureArrays) -> np.ndarray:
    """Of each feature of `a`, the bits to the nearest feature of `b` that lies within 1.5 px of it; 256 for none."""
    apart = np.bitwise_count if hasattr(np, "bitwise_count") else np.vectorize(lambda word: int(word).bit_count())
    bits = apart(a.codes[:, None] ^ b.codes[None]).sum(axis=2)
    far = np.hypot(*np.moveaxis(a.xy[:, None] - b.xy[None], 2, 0)) > 1.5
    turned = np.abs((a.angle[:, None] - b.angle[None] + np.pi) % (2 * np.pi) - np.pi) > 0.3
    return np.where(far | turned, 256, bits).min(axis=1)


def found_again(a: FeatureArrays, b: FeatureArrays) -> float:
    """The share of `a`'s features that `b` has at the same place, at the same angle and with nearly the same code."""
    return float((bits_apart(a, b) <= 40).mean())


def test_a_photo_has_features_strongest_first_within_its_frame() -> None:
    found = features(pictures.jpeg(3, size=(1280, 960)))
    assert (found.rule, found.width, found.height) == (FEATURES_RULE, 400, 300)
    assert 200 < found.count <= 500
    assert len(found.codes) + len(found.geometry) == found.count * (CODE_BYTES + GEOMETRY_BYTES)
    read = arrays(found)
    assert (read.xy >= 0).all()
    assert (read.xy < (400, 300)).all()


def test_the_strongest_are_those_of_a_smaller_budget() -> None:
    data = pictures.jpeg(3)
    assert features(data).strongest(100) == features(data, at_most=100)


def test_the_order_of_features_is_not_that_of_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenCV may find them in another order elsewhere; equally strong ones are put in order of place."""

    class Shuffled:
        def detectAndCompute(self, grey, mask):  # noqa: N802 - OpenCV's name
            points, numbers = create(
                nfeatures=300, contrastThreshold=0.04, enable_precise_upscale=True
            ).detectAndCompute(grey, mask)
            order = np.random.default_rng(5).permutation(len(points))
            return [points[n] for n in order], numbers[order]

    tiles = np.tile(np.asarray(pictures.scene(3, (64, 64)).convert("L")), (5, 5))
    create = sift.cv2.SIFT.create
    as_found = sift.features_of(tiles, 300)
    monkeypatch.setattr(sift.cv2.SIFT, "create", lambda **_: Shuffled())
    assert sift.features_of(tiles, 300) == as_found


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_a_mirrored_picture_has_the_mirrored_features(seed: int) -> None:
    scene = pictures.scene(seed)
    own = arrays(features(pictures.jpeg(picture=scene, quality=90)))
    mirrored = arrays(features(pictures.jpeg(picture=scene.transpose(Image.Transpose.FLIP_LEFT_RIGHT), quality=90)))
    assert found_again(mirrored, own.mirrored()) > 0.75
    assert found_again(mirrored, own) < 0.05


def test_mirroring_twice_gives_the_same_features() -> None:
    own = arrays(features(pictures.jpeg(3)))
    twice = own.mirrored().mirrored()
    assert (twice.codes == own.codes).all()
    assert np.allclose(twice.xy, own.xy, atol=1e-3)
    assert np.allclose(np.exp(1j * twice.angle), np.exp(1j * own.angle), atol=1e-5)


def test_a_recompressed_copy_has_most_of_the_features_and_another_scene_none() -> None:
    own = arrays(features(pictures.jpeg(3, quality=90)))
    copy, other = arrays(features(pictures.jpeg(3, quality=50))), arrays(features(pictures.jpeg(4)))
    assert found_again(copy, own) > 0.5
    assert found_again(other, own) < 0.02


def test_features_are_of_the_upright_picture() -> None:
    upright = arrays(features(pictures.png(3, (300, 400))))
    turned = pictures.scene(3, (300, 400)).transpose(Image.Transpose.ROTATE_90)
    lying = arrays(features(pictures.jpeg(picture=turned, quality=95, orientation=6)))
    assert (lying.width, lying.height) == (300, 400)
    assert found_again(lying, upright) > 0.7


@pytest.mark.parametrize(("frame_px", "size"), [(64, (64, 48)), (512, (512, 384)), (1024, (1024, 768))])
def test_the_frame_is_as_large_as_asked_for(frame_px: int, size: tuple[int, int]) -> None:
    found = features(pictures.jpeg(3, size=(1280, 960)), frame_px=frame_px)
    assert (found.width, found.height) == size


def test_a_picture_smaller_than_the_frame_is_not_enlarged() -> None:
    found = features(pictures.png(3, (120, 90)))
    assert (found.width, found.height) == (120, 90)


def test_features_are_not_looked_for_unless_asked_and_that_is_no_gap() -> None:
    findings = examine(pictures.jpeg(3), "photo.jpg", features=None)
    assert findings.features is None
    assert findings.gaps == ()


y, x = np.mgrid[:400, :400]
noise = np.random.default_rng(0).integers(0, 256, (400, 400), np.uint8)
PATHOLOGICAL = {
    "flat": np.full((400, 400), 128, np.uint8),
    "white noise": noise,
    "black and white noise": (noise > 127) * np.uint8(255),
    "squares of 1 px": ((x + y) % 2 * 255).astype(np.uint8),
    "squares of 5 px": ((x // 5 + y // 5) % 2 * 255).astype(np.uint8),  # the slowest found: all ties
    "dots": ((x % 6 < 2) & (y % 6 < 2)) * np.uint8(255),
    "1 px high": noise[:1],
    "1 px wide": noise[:, :1],
    "one pixel": noise[:1, :1],
    "a strip": np.tile(noise[:3], (1, 25)),
    "12 px high": noise[:12],
}


@pytest.mark.parametrize("name", PATHOLOGICAL)
def test_pathological_pictures_have_bounded_features_and_no_gap(name: str) -> None:
    file = io.BytesIO()
    Image.fromarray(PATHOLOGICAL[name]).save(file, "PNG")
    findings = examine(file.getvalue(), "photo.png")
    assert findings.gaps == ()
    assert findings.features is not None
    assert findings.features.count <= 500
    assert len(arrays(findings.features)) == findings.features.count


@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 9))
def test_every_shape_has_features_or_none_and_raises_nothing(width: int, height: int, seed: int) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width), np.uint8)
    found = sift.features_of(pixels, 20)
    assert found.count <= 20
    assert (found.width, found.height) == (width, height)


def test_warming_up_runs_on_a_picture_that_has_features(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = []
    features_of = sift.features_of
    monkeypatch.setattr(sift, "features_of", lambda *args: counts.append(features_of(*args)) or counts[-1])
    sift.warm_up()
    assert counts[0].count == 10


def test_lengths_that_do_not_belong_together_are_no_features() -> None:
    for codes, geometry in ((bytes(32), bytes(12)), (bytes(31), bytes(6)), (b"", bytes(6))):
        with pytest.raises(ValueError, match="do not belong"):
            LocalFeatures(FEATURES_RULE, 10, 10, codes, geometry)


def test_the_json_names_them_and_says_how_many() -> None:
    findings = examine(pictures.jpeg(3), "photo.jpg")
    told = as_written.fingerprints(findings)["sift"]
    assert findings.features is not None
    assert told["features"] == findings.features.count
    assert len(bytes.fromhex(told["value"])) == 16
    assert as_written.fingerprints(examine(pictures.jpeg(4), "photo.jpg"))["sift"]["value"] != told["value"]
    assert "sift" not in as_written.fingerprints(examine(pictures.jpeg(3), "photo.jpg", features=None))


def test_they_have_their_method_note() -> None:
    assert "## `sift`" in (Path(__file__).parents[1] / "docs" / "fingerprints.md").read_text()


def test_a_quick_check_looks_for_none_unless_the_picture_shall_be_known(desk: Desk) -> None:
    """What is remembered must be found by its parts later, by checks that are not quick."""
    assert "sift" in as_written.dossier(desk.check(pictures.jpeg(3)))["fingerprints"]
    quick = as_written.dossier(desk.check(pictures.jpeg(3), quick=True))
    assert "sift" not in quick["fingerprints"]
    assert "features" not in {gap["step"] for gap in quick["gaps"]}
    remembered = desk.check(pictures.jpeg(3), quick=True, remember=True)
    assert desk.known(remembered.case.findings.image.id).findings.features is not None


def test_a_raster_is_asked_for_no_more_than_the_frame_needs() -> None:
    """The small raster is there for the hashes already; the large one is made only for a large frame."""
    data = pictures.jpeg(3, size=(1280, 960))
    decoded, _ = raster.decode(raster.open_picture(data, "jpeg", Limits()), Limits())
    sift.local_features(decoded, FeatureOptions())
    assert "image" not in decoded.__dict__


def test_a_pattern_repeated_hundreds_of_times_gives_few_features() -> None:
    dots = np.full((300, 400), 255, np.uint8)
    for y, x in product(range(10, 290, 20), range(10, 390, 20)):
        dots[y : y + 6, x : x + 6] = 0
    found = sift.features_of(dots, 500)
    codes = [found.codes[n : n + CODE_BYTES] for n in range(0, len(found.codes), CODE_BYTES)]
    assert codes
    assert max(Counter(codes).values()) <= 3
