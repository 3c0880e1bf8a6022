"""Known pictures and edited queries, with the truth about them: a folder's, or a set drawn for the occasion.

A folder holds known/, queries/ and truth.json: {"queries": {NAME: {"family": TEXT, "copies_of": [NAME OF A KNOWN]}}}.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from PIL import Image

from provenance.examine.edits import EDITS
from provenance.examine.edits.base import edited_file, recompressed

SAMPLES = Path(__file__).parent.parent / "sample_images"
_VARIANTS = {"crop.jpg", "mirror.jpg", "telegram_1280.jpg", "contradicting.jpg", "train_krasnoyarsk_2.jpg"}
_PARTS = 3  # of a drawing's width, and of its height: they share nothing but the style


@dataclass(frozen=True)
class Query:
    file: Path
    family: str
    copies_of: frozenset[str]


@dataclass(frozen=True)
class CopySet:
    known: list[Path]
    queries: list[Query]

    @property
    def families(self) -> list[str]:
        return sorted({query.family for query in self.queries if query.copies_of})


def of_folder(folder: Path) -> CopySet:
    truth = json.loads((folder / "truth.json").read_text())["queries"]
    queries = [
        Query(folder / "queries" / name, said["family"], frozenset(said["copies_of"]))
        for name, said in sorted(truth.items())
    ]
    return CopySet(sorted((folder / "known").iterdir()), queries)


def drawn(folder: Path, *, each: int, seed: int) -> CopySet:
    """Parts of the drawn sample pictures, every second one known, and every edit of `each` known and unknown ones."""
    chance = Random(seed)
    for name in ("known", "queries"):
        (folder / name).mkdir()
    parts = list(_parts())
    chance.shuffle(parts)
    known, queries = [], []
    for nth in range(0, len(parts), 2):
        known.append(folder / "known" / f"k{nth:03}.jpg")
        known[-1].write_bytes(recompressed(parts[nth], 90))
    for edit in EDITS:
        for nth in (n for first in (0, 1) for n in chance.sample(range(first, len(parts), 2), each)):
            others = chance.sample([n for n in range(len(parts)) if n != nth], edit.others)
            file = folder / "queries" / f"q{len(queries):04}.jpg"
            file.write_bytes(
                edited_file(edit, parts[nth], *(parts[n] for n in others), seed=chance.randrange(2**32)),
            )
            copies = frozenset(f"k{n:03}.jpg" for n in (nth, *others) if n % 2 == 0)
            queries.append(Query(file, edit.family, copies))
    return CopySet(known, queries)


def _parts() -> Iterator[Image.Image]:
    for file in sorted(SAMPLES.glob("*.jpg")):
        if file.name in _VARIANTS:
            continue
        with Image.open(file) as drawing:
            whole = drawing.convert("RGB")
        width, height = whole.width // _PARTS, whole.height // _PARTS
        for row in range(_PARTS):
            for column in range(_PARTS):
                box = (column * width, row * height, (column + 1) * width, (row + 1) * height)
                yield whole.crop(box).resize((2 * width, 2 * height), Image.Resampling.BICUBIC)
