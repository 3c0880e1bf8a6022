"""What a worker that was taken over can reach from inside the wall: nothing but its two pipes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from provenance.examine import locked
from provenance.examine.messages import Lock
from provenance.examine.worker import WorkerPool
from tests import misbehaving_ops

ROOT = Path(__file__).parents[2]
WAYS_OUT = list(misbehaving_ops.attempts())
FILES = ["read a file", "write a file", "list a folder", "read the parent's environment"]
NOT_FOR_ANYBODY = {  # what a kernel, a container or the lack of rights may refuse too, or what would end the test
    "replace itself",
    "trace the parent",
    "read the parent's memory",
    "set up io_uring",
    "load a BPF program",
    "make a namespace",
    "become root",
    "change a mode",
    "change a time",
    "ask for a newer system call",
    "read the parent's environment",
}
REFUSED = {"Operation not permitted", "Permission denied", "Function not implemented"}


@pytest.fixture(scope="module")
def outcomes() -> dict[str, str]:
    """What became of each attempt, tried in a locked worker."""
    with WorkerPool(workers=1, ops="tests.misbehaving_ops") as pool:
        seccomp = next(lock for lock in pool.locks if lock.name == "seccomp")
        if not seccomp.holds:
            pytest.skip(f"this machine lacks seccomp: {seccomp.because}")
        return pool.examine(b"exif: probe", "probe").metadata


@pytest.mark.parametrize("way_out", WAYS_OUT)
def test_every_way_out_is_refused(outcomes: dict[str, str], way_out: str) -> None:
    assert outcomes[way_out] in REFUSED


def test_what_any_process_may_do_is_open_where_there_is_no_wall() -> None:
    tried = tried_behind("no_lock", [way_out for way_out in WAYS_OUT if way_out not in NOT_FOR_ANYBODY])
    assert {way_out for way_out, became in tried.items() if became in REFUSED} == set()


def test_every_way_out_is_shut_by_seccomp_alone_even_to_root() -> None:
    tried = tried_behind("lock_system_calls", WAYS_OUT)
    assert {way_out for way_out, became in tried.items() if became not in REFUSED} == set()


def test_files_are_out_of_reach_behind_landlock_alone() -> None:
    tried = tried_behind("lock_files_and_network", FILES)
    assert set(tried.values()) <= REFUSED


def test_a_lock_that_cannot_be_taken_is_named_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locked, "seccomp", None)
    missing = locked.attempt("seccomp", locked.lock_system_calls)
    assert missing == Lock("seccomp", holds=False, because="needs Linux and libseccomp.so.2")


def tried_behind(lock: str, ways_out: list[str]) -> dict[str, str]:
    """What becomes of the attempts in a process of its own that took this one lock."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-c", ALONE, lock, json.dumps(ways_out)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 0, done.stderr
    tried: dict[str, str] = json.loads(done.stdout)
    if "missing" in tried:
        pytest.skip(f"this machine lacks {lock}: {tried['missing']}")
    return tried


ALONE = """
import json, sys
from provenance.examine import locked
from tests.misbehaving_ops import attempts, outcome
locked.no_lock = lambda: None
tried = {}
try:
    getattr(locked, sys.argv[1])()
except (OSError, RuntimeError) as missing:
    tried["missing"] = str(missing)
tried |= {way_out: outcome(attempts()[way_out]) for way_out in json.loads(sys.argv[2])}
print(json.dumps(tried))
"""
