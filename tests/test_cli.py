"""The command line as its users drive it: JSON Lines, exit codes, batches that go on, records that hold."""

import io
import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.table import Table

from provenance.cli import cli, main
from provenance.cli.doctor import parts_of
from provenance.cli.output import report_console
from provenance.desk import Desk
from provenance.settings import Settings
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


class Inside:
    """Runs `provenance` in this process: quick, for what needs no worker."""

    def __init__(self, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self._patch, self._capture = patch, capture

    def __call__(self, *arguments: str, code: int = 0, stdin: bytes = b"") -> tuple[str, str]:
        self._patch.setattr("sys.argv", ["provenance", *arguments])
        self._patch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as left:
            main()
        out, err = self._capture.readouterr()
        assert left.value.code == code, err
        return out, err


@pytest.fixture
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Inside:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PROVENANCE_LEDGER", f"sqlite:///{tmp_path / 'desk.db'}")
    monkeypatch.setattr(cli, "_help_option", None)  # click keeps it with the names it first had: undone afterwards
    return Inside(monkeypatch, capsys)


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
    added = shell("add", name, "--caption", "\x1b]0;x\x07", "--claimant", "\x9b31m", "--claim-place", "Omsk\x1b[2J")
    seen, again = shell("sightings").stdout, shell("check", name).stdout
    assert "Omsk" in seen
    assert not {"\x1b", "\x07", "\x9b"} & set(added.stdout + seen + again)


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


def test_how_two_pictures_lie_on_each_other_is_drawn_into_a_file(shell: Shell, folder: Path) -> None:
    (folder / "a2.jpg").write_bytes(jpeg(3, quality=40))
    file = folder / "align.png"
    file.write_bytes(b"what was there before")
    compared = ("compare", "photos/a.jpg", "photos/a2.jpg")
    assert shell.lines(*compared, "--out", "photos/align.png") == shell.lines(*compared)
    assert file.read_bytes().startswith(b"\x89PNG\r\n")
    assert "no folder" in shell(*compared, "--out", "nowhere/align.png", code=2).stderr
    assert "is a folder" in shell(*compared, "--out", "photos", code=2).stderr
    assert "cannot be written" in shell(*compared, "--out", "x" * 300, code=2).stderr
    file.unlink()


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
    assert {"python", "pillow", "trust lists", "gazetteer", "ledger"} <= set(parts)
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


def test_a_file_of_others_is_not_taken_for_results(inside: Inside, folder: Path) -> None:
    before = (folder / "a.jpg").read_bytes()
    _, told = inside("check", "photos", "--resume", "photos/a.jpg", code=2)
    assert "photos/a.jpg: line 1 is not a result of ours" in told
    assert (folder / "a.jpg").read_bytes() == before
    _, told = inside("check", "photos", "--resume", "nowhere/results.jsonl", code=2)
    assert "nowhere/results.jsonl cannot be written" in told


def test_what_is_held_of_a_photo_that_changed_does_not_count(shell: Shell, folder: Path) -> None:
    held = {"path": "photos/a.jpg", "matches": [{"relation": "identical"}], "file": {"bytes": 1, "changed_ns": 1}}
    (shell.folder / "results.jsonl").write_text(json.dumps(held) + "\n")
    told = shell("check", "photos/a.jpg", "photos/b.png", "--resume", "results.jsonl", "--fail-on-match").stderr
    assert "2 checked, 0 matched" in told
    lines = (shell.folder / "results.jsonl").read_text().splitlines()
    now = json.loads(lines[1])
    lines[1] = json.dumps({**now, "matches": [{"relation": "identical"}]})
    (shell.folder / "results.jsonl").write_text("".join(f"{line}\n" for line in lines))
    told = shell("check", "photos/a.jpg", "--resume", "results.jsonl", "--fail-on-match", code=1).stderr
    assert told == ""  # one photo, held: nothing to sum up


def test_a_path_that_cannot_be_looked_at_gets_its_line(shell: Shell, folder: Path) -> None:
    (folder / "to itself").symlink_to(".")
    lines = shell.lines("check", "n" * 300, "photos/to itself/a.jpg", "photos/inner", "--quick", code=2)
    assert "File name too long" in lines[0]["error"]["detail"]
    assert [line["path"] for line in lines[1:]] == ["photos/to itself/a.jpg", "photos/inner/c.jpg"]
    (line,) = (each for each in shell.lines("add", "photos") if each["path"] == "photos/to itself")
    assert "is a link to a folder, which is not followed" in line["error"]["detail"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("Хасан", "--json"),
        ("--json", "Nakhodka"),
        ("--ledger", "sqlite:///x.db", "--json", "Nakhodka"),
        ("--limit", "1", "--json", "--", "Khasan"),
        ("--json", "-33.8,151.2"),
        ("-33.8,151.2", "--json"),
        ("--radius-km", "40", "-33.8,151.2", "--json", "--limit", "3"),
        ("--json", "--", "-33.8,151.2"),
    ],
)
def test_options_stand_before_or_after_what_is_looked_up(inside: Inside, arguments: tuple[str, ...]) -> None:
    out, _ = inside("places", *arguments)
    found = [json.loads(line) for line in out.splitlines()]
    assert found[0]["country"] == ("AU" if "-33.8,151.2" in arguments else "RU")


