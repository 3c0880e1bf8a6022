"""Copies are told from other photos of the place, touched ones from whole ones, and what is shared from what is own."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from provenance.investigate.judging import Judgement, Subject, judge, judge_again
from provenance.investigate.matching import catch_up, compare
from provenance.model.findings import Findings
from tests.known_pictures import (
    HEIGHT,
    SIZE,
    WIDTH,
    KnownPictures,
    examined,
    file_of,
    noise,
    photo,
    screenshot,
    with_pdq,
)

SAMPLES = Path(__file__).parent.parent / "sample_images"
Edit = Callable[[Image.Image], Image.Image]


def drawn(name: str) -> Image.Image:
    with Image.open(SAMPLES / name) as picture:
        return picture.convert("RGB")


# Another photo of the place


@pytest.fixture(scope="module")
def train() -> KnownPictures:
    return KnownPictures(train=drawn("train_krasnoyarsk_1.jpg"))


@pytest.mark.parametrize(
    "edit",
    [lambda shown: shown, lambda shown: shown.crop((400, 0, 1600, 1067)), ImageOps.mirror],
    ids=["whole", "crop", "mirrored"],
)
def test_a_photo_taken_a_few_steps_aside_is_of_one_scene_and_no_copy(train: KnownPictures, edit: Edit) -> None:
    query = edit(drawn("train_krasnoyarsk_2.jpg"))  # drawn from 4 m aside
    match = train.found(query)["train"]
    assert match.relation == "same_scene"
    assert 0 < match.score < 0.5
    assert match.transform is None
    assert "two views of one place" in match.because
    assert compare(examined(file_of(query)), match.known.findings).relation == "same_scene"


def test_a_copy_of_one_of_two_views_is_a_copy_of_that_one_only(train: KnownPictures) -> None:
    found = train.found(drawn("train_krasnoyarsk_1.jpg").crop((200, 100, 1500, 1000)))
    assert found["train"].relation == "edited_copy"
    assert found["train"].score > 0.8


def test_a_picture_taken_at_a_slant_is_a_copy_and_no_other_view() -> None:
    """As when a print is photographed from the side: no affine map lays it, but one plane does."""
    slanted = photo(2).transform(
        SIZE, Image.Transform.PERSPECTIVE, (1.8, 0, 0, 0.3, 1.6, -90, 0.002, 0), Image.Resampling.BICUBIC
    )
    found = KnownPictures(photo=photo(2), other=photo(1)).found(slanted)
    assert {name: match.relation for name, match in found.items()} == {"photo": "edited_copy"}


def test_details_of_a_copy_fit_and_those_of_another_view_only_nearly(train: KnownPictures) -> None:
    of_copy = judged(drawn("train_krasnoyarsk_1.jpg").crop((200, 100, 1500, 1000)), train, "train")
    of_view = judged(drawn("train_krasnoyarsk_2.jpg"), train, "train")
    assert of_copy.support.fit > 1.7
    assert of_view.support.fit < 1.3


# Whole or touched


def test_a_small_sticker_in_a_corner_makes_an_edited_copy_of_a_whole_frame() -> None:
    touched = photo(2)
    touched.paste(noise(4).resize((86, 86), Image.Resampling.NEAREST), (WIDTH - 86, HEIGHT - 86))
    match = KnownPictures(photo=photo(2)).found(touched)["photo"]
    assert match.query_overlap is not None
    assert match.query_overlap > 0.95  # so that it is not for what is cut off
    assert match.relation == "edited_copy"


# What is its own


@pytest.fixture(scope="module")
def framed() -> KnownPictures:
    known = KnownPictures(**{name: screenshot(photo(seed)) for seed, name in enumerate("abc", 1)})
    catch_up(known.stores)
    return known


def judged(picture: Image.Image | Findings, known: KnownPictures, name: str) -> Judgement:
    found = judge(subject(picture), known_subject(known, name), known.stores.links)
    assert found is not None
    return found


def subject(picture: Image.Image | Findings) -> Subject:
    return Subject.of(picture if isinstance(picture, Findings) else examined(file_of(picture)))


def known_subject(known: KnownPictures, name: str) -> Subject:
    entry = known.entry(name)
    return Subject.known(known.stores.ledger.appearances([entry])[entry])


def test_a_near_hash_counts_as_far_as_a_match_is_its_own(framed: KnownPictures) -> None:
    """Two photos in one frame: the hash is near because of the frame, and says nothing that the frame does not."""
    other = examined(file_of(screenshot(photo(4))))
    of_a = examined(file_of(screenshot(photo(1)))).fingerprint("pdq")
    without, near = judged(with_pdq(other, None), framed, "a"), judged(with_pdq(other, of_a), framed, "a")
    assert near.distance == 0
    gained = near.support.digits - without.support.digits
    assert gained > 10
    assert 0 <= near.support.own_digits - without.support.own_digits < gained / 4
    assert "a" not in framed.copies(with_pdq(other, of_a))


def test_what_the_picture_is_surely_a_copy_of_lifts_a_match_so_far_and_never_lowers_it(framed: KnownPictures) -> None:
    before, known, links = judged(screenshot(photo(4)), framed, "a"), known_subject(framed, "a"), framed.stores.links
    copies = {framed.entry("b"), framed.entry("c")}
    lifted = judge_again(before, known, links, copies, 2.0)
    assert before.support.log_odds < 0.5
    assert lifted.support.log_odds == 2.0
    assert lifted.own is not None
    assert (lifted.own.rivals, lifted.own.relatives) == (0, 2)
    assert judge_again(before, known, links, copies, -5.0) == before
    assert judge_again(before, known, links, (), 2.0) == before
