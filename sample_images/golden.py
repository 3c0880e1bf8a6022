"""The expected dossier of each sample picture, beside it: `python sample_images/golden.py` writes them anew.

All of them are known, with the sightings of sightings.csv, as after `make demo`.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import provenance
from provenance.batch.folders import walk
from provenance.batch.tables import read_table
from provenance.desk import context, sighting_of
from provenance.report import json as as_written

HERE = Path(__file__).resolve().parent
PICTURES = sorted(p for p in HERE.iterdir() if p.suffix in (".jpg", ".png", ".avif", ".heic"))
RECORDED = "2026-01-01T00:00:00Z"  # stands for the time of recording, which is another each time


def golden_file(picture: Path) -> Path:
    return picture.with_name(f"{picture.name}.dossier.json")


def dossiers() -> Iterator[tuple[Path, dict[str, Any]]]:
    """Each picture with its dossier as JSON, over a fresh ledger."""
    with TemporaryDirectory() as folder, provenance.open(f"sqlite:///{folder}/ledger.db") as desk:
        list(desk.add_each(walk([str(p) for p in PICTURES])))
        for row in read_table(HERE / "sightings.csv"):
            said = context(**{name: row.said[name] for name in ("caption", "url", "source", "posted_at")})
            sighting = sighting_of(said, desk.claims(row.said["claim_place"], row.said["claimant"]))
            desk.add_bytes(row.file.read_bytes(), row.path, sighting)
        for picture in PICTURES:
            yield picture, settled(json.loads(json.dumps(as_written.dossier(desk.check(picture)))))


def settled(value: Any) -> Any:
    """The same JSON with every time of recording replaced, and without local features: processors round differently."""
    if isinstance(value, dict):
        return {k: RECORDED if k == "seen_at" else settled(v) for k, v in value.items() if k != "sift"}
    return [settled(v) for v in value] if isinstance(value, list) else value


if __name__ == "__main__":
    for path, dossier in dossiers():
        golden_file(path).write_text(json.dumps(dossier, ensure_ascii=False, indent=1) + "\n")
        print(golden_file(path).name)
