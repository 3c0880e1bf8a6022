"""Every engine for local features puts on its shortlist what a closer look would confirm, and nothing deleted."""

import random
from collections.abc import Callable
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from provenance.examine.local_features import features_of
from provenance.index import FEATURE_ENGINES, EmbeddedFeatureIndex, LinearFeatureIndex
from provenance.index.base_features import FeatureFeed, FeatureIndex
from provenance.model.feature_arrays import FeatureArrays, arrays
from provenance.model.features import LocalFeatures
from tests.feature_log import FeatureLog
from tests.pictures import scene

# The engines as they are listed, and the embedded one so eager that its answers come from merged files.
OPENED: dict[str, Callable[[Path, FeatureFeed, str], FeatureIndex]] = {
    **FEATURE_ENGINES,
    "embedded, merged": lambda folder, feed, ledger: EmbeddedFeatureIndex(
        folder, feed, ledger_id=ledger, merge_after=3
    ),
}
SCENES = 15


@pytest.fixture(params=OPENED)
def engine(request, tmp_path):
    """Opens the engine over the feed of a log."""
    return lambda log: OPENED[request.param](tmp_path / "index", log.feed, "this ledger")


def features(picture: Image.Image) -> LocalFeatures:
    grey = picture.convert("L")
    grey.thumbnail((400, 400))
    return features_of(np.asarray(grey), 500)


@cache
def known() -> tuple[LocalFeatures, ...]:
    return tuple(features(scene(seed)) for seed in range(SCENES))


@cache
def edits() -> tuple[tuple[int, FeatureArrays], ...]:
    """Which scene each is of, and its features."""
    chance, made = random.Random(1), []
    for seed in range(0, SCENES, 3):
        picture, ground = scene(seed), scene(1_000 + seed)
        part = picture.crop((*(chance.randint(0, 150) for _ in range(2)), 500, 420))
        ground.paste(picture.resize((320, 240)), (chance.randint(0, 320), chance.randint(0, 240)))
        mirrored = part.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        turned = picture.rotate(chance.uniform(5, 90), expand=True, resample=Image.Resampling.BICUBIC)
        made += [(seed, edit) for edit in (part, ground, mirrored, turned, picture.resize((200, 150)))]
    return tuple((seed, arrays(features(edit))) for seed, edit in made)


@cache
def confirmed() -> tuple[tuple[FeatureArrays, set[tuple[int, bool]]], ...]:
    """Each edit, and which known pictures in which view a closer look at all of them confirms."""
    log = filled()
    every = caught_up(LinearFeatureIndex(log.feed), log)
    pairs = []
    for _, query in edits():
        views = (query, query.mirrored())
        listed = every.shortlist(query)
        right = {(v.image_entry, v.mirrored) for v in listed if agree(views[v.mirrored], known()[v.image_entry])}
        pairs.append((query, right))
    return tuple(pairs)


def agree(query: FeatureArrays, picture: LocalFeatures) -> bool:
    """Whether at least 10 nearest codes, at as many spots, lie where one turn, scale (1/5 to 5) and shift puts them."""
    query, other = query.take(slice(200)), arrays(picture.strongest(300))
    apart = np.bitwise_count(query.codes[:, None] ^ other.codes[None]).sum(axis=2, dtype=np.int64)
    nearest = apart.argmin(axis=1)
    rows = np.flatnonzero(apart.min(axis=1) <= 44)
    if len(rows) < 10:
        return False
    found, inliers = cv2.estimateAffinePartial2D(query.xy[rows], other.xy[nearest[rows]], ransacReprojThreshold=3)
    if found is None or not 0.2 < np.hypot(found[0, 0], found[1, 0]) < 5:
        return False
    spots = np.concatenate([query.xy[rows], other.xy[nearest[rows]]], axis=1)[inliers.ravel() > 0].round()
    return min(len(np.unique(spots[:, :2], axis=0)), len(np.unique(spots[:, 2:], axis=0))) >= 10


def filled() -> FeatureLog:
    log = FeatureLog()
    log.add(*known())
    return log


def caught_up(index: FeatureIndex, log: FeatureLog) -> FeatureIndex:
    index.catch_up(log.entries)
    assert index.reaches >= log.entries
    return index


def entries(index: FeatureIndex, query: FeatureArrays, **options) -> set[int]:
    return {voted.image_entry for voted in index.shortlist(query, **options)}


def test_what_verifies_among_all_pictures_is_on_the_shortlist(engine):
    log = filled()
    index = caught_up(engine(log), log)
    listed, right = 0, 0
    for query, pairs in confirmed():
        listed += len(pairs & {(voted.image_entry, voted.mirrored) for voted in index.shortlist(query)})
        right += len(pairs)
    assert right >= 0.9 * len(edits())
    assert listed >= 0.99 * right


def test_a_mirrored_picture_is_named_as_mirrored(engine):
    log = filled()
    query = arrays(known()[5]).mirrored()
    index = caught_up(engine(log), log)
    views = {voted.mirrored: voted.votes for voted in index.shortlist(query) if voted.image_entry == 5}
    assert views[True] >= views.get(False, 0)
    assert views[True] >= 100


def test_too_few_votes_and_what_is_left_out_are_not_named(engine):
    log = filled()
    index, query = caught_up(engine(log), log), arrays(known()[5])
    assert 5 in entries(index, query)
    assert 5 not in entries(index, query, left_out=[4, 5, 10_000])
    assert index.shortlist(query, votes_from=501) == []
    assert all(voted.votes >= 10 for voted in index.shortlist(query, votes_from=10))


def test_deleted_and_replaced_pictures_are_not_found_again(engine):
    log = filled()
    index, query = caught_up(engine(log), log), arrays(known()[5])
    log.delete(5)
    assert 5 not in entries(caught_up(index, log), query)
    log.replace(6, known()[5])
    assert 6 in entries(caught_up(index, log), query)
    log.replace(6, known()[7])
    assert index.shortlist(arrays(known()[8]), at_most=1)
    caught_up(index, log)
    mine = [voted for voted in index.shortlist(query) if voted.image_entry == 6 and not voted.mirrored]
    assert all(voted in caught_up(engine(log), log).shortlist(query) for voted in mine)
    log.delete(*range(SCENES))
    assert caught_up(index, log).shortlist(query) == []


def test_pictures_without_features_or_of_another_rule_are_not_known(engine):
    log = FeatureLog()
    one = known()[0]
    log.add_something_else()
    log.add(
        LocalFeatures(one.rule, 10, 10, b"", b""),
        LocalFeatures("another rule", one.width, one.height, one.codes, one.geometry),
    )
    assert caught_up(engine(log), log).shortlist(arrays(one)) == []


def test_an_empty_index_and_a_query_without_features_give_nothing(engine):
    log = FeatureLog()
    index = engine(log)
    assert index.reaches == 0
    assert index.shortlist(arrays(known()[0])) == []
    log.add(*known()[:5])
    nothing = arrays(known()[0]).take(slice(0, 0))
    assert caught_up(index, log).shortlist(nothing) == []


def test_a_picture_of_one_feature_is_no_error(engine):
    log = FeatureLog()
    log.add(known()[0].strongest(1), known()[1].strongest(2))
    found = caught_up(engine(log), log).shortlist(arrays(known()[0]), votes_from=1)
    assert 0 in {voted.image_entry for voted in found}


def test_it_reaches_over_entries_that_are_no_pictures_and_never_back(engine):
    log = FeatureLog()
    log.add_something_else()
    index = caught_up(engine(log), log)
    index.catch_up(0)
    assert index.reaches == 1
