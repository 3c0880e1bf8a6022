"""The embedded hash index: what its files survive, and what processes and threads see of each other."""

import fcntl
import json
import multiprocessing
import os
import random
import resource
import shutil
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from provenance.errors import ReadError
from provenance.index import EmbeddedHashIndex, LinearIndex
from provenance.index.shelf import Shelf
from tests.hash_log import HashLog, hashes

ZERO = bytes(32)
SPAWN = multiprocessing.get_context("spawn")


@pytest.fixture
def log(tmp_path):
    return HashLog(tmp_path / "log")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "index"


def opened(folder: Path, log: HashLog, *, ledger_id: str = "this ledger", merge_after: int = 10) -> EmbeddedHashIndex:
    return EmbeddedHashIndex(folder, log.feed, ledger_id=ledger_id, merge_after=merge_after)


def caught_up(index: EmbeddedHashIndex, log: HashLog) -> EmbeddedHashIndex:
    index.catch_up(log.entries)
    return index


def answers_rightly(index, log: HashLog) -> bool:
    """Whether it gives the plain scan's answers for up to 200 hashes of the log, deleted ones too."""
    linear = LinearIndex(log.feed)
    linear.catch_up(log.entries)
    queries = [value for _, _, value in log.feed(0, log.entries) if value]
    queries = queries[:: 1 + len(queries) // 200]
    return caught_up(index, log).within(queries) == linear.within(queries)


def merged(folder: Path, log: HashLog, count: int = 200) -> EmbeddedHashIndex:
    """An index with all it knows in files."""
    log.add(*hashes(count, random.Random(1)))
    return caught_up(opened(folder, log), log)


def segment_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.segment"))


# Files


def test_what_is_in_files_is_not_asked_of_the_ledger_again(folder, log):
    reaches = merged(folder, log).reaches
    log.add(ZERO)
    asked = []

    def feed(since, below):
        asked.append((since, below))
        return log.feed(since, below)

    index = EmbeddedHashIndex(folder, feed, ledger_id="this ledger")
    assert index.reaches == reaches
    index.catch_up(log.entries)
    index.catch_up(log.entries)
    assert asked == [(reaches, reaches + 1)]


def test_deletions_are_kept_in_files_too(folder, log):
    index = merged(folder, log)
    ((_, dead, value),) = log.feed(5, 6)
    log.delete(dead)
    log.add(*hashes(12, random.Random(3)))
    caught_up(index, log)
    again = opened(folder, log)
    assert again.reaches == log.entries
    assert len(segment_files(folder)) == 2
    assert again.within([value], 0) == []


def test_many_merges_leave_few_files(folder, log):
    index = opened(folder, log, merge_after=10)
    for seed in range(20):
        log.add(*hashes(10, random.Random(seed)))
        caught_up(index, log)
    assert len(segment_files(folder)) <= 4
    assert answers_rightly(opened(folder, log), log)


def test_a_worn_file_is_written_anew_without_what_was_deleted(folder, log):
    index = merged(folder, log)
    bytes_before = segment_files(folder)[0].stat().st_size
    log.delete(*range(100))
    caught_up(index, log)
    (segment,) = segment_files(folder)
    assert segment.stat().st_size < bytes_before
    log.delete(*range(100, 200))
    assert caught_up(index, log).within([ZERO], 256) == []
    assert segment_files(folder) == []


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def turn_a_bit(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 4
    path.write_bytes(content)


def a_folder_instead(path: Path) -> None:
    path.unlink()
    path.mkdir()


def another_format(path: Path) -> None:
    path.write_text(json.dumps({"index": {"format": 99}, "checksum": 0}))


DAMAGE = {
    "manifest cut off": lambda folder: cut_off(folder / "manifest.json"),
    "manifest empty": lambda folder: (folder / "manifest.json").write_bytes(b""),
    "manifest of another kind": lambda folder: (folder / "manifest.json").write_text("[1, 2]"),
    "manifest of another format": lambda folder: another_format(folder / "manifest.json"),
    "manifest altered": lambda folder: (folder / "manifest.json").write_text(
        (folder / "manifest.json").read_text().replace('"reaches": 200', '"reaches": 100')
    ),
    "segment cut off": lambda folder: cut_off(segment_files(folder)[0]),
    "segment empty": lambda folder: segment_files(folder)[0].write_bytes(b""),
    "segment missing": lambda folder: segment_files(folder)[0].unlink(),
    "segment's kind damaged": lambda folder: turn_a_bit(segment_files(folder)[0], 0),
    "segment's length damaged": lambda folder: turn_a_bit(segment_files(folder)[0], 8),
    "segment's checksums damaged": lambda folder: turn_a_bit(segment_files(folder)[0], 20),
    "a folder in a segment's place": lambda folder: a_folder_instead(segment_files(folder)[0]),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_damaged_files_are_not_believed_and_are_replaced(folder, log, damage):
    merged(folder, log)
    damage(folder)
    index = opened(folder, log)
    assert index.reaches == 0
    assert "rebuilt" in index.note
    assert answers_rightly(index, log)
    assert index.note is None
    assert opened(folder, log).reaches == log.entries


def test_another_segment_in_the_place_of_the_one_named_is_not_believed(folder, log, tmp_path):
    merged(folder, log)
    other_log = HashLog(tmp_path / "other log")
    other_log.add(*hashes(200, random.Random(9)))
    caught_up(opened(tmp_path / "other", other_log), other_log)
    shutil.copy(segment_files(tmp_path / "other")[0], segment_files(folder)[0])
    assert opened(folder, log).reaches == 0


def test_the_index_of_another_ledger_is_thrown_away(folder, log, tmp_path):
    merged(folder, log)
    other_log = HashLog(tmp_path / "other log")
    other_log.add(ZERO)
    index = opened(folder, other_log, ledger_id="another ledger")
    assert index.reaches == 0
    assert answers_rightly(index, other_log)
    assert segment_files(folder) != []
    assert opened(folder, other_log, ledger_id="another ledger").reaches == 1


@pytest.mark.parametrize("at", [0.01, 0.3, 0.97, 0.99])
def test_a_check_finds_damage_anywhere(folder, log, at):
    merged(folder, log)
    segment = segment_files(folder)[0]
    opened(folder, log).check()
    turn_a_bit(segment, int(at * segment.stat().st_size))
    with pytest.raises(ReadError, match="checksum"):
        opened(folder, log).check()


def test_damage_met_by_a_search_is_answered_from_the_ledger(folder, log):
    merged(folder, log)
    segment = segment_files(folder)[0]
    starts_at = 64 + 200 * 40
    content = bytearray(segment.read_bytes())
    content[starts_at : starts_at + 1_000_000] = b"\xff" * 1_000_000
    segment.write_bytes(content)
    index = opened(folder, log)
    assert answers_rightly(index, log)
    assert "rebuilt" in index.note
    index.check()


def test_rebuilding_replaces_the_files(folder, log):
    index = merged(folder, log)
    before = segment_files(folder)
    index.rebuild()
    assert segment_files(folder) != before
    assert opened(folder, log).reaches == log.entries
    assert answers_rightly(index, log)


def test_where_nothing_can_be_written_it_works_from_memory_and_says_so(log, tmp_path):
    (tmp_path / "a file").write_text("")
    log.add(*hashes(200, random.Random(1)))
    index = caught_up(opened(tmp_path / "a file" / "index", log), log)
    assert answers_rightly(index, log)
    assert "memory" in index.note


@contextmanager
def no_file_over(limit_bytes: int):
    """As on a full disk, writing fails in the middle of a file."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_without_space_what_was_there_still_counts_and_nothing_half_written_stays(folder, log):
    index = merged(folder, log)
    before = segment_files(folder)
    with no_file_over(1_000_000):
        log.add(*hashes(100, random.Random(4)))
        assert answers_rightly(index, log)
        assert "memory" in index.note
        assert segment_files(folder) == before
        assert list(folder.glob("*.partial")) == []
        assert opened(folder, log).reaches == 200
    log.add(*hashes(200, random.Random(5)))
    assert answers_rightly(index, log)
    assert index.note is None
    assert opened(folder, log).reaches == log.entries


# Processes and threads


def merge_for_ever(folder: str, log: str) -> None:
    """Adds, deletes and merges until it is killed."""
    known, chance = HashLog(Path(log)), random.Random(os.getpid())
    index = opened(Path(folder), known, merge_after=5)
    while True:
        known.add(*hashes(6, chance))
        known.delete(chance.randrange(known.entries))
        caught_up(index, known)
        sys.stdout.write("merged\n")
        sys.stdout.flush()


def test_killed_at_any_moment_it_opens_again_and_answers_rightly(folder, log, tmp_path):
    script = f"from tests.test_hashes import merge_for_ever; merge_for_ever({str(folder)!r}, {str(tmp_path / 'log')!r})"
    chance = random.Random(7)
    for _ in range(5):
        with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as process:
            for _ in range(3):
                process.stdout.readline()
            time.sleep(chance.uniform(0, 0.06))
            process.kill()
        index = opened(folder, log)
        assert index.note is None
        assert index.reaches > 0
        assert answers_rightly(index, log)


def answer_questions(folder: Path, log: HashLog, questions) -> None:
    """One of several processes: catches up with what it is told, then answers."""
    index = opened(folder, log)
    while (asked := questions.recv()) is not None:
        entries, queries = asked
        index.catch_up(entries)
        questions.send(index.within(queries))


@contextmanager
def processes(count: int, folder: Path, log: HashLog):
    pipes = [SPAWN.Pipe() for _ in range(count)]
    running = [SPAWN.Process(target=answer_questions, args=(folder, log, theirs)) for _, theirs in pipes]
    for process in running:
        process.start()
    try:
        yield [ours for ours, _ in pipes]
    finally:
        for (ours, theirs), process in zip(pipes, running, strict=True):
            ours.send(None)
            process.join(10)
            ours.close()
            theirs.close()


def test_processes_see_each_others_additions_and_deletions(folder, log):
    chance = random.Random(8)
    linear = LinearIndex(log.feed)
    with processes(3, folder, log) as others:
        for step in range(20):
            log.add(*hashes(6, chance))
            log.delete(chance.randrange(log.entries))
            linear.catch_up(log.entries)
            queries = [value for _, _, value in log.feed(max(0, log.entries - 60), log.entries) if value]
            asked = chance.sample(others, 1 + step % 3)
            for one in asked:
                one.send((log.entries, queries))
            assert [one.recv() for one in asked] == [linear.within(queries)] * len(asked)
    assert opened(folder, log).reaches > 100


def test_while_another_process_merges_nothing_is_lost_and_nobody_waits(folder, log):
    index = merged(folder, log)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        log.add(*hashes(50, random.Random(4)))
        assert answers_rightly(index, log)
        assert len(segment_files(folder)) == 1
    log.add(ZERO)
    assert answers_rightly(index, log)
    assert opened(folder, log).reaches == log.entries


def test_a_merge_that_comes_too_late_does_not_undo_a_newer_one(folder, log):
    merged(folder, log)
    first, second = opened(folder, log), opened(folder, log)
    log.add(*hashes(5, random.Random(4)))
    caught_up(first, log)
    log.add(*hashes(15, random.Random(5)))
    caught_up(second, log)
    named = segment_files(folder)
    assert first._shelf.merge(first._known) is None
    assert segment_files(folder) == named
    log.add(ZERO)
    assert answers_rightly(first, log)
    assert first._known.unmerged == 1  # it has taken up the newer files


def test_a_thread_that_waited_does_not_take_back_what_another_has_learnt(folder, log):
    index, other = merged(folder, log), opened(folder, log)
    log.add(*hashes(15, random.Random(4)))
    with index._catching_up:
        waiting = threading.Thread(target=index.catch_up, args=(log.entries,))
        waiting.start()
        caught_up(other, log)
        log.add(ZERO)
        index._known = index._read(index._known, log.entries)
    waiting.join()
    assert index.reaches == log.entries


def test_what_is_learnt_during_a_merge_is_not_lost_by_it(folder, log, monkeypatch):
    index, merge = merged(folder, log), Shelf.merge

    def merge_and_meanwhile_learn(shelf, known):
        monkeypatch.setattr(Shelf, "merge", merge)
        log.add(ZERO)
        caught_up(index, log)
        return merge(shelf, known)

    monkeypatch.setattr(Shelf, "merge", merge_and_meanwhile_learn)
    log.add(*hashes(15, random.Random(4)))
    index.catch_up(log.entries)
    assert index.reaches == log.entries


def test_files_that_another_process_replaces_while_they_are_opened_are_opened_anew(folder, log, monkeypatch):
    other, open_one = merged(folder, log), Shelf._kept

    def open_one_too_late(shelf, said):
        monkeypatch.setattr(Shelf, "_kept", open_one)
        log.add(*hashes(100, random.Random(4)))
        caught_up(other, log)
        return open_one(shelf, said)

    monkeypatch.setattr(Shelf, "_kept", open_one_too_late)
    index = opened(folder, log)
    assert (index.note, index.reaches) == (None, log.entries)


def test_threads_find_all_that_was_known_when_they_asked(folder, log):
    chance = random.Random(6)
    index = opened(folder, log, merge_after=20)
    values: list[bytes] = []
    missed, done = [], threading.Event()

    def ask() -> None:
        mine = random.Random(threading.get_ident())
        while not done.is_set():
            known = index.reaches
            if known:
                entry = mine.randrange(known)
                if entry not in [hit.image_entry for hit in index.within([values[entry]], 0)]:
                    missed.append(entry)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(15):
        values += hashes(20, chance)
        log.add(*values[-20:])
        caught_up(index, log)
    done.set()
    for thread in threads:
        thread.join()
    assert missed == []
    assert opened(folder, log).reaches > 200