def test_positions_of_the_south_are_values_of_options_too(inside: Inside) -> None:
    assert inside("sightings", "--near", "-33.8,151.2") == ("", "")
    out, _ = inside("stops", "--near", "-33.8,151.2", "--json")
    assert len(out.splitlines()) == 20


def test_places_has_its_help_and_its_commands_and_refuses_unknown_options(inside: Inside) -> None:
    assert "build" in inside("places", "--help")[0]
    assert json.loads(inside("places", "build", "--json")[0])["version"]
    assert "--jsn" in inside("places", "--jsn", "x", code=2)[1]


@pytest.mark.parametrize("arguments", [("lines", "--json"), ("lines",), ("places", "Moscow"), ("check", "--help")])
def test_a_reader_that_went_away_is_no_match_and_no_news(shell: Shell, arguments: tuple[str, ...]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    environment = os.environ | {"PROVENANCE_LEDGER": shell.ledger}
    run = subprocess.run([PROVENANCE, *arguments], stdout=writer, stderr=subprocess.PIPE, env=environment, check=False)
    os.close(writer)
    assert (run.returncode, run.stderr) == (141, b"")


def test_a_bad_line_of_texts_is_answered_in_its_place_and_stops_nothing(inside: Inside) -> None:
    bad = [b"{", b"[1]", b'{"id": 2}', b'{"id": NaN, "text": "x"}', b'{"text": 3}', b"\xff", b"[" * 100_000]
    lines = [b'{"id": 1, "text": "Khasan"}', b"", b"  ", *bad, b'{"id": "last", "text": "\\ud800 Khasan"}']
    out, _ = inside("toponyms", "--jsonl", stdin=b"\n".join(lines), code=2)
    answers = [json.loads(line) for line in out.splitlines()]
    assert [answer["id"] for answer in answers] == [1, *[None] * len(bad), "last"]
    assert all(answer["error"]["type"] == "bad-input" for answer in answers[1:-1])
    assert "line 4:" in answers[1]["error"]["detail"]
    assert "toponyms" in answers[-1]
    assert inside("toponyms", "--jsonl", stdin=b"\n\n") == ("", "")


def test_an_empty_folder_is_counted_aloud(inside: Inside, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert inside("check", "empty")[1] == "0 checked, 0 matched, 0 could not be used\n"
    assert inside("add", "empty")[1] == "0 new, 0 known before, 0 could not be used\n"


def test_a_claim_that_is_not_recorded_is_said_aloud(shell: Shell, folder: Path) -> None:
    said = ("add", "photos/a.jpg", "--url", "https://example.org/1")
    assert shell(*said, "--claim-place", "Khasan", "--claimant", "one").stderr == ""
    told = shell(*said, "--claim-place", "Nakhodka", "--claimant", "another").stderr
    assert "was known before: the claim “Nakhodka” by another was not recorded with it" in told
    row = "photos/a.jpg,https://example.org/1,Ussuriysk"
    (shell.folder / "table.csv").write_text(f"path,url,claim_place\n{row}\n")
    assert "the claim “Ussuriysk” by nobody named was not" in shell("import", "csv", "table.csv").stderr


def test_doctor_passes_on_what_the_index_notes(desk: Desk, tmp_path: Path) -> None:
    list(desk.add(jpeg(3), name="a.jpg"))
    settings = Settings(ledger=f"sqlite:///{tmp_path / 'ledger.db'}", workers=1)
    sound = {part["name"]: part for part in parts_of(settings)}["index"]
    assert sound["ok"]
    assert sound["says"] == "knows 1 entries"
    (tmp_path / "ledger.db.index").mkdir(exist_ok=True)
    (tmp_path / "ledger.db.index" / "manifest.json").write_text("{")
    broken = {part["name"]: part for part in parts_of(settings)}["index"]
    assert not broken["ok"]
    assert "is not used" in broken["says"]
    assert broken["costs"]


def test_serve_says_in_a_line_that_its_port_is_in_use(inside: Inside) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        _, told = inside("serve", "--port", str(other.getsockname()[1]), code=3)
    assert told.endswith("cannot be listened on: Address already in use\n")
    assert len(told.splitlines()) == 1


def test_no_text_for_people_steers_their_terminal(inside: Inside, capsys: pytest.CaptureFixture[str]) -> None:
    steering = "Khasan\x1b]0;x\x07\x1b[31m \u202e\x9b"
    told = [inside("toponyms", f"from {steering} to Khasan"), inside("places", steering)]
    told += [inside("add", f"{steering}.jpg", code=2), inside("check", f"{steering}.jpg", code=2)]
    told += [
        inside(steering, code=2),
        inside("places", f"--{steering}", code=2),
        inside("compare", steering, "b", code=2),
        inside("lines", steering, code=2),
    ]
    table = Table("name")
    table.add_row(f"[red]{steering}")
    report_console().print(table)
    out, _ = capsys.readouterr()
    assert "[red]Khasan" in out
    for text in (out, *(text for both in told for text in both)):
        assert all(c.isprintable() or c == "\n" for c in text)
