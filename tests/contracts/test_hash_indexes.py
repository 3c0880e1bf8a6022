"""Every hash engine gives the answers of the plain scan, whatever was added, deleted and merged before."""

import random
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance.index import ENGINES, EmbeddedHashIndex, LinearIndex
from provenance.index.base import EXACT_WITHIN, Feed, HashIndex
from tests.hash_log import HashLog, hashes, near, turned

# The engines as they are listed, and the embedded one so eager that its answers come from merged files.
OPENED: dict[str, Callable[[Path, Feed, str], HashIndex]] = {
    **ENGINES,
    "embedded, merged": lambda folder, feed, ledger: EmbeddedHashIndex(folder, feed, ledger_id=ledger, merge_after=3),
}
DISTANCES = (0, 1, 7, 8, 15, 16, 23, 24, 30, EXACT_WITHIN, 32, 40, 64, 128, 255, 256)

ZERO = bytes(32)


@pytest.fixture(params=OPENED)
def engine(request, tmp_path):
    """Opens the engine over the feed of a log."""
    return lambda log: OPENED[request.param](tmp_path / "index", log.feed, "this ledger")


@pytest.fixture
def log(tmp_path):
    return HashLog(tmp_path / "log")


def caught_up(index: HashIndex, log: HashLog) -> HashIndex:
    index.catch_up(log.entries)
    assert index.reaches >= log.entries
    return index


def linear(log: HashLog) -> HashIndex:
    return caught_up(LinearIndex(log.feed), log)


@pytest.mark.parametrize("distance", DISTANCES)
def test_answers_are_those_of_the_plain_scan_at_every_distance(engine, log, distance):
    chance = random.Random(distance)
    known = hashes(300, chance)
    log.add(*known)
    queries = [near(chance.choice(known), chance.randint(0, min(256, distance + 2)), chance) for _ in range(16)]
    assert caught_up(engine(log), log).within(queries, distance) == linear(log).within(queries, distance)


