"""What the file itself says, asked from outside: a folder of photos by `provenance check --json`, and over HTTP."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from provenance.desk import Desk
from provenance.settings import Settings
from provenance.toolkit import Toolkit
from tests import exif_bytes, pictures
from tests.container_bytes import EXIF, PHOTOSHOP, XMP, chunk, dataset, packet, resource, segment
from tests.exif_bytes import MAKE, MODEL, MODIFY_DATE, SUBSECOND, TAKEN, ZONE, tiff

PROVENANCE = Path(sys.executable).with_name("provenance")
DAY = "2024:11:14 12:31:07"
KRASNOYARSK = exif_bytes.gps("56.01", "N", "92.85", "E")
GENERATED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
Files = dict[str, bytes]
Dossier = dict[str, Any]


def photo(*segments: tuple[int, bytes]) -> bytes:
    """A small JPEG with these segments right behind its start."""
    bare = pictures.jpeg(5, 88, (160, 120))
    return bare[:2] + b"".join(segment(*each) for each in segments) + bare[2:]


def exif(**directories: Any) -> tuple[int, bytes]:
    return 0xE1, EXIF + tiff(**directories)


def xmp(body: str = "", attributes: str = "") -> tuple[int, bytes]:
    return 0xE1, XMP + packet(body, attributes)


def iptc(*datasets: tuple[int, bytes]) -> tuple[int, bytes]:
    return 0xED, PHOTOSHOP + resource(0x0404, b"".join(dataset(*each) for each in datasets))


def clock(day: str, hour: int, minute: int) -> dict[str, Any]:
    """The GPS directory's date and time stamp, tags 29 and 7."""
    return {"t29": day, "t7": [(hour, 1), (minute, 1), (7, 1)]}


def at(latitude: str, longitude: str, east: str, **more: Any) -> dict[int, Any]:
    return exif_bytes.gps(latitude, "N", longitude, east, **more)


HONEST: Files = {
    "phone.jpg": photo(
        exif(
            ifd0={MAKE: "Apple", MODEL: "iPhone 15", MODIFY_DATE: DAY},
            exif={TAKEN: DAY, ZONE: "+07:00", SUBSECOND: "420"},
            gps=at("56.01", "92.85", "E", **clock("2024:11:14", 5, 31), t5=b"\0", t6=[(1395, 10)]),
        )
    ),
    "newsroom.jpg": photo(
        exif(exif={TAKEN: DAY, SUBSECOND: "42"}, ifd0={MODIFY_DATE: "2024:11:20 10:00:00"}),
        xmp(attributes='photoshop:DateCreated="2024-11-14T12:31:07.42" xmp:ModifyDate="2024-11-20T10:00:00+01:00"'),
        iptc((55, b"20241114"), (60, b"123107+0000"), (120, b"A train"), (90, b"KANSK")),
    ),
    "exported_in_paris.jpg": photo(exif(exif={TAKEN: DAY, ZONE: "+07:00"}, ifd0={MODIFY_DATE: "2024:11:14 06:40:00"})),
    "old_photo_scanned.jpg": photo(exif(exif={TAKEN: "1943:07:12 12:00:00", 0x9004: "2015:03:01 09:00:00"})),
    "china.jpg": photo(exif(exif={TAKEN: DAY}, gps=at("43.8", "87.6", "E", **clock("2024:11:14", 4, 31)))),
} | {
    f"missed_summer_time_{month}.jpg": photo(
        exif(
            exif={TAKEN: f"2022:{month}:25 11:27:07"},
            gps=at("40.7364", "73.99", "W", **clock(f"2022:{month}:25", 16, 27)),
        )
    )
    for month in ("03", "04", "09", "10")
}
# name: file, what its conflict is between
CONTRADICTING: dict[str, tuple[bytes, list[str]]] = {
    "zone.jpg": (
        photo(exif(exif={TAKEN: DAY}, gps=KRASNOYARSK | at("56.01", "92.85", "E", **clock("2024:11:14", 9, 31)))),
        ["clock", "gps"],
    ),
    "positions.jpg": (
        photo(exif(gps=KRASNOYARSK), xmp(attributes='exif:GPSLatitude="48,51.0000N" exif:GPSLongitude="2,21.0000E"')),
        ["gps", "xmp"],
    ),
    "dates.jpg": (photo(exif(exif={TAKEN: DAY}), iptc((55, b"20220101"))), ["metadata", "iptc"]),
    "changed_before_taken.jpg": (
        photo(exif(exif={TAKEN: DAY}, ifd0={MODIFY_DATE: "2023:11:14 12:31:07"})),
        ["metadata"],
    ),
    "clock_never_set.jpg": (photo(exif(exif={TAKEN: "1970:01:01 00:00:12"})), ["metadata", "clock"]),
    "saved_before_taken/photo_2024-11-12_08-12-40.jpg": (photo(exif(exif={TAKEN: DAY})), ["metadata", "file name"]),
}
# name: file, the reason of its gap "gps"
UNREAD_POSITIONS: dict[str, tuple[bytes, str]] = {
    "null_island.jpg": (photo(exif(gps=exif_bytes.gps("0", "N", "0", "E"))), "0,0"),
    "no_hemisphere.jpg": (photo(exif(gps=exif_bytes.gps("56", "N", "92.8", None))), "no hemisphere"),
    "not_a_number.jpg": (photo(exif(gps=exif_bytes.gps([(0, 0)] * 3, "N", "92.8", "E"))), "not numeric"),
}
_LATE_TEXT = chunk(b"tEXt", b"parameters\0a train\nSteps: 20, Sampler: Euler, CFG scale: 7, Seed: 1, Size: 320x240")
_PNG = pictures.png(5)
OTHERS: Files = {
    "generated.png": _PNG[:-12] + _LATE_TEXT + _PNG[-12:],
    "says_generated.jpg": photo(
        xmp(f"<e:DigitalSourceType>{GENERATED}</e:DigitalSourceType>", 'xmlns:e="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"')
    ),
    "manifest_elsewhere.jpg": photo(
        xmp(attributes='xmlns:dcterms="http://purl.org/dc/terms/" dcterms:provenance="https://example.org/m.c2pa"')
    ),
    "GI4faDWWsAEclit.jpg": photo(),
    "latin.jpg": photo(iptc((90, "Málaga".encode("cp1252")))),
    "cut.jpg": photo(exif(exif={TAKEN: DAY}))[:400],
}  # fmt: skip
EVERY: Files = {
    **HONEST,
    **{name: data for name, (data, _) in (CONTRADICTING | UNREAD_POSITIONS).items()},
    **OTHERS,
}


