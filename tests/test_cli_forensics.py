"""provenance forensics as its users drive it: files, lines, names that do not collide, exit codes."""

import json
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from provenance import toolkit
from provenance.cli import cli, main
from provenance.errors import NotAnImageError, UnreadableError
from provenance.examine.forensics.told import PanelPicture
from provenance.examine.worker import InProcess
from tests.pictures import jpeg, png

PANELS = ["ela", "ghosts", "noise"]
LOCKED = toolkit.examiner_of


class Drawing(InProcess):
    """Draws pages that are small, and not the same for any two photos or panels."""

    def draw_forensics(self, data: bytes, panel: str) -> PanelPicture:
        if not data.startswith((b"\xff\xd8", b"\x89PNG")):
            raise NotAnImageError("begins with nothing we know")
        if panel == "ghosts" and b"slow" in data:
            raise UnreadableError("resave 50: used more than 0.7 s of CPU")
        page = BytesIO()
        Image.frombytes("L", (32, 1), sha256(data + panel.encode()).digest()).save(page, "PNG")
        return PanelPicture(panel, page.getvalue(), f"Shows {panel}.", "It cannot show more.", {"width_px": 64})


class Shell:
    """Runs `provenance forensics` in this process, on a drawing examiner."""

    def __init__(self, capture: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        self._capture, self._patch = capture, patch

    def __call__(self, *arguments: str, code: int = 0) -> tuple[str, str]:
        self._patch.setattr("sys.argv", ["provenance", "forensics", *arguments])
        with pytest.raises(SystemExit) as left:
            main()
        out, err = self._capture.readouterr()
        assert left.value.code == code, err
        return out, err

    def lines(self, *arguments: str, code: int = 0) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self(*arguments, "--json", code=code)[0].splitlines()]


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PROVENANCE_LEDGER", f"sqlite:///{tmp_path / 'desk.db'}")
    monkeypatch.setattr(cli, "_help_option", None)  # click keeps it with the names it first had: undone afterwards
    monkeypatch.setattr(toolkit, "examiner_of", lambda settings: Drawing())
    Path("a.jpg").write_bytes(jpeg(3, size=(64, 48)))
    return Shell(capsys, monkeypatch)


def test_a_picture_of_each_panel_is_written_with_what_it_can_and_cannot_show(shell: Shell) -> None:
    lines = shell.lines("a.jpg", "--out", "deep/out")
    assert [line["panel"] for line in lines] == PANELS
    for line in lines:
        assert line["path"] == "a.jpg"
        assert line["file"] == f"deep/out/a.jpg.{line['panel']}.png"
        assert Path(line["file"]).read_bytes().startswith(b"\x89PNG")
        assert line["cannot"] == "It cannot show more."
        assert line["says"] == f"Shows {line['panel']}."
        assert line["reads"] == {"width_px": 64}
    assert not Path("desk.db").exists()


def test_people_read_the_same_sentences(shell: Shell) -> None:
    lines = shell.lines("a.jpg", "--out", "out")
    out, _ = shell("a.jpg", "--out", "out")
    for line in lines:
        assert line["file"] in out
        assert line["says"] in out
        assert line["cannot"] in out


def test_photos_of_one_name_do_not_overwrite_each_other(shell: Shell) -> None:
    for folder, seed in (("x", 4), ("y", 5), ("z", 6)):
        Path(folder).mkdir()
        (Path(folder) / ("A.jpg" if folder == "z" else "a.jpg")).write_bytes(jpeg(seed, size=(64, 48)))
    lines = shell.lines("x/a.jpg", "y", "z/A.jpg", "--out", "out")
    files = [line["file"] for line in lines]
    assert files[0::3] == ["out/a.jpg.ela.png", "out/a.jpg-2.ela.png", "out/A.jpg-3.ela.png"]
    assert len({Path(file).read_bytes() for file in files}) == 9
    again = shell.lines("x/a.jpg", "y", "z/A.jpg", "--out", "out")
    assert [line["file"] for line in again] == files


def test_no_photo_of_the_run_is_written_over(shell: Shell) -> None:
    Path("a.jpg.noise.png").write_bytes(png(4, (64, 48)))
    before = Path("a.jpg.noise.png").read_bytes()
    files = [line["file"] for line in shell.lines("a.jpg", "a.jpg.noise.png", "--out", ".")]
    assert files[2] == "a.jpg-2.noise.png"
    assert Path("a.jpg.noise.png").read_bytes() == before


def test_an_unusable_file_is_one_line_and_stops_nothing(shell: Shell) -> None:
    Path("notes.txt").write_text("no picture")
    lines = shell.lines("notes.txt", "gone.jpg", "a.jpg", "--out", "out", code=2)
    assert [line.get("panel") for line in lines] == [None, None, *PANELS]
    assert [line["error"]["type"] for line in lines[:2]] == ["not-an-image", "not-found"]
    assert set(lines[0]) == {"path", "error"}
    out, err = shell("notes.txt", "--out", "out", code=2)
    assert out == ""
    assert err.startswith("notes.txt: Not an image")


def test_a_bad_file_of_a_folder_counts_only_when_it_shall(shell: Shell) -> None:
    Path("photos").mkdir()
    (Path("photos") / "notes.txt").write_text("no picture")
    assert len(shell.lines("photos", "--out", "out")) == 1
    shell("photos", "--out", "out", "--strict", code=2)


def test_a_panel_that_fails_is_said_beside_those_that_did_not(shell: Shell) -> None:
    Path("a.jpg").write_bytes(jpeg(3, size=(64, 48), comment=b"slow"))
    lines = shell.lines("a.jpg", "--out", "out", code=2)
    assert [(line["panel"], "error" in line) for line in lines] == [("ela", False), ("noise", False), ("ghosts", True)]


@pytest.mark.parametrize("out", ["a.jpg", "a.jpg/out", "\0"])
def test_a_folder_that_cannot_be_made_is_said_before_anything_is_drawn(shell: Shell, out: str) -> None:
    assert "provenance: The input cannot be used" in shell("a.jpg", "--out", out, code=2)[1]


def test_a_name_that_steers_terminals_or_is_too_long_names_a_plain_file(shell: Shell) -> None:
    name = "b\x1b[31m" + "д" * 120 + ".jpg"
    Path(name).write_bytes(jpeg(3, size=(64, 48)))
    (*_, line) = shell.lines(name, "--out", "out")
    assert line["path"] == name
    assert line["file"].isprintable()
    assert line["file"].endswith("д.jpg.noise.png")
    assert Path(line["file"]).read_bytes().startswith(b"\x89PNG")


def test_locked_workers_draw_what_is_written(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toolkit, "examiner_of", LOCKED)
    for line in shell.lines("a.jpg", "--out", "out"):
        with Image.open(line["file"]) as page:
            assert page.width == 1600
            assert page.info["provenance"]
