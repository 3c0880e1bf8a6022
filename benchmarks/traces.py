"""How often signs of earlier compression and of another thumbnail, and JPEG ghosts, hold: on pictures made here.

    python -m benchmarks.traces [FOLDER] [--pictures 40] [--seed 1]

FOLDER holds photos; without one, the drawn samples. Each is reduced to half, so that nothing of an older JPEG remains,
saved by libjpeg with 4:2:0, and handed to the signs as `check` hands them files. Earlier compression is right where
the quality told is within 2. A thumbnail is made of the picture before it is edited. A ghost is found where at least
half of a pasted part, an older JPEG on the same grid of blocks, is marked; it is false where 1 % of the blocks of an
untouched picture are.
"""

import os

os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1"))  # before numpy is loaded

import argparse
import io
import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image, ImageOps

from provenance.examine.decode import raster
from provenance.examine.decode.limits import Limits
from provenance.examine.forensics import ghosts
from provenance.examine.metadata.containers.block import Block, Blocks
from provenance.examine.traces import Subject
from provenance.examine.traces.base import Sign
from provenance.examine.traces.embedded_thumbnail import EmbeddedThumbnail
from provenance.examine.traces.previous_compression import PreviousCompression

SAMPLES = Path(__file__).resolve().parent.parent / "sample_images"
QUALITIES = (50, 60, 70, 75, 80, 85, 90, 95)
LEAST_PX, THUMBNAIL_PX, PART_PX = 240, 160, 96


def saved(picture: Image.Image, quality: int) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality, subsampling=2)
    return file.getvalue()


def resaved(picture: Image.Image, quality: int) -> Image.Image:
    return Image.open(io.BytesIO(saved(picture, quality))).convert("RGB")


def said(sign: Sign, data: bytes, thumbnail: bytes = b"", kind: str = "jpeg") -> list[str]:
    limits = Limits()
    pixels, _ = raster.decode(raster.open_picture(data, kind, limits), limits)
    blocks = Blocks((Block("thumbnail", thumbnail, 0, "IFD1 thumbnail"),) if thumbnail else ())
    subject = Subject(data, kind, "x", pixels.width, pixels.height, blocks, {}, pixels)
    return [trace.says for trace in sign.traces(subject)]


def earlier_compression(pictures: Sequence[Image.Image]) -> None:
    sign = PreviousCompression()
    false = sum(bool(said(sign, saved(picture, quality))) for picture in pictures for quality in QUALITIES)
    print(f"saved once: said of {false} of {len(pictures) * len(QUALITIES)}")
    print("saved twice, % said (first quality down, second across)")
    print("     " + "".join(f"{second:5}" for second in QUALITIES))
    told = right = 0
    for first in QUALITIES:
        row = []
        for second in QUALITIES:
            found = [said(sign, saved(resaved(p, first), second)) for p in pictures] if first != second else []
            numbers = [[int(n) for n in re.findall(r"\b\d{2,3}\b", " ".join(each))] for each in found]
            told += sum(map(bool, found))
            right += sum(any(abs(n - first) <= 2 for n in each) for each in numbers)
            row.append(f"{100 * sum(map(bool, found)) / len(pictures):5.0f}" if found else "    ·")
        print(f"{first:5}" + "".join(row), flush=True)
    print(f"said of {told}, right in {right}")


def other_grid(pictures: Sequence[Image.Image]) -> None:
    """Cropped between two JPEGs, or kept without loss after one."""
    sign = PreviousCompression()
    for first, second in ((60, 85), (75, 90), (90, 95), (90, 85)):
        files = [saved(shifted(resaved(p, first)), second) for p in pictures]
        print(f"cropped, {first} then {second}: said of {sum(bool(said(sign, f)) for f in files)} of {len(files)}")
    for first in (60, 75, 90):
        files = [png(shifted(resaved(p, first))) for p in pictures]
        told = sum(bool(said(sign, f, kind="png")) for f in files)
        print(f"PNG of a cropped JPEG of {first}: said of {told} of {len(files)}")
    told = sum(bool(said(sign, png(p), kind="png")) for p in pictures)
    print(f"PNG that never was a JPEG: said of {told} of {len(pictures)}", flush=True)


