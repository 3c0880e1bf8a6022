"""The embedded index of local features: what its files survive, and that how it was filled does not matter."""

import random
import threading

import numpy as np
import pytest

from provenance.index import EmbeddedFeatureIndex
from provenance.index.base_features import KNOWN_FEATURES
from provenance.index.feature_postings import (
    CODES_WITHIN,
    HOT_WITHIN,
    Filed,
    Lookups,
    by_word,
    cold_bits,
    hot_bits,
    near,
    whole_codes,
    word_bits,
)
from provenance.index.feature_votes import NEAREST_A_FEATURE, nearest_only, votes
from provenance.index.feature_words import SIGNS, likely, sums, words
from provenance.model.feature_arrays import GEOMETRY, FeatureArrays, arrays
from provenance.model.features import FEATURES_RULE, LocalFeatures
from tests.feature_log import FeatureLog

PICTURES, FEATURES = 24, 60


def picture(seed: int, count: int = FEATURES) -> LocalFeatures:
    """Codes with as many bits as SIFT's have: 64 numbers above the median, 32 above the quartile."""
    rng = np.random.default_rng(seed)
    rank = rng.permuted(np.tile(np.arange(128), (count, 1)), axis=1)
    codes = np.packbits(np.concatenate([rank > 63, rank > 95], axis=1), axis=1)
    geometry = rng.integers(0, 256, (count, GEOMETRY.itemsize), dtype=np.uint8)
    return LocalFeatures(FEATURES_RULE, 400, 300, codes.tobytes(), geometry.tobytes())