@pytest.mark.parametrize("stride", [1, 37, 173])  # 37 and its inverse: bits that an engine may have put side by side
def test_31_bits_are_found_and_32_are_not_wherever_they_lie(engine, log, stride):
    together = [[(bit + start) * stride % 256 for bit in range(32)] for start in range(0, 256, 5)]
    each_eighth = [[(8 * bit + start) * stride % 256 for bit in range(32)] for start in range(8)]
    by_fours = [[(16 * (bit // 4) * 2 + bit % 4 + start) * stride % 256 for bit in range(32)] for start in range(16)]
    patterns = together + each_eighth + by_fours
    assert all(len(set(bits)) == 32 for bits in patterns)
    at_31 = log.add(*(turned(ZERO, *bits[:31]) for bits in patterns))
    log.add(*(turned(ZERO, *bits) for bits in patterns))
    found = caught_up(engine(log), log).within([ZERO])
    assert [(hit.image_entry, hit.distance) for hit in found] == [(entry, 31) for entry in at_31]


def test_hits_are_sorted_by_query_distance_and_entry(engine, log):
    log.add(turned(ZERO, 1), ZERO, turned(ZERO, 2, 3), turned(ZERO, 9))
    found = caught_up(engine(log), log).within([turned(ZERO, *range(100)), ZERO])
    assert [tuple(hit) for hit in found] == [(1, 1, 0), (1, 0, 1), (1, 3, 1), (1, 2, 2)]


def test_one_hash_of_many_pictures_finds_all_of_them_once(engine, log):
    log.add(*[ZERO] * 500)
    found = caught_up(engine(log), log).within([ZERO, turned(ZERO, 5)])
    assert [tuple(hit) for hit in found] == [(query, entry, query) for query in (0, 1) for entry in range(500)]


def test_the_opposite_hash_lies_at_256_and_not_at_0(engine, log):
    log.add(b"\xff" * 32)
    index = caught_up(engine(log), log)
    assert index.within([ZERO], 255) == []
    assert [hit.distance for hit in index.within([ZERO], 256)] == [256]


def test_an_empty_index_and_no_queries_give_no_hits(engine, log):
    index = engine(log)
    assert index.reaches == 0
    index.catch_up(0)
    assert index.within([ZERO], 256) == []
    log.add(ZERO)
    assert caught_up(index, log).within([]) == []


@pytest.mark.parametrize("query", [b"", bytes(31), bytes(33), bytes(64)])
def test_queries_of_another_length_are_refused(engine, log, query):
    with pytest.raises(ValueError, match=f"{len(query)} bytes"):
        engine(log).within([ZERO, query])


@pytest.mark.parametrize("distance", [-1, 257])
def test_distances_that_cannot_be_are_refused(engine, log, distance):
    with pytest.raises(ValueError, match=str(distance)):
        engine(log).within([ZERO], distance)


def test_a_deleted_picture_is_not_found_again(engine, log):
    index = engine(log)
    first, second, third = log.add(ZERO, ZERO, ZERO)
    log.delete(second)
    assert [hit.image_entry for hit in caught_up(index, log).within([ZERO])] == [first, third]
    log.add(*[b"\xff" * 32] * 20)
    caught_up(index, log)
    log.delete(first)
    assert [hit.image_entry for hit in caught_up(index, log).within([ZERO])] == [third]


def test_a_picture_given_another_hash_is_known_by_the_last(engine, log):
    index = engine(log)
    (entry,) = log.add(ZERO)
    log.add(*[b"\xff" * 32] * 20)
    caught_up(index, log)
    log.replace(entry, b"\x0f" * 32)
    assert caught_up(index, log).within([ZERO]) == []
    assert [hit.image_entry for hit in index.within([b"\x0f" * 32])] == [entry]


def test_it_reaches_over_entries_that_are_no_pictures_and_never_back(engine, log):
    log.add_something_else()
    index = caught_up(engine(log), log)
    assert index.reaches == 1
    index.catch_up(0)
    assert index.reaches == 1


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(0, 2), st.integers(0, 40)),
        st.tuples(st.just("delete"), st.integers(0, 60), st.just(0)),
        st.tuples(st.just("replace"), st.integers(0, 60), st.integers(0, 40)),
        st.tuples(st.just("ask"), st.integers(0, 2), st.sampled_from(DISTANCES)),
    ),
    max_size=60,
)


@pytest.mark.parametrize("name", OPENED)
@settings(max_examples=25, deadline=None)
@given(steps=STEPS, seed=st.integers(0, 2**32))
def test_any_history_ends_in_the_answers_of_the_plain_scan(name, steps, seed):
    chance = random.Random(seed)
    centres = [chance.randbytes(32) for _ in range(3)]
    with TemporaryDirectory() as folder:
        log = HashLog(Path(folder) / "log")
        index = OPENED[name](Path(folder) / "index", log.feed, "this ledger")
        for step, which, bits in [*steps, ("ask", 0, EXACT_WITHIN)]:
            if step == "add":
                log.add(near(centres[which], bits, chance))
            elif step == "delete":
                log.delete(which)
            elif step == "replace":
                log.replace(which, near(centres[0], bits, chance))
            else:
                assert caught_up(index, log).within(centres, bits) == linear(log).within(centres, bits)


def test_of_many_hits_only_the_nearest_are_kept(engine, log):
    log.add(*(turned(ZERO, *range(bit % 20)) for bit in range(40)))
    queries = [ZERO, turned(ZERO, 255)]
    every = caught_up(engine(log), log).within(queries, 60)
    nearest = sorted(every, key=lambda hit: (hit.distance, hit.image_entry, hit.query))[:7]
    expected = sorted(nearest, key=lambda hit: (hit.query, hit.distance, hit.image_entry))
    assert len(every) == 80
    assert caught_up(engine(log), log).within(queries, 60, nearest=7) == expected
