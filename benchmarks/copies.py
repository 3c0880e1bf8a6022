"""Finding the originals of edited pictures: ours against whole-frame hashes, on the same files in one run.

    python -m benchmarks.copies [FOLDER] [--each 2] [--seed 1] [--only NAME ...]

FOLDER is one of copy_sets; without one, parts of the drawn sample pictures and `calibrate`'s edits of them are used.
Every (query, known, score) a method gives is one prediction, pooled over all queries and ranked by score; of equal
ones the false come first. Micro-AP is the area under precision over recall, as in the DISC21 challenge (Douze et al.
2021). A family's figures are of its queries and of those that are copies of nothing. CPU time is user and system, of
this process and its workers; hashes are compared with all known pictures, one after the other. Without FOLDER the exit
code is 1 where ours is behind on a family.
"""

import argparse
import hashlib
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.copy_peers import Answers, Peer, peers
from benchmarks.copy_sets import CopySet, drawn, of_folder
from benchmarks.wall import cpu_s
from provenance.batch.folders import walk
from provenance.desk import Desk
from provenance.settings import Settings


class Ours:
    """The library's own door, with a ledger and an embedded index in a folder."""

    name = "provenance"

    def __init__(self, folder: Path) -> None:
        self._desk = Desk.open(Settings(ledger=f"sqlite:///{folder / 'ledger.db'}", workers=1))
        self._names: dict[str, str] = {}
        self._desk.toolkit.warm_up()

    def add(self, files: Sequence[Path]) -> None:
        self._names.update({hashlib.sha256(file.read_bytes()).hexdigest(): file.name for file in files})
        for recorded in self._desk.add_each(walk(map(str, files)), jobs=1):
            if recorded.error is not None:
                raise recorded.error
        self._desk.toolkit.catch_up()

    def check(self, file: Path) -> Answers:
        dossier = self._desk.check(file)
        return [(self._names[match.known.id], match.score) for match in dossier.case.matches if match.is_copy]

    def close(self) -> None:
        self._desk.close()


@dataclass(frozen=True)
class Measured:
    name: str
    predictions: list[tuple[float, int, str]]  # score, query, known
    add_ms: float
    check_ms: float


@dataclass(frozen=True)
class Figures:
    """Micro-AP, and the recall reached before the first false match, and while 99 of 100 are right."""

    micro_ap: float
    before_first_false: float
    at_99: float


def figures(predictions: Iterable[tuple[float, bool]], positives: int) -> Figures:
    """Of (score, right) pooled over queries, where so many are to be found."""
    ranked = sorted(predictions, key=lambda each: (-each[0], each[1]))
    if not ranked or not positives:
        return Figures(0.0, 0.0, 0.0)
    scores = np.array([score for score, _ in ranked])
    right = np.array([right for _, right in ranked])
    hits = np.cumsum(right)
    precision = hits / np.arange(1, len(ranked) + 1)
    # Of predictions with one score none can be told without the others.
    whole = np.append(scores[1:] != scores[:-1], True)

    def recall(at_least: float) -> float:
        return float(hits[whole & (precision >= at_least)].max(initial=0)) / positives

    return Figures(float(precision[right].sum()) / positives, recall(1.0), recall(0.99))


def measured(method: Peer | Ours, pictures: CopySet) -> Measured:
    started = cpu_s()
    method.add(pictures.known)
    added = cpu_s()
    found = [
        (score, nth, known) for nth, query in enumerate(pictures.queries) for known, score in method.check(query.file)
    ]
    checked = cpu_s()
    add_ms = 1000 * (added - started) / len(pictures.known)
    return Measured(method.name, found, add_ms, 1000 * (checked - added) / len(pictures.queries))


def of_family(method: Measured, pictures: CopySet, family: str | None) -> Figures:
    """Of one family, or of all queries for None."""
    queries = pictures.queries
    mine = {n for n, q in enumerate(queries) if family in (None, q.family) or not q.copies_of}
    positives = sum(len(queries[n].copies_of) for n in mine)
    return figures(
        ((score, known in queries[n].copies_of) for score, n, known in method.predictions if n in mine), positives
    )


def tell(methods: Sequence[Measured], pictures: CopySet) -> list[str]:
    """Prints the tables; the families in which the first method is behind another."""
    ours, width = methods[0], max(len(method.name) for method in methods)
    print(f"\n{'':{width}}  micro-AP  before false  at 99 %   CPU to add  to check   (times ours)")
    for method in methods:
        all_of_it = of_family(method, pictures, None)
        print(
            f"{method.name:{width}}  {all_of_it.micro_ap:8.3f}  {all_of_it.before_first_false:12.3f}  "
            f"{all_of_it.at_99:7.3f}  {method.add_ms / ours.add_ms:10.3f}  {method.check_ms / ours.check_ms:8.3f}"
        )
    print(f"ours takes {ours.add_ms:.0f} ms of CPU to add a picture and {ours.check_ms:.0f} ms to check one here\n")
    columns = [max(7, len(family)) for family in pictures.families]
    print(f"micro-AP{'':{width - 8}}  " + "  ".join(map(str.rjust, pictures.families, columns)))
    behind = set()
    best = [of_family(ours, pictures, family).micro_ap for family in pictures.families]
    for method in methods:
        values = [of_family(method, pictures, family).micro_ap for family in pictures.families]
        print(f"{method.name:{width}}  " + "  ".join(f"{v:{c}.3f}" for v, c in zip(values, columns, strict=True)))
        behind |= {f for f, value, mine in zip(pictures.families, values, best, strict=True) if value > mine}
    return sorted(behind)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--each", type=int, default=2, help="pictures for each edit, known and as many unknown")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+", default=[], help="peers whose names begin so")
    options = parser.parse_args()

    others, missing = peers()
    with tempfile.TemporaryDirectory(prefix="provenance-copies-") as temporary:
        folder = Path(temporary)
        pictures = of_folder(options.folder) if options.folder else drawn(folder, each=options.each, seed=options.seed)
        print(f"{len(pictures.known)} known pictures, {len(pictures.queries)} queries", flush=True)
        ours = Ours(folder)
        try:
            methods = [measured(ours, pictures)]
        finally:
            ours.close()
        methods += [
            measured(peer, pictures) for peer in others if not options.only or peer.name.startswith(tuple(options.only))
        ]
    behind = tell(methods, pictures)
    for name in missing:
        print(f"not measured: {name}")
    if behind:
        print(f"ours is behind on {', '.join(behind)}")
    return int(bool(behind) and options.folder is None)


if __name__ == "__main__":
    sys.exit(main())