def query_of(*seeds: int, bits: int = 4) -> FeatureArrays:
    """Some features of each of these pictures, with so many bits turned in each."""
    rng = np.random.default_rng(seeds)
    parts = [arrays(picture(seed)).take(slice(0, 40)) for seed in seeds]
    codes = np.concatenate([part.codes for part in parts])
    for _ in range(bits):
        bit = rng.integers(0, 256, len(codes))
        codes[np.arange(len(codes)), bit // 64] ^= np.uint64(1) << (bit % 64).astype(np.uint64)
    xy, size, angle = (np.concatenate([getattr(part, name) for part in parts]) for name in ("xy", "size", "angle"))
    return FeatureArrays(400, 300, codes, xy, size, angle)


QUERIES = [query_of(3), query_of(5, 9), query_of(11, bits=20), query_of(100)]


def opened(folder, log, merge_after=10, ledger_id="this ledger") -> EmbeddedFeatureIndex:
    index = EmbeddedFeatureIndex(folder, log.feed, ledger_id=ledger_id, merge_after=merge_after)
    index.catch_up(log.entries)
    return index


def answers(index) -> list:
    return [index.shortlist(query) for query in QUERIES]


def filled() -> FeatureLog:
    log = FeatureLog()
    log.add(*map(picture, range(PICTURES)))
    return log


def segments(folder) -> list:
    return sorted(folder.glob("*.segment"))


def test_planted_features_are_found_and_others_are_not(tmp_path):
    found = answers(opened(tmp_path, filled()))
    assert [[voted.image_entry for voted in shortlist] for shortlist in found] == [[3], [5, 9], [11], []]
    assert found[0][0].votes >= 38


def test_the_order_of_adding_changes_no_answer(tmp_path):
    seeds = list(range(PICTURES))
    random.Random(1).shuffle(seeds)
    log = FeatureLog()
    log.add(*map(picture, seeds))
    renamed = [
        [voted._replace(image_entry=seeds[voted.image_entry]) for voted in shortlist]
        for shortlist in answers(opened(tmp_path / "shuffled", log, PICTURES))
    ]
    expected = answers(opened(tmp_path / "in order", filled(), PICTURES))
    assert [sorted(shortlist) for shortlist in renamed] == [sorted(shortlist) for shortlist in expected]


@pytest.mark.parametrize("seed", range(6))
def test_any_history_ends_in_the_answers_of_a_rebuild(tmp_path, seed):
    chance, log = random.Random(seed), FeatureLog()
    index = opened(tmp_path / "grown", log, merge_after=7)
    for _ in range(30):
        step = chance.choice(["add", "add", "delete", "replace", "ask"])
        if step == "add":
            log.add(*(picture(chance.randrange(PICTURES)) for _ in range(chance.randint(1, 5))))
        elif step == "delete" and log.entries:
            log.delete(chance.randrange(log.entries))
        elif step == "replace" and log.entries:
            log.replace(chance.randrange(log.entries), picture(chance.randrange(PICTURES)))
        elif step == "ask":
            index.catch_up(log.entries)
            answers(index)
    index.catch_up(log.entries)
    grown, fresh = answers(index), answers(opened(tmp_path / "fresh", log, merge_after=1))
    assert [[v.image_entry for v in one] for one in grown] == [[v.image_entry for v in one] for one in fresh]
    index.rebuild()
    assert answers(index) == answers(opened(tmp_path / "again", log, merge_after=1))


def test_a_picture_deleted_after_it_was_merged_is_not_found_again(tmp_path):
    log = filled()
    index = opened(tmp_path, log)
    log.delete(3)
    index.catch_up(log.entries)
    assert index._known.tail.rows == 0
    assert index._known.unmerged == 1
    assert index.shortlist(QUERIES[0]) == []


def test_what_is_in_files_is_opened_again_and_answers_alike(tmp_path):
    log = filled()
    before = answers(opened(tmp_path, log))
    assert segments(tmp_path)
    again = EmbeddedFeatureIndex(tmp_path, log.feed, ledger_id="this ledger")
    assert again.reaches == log.entries
    assert again.note is None
    assert answers(again) == before
    again.check()


def test_a_second_process_takes_up_what_the_first_has_merged(tmp_path):
    log = filled()
    first, second = opened(tmp_path, log), opened(tmp_path, log)
    log.add(*map(picture, range(100, 120)))
    first.catch_up(log.entries)
    second.catch_up(log.entries)
    assert second._known.tail.rows == 0
    assert [voted.image_entry for voted in second.shortlist(QUERIES[3])] == [PICTURES]
    assert answers(first) == answers(second)


@pytest.mark.parametrize("at", [3, 20, 60])
def test_a_segment_damaged_in_its_header_is_rebuilt(tmp_path, at):
    log = filled()
    before = answers(opened(tmp_path, log))
    data = bytearray(segments(tmp_path)[0].read_bytes())
    data[at] ^= 1
    segments(tmp_path)[0].write_bytes(data)
    again = opened(tmp_path, log)
    assert answers(again) == before
    again.check()


def test_a_segment_whose_postings_lead_nowhere_is_rebuilt_by_the_search_that_meets_it(tmp_path):
    log = filled()
    before = answers(opened(tmp_path, log))
    (file,) = segments(tmp_path)
    data = bytearray(file.read_bytes())
    entries_end = -(-(64 + 8 * PICTURES) // 64) * 64
    data[entries_end + 4 : entries_end + 4 + 4 * 64] = b"\xff" * 256
    file.write_bytes(data)
    again = opened(tmp_path, log)
    assert answers(again) == before
    assert "rebuilt" in (again.note or "")


@pytest.mark.parametrize("missing", ["*.segment", "manifest.json"])
def test_missing_files_are_made_anew(tmp_path, missing):
    log = filled()
    before = answers(opened(tmp_path, log))
    for file in tmp_path.glob(missing):
        file.unlink()
    assert answers(opened(tmp_path, log)) == before


def test_files_of_another_ledger_are_not_believed(tmp_path):
    opened(tmp_path, filled())
    log = FeatureLog()
    log.add(picture(100))
    index = opened(tmp_path, log, ledger_id="another ledger")
    assert [[voted.image_entry for voted in shortlist] for shortlist in answers(index)] == [[], [], [], [0]]


def test_a_folder_that_cannot_be_written_is_searched_in_memory(tmp_path):
    (tmp_path / "file").write_text("")
    index = opened(tmp_path / "file" / "index", filled())
    assert "cannot be written" in (index.note or "")
    assert index.shortlist(QUERIES[0])[0].image_entry == 3


def test_only_the_strongest_features_of_a_picture_are_known(tmp_path):
    log = FeatureLog()
    log.add(picture(1, KNOWN_FEATURES + 100))
    index = opened(tmp_path, log, 1)
    everything = arrays(picture(1, KNOWN_FEATURES + 100))
    assert index.shortlist(everything.take(slice(KNOWN_FEATURES, None))) == []
    assert index.shortlist(everything.take(slice(0, KNOWN_FEATURES)))[0].votes == KNOWN_FEATURES


def test_a_picture_costs_at_most_twelve_kilobytes(tmp_path):
    log = FeatureLog()
    log.add(*(picture(seed, KNOWN_FEATURES) for seed in range(100)))
    opened(tmp_path, log, 1)
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) <= 100 * 12_000


def test_searches_go_on_while_pictures_come_and_go(tmp_path):
    log = filled()
    index, wrong = opened(tmp_path, log), []

    def search():
        for _ in range(30):
            found = [voted.image_entry for voted in index.shortlist(QUERIES[0])]
            if found != [3]:
                wrong.append(found)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for seed in range(200, 240):
        (entry,) = log.add(picture(seed))
        log.delete(entry - 1 if seed % 2 else entry)
        index.catch_up(log.entries)
    for thread in threads:
        thread.join()
    assert wrong == []


def test_hot_and_cold_bits_are_the_code_and_shorter_words_begin_longer_ones():
    codes = arrays(picture(1)).codes
    assert (whole_codes(hot_bits(codes), cold_bits(codes)) == codes).all()
    for bits in (1, 8, SIGNS):
        probed = likely(sums(codes), bits, min(16, 1 << bits))
        assert (probed[:, 0] == words(codes) >> (SIGNS - bits)).all()
        assert all(len(set(row)) == len(row) for row in probed.tolist())
        assert probed.max() < 1 << bits


def test_near_codes_are_those_within_the_distances_where_every_word_is_probed():
    codes = np.concatenate([query_of(seed, bits=bits).codes for seed, bits in ((1, 0), (1, 12), (1, 43), (1, 90))])
    wanted = arrays(picture(1)).codes[:40]
    order, starts = by_word(words(codes), 2)
    picture_of = np.zeros(len(codes), np.uint32)
    filed = Filed(
        starts, hot_bits(codes)[order], cold_bits(codes)[order], picture_of, np.zeros((len(codes), 2), np.uint8)
    )
    found = near(filed, Lookups(sums(wanted), hot_bits(wanted), cold_bits(wanted)), None)
    apart = np.bitwise_count(wanted[:, None] ^ codes[order][None]).sum(axis=2, dtype=np.int64)
    hot = np.bitwise_count(hot_bits(wanted)[:, None] ^ hot_bits(codes)[order][None])
    expected = apart[(apart <= CODES_WITHIN) & (hot <= HOT_WITHIN)]
    assert sorted(found.apart.tolist()) == sorted(expected.tolist())
    assert 0 < len(expected) < 160


def test_few_features_have_short_words():
    lengths = [word_bits(10**power) for power in range(8)]
    assert lengths == sorted(lengths)
    assert lengths[0] == 1
    assert word_bits(30_000_000) == SIGNS


def pairs(*rows):
    query, pictures, apart, geometry = zip(*rows, strict=True)
    from provenance.index.feature_postings import Near

    return Near(np.array(query), np.array(pictures), np.array(apart), np.array(geometry, np.uint8))


def test_only_the_nearest_of_a_feature_vote_and_ties_stay():
    near_pairs = pairs(*((0, number, apart, (0, 0)) for number, apart in enumerate((9, 1, 5, 5, 5, 2, 30))))
    assert NEAREST_A_FEATURE == 3
    assert sorted(nearest_only(near_pairs).picture.tolist()) == [1, 2, 3, 4, 5]


def test_a_feature_has_one_vote_in_a_bin_and_what_disagrees_does_not_add_up():
    geometry = np.array([[100, 10]] * 6, np.uint8)
    agreeing = [(query, 7, 0, (116, 250)) for query in range(4)]
    twice = [(0, 7, 0, (116, 250)), (0, 8, 0, (100, 10)), (0, 8, 0, (100, 11))]
    scattered = [(query, 9, 0, (100, 40 * query)) for query in range(6)]
    candidates, counts = votes(pairs(*agreeing, *twice, *scattered), geometry)
    assert dict(zip(candidates.tolist(), counts.tolist(), strict=True)) == {7: 4, 8: 1, 9: 1}
