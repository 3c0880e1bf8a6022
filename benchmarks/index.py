"""The hash index against FAISS IndexBinaryFlat: CPU time a query, every answer compared.

    python -m benchmarks.index [--rows 10000000] [--queries 100] [--seed 1]

90 % of the hashes are uniformly random, 10 % lie in clusters of 20 around a centre. Half of the queries are known
hashes with 0 to 40 bits turned, half are unknown. Both engines answer the same query one after the other, in turns
first, in one process and one thread; CPU time is the process's, user and system. Exit code 1 on a wrong answer.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import process_time

import faiss
import numpy as np

from provenance.index import EmbeddedHashIndex
from provenance.index.base import EXACT_WITHIN
from provenance.index.hashes import LARGEST_ROWS
from provenance.index.segment import write_segment

CLUSTERED = 0.1
CLUSTER_ROWS = 20
VARIANTS = 8  # a picture is asked for as it is, turned and mirrored
TARGET = 0.25  # of FAISS's CPU time
TAILS = (300, 5_000)


def bits_turned(rng, hashes, most):
    """The hashes with 0..most bits turned in each, any number equally likely."""
    bits = np.argsort(rng.random((len(hashes), 256), dtype=np.float32), axis=1)
    turned = bits < rng.integers(0, most + 1, (len(hashes), 1))
    return hashes ^ np.packbits(turned, axis=1).view(np.uint64)


def collection(rng, rows):
    hashes = rng.integers(0, 2**64, (rows, 4), dtype=np.uint64)
    clustered = rng.permutation(rows)[: int(rows * CLUSTERED)]
    for start in range(0, len(clustered), 100_000):
        part = clustered[start : start + 100_000]
        centres = hashes[part[np.arange(len(part)) // CLUSTER_ROWS * CLUSTER_ROWS]]
        hashes[part] = bits_turned(rng, centres, 24)
    return hashes


def feed_of(hashes):
    """The collection as a ledger would tell of it: entry n added picture n."""

    def feed(since: int, below: int) -> Iterator[tuple[int, int, bytes | None]]:
        data = hashes[since:below].tobytes()
        return ((since + n, since + n, data[32 * n : 32 * n + 32]) for n in range(below - since))

    return feed


def query_sets(rng, hashes, queries, variants):
    for number in range(queries):
        wanted = rng.integers(0, 2**64, (variants, 4), dtype=np.uint64)
        if number % 2:
            wanted[-1:] = bits_turned(rng, hashes[rng.integers(len(hashes), size=1)], 40)
        yield [row.tobytes() for row in wanted]


def ours(index, queries):
    return [tuple(hit) for hit in index.within(queries)]


def theirs(flat, queries):
    wanted = np.frombuffer(b"".join(queries), np.uint8).reshape(-1, 32)
    limits, distances, rows = flat.range_search(wanted, EXACT_WITHIN + 1)  # FAISS's radius is strict
    query = np.repeat(np.arange(len(queries)), np.diff(limits).astype(int))
    return list(zip(query.tolist(), rows.tolist(), distances.astype(int).tolist(), strict=True))


def timed(work, *arguments):
    start = process_time()
    answer = work(*arguments)
    return answer, 1000 * (process_time() - start)


def race(index, flat, query_sets):
    """CPU milliseconds of each query, ours and theirs; how many hits; how many answers differed."""
    our_ms, their_ms, hits, wrong = [], [], 0, 0
    for number, queries in enumerate(query_sets):
        if number % 2:
            (found, ms), (truth, flat_ms) = timed(ours, index, queries), timed(theirs, flat, queries)
        else:
            (truth, flat_ms), (found, ms) = timed(theirs, flat, queries), timed(ours, index, queries)
        our_ms.append(ms)
        their_ms.append(flat_ms)
        hits += len(truth)
        wrong += sorted(found) != sorted(truth)
    return our_ms, their_ms, hits, wrong


def report(name, our_ms, their_ms, hits, wrong):
    ratio = sum(our_ms) / sum(their_ms)
    print(
        f"{name:<24} ours {median(our_ms):8.2f} ms   FAISS flat {median(their_ms):8.2f} ms   ratio {ratio:.4f}"
        f" (target {TARGET})   {len(our_ms)} queries, {hits} hits, {wrong} wrong answers"
    )
    return wrong == 0


def build(folder, hashes):
    feed = feed_of(hashes)
    _, feed_ms = timed(lambda: sum(1 for _ in feed(0, len(hashes))))
    index = EmbeddedHashIndex(folder, feed, ledger_id="benchmark")
    _, build_ms = timed(index.catch_up, len(hashes))
    written = sum(path.stat().st_size for path in folder.iterdir())
    index, open_ms = timed(lambda: EmbeddedHashIndex(folder, feed, ledger_id="benchmark"))
    index.catch_up(len(hashes))
    part = hashes[:LARGEST_ROWS]
    _, segment_ms = timed(write_segment, folder / "alone.segment", np.arange(len(part), dtype=np.uint64), part)
    print(f"a segment of {len(part):,} rows: {len(part) / segment_ms / 1000:.2f} M rows a CPU second")
    print(
        f"all from the feed: {len(hashes) / build_ms / 1000:.2f} M rows a CPU second; the feed alone {feed_ms:.0f} ms"
    )
    print(f"files: {written / len(hashes):.0f} bytes a hash; opened in {open_ms:.1f} ms CPU")
    return index


def tails(rng, hashes, folder):
    """Small desks: nothing but a tail in memory."""
    for rows in TAILS:
        index = EmbeddedHashIndex(folder / "tail", feed_of(hashes), ledger_id="b", merge_after=2 * rows)
        index.catch_up(rows)
        ms = [timed(ours, index, queries)[1] for queries in query_sets(rng, hashes[:rows], 50, VARIANTS)]
        print(f"tail of {rows} rows, {VARIANTS} variants: {median(ms):.3f} ms")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    faiss.omp_set_num_threads(1)
    rng = np.random.default_rng(options.seed)
    hashes = collection(rng, options.rows)
    folder = Path(tempfile.mkdtemp(prefix="provenance-index-"))
    try:
        index = build(folder, hashes)
        flat = faiss.IndexBinaryFlat(256)
        flat.add(hashes.view(np.uint8))
        right = True
        for name, variants in (("single hash", 1), (f"{VARIANTS} variants", VARIANTS)):
            queries = query_sets(rng, hashes, options.queries, variants)
            right &= report(f"{name}, {options.rows:,}", *race(index, flat, queries))
        tails(rng, hashes, folder)
    finally:
        shutil.rmtree(folder)
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