def shifted(picture: Image.Image) -> Image.Image:
    return picture.crop((3, 5, picture.width, picture.height))


def png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=1)
    return file.getvalue()


def thumbnails(pictures: Sequence[Image.Image], random: Random) -> None:
    edits: dict[str, Callable[[Image.Image, Image.Image], Image.Image]] = {
        "saved again": lambda p, _: resaved(p, 70),
        "made smaller": lambda p, _: p.resize((p.width * 4 // 5, p.height * 4 // 5)),
        "brighter": lambda p, _: p.point(lambda value: min(255, value * 5 // 4)),
        "pasted 25 %": lambda p, other: pasted(p, other.resize((p.width // 4, p.height // 4)), random),
        "cropped to 70 %": lambda p, _: p.crop((0, 0, p.width * 7 // 10, p.height * 7 // 10)),
        "mirrored": lambda p, _: ImageOps.mirror(p),
        "turned": lambda p, _: p.transpose(Image.Transpose.ROTATE_90),
    }
    sign = EmbeddedThumbnail()
    for name, edit in edits.items():
        answers: Counter[str] = Counter()
        for nth, picture in enumerate(pictures):
            small = picture.copy()
            small.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX))
            edited = edit(picture, pictures[nth - 1])
            answers["said" if said(sign, saved(edited, 88), saved(small, 80)) else "nothing"] += 1
        print(f"thumbnail, {name:16} said of {answers['said']} of {len(pictures)}", flush=True)


def pasted(picture: Image.Image, part: Image.Image, random: Random) -> Image.Image:
    """With the part on the grid of 8 x 8 blocks."""
    whole = picture.copy()
    spots = [random.randrange(0, max(1, (a - b) // 16)) * 16 for a, b in zip(whole.size, part.size, strict=True)]
    whole.paste(part, (spots[0], spots[1]))
    whole.info["part"] = (*spots, *part.size)
    return whole


def ghost(picture: Image.Image, part: tuple[int, ...] | None) -> bool:
    luma = np.asarray(picture.convert("L"))
    read = ghosts.detailed(luma)
    dips = ghosts.dipping(ghosts.differences(luma, lambda _: None), read)
    shares = {quality: round(float(dip.sum() / max(1, read.sum())), 4) for quality, dip in dips.items()}
    marked = [dips[quality] for quality in ghosts.parts_of(shares)]
    orange = np.any(marked, axis=0) if marked else np.zeros_like(read)
    if part is None:
        return bool(orange.sum() >= 0.01 * read.sum() > 0)
    left, top, width, height = (n // 16 for n in part)
    return bool(orange[top : top + height, left : left + width].mean() >= 0.5)


def ghost_panels(pictures: Sequence[Image.Image], random: Random) -> None:
    wide = [p for p in pictures if min(p.size) >= 2 * PART_PX]
    for last in (85, 90, 95):
        found = false = 0
        for nth, picture in enumerate(wide):
            part = resaved(wide[nth - 1], 68).crop((0, 0, PART_PX, PART_PX))
            montage = pasted(picture, part, random)
            found += ghost(resaved(montage, last), montage.info["part"])
            false += ghost(resaved(picture, last), None)
        print(f"ghosts, part of 68 in {last}: found {found} of {len(wide)}, untouched and marked {false}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=SAMPLES)
    parser.add_argument("--pictures", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    random = Random(given.seed)
    files = sorted(given.folder.rglob("*.jp*g"))
    random.shuffle(files)
    pictures = []
    for file in files:
        with Image.open(file) as photo:
            half = photo.convert("RGB").resize((photo.width // 2, photo.height // 2), Image.Resampling.LANCZOS)
        if min(half.size) >= LEAST_PX:
            pictures.append(half)
    pictures = pictures[: given.pictures]
    print(f"{len(pictures)} pictures, median long side {np.median([max(p.size) for p in pictures]):.0f} px")
    earlier_compression(pictures)
    other_grid(pictures)
    thumbnails(pictures, random)
    ghost_panels(pictures, random)


if __name__ == "__main__":
    main()
