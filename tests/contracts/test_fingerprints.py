"""What every listed fingerprint promises, and what each of them is compared with."""

import io
from pathlib import Path

import imagehash
import numpy as np
import pdqhash
import pytest
from PIL import Image

from provenance.examine.decode import raster
from provenance.examine.decode.limits import Limits
from provenance.examine.fingerprints import FINGERPRINTS
from provenance.examine.fingerprints.base import FingerprintMaker, Picture
from provenance.examine.fingerprints.pdq import Pdq
from provenance.model.fingerprint import RASTER_RULE, TURNS, Fingerprint
from tests import pictures

DOCS = Path(__file__).parents[2] / "docs" / "fingerprints.md"
T = Image.Transpose
# What each of TURNS does to the picture that carries the values, in their order.
TURNING = (T.ROTATE_90, T.ROTATE_180, T.ROTATE_270, T.FLIP_TOP_BOTTOM, T.FLIP_LEFT_RIGHT, T.TRANSPOSE, T.TRANSVERSE)

each = pytest.mark.parametrize("maker", FINGERPRINTS, ids=lambda maker: maker.kind)
each_of_pixels = pytest.mark.parametrize("maker", [m for m in FINGERPRINTS if m.needs_pixels], ids=lambda m: m.kind)


def picture(data: bytes, kind: str = "jpeg") -> Picture:
    return Picture(data, raster.decode(raster.open_picture(data, kind, Limits()), Limits())[0])


def fingerprint(maker: FingerprintMaker, data: bytes, kind: str = "jpeg") -> Fingerprint:
    return maker.compute(picture(data, kind))


def test_kinds_are_listed_once():
    kinds = [maker.kind for maker in FINGERPRINTS]
    assert len(kinds) == len(set(kinds))


@each
def test_the_same_bytes_give_the_same_value(maker):
    a, b = fingerprint(maker, pictures.jpeg(3)), fingerprint(maker, pictures.jpeg(3))
    assert a == b
    assert a.distance(b) == 0


@each
def test_distance_is_symmetric_and_differing_scenes_are_apart(maker):
    a, b = fingerprint(maker, pictures.jpeg(3)), fingerprint(maker, pictures.jpeg(4))
    assert a.distance(b) == b.distance(a) > maker.same_within


@each
def test_the_text_form_round_trips(maker):
    value = fingerprint(maker, pictures.jpeg(3))
    assert bytes.fromhex(value.text) == value.value
    assert value.kind == maker.kind


@each_of_pixels
def test_a_recompressed_smaller_copy_is_within_the_threshold(maker):
    copy = pictures.jpeg(quality=60, picture=pictures.scene(3, (1280, 960)).resize((800, 600)))
    original = fingerprint(maker, pictures.jpeg(3, size=(1280, 960)))
    allowed = max(maker.same_within, 2)  # whash is no evidence alone, but must still know a plain copy
    assert original.distance(fingerprint(maker, copy)) <= allowed


@each_of_pixels
def test_values_name_the_rule_of_their_raster(maker):
    assert fingerprint(maker, pictures.jpeg(3)).rule == RASTER_RULE


@each_of_pixels
@pytest.mark.parametrize("size", [(1, 1), (1, 700), (700, 1), (2, 2), (7, 5), (63, 64)])
def test_tiny_and_narrow_pictures_have_a_value(maker, size):
    data = pictures.encode(pictures.scene(3, (64, 64)).resize(size), "PNG")
    value = fingerprint(maker, data, "png")
    assert len(value.value) == len(fingerprint(maker, pictures.jpeg(3)).value)


@each
def test_each_kind_has_its_method_note(maker):
    assert f"## `{maker.kind}`" in DOCS.read_text().lower()


def test_pdq_says_how_little_a_flat_picture_shows():
    assert fingerprint(Pdq(), pictures.flat(), "png").quality == 0
    assert fingerprint(Pdq(), pictures.jpeg(3)).quality == 100


@pytest.mark.parametrize(("nth", "turning"), list(enumerate(TURNING)), ids=TURNS[1:])
def test_turned_values_are_those_of_the_turned_picture(nth, turning):
    scene = pictures.scene(5, (512, 384))
    turned = fingerprint(Pdq(), pictures.encode(scene, "PNG"), "png").turned
    really = fingerprint(Pdq(), pictures.encode(scene.transpose(turning), "PNG"), "png").value
    apart = [Fingerprint("pdq", value, "").distance(Fingerprint("pdq", really, "")) for value in turned]
    assert apart[nth] <= Pdq.same_within
    assert min(apart[:nth] + apart[nth + 1 :]) > 90


def test_values_are_those_the_libraries_print():
    data = pictures.jpeg(3, quality=95, size=(512, 384))  # as large as it is hashed
    pixels = Image.open(io.BytesIO(data))
    by_kind = {maker.kind: fingerprint(maker, data).text for maker in FINGERPRINTS}
    bits, _ = pdqhash.compute(np.asarray(pixels))
    assert by_kind["pdq"] == "".join(f"{int(''.join(map(str, bits[n : n + 4])), 2):x}" for n in range(0, 256, 4))
    assert by_kind["phash"] == str(imagehash.phash(pixels))
    assert by_kind["dhash"] == str(imagehash.dhash(pixels))
    assert by_kind["whash"] == str(imagehash.whash(pixels, image_scale=64))
