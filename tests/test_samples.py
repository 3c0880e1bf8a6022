"""The sample pictures: what is committed is what build.py draws, and the README and the table tell the truth of it."""

import csv
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pi_heif
import pytest
from PIL import Image

FOLDER = Path(__file__).parents[1] / "sample_images"
README = (FOLDER / "README.md").read_text(encoding="utf-8")
FORMATS = {".jpg": "JPEG", ".png": "PNG", ".avif": "AVIF"}
STRIPPED = (
    "bridge_river.jpg",
    "telegram_1280.jpg",
    "screenshot.png",
    "crop.jpg",
    "mirror.jpg",
    "open_line.png",
    "station_front.avif",
)
REBUILT = ("street.jpg", "telegram_1280.jpg", "crop.jpg", "mirror.jpg", "screenshot.png", "open_line.png")


def pictures() -> Iterator[Path]:
    return (path for path in sorted(FOLDER.iterdir()) if path.suffix in {*FORMATS, ".heic"})


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"), np.int16)


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("rebuilt")
    command = [sys.executable, FOLDER / "build.py", "--out", out, "--only", *REBUILT]
    subprocess.run(command, check=True, capture_output=True)
    return out


def test_fifteen_pictures_weigh_less_than_six_megabytes() -> None:
    sizes = [path.stat().st_size for path in pictures()]
    assert len(sizes) == 15
    assert sum(sizes) < 6_000_000


@pytest.mark.parametrize("path", [path for path in pictures() if path.suffix in FORMATS], ids=lambda path: path.name)
def test_each_picture_is_of_the_format_its_name_says(path: Path) -> None:
    with Image.open(path) as picture:
        picture.load()
        assert picture.format == FORMATS[path.suffix]
        assert max(picture.size) >= 800


def test_the_heic_keeps_the_size_and_the_time_of_its_original() -> None:
    heic = pi_heif.open_heif(FOLDER / "december_train.heic")
    with Image.open(FOLDER / "december_train.jpg") as original:
        assert heic.size == original.size
    assert b"2024:12:19 15:48:02" in heic.info["exif"]


def test_the_readme_has_a_row_for_each_picture_and_for_nothing_else() -> None:
    rows = re.findall(r"^\| `([^`]+)` \|", README, re.MULTILINE)
    assert sorted(rows) == [path.name for path in pictures()]


@pytest.mark.parametrize(
    ("name", "latitude", "longitude"),
    re.findall(r"^\| `([^`]+)` .*?GPS (\d+\.\d+) N (\d+\.\d+) E", README, re.MULTILINE),
)
def test_gps_is_what_the_readme_says(name: str, latitude: str, longitude: str) -> None:
    with Image.open(FOLDER / name) as picture:
        gps = picture.getexif().get_ifd(0x8825)
    for written, stated in ((gps[2], latitude), (gps[4], longitude)):
        degrees = sum(float(part) / 60**power for power, part in enumerate(written))
        assert degrees == pytest.approx(float(stated), abs=1e-5)


def test_the_street_has_the_null_position_and_no_zone() -> None:
    with Image.open(FOLDER / "street.jpg") as picture:
        assert all(part == 0 for part in picture.getexif().get_ifd(0x8825)[2])
        assert 36881 not in picture.getexif().get_ifd(0x8769)


@pytest.mark.parametrize("name", STRIPPED)
def test_what_a_platform_strips_has_no_metadata(name: str) -> None:
    data = (FOLDER / name).read_bytes()
    with Image.open(FOLDER / name) as picture:
        assert not picture.getexif()
        assert not {"exif", "xmp", "photoshop", "comment"} & picture.info.keys()
    assert b"Nordlicht" not in data
    assert b"Tajga" not in data


def test_the_contradicting_picture_names_another_place_than_its_gps_in_xmp_and_iptc() -> None:
    with Image.open(FOLDER / "contradicting.jpg") as picture:
        assert b'photoshop:City="Khabarovsk"' in picture.info["xmp"]
        assert b"\x1c\x02\x5a\x00\x0aKhabarovsk" in picture.info["photoshop"][0x0404]


def test_sightings_name_existing_pictures_and_reserved_domains() -> None:
    with (FOLDER / "sightings.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    assert list(rows[0]) == ["path", "url", "source", "posted_at", "caption", "claim_place", "claimant"]
    for row in rows:
        assert (FOLDER / row["path"]).is_file()
        assert re.match(r"https://[a-z]+\.example\.(org|net|com)/", row["url"])


@pytest.mark.parametrize("name", REBUILT)
def test_a_rebuilt_picture_is_the_committed_one(rebuilt: Path, name: str) -> None:
    drawn, committed = pixels(rebuilt / name), pixels(FOLDER / name)
    assert drawn.shape == committed.shape
    assert np.abs(drawn - committed).mean() < 0.5
