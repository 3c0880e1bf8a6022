"""What `add` and `check` cost: pictures per CPU second, and where the time of one check goes.

    python -m benchmarks.checking [FOLDER] [--each 2] [--seed 1]

FOLDER is one of copy_sets; without one, the drawn set of benchmarks.copies. First through the library's door with one
locked worker, CPU of both processes. Then each query once more in this process alone, by phases: examine; search and
votes in both indexes; reads from the ledger and of links; verification, which is the rest of matching. With one thread
of linear algebra, as workers have it: idle ones spend CPU on waiting, which would be counted to other phases.
"""

import os

os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1"))  # before numpy is loaded

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

from benchmarks.copy_sets import CopySet, drawn, of_folder
from benchmarks.wall import cpu_s
from provenance.batch.folders import walk
from provenance.desk import Desk
from provenance.examine.worker import InProcess
from provenance.investigate.matching import find_matches
from provenance.investigate.parts import Stores
from provenance.settings import Settings
from provenance.toolkit import Toolkit


class Timed:
    """Hands every call on, and adds up the CPU seconds they take."""

    def __init__(self, part: Any) -> None:
        self._part, self.spent_s = part, 0.0

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._part, name)
        return self._timed(found) if callable(found) else found

    def _timed(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: Any, **named: Any) -> Any:
            started = process_time()
            try:
                return call(*arguments, **named)
            finally:
                self.spent_s += process_time() - started

        return timed

    def taken_ms(self) -> float:
        spent, self.spent_s = self.spent_s, 0.0
        return 1000 * spent


def through_the_door(settings: Settings, pictures: CopySet) -> None:
    with Desk.open(settings) as desk:
        desk.toolkit.warm_up()
        started = cpu_s()
        for recorded in desk.add_each(walk(map(str, pictures.known)), jobs=1):
            if recorded.error is not None:
                raise recorded.error
        desk.toolkit.catch_up()
        added = cpu_s()
        for _ in desk.check_each(walk([str(query.file) for query in pictures.queries]), jobs=1):
            pass
        checked = cpu_s()
    for name, count, spent in (
        ("add", len(pictures.known), added - started),
        ("check", len(pictures.queries), checked - added),
    ):
        print(f"{name:6} {count / spent:6.1f} pictures per CPU second, {1000 * spent / count:6.1f} ms each")


def by_phases(settings: Settings, pictures: CopySet) -> None:
    toolkit = Toolkit(settings, examiner=InProcess())
    stores = toolkit.parts().stores
    ledger, hashes, features, links = (
        Timed(part) for part in (stores.ledger, stores.hashes, stores.features, stores.links)
    )
    timed: Any = Stores(ledger, hashes, features, links)
    rows = []
    for query in pictures.queries:
        data = query.file.read_bytes()
        started = process_time()
        findings = toolkit.examiner.examine(data, query.file.name)
        examined = process_time()
        find_matches(findings, timed, quick=False)
        matched_ms = 1000 * (process_time() - examined)
        search = hashes.taken_ms() + features.taken_ms()
        reads = ledger.taken_ms() + links.taken_ms()
        rows.append((1000 * (examined - started), search, reads, matched_ms - search - reads))
    toolkit.close()
    phases = np.array(rows[1:])  # the first query opens what stays open
    for name, took in zip(("examine", "search and votes", "reads", "verification"), phases.T, strict=True):
        middle, most = np.percentile(took, (50, 95))
        print(f"  {name:17} mean {took.mean():6.1f}   p50 {middle:6.1f}   p95 {most:6.1f} ms CPU")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--each", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="provenance-checking-") as temporary:
        folder = Path(temporary)
        pictures = of_folder(options.folder) if options.folder else drawn(folder, each=options.each, seed=options.seed)
        settings = Settings(ledger=f"sqlite:///{folder / 'ledger.db'}", workers=1)
        print(f"{len(pictures.known)} known pictures, {len(pictures.queries)} queries", flush=True)
        through_the_door(settings, pictures)
        by_phases(settings, pictures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
