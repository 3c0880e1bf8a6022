"""The command line as its users drive it: JSON Lines, exit codes, batches that go on, records that hold."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.pictures import jpeg, png

Run = subprocess.CompletedProcess[str]
PROVENANCE = Path(sys.executable).with_name("provenance")


PHOTOS = ["photos/a.jpg", "photos/b.png", "photos/inner/c.jpg", "photos/notes.txt"]


class Shell:
    """Runs `provenance` on one ledger."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ledger = f"sqlite:///{folder / 'desk.db'}"

    def __call__(
        self, *arguments: str, code: int = 0, stdin: str = "", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        run = subprocess.run(
            [PROVENANCE, *arguments],
            cwd=self.folder,
            input=stdin,
            env=os.environ | {"PROVENANCE_LEDGER": self.ledger, "PROVENANCE_WORKERS": "1"} | environment,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        assert run.returncode == code, run.stderr
        return run

    def lines(self, *arguments: str, code: int = 0, stdin: str = "") -> list[dict[str, Any]]:
        return [json.loads(line) for line in self(*arguments, "--json", code=code, stdin=stdin).stdout.splitlines()]


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Photos, a hidden file, what is no photo, and one cut off: in a folder with a folder in it."""
    folder = tmp_path / "photos"
    (folder / "inner").mkdir(parents=True)
    (folder / "a.jpg").write_bytes(jpeg(3, gps=(56.0061, 92.8328)))
    (folder / "b.png").write_bytes(png(4))
    (folder / "inner" / "c.jpg").write_bytes(jpeg(5)[:9000])
    (folder / "notes.txt").write_text("no picture")
    (folder / ".hidden.jpg").write_bytes(jpeg(6))
    return folder


def test_a_folder_is_walked_in_order_and_a_bad_file_stops_nothing(shell: Shell, folder: Path) -> None:
    lines = shell.lines("check", "photos")
    assert [line["path"] for line in lines] == [
        "photos/a.jpg",
        "photos/b.png",
        "photos/inner/c.jpg",
        "photos/notes.txt",
    ]
    assert lines[3]["error"]["type"] == "not-an-image"
    assert "decode" in [gap["step"] for gap in lines[2]["gaps"]]
    assert not (shell.folder / "desk.db").exists()  # a check writes nothing


def test_exit_codes_say_who_can_act(shell: Shell, folder: Path) -> None:
    shell("check", "photos")
    shell("check", "photos", "--strict", code=2)
    shell("check", "photos/notes.txt", code=2)
    shell("check", "nowhere.jpg", code=2)
    shell("check", "photos", "--caption", "x", code=2)
    shell("check", "photos/a.jpg", "--posted-at", "yesterday", code=2)
    shell("add", "photos/a.jpg", PROVENANCE_LEDGER="sqlite:////proc/none/x.db", code=3)
    shell("check", "photos/a.jpg", PROVENANCE_LEDGER="postgres://x", code=4)
    shell("check", "photos/a.jpg", PROVENANCE_WORKERS="many", code=4)
    shell("add", "photos/a.jpg")
    shell("check", "photos/a.jpg", "--fail-on-match", code=1)
    shell("check", "photos/b.png", "--fail-on-match")


def test_added_pictures_are_known_once_with_each_sighting_once(shell: Shell, folder: Path) -> None:
    said = ("--url", "https://example.org/1", "--claim-place", "Красноярск", "--claimant", "an account")
    first = shell.lines("add", "photos", *said)
    again = shell.lines("add", "photos", *said)
    assert [line["added"] for line in first] == [True, True, True, False]
    assert [line["added"] for line in again] == [False] * 4
    assert [line["sighting"] for line in first] == [line["sighting"] for line in again]
    assert first[3]["image"] is None
    assert first[3]["error"]["title"]
    assert len(shell.lines("sightings", "--near", "Красноярск", "--radius-km", "50")) == 3
    (verified,) = shell.lines("ledger", "verify", "--bytes")
    assert verified["intact"] is True
    assert verified["entries"] == shell.lines("ledger", "head")[0]["entries"] == 6


def test_a_changed_record_does_not_verify(shell: Shell, folder: Path) -> None:
    import sqlite3

    shell("add", "photos/a.jpg", "--caption", "as it was")
    with sqlite3.connect(shell.folder / "desk.db") as database:
        database.execute("UPDATE sightings SET caption = 'as I like it'")
    database.close()
    assert "NOT INTACT" in shell("ledger", "verify", code=5).stdout


def test_a_batch_goes_on_where_it_was_stopped(shell: Shell, folder: Path) -> None:
    assert len(shell.lines("check", "photos", "--resume", "results.jsonl")) == 4
    kept = (shell.folder / "results.jsonl").read_text()
    (shell.folder / "results.jsonl").write_text(kept[:-20])  # stopped while it wrote its last line
    (folder / "b.png").write_bytes(png(8))
    again = shell.lines("check", "photos", "--resume", "results.jsonl")
    assert [line["path"] for line in again] == ["photos/b.png", "photos/notes.txt"]
    held = [json.loads(line) for line in (shell.folder / "results.jsonl").read_text().splitlines()]
    assert {line["path"] for line in held} == set(PHOTOS)


def test_a_name_that_steers_terminals_is_only_shown(shell: Shell) -> None:
    name = "a\x1b[31m\n..jpg"
    (shell.folder / name).write_bytes(jpeg(3))
    (line,) = shell.lines("check", name)
    assert line["path"] == name
    assert line["image"]["name"].isprintable()
    assert "\x1b" not in shell("check", name, "--caption", "\x1b]0;x\x07").stdout


def test_a_name_that_is_no_utf8_keeps_its_bytes(shell: Shell) -> None:
    raw = b"caf\xe9.jpg"
    Path(os.fsdecode(bytes(shell.folder) + b"/" + raw)).write_bytes(jpeg(3))
    run = subprocess.run(
        [str(PROVENANCE).encode(), b"check", raw, b"--json", b"--ledger", shell.ledger.encode()],
        cwd=shell.folder,
        capture_output=True,
        check=True,
    )
    assert os.fsencode(json.loads(run.stdout)["path"]) == raw


def test_two_pictures_compare(shell: Shell, folder: Path) -> None:
    (folder / "a2.jpg").write_bytes(jpeg(3, quality=40))
    (found,) = shell.lines("compare", "photos/a.jpg", "photos/a2.jpg")
    assert found["relation"] == "same_picture"
    assert "same_picture" in shell("compare", "photos/a.jpg", "photos/a2.jpg").stdout


def test_places_stops_lines_and_toponyms(shell: Shell) -> None:
    assert shell.lines("places", "Khasan")[0]["kind"] == "rail_stop"
    assert shell.lines("places", "56.01,92.83", "--radius-km", "5")[0]["distance_m"] < 5000
    stops = shell.lines("stops", "--line", "trans-siberian", "--km", "4090:4110")
    assert stops
    assert all(4090 <= stop["km"] <= 4110 for stop in stops)
    assert shell.lines("stops", "--near", "56.006,92.83")[0]["distance_m"] < 2000
    assert len(shell.lines("lines")) == 17
    text = '{"id": 7, "text": "Поезд в Красноярске"}\n'
    (read,) = (json.loads(x) for x in shell("toponyms", "--jsonl", stdin=text).stdout.splitlines())
    assert read["id"] == 7
    assert read["toponyms"][0]["place"]["names"]["en"] == "Krasnoyarsk"
    shell("stops", "--line", "nowhere", code=2)


def test_a_table_is_imported_once_and_says_what_it_skipped(shell: Shell, folder: Path) -> None:
    rows = [
        "path,url,source,posted_at,caption,claim_place,claimant,other",
        'photos/a.jpg,https://example.org/1,t.me/x,2024-11-14T09:00:00+07:00,"Train, covered",Krasnoyarsk,an account,z',
        "photos/missing.jpg,,,,,,,",
        "photos/b.png,,,yesterday,,,,",
    ]
    (shell.folder / "table.csv").write_text("\n".join(rows))
    first = shell.lines("import", "csv", "table.csv")
    assert first[0]["skipped"] is None
    assert "no file" in first[1]["skipped"]
    assert "yesterday" in first[2]["skipped"]
    again = shell.lines("import", "csv", "table.csv")
    assert again[0]["sighting"] == first[0]["sighting"]
    (seen,) = shell.lines("sightings", "--image", "photos/a.jpg")
    assert seen["caption"] == "Train, covered"
    assert seen["claims"][0]["claimant"] == "an account"


def test_doctor_looks_at_every_part(shell: Shell) -> None:
    parts = {line["name"]: line for line in shell.lines("doctor")}
    assert {"python", "pillow", "gazetteer", "ledger"} <= set(parts)
    assert all(part["ok"] or part["costs"] for part in parts.values())


def test_serve_refuses_an_address_others_reach_without_a_key(shell: Shell) -> None:
    assert "PROVENANCE_API_KEYS" in shell("serve", "--host", "0.0.0.0", code=4).stderr  # noqa: S104


def test_an_unknown_command_is_a_usage_error(shell: Shell) -> None:
    shell("frobnicate", code=2)


def test_the_library_door_of_the_contract(tmp_path: Path, folder: Path) -> None:
    import provenance

    with provenance.open(f"sqlite:///{tmp_path / 'desk.db'}") as desk:
        recorded = list(desk.add(folder, source="t.me/x", caption="Поезд в Красноярске"))
        assert [bool(each.added) for each in recorded] == [True, True, True, False]
        dossier = desk.check(folder / "a.jpg", caption="...")
        assert json.loads(dossier.to_json())["matches"][0]["relation"] == "identical"
        assert len(list(desk.sightings(near="Krasnoyarsk", radius_km=50))) == 3
