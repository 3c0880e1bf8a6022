"""The whole of examine against the usual stack of helpers, each of which opens the full image for itself.

    python -m benchmarks.examine [--rounds 9]

The stack: SHA-256, exifread, imagehash's phash, dhash and whash, pdqhash. Ours adds to these the turned values of PDQ,
XMP, IPTC and the other metadata readers, a preview and a thumbnail, and is measured in process and in a worker.
All take turns in one run; CPU time of this process and its children. Exit code 1 when a target is missed.
"""

import argparse
import hashlib
import io
import sys
from collections.abc import Callable
from statistics import median

import exifread
import imagehash
import numpy as np
import pdqhash
from PIL import Image

from benchmarks.wall import cpu_s
from provenance.examine.bytes_to_findings import examine, warm_up
from provenance.examine.worker import WorkerPool
from tests.pictures import exif, scene

PHOTOS = {"1280 x 960": ((1280, 960), 4.0), "4000 x 3000": ((4000, 3000), 15.0)}  # size, times the naive stack
WORKER_TARGET = 1.3


def photo(size: tuple[int, int]) -> bytes:
    """A drawn scene with grain, so that it compresses like a photo, and with a camera's EXIF."""
    grain = Image.effect_noise(size, 24).convert("RGB")
    file = io.BytesIO()
    camera = {0x010F: "Canon", 0x0110: "Canon EOS 80D", 0x0131: "Digital Photo Professional", 0x013B: "A. Photographer"}
    block = exif(camera, taken="2024:11:14 10:22:33", offset="+07:00", gps=(56.01, 92.79))
    Image.blend(scene(3, size), grain, 0.1).save(file, "JPEG", quality=88, exif=block)
    return file.getvalue()


def naive(data: bytes) -> None:
    hashlib.sha256(data).hexdigest()
    exifread.process_file(io.BytesIO(data))
    for compute in (imagehash.phash, imagehash.dhash, imagehash.whash):
        compute(Image.open(io.BytesIO(data)))
    pdqhash.compute(np.asarray(Image.open(io.BytesIO(data)).convert("RGB")))


def measured(contestants: dict[str, Callable[[bytes], object]], data: bytes, rounds: int) -> dict[str, list[float]]:
    """CPU milliseconds a photo of each contestant, in each round."""
    spent: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, contestant in contestants.items():
            photos = 1 if name == "naive" else 5
            before = cpu_s()
            for _ in range(photos):
                contestant(data)
            spent[name].append(1000 * (cpu_s() - before) / photos)
    return spent


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    warm_up()
    missed = False
    with WorkerPool(workers=1) as pool:
        contestants = {
            "naive": naive,
            "in process": lambda data: examine(data, "photo.jpg"),
            "worker": lambda data: pool.examine(data, "photo.jpg"),
        }
        for name, (size, target) in PHOTOS.items():
            data = photo(size)
            measured(contestants, data, 1)
            spent = measured(contestants, data, rounds)
            print(f"{name}, {len(data) // 1000} kB, CPU ms a photo (least / median of {rounds}):")
            for contestant, times in spent.items():
                print(f"  {contestant:10} {min(times):7.1f} / {median(times):7.1f}")
            faster = min(spent["naive"]) / min(spent["in process"])
            dearer = min(spent["worker"]) / min(spent["in process"])
            print(f"  {faster:.1f} times the pictures per CPU second of the naive stack (target {target:.0f})")
            print(f"  {dearer:.2f} times the CPU in a worker (target {WORKER_TARGET})")
            missed |= faster < target or dearer > WORKER_TARGET
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
