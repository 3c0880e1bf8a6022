"""What local features cost: CPU of finding them, as a ratio to decoding the same JPEG in the same run.

    python -m benchmarks.extraction [--pictures FOLDER] [--rounds 5]

At 1280 px and 12 MP, in frames of 400, 512 and 800 px, 500 features at most; and the whole of examine with and
without them. The pictures are the drawn ones of sample_images, or those of a folder, brought to size; drawn ones get
grain, so that they compress like photos. Each figure is the mean over the pictures of the least of the rounds, in
which all take turns. The decode is Pillow's, to full RGB.
"""

import argparse
import io
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import mean
from time import process_time

from PIL import Image

from benchmarks.copy_sets import SAMPLES
from provenance.examine.bytes_to_findings import examine, warm_up
from provenance.examine.decode import raster
from provenance.examine.decode.limits import Limits
from provenance.examine.local_features import local_features
from provenance.examine.options import FeatureOptions

LONG_SIDES = {"1280 px": 1280, "12 MP": 4000}
FRAMES = (400, 512, 800)
AT_MOST = 500
_PICTURES = 6
_DRAWN = ("bridge_river.jpg", "open_line.jpg", "station_front.jpg", "street.jpg", "train_krasnoyarsk_1.jpg")


def jpeg(file: Path, long_side: int, *, grain: bool) -> bytes:
    with Image.open(file) as picture:
        picture = picture.convert("RGB")
    scale = long_side / max(picture.size)
    size = (round(picture.width * scale), round(picture.height * scale))
    picture = picture.resize(size, Image.Resampling.LANCZOS)
    if grain:
        picture = Image.blend(picture, Image.effect_noise(size, 24).convert("RGB"), 0.1)
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=88)
    return written.getvalue()


def decoded(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def contestants(data: bytes) -> dict[str, Callable[[], object]]:
    limits = Limits()
    pixels, _ = raster.decode(raster.open_picture(data, "jpeg", limits), limits)
    pixels.grey  # noqa: B018 - made once, for the hashes
    return {
        "decode": partial(decoded, data),
        **{
            f"features, {px} px": partial(local_features, pixels, FeatureOptions(frame_px=px, at_most=AT_MOST))
            for px in FRAMES
        },
        "examine without": partial(examine, data, "photo.jpg", features=None),
        **{
            f"examine, {px} px": partial(examine, data, "photo.jpg", features=FeatureOptions(px, AT_MOST))
            for px in FRAMES
        },
    }


def least_ms(data: bytes, rounds: int) -> dict[str, float]:
    each = contestants(data)
    least = dict.fromkeys(each, float("inf"))
    for _ in range(rounds):
        for name, contestant in each.items():
            before = process_time()
            contestant()
            least[name] = min(least[name], 1000 * (process_time() - before))
    return least


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    if options.pictures:
        files = sorted(options.pictures.glob("*.jpg"))[:_PICTURES]
    else:
        files = [SAMPLES / name for name in _DRAWN]
    warm_up()
    for title, long_side in LONG_SIDES.items():
        pictures = [jpeg(file, long_side, grain=options.pictures is None) for file in files]
        spent = [least_ms(data, options.rounds) for data in pictures]
        print(f"{title}, {len(files)} pictures, {mean(map(len, pictures)) / 1000:.0f} kB on average:")
        decode = mean(each["decode"] for each in spent)
        for name in spent[0]:
            took = mean(each[name] for each in spent)
            print(f"  {name:18} {took:7.1f} ms  {took / decode:5.2f} times the decode")
    return 0


if __name__ == "__main__":
    sys.exit(main())
