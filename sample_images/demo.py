"""`make demo`: the sample pictures become known, and a stripped, re-compressed, cropped copy of one is checked."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = Path("sample_images")
SCRATCH = Path(".cache/demo")
LEDGER = f"sqlite:///{SCRATCH / 'ledger.db'}"
ORIGINAL = SAMPLES / "train_krasnoyarsk_1.jpg"
COPY = SCRATCH / "photo_2024-11-15_08-12-40.jpg"
CAPTION = "Эшелон с тяжёлыми орудиями в Красноярске"
PICTURES = (".jpg", ".png", ".avif", ".heic")


def main() -> None:
    os.chdir(ROOT)
    shutil.rmtree(SCRATCH, ignore_errors=True)
    SCRATCH.mkdir(parents=True)
    print("1. The sample pictures become known, with where they were seen.")
    provenance("add", *sorted(str(p) for p in SAMPLES.iterdir() if p.suffix in PICTURES))
    provenance("import", "csv", str(SAMPLES / "sightings.csv"))
    print("\n2. A copy turns up: smaller, cropped a little, re-compressed, without metadata, with a caption.")
    repost(ORIGINAL, COPY)
    provenance("check", str(COPY), "--caption", CAPTION, "--source", "a channel", "--posted-at", "2024-11-15T08:12:40Z")
    print("\n3. Nobody changed the record.")
    provenance("ledger", "verify")
    print(
        f"\nThe same over HTTP: .venv/bin/provenance serve --ledger {LEDGER}\n"
        "  API description: http://127.0.0.1:8000/docs (for programs: /openapi.json)\n"
        f"  curl -F file=@{COPY} http://127.0.0.1:8000/v1/checks"
    )


def repost(original: Path, copy: Path) -> None:
    """What platforms and people do to a picture: 3 % off each side, 1000 px wide, JPEG 70, no metadata."""
    with Image.open(original) as picture:
        width, height = picture.size
        box = (width * 0.03, height * 0.03, width * 0.97, height * 0.97)
        picture.resize((1000, round(1000 * height / width)), Image.Resampling.LANCZOS, box=box).save(copy, quality=70)


def provenance(*arguments: str) -> None:
    """Say the command and run it on the scratch ledger."""
    shown = " ".join(shlex.quote(a) for a in arguments)
    print(f"$ provenance {shown if len(shown) < 250 else shown[:60] + ' ...'}", flush=True)
    command = [str(Path(sys.executable).with_name("provenance")), *arguments, "--ledger", LEDGER]
    subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
