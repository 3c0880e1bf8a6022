"""Whenever a process is killed or another comes between, what was acknowledged is there, and nothing by halves."""

import os
import random
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from provenance.ledger.base import Addition
from provenance.ledger.blobs import Originals
from provenance.ledger.sql import SqlLedger
from tests.ledgers import addition, findings, image_id, original, seen

# Children start from a server that has imported everything: a new interpreter for each would take half a second.
PROCESSES = get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.ledgers", "provenance.ledger.sql", "provenance.ledger.migrations"])

Photo = tuple[int, int]  # seed and bytes


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    url = f"sqlite:///{tmp_path / 'l.db'}"
    SqlLedger(url).close()
    yield url
    with_all_in_place(url, [])


def photo(seed: int, size: int) -> bytes:
    return random.Random(seed).randbytes(size)


def of(seed: int, size: int) -> Addition:
    data = photo(seed, size)
    image = replace(findings(seed).image, id=sha256(data).hexdigest(), bytes=len(data))
    return Addition(replace(findings(seed), image=image), data, seen(f"http://{seed}"))


def with_all_in_place(url: str, acknowledged: list[Photo]) -> None:
    """Open the ledger anew and hold it to what was acknowledged, and each row to its bytes."""
    ledger = SqlLedger(url)
    try:
        verified = ledger.verify(originals=True)
        assert verified.problems == ()
        for seed, size in acknowledged:
            data = photo(seed, size)
            known = ledger.known([sha256(data).hexdigest()])
            assert [image.urls for image in known.values()] == [(f"http://{seed}",)]
            assert ledger.original(sha256(data).hexdigest()) == data
    finally:
        ledger.close()


def add_without_end(url: str, first: int, acknowledge: Connection) -> None:
    ledger = SqlLedger(url)
    for seed in count(first, 3):
        photos = [(one, 30_000) for one in range(seed, seed + 3)]
        ledger.add([of(*one) for one in photos])
        acknowledge.send(photos)


def test_twenty_kills_in_the_middle_of_adding_lose_nothing_acknowledged(url: str) -> None:
    acknowledged: list[Photo] = []
    chance = random.Random(2)
    for round_ in range(20):
        receiver, sender = PROCESSES.Pipe(duplex=False)
        child = PROCESSES.Process(target=add_without_end, args=(url, round_ * 1_000_000, sender))
        child.start()
        sender.close()
        acknowledged += receiver.recv()
        time.sleep(chance.uniform(0, 0.03))
        child.kill()
        child.join()
        assert child.exitcode == -signal.SIGKILL
        while receiver.poll():
            try:
                acknowledged += receiver.recv()
            except EOFError:
                break
        with_all_in_place(url, acknowledged[-30:])
    with_all_in_place(url, acknowledged)


def killed_at(step: int, of_calls: str, do: Callable[[], Any]) -> None:
    """Do it, but die just before the step-th call of these functions of `os`."""
    left = step

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **options)

        return call

    for name in of_calls.split():
        setattr(os, name, counted(getattr(os, name)))
    do()


def add_and_die(url: str, step: int) -> None:
    ledger = SqlLedger(url)
    killed_at(step, "open fsync replace mkdir close", lambda: ledger.add([of(1, 2000), of(2, 2000)]))


def delete_and_die(url: str, step: int) -> None:
    ledger = SqlLedger(url)
    killed_at(step, "unlink fsync", lambda: ledger.delete_image(image_id(1)))


def exit_codes(target: Callable[[str, int], None], url: str) -> Iterator[int | None]:
    """The exit of the process at each step, until it came through."""
    for step in count(1):
        child = PROCESSES.Process(target=target, args=(url, step))
        child.start()
        child.join()
        yield child.exitcode
        if child.exitcode != -signal.SIGKILL:
            return


def test_a_kill_at_any_step_of_writing_the_bytes_leaves_no_row(url: str) -> None:
    codes = []
    for code in exit_codes(add_and_die, url):
        codes.append(code)
        ledger = SqlLedger(url)
        entries, verified = ledger.entries(), ledger.verify(originals=True)
        ledger.close()
        assert (entries, verified.intact) == (4 if code == 0 else 0, True)
    assert codes[-1] == 0
    assert len(codes) > 8  # there were steps to die at


def test_a_picture_deleted_by_another_while_it_is_added_has_its_bytes(url: str, tmp_path: Path) -> None:
    ledger, other = SqlLedger(url), SqlLedger(url)
    ledger.add([addition(1)])

    class DeletedMeanwhile(Originals):
        def put(self, originals: Mapping[str, bytes]) -> None:
            super().put(originals)
            if other.known(originals):
                other.delete_image(image_id(1))

    ledger._originals = DeletedMeanwhile(tmp_path / "l.db.originals")
    (added,) = ledger.add([addition(1)])
    assert (added.image_added, ledger.original(image_id(1))) == (True, original(1))
    ledger.close()
    other.close()


def test_after_a_kill_in_the_middle_of_a_deletion_the_next_opening_finishes_it(url: str, tmp_path: Path) -> None:
    file = tmp_path / "l.db.originals" / image_id(1)[:2] / image_id(1)[2:]
    ledger = SqlLedger(url)
    ledger.add([addition(1)])
    ledger.close()
    codes = []
    for code in exit_codes(delete_and_die, url):
        codes.append(code)
        ledger = SqlLedger(url)
        assert (file.exists(), ledger.known([image_id(1)])) == (False, {})
        ledger.add([addition(1)])
        assert file.read_bytes() == original(1)
        ledger.close()
    assert (codes[0], codes[-1]) == (-signal.SIGKILL, 0)