def run(folder: Path, *arguments: str, code: int = 0) -> str:
    ran = subprocess.run(
        [PROVENANCE, *arguments],
        cwd=folder,
        env=os.environ | {"PROVENANCE_LEDGER": f"sqlite:///{folder / 'none.db'}"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert ran.returncode == code, ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("acceptance")
    for name, data in EVERY.items():
        (folder / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "in" / name).write_bytes(data)
    return folder


@pytest.fixture(scope="module")
def told(folder: Path) -> dict[str, Dossier]:
    """What `check --json` says of each photo, by its name."""
    lines = [json.loads(line) for line in run(folder, "check", "in", "--json").splitlines()]
    return {line.pop("path").removeprefix("in/"): line for line in lines}


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[TestClient]:
    with (
        Desk(Toolkit(Settings(ledger=f"sqlite:///{folder / 'none.db'}"))) as desk,
        TestClient(create_app(desk), base_url="http://localhost") as client,
    ):
        yield client


def asked(client: TestClient, data: bytes, name: str = "p.jpg", **context: str) -> Dossier:
    answer = client.post("/v1/checks", files={"file": (name, data)}, data=context)
    assert answer.status_code == 200, answer.text
    dossier: Dossier = answer.json()
    return dossier


def clock_says(dossier: Dossier) -> list[tuple[str, float]]:
    return [
        (e["because"], e["llr"])
        for candidate in dossier["candidates"]
        for e in (*candidate["evidence"], *candidate["against"])
        if e["source"] == "clock"
    ]


def test_both_doors_say_the_same(told: dict[str, Dossier], client: TestClient) -> None:
    assert set(told) == set(EVERY)
    for name, data in EVERY.items():
        assert asked(client, data, Path(name).name) == told[name]


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_file_has_no_conflicts(told: dict[str, Dossier], name: str) -> None:
    assert told[name]["conflicts"] == []


@pytest.mark.parametrize("name", CONTRADICTING)
def test_what_cannot_both_hold_is_one_conflict(told: dict[str, Dossier], name: str) -> None:
    assert [conflict["between"] for conflict in told[name]["conflicts"]] == [CONTRADICTING[name][1]]


@pytest.mark.parametrize("name", UNREAD_POSITIONS)
def test_a_position_that_is_none_is_refused_with_the_reason(told: dict[str, Dossier], name: str) -> None:
    assert told[name]["stated"]["positions"] == told[name]["candidates"] == []
    (reason,) = (gap["reason"] for gap in told[name]["gaps"] if gap["step"] == "gps")
    assert UNREAD_POSITIONS[name][1] in reason


def test_values_bear_exiftools_names_and_are_said_with_their_meaning(told: dict[str, Dossier]) -> None:
    phone = told["phone.jpg"]
    expected = {
        "IFD0:Make": "Apple",
        "ExifIFD:DateTimeOriginal": DAY,
        "ExifIFD:OffsetTimeOriginal": "+07:00",
        "GPS:GPSLatitudeRef": "N",
        "GPS:GPSTimeStamp": "05:31:07",
        "GPS:GPSAltitude": 139.5,
    }
    assert expected.items() <= phone["metadata"].items()
    assert phone["metadata"]["GPS:GPSLatitude"] == pytest.approx(56.01)
    (position,) = phone["stated"]["positions"]
    assert (position["altitude_m"], position["latitude"]) == (139.5, pytest.approx(56.01))
    (taken,) = (date for date in phone["stated"]["dates"] if date["means"] == "taken")
    assert (taken["stated"], taken["zone"]) == ("2024-11-14T12:31:07.420+07:00", "+07:00")


def test_what_a_file_says_of_its_own_time_bounds_nothing(told: dict[str, Dossier]) -> None:
    for name in ("phone.jpg", "newsroom.jpg", "clock_never_set.jpg"):
        taken = told[name]["taken"]
        assert (taken["not_before"], taken["not_after"]) == (None, None)
        assert all(e["says"].startswith("claims to have been taken") for e in taken["evidence"])
        assert taken["evidence"]


def test_a_platforms_name_and_address_bound_from_above(told: dict[str, Dossier], client: TestClient) -> None:
    assert told["GI4faDWWsAEclit.jpg"]["taken"]["not_after"] == "2024-03-17T15:32:06.935Z"
    addresses = {
        "https://pbs.twimg.com/media/CHIZFl5U0AAENRU?format=jpg": "2015-06-10T10:08:35.130Z",
        "https://x.com/a/status/1856976391215820800": "2024-11-14T08:24:07.275Z",
        "https://x.com.example.org/a/status/1856976391215820800": None,
    }
    for address, moment in addresses.items():
        taken = asked(client, OTHERS["latin.jpg"], url=address)["taken"]
        assert taken["not_after"] == moment
        assert taken["not_before"] is None


def test_the_cameras_clock_speaks_for_and_against_the_places_that_others_name(client: TestClient) -> None:
    def said(zone: str, day: str = DAY) -> list[tuple[str, float]]:
        return clock_says(
            asked(client, photo(exif(exif={TAKEN: day, ZONE: zone})), caption="Поезд в Красноярске")
        )  # fmt: skip

    ((_, fits),) = said("+07:00")
    ((_, is_moscow),) = said("+03:00")
    ((why, was_railway_time),) = said("+03:00", "2017:11:14 12:31:07")
    assert fits > 0 > is_moscow
    assert was_railway_time == 0
    assert "1 August 2018" in why


def test_a_caption_of_two_places_does_not_contradict_a_clock_that_fits_one(client: TestClient) -> None:
    dossier = asked(client, photo(exif(exif={TAKEN: DAY, ZONE: "+07:00"})), caption="From Paris to Krasnoyarsk")
    assert dossier["conflicts"] == []
    assert {llr > 0 for _, llr in clock_says(dossier)} == {True, False}


def test_signs_of_generators_are_traces_with_a_source_and_what_else_leaves_them(told: dict[str, Dossier]) -> None:
    for name in ("generated.png", "says_generated.jpg"):
        (trace,) = (trace for trace in told[name]["traces"] if trace["kind"] == "generator")
        assert all(trace[key] for key in ("says", "because", "source", "but"))


def test_a_manifest_elsewhere_is_named_and_not_fetched(told: dict[str, Dossier]) -> None:
    credentials = told["manifest_elsewhere.jpg"]["credentials"]
    assert (credentials["state"], credentials["remote_url"]) == ("remote", "https://example.org/m.c2pa")
    assert told["manifest_elsewhere.jpg"]["outside_calls"] == []


def test_what_can_be_read_of_bad_text_and_of_a_cut_file_is_read(told: dict[str, Dossier]) -> None:
    assert told["latin.jpg"]["metadata"]["IPTC:City"] == "Málaga"
    assert any("Windows-1252" in gap["reason"] for gap in told["latin.jpg"]["gaps"])
    assert told["cut.jpg"]["metadata"]["ExifIFD:DateTimeOriginal"] == DAY
    assert "decode" in {gap["step"] for gap in told["cut.jpg"]["gaps"]}


def test_people_read_it_on_lines_that_fit(folder: Path) -> None:
    report = run(folder, "check", "in/phone.jpg")
    assert max(map(len, report.splitlines())) <= 110
    for expected in ("What the file says", "iPhone 15", "claims to have been taken", "Traces", "outside calls: 0"):
        assert expected in report


def test_panels_are_drawn_behind_the_wall(folder: Path) -> None:
    lines = [
        json.loads(line) for line in run(folder, "forensics", "in/phone.jpg", "--out", "out", "--json").splitlines()
    ]
    assert [line["panel"] for line in lines] == ["ela", "ghosts", "noise"]
    assert all((folder / line["file"]).read_bytes().startswith(b"\x89PNG") and line["cannot"] for line in lines)
