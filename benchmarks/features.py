"""The index of local features at size: what it finds again, CPU time a query, bytes, time to build.

    python -m benchmarks.features [--rows 10000 30000 100000] [--pictures FOLDER] [--queries 100] [--seed 1]

Real pictures (the drawings of sample_images, and those of a folder) are known among distractors. A distractor is a
picture of 300 features, each made of two real codes of any pictures, the upper half of its cells from one and the
lower from the other, with 5 % of its bits turned, at the place, size and angle of a third: as common as real ones, and
in no agreement. Queries are edits of the real pictures: cropped, mirrored, turned, reduced, laid on another.
Found: the picture is in the shortlist of 20 in its view. CPU time is the process's, user and system, for both views.
"""

import argparse
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from statistics import median
from time import process_time

import numpy as np
from PIL import Image

from provenance.examine.local_features import features_of
from provenance.index import EmbeddedFeatureIndex
from provenance.index.base_features import KNOWN_FEATURES
from provenance.model.feature_arrays import GEOMETRY, arrays
from provenance.model.features import FEATURES_RULE, LocalFeatures

ROWS = (10_000, 30_000, 100_000)
PLANTED_EVERY = 7  # real pictures lie among the first rows, so that every size knows them
BITS_TURNED = 0.05
AT_A_TIME = 1_000
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")


def features(picture, at_most=500):
    grey = picture.convert("L")
    grey.thumbnail((400, 400), Image.Resampling.HAMMING)
    return features_of(np.asarray(grey), at_most)


def opened(path):
    with Image.open(path) as picture:
        picture.draft("RGB", (1024, 1024))
        picture = picture.convert("RGB")
    picture.thumbnail((1024, 1024))
    return picture


def edited(picture, other, chance):
    """Name, picture and whether it is mirrored."""
    width, height = picture.size
    left, top = width * chance.uniform(0, 0.3), height * chance.uniform(0, 0.3)
    part = picture.crop((int(left), int(top), int(left + 0.6 * width), int(top + 0.6 * height)))
    yield "part", part, False
    yield "mirrored part", part.transpose(Image.Transpose.FLIP_LEFT_RIGHT), True
    yield "turned", picture.rotate(chance.uniform(5, 40), expand=True, resample=Image.Resampling.BICUBIC), False
    yield "reduced to 200 px", picture.resize((200, max(1, 200 * height // width))), False
    share = chance.uniform(0.35, 0.6)
    inset, ground = picture.resize((int(share * width), int(share * height))), other.resize((width, height))
    ground.paste(inset, (int(chance.uniform(0, 1 - share) * width), int(chance.uniform(0, 1 - share) * height)))
    yield "laid on another", ground, False


def real(folders, queries, seed):
    """Features of the real pictures, and queries: kind, features, which picture, whether mirrored."""
    chance = random.Random(seed)
    paths = [path for folder in folders for path in sorted(folder.rglob("*")) if path.suffix.lower() in SUFFIXES]
    chance.shuffle(paths)
    known, edits, other = [], [], opened(paths[-1])
    for path in paths:
        picture = opened(path)
        known.append(features(picture))
        if known[-1].count >= 30 and len(edits) < queries:
            kinds = list(edited(picture, other, chance))
            kind, edit, mirrored = kinds[len(edits) % len(kinds)]
            edits.append((kind, features(edit), len(known) - 1, mirrored))
        other = picture
    return known, edits


class Collection:
    """Real pictures among distractors, as a ledger would tell of them."""

    def __init__(self, known, seed):
        self._known, self._seed = known, seed
        cut = [value.strongest(KNOWN_FEATURES) for value in known]
        self._codes = np.concatenate([np.frombuffer(value.codes, np.uint64).reshape(-1, 4) for value in cut])
        self._geometry = np.concatenate([np.frombuffer(value.geometry, GEOMETRY) for value in cut])

    def entry_of(self, which):
        return PLANTED_EVERY * which

    def feed(self, since: int, below: int) -> Iterator[tuple[int, int, LocalFeatures | None]]:
        for start in range(since, below, AT_A_TIME):
            end = min(below, start + AT_A_TIME)
            for entry, value in enumerate(self._distractors(start, end - start), start):
                planted, rest = divmod(entry, PLANTED_EVERY)
                yield entry, entry, self._known[planted] if not rest and planted < len(self._known) else value

    def _distractors(self, start, count):
        rng = np.random.default_rng((self._seed, start))
        upper, lower, place = rng.integers(0, len(self._codes), (3, count * KNOWN_FEATURES))
        codes = self._codes[upper]
        codes[:, 1::2] = self._codes[lower][:, 1::2]
        for _ in range(round(BITS_TURNED * 256)):
            bit = rng.integers(0, 256, len(codes))
            codes[np.arange(len(codes)), bit // 64] ^= np.uint64(1) << (bit % 64).astype(np.uint64)
        for code, geometry in zip(codes.reshape(count, -1), self._geometry[place].reshape(count, -1), strict=True):
            yield LocalFeatures(FEATURES_RULE, 400, 300, code.tobytes(), geometry.tobytes())


def timed(work, *arguments):
    start = process_time()
    answer = work(*arguments)
    return answer, process_time() - start


def measured(folder, collection, rows, queries):
    index = EmbeddedFeatureIndex(folder, collection.feed, ledger_id="benchmark")
    _, build_s = timed(index.catch_up, rows)
    _, feed_s = timed(lambda: sum(1 for _ in collection.feed(0, rows)))
    written = sum(path.stat().st_size for path in folder.iterdir())
    index, open_s = timed(lambda: EmbeddedFeatureIndex(folder, collection.feed, ledger_id="benchmark"))
    index.catch_up(rows)
    index.shortlist(arrays(queries[0][1]))
    found, ms, lost = 0, [], []
    for kind, value, which, mirrored in queries:
        shortlist, seconds = timed(index.shortlist, arrays(value))
        ms.append(1000 * seconds)
        views = [(voted.image_entry, voted.mirrored) for voted in shortlist]
        if (collection.entry_of(which), mirrored) in views:
            found += 1
        else:
            lost.append(kind)
    print(
        f"{rows:>9,} pictures: found {found}/{len(queries)}   search and votes, both views: p50 {median(ms):.1f} ms, "
        f"p95 {np.percentile(ms, 95):.1f} ms CPU   {written / rows:,.0f} bytes a picture   built in "
        f"{build_s - feed_s:.1f} s CPU (the feed {feed_s:.1f} s more), opened in {1000 * open_s:.1f} ms"
    )
    if lost:
        print(f"          not found: {', '.join(f'{lost.count(kind)} {kind}' for kind in sorted(set(lost)))}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=ROWS)
    parser.add_argument("--pictures", type=Path, action="append", default=[])
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    drawings = Path(__file__).parent.parent / "sample_images"
    known, queries = real([drawings, *options.pictures], options.queries, options.seed)
    print(f"{len(known)} real pictures, {len(queries)} queries")
    collection = Collection(known, options.seed)
    for rows in options.rows:
        folder = Path(tempfile.mkdtemp(prefix="provenance-features-"))
        try:
            measured(folder, collection, max(rows, PLANTED_EVERY * len(known)), queries)
        finally:
            shutil.rmtree(folder)
    print(f"most memory: {getrusage(RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
