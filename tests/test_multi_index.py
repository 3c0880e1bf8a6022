"""How the embedded index finds: no way of 31 bits to lie among 256 escapes the chunks."""

import random

import numpy as np
import pytest

from provenance.index.hamming import as_words, bits_between, flat_scan
from provenance.index.multi_index import CHUNKS, MultiIndex, postings
from provenance.index.spread import spread
from tests.hash_log import hashes, near, turned

ZERO = bytes(32)


def known_rows(words) -> MultiIndex:
    parts = [postings(words, chunk) for chunk in range(CHUNKS)]
    return MultiIndex(words, *(np.stack(column) for column in zip(*parts, strict=True)))


WAYS_31_BITS_CAN_LIE = {
    "two in each chunk but one": [1] + [2] * 15,
    "none beside four, and once beside three": [0, 4] * 7 + [0, 3],
    "one beside three, and once beside two": [1, 3] * 7 + [1, 2],
    "all in two neighbours": [16, 15] + [0] * 14,
    "all in two far apart": [16] + [0] * 7 + [15] + [0] * 7,
    "heavy half, empty half": [4] * 7 + [3] + [0] * 8,
    "light only at the end": [3] * 5 + [2] * 7 + [0, 0, 1, 1],
    "one heavy, the others light": [16] + [1] * 15,
}


@pytest.mark.parametrize("way", WAYS_31_BITS_CAN_LIE.values(), ids=WAYS_31_BITS_CAN_LIE)
def test_31_bits_are_found_however_they_lie_in_the_chunks(way):
    assert sum(way) == 31
    query = as_words([random.Random(1).randbytes(32)])
    chunks = np.array([np.roll((1 << np.array(way)) - 1, turn) for turn in range(CHUNKS)], np.uint16)
    hits = known_rows(chunks.view(np.uint64) ^ query).near(query, 31)
    assert sorted(hits.row.tolist()) == list(range(CHUNKS))
    assert set(hits.apart.tolist()) == {31}


@pytest.mark.parametrize("distance", range(32))
def test_bits_that_lie_as_evenly_as_they_can_are_found_at_every_distance(distance):
    evenly = np.diff(np.arange(CHUNKS + 1) * distance // CHUNKS)
    query = as_words([random.Random(distance).randbytes(32)])
    known = ((1 << evenly) - 1).astype(np.uint16).view(np.uint64) ^ query
    assert known_rows(known).near(query, distance).apart.tolist() == [distance]


@pytest.mark.parametrize("distance", range(32))
def test_as_many_bits_as_the_distance_are_found_wherever_chance_puts_them(distance):
    chance = random.Random(distance)
    known = chance.randbytes(32)
    queries = as_words([near(known, distance, chance) for _ in range(300)])
    hits = known_rows(as_words([known])).near(queries, distance)
    assert hits.query.tolist() == list(range(300))


def test_spreading_bits_moves_each_and_changes_no_distance():
    one_bit_each = as_words([turned(ZERO, bit) for bit in range(256)])
    spread_bits = spread(one_bit_each)
    assert len(np.unique(spread_bits, axis=0)) == 256
    assert (np.bitwise_count(spread_bits).sum(axis=1) == 1).all()
    many = as_words(hashes(3000, random.Random(2)))
    assert (bits_between(spread(many[:1500]), spread(many[1500:])) == bits_between(many[:1500], many[1500:])).all()
    assert (spread(many)[:500] == spread(many[:500])).all()  # few and many rows go different ways


def test_a_chunk_that_all_share_is_read_in_parts(monkeypatch):
    monkeypatch.setattr("provenance.index.multi_index._POSTINGS_AT_ONCE", 100)
    index = known_rows(np.zeros((1000, 4), np.uint64))
    queries = as_words([ZERO, turned(ZERO, 3)])
    hits = index.near(queries, 31)
    assert sorted(zip(hits.query.tolist(), hits.row.tolist(), strict=True)) == [
        (q, r) for q in (0, 1) for r in range(1000)
    ]


def test_a_flat_scan_goes_on_from_block_to_block(monkeypatch):
    monkeypatch.setattr("provenance.index.hamming._SCAN_WORDS", 64)
    known = as_words(hashes(300, random.Random(1)))
    hits = flat_scan(known, known[[0, 150, 299]], 0)
    assert [hits.query.tolist(), hits.row.tolist()] == [[0, 1, 2], [0, 150, 299]]
