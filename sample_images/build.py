"""Draw the sample pictures again: `python sample_images/build.py [--out DIR] [--only NAME ...]`.

Nothing is downloaded and nothing is a photograph: scene/ holds the drawing. The same library versions give the same
bytes.
"""

import argparse
import os
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import cv2
from PIL import Image
from scene import places, trains, variants
from scene.camera import Picture
from scene.metadata import Shot, exif_of, iptc_place, xmp_place

HERE = Path(__file__).resolve().parent
QUALITY = 88


@dataclass(frozen=True)
class Original:
    """A drawn picture and what its camera says; None where it says nothing."""

    name: str
    draw: Callable[[], Picture]
    shot: Shot | None
    place_fields: tuple[str, str, str, str] | None = None  # city, region, country, caption


@dataclass(frozen=True)
class Variant:
    name: str
    of: str
    make: Callable[[Path, Path], None]


def _at(stamp: str, hours: int) -> datetime:
    return datetime.fromisoformat(stamp).replace(tzinfo=timezone(timedelta(hours=hours)))


_FIRST_FRAME = Shot(
    _at("2024-11-14 12:31:07", 7),
    make="Tajga Mobile",
    model="Tajga Mobile T5",
    software="T5-2.11.0",
    position=(56.0059, 92.82903),  # stop Красноярск, line trans-siberian, km 4098
    altitude_m=141.0,
    direction_degrees=24.5,
    focal_mm=29,
)

ORIGINALS = (
    Original("train_krasnoyarsk_1.jpg", trains.train_krasnoyarsk_1, _FIRST_FRAME),
    Original(
        "train_krasnoyarsk_2.jpg",
        trains.train_krasnoyarsk_2,
        # Held upside down: the file's first pixel is the lower right one of the upright picture.
        replace(_FIRST_FRAME, taken=_at("2024-11-14 12:31:16", 7), direction_degrees=20.0, orientation=3),
    ),
    Original(
        "station_front.jpg",
        places.station_front,
        # Stop Зима, km 4934.4.
        Shot(_at("2024-11-03 13:02:40", 8), position=(53.92525, 102.05151), altitude_m=458.0, focal_mm=26),
    ),
    Original(
        "open_line.jpg",
        trains.open_line,
        # Half-way between the stops Минино (km 4073.0) and Пугачево (km 4076.2), 1.4 km from either.
        Shot(_at("2024-11-10 12:44:19", 7), position=(56.0493, 92.5528), altitude_m=183.0, focal_mm=31, iso=64),
    ),
    Original("bridge_river.jpg", places.bridge_river, None),
    Original("street.jpg", places.street, Shot(datetime(2024, 2, 11, 14, 5, 52), position=(0.0, 0.0), focal_mm=27)),  # noqa: DTZ001 - this camera knows no zone
    Original(
        "december_train.jpg",
        trains.december_train,
        Shot(
            _at("2024-12-19 15:48:02", 10), make="Tajga Mobile", model="Tajga Mobile T3", software="T3-1.8.2", iso=320
        ),
    ),
    Original(
        "contradicting.jpg",
        trains.lakeside,
        # Stop Слюдянка I, km 5307.9, on Lake Baikal; Khabarovsk is 2 250 km further east.
        Shot(_at("2024-09-28 14:20:33", 8), position=(51.65846, 103.72377), altitude_m=469.0, focal_mm=29),
        ("Khabarovsk", "Khabarovsk Krai", "Russia", "Coal train on the shore near Khabarovsk"),
    ),
)

VARIANTS = (
    Variant("telegram_1280.jpg", "train_krasnoyarsk_1.jpg", variants.telegram),
    Variant("screenshot.png", "train_krasnoyarsk_1.jpg", variants.screenshot),
    Variant("crop.jpg", "train_krasnoyarsk_1.jpg", variants.crop),
    Variant("mirror.jpg", "train_krasnoyarsk_1.jpg", variants.mirror),
    Variant("open_line.png", "open_line.jpg", variants.png),
    Variant("station_front.avif", "station_front.jpg", variants.avif),
    Variant("december_train.heic", "december_train.jpg", variants.heic),
)


def build_original(name: str, folder: Path) -> str:
    cv2.setNumThreads(1)
    original = next(one for one in ORIGINALS if one.name == name)
    picture = Image.fromarray(original.draw())
    fields: dict[str, object] = {}
    if original.shot is not None:
        fields["exif"] = exif_of(original.shot, *picture.size)
        if original.shot.orientation == 3:
            picture = picture.transpose(Image.Transpose.ROTATE_180)
    if original.place_fields is not None:
        fields |= {"xmp": xmp_place(*original.place_fields[:3]), "extra": iptc_place(*original.place_fields)}
    picture.save(folder / name, quality=QUALITY, subsampling="4:2:0", **fields)
    return name


def build_variant(variant: Variant, folder: Path) -> str:
    """Make a variant from the original built in this folder, else from the committed one."""
    built = folder / variant.of
    try:
        variant.make(built if built.exists() else HERE / variant.of, folder / variant.name)
    except FileNotFoundError as missing:
        return f"{variant.name} left as it is: {missing}"
    return variant.name


def build(folder: Path, names: set[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    drawn = [original.name for original in ORIGINALS if original.name in names]
    with ProcessPoolExecutor(os.cpu_count()) as workers:
        for done in workers.map(build_original, drawn, [folder] * len(drawn)):
            print(done, flush=True)
    for variant in VARIANTS:
        if variant.name in names:
            print(build_variant(variant, folder), flush=True)


def main(arguments: list[str]) -> None:
    every = [one.name for one in (*ORIGINALS, *VARIANTS)]
    parser = argparse.ArgumentParser(description="Draw the sample pictures again.")
    parser.add_argument("--out", type=Path, default=HERE, metavar="DIR")
    parser.add_argument("--only", nargs="+", choices=every, default=every, metavar="NAME")
    options = parser.parse_args(arguments)
    build(options.out, set(options.only))


if __name__ == "__main__":
    main(sys.argv[1:])
